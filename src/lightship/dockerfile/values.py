"""Values inside flags and operands, as Go reads them: durations, booleans, fields of a CSV line."""

from __future__ import annotations

from collections.abc import Iterable

from lightship.regex import regex

# Possessive quantifiers: digits without a unit must not be tried in every way that they could be
# cut.
_DURATION = regex(
    r"[+-]?(?:(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:ns|us|µs|μs|ms|s|m|h))++|[+-]?0"
)
_DURATION_PART = regex(r"0*+([0-9]*+)(\.[0-9]*+)?(ns|us|µs|μs|ms|s|m|h)")
_NANOSECONDS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9}
_NANOSECONDS |= {"m": 60 * 10**9, "h": 3600 * 10**9}
_LONGEST_DURATION = 2**63 - 1

# strconv.ParseBool
BOOLEANS = dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True)
BOOLEANS |= dict.fromkeys(("0", "f", "F", "FALSE", "false", "False"), False)


def go_lower(text: str) -> str:
    """`strings.ToLower`: character for character, where Python makes two of U+0130."""
    return text.replace("\u0130", "i").lower()


def csv_fields(value: str) -> list[str] | None:
    """The fields of one CSV line as go-csvvalue reads them.

    None for an empty line or a quote out of place.
    """
    fields: list[str] = []
    at = 0
    while value:
        if value.startswith('"', at):
            field, at = _quoted_field(value, at + 1)
            if field is None or value[at : at + 1] not in ("", ","):
                return None
        else:
            comma = value.find(",", at)
            end = len(value) if comma < 0 else comma
            field, at = value[at:end], end
            if '"' in field:
                return None
        fields.append(field)
        if at >= len(value):
            return fields
        at += 1
    return None


def _quoted_field(value: str, at: int) -> tuple[str | None, int]:
    pieces = []
    while True:
        quote = value.find('"', at)
        if quote < 0:
            return None, len(value)
        pieces.append(value[at:quote])
        at = quote + 1
        if not value.startswith('"', at):
            return "".join(pieces), at
        pieces.append('"')
        at += 1


def duration(text: str) -> float | None:
    """Seconds of a Go duration (`time.ParseDuration`): `1m30s`, `.5h`; None if it is not one."""
    if not _DURATION.fullmatch(text):
        return None
    total = 0
    for whole, fraction, unit in _DURATION_PART.findall(text):
        nanoseconds = _NANOSECONDS[unit]
        # 20 digits are too many already
        number = int(whole[:20] or "0")
        total += number * nanoseconds
        # A fraction is less than one unit, and rounded down
        share = float(f"0{fraction}") if fraction else 0.0
        total += int(share * nanoseconds)
    if total > _LONGEST_DURATION:
        return None
    is_negative = text.startswith("-")
    return (-total if is_negative else total) / 1e9


def similar(word: str, known: Iterable[str], least: float = 0.6) -> str:
    """`did you mean ...?` where a known word is near, else nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - slow to import, and errors are rare

    if len(word) > 40:
        return ""
    near = get_close_matches(word, sorted(known), 1, least)
    return f"did you mean {near[0]}?" if near else ""


def shortened(text: str) -> str:
    """A text fit for a message."""
    return text if len(text) <= 40 else text[:40] + "..."
