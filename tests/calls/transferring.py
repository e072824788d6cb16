"""The test flow with a transfer in it, and short words for it."""

import copy
from typing import Any

from ivr.flows.schema import Script
from tests.calls.script import FLOW, WORDS


def _flow() -> dict[str, Any]:
    flow: dict[str, Any] = copy.deepcopy(FLOW)
    flow["nodes"]["call_back"] = flow["nodes"]["handover"]
    flow["nodes"]["handover"] = {
        "kind": "transfer",
        "queue": "cards",
        "say": "connecting",
        "callback": "call_back",
        "next": "help",
    }
    return flow


TRANSFER_FLOW = _flow()
TRANSFER_WORDS = WORDS | {
    "connecting": "I am connecting you.",
    "transfer_first": "You are next.",
    "transfer_place": "You are number {position}.",
    "transfer_minute": "About a minute.",
    "transfer_minutes": "About {minutes} minutes.",
    "transfer_still": "Still looking.",
    "transfer_closed": "We are closed.",
    "transfer_opens": "We are back {when}.",
    "transfer_anybody": "a colleague",
    "transfer_callback_or_message": "Call back, one, or message, two?",
    "transfer_message_or_callback": "Message, one, or call back, two?",
    "transfer_message": "A message?",
    "voicemail_ask": "Speak after the tone.",
    "voicemail_saved": "Your message was kept.",
    "voicemail_empty": "I heard nothing.",
    "voicemail_failed": "It could not be recorded.",
    "transfer_no_agent": "Nobody could take it.",
    "transfer_failed": "Our lines fail.",
    "transfer_again": "That did not work.",
    "transfer_agent_gone": "The line broke off.",
    "transfer_back": "Back with me: {note}",
    "transfer_called_off": "With you again.",
    "called_back": "An automated assistant calls back. Want somebody now?",
    "called_back_not_wanted": "We won't call again.",
    "called_back_nobody": "Call us at any time.",
    "keep_place": "An automated assistant. Connect you again?",
}


def message_script(**words: str) -> Script:
    """The flow where callers may leave a message besides; `words` replace phrases."""
    flow = copy.deepcopy(TRANSFER_FLOW)
    flow["nodes"]["handover"]["voicemail"] = "message"
    flow["nodes"]["message"] = {"kind": "voicemail", "callback": "call_back", "next": "help"}
    return Script.model_validate({"flow": flow, "phrases": {"en": TRANSFER_WORDS | words}})


def transfer_script(**words: str) -> Script:
    """The flow; `words` replace phrases."""
    return Script.model_validate({"flow": TRANSFER_FLOW, "phrases": {"en": TRANSFER_WORDS | words}})
