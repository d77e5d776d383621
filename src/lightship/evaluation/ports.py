"""Ports of EXPOSE (BuildKit's frontend/dockerfile/dockerfile2llb/convert_expose.go)."""

from __future__ import annotations

from lightship.record import record
from lightship.regex import regex

_NUMBER = regex(r"[+-]?[0-9]{1,18}")
_HIGHEST = 65535
PROTOCOLS = ("tcp", "udp", "sctp")


@record
class Port:
    """`[ip:][host:]container[/protocol]`, as written.

    `protocol` is empty where none is written. `first` and `last` are the container's ports, 0
    where `refusal` says why BuildKit does not take them.
    """

    text: str
    ip: str
    host: str
    container: str
    protocol: str
    first: int = 0
    last: int = 0
    refusal: str = ""

    @property
    def too_high(self) -> bool:
        """Whether it is refused because a number in it is higher than any port."""
        numbers = [
            number for part in (self.host, self.container) for number in part.split("-")
        ]
        return bool(self.refusal) and any(
            number.isdecimal() and int(number[:9]) > _HIGHEST for number in numbers
        )


def read_port(text: str) -> Port:
    """One word of EXPOSE, after expansion."""
    parts = text.split(":")
    ip, host, container = ":".join(parts[:-2]), "".join(parts[-2:-1]), parts[-1]
    container, _, protocol = container.partition("/")
    if not container:
        return Port(text, "", "", "", "", refusal="it has no port")
    if protocol and protocol.lower() not in PROTOCOLS:
        reason = f"unknown protocol {protocol}: write tcp, udp or sctp"
        return Port(text, "", "", container, "", refusal=reason)
    found = _range(container)
    refusal = _ip_refusal(ip)
    if not refusal and isinstance(found, str):
        refusal = found
    if not refusal and host:
        refusal = _host_refusal(host, found)
    if refusal or isinstance(found, str):
        return Port(text, ip, host, container, protocol, refusal=refusal)
    return Port(text, ip, host, container, protocol, *found)


def _range(text: str) -> tuple[int, int] | str:
    """`8000` or `8000-9000`, or what is wrong."""
    first, dash, last = text.partition("-")
    start = _number(first)
    end = _number(last) if dash and first != last else start
    if start is None or end is None:
        return f"invalid port {text}: write a number from 0 to {_HIGHEST}"
    return (start, end) if start <= end else f"the range {text} ends before it starts"


def _number(text: str) -> int | None:
    if not _NUMBER.fullmatch(text):
        return None
    number = int(text)
    return number if 0 <= number <= _HIGHEST else None


def _ip_refusal(ip: str) -> str:
    bare = ip[1:-1] if ip.startswith("[") and ip.endswith("]") else ip
    if not ip or (is_ip(bare) and "[" not in bare):
        return ""
    return f"invalid IP address {ip}"


def is_ip(text: str) -> bool:
    """Whether Go's net.ParseIP reads an address."""
    from ipaddress import ip_address  # noqa: PLC0415 - slow to import, and addresses are rare here

    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def _host_refusal(host: str, container: tuple[int, int] | str) -> str:
    found = _range(host)
    if isinstance(found, str):
        return found
    if isinstance(container, str) or container[0] == container[1]:
        return ""
    if found[1] - found[0] != container[1] - container[0]:
        return "the ranges of host and container have different lengths"
    return ""
