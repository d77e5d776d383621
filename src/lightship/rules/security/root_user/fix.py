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
    "shadow": f"groupadd --gid {UID} {NAME} && useradd --uid {UID} --gid {NAME} --create-home {NAME}",
    "busybox": f"addgroup -g {UID} {NAME} && adduser -D -u {UID} -G {NAME} {NAME}",
}
_TAIL = frozenset(
    "EXPOSE CMD ENTRYPOINT HEALTHCHECK STOPSIGNAL LABEL ENV ARG MAINTAINER".split()
)


def plan(build: Build, base: ImageUser) -> tuple[Edit, ...]:
    """The edits that make the final image run as a user; nothing where that surely or probably breaks it."""
    final = build.final
    if final is None or not final.instructions or needs_root(build):
        return ()
    users = [
        step.operands[0]
        for step in build.shipped_steps
        if step.instruction.keyword == "USER" and step.operands
    ]
    before = next(
        (user for user in reversed(users) if user and not is_root(user)), None
    )
    lines = _user_lines(build, base, before)
    owned = owned_by_program(build) if lines and before is None else []
    if not lines or owned is None or (owned and has_no_shell(build)):
        return ()
    if not owned:
        return _placed(build, final, lines)
    owner = lines[-1].removeprefix("USER ")
    placed = _placed(build, final, _with_directories(lines, owner, owned))
    return (*placed, *_with_owner(build, final, owner)) if placed else ()


def _placed(build: Build, final: Stage, lines: Sequence[str]) -> tuple[Edit, ...]:
    """`lines` where nothing behind them needs root, those that make the user before the copies that stand last."""
    dockerfile, items = build.dockerfile, final.instructions
    at = (
        max(
            (at for at, item in enumerate(items) if item.keyword not in _TAIL),
            default=-1,
        )
        + 1
    )
    if at and items[at - 1].keyword == "USER" and len(lines) == 1:
        return (
            Edit.replace(items[at - 1].args[0].span, lines[0].removeprefix("USER ")),
        )
    if at == 0:
        return (
            moves.before(
                dockerfile, items[0], moves.indented(dockerfile, items[0], *lines)
            ),
        )
    if not moves.is_closed(dockerfile, items[at - 1]):
        return ()
    first = _first_of_last_copies(build, items, at)
    if len(lines) == 1 or first == at:
        return (_inserted(build, items, at, lines),)
    made = moves.before(
        dockerfile, items[first], moves.indented(dockerfile, items[first], *lines[:-1])
    )
    return (made, _inserted(build, items, at, lines[-1:]))


def _inserted(
    build: Build, items: Sequence[Instruction], at: int, lines: Sequence[str]
) -> Edit:
    """`lines` in front of what comes `at`, on the near side of a blank line."""
    new = moves.indented(build.dockerfile, items[at - 1], *lines)
    if at < len(items) and moves.is_spaced(build.dockerfile, items[at]):
        return moves.before(build.dockerfile, items[at], new)
    return moves.after(build.dockerfile, items[at - 1], new)


def _first_of_last_copies(build: Build, items: Sequence[Instruction], at: int) -> int:
    """Where the copies begin that stand last: a user made before them is not made again when a source changes."""
    first = at
    while first and items[first - 1].keyword in ("COPY", "ADD", "WORKDIR"):
        step = build.evaluation.step(items[first - 1])
        if (
            step is None
            or not step.operands
            or step.operands[-1].rstrip("/") in ("", "/etc")
        ):
            break
        first -= 1
    while first < at and items[first].keyword == "WORKDIR":
        first += 1
    return first


def _user_lines(build: Build, base: ImageUser, before: str | None) -> list[str]:
    """The user that there was before, that the stage makes, that the image has, or one that is made now."""
    if before is not None:
        return (
            [f"USER {before}"]
            if before.replace(":", "").replace("-", "").replace("_", "").isalnum()
            else []
        )
    if not runs_program(build):
        return []
    made = shipped_accounts(build)
    if made:
        return [f"USER {made[0].text}"] if len(made) == 1 and made[0].text else []
    if any(group.call.instruction in build.shipped for group in groups(build)):
        return []
    if base.uid or build.evaluation.root(build.lineage[0]).name == SCRATCH:
        return [f"USER {base.uid or f'{UID}:{UID}'}"]
    if not base.tools:
        return []
    return [f"RUN {_MAKE[base.tools]}", f"USER {UID}:{UID}"]


def _with_directories(
    lines: Sequence[str], owner: str, directories: Sequence[str]
) -> list[str]:
    """`lines` with a command that makes the directories, or gives them to the user where they are there already."""
    name, _, group = owner.partition(":")
    command = (
        f"install -d -o {name} {f'-g {group} ' if group else ''}{' '.join(directories)}"
    )
    if len(lines) == 1:
        return [f"RUN {command}", *lines]
    return [f"{lines[0]} && {command}", *lines[1:]]


def _with_owner(build: Build, final: Stage, owner: str) -> Iterator[Edit]:
    """The copies of sources belong to the user where the program writes beside them."""
    if not written_beside(build):
        return
    workdir = clean(build.evaluation.finals[final.index].workdir)
    for copying in build.copyings():
        item, found = copying.instruction, delivery(copying)
        if (
            item not in final.instructions
            or found is None
            or item.flag("chown") is not None
        ):
            continue
        if found.has_sources(build.context) and below(found.root, workdir) is not None:
            yield Edit.insert(item.name.span.end, f" --chown={owner}")
