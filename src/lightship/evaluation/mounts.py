"""The mounts of RUN (BuildKit's frontend/dockerfile/instructions/commands_runmount.go)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import field

from lightship.dockerfile.tree import Flag
from lightship.dockerfile.values import BOOLEANS, csv_fields, go_lower, similar
from lightship.record import record
from lightship.regex import regex

TYPES = ("bind", "cache", "tmpfs", "secret", "ssh")
SHARINGS = ("shared", "private", "locked")
_KEYS = (
    *(
        "type",
        "from",
        "source",
        "src",
        "target",
        "dst",
        "destination",
        "readonly",
        "ro",
        "readwrite",
        "rw",
        "env",
    ),
    *("id", "sharing", "required", "size", "mode", "uid", "gid"),
)
_ALIASES = {
    "src": "source",
    "dst": "target",
    "destination": "target",
    "ro": "readonly",
    "rw": "readwrite",
}
_SIZE = regex(
    r"\+?([0-9]++(?:\.[0-9]*+)?|\.[0-9]++)([eE][+-]?[0-9]{1,3})? ?(b|[kmgtp](i?b)?)?",
    re.IGNORECASE,
)
_UNITS = {unit: 1024**power for power, unit in enumerate("bkmgtp")}


class MountRefused(ValueError):  # noqa: N818 - it reads as what happened
    """Why BuildKit refuses a mount."""


@record
class Mount:
    """`RUN --mount=…` after expansion; texts are empty and numbers None where nothing is said.

    `from_` is the stage or image, `source` the path in it; a secret or ssh mount has an `id`.
    """

    flag: Flag
    type: str = "bind"
    from_: str = ""
    source: str = ""
    target: str = ""
    readonly: bool = True
    size: int = 0
    id: str = ""
    sharing: str = ""
    required: bool = False
    env: str | None = None
    mode: int | None = None
    uid: int | None = None
    gid: int | None = None


@record(eq=False, frozen=False)
class _Reading:
    """What has been read of a mount; `type` decides which keys may follow."""

    type: str = "bind"
    readonly: bool | None = None
    values: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    required: bool = False


def read_mount(flag: Flag, expand: Callable[[str], str]) -> Mount:
    """The mount of one flag; raises MountRefused, and what `expand` raises."""
    reading = _Reading()
    for text in csv_fields(flag.value or "") or ():
        key, equals, value = text.partition("=")
        key = go_lower(key)
        if equals:
            _with_value(reading, key, expand(value))
        else:
            _without_value(reading, key)
    _check(reading)
    values, numbers = reading.values, reading.numbers
    return Mount(
        flag=flag,
        type=reading.type,
        from_=values.get("from", ""),
        source=values.get("source", ""),
        target=values.get("target", ""),
        readonly=reading.type not in ("cache", "tmpfs")
        if reading.readonly is None
        else reading.readonly,
        size=numbers.get("size", 0),
        id=values.get("id", ""),
        sharing=values.get("sharing", ""),
        required=reading.required,
        env=values.get("env"),
        mode=numbers.get("mode"),
        uid=numbers.get("uid"),
        gid=numbers.get("gid"),
    )


def _without_value(reading: _Reading, key: str) -> None:
    match _ALIASES.get(key, key):
        case "readonly":
            reading.readonly = True
        case "readwrite":
            reading.readonly = False
        case "required":
            _only_for(reading, key, "secret", "ssh")
            reading.required = True
        case _:
            raise MountRefused(f"{key} must be key=value")


def _with_value(reading: _Reading, key: str, value: str) -> None:
    match _ALIASES.get(key, key):
        case "type":
            reading.type = _one_of("mount type", value, TYPES)
        case "sharing":
            reading.values["sharing"] = _one_of("sharing", value, SHARINGS)
        case "from" | "source" | "target" | "id" | "env" as name:
            reading.values[name] = value
        case "readonly":
            reading.readonly = _boolean(key, value)
        case "readwrite":
            reading.readonly = not _boolean(key, value)
        case "required":
            _only_for(reading, key, "secret", "ssh")
            reading.required = _boolean(key, value)
        case "size":
            _only_for(reading, key, "tmpfs")
            reading.numbers["size"] = _size(value)
        case "mode" | "uid" | "gid":
            reading.numbers[key] = _number(key, value)
        case _:
            hint = similar(key, _KEYS)
            raise MountRefused(
                f"unexpected key {key} in --mount" + (f" ({hint})" if hint else "")
            )


def _one_of(what: str, value: str, known: tuple[str, ...]) -> str:
    if go_lower(value) not in known:
        choices = f"{', '.join(known[:-1])} or {known[-1]}"
        raise MountRefused(f"invalid {what} {value!r}: write {choices}")
    return go_lower(value)


def _only_for(reading: _Reading, key: str, *types: str) -> None:
    if reading.type not in types:
        raise MountRefused(f"unexpected key {key} for a mount of type {reading.type}")


def _boolean(key: str, value: str) -> bool:
    if value not in BOOLEANS:
        raise MountRefused(f"{key} in --mount must be true or false")
    return BOOLEANS[value]


def _number(key: str, value: str) -> int:
    digits = "01234567" if key == "mode" else "0123456789"
    number = (
        int(value, len(digits))
        if 0 < len(value) < 32 and not value.strip(digits)
        else 2**32
    )
    if number >= 2**32:
        raise MountRefused(f"invalid {key} {value!r}")
    return number


def _size(text: str) -> int:
    """Bytes of a size such as `64m` (github.com/docker/go-units, RAMInBytes)."""
    match = _SIZE.fullmatch(text)
    if match is None:
        raise MountRefused(
            f"invalid size {text!r}: write a number and a unit, such as 64m"
        )
    number = float(match[1] + (match[2] or ""))
    return int(min(number * _UNITS[(match[3] or "b")[0].lower()], 2.0**63))


def _check(reading: _Reading) -> None:
    """What does not go together."""
    values, kind = reading.values, reading.type
    if kind in ("bind", "tmpfs"):
        for name in ("mode", "uid", "gid"):
            if name in reading.numbers:
                raise MountRefused(f"{name} is not allowed for a mount of type {kind}")
    if kind == "secret":
        if values.get("from"):
            raise MountRefused("a secret mount does not support from")
        if not (values.get("source") or values.get("target") or values.get("id")):
            raise MountRefused("a secret mount needs an id or a target")
        if values.get("source") and values.get("id"):
            raise MountRefused("a secret mount takes source or id, not both")
    if values.get("sharing") and kind != "cache":
        raise MountRefused(f"sharing is not allowed for a mount of type {kind}")


def target_refusal(mount: Mount, workdir: str) -> str:
    """Why BuildKit cannot place a mount, or nothing (convert_runmount.go, convert_ssh.go)."""
    if mount.type == "ssh" and mount.source:
        return "an ssh mount does not support source"
    if mount.type in ("secret", "ssh"):
        return ""
    target = mount.target
    if not target.startswith("/"):
        target = posixpath.normpath(posixpath.join("/", workdir, target))
    return "a mount needs a target other than /" if target == "/" else ""


def hides(mounts: Iterable[Mount], path: str, workdir: str = "/") -> bool:
    """Whether `path` lies in a mount that keeps what is written there out of the layer."""
    for mount in mounts:
        target = posixpath.normpath(posixpath.join("/", workdir, mount.target))
        if mount.type in ("bind", "cache", "tmpfs") and (
            path == target or path.startswith(f"{target}/")
        ):
            return True
    return False
