"""A meeting for tests: telephones that call in, each with its own terms, and the room they meet in."""

from __future__ import annotations

from collections.abc import Callable

from ivr.exchange.app import RunningExchange
from ivr.exchange.conference import Room
from ivr.exchange.phone import Phone
from ivr.exchange.watch import voiced
from tests.exchange.product import NUMBER, Product

A, B, C = "+15550000001", "+15550000002", "+15550000003"
TONES = {A: bytes([0x20]) * 160, B: bytes([0x90]) * 160, C: bytes([0xA8]) * 160}
"A sound for each, told apart and not silent."


class Meeting:
    """Telephones in the room called `room`."""

    def __init__(self, product: Product, running: RunningExchange) -> None:
        self.product = product
        self.running = running
        self.documents: dict[str, str] = {}
        product.twiml["/voice"] = lambda params: self.documents[params["From"]]

    @property
    def room(self) -> Room:
        """The newest room of the name, ended or not."""
        return [room for room in self.running.exchange.office.rooms if room.name == "room"][-1]

    def dial(
        self, number: str, terms: str = "", *, dial: str = "", after: str = "<Redirect>/after</Redirect>"
    ) -> Phone:
        """Somebody calls; `terms` are attributes of the Conference. It has no beep and no jitter buffer unless said."""
        if "beep" not in terms:
            terms += " beep='false'"
        if "jitter" not in terms:
            terms += " jitterBufferSize='off'"
        self.documents[number] = (
            f"<Response><Dial {dial}><Conference {terms}>room</Conference></Dial>{after}</Response>"
        )
        phone = Phone(self.running.exchange, number)
        phone.dial(NUMBER)
        return phone

    async def join(self, number: str, terms: str = "", **more: str) -> Phone:
        """The same, and they are in."""
        phone = self.dial(number, terms, **more)
        await self.until(lambda: phone.call_sid in self.room.seats)
        return phone

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait, tick by tick."""
        while True:
            try:
                if condition():
                    return
            except IndexError:
                pass
            await self.running.exchange.pacer.wait(1)

    async def ticks(self, count: int) -> None:
        await self.running.exchange.pacer.wait(count)

    async def speak(self, phone: Phone, count: int = 5) -> None:
        """They say their tone, and it has arrived."""
        phone.say(TONES[phone.number] * count)
        phone.say_mark("said")
        await phone.wait("spoken", "said")
        await self.ticks(4)

    def events(self, path: str = "/conference") -> list[str]:
        return [params["StatusCallbackEvent"] for params in self.product.seen(path)]


def heard(phone: Phone, number: str) -> int:
    """Frames of somebody's tone that this telephone has heard."""
    return sum(frame == TONES[number] for _, frame in phone.heard_frames)


def sounding(phone: Phone) -> int:
    """Frames with any sound."""
    return sum(voiced(frame) for _, frame in phone.heard_frames)
