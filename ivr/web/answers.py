"""JSON as pages send and get it, and refusals in words that a page can show."""

from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

Model = TypeVar("Model", bound=BaseModel)


class Told(BaseModel):
    """What is sent to a page, or comes from one: exactly these fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Refusal(Told):
    """Why something was not done. `code` is for the page, `message` for the person before it.

    retry_s  when to try again, if that is known.
    """

    code: str
    message: str
    retry_s: int | None = None


def answer(model: BaseModel, status: int = 200) -> web.Response:
    return web.Response(
        text=model.model_dump_json(),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


def refuse(status: int, code: str, message: str, retry_s: int | None = None) -> web.Response:
    response = answer(Refusal(code=code, message=message, retry_s=retry_s), status)
    if retry_s is not None:
        response.headers["Retry-After"] = str(retry_s)
    return response


async def read(request: web.Request, model: type[Model]) -> Model | web.Response:
    """What the page sent, or the refusal of it. Only JSON: a form of another site cannot send that."""
    if request.content_type != "application/json":
        return refuse(415, "not_json", "This takes JSON.")
    try:
        return model.model_validate_json(await request.read())
    except ValidationError as error:
        where = ", ".join(".".join(map(str, each["loc"])) or "the whole" for each in error.errors())
        return refuse(422, "not_understood", f"This was not understood: {where}.")
