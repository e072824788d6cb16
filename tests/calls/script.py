"""The flow that the tests of decisions use: the demo's, with words short enough to read in a failure."""

from ivr.flows.schema import Script

FLOW = {
    "flow": "test-desk",
    "version": 1,
    "business": "Test Bank",
    "region": "US",
    "languages": ["en"],
    "start": "welcome",
    "person": "handover",
    "keys": {"0": "handover"},
    "apologies": {"not_heard": "not_heard", "taken_up": "taken_up"},
    "nodes": {
        "welcome": {"kind": "greeting", "say": "greeting", "next": "help"},
        "help": {
            "kind": "question",
            "say": "question",
            "again": "again",
            "refuse": "refuse",
            "clarify": ["clarify_first", "clarify_second"],
            "silence": ["silence_first", "silence_second"],
            "person": "handover",
            "exhausted": "handover",
            "silent": "farewell",
            "done": "farewell",
        },
        "handover": {
            "kind": "callback",
            "offer": "offer",
            "ask": "ask",
            "partial": "partial",
            "invalid": "invalid",
            "readback": "readback",
            "unsure": "unsure",
            "agreed": "agreed",
            "declined": "declined",
            "next": "help",
            "silent": "farewell",
        },
        "farewell": {"kind": "goodbye", "say": "goodbye"},
    },
}

WORDS = {
    "greeting": "Hello from {business}, an automated assistant.",
    "question": "How can I help?",
    "again": "Anything else?",
    "refuse": "I don't know that. Shall somebody call you back?",
    "clarify_first": "Please say it differently.",
    "clarify_second": "Once more, please.",
    "choose": "Do you mean {first}, or {second}?",
    "silence_first": "Are you there?",
    "silence_second": "Hello?",
    "not_heard": "I have trouble hearing you. Press zero for a person.",
    "taken_up": "Sorry, the line broke.",
    "too_long": "Sorry to interrupt. In a sentence, please?",
    "offer": "Shall we call {number}?",
    "ask": "Which number?",
    "partial": "Go on.",
    "invalid": "That is no number.",
    "readback": "Is it {number}?",
    "unsure": "Yes or no?",
    "agreed": "We will call you.",
    "declined": "No call back then.",
    "goodbye": "Goodbye.",
    "filler_first": "Let me see.",
    "filler_second": "One moment.",
    "filler_third": "Just a second.",
    "still_looking": "I'm still looking.",
    "take_your_time": "Take your time.",
    "still_here": "I am still here.",
    "spell_at": "at",
    "spell_dot": "dot",
    "spell_dash": "dash",
    "spell_underscore": "underscore",
    "spell_slash": "slash",
    "spell_nothing": "Once more, slowly.",
    "offer_language": "You can speak English.",
    "language_set": "Of course, in English.",
    "language_unknown": "I speak {languages}. Shall somebody call you back?",
}


def script(**words: str) -> Script:
    """The test flow; `words` replace phrases."""
    return Script.model_validate({"flow": FLOW, "phrases": {"en": WORDS | words}})
