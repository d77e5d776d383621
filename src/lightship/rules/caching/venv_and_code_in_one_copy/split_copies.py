"""One COPY --from that brings an environment with the sources, and the two that it should be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import basename

from lightship.build import Build
from lightship.context.needless import secret
from lightship.dockerfile.tree import Dockerfile, Instruction
from lightship.evaluation.paths import below, clean, in_workdir
from lightship.facts.context.needless_files import needless
from lightship.facts.copies.deliveries import Delivery, deliveries
from lightship.facts.copies.stage_copies import StageCopy, stage_copies
from lightship.facts.edits import moves
from lightship.facts.files.placed import Placed
from lightship.facts.files.writes import may_write
from lightship.facts.installs.dependencies import Install, installs
from lightship.facts.installs.project_files import project_of
from lightship.facts.stages.final_image import has_own_python
from lightship.facts.stages.package_trees import arrivals
from lightship.facts.users.accounts import ROOT
from lightship.facts.users.current_user import user_of
from lightship.facts.values.directories import directory_of
from lightship.pyproject.data_files import at, toml
from lightship.record import record
from lightship.regex import regex
from lightship.shell.commands import Command
from lightship.shell.packages import read_command
from lightship.text import Edit, Span

# Frontends that know `COPY --exclude`: docker/dockerfile from 1.19 on
_SYNTAX = regex(
    r"(?:docker\.io/)?docker/dockerfile(?:-upstream)?"
    r"(?::(?:1(?:\.(?P<minor>[0-9]+))?.*|latest|labs|master))?"
)
_FIRST_WITH_EXCLUDE = 19
_KINDS = frozenset({"venv", "relocatable", "target"})
_OPENING = frozenset({"chown", "chmod", "chgrp"})
_KEPT_FLAGS = ("chown", "chmod", "link")


@record(eq=False)
class MixedCopy:
    """A COPY that brings an environment and the sources of `code`.

    The environment lies at `rest`, seen from the source of the COPY; `maker` made it. `is_twice`
    is whether another COPY brings it to the same place.
    """

    copy: StageCopy
    rest: str
    maker: Instruction
    code: Delivery
    is_twice: bool = False

    @property
    def instruction(self) -> Instruction:
        return self.copy.copying.instruction


@record
class _Environment:
    """A directory that `maker` fills with dependencies, at `place` in the image."""

    place: str
    maker: Instruction


def mixed_copies(build: Build) -> Iterator[MixedCopy]:
    """Those of the final image whose environment was there before the sources came."""
    shipped = [copy for copy in stage_copies(build) if copy.stage in build.lineage]
    copies = [copy for copy in shipped if copy.source != "/"]
    if not copies:
        return

    venvs = _venvs(build)
    for copy in copies:
        environment = venvs.get(copy)
        if environment is None:
            environment = next(_node_modules(build, copy), None)
        if environment is None:
            continue
        rest = below(environment.place, copy.source)
        if not rest or _is_excluded(copy, rest):
            continue

        target = clean(f"{copy.destination}/{rest}")
        if _is_removed(build, copy, target):
            continue
        maker = environment.maker
        is_twice = _is_brought_alone(build, copy, environment.place, target)
        for code in _code(build, copy):
            if code.copying.instruction.first_line <= maker.first_line:
                continue
            if not _changes_with(build, copy, code):
                yield MixedCopy(copy, rest, maker, code, is_twice)
            break


def _is_removed(build: Build, copy: StageCopy, target: str) -> bool:
    """Whether a later RUN of the image removes the environment again."""
    for call in build.commands("rm"):
        run = call.instruction
        if run not in build.shipped:
            continue
        if run.first_line < copy.copying.instruction.first_line:
            continue
        directory = directory_of(build, call)
        for word in call.command.args:
            path = word.value or ""
            if directory is not None and in_workdir(directory, path) == target:
                return True
    return False


def _is_brought_alone(build: Build, copy: StageCopy, place: str, target: str) -> bool:
    """Whether another COPY of the image brings the environment alone to the same place."""
    for other in stage_copies(build):
        is_other = other is not copy and other.stage in build.lineage
        if not is_other or other.origin is not copy.origin:
            continue
        if (other.source, other.destination) == (place, target):
            return True
    return False


def _changes_with(build: Build, copy: StageCopy, code: Delivery) -> bool:
    """Whether the project itself is installed from the sources, so that both change together.

    pip puts its modules into the environment, and uv the times of its files.
    """
    line = build.lineage_of(copy.origin)
    for install in installs(build):
        if install.is_node or not install.project:
            continue
        run = install.instruction
        is_later = run.first_line > code.copying.instruction.first_line
        if not is_later or build.dockerfile.stage_of(run) not in line:
            continue
        if install.tool == "uv" and not _is_virtual(build, install):
            return True
        if install.tool == "pip" and not all(item.editable for item in install.local):
            return True
    return False


def _is_virtual(build: Build, install: Install) -> bool:
    """Whether the project is known to be none that uv installs."""
    project = project_of(build, install)
    if project is None:
        return False
    manifest = toml(project.context, project.path("pyproject.toml"))
    own = at(manifest, "tool", "uv", "package")
    if own is not None:
        return own is False
    return bool(manifest) and "build-system" not in manifest


def _venvs(build: Build) -> dict[StageCopy, _Environment]:
    venvs = {}
    for arrival in arrivals(build):
        tree = arrival.before
        if not arrival.alone and tree.kind in _KINDS:
            venvs[arrival.copy] = _Environment(tree.path, tree.maker)
    return venvs


def _node_modules(build: Build, copy: StageCopy) -> Iterator[_Environment]:
    candidates = build.once(_node_installs)
    if not candidates or has_own_python(build, copy.stage):
        return  # Python needs what Node has built, and none of its packages
    line = build.lineage_of(copy.origin)
    for install in candidates:
        if install.directory is None:
            continue
        stage = build.dockerfile.stage_of(install.instruction)
        if stage not in line:
            continue
        place = clean(f"{install.directory}/node_modules")
        if below(place, copy.source):
            yield _Environment(place, install.instruction)


def _node_installs(build: Build) -> Sequence[Install]:
    return [install for install in installs(build) if install.is_node and install.whole]


def _code(build: Build, copy: StageCopy) -> Iterator[Delivery]:
    """The sources that come to the directory in the other stage."""
    line = build.lineage_of(copy.origin)
    places = build.once(_places)
    for delivery in places.below(copy.source):
        copying = delivery.copying
        if copying.step is None or not copying.from_context:
            continue
        if copying.step.stage not in line:
            continue
        if delivery.has_sources(build.context):
            yield delivery


def _places(build: Build) -> Placed[Delivery]:
    known = [delivery for _, delivery in deliveries(build) if delivery is not None]
    return Placed((delivery.root, delivery) for delivery in known)


def _is_excluded(copy: StageCopy, rest: str) -> bool:
    names = (rest, basename(rest))
    for flag in copy.copying.instruction.all_flags("exclude"):
        pattern = flag.value or ""
        pattern = pattern.strip("/").removeprefix("**/")
        if pattern in names:
            return True
    return False


def with_exclude(build: Build, mixed: MixedCopy) -> tuple[Edit, ...]:
    """The environment by a COPY of its own, above the one that then excludes it.

    None where the frontend does not know `--exclude`.
    """
    if not _knows_exclude(build.dockerfile):
        return ()
    if not _is_plain(build, mixed):
        return ()
    keyword = mixed.instruction.name.span
    flag = Edit.insert(keyword.end, f" --exclude={mixed.rest}")
    if mixed.is_twice:
        return (flag,)
    line = _environment_line(build, mixed)
    own_copy = moves.before(build.dockerfile, mixed.instruction, line)
    return (own_copy, flag)


def is_same(build: Build, mixed: MixedCopy) -> bool:
    """Whether the environment is known to have the owner and mode that COPY gives a new
    directory.
    """
    if mixed.instruction.flag("chmod") is not None:
        return False
    is_given = mixed.instruction.flag("chown") is not None
    if not is_given and user_of(build, mixed.maker) not in ROOT:
        return False
    for run in _runs(build, mixed):
        for command in _commands(build, run):
            if command.name in _OPENING:
                return False
    return True


def _runs(build: Build, mixed: MixedCopy) -> Iterator[Instruction]:
    """Every RUN of the stage that the COPY takes from, and of the stages below it."""
    for stage in build.lineage_of(mixed.copy.origin):
        for item in stage.instructions:
            if item.keyword == "RUN":
                yield item


def _commands(build: Build, run: Instruction) -> Iterator[Command]:
    for script in build.scripts(run):
        yield from script.commands


def from_context(build: Build, mixed: MixedCopy) -> tuple[Edit, ...]:
    """The environment from the other stage, the sources from the build context.

    None where these sources may be others.
    """
    if not _is_plain(build, mixed) or not _is_all_code(build, mixed):
        return ()
    if mixed.is_twice:
        return ()
    if mixed.rest.endswith("node_modules"):
        return ()
    if not _only_installs(build, mixed) or _brings_more(build):
        return ()

    # The instruction must end its line: what follows there would go
    dockerfile = build.dockerfile
    instruction = mixed.instruction
    end = dockerfile.lines.span(instruction.last_line).end
    if end != instruction.span.end:
        return ()
    start = dockerfile.lines.starts[instruction.first_line - 1]

    lines = [*_environment_line(build, mixed), *_code_line(build, mixed)]
    text = dockerfile.newline.join(lines)
    return (Edit.replace(Span(start, end), text),)


def _code_line(build: Build, mixed: MixedCopy) -> Sequence[str]:
    """The COPY of the sources from the build context."""
    flags = mixed.instruction.flags
    kept = [flag for flag in flags if flag.name in _KEPT_FLAGS]
    words = ["COPY"]
    words += [flag.span.of(build.dockerfile.text) for flag in kept]
    words.append(mixed.code.copying.sources[0].word.text)
    words.append(mixed.copy.copying.destination.word.text)
    line = " ".join(words)
    return moves.indented(build.dockerfile, mixed.instruction, line)


def _is_all_code(build: Build, mixed: MixedCopy) -> bool:
    """Whether one COPY of the whole build context is all that the directory has of it."""
    code = mixed.code
    if not code.takes_all or code.root != mixed.copy.source:
        return False
    own = code.copying.instruction
    if own.flags:
        return False
    copies = [delivery.copying.instruction for delivery in _code(build, mixed.copy)]
    return all(copy is own for copy in copies)


def _brings_more(build: Build) -> bool:
    """Whether the build context sends files that the final image should not have."""
    context = build.context
    if context is None:
        return False
    if needless(build, context):
        return True
    return any(secret(context, file) for file in context.sent)


def _is_plain(build: Build, mixed: MixedCopy) -> bool:
    """Whether it is one line with one source, so that its words can be written again."""
    instruction = mixed.instruction
    if instruction.form != "shell":
        return False
    if instruction.first_line != instruction.last_line:
        return False
    if not moves.is_closed(build.dockerfile, instruction):
        return False
    if len(mixed.copy.copying.sources) != 1:
        return False
    names = [flag.name for flag in instruction.flags]
    return all(name in ("from", "chown", "link") for name in names)


def _environment_line(build: Build, mixed: MixedCopy) -> Sequence[str]:
    """The COPY of the environment alone."""
    instruction = mixed.instruction
    source = mixed.copy.word.text.rstrip("/")
    target = mixed.copy.copying.destination.word.text.rstrip("/")

    words = ["COPY"]
    words += [flag.span.of(build.dockerfile.text) for flag in instruction.flags]
    words += [f"{source}/{mixed.rest}", f"{target}/{mixed.rest}"]
    line = " ".join(words)
    return moves.indented(build.dockerfile, instruction, line)


def _knows_exclude(dockerfile: Dockerfile) -> bool:
    directive = dockerfile.directive("syntax")
    if directive is None:
        return False
    name, _, _ = directive.value.partition("@")
    frontend = _SYNTAX.fullmatch(name)
    if frontend is None:
        return False
    minor = frontend["minor"]
    return minor is None or int(minor) >= _FIRST_WITH_EXCLUDE


def _only_installs(build: Build, mixed: MixedCopy) -> bool:
    """Whether no RUN makes anything there but the environment."""
    for run in _runs(build, mixed):
        if run is mixed.maker:
            continue
        if _installs_only(build, run):
            continue
        if may_write(build, run, mixed.copy.source):
            return False
    return True


def _installs_only(build: Build, run: Instruction) -> bool:
    for command in _commands(build, run):
        does = read_command(command)
        if does is None or not does.installs:
            return False
    return True
