"""One COPY --from that brings an environment together with the sources, and the two that it should be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.context.needless import secret
from lightship.dockerfile.tree import Dockerfile, Instruction
from lightship.evaluation.paths import below, clean
from lightship.facts.context.context_use import needless
from lightship.facts.copies.deliveries import Delivery, deliveries
from lightship.facts.copies.stage_copies import StageCopy, stage_copies
from lightship.facts.edits import moves
from lightship.facts.files.placed import Placed
from lightship.facts.files.writes import may_write
from lightship.facts.installs.dependencies import Install, installs
from lightship.facts.stages.trees import arrivals
from lightship.facts.users.accounts import ROOT
from lightship.facts.users.current_user import user_of
from lightship.record import record
from lightship.regex import regex
from lightship.shell.packages import read_command
from lightship.text import Edit

# Frontends that know `COPY --exclude`: it is in docker/dockerfile from 1.19 on
_SYNTAX = regex(
    r"(?:docker\.io/)?docker/dockerfile(?:-upstream)?(?::(?:1(?:\.(?P<minor>[0-9]+))?.*|latest|labs|master))?"
)
_KINDS = frozenset({"venv", "relocatable", "target"})
_OPENING = frozenset({"chown", "chmod", "chgrp"})


@record(eq=False)
class MixedCopy:
    """`copy` brings what lies at `rest`, seen from its source, and the sources of `code`; `maker` made the former."""

    copy: StageCopy
    rest: str
    maker: Instruction
    code: Delivery


def mixed_copies(build: Build) -> Iterator[MixedCopy]:
    """Those of the final image in which the environment was there before the sources came, and could be kept."""
    copies = [
        copy
        for copy in stage_copies(build)
        if copy.stage in build.lineage and copy.source != "/"
    ]
    if not copies:
        return
    made = {
        arrival.copy: arrival
        for arrival in arrivals(build)
        if not arrival.alone and arrival.before.kind in _KINDS
    }
    for copy in copies:
        found = made.get(copy)
        if found is not None:
            place, maker = found.before.path, found.before.maker
        else:
            install = next(_node_modules(build, copy), None)
            if install is None:
                continue
            place, maker = install
        rest = below(place, copy.source)
        code = next(
            (
                each
                for each in _code(build, copy)
                if each.copying.instruction.first_line > maker.first_line
            ),
            None,
        )
        if rest and code is not None and not _is_excluded(copy, rest):
            yield MixedCopy(copy, rest, maker, code)


def _node_modules(build: Build, copy: StageCopy) -> Iterator[tuple[str, Instruction]]:
    candidates = build.once(_node_installs)
    line = build.lineage_of(copy.origin) if candidates else ()
    for install in candidates:
        if build.dockerfile.stage_of(install.instruction) in line:
            place = (
                clean(f"{install.directory}/node_modules")
                if install.directory is not None
                else "/"
            )
            if below(place, copy.source):
                yield place, install.instruction


def _node_installs(build: Build) -> Sequence[Install]:
    return [install for install in installs(build) if install.is_node and install.whole]


def _code(build: Build, copy: StageCopy) -> Iterator[Delivery]:
    """The sources that come to the directory in the other stage."""
    line = build.lineage_of(copy.origin)
    for found in build.once(_places).below(copy.source):
        copying = found.copying
        ours = (
            copying.step is not None
            and copying.step.stage in line
            and copying.from_context
        )
        if ours and found.has_sources(build.context):
            yield found


def _places(build: Build) -> Placed[Delivery]:
    return Placed(
        (found.root, found) for _, found in deliveries(build) if found is not None
    )


def _is_excluded(copy: StageCopy, rest: str) -> bool:
    flags = copy.copying.instruction.all_flags("exclude")
    return any(
        (flag.value or "").strip("/").removeprefix("**/")
        in (rest, rest.rpartition("/")[2])
        for flag in flags
    )


def with_exclude(build: Build, mixed: MixedCopy) -> tuple[Edit, ...]:
    """The environment by a COPY of its own, above the one that then leaves it out, where `--exclude` is known."""
    instruction = mixed.copy.copying.instruction
    if not _knows_exclude(build.dockerfile) or not _is_plain(build, mixed):
        return ()
    line = _environment_line(build, mixed)
    flag = Edit.insert(instruction.name.span.end, f" --exclude={mixed.rest}")
    return moves.before(build.dockerfile, instruction, line), flag


def is_same(build: Build, mixed: MixedCopy) -> bool:
    """Whether the directory of the environment surely has the owner and mode that COPY gives a new directory."""
    if mixed.copy.copying.instruction.flag("chmod") is not None:
        return False
    line = build.lineage_of(mixed.copy.origin)
    runs = [
        item for stage in line for item in stage.instructions if item.keyword == "RUN"
    ]
    names = {
        command.name
        for run in runs
        for script in build.scripts(run)
        for command in script.commands
    }
    chowned = mixed.copy.copying.instruction.flag("chown") is not None
    return names.isdisjoint(_OPENING) and (
        chowned or user_of(build, mixed.maker) in ROOT
    )


def from_context(build: Build, mixed: MixedCopy) -> tuple[Edit, ...]:
    """The environment from the other stage, the sources from the build context; nothing where these may differ."""
    instruction, code = mixed.copy.copying.instruction, mixed.code
    sources = [
        each
        for each in _code(build, mixed.copy)
        if each.copying.instruction is not code.copying.instruction
    ]
    whole = code.takes_all and code.root == mixed.copy.source and not sources
    if (
        not whole
        or not _is_plain(build, mixed)
        or code.copying.instruction.flags
        or mixed.rest.endswith("node_modules")
    ):
        return ()
    if not _only_installs(build, mixed) or _brings_more(build):
        return ()
    flags = [
        flag.span.of(build.dockerfile.text)
        for flag in instruction.flags
        if flag.name in ("chown", "chmod", "link")
    ]
    target = mixed.copy.copying.destination.word.text
    line = " ".join(["COPY", *flags, code.copying.sources[0].word.text, target])
    lines = [
        *_environment_line(build, mixed),
        *moves.indented(build.dockerfile, instruction, line),
    ]
    end = build.dockerfile.lines.span(instruction.last_line).end
    start = build.dockerfile.lines.starts[instruction.first_line - 1]
    if end != instruction.span.end:
        return ()
    return (
        Edit.replace(
            instruction.span._replace(start=start), build.dockerfile.newline.join(lines)
        ),
    )


def _brings_more(build: Build) -> bool:
    """Whether the build context sends files that the final image should not have."""
    context = build.context
    if context is None:
        return False
    return bool(needless(build, context)) or any(
        secret(context, file) for file in context.sent
    )


def _is_plain(build: Build, mixed: MixedCopy) -> bool:
    """Whether it is one line with one source, so that its words can be written anew."""
    instruction = mixed.copy.copying.instruction
    single = (
        instruction.first_line == instruction.last_line and instruction.form == "shell"
    )
    flags = {flag.name for flag in instruction.flags}
    closed = moves.is_closed(build.dockerfile, instruction)
    return (
        single
        and closed
        and len(mixed.copy.copying.sources) == 1
        and flags <= {"from", "chown", "link"}
    )


def _environment_line(build: Build, mixed: MixedCopy) -> Sequence[str]:
    copying = mixed.copy.copying
    source, target = (
        word.text.rstrip("/") for word in (mixed.copy.word, copying.destination.word)
    )
    flags = [flag.span.of(build.dockerfile.text) for flag in copying.instruction.flags]
    line = " ".join(
        ["COPY", *flags, f"{source}/{mixed.rest}", f"{target}/{mixed.rest}"]
    )
    return moves.indented(build.dockerfile, copying.instruction, line)


def _knows_exclude(dockerfile: Dockerfile) -> bool:
    directive = dockerfile.directive("syntax")
    found = (
        _SYNTAX.fullmatch(directive.value.partition("@")[0])
        if directive is not None
        else None
    )
    return found is not None and (found["minor"] is None or int(found["minor"]) >= 19)


def _only_installs(build: Build, mixed: MixedCopy) -> bool:
    """Whether no RUN makes anything there but the environment."""
    for stage in build.lineage_of(mixed.copy.origin):
        for item in stage.instructions:
            if item.keyword != "RUN":
                continue
            commands = [
                command for script in build.scripts(item) for command in script.commands
            ]
            kinds = [read_command(command) for command in commands]
            fills = all(does is not None and does.installs for does in kinds)
            if (
                not fills
                and item is not mixed.maker
                and may_write(build, item, mixed.copy.source)
            ):
                return False
    return True
