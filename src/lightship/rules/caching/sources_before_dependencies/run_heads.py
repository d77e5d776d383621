"""The beginning of a RUN that installs dependencies and needs no sources, and the cut after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lightship.build import Build
from lightship.dockerfile.places import holds_comment
from lightship.dockerfile.tree import Instruction
from lightship.facts.edits import moves
from lightship.facts.edits.moves import GiveUp
from lightship.facts.edits.runs import has_known_mounts, takes_words
from lightship.facts.installs.dependencies import LEAVE_OUT, Install
from lightship.facts.installs.independent import is_independent
from lightship.record import record
from lightship.shell.commands import Command, Pipeline, Script
from lightship.shell.packages import read_command
from lightship.text import Edit, Span, apply_edits

# What these commands do holds for the rest of the script
_STATE = frozenset({"cd", "set", "export"})
_MOST_ITEMS = 200
_WITHOUT_MEMBERS = "--no-install-workspace"
_OUTSIDE = ("/", "~", "$HOME", "${HOME")


@record
class RunHead:
    """The beginning of a RUN that needs no sources: the first `end` pipelines of its script.

    `installs` are the installs in it; `projects` those among them that need an option for that, and
    `workspaces` those of them that install the members of a workspace.
    """

    build: Build
    run: Instruction
    script: Script
    items: tuple[Pipeline, ...]
    end: int
    installs: tuple[Install, ...]
    projects: tuple[Install, ...]
    workspaces: tuple[Install, ...]

    @property
    def whole(self) -> bool:
        """Whether the RUN has no part left for later."""
        return self.end == len(self.items)

    @property
    def last(self) -> Pipeline:
        return self.items[self.end - 1]

    def commands_after(self) -> list[Command]:
        """The commands that are left for later."""
        rest = self.items[self.end :]
        return [command for item in rest for command in self.commands(item)]

    def commands(self, item: Pipeline) -> list[Command]:
        return _commands_in(self.script, item)


def _commands_in(script: Script, item: Pipeline) -> list[Command]:
    return [command for command in script.commands if item.span.covers(command.span)]


@record
class _Commands:
    """The commands of a RUN: what they need, and which of them are installs."""

    scripts: Sequence[Script]
    by_place: Mapping[tuple[int, int], Install]
    virtual: Sequence[Install]

    def install(self, script: Script, command: Command) -> Install | None:
        return self.by_place.get((id(script), command.index))

    def installs_among(
        self, script: Script, commands: Sequence[Command]
    ) -> list[Install] | None:
        """The installs among `commands`; None where a command may need the sources."""
        listed = []
        for command in commands:
            install = self.install(script, command)
            if install is not None:
                if not install.separable and install not in self.virtual:
                    return None
                listed.append(install)
            elif command.name in _STATE:
                continue
            elif not needs_nothing(command, self.scripts):
                return None
        return listed

    def all_installs(self) -> list[Install]:
        """The installs of all scripts; empty where any command in them may need the sources."""
        listed: list[Install] = []
        for script in self.scripts:
            if script.opaque or script.errors:
                return []
            part = self.installs_among(script, script.commands)
            if part is None:
                return []
            listed += part
        return listed


def read_head(
    build: Build,
    run: Instruction,
    installs: Sequence[Install],
    virtual: Sequence[Install],
    workspaces: Sequence[Install],
) -> RunHead:
    """As much of the RUN as needs no sources.

    `installs` are those of the RUN, `virtual` those among them that never install the project, and
    `workspaces` those that install the members of a workspace.
    """
    scripts = build.scripts(run)
    by_place = {(id(item.script), item.command.index): item for item in installs}
    commands = _Commands(scripts, by_place, virtual)
    top = scripts[0]
    if len(top.items) > _MOST_ITEMS or not has_known_mounts(build, run):
        raise GiveUp
    end = len(top.items)
    listed = commands.all_installs()
    if not listed:
        listed, end = _front(top, run, commands)

    projects = [
        install
        for install in listed
        if install in workspaces or (install.project and install not in virtual)
    ]
    return RunHead(
        build,
        run,
        top,
        top.items,
        end,
        tuple(listed),
        tuple(projects),
        tuple(workspaces),
    )


def needs_nothing(command: Command, scripts: Sequence[Script]) -> bool:
    """Whether a command reads no file of the project.

    `sh -c '...'` reads nothing by itself: the script inside is looked at on its own.
    """
    if is_independent(command):
        return True
    return any(script.outer is command for script in scripts)


def _front(
    script: Script, run: Instruction, commands: _Commands
) -> tuple[list[Install], int]:
    """The installs before the first command that may need the sources, and where they end.

    All that is joined by `&&` counts; the end is a number of pipelines.
    """
    _check_script(script, run)
    listed: list[Install] = []
    end = 0
    for number, item in enumerate(script.items, 1):
        if item.operator not in ("", "&&"):
            break

        called = _commands_in(script, item)
        if any(command.block for command in called):
            break

        part = commands.installs_among(script, called)
        if part is None:
            break
        if part:
            listed += part
            end = number

    if not listed:
        raise GiveUp
    return listed, end


def _check_script(script: Script, run: Instruction) -> None:
    """Give up where the script cannot be taken apart."""
    if script.shell == "exec" or run.heredocs:
        raise GiveUp
    if script.errors or script.opaque or script.inner:
        raise GiveUp
    for item in script.items:
        if item.operator == "||" or item.background:
            raise GiveUp


def cut(head: RunHead, between: Sequence[str]) -> Edit:
    """The RUN as two, with the lines `between`; what `cd` and `set` did is done again."""
    dockerfile = head.build.dockerfile
    rest = head.items[head.end]
    gap = Span(head.last.span.end, rest.span.start)
    if rest.operator != "&&" or holds_comment(dockerfile, gap):
        raise GiveUp
    if any(map(_tidies, head.commands_after())):
        raise GiveUp

    opening = "RUN "
    for flag in head.run.flags:
        opening += f"{flag.span.of(dockerfile.text)} "
    for item in head.items[: head.end]:
        if _sets_state(head, item):
            opening += f"{item.span.of(dockerfile.text)} && "
    if "\n" in opening:
        raise GiveUp

    line = moves.indented(dockerfile, head.run, opening)
    text = dockerfile.newline.join(["", *between, *line])
    return Edit.replace(gap, text)


def _sets_state(head: RunHead, item: Pipeline) -> bool:
    """Whether it is a command, not a pipe, whose effect holds for the rest of the script."""
    if item.length != 1:
        return False
    return any(command.name in _STATE for command in head.commands(item))


def _tidies(command: Command) -> bool:
    """Whether it removes what an install has left, which a RUN of its own would do too late."""
    does = read_command(command)
    if does is not None:
        return does.action in ("remove", "clean")
    if command.name != "rm":
        return False
    return any(word.text.startswith(_OUTSIDE) for word in command.args)


def without_project(head: RunHead) -> str:
    """The head as a RUN for the dependencies alone."""
    run = head.run
    dockerfile = head.build.dockerfile
    if run.form == "exec":
        raise GiveUp
    if run.heredocs and not head.whole:
        raise GiveUp

    end = run.span.end if head.whole else head.last.span.end
    span = Span(run.span.start, end)
    if holds_comment(dockerfile, span):
        raise GiveUp
    edits = [
        _without_project(install, is_workspace=install in head.workspaces)
        for install in head.projects
    ]
    text = apply_edits(dockerfile.text[:end], edits)
    own = text[span.start :]
    return moves.indented(dockerfile, run, own)[0]


def _without_project(install: Install, *, is_workspace: bool) -> Edit:
    """The dependencies of the project alone: by an option, or by its manifest."""
    if not takes_words(install.script):
        raise GiveUp
    if install.whole:
        last = install.command.words[-1]
        option = LEAVE_OUT[install.tool]
        if is_workspace:
            option = _WITHOUT_MEMBERS
        return Edit.insert(last.span.end, f" {option}")

    package = install.local[0]
    span = package.word.span
    if package.editable:
        span = _editable_span(install) or span
    text = f"-r {install.manifest}"
    for extra in package.extras:
        text += f" --extra {extra}"
    return Edit.replace(span, text)


def _editable_span(install: Install) -> Span | None:
    """Where the first `-e` stands, with its value."""
    for option in install.does.options:
        if option.name == "--editable":
            return option.span
    return None


def without_repetition(head: RunHead) -> Iterator[Edit]:
    """Remove from the RUN what the RUN for the dependencies has done (`pip install poetry &&`)."""
    in_script = [install.script is head.script for install in head.projects]
    if head.run.heredocs or not all(in_script):
        return  # done twice it does no harm

    first = min(install.command.index for install in head.projects)
    for item, following in zip(head.items, head.items[1:], strict=False):
        commands = head.commands(item)
        if any(command.index >= first for command in commands):
            return
        if any(command.name in _STATE for command in commands):
            continue
        gap = Span(item.span.start, following.span.start)
        if holds_comment(head.build.dockerfile, gap) or following.operator != "&&":
            raise GiveUp
        yield Edit.delete(gap)
