"""Headers of answers: which are compared, and what it means that one differs.

What varies with each answer (Date, ETag, Last-Modified, identifiers), or says how it was sent
(Content-Length, Server, Connection), is not compared. Of a cookie the name and its attributes are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lightship.proof.content_policy import compared_policies, forbids_framing
from lightship.proof.hardening_headers import (
    CSP,
    FRAMES,
    HARDENING,
    is_in_force,
    is_weaker,
)
from lightship.proof.proof import Effect
from lightship.proof.varying import is_same
from lightship.record import record

_COOKIE, _OWN_COOKIE = "set-cookie", "cookie "
_TYPE, _LOCATION, _CACHING = "content-type", "location", "cache-control"
# Without them a browser does not hand the answer over (Fetch, CORS protocol)
_SHARING = frozenset(
    """access-control-allow-origin access-control-allow-credentials access-control-allow-methods
    access-control-allow-headers access-control-expose-headers""".split()
)
_OTHERS = frozenset(
    (
        _TYPE,
        _LOCATION,
        _CACHING,
        "content-disposition",
        "content-encoding",
        "www-authenticate",
    )
)
_COMPARED = HARDENING | _SHARING | _OTHERS
_PRIVATE = frozenset(("private", "no-store"))
_FLAGS = frozenset(("httponly", "secure", "partitioned"))
_SITE = "samesite"
# What other sites may make a browser send (RFC 6265bis, 5.6.7); older proofs do not know the value
_SITES = {"strict": 2, "lax": 1, "": 0, "none": -1}
# Every site, or any page in a sandboxed frame, may read the answer
_ANYBODY = frozenset(("*", "null"))
_LONGEST, _MOST = 4_000, 40  # characters of a value, and headers of an answer


@record
class HeaderChange:
    """A header that differs: as both sides have it, and what that means.

    `breaks` where a client no longer gets what it needs.
    """

    name: str
    before: str
    after: str
    effect: Effect
    breaks: bool = False


def compared_headers(lines: Sequence[str]) -> tuple[str, ...]:
    """Those of an answer that are compared, as lines in the order of their names.

    Of cookies without their values, and without the attributes that are times.
    """
    kept: list[str] = []
    for line in lines:
        name, _, value = line.partition(":")
        name = name.strip().lower()
        value = value.strip()[:_LONGEST]
        if name == _COOKIE:
            kept.append(f"{name}: {_without_value(value)}")
        elif name in _COMPARED:
            kept.append(f"{name}: {value}")
    return tuple(sorted(kept)[:_MOST])


def _without_value(cookie: str) -> str:
    """`session=…; HttpOnly; Path=/`."""
    first, *attributes = [part.strip() for part in cookie.split(";")]
    kept = [f"{first.partition('=')[0]}=…"]
    for attribute in sorted(attributes):
        name, _, value = attribute.partition("=")
        if name.lower() in _FLAGS:
            kept.append(name)
        elif name.lower() in ("path", "domain", _SITE):
            kept.append(f"{name}={value}")
    return "; ".join(kept)


def header_changes(
    before: Sequence[Sequence[str]], after: Sequence[Sequence[str]]
) -> Iterator[HeaderChange]:
    """How the headers of all answers to one question differ; what varies within a side does not.

    A header that a side has only now and then is not compared.
    """
    old = _by_name(before)
    new = _by_name(after)
    is_framing_told = any(map(forbids_framing, new.get(CSP, ())))
    for name in sorted({*old, *new}):
        values = old.get(name, ())
        others = new.get(name, ())
        if 0 < len(values) < len(before) or 0 < len(others) < len(after):
            continue
        if values and others and is_same(values, others):
            continue
        change = _changed(
            name, values[0] if values else "", others[0] if others else ""
        )
        if name == FRAMES and is_framing_told:
            change = replace(change, effect=Effect.OTHER)
        yield change


def _by_name(answers: Sequence[Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    """The values of each header; a cookie is one of its own.

    Lines with the same name are one list (RFC 9110, 5.3).
    """
    found: dict[str, list[str]] = {}
    for lines in answers:
        own: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(": ")
            if name == _COOKIE:
                name = _OWN_COOKIE + value.partition("=")[0]
            is_again = name in own and not name.startswith(_OWN_COOKIE)
            own[name] = f"{own[name]}, {value}" if is_again else value
        for name, value in own.items():
            found.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in found.items()}


def _changed(name: str, before: str, after: str) -> HeaderChange:
    effect, breaks = _meaning(name, before, after)
    if name == CSP and before and after:
        policies = compared_policies(before, after)
        before, after = policies.before, policies.after
    return HeaderChange(name, before or "none", after or "none", effect, breaks)


def _meaning(name: str, before: str, after: str) -> tuple[Effect, bool]:
    """Whether it is worse, and whether it breaks clients."""
    if name.startswith(_OWN_COOKIE):
        return _of_cookie(before, after)
    if name in HARDENING:
        return _of_hardening(name, before, after), False
    if name == _CACHING:
        return _of_caching(before, after)
    if name in (_TYPE, _LOCATION) and before:
        return Effect.WORSE, True
    if name in _SHARING:
        return _of_sharing(name, before, after)
    return Effect.OTHER, False


def _of_hardening(name: str, before: str, after: str) -> Effect:
    """Better is what is new: what is stricter may keep a page from working, which nothing asks."""
    if max(len(before), len(after)) >= _LONGEST:
        return Effect.OTHER  # its end is not known
    if is_weaker(name, before, after):
        return Effect.WORSE
    is_new = not is_in_force(name, before) and is_in_force(name, after)
    return Effect.BETTER if is_new else Effect.OTHER


def _of_sharing(name: str, before: str, after: str) -> tuple[Effect, bool]:
    """Whether a browser denies what it allowed: an origin, a method, a header, credentials."""
    old = _words(before)
    new = _words(after)
    is_origin = name == "access-control-allow-origin"
    if is_origin and _ANYBODY & new and not _ANYBODY & old:
        return Effect.WORSE, False  # every page may read what one could, or none
    is_lost = "*" not in new and bool(old - new)
    return (Effect.WORSE if is_lost else Effect.OTHER), is_lost


def _words(value: str) -> set[str]:
    return {part.strip().lower() for part in value.split(",") if part.strip()}


def _of_cookie(before: str, after: str) -> tuple[Effect, bool]:
    if not before or not after:
        return (Effect.WORSE, True) if before else (Effect.OTHER, False)
    old = _attributes(before)
    new = _attributes(after)
    flags, others = _FLAGS & old.keys(), _FLAGS & new.keys()
    site, other_site = _rank_of_site(old), _rank_of_site(new)
    if site is None or other_site is None:
        site = other_site = 0
    if flags - others or other_site < site:
        return Effect.WORSE, False
    is_stricter = bool(others - flags) or other_site > site
    return (Effect.BETTER if is_stricter else Effect.OTHER), False


def _attributes(cookie: str) -> Mapping[str, str]:
    """`HttpOnly; Path=/`, each by its name."""
    parts = [part.lower().partition("=") for part in cookie.split("; ")[1:]]
    return {name: value for name, _, value in parts}


def _rank_of_site(attributes: Mapping[str, str]) -> int | None:
    """None where the value is not known."""
    if _SITE not in attributes:
        return _SITES[""]
    return _SITES.get(attributes[_SITE] or "unknown")


def _of_caching(before: str, after: str) -> tuple[Effect, bool]:
    """What was private, or not to be kept at all, must stay so; else it is only slower or older."""
    old = _words(before) & _PRIVATE
    new = _words(after) & _PRIVATE
    is_lost = bool(old) and not new
    is_kept = "no-store" in old - new
    if is_lost or is_kept:
        return Effect.WORSE, True
    return Effect.OTHER, False
