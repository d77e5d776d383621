"""The edits that let a container run as somebody other than root."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.base_images.users import ImageUser
from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.evaluation.paths import below, clean
from lightship.evaluation.stages import SCRATCH
from lightship.facts.copies.deliveries import delivery
from lightship.facts.edits import moves
from lightship.facts.start.purpose import runs_program
from lightship.facts.users.accounts import groups, is_root, shipped_accounts
from lightship.rules.security.root_user.needs_root import has_no_shell, needs_root
from lightship.rules.security.root_user.program_writes import (
    owned_by_program,
    written_beside,
)
from lightship.text import Edit

UID = "10001"
NAME = "app"
_MAKE = {
    "shadow": (
        f"groupadd --gid {UID} {NAME} "
        f"&& useradd --uid {UID} --gid {NAME} --create-home {NAME}"
    ),
    "busybox": f"addgroup -g {UID} {NAME} && adduser -D -u {UID} -G {NAME} {NAME}",
}
_TAIL = frozenset(
    "EXPOSE CMD ENTRYPOINT HEALTHCHECK STOPSIGNAL LABEL ENV ARG MAINTAINER".split()
)


def plan(build: Build, base: ImageUser) -> tuple[Edit, ...]:
    """The edits that make the final image run as a user; none where that may break it."""
    final = build.final
    if final is None or not final.instructions or needs_root(build):
        return ()
    user = _earlier_user(build)
    lines = _user_lines(build, base, user)
    if not lines:
        return ()

    owned = owned_by_program(build) if user is None else []
    if owned is None or (owned and has_no_shell(build)):
        return ()
    if not owned:
        return _placed(build, final, lines)
    owner = lines[-1].removeprefix("USER ")
    placed = _placed(build, final, _with_directories(lines, owner, owned))
    if not placed:
        return ()
    return (*placed, *_with_owner(build, final, owner))


def _earlier_user(build: Build) -> str | None:
    """The last user other than root that USER has named."""
    user = None
    for step in build.shipped_steps:
        if step.instruction.keyword != "USER" or not step.operands:
            continue
        named = step.operands[0]
        if named and not is_root(named):
            user = named
    return user


def _placed(build: Build, final: Stage, lines: Sequence[str]) -> tuple[Edit, ...]:
    """`lines` where nothing after them needs root; a user is made before the last copies."""
    dockerfile, items = build.dockerfile, final.instructions
    at = _end_of_work(items)
    if at == 0:
        new = moves.indented(dockerfile, items[0], *lines)
        return (moves.before(dockerfile, items[0], new),)

    last = items[at - 1]
    *making, user = lines
    if last.keyword == "USER" and not making:
        named = user.removeprefix("USER ")
        return (Edit.replace(last.args[0].span, named),)
    if not moves.is_closed(dockerfile, last):
        return ()

    first = _first_of_last_copies(build, items, at)
    if not making or first == at:
        return (_inserted(build, items, at, lines),)
    new = moves.indented(dockerfile, items[first], *making)
    made = moves.before(dockerfile, items[first], new)
    return (made, _inserted(build, items, at, [user]))


def _end_of_work(items: Sequence[Instruction]) -> int:
    """The place after the last instruction that does more than set something."""
    end = 0
    for number, item in enumerate(items, 1):
        if item.keyword not in _TAIL:
            end = number
    return end


def _inserted(
    build: Build, items: Sequence[Instruction], at: int, lines: Sequence[str]
) -> Edit:
    """`lines` in front of what comes `at`, on the near side of a blank line."""
    new = moves.indented(build.dockerfile, items[at - 1], *lines)
    if at < len(items) and moves.is_spaced(build.dockerfile, items[at]):
        return moves.before(build.dockerfile, items[at], new)
    return moves.after(build.dockerfile, items[at - 1], new)


def _first_of_last_copies(build: Build, items: Sequence[Instruction], at: int) -> int:
    """Where the copies begin that stand last.

    A user made before them is not made again when a source changes.
    """
    first = at
    while first and _copies_files(build, items[first - 1]):
        first -= 1
    while first < at and items[first].keyword == "WORKDIR":
        first += 1
    return first


def _copies_files(build: Build, item: Instruction) -> bool:
    """Whether it copies files, or sets the directory for that; not to /etc, where accounts are."""
    if item.keyword not in ("COPY", "ADD", "WORKDIR"):
        return False
    step = build.evaluation.step(item)
    if step is None or not step.operands:
        return False
    return step.operands[-1].rstrip("/") not in ("", "/etc")


def _user_lines(build: Build, base: ImageUser, user: str | None) -> list[str]:
    """The lines for a user: a former one, one that the stage makes, the image's own, a new one."""
    if user is not None:
        letters = user.replace(":", "").replace("-", "").replace("_", "")
        return [f"USER {user}"] if letters.isalnum() else []
    if not runs_program(build):
        return []
    made = shipped_accounts(build)
    if made:
        is_known = len(made) == 1 and made[0].text
        return [f"USER {made[0].text}"] if is_known else []
    if any(group.call.instruction in build.shipped for group in groups(build)):
        return []
    if base.uid:
        return [f"USER {base.uid}"]
    if build.evaluation.root(build.lineage[0]).name == SCRATCH:
        return [f"USER {UID}:{UID}"]
    if not base.tools:
        return []
    return [f"RUN {_MAKE[base.tools]}", f"USER {UID}:{UID}"]


def _with_directories(
    lines: Sequence[str], owner: str, directories: Sequence[str]
) -> list[str]:
    """`lines` with a command that makes the directories, or gives them to the user."""
    name, _, group = owner.partition(":")
    options = f"-o {name} -g {group}" if group else f"-o {name}"
    command = f"install -d {options} {' '.join(directories)}"
    first, *rest = lines
    if not rest:
        return [f"RUN {command}", first]
    return [f"{first} && {command}", *rest]


def _with_owner(build: Build, final: Stage, owner: str) -> Iterator[Edit]:
    """The copies of sources belong to the user where the program writes beside them."""
    if not written_beside(build):
        return
    workdir = clean(build.evaluation.finals[final.index].workdir)
    for copying in build.copyings():
        item, brought = copying.instruction, delivery(copying)
        if item not in final.instructions or brought is None:
            continue
        if item.flag("chown") is not None or below(brought.root, workdir) is None:
            continue
        if brought.has_sources(build.context):
            yield Edit.insert(item.name.span.end, f" --chown={owner}")
