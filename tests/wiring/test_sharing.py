"""What is rendered ahead of the callers who will hear it."""

from collections.abc import Iterable

from ivr.calls.routing.state import Plan, Queue
from ivr.settings import Settings
from ivr.vocabulary.language import LanguageTag
from ivr.wiring.scripts import load_script
from ivr.wiring.sharing import share

EN, ES = LanguageTag("en"), LanguageTag("es")
SERVICE = Queue("service", {EN: "our service team", ES: "nuestro equipo"})


class Shared:
    """Keeps what is shared, in order."""

    def __init__(self) -> None:
        self.texts: list[tuple[LanguageTag, str]] = []

    def share(self, texts: Iterable[str], language: LanguageTag) -> None:
        self.texts += [(language, text) for text in texts]

    def beginning(self, start: str) -> list[str]:
        return [text for _, text in self.texts if text.startswith(start)]


def shared(plan: Plan) -> Shared:
    heard = Shared()
    share(heard, load_script(Settings()), plan, lambda language: [f"An answer in {language}."])
    return heard


def test_the_words_that_fetch_a_person_are_rendered_with_the_name_of_the_queue() -> None:
    heard = shared(Plan({"service": SERVICE}))
    assert any("with our service team." in text for text in heard.beginning("I'm connecting you"))
    assert any("con nuestro equipo." in text for text in heard.beginning("Le paso"))


def test_a_queue_without_a_name_in_the_language_is_rendered_as_who_stands_for_it() -> None:
    heard = shared(Plan({"service": Queue("service", {EN: "our service team"})}))
    assert len(heard.beginning("Le paso con")) == 2  # whole, and the piece before the fill
    assert not any("service team" in text for text in heard.beginning("Le paso"))


def test_fillers_come_first_and_answers_last() -> None:
    heard = shared(Plan())
    script = load_script(Settings())
    assert heard.texts[0] == ("en", script.phrase("filler_first", EN))
    assert [text for _, text in heard.texts[-3:]] == ["An answer in en.", "An answer in es.", "An answer in pt."]


def test_nothing_with_an_open_fill_is_rendered() -> None:
    assert not [text for _, text in shared(Plan({"service": SERVICE})).texts if "{" in text]
