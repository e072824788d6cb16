"""Fills: places in an approved text that are put into words from data: {hours:branches:now}.

Two kinds  What stays the same until somebody edits the hours (`week`, `closed`) is put in when the knowledge is read,
           and is from then on a text like every other. What changes by the minute (`now`, `today`) is put in when it is
           spoken; until then the text holds an example of it, by which the answer is found.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from ivr.answers import hours_words
from ivr.flows.hours import Hours
from ivr.ports.store import ApprovedAnswer
from ivr.vocabulary.language import LanguageTag

FILL: Final = re.compile(r"\{hours:(\w+):(\w+)\}")
STANDING: Final = ("week", "closed")
CHANGING: Final = ("now", "today")

Told = Callable[[], tuple[Hours, datetime]]
"The schedules, and the moment it is."


def prepared(answer: ApprovedAnswer, hours: Hours, moment: datetime) -> ApprovedAnswer:
    """The answer with what stands put in, and an example of what changes; its own self when it has no fills."""
    if not any(FILL.search(text) for text in answer.spoken.values()):
        return answer
    spoken, live = dict(answer.spoken), {}
    for language, text in answer.spoken.items():
        standing = filled(text, language, hours, moment, STANDING)
        spoken[language] = filled(standing, language, hours, moment, CHANGING)
        if FILL.search(standing):
            live[language] = standing
    return replace(answer, spoken=spoken, live=live)


def filled(text: str, language: LanguageTag, hours: Hours, moment: datetime, kinds: tuple[str, ...] = CHANGING) -> str:
    """The text with fills of these kinds in words. `faults` proved that their schedules exist."""

    def words(found: re.Match[str]) -> str:
        schedule, kind = hours.get(found[1]), found[2]
        if kind not in kinds or schedule is None:
            return found[0]
        match kind:
            case "week":
                return hours_words.week(schedule, language)
            case "closed":
                return hours_words.closed(schedule, language)
            case "today":
                return hours_words.today(schedule, moment, language)
            case _:
                return hours_words.now(schedule, moment, language)

    return FILL.sub(words, text)


def faults(answer: ApprovedAnswer, hours: Hours) -> Iterator[tuple[str, str]]:
    """What is wrong with an answer's fills, each with what to do."""
    for language, text in answer.spoken.items():
        for found in FILL.finditer(text):
            name, kind = found[1], found[2]
            if not hours_words.speaks(language):
                yield f"{found[0]} cannot be said in {language}", f"Write the hours out under ## {language}."
            elif name not in hours:
                known = ", ".join(hours) or "there are none"
                yield f"{found[0]} names no schedule", f"Name one of hours.yaml: {known}."
            elif kind not in (*STANDING, *CHANGING):
                yield f"{found[0]} is no fill", f"Write one of {', '.join((*STANDING, *CHANGING))}."
            elif kind == "closed" and not hours_words.closed(hours[name], language):
                yield f"{found[0]} says nothing: {name} is never closed", "Leave it out."
