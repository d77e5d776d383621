"""As whom an instruction runs, and where that user is at home, as far as the Dockerfile tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lightship.base_images.reference import read_reference
from lightship.base_images.users import image_user
from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.stages import SCRATCH
from lightship.record import record
from lightship.shell.commands import Command
from lightship.shell.specs import written

ROOT = frozenset({"root", "0"})
# Users of official images, besides root, with their homes
_KNOWN = {"node": "/home/node", "www-data": "/var/www", "nobody": "/nonexistent"}
_HOMES = ("-d", "--home-dir", "--home", "-h")
_UIDS = ("-u", "--uid")
_VALUES = frozenset(
    """-u --uid -g --gid -G --groups -d --home-dir --home -s --shell -c --comment -b --base-dir --gecos -k --skel -p
    --password --ingroup -e --expiredate -f --inactive -K --key -h""".split()
)


@record
class Account:
    """A user that a RUN makes; `number` is empty where the command does not say, `home` None where it is not known.

    `group` is whether a group of the same name comes with it.
    """

    name: str
    number: str
    home: str | None
    group: bool
    maker: Instruction


def user_of(build: Build, instruction: Instruction) -> str:
    """The user that an instruction runs as, without its group; empty where that is not known."""
    state, stage = (
        build.evaluation.before(instruction),
        build.dockerfile.stage_of(instruction),
    )
    if state is None or stage is None:
        return ""
    return state.user.partition(":")[0] or base_user(build, stage)


def base_user(build: Build, stage: Stage) -> str:
    """The user that the image behind a stage ends with: root, or empty where that is not known."""
    name = build.evaluation.root(stage).name
    if name == SCRATCH:
        return "root"
    image = read_reference(name)
    return (
        "root"
        if not isinstance(image, str) and image_user(image).runs_as in ("root", "drops")
        else ""
    )


def home_of(build: Build, instruction: Instruction) -> str | None:
    """The home directory there; None where it is not known."""
    state, stage = (
        build.evaluation.before(instruction),
        build.dockerfile.stage_of(instruction),
    )
    if state is None or stage is None:
        return None
    return state.env.get("HOME") or home_of_user(
        build, build.lineage_of(stage), user_of(build, instruction)
    )


def home_of_user(build: Build, stages: Sequence[Stage], user: str) -> str | None:
    """Where a user of one of `stages` is at home; None where that is not known."""
    if user in ROOT:
        return "/root"
    for account in accounts(build):
        if (
            user
            and user in (account.name, account.number)
            and build.dockerfile.stage_of(account.maker) in stages
        ):
            return account.home
    return _KNOWN.get(user)


def accounts(build: Build) -> tuple[Account, ...]:
    """The users that RUN makes, in order; those whose name is not known are left out."""
    return build.once(_accounts)


def _accounts(build: Build) -> tuple[Account, ...]:
    found = build.commands("useradd", "adduser")
    return tuple(
        account
        for each in found
        if (account := _read(each.command, each.instruction)) is not None
    )


def _read(command: Command, maker: Instruction) -> Account | None:
    options: dict[str, str] = {}
    names: list[str] = []
    for key, text in _arguments(command):
        if key:
            options[key] = text
        else:
            names.append(text)
    if (
        not names
        or "$" in names[0]
        or len(names) > 2
        or (len(names) == 2 and command.name == "useradd")
    ):
        return None
    number = next((options[key] for key in _UIDS if key in options), "")
    home: str | None = next(
        (options[key] for key in _HOMES if options.get(key)), f"/home/{names[0]}"
    )
    # Where a system user of adduser is at home differs with its version
    unsure = command.name == "adduser" and not options.keys().isdisjoint(
        ("--system", "-S")
    )
    if "$" in (home or "") or (unsure and options.keys().isdisjoint(_HOMES)):
        home = None
    return Account(
        names[0],
        number if number.isdigit() else "",
        home,
        _has_group(command, options),
        maker,
    )


def _has_group(command: Command, options: Mapping[str, str]) -> bool:
    """Debian's useradd, and both adduser, make a group of the same name, unless they are told of another one."""
    if command.name == "useradd":
        return options.keys().isdisjoint(("-g", "--gid", "-N", "--no-user-group"))
    if not options.keys().isdisjoint(("--system", "-S")):
        return "--group" in options
    return options.keys().isdisjoint(("-G", "--ingroup", "--gid"))


def _arguments(command: Command) -> Iterator[tuple[str, str]]:
    """Options with their values, and operands with an empty option; letters in one word are told apart."""
    rest = iter(command.args)
    for word in rest:
        text = written(word)
        if not text.startswith("-"):
            yield "", text
            continue
        name, equals, given = text.partition("=")
        letters = (
            [f"-{letter}" for letter in name[1:]]
            if not name.startswith("--")
            else [name]
        )
        for letter in letters[:-1]:
            yield letter, ""
        last = letters[-1] if letters else name
        if (
            last in _VALUES
            and not equals
            and not (last == "-h" and command.name == "useradd")
        ):
            after = next(rest, None)
            given = written(after) if after is not None else ""
        yield last, given
