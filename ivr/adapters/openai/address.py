"""The address of an endpoint: which ones may be used, and what is wrong with the others."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from ivr.vocabulary.errors import ConfigError

ENDS: Final = "/v1"
INWARD: Final = (".local", ".internal", ".lan", ".localhost", ".home.arpa")
"Endings of names that no public server has."


def check_endpoint(url: str, *, where: str, ending: str = ENDS) -> str:
    """Return the address without a slash at its end. Raises ConfigError, naming `where`, for one that may not be used.

    Plain http is for this machine and private networks: it carries the key, and what callers ask, for all to read.
    """
    example = f"Write for example https://models.example.com{ending} or http://127.0.0.1:11434{ending}."
    clean = url.rstrip("/")
    if any(letter.isspace() or not letter.isprintable() for letter in clean) or "\\" in clean:
        raise ConfigError("the address holds blanks or signs that no address has", where=where, fix=example)
    try:
        parts = urlsplit(clean)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigError(f"the address cannot be read ({error})", where=where, fix=example) from error
    if parts.scheme not in {"http", "https"} or not host:
        raise ConfigError("the address must begin with https:// or http://", where=where, fix=example)
    if parts.username is not None or parts.password is not None:
        fix = "Take them out: an address is shown in logs and by `ivr check`, a key is not."
        raise ConfigError("the address holds a name or a password", where=where, fix=fix)
    if parts.query or parts.fragment or not parts.path.endswith(ending):
        raise ConfigError(f"the address must end in {ending}", where=where, fix=example)
    address = _address(host)
    if address is not None and (address.is_link_local or address.is_multicast or address.is_unspecified):
        fix = "Name the server itself; 169.254.… is where clouds keep the machine's own secrets."
        raise ConfigError(f"{host} is no server's address", where=where, fix=fix)
    if parts.scheme == "http" and not _inward(host, address):
        fix = f"Write https://{parts.netloc}… or name a machine of your own network."
        raise ConfigError("http is for this machine and private networks only", where=where, fix=fix)
    return clean


def is_this_machine(url: str) -> bool:
    """Whether it leads to this machine, so that no proxy may stand between."""
    host = urlsplit(url).hostname or ""
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _inward(host: str, address: IPv4Address | IPv6Address | None) -> bool:
    if address is not None:
        return address.is_loopback or address.is_private
    return "." not in host or host.endswith(INWARD)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
