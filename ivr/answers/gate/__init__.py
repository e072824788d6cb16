"""The gate: what may be spoken to a caller, sentence by sentence.

Room       Pure text, a few ms a sentence. No models: the writer asks one, where one is configured.
Passes     By itself, only words of a cited passage: a whole sentence of it, or one trimmed where nothing is lost by it.
           What is spoken is then the passage's own text, never a model's spelling of it.
Claims     Any other sentence that holds no number, date, name, link, negation or condition which is not in the passage
           is a claim that may be true. An entailment model has the last word on it; without one it is not spoken.
Never      Markup, instructions, roles, another language, things said to have been done: whatever a passage says.
"""

from ivr.answers.gate.judge import Verdict as Verdict
from ivr.answers.gate.judge import judge as judge
from ivr.answers.gate.reasons import Reason as Reason
