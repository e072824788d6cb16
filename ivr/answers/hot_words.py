"""Hot words: what callers of this business are likely to say, for a recogniser to lean towards.

Room       Pure text: the words that approved questions use most, after the name of the business.
Measure    docs/benchmarks.md, hearing: they help where they were measured to help, and harm in other languages.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from ivr.answers.words import SMALL_WORDS, tokens
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.language import LanguageTag

HELPED: Final = frozenset({"en"})
"Languages in which fewer words are misheard with them. In Spanish more were, even with words of its own."
MOST_WORDS: Final = 40
"The recogniser takes as many as fit into 64 tokens, from the first on."
SHORTEST: Final = 3
"Letters; shorter words are never what a question is about."

_WORD: Final = re.compile(r"[^\W\d_]+")


def hot_words(answers: Iterable[ApprovedAnswer], language: LanguageTag) -> str:
    """Return the words, most used first, written as the questions write them; "" where they would do harm."""
    primary = language.partition("-")[0]
    if primary not in HELPED:
        return ""
    small = SMALL_WORDS.get(primary, frozenset())
    spelt: dict[str, Counter[str]] = {}
    for answer in answers:
        for question in answer.questions.get(language, ()):
            for word in _WORD.findall(question):
                plain = "".join(tokens(word))
                if len(plain) >= SHORTEST and plain not in small:
                    spelt.setdefault(plain, Counter())[word] += 1
    most_used = sorted(spelt.values(), key=lambda forms: -forms.total())[:MOST_WORDS]
    return ", ".join(forms.most_common(1)[0][0] for forms in most_used)


def all_hot_words(business: str, answers: Sequence[ApprovedAnswer]) -> dict[LanguageTag, str]:
    """The name of the business and the words, for each language that there are questions in and that they help."""
    languages = sorted({language for answer in answers for language in answer.questions})
    found = {language: hot_words(answers, language) for language in languages}
    return {language: f"{business}, {words}" for language, words in found.items() if words}
