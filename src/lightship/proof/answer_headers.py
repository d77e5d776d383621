"""Headers of answers: which are compared, and what it means that one differs.

What varies with each answer (Date, ETag, Last-Modified, identifiers), or says how it was sent
(Content-Length, Server, Connection), is not compared. Of a cookie the name and its attributes are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lightship.proof.proof import Effect
from lightship.proof.varying import is_same
from lightship.record import record
from lightship.regex import regex

_COOKIE = "set-cookie"
_TYPE, _LOCATION, _CACHING = "content-type", "location", "cache-control"
# What tells a browser to be careful (OWASP Secure Headers): to lose one is worse
_HARDENING = frozenset(
    """strict-transport-security content-security-policy x-frame-options x-content-type-options
    referrer-policy permissions-policy cross-origin-opener-policy cross-origin-embedder-policy
    cross-origin-resource-policy""".split()
)
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
_COMPARED = _HARDENING | _SHARING | _OTHERS
_PRIVATE = frozenset(("private", "no-store"))
_FLAGS = frozenset(("httponly", "secure", "samesite", "partitioned"))
_FORGET = regex(r"(?i)max-age\s*=\s*\"?0+\"?\s*(?:;|$)")
_LONGEST, _MOST = 1_000, 40  # characters of a value, and headers of an answer


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
        elif name.lower() in ("path", "domain"):
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
    for name in sorted({*old, *new}):
        values = old.get(name, ())
        others = new.get(name, ())
        if 0 < len(values) < len(before) or 0 < len(others) < len(after):
            continue
        if values and others and is_same(values, others):
            continue
        yield _changed(name, values[0] if values else "", others[0] if others else "")


def _by_name(answers: Sequence[Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    """The values of each header; a cookie is one of its own."""
    found: dict[str, list[str]] = {}
    for lines in answers:
        own: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(": ")
            if name == _COOKIE:
                name = f"cookie {value.partition('=')[0]}"
            own[name] = value
        for name, value in own.items():
            found.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in found.items()}


def _changed(name: str, before: str, after: str) -> HeaderChange:
    effect, breaks = _meaning(name, before, after)
    return HeaderChange(name, before or "none", after or "none", effect, breaks)


def _meaning(name: str, before: str, after: str) -> tuple[Effect, bool]:
    """Whether it is worse, and whether it breaks clients."""
    if name.startswith("cookie "):
        return _of_cookie(before, after)
    if name in _HARDENING:
        before, after = _in_force(name, before), _in_force(name, after)
        if bool(before) is bool(after):
            return Effect.OTHER, False
        return (Effect.WORSE if before else Effect.BETTER), False
    if name == _CACHING:
        return _of_caching(before, after)
    if name in (_TYPE, _LOCATION) and before:
        return Effect.WORSE, True
    if name in _SHARING and before:
        return _of_sharing(name, before, after)
    return Effect.OTHER, False


def _in_force(name: str, value: str) -> str:
    """Empty for HSTS with `max-age=0`, by which a browser forgets it (RFC 6797, 6.1.1)."""
    is_hsts = name == "strict-transport-security"
    return "" if is_hsts and _FORGET.search(value) else value


def _of_sharing(name: str, before: str, after: str) -> tuple[Effect, bool]:
    """Whether a browser denies what it allowed: an origin, a method, a header, credentials."""
    old = _words(before)
    new = _words(after)
    if name == "access-control-allow-origin" and "*" in new - old:
        return Effect.WORSE, False  # every page may read what one could
    is_lost = "*" not in new and bool(old - new)
    return (Effect.WORSE if is_lost else Effect.OTHER), is_lost


def _words(value: str) -> set[str]:
    return {part.strip().lower() for part in value.split(",") if part.strip()}


def _of_cookie(before: str, after: str) -> tuple[Effect, bool]:
    if not before or not after:
        return (Effect.WORSE, True) if before else (Effect.OTHER, False)
    old = {part.lower() for part in before.split("; ")} & _FLAGS
    new = {part.lower() for part in after.split("; ")} & _FLAGS
    if old - new:
        return Effect.WORSE, False
    return (Effect.BETTER if new - old else Effect.OTHER), False


def _of_caching(before: str, after: str) -> tuple[Effect, bool]:
    """What was private, or not to be kept at all, must stay so; else it is only slower or older."""
    old = _words(before) & _PRIVATE
    new = _words(after) & _PRIVATE
    is_lost = bool(old) and not new
    is_kept = "no-store" in old - new
    if is_lost or is_kept:
        return Effect.WORSE, True
    return Effect.OTHER, False
