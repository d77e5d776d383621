"""Content-Security-Policy: whether a policy allows what another one forbids (W3C, CSP Level 3).

Directives are compared as they work: one that is left out falls back to `default-src`, a nonce or a
hash switches `'unsafe-inline'` off, and `'strict-dynamic'` switches hosts off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lightship.record import record

_DEFAULT = "default-src"
_SCRIPT = "script-src"
_ANY = "*"
# What each directive falls back to, and whether what it allows runs, or sends what is typed
# elsewhere: a source more is then a hole. Pictures and fonts from another host are only a change
_FALLBACKS: Mapping[str, tuple[str, ...]] = {
    _SCRIPT: (_DEFAULT,),
    "script-src-elem": (_SCRIPT, _DEFAULT),
    "script-src-attr": (_SCRIPT, _DEFAULT),
    "style-src": (_DEFAULT,),
    "style-src-elem": ("style-src", _DEFAULT),
    "style-src-attr": ("style-src", _DEFAULT),
    "object-src": (_DEFAULT,),
    "worker-src": ("child-src", _SCRIPT, _DEFAULT),
    "frame-src": ("child-src", _DEFAULT),
    "connect-src": (_DEFAULT,),
    "img-src": (_DEFAULT,),
    "font-src": (_DEFAULT,),
    "media-src": (_DEFAULT,),
    "manifest-src": (_DEFAULT,),
    "base-uri": (),
    "form-action": (),
    "frame-ancestors": (),
}
_RUNS = frozenset(
    """script-src script-src-elem script-src-attr object-src worker-src frame-src connect-src
    base-uri form-action frame-ancestors""".split()
)
# Worse to lose, whatever stands in them
_SWITCHES = ("sandbox", "upgrade-insecure-requests", "require-trusted-types-for")
_SOURCE_RISKS = frozenset(("'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", _ANY))
_SCRIPT_RISKS = frozenset(("http:", "https:", "data:", "blob:", "'wasm-unsafe-eval'"))
_OF_SCRIPTS = frozenset(("script-src", "script-src-elem", "object-src", "worker-src"))
_HASHES = ("'nonce-", "'sha256-", "'sha384-", "'sha512-")
_DYNAMIC = "'strict-dynamic'"

Directives = Mapping[str, tuple[str, ...]]
_Sources = frozenset[str]


@record
class PolicyChange:
    """Two policies: what only one of them says, and whether the second allows more."""

    before: str
    after: str
    is_weaker: bool


def compared_policies(before: str, after: str) -> PolicyChange:
    """Both values of the header, in linear time; empty for a side that has none."""
    old = _policies(before)
    new = _policies(after)
    if len(old) > 1 or len(new) > 1:
        # All of them hold together, so that one more forbids more
        is_weaker = not all(_is_covered(policy, new) for policy in old)
        return PolicyChange(before, after, is_weaker)
    first = old[0] if old else {}
    second = new[0] if new else {}
    return PolicyChange(
        _only(first, second), _only(second, first), _is_weaker(first, second)
    )


def forbids_framing(value: str) -> bool:
    """Whether it says who may frame the page: browsers then ignore X-Frame-Options."""
    return any("frame-ancestors" in policy for policy in _policies(value))


def _policies(value: str) -> list[Directives]:
    found = [_directives(part) for part in value.split(",")]
    return [directives for directives in found if directives]


def _directives(policy: str) -> Directives:
    """Each by its name; the first one counts where it stands there twice (CSP3, 2.2.1)."""
    found: dict[str, tuple[str, ...]] = {}
    for part in policy.split(";"):
        words = part.split()
        if words:
            sources = tuple(map(_folded, words[1:]))
            found.setdefault(words[0].lower(), sources)
    return found


def _folded(source: str) -> str:
    """Nonces are another one each time, and hashes tell capitals apart."""
    if source.lower().startswith("'nonce-"):
        return "'nonce-…'"
    return source if source.startswith(_HASHES) else source.lower()


def _only(one: Directives, other: Directives) -> str:
    """The directives that the other policy has not, or has otherwise."""
    rows = [
        " ".join((name, *sources))
        for name, sources in one.items()
        if other.get(name) != sources
    ]
    return "; ".join(rows)


def _is_covered(policy: Directives, others: Sequence[Directives]) -> bool:
    return any(not _is_weaker(policy, other) for other in others)


def _is_weaker(before: Directives, after: Directives) -> bool:
    if any(name in before and name not in after for name in _SWITCHES):
        return True
    if "sandbox" in before and set(after["sandbox"]) - set(before["sandbox"]):
        return True  # each word allows something
    return any(_allows_more(name, before, after) for name in _FALLBACKS)


def _allows_more(name: str, before: Directives, after: Directives) -> bool:
    """Whether a source is allowed that was not, where that is a hole."""
    old = _in_effect(name, before)
    if old is None:
        return False
    new = _in_effect(name, after)
    if new is None:
        return True
    added = {source for source in new if not _is_allowed(source, old)}
    if added & _SOURCE_RISKS or (name in _OF_SCRIPTS and added & _SCRIPT_RISKS):
        return True
    added = {source for source in added if not source.startswith(_HASHES)}
    gone = any(not _is_allowed(source, new) for source in old)
    # A host in the place of another one is a move
    return bool(added) and not gone and name in _RUNS


def _in_effect(name: str, policy: Directives) -> _Sources | None:
    """The sources that a browser goes by; None where all are allowed."""
    for each in (name, *_FALLBACKS[name]):
        if each in policy:
            return frozenset(_working(policy[each]))
    return None


def _working(sources: Sequence[str]) -> Iterator[str]:
    has_hashes = any(source.startswith(_HASHES) for source in sources)
    is_dynamic = _DYNAMIC in sources
    for source in sources:
        is_keyword = source.startswith("'")
        if source in ("'none'", "'report-sample'"):
            continue
        if source == "'unsafe-inline'" and (has_hashes or is_dynamic):
            continue
        if is_dynamic and (not is_keyword or source == "'self'"):
            continue
        yield source


def _is_allowed(source: str, sources: _Sources) -> bool:
    return any(_covers(other, source) for other in sources)


def _covers(wide: str, narrow: str) -> bool:
    """Whether all that a source stands for is allowed by another one."""
    if wide == narrow:
        return True
    if narrow.startswith("'"):
        is_eval = narrow == "'wasm-unsafe-eval'" and wide == "'unsafe-eval'"
        is_own = narrow == "'self'" and wide == _ANY
        return is_eval or is_own
    if wide == _ANY:
        return narrow not in ("data:", "blob:")
    if wide.endswith(":"):
        return narrow.startswith(f"{wide}//") or (wide, narrow) == ("http:", "https:")
    host = narrow.partition("://")[2] or narrow
    if wide == host:
        return True  # with a scheme it is less
    return wide.startswith("*.") and host.endswith(wide[1:])
