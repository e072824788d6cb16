"""Nobody speaks: nothing is made of noise, tones or music, however long they go on."""

from dataclasses import dataclass, field

import pytest

from ivr.adapters.clock import SystemClock
from ivr.answers.understand import NO_TALK, Talk
from ivr.audio import g711
from ivr.audio.level import level_dbfs
from ivr.measure.noise import KINDS, noise
from ivr.measure.turns_eval import take_turns
from ivr.session.ear import Closed, Ear
from ivr.session.perceive import perceive
from ivr.settings import load
from ivr.turns.floor import Patience, TurnRules
from ivr.vocabulary.events import Hit
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.units import MuLaw
from ivr.wiring.engines import voice_detector
from ivr.wiring.offline import offline_hearing

LINE_DBFS = -45.0
"A bad line's noise; speech is around -25."
LOUD_DBFS = -25.0
LANGUAGES = [LanguageTag("en"), LanguageTag("es"), LanguageTag("pt")]


def ear() -> Ear:
    return Ear(voice_detector(), TurnRules(), 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_as_loud_as_it_says(kind: str) -> None:
    (second,) = noise(kind, 1, -30.0)
    assert -36.0 < level_dbfs(g711.decode(second)) < -24.0 or kind == "silence"


@pytest.mark.parametrize("kind", ["white", "pink", "hum", "silence"])
async def test_five_minutes_of_a_noisy_line_are_not_one_utterance(kind: str) -> None:
    audio = MuLaw(b"".join(noise(kind, 300, LINE_DBFS)))
    assert await take_turns(audio, ear()) == []


@dataclass(frozen=True)
class Understood:
    hits: tuple[Hit, ...] = ()
    signals: dict[str, float] = field(default_factory=dict)
    passages: tuple[Hit, ...] = ()


class Understanding:
    async def understand(self, text: str, language: LanguageTag, talk: Talk = NO_TALK) -> Understood:
        return Understood()


@pytest.mark.models
async def test_what_is_loud_enough_to_open_an_utterance_is_not_made_into_words() -> None:
    settings = load()
    if not (settings.models_dir / settings.hearing_model).is_dir():
        pytest.skip(f"no recogniser in {settings.models_dir.absolute()}; `ivr models pull` puts it there")
    made_of: dict[str, str] = {}
    opened: list[str] = []
    async with offline_hearing(settings) as up:
        for kind in KINDS:
            listening = ear()
            listening.prompt_ended(Patience.OPEN)
            for second in noise(kind, 60, LOUD_DBFS):
                for happened in listening.hear(second, listening.at_ms, deaf=False):
                    if isinstance(happened, Closed):
                        opened.append(kind)
                        heard = await perceive(happened.audio, LANGUAGES, up.fitted, Understanding(), SystemClock())
                        made_of |= {kind: heard.text} if heard.text else {}
    assert opened, "nothing was loud enough: the test proves nothing"
    assert made_of == {}
