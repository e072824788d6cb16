"""Menus and what is collected, over the line: chosen by voice, chosen by key, read back, refused, and right at last."""

from tests.calls.desk import desk
from tests.journeys.house import street

MENU = ["Hours, one.", "Visit, two.", "Person, three."]


async def test_a_menu_by_voice() -> None:
    async with street(flow=desk()) as there:
        caller = there.caller()
        await caller.dial()
        assert await caller.says("menu") == MENU
        assert await caller.says("opening hours") == ["Nine to five.", "Anything else?"]
        await caller.hangs_up()


async def test_a_menu_by_key() -> None:
    async with street(flow=desk()) as there:
        caller = there.caller()
        await caller.dial()
        assert await caller.presses("9") == MENU
        assert await caller.presses("1") == ["Nine to five.", "Anything else?"]
        await caller.hangs_up()


async def test_a_name_is_read_back_refused_and_then_right() -> None:
    async with street(flow=desk()) as there:
        caller = there.caller()
        await caller.dial()
        await caller.says("menu")
        assert await caller.says("appointment") == ["Your name?"]
        assert await caller.says("my name is anna") == ["Anna.", "Right?"]
        assert await caller.says("no") == ["Your name?"]
        assert await caller.says("ana") == ["Ana.", "Right?"]
        assert await caller.says("yes") == ["Which day?"]
        await caller.hangs_up()
