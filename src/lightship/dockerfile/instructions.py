"""The keywords: which flags each takes, and what BuildKit's instruction parser refuses
(frontend/dockerfile/instructions/parse.go, bflag.go and commands_run*.go).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from lightship.dockerfile.characters import SPACE
from lightship.dockerfile.heredoc import read_opening
from lightship.dockerfile.tree import Flag, Instruction, Problem
from lightship.dockerfile.values import BOOLEANS, csv_fields, duration, go_lower, shortened, similar
from lightship.errors import ExpansionError
from lightship.record import record
from lightship.text import Span

# Names of flags by kind: `bool` may stand without a value, `list` may be repeated.
FLAGS: dict[str, dict[str, str]] = {
    "ADD": dict.fromkeys(("chown", "chmod", "checksum"), "text")
    | dict.fromkeys(("link", "unpack", "keep-git-dir"), "bool")
    | {"exclude": "list"},
    "COPY": dict.fromkeys(("from", "chown", "chmod"), "text")
    | dict.fromkeys(("link", "parents"), "bool")
    | {"exclude": "list"},
    "FROM": {"platform": "text"},
    "HEALTHCHECK": dict.fromkeys(("interval", "timeout", "start-period", "start-interval", "retries"), "text"),
    "RUN": {"mount": "list", "network": "text", "security": "text", "device": "list"},
}
# BuildKit drops their flags unread.
_FLAGS_UNREAD = frozenset({"ARG", "STOPSIGNAL"})

_STAGE_NAME = re.compile(r"[a-z][a-z0-9_.-]*")
_INTEGER = re.compile(r"([+-]?)0*([0-9]{1,20})")


@record
class Refusal:
    """Why an instruction is refused, where to look, and what to write instead."""

    message: str
    span: Span
    hint: str = ""


Checks = Callable[[Instruction], "Refusal | None"]


def refusal(instruction: Instruction) -> Problem | None:
    """The first thing that BuildKit's instruction parser would refuse in one instruction, or None."""
    keyword = instruction.keyword
    found = _OPERANDS[keyword](instruction) if keyword in _OPERANDS else _unknown(instruction)
    if found is None:
        return None
    return Problem(found.message, found.span, instruction.first_line, "instructions", found.hint)


def _unknown(instruction: Instruction) -> Refusal:
    name = instruction.name
    if not name.text:
        return Refusal("an instruction that is empty", name.span, "remove the continuation")
    hint = (
        _odd_character(name.text)
        or similar(instruction.keyword, KEYWORDS)
        or "a line that goes on needs a continuation at the end of the one before"
    )
    return Refusal(f"unknown instruction: {shortened(name.text)}", name.span, hint)


def _odd_character(name: str) -> str:
    """What nobody sees on a screen: a no-break space behind the keyword, a byte order mark before it, UTF-16."""
    odd = next((char for char in name if not char.isprintable()), "")
    if "\udc80" <= odd <= "\udcff":
        return f"it holds the byte {ord(odd) - 0xDC00:02X}, which is not UTF-8"
    return f"it holds the character U+{ord(odd):04X}, which is no blank" if odd else ""


def _flags(instruction: Instruction) -> Refusal | None:
    """flag = "--" name ("=" value)?"""
    if instruction.keyword in _FLAGS_UNREAD:
        return None
    known = FLAGS.get(instruction.keyword, {})
    seen: set[str] = set()
    for flag in instruction.flags:
        found = _flag(instruction, flag, known, seen)
        if found:
            return found
        seen.add(flag.name)
    return None


def _flag(instruction: Instruction, flag: Flag, known: dict[str, str], seen: set[str]) -> Refusal | None:
    kind = known.get(flag.name)
    if kind is None:
        takes = ", ".join(f"--{name}" for name in known) or "no flags"
        hint = similar(flag.name, known).replace("mean ", "mean --") or f"{instruction.keyword} takes {takes}"
        return Refusal(f"unknown flag for {instruction.keyword}: --{shortened(flag.name)}", flag.span, hint)
    if flag.name in seen and kind != "list":
        return Refusal(f"duplicate flag: --{flag.name}", flag.span)
    if kind == "bool":
        if flag.value is not None and flag.value.lower() not in ("true", "false"):
            return Refusal(f"--{flag.name} takes true or false", flag.span)
    elif flag.value is None:
        return Refusal(f"missing a value on flag: --{flag.name}", flag.span, f"write --{flag.name}=VALUE")
    return None


def _at_least_one(instruction: Instruction) -> Refusal | None:
    if not instruction.args:
        return Refusal(f"{instruction.keyword} requires at least one argument", instruction.name.span)
    return None


def _exactly_one(instruction: Instruction) -> Refusal | None:
    if len(instruction.args) != 1:
        return Refusal(f"{instruction.keyword} requires exactly one argument", instruction.name.span)
    return _flags(instruction)


def _pairs(instruction: Instruction) -> Refusal | None:
    found = (_flags(instruction) if instruction.keyword != "ARG" else None) or _at_least_one(instruction)
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
            hint = "a name starts with a letter and has letters, digits, - _ and . only"
            return Refusal(message, args[2].span, hint)
    elif len(args) != 1:
        span = Span(args[1].span.start, args[-1].span.end) if args else instruction.name.span
        hint = "write FROM image AS name" if args else "write FROM image"
        return Refusal("FROM requires either one or three arguments", span, hint)
    return _flags(instruction)


def _copy(instruction: Instruction) -> Refusal | None:
    """COPY flag* source+ destination"""
    args = instruction.args
    if len(args) < 2:
        message = f"{instruction.keyword} requires at least two arguments, a source and a destination"
        return Refusal(message, args[0].span if args else instruction.name.span)
    found = _flags(instruction)
    if found:
        return found
    try:
        opening = read_opening(args[-1].text)
    except ExpansionError:
        opening = None
    if opening is not None:
        message = f"{instruction.keyword} cannot accept a heredoc as a destination"
        return Refusal(message, args[-1].span, f"write {instruction.keyword} {shortened(args[-1].text)} DESTINATION")
    return None


def _run(instruction: Instruction) -> Refusal | None:
    return (
        _flags(instruction)
        or _first(_mount(flag) for flag in instruction.all_flags("mount"))
        or _choice(instruction, "network", ("default", "none", "host"))
        or _choice(instruction, "security", ("sandbox", "insecure"))
        or _first(_device(flag) for flag in instruction.all_flags("device"))
    )


def _first(refusals: Iterable[Refusal | None]) -> Refusal | None:
    return next((refusal for refusal in refusals if refusal), None)


def _mount(flag: Flag) -> Refusal | None:
    """Most keys are read only when their variables are known; `from` may not have any."""
    fields = csv_fields(flag.value or "")
    if fields is None:
        return Refusal("--mount cannot be read: it is empty, or a quote is out of place", flag.span)
    for field in fields:
        key, equals, value = field.partition("=")
        dollar = value.find("$")
        if equals and go_lower(key) == "from" and dollar not in (-1, len(value) - 1):
            hint = "give the image a name with FROM ... AS name, and mount from that name"
            return Refusal("from= in --mount does not expand variables", flag.value_span or flag.span, hint)
    return None


def _choice(instruction: Instruction, name: str, choices: tuple[str, ...]) -> Refusal | None:
    flag = instruction.flag(name)
    if flag is None or flag.value in choices:
        return None
    hint = similar(flag.value or "", choices)
    return Refusal(f"--{name} takes {', '.join(choices[:-1])} or {choices[-1]}", flag.span, hint)


def _device(flag: Flag) -> Refusal | None:
    """device = (name | "name=" name | "required" ("=" bool)?) ("," ...)*"""
    fields = csv_fields(flag.value or "")
    if fields is None:
        return Refusal("--device cannot be read: it is empty, or a quote is out of place", flag.span)
    name = ""
    for field in fields:
        key, equals, value = field.partition("=")
        key = go_lower(key)
        if key == "required":
            if equals and value not in BOOLEANS:
                return Refusal("required in --device takes true or false", flag.span)
        elif equals and key == "name":
            if name:
                return Refusal(f"--device already has the name {shortened(name)}", flag.span)
            name = value
        elif not name:
            name = field
        else:
            return Refusal(f"unexpected key in --device: {shortened(field)}", flag.span)
    return None


def _healthcheck(instruction: Instruction) -> Refusal | None:
    """HEALTHCHECK flag* ("CMD" command | "NONE")"""
    if not instruction.args:
        return _at_least_one(instruction)
    kind, rest = instruction.args[0], instruction.args[1:]
    if kind.text.upper() == "NONE":
        return Refusal("HEALTHCHECK NONE takes no arguments", rest[0].span) if rest else None
    found = _flags(instruction)
    if found:
        return found
    if kind.text.upper() != "CMD":
        return Refusal(
            f"unknown type in HEALTHCHECK: {shortened(kind.text)}", kind.span, "write HEALTHCHECK CMD command"
        )
    if not rest:
        return Refusal("missing command after HEALTHCHECK CMD", kind.span)
    names = ("interval", "timeout", "start-period", "start-interval")
    return _first(_interval(instruction.flag(name)) for name in names) or _retries(instruction.flag("retries"))


def _interval(flag: Flag | None) -> Refusal | None:
    if flag is None or not flag.value:
        return None
    seconds = duration(flag.value)
    if seconds is None:
        return Refusal(f"--{flag.name} is not a duration: {shortened(flag.value)}", flag.span, "such as 30s or 1m30s")
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
    found = _flags(instruction)
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
    found = _at_least_one(instruction) or _flags(instruction)
    if found:
        return found
    blank = next((word for word in instruction.args if not word.text.strip(SPACE)), None)
    return Refusal("a VOLUME can not be an empty string", blank.span) if blank else None


def _shell(instruction: Instruction) -> Refusal | None:
    found = _flags(instruction) or _at_least_one(instruction)
    if found is None and instruction.form != "exec":
        hint = 'write SHELL ["/bin/bash", "-o", "pipefail", "-c"]'
        return Refusal("SHELL requires its arguments as a JSON array", instruction.args[0].span, hint)
    return found


def _one_or_flags(instruction: Instruction) -> Refusal | None:
    return _at_least_one(instruction) or _flags(instruction)


_OPERANDS: dict[str, Checks] = {
    "ADD": _copy,
    "ARG": _pairs,
    "CMD": _flags,
    "COPY": _copy,
    "ENTRYPOINT": _flags,
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
