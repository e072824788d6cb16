"""The call's language: which one it is in, what changes it, and what is said when it does.

A call begins in the default language of the number that was called. It changes when the caller asks for another by
name, says three words or more that are surely of another, or speaks another twice running. "Sí" is nothing, nor is a
name or a number: they sound alike everywhere.

Measured  docs/decisions/012-when-a-call-changes-its-language.md.
"""

import re
from collections.abc import Mapping
from typing import Final

from ivr.calls.naming import among, asked_for, listed
from ivr.calls.say import ask_for, enter, say
from ivr.calls.state import Asked, Call, Step, Then
from ivr.flows.schema import Collect, Greeting, Question, Script
from ivr.vocabulary.events import LanguageSet, Perceived
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.masking import MASK, number_words

WORDS: Final = 3
"Words by which a caller shows in one turn that they speak another language."
SURE: Final = 0.8
"Posterior from which such words are of that language."
SURE_AT_FIRST: Final = 0.65
"The same until the caller has been heard in the call's language, which is only what the number they called is set to."
LEANS: Final = 0.5
"Posterior from which words count for a language at all."
FAVOUR: Final = 3.0
"How much likelier the call's language is than another, once the caller has been heard in it."

_YES_OR_NO: Final = frozenset(
    "yes yeah yep yup no nope nah ok okay okey hm mm mhm aha ah oh uh um sí si claro vale sim não nao tá oui ouais "
    "non ja jo nein doch sì".split()
)
"Words that are heard as any language."
_ARTICLES: Final = frozenset("a o un una um uma une ein eine uno".split())
"Number words that count as words."
_WORD: Final = re.compile(rf"[^\W\d_{MASK}]+(?:['’][^\W\d_]+)*")


def priors(call: Call) -> Mapping[LanguageTag, float]:
    """What a recogniser should expect: the language that this caller was heard in, rather than another."""
    return {call.language: FAVOUR} if call.at_home else {}


def telling_words(text: str, language: LanguageTag) -> int:
    """How many words of `text` say which language it is: not yes or no, numbers or names."""
    words: list[str] = _WORD.findall(text)
    numbers = number_words(language)
    if all(word[0].isupper() for word in words) and len(words) > 1:
        return 0  # "María García López"
    nouns_look_like_names = language.partition("-")[0] == "de"
    begins = True
    count = 0
    for match in _WORD.finditer(text):
        word = match.group()
        before = text[: match.start()].rstrip(" \"'«“„¿¡")
        begins = not before or before[-1] in ".!?…"
        is_name = word[0].isupper() and len(word) > 1 and not begins and not nouns_look_like_names
        is_number = word.casefold() in numbers and word.casefold() not in _ARTICLES
        count += not (is_name or is_number or word.casefold() in _YES_OR_NO)
    return count


def follow(step: Step, event: Perceived, script: Script) -> Step:
    """The call in the language that its caller speaks now, as far as these words show it."""
    call = step.call
    if (wanted := wished(step.call, event, script)) is not None:
        tongue = among(wanted, script.flow.languages)
        return _set(step, tongue, "asked for by name") if tongue is not None else step
    words = telling_words(event.text, event.language)
    if not words or event.posterior < LEANS or event.language not in script.flow.languages:
        return step
    sure = words >= WORDS and event.posterior >= (SURE if call.at_home else SURE_AT_FIRST)
    if event.language == call.language:
        return step.to(leaning="", at_home=call.at_home or sure)
    if sure:
        return _set(step, event.language, "spoken by the caller")
    if call.leaning == event.language:
        return _set(step, event.language, "spoken twice running")
    return step.to(leaning=event.language)


def _set(step: Step, language: LanguageTag, why: str) -> Step:
    changed = step.call.language != language
    step = step.to(language=language, leaning="", at_home=True)
    return step.note(LanguageSet(language, why)) if changed else step


# ── asked for by name ────────────────────────────────────────────────────────────────────────────────────────────


def wished(call: Call, event: Perceived, script: Script) -> LanguageTag | None:
    """The language that these words ask for, and nothing else. Where a name is asked for, "Germán" is one."""
    node = script.flow.nodes.get(call.node)
    is_name = isinstance(node, Collect) and node.what == "name"
    return asked_for(event.text) if not (event.digits or is_name) else None


def named(step: Step, event: Perceived, script: Script) -> Step | None:
    """What follows a wish for a language: what was last told, in it; or which ones there are. None without a wish."""
    wanted = wished(step.call, event, script)
    if wanted is None:
        return None
    if among(wanted, script.flow.languages) is not None:
        if step.call.told_in != step.call.language and _was_answered(step.call):
            return retell(step, event, script)
        return say(step, script, script.flow.speaking.chosen, "language", Then.RESUME)
    if not isinstance(script.flow.nodes[step.call.node], Question):
        return None
    languages = listed(script.flow.languages, step.call.language)
    step = step.to(asked=Asked.PERSON, offering="language")
    return say(step, script, script.flow.speaking.unknown, "refusal", Then.LISTEN, languages=languages)


def retell(step: Step, event: Perceived, script: Script) -> Step:
    """What was last told or asked, now that the call is in another language."""
    call = step.call
    if _was_answered(call) and call.answering is not None:
        if call.composed:
            return ask_for(step, event.utterance, (), call.asking[-1], (call.answering,))
        return ask_for(step, event.utterance, (call.answering,))
    return enter(step, call.node, script)


def _was_answered(call: Call) -> bool:
    return call.answering is not None and call.asked is Asked.ANYTHING_ELSE


# ── the others, each in its own words ────────────────────────────────────────────────────────────────────────────


def invitation(call: Call, script: Script) -> LanguageTag | None:
    """The next language to offer after the greeting, if one is left."""
    if not isinstance(script.flow.nodes[call.node], Greeting):
        return None
    others = [language for language in script.flow.languages if language != call.language]
    return others[call.invited] if call.invited < len(others) else None


def invite(step: Step, language: LanguageTag, script: Script) -> Step:
    """Say in `language` that it may be spoken."""
    invited = step.to(invited=step.call.invited + 1)
    return say(invited, script, script.flow.speaking.invite, "invitation", Then.GO_ON, language=language)
