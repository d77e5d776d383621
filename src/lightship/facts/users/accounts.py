"""The users and groups that RUN instructions make, and who is put into which group.

Commands that write to another root directory (`useradd --root /x`) make no account of this image:
they are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.users.account_calls import AccountCall, account_calls
from lightship.record import record

if TYPE_CHECKING:
    from lightship.shell.account_commands import AccountCommand

ROOT = frozenset({"root", "0"})


@record
class Account:
    """A user that a RUN makes.

    `name` is empty where it is not known, `number` also where the system chooses it. `home` is
    None where it is not known, `shell` also where the command does not say. `group` is the primary
    group, empty where it is not known; `own_group` is whether that has the user's name and is made
    with it. `groups` are the others that the command names. `varies` is whether a build arg may
    change it.
    """

    name: str
    number: str
    home: str | None
    shell: str | None
    group: str
    own_group: bool
    groups: tuple[str, ...]
    varies: bool
    call: Invocation

    @property
    def maker(self) -> Instruction:
        """The RUN that makes it."""
        return self.call.instruction

    @property
    def text(self) -> str:
        """As USER should name it: by its number, which Kubernetes can check.

        Empty where a build arg may change it.
        """
        if self.varies:
            return ""
        return self.number or self.name


@record
class Group:
    """A group that a RUN makes; name and number are empty where they are not known."""

    name: str
    number: str
    call: Invocation


@record
class Membership:
    """A user who is put into a group besides its primary one."""

    user: str
    group: str


def is_root(user: str) -> bool:
    """Whether `USER` with this operand means root; a group does not matter."""
    name, _, _ = user.partition(":")
    return name in ROOT


def accounts(build: Build) -> tuple[Account, ...]:
    """The users that all stages make, in order, as usermod leaves them."""
    return build.once(_accounts)


def shipped_accounts(build: Build) -> tuple[Account, ...]:
    """The users that the stages of the final image make."""
    shipped: list[Account] = []
    for account in accounts(build):
        maker = account.maker
        if maker in build.shipped:
            shipped.append(account)
    return tuple(shipped)


def account_of(build: Build, stages: Sequence[Stage], user: str) -> Account | None:
    """The account that one of `stages` makes for a user, by its name or number."""
    if not user:
        return None
    for account in accounts(build):
        names = (account.name, account.number)
        if user not in names:
            continue
        stage = build.dockerfile.stage_of(account.maker)
        if stage in stages:
            return account
    return None


def groups(build: Build) -> tuple[Group, ...]:
    """The groups that all stages make by a command of their own, in order."""
    return build.once(_groups)


def memberships(build: Build) -> Iterator[Membership]:
    """Who is put into which group in the stages of the final image, in order."""
    for account_call in account_calls(build):
        if account_call.command.is_elsewhere:
            continue
        run = account_call.call.instruction
        if run in build.shipped:
            yield from _memberships(account_call)


def _accounts(build: Build) -> tuple[Account, ...]:
    changes = _changes(build)
    made: list[Account] = []
    for account_call in _calls_of_kind(build, "user"):
        account = _read_account(account_call)
        if account is None:
            continue
        of_user = changes.get(account.name, ())
        for change in of_user:
            if _follows(build, change.call, account.call):
                account = _changed(account, change)
        made.append(account)
    return tuple(made)


def _groups(build: Build) -> tuple[Group, ...]:
    made: list[Group] = []
    for account_call in _calls_of_kind(build, "group"):
        name = account_call.name
        if name is None:
            continue
        number = account_call.number("gid")
        made.append(Group(name, number, account_call.call))
    return tuple(made)


def _calls_of_kind(build: Build, kind: str) -> Iterator[AccountCall]:
    """The calls of one kind that write to the root directory of the image."""
    for account_call in account_calls(build):
        command = account_call.command
        if command.kind != kind:
            continue
        if not command.is_elsewhere:
            yield account_call


def _read_account(account_call: AccountCall) -> Account | None:
    """The user that useradd or adduser makes; None where the program refuses the command."""
    name = account_call.name
    if name is None:
        return None
    values = account_call.values
    own_group = _has_own_group(account_call.command)
    group = values.get("gid") or values.get("ingroup") or ""
    if own_group:
        group = name

    return Account(
        name=name,
        number=account_call.number("uid"),
        home=_home(account_call, name),
        shell=values.get("shell"),
        group=group,
        own_group=own_group,
        groups=tuple(account_call.names("groups")),
        varies=account_call.varies,
        call=account_call.call,
    )


def _home(account_call: AccountCall, name: str) -> str | None:
    command = account_call.command
    values = account_call.values
    if command.value("home"):
        return values["home"]
    if not name:
        return None
    if _has_unsure_home(command):
        return None
    if not command.has("base-dir"):
        return f"/home/{name}"
    base = values["base-dir"]
    if not base:
        return None
    return f"{base}/{name}"


def _has_unsure_home(command: AccountCommand) -> bool:
    """Whether the version of the program settles where the user is at home.

    Debian's adduser gave system users /home/NAME, and gives them /nonexistent since 3.122. `-S` is
    busybox's, which keeps to /home/NAME.
    """
    if command.program != "adduser":
        return False
    system = command.option("system")
    if system is None:
        return False
    return system.spelling != "-S"


def _has_own_group(command: AccountCommand) -> bool:
    """Whether a group of the same name comes with the user."""
    if command.program == "useradd":
        return not command.has("gid", "no-user-group")
    if command.has("system"):
        return command.has("group")
    return not command.has("ingroup", "gid")


def _changes(build: Build) -> dict[str, list[AccountCall]]:
    """The calls of usermod, by the name of the user that they change."""
    changes: dict[str, list[AccountCall]] = {}
    for account_call in _calls_of_kind(build, "change"):
        name = account_call.name
        if name:
            of_user = changes.setdefault(name, [])
            of_user.append(account_call)
    return changes


def _follows(build: Build, later: Invocation, earlier: Invocation) -> bool:
    """Whether a command comes after another one, in its stage or in one that starts from that."""
    start = earlier.command.span.start
    if later.command.span.start < start:
        return False
    stage = build.dockerfile.stage_of(later.instruction)
    if stage is None:
        return False
    earlier_stage = build.dockerfile.stage_of(earlier.instruction)
    return earlier_stage in build.lineage_of(stage)


def _changed(account: Account, change: AccountCall) -> Account:
    """The account after usermod."""
    values = change.values
    if change.varies:
        account = replace(account, varies=True)
    if "login" in values:  # the group keeps its name
        name = values["login"] or ""
        account = replace(account, name=name, own_group=False)
    if "uid" in values:
        number = change.number("uid")
        account = replace(account, number=number)
    if "home" in values:
        account = replace(account, home=values["home"])
    if "shell" in values:
        account = replace(account, shell=values["shell"])
    if "gid" in values:
        group = values["gid"] or ""
        account = replace(account, group=group)
    return account


def _memberships(account_call: AccountCall) -> Iterator[Membership]:
    command = account_call.command
    operands = [name or "" for name in account_call.operands]

    if command.kind == "member" and len(operands) == 2:
        user, group = operands
        yield Membership(user, group)
        return
    if len(operands) != 1:
        return

    [name] = operands
    if command.kind in ("user", "change"):
        for group in account_call.names("groups"):
            yield Membership(name, group)
    elif command.kind in ("group", "member"):
        for user in account_call.names("add", "members", "users"):
            yield Membership(user, name)
