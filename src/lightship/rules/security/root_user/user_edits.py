"""The edits that let a container run as somebody other than root."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from lightship.base_images.users import ImageUser
from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.paths import below, clean
from lightship.facts.copies.deliveries import deliveries
from lightship.facts.edits import moves
from lightship.facts.start.purpose import runs_program
from lightship.facts.users.accounts import groups, is_root, shipped_accounts
from lightship.facts.users.current_user import image_user_of, user_steps
from lightship.record import record
from lightship.rules.security.root_user.needs_root import needs_root
from lightship.rules.security.root_user.program_writes import (
    owned_by_program,
    with_own_mode,
    written_beside,
)
from lightship.shell.packages import read_command
from lightship.text import Edit

_UID = "10001"
_NAME = "app"
_OWNER = f"{_UID}:{_UID}"
_MAKERS = {
    "shadow": (
        f"groupadd --gid {_UID} {_NAME}"
        f" && useradd --uid {_UID} --gid {_NAME} --create-home {_NAME}"
    ),
    "busybox": (
        f"addgroup -g {_UID} {_NAME} && adduser -D -u {_UID} -G {_NAME} {_NAME}"
    ),
}
# They work as any user
_TAIL = frozenset(
    "EXPOSE CMD ENTRYPOINT HEALTHCHECK STOPSIGNAL LABEL ENV ARG MAINTAINER".split()
)
_BRINGING = ("COPY", "ADD")
_WORKING = (*_BRINGING, "RUN")
_COPIES = (*_BRINGING, "WORKDIR")
_NO_MARKS = str.maketrans("", "", ":-_")


@record
class _NewUser:
    """The user that the container is to run as.

    `name` is as USER takes it, with the group after a colon where there is one. `account` is the
    command that makes it, `directories` those that give it what it writes to: nothing where all is
    there.
    """

    name: str
    account: str = ""
    directories: tuple[str, ...] = ()

    @property
    def commands(self) -> tuple[str, ...]:
        account = (self.account,) if self.account else ()
        return (*account, *self.directories)

    @property
    def run(self) -> str:
        return _run(self.commands)


def plan(build: Build) -> tuple[Edit, ...]:
    """The edits that make the final image run as a user.

    Nothing where that surely or probably breaks it.
    """
    if not build.lineage or not build.lineage[-1].instructions:
        return ()
    if needs_root(build):
        return ()

    earlier = _earlier_user(build)
    if earlier is not None:
        is_plain = earlier.translate(_NO_MARKS).isalnum()
        return _placed(build, _NewUser(earlier)) if is_plain else ()

    user = _new_user(build)
    if user is None:
        return ()
    if user.commands and _has_other_home(build):
        return ()
    directories = owned_by_program(build)
    if directories is None:
        return ()
    if not directories:
        return _placed(build, user)
    owner = _with_directories(user, directories, with_own_mode(build))
    placed = _placed(build, owner)
    if not placed:
        return ()
    return (*placed, *_owned_copies(build, user))


def _earlier_user(build: Build) -> str | None:
    """The last user other than root that USER names."""
    for step in reversed(user_steps(build)):
        name = step.operands[0]
        if name and not is_root(name):
            return name
    return None


def _new_user(build: Build) -> _NewUser | None:
    """The user that the stage makes, that the image has, or one that is made now."""
    if not runs_program(build):
        return None
    made = shipped_accounts(build)
    if len(made) > 1:
        return None
    if made:
        # Most images make no user
        from lightship.rules.security.root_user.needed_home import lacks_home_for_caches  # noqa: PLC0415

        name = made[0].text
        if not name or lacks_home_for_caches(build, made[0]):
            return None
        return _NewUser(name)

    for group in groups(build):
        if group.call.instruction in build.shipped:
            return None
    image = image_user_of(build, build.lineage[0])
    return _of_image(image)


def _of_image(image: ImageUser) -> _NewUser | None:
    if image.uid:
        return _NewUser(image.uid)
    if not image.tools:
        return None
    command = _MAKERS[image.tools]
    return _NewUser(_OWNER, command)


def _has_other_home(build: Build) -> bool:
    """Whether ENV names a home directory, which then is not that of the new user."""
    return "HOME" in build.evaluation.finals[build.lineage[-1].index].env


def _with_directories(
    user: _NewUser, directories: Sequence[str], with_mode: Collection[str]
) -> _NewUser:
    """The user with a command that makes the directories, or gives them to it.

    Those in `with_mode` are there, and keep their mode.
    """
    name, _, group = user.name.partition(":")
    commands: list[str] = []
    made = [path for path in directories if path not in with_mode]
    if made:
        words = ["install", "-d", "-o", name]
        if group:
            words += ["-g", group]
        words += made
        commands.append(" ".join(words))

    kept = [path for path in directories if path in with_mode]
    if kept:
        words = ["chown", user.name, *kept]
        commands.append(" ".join(words))
    return _NewUser(user.name, user.account, tuple(commands))


def _placed(build: Build, user: _NewUser) -> tuple[Edit, ...]:
    """USER where nothing after it needs root, and what makes the user before the sources."""
    items = build.lineage[-1].instructions
    end = _end_of_work(items)
    use = f"USER {user.name}"
    both = (user.run, use) if user.commands else (use,)
    if end == 0:
        return (moves.before_block(build.dockerfile, items[0], both),)

    last = items[end - 1]
    if not user.commands and last.keyword == "USER":
        word = last.args[0]
        return (Edit.replace(word.span, user.name),)
    if not moves.is_closed(build.dockerfile, last):
        return ()

    late = _first_of_last_copies(build, items, end) if user.commands else end
    early = min(late, _first_of_sources(build, items, end)) if user.account else late
    made = [(early, user.run)] if user.commands else []
    if user.directories and early < late:
        made = [(early, f"RUN {user.account}"), (late, _run(user.directories))]

    edits = [
        moves.before_block(build.dockerfile, items[at], (run,))
        for at, run in made
        if at < end
    ]
    last_lines = [run for at, run in made if at == end]
    edits.append(_inserted(build, items, end, (*last_lines, use)))
    return tuple(edits)


def _run(commands: Sequence[str]) -> str:
    return f"RUN {' && '.join(commands)}"


def _end_of_work(items: Sequence[Instruction]) -> int:
    """How many instructions there are up to the last one that may need root."""
    end = len(items)
    while end and items[end - 1].keyword in _TAIL:
        end -= 1
    return end


def _inserted(
    build: Build, items: Sequence[Instruction], end: int, lines: Sequence[str]
) -> Edit:
    """`lines` after the first `end` instructions, as a paragraph where another follows."""
    last = items[end - 1]
    new = moves.indented(build.dockerfile, last, *lines)
    following = items[end : end + 1]
    if following and moves.is_spaced(build.dockerfile, following[0]):
        return moves.before(build.dockerfile, following[0], (*new, ""))
    return moves.after(build.dockerfile, last, new)


def _first_of_last_copies(build: Build, items: Sequence[Instruction], end: int) -> int:
    """Where the copies begin that stand last.

    A user made before them is not made again when a source changes.
    """
    first = end
    while first and _is_copy(build, items[first - 1]):
        first -= 1
    while first < end and items[first].keyword == "WORKDIR":
        first += 1
    return first


def _first_of_sources(build: Build, items: Sequence[Instruction], end: int) -> int:
    """Where the first sources come in, if nothing from there on names users: else the end.

    Steps after it run again with each edit.
    """
    working = [number for number in range(end) if items[number].keyword in _WORKING]
    for number in working:
        if not _brings_sources(build, items[number]):
            continue
        # Installs after it are to come before it one day: the user is not in their way
        has_installs = any(_installs(build, item) for item in items[number:end])
        place = working[0] if has_installs else number
        rest = items[place:end]
        copies = [item for item in rest if item.keyword in _BRINGING]
        is_safe = all(_is_copy(build, copy) for copy in copies)
        return place if is_safe else end
    return end


def _installs(build: Build, item: Instruction) -> bool:
    """Whether a package manager installs something."""
    for call in build.commands(of=item):
        does = read_command(call.command)
        if does is not None and does.installs:
            return True
    return False


def _brings_sources(build: Build, item: Instruction) -> bool:
    if item.keyword not in _BRINGING:
        return False
    for copying, delivery in deliveries(build):
        if copying.instruction is item and delivery is not None:
            return delivery.has_sources(build.context)
    return False


def _is_copy(build: Build, item: Instruction) -> bool:
    """Whether it only brings files, and none of those in which users are named."""
    if item.keyword not in _COPIES:
        return False
    step = build.evaluation.step(item)
    if step is None or not step.operands:
        return False
    target = step.operands[-1].rstrip("/")
    return target not in ("", "/etc")


def _owned_copies(build: Build, user: _NewUser) -> Iterator[Edit]:
    """The copies of sources belong to the user where the program writes beside them."""
    if not written_beside(build):
        return
    final = build.lineage[-1]
    state = build.evaluation.finals[final.index]
    workdir = clean(state.workdir)
    for copying, delivery in deliveries(build):
        item = copying.instruction
        if delivery is None or item not in final.instructions:
            continue
        if item.flag("chown") is not None:
            continue
        if below(delivery.root, workdir) is None:
            continue
        if delivery.has_sources(build.context):
            yield Edit.insert(item.name.span.end, f" --chown={user.name}")
