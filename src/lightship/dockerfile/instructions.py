"""The keywords, and what BuildKit's instruction parser refuses
(frontend/dockerfile/instructions/parse.go).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lightship.dockerfile.characters import SPACE
from lightship.dockerfile.heredoc import read_opening
from lightship.dockerfile.known_flags import (
    Refusal,
    check_choice,
    check_device,
    check_flags,
    check_mount,
)
from lightship.dockerfile.tree import Flag, Instruction, Problem
from lightship.dockerfile.values import duration, go_lower, shortened, similar
from lightship.errors import ExpansionError
from lightship.regex import regex
from lightship.text import Span

_STAGE_NAME = regex(r"[a-z][a-z0-9_.-]*")
_INTEGER = regex(r"([+-]?)0*([0-9]{1,20})")
UNKNOWN = "unknown instruction: "
CONTINUE = "to continue the line before, end it with the escape character"

Checks = Callable[[Instruction], Refusal | None]


def refusal(instruction: Instruction) -> Problem | None:
    """The first thing that BuildKit's instruction parser would refuse in one instruction, or
    None.
    """
    keyword = instruction.keyword
    found = (
        _OPERANDS[keyword](instruction)
        if keyword in _OPERANDS
        else _unknown(instruction)
    )
    if found is None:
        return None
    return Problem(
        found.message, found.span, instruction.first_line, "instructions", found.hint
    )


def _unknown(instruction: Instruction) -> Refusal:
    name = instruction.name
    if not name.text:
        return Refusal("empty instruction", name.span, "remove the continuation")
    hint = (
        _odd_character(name.text) or similar(instruction.keyword, KEYWORDS) or CONTINUE
    )
    return Refusal(f"{UNKNOWN}{shortened(name.text)}", name.span, hint)


def _odd_character(name: str) -> str:
    """What nobody sees on a screen: a no-break space after the keyword, a byte order mark
    before it, UTF-16.
    """
    odd = next((char for char in name if not char.isprintable()), "")
    if "\udc80" <= odd <= "\udcff":
        return f"it contains the byte {ord(odd) - 0xDC00:02X}, which is not UTF-8"
    if not odd:
        return ""
    return f"it contains the character U+{ord(odd):04X}, which is not a space"


def _at_least_one(instruction: Instruction) -> Refusal | None:
    if not instruction.args:
        return Refusal(
            f"{instruction.keyword} requires at least one argument",
            instruction.name.span,
        )
    return None


def _exactly_one(instruction: Instruction) -> Refusal | None:
    if len(instruction.args) != 1:
        return Refusal(
            f"{instruction.keyword} requires exactly one argument",
            instruction.name.span,
        )
    return check_flags(instruction)


def _pairs(instruction: Instruction) -> Refusal | None:
    found = (
        check_flags(instruction) if instruction.keyword != "ARG" else None
    ) or _at_least_one(instruction)
    if found:
        return found
    for pair in instruction.pairs:
        if not pair.name.text:
            return Refusal(f"{instruction.keyword} names can not be blank", pair.span)
    return None


def _from(instruction: Instruction) -> Refusal | None:
    """FROM flag* image ("AS" name)?"""
    args = instruction.args
    if len(args) == 3 and args[1].text.casefold() == "as":
        if not _STAGE_NAME.fullmatch(go_lower(args[2].text)):
            message = f"invalid name for build stage: {shortened(args[2].text)}"
            hint = "a name starts with a letter and contains only letters, digits, -, _ and ."
            return Refusal(message, args[2].span, hint)
    elif len(args) != 1:
        span = (
            Span(args[1].span.start, args[-1].span.end)
            if args
            else instruction.name.span
        )
        hint = "write FROM image AS name" if args else "write FROM image"
        return Refusal("FROM requires either one or three arguments", span, hint)
    return check_flags(instruction)


def _copy(instruction: Instruction) -> Refusal | None:
    """COPY flag* source+ destination"""
    args = instruction.args
    if len(args) < 2:
        needed = "at least two arguments, a source and a destination"
        message = f"{instruction.keyword} requires {needed}"
        return Refusal(message, args[0].span if args else instruction.name.span)
    found = check_flags(instruction)
    if found:
        return found
    try:
        opening = read_opening(args[-1].text)
    except ExpansionError:
        opening = None
    if opening is not None:
        message = f"{instruction.keyword} cannot accept a heredoc as a destination"
        return Refusal(
            message,
            args[-1].span,
            f"write {instruction.keyword} {shortened(args[-1].text)} DESTINATION",
        )
    return None


def _run(instruction: Instruction) -> Refusal | None:
    return (
        check_flags(instruction)
        or _first(map(check_mount, instruction.all_flags("mount")))
        or check_choice(instruction, "network", ("default", "none", "host"))
        or check_choice(instruction, "security", ("sandbox", "insecure"))
        or _first(map(check_device, instruction.all_flags("device")))
    )


def _first(refusals: Iterable[Refusal | None]) -> Refusal | None:
    return next((refusal for refusal in refusals if refusal), None)


def _healthcheck(instruction: Instruction) -> Refusal | None:
    """HEALTHCHECK flag* ("CMD" command | "NONE")"""
    if not instruction.args:
        return _at_least_one(instruction)
    kind, rest = instruction.args[0], instruction.args[1:]
    if kind.text.upper() == "NONE":
        return (
            Refusal("HEALTHCHECK NONE takes no arguments", rest[0].span)
            if rest
            else None
        )
    found = check_flags(instruction)
    if found:
        return found
    if kind.text.upper() != "CMD":
        return Refusal(
            f"unknown type in HEALTHCHECK: {shortened(kind.text)}",
            kind.span,
            "write HEALTHCHECK CMD command",
        )
    if not rest:
        return Refusal("missing command after HEALTHCHECK CMD", kind.span)
    names = ("interval", "timeout", "start-period", "start-interval")
    return _first(_interval(instruction.flag(name)) for name in names) or _retries(
        instruction.flag("retries")
    )


def _interval(flag: Flag | None) -> Refusal | None:
    if flag is None or not flag.value:
        return None
    seconds = duration(flag.value)
    if seconds is None:
        return Refusal(
            f"--{flag.name} is not a duration: {shortened(flag.value)}",
            flag.span,
            "such as 30s or 1m30s",
        )
    if abs(seconds) >= 1e-9 and seconds < 1e-3:
        return Refusal(f"--{flag.name} cannot be less than 1ms", flag.span)
    return None


def _retries(flag: Flag | None) -> Refusal | None:
    if flag is None or not flag.value:
        return None
    number = _INTEGER.fullmatch(flag.value)
    if number is None or int(number[2]) >= 2**31:
        return Refusal(f"--retries is not a number: {shortened(flag.value)}", flag.span)
    if number[1] == "-" and int(number[2]):
        return Refusal("--retries cannot be negative", flag.span)
    return None


def _onbuild(instruction: Instruction) -> Refusal | None:
    """ONBUILD instruction"""
    if instruction.trigger is None:
        return _at_least_one(instruction)
    found = check_flags(instruction)
    if found:
        return found
    trigger = instruction.trigger
    # BuildKit compares in upper case here, in lower case elsewhere: a dotless i matters.
    keyword = trigger.name.text.strip(SPACE).upper()
    if keyword == "ONBUILD":
        return Refusal("ONBUILD cannot hold another ONBUILD", trigger.name.span)
    if keyword in ("FROM", "MAINTAINER"):
        return Refusal(f"{keyword} is not allowed in ONBUILD", trigger.name.span)
    return None


def _volume(instruction: Instruction) -> Refusal | None:
    found = _at_least_one(instruction) or check_flags(instruction)
    if found:
        return found
    blank = next(
        (word for word in instruction.args if not word.text.strip(SPACE)), None
    )
    return Refusal("a VOLUME can not be an empty string", blank.span) if blank else None


def _shell(instruction: Instruction) -> Refusal | None:
    found = check_flags(instruction) or _at_least_one(instruction)
    if found is None and instruction.form != "exec":
        hint = 'write SHELL ["/bin/bash", "-o", "pipefail", "-c"]'
        return Refusal(
            "SHELL requires its arguments as a JSON array",
            instruction.args[0].span,
            hint,
        )
    return found


def _one_or_flags(instruction: Instruction) -> Refusal | None:
    return _at_least_one(instruction) or check_flags(instruction)


_OPERANDS: dict[str, Checks] = {
    "ADD": _copy,
    "ARG": _pairs,
    "CMD": check_flags,
    "COPY": _copy,
    "ENTRYPOINT": check_flags,
    "ENV": _pairs,
    "EXPOSE": _one_or_flags,
    "FROM": _from,
    "HEALTHCHECK": _healthcheck,
    "LABEL": _pairs,
    "MAINTAINER": _exactly_one,
    "ONBUILD": _onbuild,
    "RUN": _run,
    "SHELL": _shell,
    "STOPSIGNAL": _exactly_one,
    "USER": _exactly_one,
    "VOLUME": _volume,
    "WORKDIR": _exactly_one,
}

KEYWORDS = frozenset(_OPERANDS)
