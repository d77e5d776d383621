"""The flags that each keyword takes, and what BuildKit refuses in them (BuildKit's bflag.go,
commands_run*.go).
"""

from __future__ import annotations

from lightship.dockerfile.tree import Flag, Instruction
from lightship.dockerfile.values import (
    BOOLEANS,
    csv_fields,
    go_lower,
    shortened,
    similar,
)
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
    "HEALTHCHECK": dict.fromkeys(
        ("interval", "timeout", "start-period", "start-interval", "retries"), "text"
    ),
    "RUN": {"mount": "list", "network": "text", "security": "text", "device": "list"},
}
# BuildKit drops their flags unread.
_FLAGS_UNREAD = frozenset({"ARG", "STOPSIGNAL"})


@record
class Refusal:
    """Why an instruction is refused, where to look, and what to write instead."""

    message: str
    span: Span
    hint: str = ""


def check_flags(instruction: Instruction) -> Refusal | None:
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


def _flag(
    instruction: Instruction,
    flag: Flag,
    known: dict[str, str],
    seen: set[str],
) -> Refusal | None:
    kind = known.get(flag.name)
    if kind is None:
        takes = ", ".join(f"--{name}" for name in known) or "no flags"
        hint = (
            similar(flag.name, known).replace("mean ", "mean --")
            or f"{instruction.keyword} takes {takes}"
        )
        return Refusal(
            f"unknown flag for {instruction.keyword}: --{shortened(flag.name)}",
            flag.span,
            hint,
        )
    if flag.name in seen and kind != "list":
        return Refusal(f"duplicate flag: --{flag.name}", flag.span)
    if kind == "bool":
        if flag.value is not None and flag.value.lower() not in ("true", "false"):
            return Refusal(f"--{flag.name} must be true or false", flag.span)
    elif flag.value is None:
        return Refusal(
            f"missing a value on flag: --{flag.name}",
            flag.span,
            f"write --{flag.name}=VALUE",
        )
    return None


def check_mount(flag: Flag) -> Refusal | None:
    """Most keys are read only when their variables are known; `from` may not have any."""
    fields = csv_fields(flag.value or "")
    if fields is None:
        return Refusal(
            "invalid --mount: it is empty or has a misplaced quote", flag.span
        )
    for field in fields:
        key, equals, value = field.partition("=")
        dollar = value.find("$")
        if equals and go_lower(key) == "from" and dollar not in (-1, len(value) - 1):
            hint = (
                "give the image a name with FROM ... AS name, and mount from that name"
            )
            return Refusal(
                "from= in --mount does not expand variables",
                flag.value_span or flag.span,
                hint,
            )
    return None


def check_choice(
    instruction: Instruction,
    name: str,
    choices: tuple[str, ...],
) -> Refusal | None:
    """A flag of RUN that takes one of a few words."""
    flag = instruction.flag(name)
    if flag is None or flag.value in choices:
        return None
    hint = similar(flag.value or "", choices)
    return Refusal(
        f"--{name} must be {', '.join(choices[:-1])} or {choices[-1]}", flag.span, hint
    )


def check_device(flag: Flag) -> Refusal | None:
    """device = (name | "name=" name | "required" ("=" bool)?) ("," ...)*"""
    fields = csv_fields(flag.value or "")
    if fields is None:
        return Refusal(
            "invalid --device: it is empty or has a misplaced quote",
            flag.span,
        )
    name = ""
    for field in fields:
        key, equals, value = field.partition("=")
        key = go_lower(key)
        if key == "required":
            if equals and value not in BOOLEANS:
                return Refusal("required in --device must be true or false", flag.span)
        elif equals and key == "name":
            if name:
                return Refusal(
                    f"--device already has the name {shortened(name)}", flag.span
                )
            name = value
        elif not name:
            name = field
        else:
            return Refusal(f"unexpected key in --device: {shortened(field)}", flag.span)
    return None
