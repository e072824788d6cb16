"""What an agent is told of a call."""

from dataclasses import replace

import pytest

from ivr.answers.summary import Book, Known, Proposed, Summary, as_json, briefing, summarise
from ivr.vocabulary.events import (
    ESCALATION_REASONS,
    CallbackAgreed,
    CallOffered,
    Collected,
    CustomerFound,
    EscalationRaised,
    Event,
    LanguageSet,
    Logged,
    Perceived,
    UtteranceClosed,
)
from ivr.vocabulary.ids import AnswerId, CallId, RequestId, TransferId, UtteranceId
from ivr.vocabulary.language import LanguageTag
from ivr.vocabulary.personal import Proof, ProofAsked, ProofJudged
from ivr.vocabulary.transfers import TransferRequested

from .conftest import LoggedCall

EN, ES = LanguageTag("en"), LanguageTag("es")


def _lines(summary: Summary, kind: str) -> list[tuple[str, tuple[int, ...]]]:
    assert summary.dropped == ()
    return [(line.text, line.turns) for line in summary.lines if line.kind == kind]


def test_a_call_is_told_from_who_calls_to_what_to_do_next(call: LoggedCall, english: Book) -> None:
    call.asks_hours().asks_something_unknown().asks_for_a_person()
    summary = summarise(call.log, english)
    assert [(line.kind, line.turns, line.text) for line in summary.lines] == [
        ("who", (1,), "Calls from +1 202-555-0143"),
        ("language", (1, 2, 3), "Speaks English"),
        ("why", (2, 3), "The caller asks for a person: “a person please, someone stole my purse”"),
        ("asked", (1,), "Asked: “when are you open on saturdays”"),
        (
            "told",
            (1,),
            "Heard “We are open from nine to one on Saturdays. On Sundays we are closed.” from the approved answer "
            "opening-hours",
        ),
        ("open", (2,), "Not answered: “can I get a loan for a boat”"),
        ("mood", (1, 2, 3), "No distress and no anger was noticed"),
        ("next", (2,), "Next: answer what the assistant could not"),
    ]


def test_every_line_cites_turns_of_the_call(call: LoggedCall, english: Book) -> None:
    call.asks_hours().asks_for_a_person()
    listed = as_json(summarise(call.log, english))
    assert listed
    assert all(set(line) == {"line", "turns"} for line in listed)
    assert all(line["turns"] and set(line["turns"]) <= {1, 2} for line in listed)  # type: ignore[call-overload]


def test_who_calls_has_a_name_and_a_segment_when_the_records_know_them(call: LoggedCall, english: Book) -> None:
    call.asks_for_a_person()
    known = Known("Anna Meyer", "premium")
    summary = summarise(call.log, english, known=known)
    assert _lines(summary, "who") == [("Anna Meyer (premium) calls from +1 202-555-0143", (1,))]
    assert briefing(summary).startswith("Anna Meyer, premium. ")
    nameless = summarise(call.log, english, known=replace(known, segment=""))
    assert _lines(nameless, "who") == [("Anna Meyer calls from +1 202-555-0143", (1,))]


def test_who_calls_is_known_from_the_log_once_the_records_were_asked(call: LoggedCall, english: Book) -> None:
    call.feed(CustomerFound("Anna Meyer", "premium"))
    call.asks_for_a_person()
    assert _lines(summarise(call.log, english), "who") == [("Anna Meyer (premium) calls from +1 202-555-0143", (1,))]


def test_a_withheld_number_is_said_to_be_withheld(english: Book) -> None:
    anonymous = _log(CallOffered("anonymous", "+12025550100"), LanguageSet(EN, "default"), *_says("hello", EN))
    assert _lines(summarise(anonymous, english), "who") == [("The caller's number is withheld", (1,))]


def test_what_was_heard_is_told_and_not_what_was_sent(call: LoggedCall, english: Book) -> None:
    call.say("when are you open on saturdays", hits=(("opening-hours", 0.9),))
    call.answer("We are open from nine to one on Saturdays. On Sundays we are closed.", "opening-hours")
    call.cuts(0.3, "We are open from nine")
    call.asks_for_a_person()
    (told,) = _lines(summarise(call.log, english), "told")
    assert told == ("Heard only this much of the approved answer opening-hours: “We are open from nine”", (1,))


def test_an_answer_that_nobody_heard_is_told_to_be_unheard(call: LoggedCall, english: Book) -> None:
    call.say("when are you open on saturdays", hits=(("opening-hours", 0.9),))
    call.answer("We are open from nine to one on Saturdays.", "opening-hours")
    (told,) = _lines(summarise(call.log, english), "told")
    assert told == ("Did not hear the approved answer opening-hours", (1,))


def test_what_goes_on_after_a_cough_is_heard_as_one_answer(call: LoggedCall, english: Book) -> None:
    call.say("when are you open on saturdays", hits=(("opening-hours", 0.9),))
    call.answer("We are open from nine to one on Saturdays. On Sundays we are closed.", "opening-hours")
    call.cuts(0.7, "We are open from nine to one on Saturdays. On Sun").say("").listen()
    (told,) = _lines(summarise(call.log, english), "told")
    assert told[0].startswith("Heard “We are open from nine to one on Saturdays.")
    assert told[1] == (1, 2)


def test_what_was_made_out_in_the_end_is_not_open(call: LoggedCall, english: Book) -> None:
    call.say("the opening of", hits=(("opening-hours", 0.3),)).listen()
    call.asks_hours()
    assert _lines(summarise(call.log, english), "open") == []


def test_what_was_never_made_out_is_open(call: LoggedCall, english: Book) -> None:
    call.say("the opening of", hits=(("opening-hours", 0.3),)).listen()
    assert _lines(summarise(call.log, english), "open") == [("Not answered: “the opening of”", (1,))]


def test_the_turns_that_went_wrong_belong_to_the_reason(call: LoggedCall, english: Book) -> None:
    call.asks_something_unknown().say("a boat loan I said", hits=(("loans", 0.1),)).listen()
    (why,) = _lines(summarise(call.log, english), "why")
    assert why == ("The assistant could not help: “a boat loan I said”", (1, 2))


def test_a_key_that_asked_for_a_person_is_named(call: LoggedCall, english: Book) -> None:
    call.press("0").listen()
    (why,) = _lines(summarise(call.log, english), "why")
    assert why == ("The caller asks for a person: pressed 0", (1,))


@pytest.mark.parametrize("reason", ESCALATION_REASONS)
def test_every_reason_has_words_and_a_next_step_in_every_language(reason: str, books: dict[LanguageTag, Book]) -> None:
    log = _log(
        CallOffered("+12025550143", "+12025550100"),
        LanguageSet(EN, "default"),
        *_says("my purse is gone and I want it settled", EN),
        EscalationRaised(reason, (UtteranceId("u1"),), "my purse is gone"),
    )
    for book in books.values():
        summary = summarise(log, book)
        ((why, turns),) = _lines(summary, "why")
        assert why.startswith(book.say(f"reason_{reason}"))
        assert "my purse is gone" in why
        assert turns == (1,)
        assert len(_lines(summary, "next")) == 1


def test_the_callers_words_stand_untranslated_and_are_not_read_out_by_another_voice(
    books: dict[LanguageTag, Book],
) -> None:
    log = _log(
        CallOffered("+34912345678", "+12025550100"),
        LanguageSet(ES, "spoken"),
        *_says("me han robado la cartera", ES),
        EscalationRaised("theft", (UtteranceId("u1"),), "me han robado la cartera"),
    )
    for_english = summarise(log, books[EN])
    assert _lines(for_english, "why") == [("Something was stolen: “me han robado la cartera”", (1,))]
    assert briefing(for_english) == "Speaks Spanish. Something was stolen."
    assert briefing(summarise(log, books[ES])) == "Le han robado algo. En sus palabras: me han robado la cartera."


def test_a_feeling_that_was_noticed_is_told_with_its_turns(english: Book) -> None:
    log = _log(
        LanguageSet(EN, "default"),
        *_says("hello", EN),
        *_says("this is useless", EN, "u2", frustration=0.8),
    )
    assert _lines(summarise(log, english), "mood") == [("Sounds frustrated", (2,))]


def test_what_was_given_and_agreed_is_told_and_a_secret_is_not(english: Book) -> None:
    log = _log(
        LanguageSet(EN, "default"),
        *_says("Anna Meyer", EN),
        Collected("visitor", "name", "Anna Meyer"),
        Collected("pin", "number", "••••"),
        CallbackAgreed("+12025550143", "asked"),
    )
    summary = summarise(log, english)
    assert _lines(summary, "given") == [("Gave visitor: Anna Meyer", (1,))]
    assert _lines(summary, "callback") == [("Agreed to be called back on +1 202-555-0143", (1,))]
    assert _lines(summary, "next") == [("Next: call back on +1 202-555-0143", (1,))]


def test_an_agent_is_told_that_the_caller_proved_to_be_the_customer_and_by_what(english: Book) -> None:
    log = _log(
        LanguageSet(EN, "default"),
        *_says("what is my balance", EN),
        Collected("passcode", "digits", "••••"),
        ProofAsked(RequestId("v1"), ("passcode",)),
        ProofJudged(RequestId("v1"), Proof.VERIFIED),
    )
    summary = summarise(log, english)
    assert _lines(summary, "proof") == [("Proved to be the customer, by passcode", (1,))]
    assert _lines(summary, "given") == []


def test_an_agent_is_told_that_the_caller_could_not_prove_it(english: Book) -> None:
    log = _log(
        LanguageSet(EN, "default"),
        *_says("what is my balance", EN),
        ProofAsked(RequestId("v1"), ("passcode",)),
        ProofJudged(RequestId("v1"), Proof.WRONG),
    )
    lines = _lines(summarise(log, english), "proof")
    assert lines == [("Could not prove to be the customer: passcode was wrong", (1,))]


def test_records_that_could_not_be_asked_say_nothing_of_the_caller(english: Book) -> None:
    log = _log(
        LanguageSet(EN, "default"),
        *_says("what is my balance", EN),
        ProofAsked(RequestId("v1"), ("passcode",)),
        ProofJudged(RequestId("v1"), Proof.FAILED),
    )
    assert _lines(summarise(log, english), "proof") == []


def test_a_transfer_without_words_has_its_reason(english: Book) -> None:
    log = _log(LanguageSet(EN, "default"), *_says("hello", EN), TransferRequested(TransferId("t1"), "cards", "segment"))
    assert _lines(summarise(log, english), "why") == [("A caller whom a person serves", (1,))]


def test_answers_are_named_in_the_language_of_the_agent(call: LoggedCall, books: dict[LanguageTag, Book]) -> None:
    call.asks_hours().asks_for_a_person()
    names = {AnswerId("opening-hours"): "el horario"}
    summary = summarise(call.log, books[ES], names=names)
    assert _lines(summary, "asked") == [("Preguntó: «when are you open on saturdays» – el horario", (1,))]
    assert "Oyó nuestra respuesta sobre: el horario." in briefing(summary)


def test_a_call_of_which_nothing_is_known_is_told_without_inventing(english: Book) -> None:
    assert as_json(summarise([], english)) == [{"line": "The caller's number is withheld", "turns": [0]}]
    assert briefing(summarise([], english)) == ""


def test_a_proposed_summary_that_stands_takes_the_place_of_questions_and_answers(
    call: LoggedCall, english: Book
) -> None:
    call.asks_hours().asks_for_a_person()
    proposed = [
        Proposed("Wanted to know the hours on Saturdays.", (1,)),
        Proposed("Was told a fee of 25 dollars.", (1,)),
    ]
    summary = summarise(call.log, english, proposed=proposed)
    assert [line.kind for line in summary.lines] == ["who", "language", "why", "claim", "mood", "next"]
    assert [(each.text, each.why) for each in summary.dropped] == [
        ("Was told a fee of 25 dollars.", "has a number of its own: 25")
    ]


def test_a_generic_summary_is_rejected_for_the_structured_facts(call: LoggedCall, english: Book) -> None:
    call.asks_hours().asks_for_a_person()
    generic = [
        Proposed("I'm here to help you.", (1,)),
        Proposed("The customer called with a question and needs assistance.", (1, 2)),
    ]
    summary = summarise(call.log, english, proposed=generic)
    assert [each.why for each in summary.dropped] == ["would fit any call"] * 2
    assert summary.lines == summarise(call.log, english).lines


def _says(text: str, language: LanguageTag, utterance: str = "u1", **signals: float) -> tuple[Event, ...]:
    start = int(utterance[1:]) * 1_000
    return (
        UtteranceClosed(UtteranceId(utterance), start, start + 500),
        Perceived(UtteranceId(utterance), text, 0.9, language, 1.0, signals=signals),
    )


def _log(*events: Event) -> list[Logged]:
    return [Logged(CallId("CA1"), seq, seq * 20, seq, event) for seq, event in enumerate(events, 1)]
