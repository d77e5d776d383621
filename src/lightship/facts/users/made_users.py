"""The users that the final image's stages make, and in which groups they are.

The command lines are those of useradd(8) and groupadd(8) of shadow, adduser(8) and addgroup(8) of Debian, and busybox's
adduser and addgroup.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from lightship.build import Build, Invocation
from lightship.record import record
from lightship.shell.commands import Command, Word

_MAKERS = ("useradd", "adduser")
_MEMBERS = ("usermod", "adduser", "addgroup", "gpasswd", "useradd")
# Short options that take a value: busybox's `-h HOME` and `-G GROUP`, and all of shadow's
_VALUES = "bcdefgGhkKpsu"
_LONG = frozenset(
    """--uid --gid --groups --home-dir --home --shell --comment --base-dir --gecos --skel --password --ingroup
    --expiredate --inactive --key --root --prefix --firstuid --lastuid --firstgid --lastgid --conf --selinux-user
    --login""".split()
)
_SAME = {
    "--uid": "u",
    "--gid": "g",
    "--ingroup": "G",
    "--groups": "G",
    "--home-dir": "d",
    "--home": "d",
}


@record
class MadeUser:
    """`name` and `number` are empty where they are not known; `groups` are those besides the user's own.

    `primary` is the own group, as far as the command names one. `varies` is whether a variable is in the command.
    """

    name: str
    number: str
    invocation: Invocation
    primary: str = ""
    groups: tuple[str, ...] = ()
    varies: bool = False

    @property
    def text(self) -> str:
        """As USER should name it: by its number, which Kubernetes can check. Empty where a build arg may change it."""
        return "" if self.varies else self.number or self.name


@record
class _Line:
    """The operands of a command, and the values of its options by their letter."""

    operands: tuple[str | None, ...]
    values: dict[str, str | None] = field(default_factory=dict)


def made_users(build: Build) -> tuple[MadeUser, ...]:
    """The users that the final image's stages make, in order."""
    return build.once(_find)


def _find(build: Build) -> tuple[MadeUser, ...]:
    found = (
        read_maker(build, each)
        for each in build.commands(*_MAKERS)
        if each.instruction in build.shipped
    )
    return tuple(user for user in found if user is not None)


def read_maker(build: Build, invocation: Invocation) -> MadeUser | None:
    """The user that useradd or adduser makes; None for `adduser USER GROUP`, which makes nobody."""
    line, is_adduser = _read(build, invocation), invocation.command.name == "adduser"
    if len(line.operands) == 2 and is_adduser:
        return None
    number, groups = line.values.get("u") or "", line.values.get("G") or ""
    name = line.operands[0] if len(line.operands) == 1 else None
    primary = groups if is_adduser else line.values.get("g") or ""
    more = () if is_adduser else tuple(filter(None, groups.split(",")))
    varies = any(word.value is None for word in invocation.command.words)
    return MadeUser(
        name or "",
        number if number.isdecimal() else "",
        invocation,
        primary,
        more,
        varies,
    )


def memberships(build: Build) -> Iterator[tuple[str, str, Invocation]]:
    """User and group of each command that puts a user of the final image's stages into a group besides his own."""
    for invocation in build.commands(*_MEMBERS):
        if invocation.instruction not in build.shipped:
            continue
        line, name = _read(build, invocation), invocation.command.name
        operands = tuple(operand or "" for operand in line.operands)
        if name in ("adduser", "addgroup") and len(operands) == 2:
            yield operands[0], operands[1], invocation
        elif name in ("usermod", "useradd") and len(operands) == 1:
            yield from (
                (operands[0], group, invocation)
                for group in (line.values.get("G") or "").split(",")
                if group
            )
        elif (
            name == "gpasswd"
            and len(operands) == 2
            and invocation.command.has("-a", "--add")
        ):
            yield operands[0], operands[1], invocation


def _read(build: Build, invocation: Invocation) -> _Line:
    command = invocation.command
    operands: list[str | None] = []
    values: dict[str, str | None] = {}
    words = list(command.args)
    while words:
        word = words.pop(0)
        text = word.value if word.value is not None else word.text
        if not text.startswith("-") or text == "-":
            operands.append(_value(build, invocation, word))
            continue
        name, equals, given = text.partition("=")
        letter = (
            _SAME.get(name, "")
            if text.startswith("--")
            else _last_letter(command, text)
        )
        takes = name in _LONG if text.startswith("--") else bool(letter)
        if equals and text.startswith("--"):
            values[letter] = given
        elif (
            takes and letter and not text.startswith("--") and not text.endswith(letter)
        ):
            values[letter] = text[text.index(letter) + 1 :]
        elif takes:
            values[letter] = _value(build, invocation, words.pop(0)) if words else None
    return _Line(tuple(operands), values)


def _last_letter(command: Command, text: str) -> str:
    """The first letter of `-ms` that takes the rest, or the next word."""
    letters = "" if command.name == "gpasswd" else _VALUES
    return next((letter for letter in text[1:] if letter in letters), "")


def _value(build: Build, invocation: Invocation, word: Word) -> str | None:
    """What a word stands for; a variable of ARG and ENV by its value."""
    if word.value is not None:
        return word.value
    before, name = build.evaluation.before(invocation.instruction), word.variable
    assigned = {
        item.name
        for command in invocation.script.commands
        for item in command.assignments
    }
    return (
        None
        if before is None or name is None or name in assigned
        else before.env.get(name)
    )
