"""Unwanted: a card number, a code or a password that nobody asked for, and the kind word not to read it out.

Once  It is said once in a call: who goes on all the same is answered like anybody, and nothing of it is kept.
Never It takes the place of no answer that is known, but is said before it; and a wish for a person comes first.
"""

from typing import Final

from ivr.calls.digits import UNASKED_SECRET
from ivr.calls.say import speak, wording
from ivr.calls.state import Asked, Step, Then
from ivr.flows.schema import Script
from ivr.vocabulary.events import Perceived

PURPOSE: Final = "unwanted"
"Of the prompt that says so."


def read_out(step: Step, event: Perceived) -> bool:
    """Whether the caller reads something out that they should not, and has not been told yet."""
    return not step.call.warned and any(group.shape == UNASKED_SECRET for group in event.digits)


def tell(step: Step) -> Step:
    """Say no more than that, and ask what else there is."""
    return speak(step.to(asked=Asked.ANYTHING_ELSE), "", PURPOSE, Then.ASK_AGAIN)


def tell_first(step: Step, script: Script) -> Step:
    """Say that it is not needed here, before whatever follows."""
    return step.to(warned=True, first=wording(step.call, script, script.flow.privacy.unwanted))
