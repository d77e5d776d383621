"""Which versions a specifier of PEP 440 allows, of those that are plain numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import eq, ge, gt, le, lt, ne

from lightship.record import record
from lightship.regex import regex

# A clause as most are written: `>=3.10`, `<4`, `==3.12.*`
_COMMON = regex(
    r"\s*(?P<operator>[=!<>]=|[<>])\s*(?P<numbers>[0-9]{1,9}(?:\.[0-9]{1,9})*)(?P<series>\.\*)?\s*"
)
_Numbers = tuple[int, ...]
_OPERATORS: dict[str, Callable[[_Numbers, _Numbers], bool]] = {
    "==": eq,
    "!=": ne,
    ">=": ge,
    "<=": le,
    ">": gt,
    "<": lt,
}


@record
class _Clause:
    """An operator and a version; of a series (`==3.12.*`) only its first numbers count."""

    operator: str
    numbers: _Numbers
    is_series: bool

    def allows(self, version: _Numbers) -> bool:
        width = len(self.numbers)
        if not self.is_series:
            width = max(width, len(version))
        return _OPERATORS[self.operator](
            _padded(version, width), _padded(self.numbers, width)
        )


def fitting(specifier: str, versions: Sequence[str]) -> tuple[str, ...] | None:
    """Those of `versions` that a specifier allows; None where it cannot be read.

    Most projects have a common one, and to import packaging for it takes half as long as Python
    takes to start.
    """
    clauses = [_common(text) for text in specifier.split(",")]
    known = [clause for clause in clauses if clause is not None]
    if len(known) < len(clauses):
        return _by_packaging(specifier, versions)
    return tuple(
        version
        for version in versions
        if all(clause.allows(_numbers(version)) for clause in known)
    )


def _common(text: str) -> _Clause | None:
    match = _COMMON.fullmatch(text)
    if match is None:
        return None
    operator, is_series = match["operator"], match["series"] is not None
    if is_series and operator not in ("==", "!="):
        return None
    return _Clause(operator, _numbers(match["numbers"]), is_series)


def _numbers(version: str) -> _Numbers:
    return tuple(map(int, version.split(".")))


def _padded(numbers: _Numbers, width: int) -> _Numbers:
    """So many numbers: 3.12 is 3.12.0."""
    return (*numbers, *[0] * width)[:width]


def _by_packaging(specifier: str, versions: Sequence[str]) -> tuple[str, ...] | None:
    # Slow to import
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415

    try:
        allowed = SpecifierSet(specifier)
    except (InvalidSpecifier, ValueError):
        return None
    return tuple(version for version in versions if allowed.contains(version))
