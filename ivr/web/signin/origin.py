"""Whether one of this server's own pages asks, by what browsers say of themselves and pages cannot forge."""

import ipaddress

from aiohttp import web
from yarl import URL


def own_origin(request: web.Request, public_url: str) -> str | None:
    """The origin of the page that asks, when it is one of ours; None when it is not.

    Ours are the public address, and this machine by a name of its own: a foreign name that was pointed here is neither.
    """
    given = request.headers.get("Origin", "")
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return None
    ours = {str(URL(public_url).origin())} if public_url else set()
    if names_this_machine(request):
        ours.add(f"http://{request.host}")
    return given if given in ours else None


def names_this_machine(request: web.Request) -> bool:
    """Whether it was sent to a name of this machine."""
    try:
        host = URL(f"http://{request.host}").host or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
