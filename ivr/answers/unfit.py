"""What of a passage is for no caller: words that speak to a model, or to staff; questions; the caller's own words.

Room     Pure patterns. English, Spanish, Portuguese, French, German, Italian, each tried on every text.
Why      A document may be approved with such words in it, by mistake or because they were well hidden. A passage that
         has them is neither given to a model nor spoken, whoever approved it.
Baits    Whoever plants a passage writes into it what callers will say, so that it is found. A sentence that holds the
         whole question, or is part of it, answers nothing.
Sparing  "The bank must inform customers of changes" is how terms are written: an order begins a sentence.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from ivr.answers.gate.reasons import Reason
from ivr.answers.gate.shape import fault
from ivr.answers.index import sentences
from ivr.answers.ingest.instructions import instruction
from ivr.ports.store import ApprovedAnswer

_START: Final = r"(?:^|[.!?:;,]\s+)(?:please |now |then |instead |always |never |siempre |sempre |toujours |immer )*"
_CALLERS: Final = r"(?:callers?|customers?|clients?|users?|anybody|anyone|everybody|everyone)"
_ORDERS: Final = (
    r"(?:tell|inform|assure|convince|persuade|instruct|notify|say to|read to) "
    r"(?:(?:the|all|any|every|each|our|your|a) )*"
    + _CALLERS
    + r" (?:that|to|about|of|how|when|why|the|nothing|they|it)\b",
    r"(?:d[ií]|dile|diga|d[ií]gale|informa|informe|asegura) (?:al?|a los|a las|a todos los) "
    r"(?:clientes?|usuarios?|llamantes?|que llaman?)\b",
    r"(?:diga|diz|informe|avise|garanta) (?:aos?|às?|a todos os) (?:clientes?|usuários?|utilizadores|chamadores)\b",
    r"(?:dis|dites|informez?|assurez?) (?:aux?|les?|à tous les) ?(?:clients?|appelants?|utilisateurs?)\b",
    r"(?:sage?|sagen sie|teilen? sie|informieren? sie) (?:dem|den|allen|der) "
    r"(?:kunden?|anrufern?|benutzern?|nutzern?)\b",
    r"(?:di'|dica|dite|informa|informate) (?:ai|al|agli|a tutti i) (?:clienti?|utenti?|chiamanti?)\b",
)
_TO_STAFF: Final = (
    re.compile(
        r"\b(?:tell|assure|convince|persuade|instruct) (?:(?:the|all|any|every|each) )*(?:callers?|users?) "
        r"(?:that|to|about|the|their|they)\b",
        re.IGNORECASE,
    ),
    *(re.compile(_START + order, re.IGNORECASE) for order in _ORDERS),
    re.compile(
        r"\b(?:if|when|whenever) (?:(?:the|a|any|some) )?(?:"
        + _CALLERS
        + r"|somebody|someone) (?:asks?|wants? to know)\b"
        r".{0,80}\b(?:tell|say|answer|reply|respond)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:rules?|orders?|instructions?|notes?|messages?|commands?) (?:for|to) (?:the |any |all |every )?"
        r"(?:(?:ai|voice|virtual|phone|telephone) )?(?:assistants?|bots?|chatbots?|models?|ai)\b"
        r"|\b(?:the|an?|any|every) (?:(?:ai|voice|virtual|phone|telephone) )?(?:assistant|bot|language model|chatbot) "
        r"(?:must|shall|has to|is now|is ordered)\b",
        re.IGNORECASE,
    ),
)
_QUESTION: Final = re.compile(r"[?？؟][\"'”’»)\]]*$")
_WORD: Final = re.compile(r"[^\W_]+")

LEAST_WORDS: Final = 4
"Fewer words in a row are nobody's own."

_WRONG: Final = frozenset({Reason.INSTRUCTION, Reason.ROLE})


@lru_cache(maxsize=4_096)
def unfit(text: str) -> bool:
    """Whether a passage speaks to a model or to staff: then nothing of it is for a caller."""
    plain = " ".join(text.split())
    if instruction(plain) or any(pattern.search(plain) for pattern in _TO_STAFF):
        return True
    return any(fault(sentence) in _WRONG for sentence in sentences(text))


def repeats(sentence: str, question: str) -> bool:
    """Whether a sentence holds the whole question, or is part of it: it tells a caller nothing."""
    said, asked = _words(sentence), _words(question)
    shorter, longer = sorted((said, asked), key=len)
    return len(shorter.split()) >= LEAST_WORDS and f" {shorter} " in f" {longer} "


def fit(passages: Sequence[ApprovedAnswer], question: str) -> list[ApprovedAnswer]:
    """Return what of the passages may answer this question: fit ones, without their questions and the caller's own."""
    found: list[ApprovedAnswer] = []
    for each in passages:
        if any(unfit(text) for text in each.spoken.values()):
            continue
        spoken = {tag: kept for tag, text in each.spoken.items() if (kept := _answering(text, question))}
        if spoken:
            found.append(each if spoken == each.spoken else replace(each, spoken=spoken))
    return found


def _answering(text: str, question: str) -> str:
    said = sentences(text)
    kept = [each for each in said if not _QUESTION.search(each) and not repeats(each, question)]
    return text if len(kept) == len(said) else " ".join(kept)


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
