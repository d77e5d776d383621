"""The part of a RUN that installs dependencies and needs no sources, and the RUN cut in two behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lightship.build import Build
from lightship.dockerfile.places import holds_comment
from lightship.dockerfile.tree import Instruction
from lightship.facts.edits import moves
from lightship.facts.edits.moves import GiveUp
from lightship.facts.edits.runs import takes_words
from lightship.facts.installs.dependencies import LEAVE_OUT, Install
from lightship.facts.installs.independent import is_independent
from lightship.record import record
from lightship.shell.commands import Command, Pipeline, Script
from lightship.shell.packages import read_command
from lightship.text import Edit, Span, apply_edits

_STATE = frozenset(
    {"cd", "set", "export"}
)  # what they do holds for the rest of the script
_MOST_ITEMS = 200
_InstallsOf = Callable[[Script, Sequence[Command]], list[Install] | None]


@record
class Head:
    """The beginning of a RUN that can do without the sources: the first `end` of the pipelines of its script.

    `installs` are the installs in it; `projects` those among them that need an option for that.
    """

    build: Build
    run: Instruction
    script: Script
    items: tuple[Pipeline, ...]
    end: int
    installs: tuple[Install, ...]
    projects: tuple[Install, ...]

    @property
    def whole(self) -> bool:
        return self.end == len(self.items)

    def commands_from(self, at: int) -> list[Command]:
        """The commands of the pipelines from that number on."""
        return [command for item in self.items[at:] for command in self.commands(item)]

    def commands(self, item: Pipeline) -> list[Command]:
        return [
            command
            for command in self.script.commands
            if item.span.covers(command.span)
        ]


def read_head(
    build: Build, run: Instruction, found: Sequence[Install], virtual: Sequence[Install]
) -> Head:
    """As much of the RUN as needs no sources; `virtual` are the installs that leave the project alone by themselves."""
    scripts = build.scripts(run)
    by_command = {
        (id(install.script), install.command.index): install for install in found
    }

    def installs_of(
        script: Script, commands: Sequence[Command]
    ) -> list[Install] | None:
        """The installs among `commands`; None where a command may need the sources."""
        listed = []
        for command in commands:
            install = by_command.get((id(script), command.index))
            if install is not None and (install.separable or install in virtual):
                listed.append(install)
            elif install is not None or not (
                command.name in _STATE or needs_nothing(command, scripts)
            ):
                return None
        return listed

    top = scripts[0]
    if len(top.items) > _MOST_ITEMS:
        raise GiveUp
    everything = [installs_of(script, script.commands) for script in scripts]
    listed = [install for part in everything for install in part or ()]
    if (
        listed
        and None not in everything
        and not any(script.opaque or script.errors for script in scripts)
    ):
        end = len(top.items)
    else:
        listed, end = _front(top, run, installs_of)
    projects = tuple(
        install for install in listed if install.project and install not in virtual
    )
    return Head(build, run, top, top.items, end, tuple(listed), projects)


def needs_nothing(command: Command, scripts: Sequence[Script]) -> bool:
    """Whether a command reads no file of the project; of `sh -c '…'` the script inside is looked at by itself."""
    return is_independent(command) or any(script.outer is command for script in scripts)


def _front(
    script: Script, run: Instruction, installs_of: _InstallsOf
) -> tuple[list[Install], int]:
    """The installs in the pipelines joined by `&&` before one that may need the sources, and how many those are."""
    items = script.items
    if (
        script.shell == "exec"
        or run.heredocs
        or script.errors
        or script.opaque
        or script.inner
    ):
        raise GiveUp
    if any(item.operator == "||" or item.background for item in items):
        raise GiveUp
    listed: list[Install] = []
    end = 0
    for number, item in enumerate(items, 1):
        commands = [
            command for command in script.commands if item.span.covers(command.span)
        ]
        part = installs_of(script, commands) if item.operator in ("", "&&") else None
        if part is None or any(command.block for command in commands):
            break
        listed += part
        end = number if part else end
    if not listed:
        raise GiveUp
    return listed, end


def cut(head: Head, between: Sequence[str]) -> Edit:
    """The RUN as two, with the lines `between`; what `cd` and `set` did is done again."""
    dockerfile, run, newline = (
        head.build.dockerfile,
        head.run,
        head.build.dockerfile.newline,
    )
    text, rest = dockerfile.text, head.items[head.end]
    gap = Span(head.items[head.end - 1].span.end, rest.span.start)
    if (
        holds_comment(dockerfile, gap)
        or rest.operator != "&&"
        or any(map(_tidies, head.commands_from(head.end)))
    ):
        raise GiveUp
    flags = [f"{flag.span.of(text)} " for flag in run.flags]
    state = [
        f"{item.span.of(text)} && "
        for item in head.items[: head.end]
        if item.length == 1
        and any(command.name in _STATE for command in head.commands(item))
    ]
    if any("\n" in part for part in (*flags, *state)):
        raise GiveUp
    opening = moves.indented(dockerfile, run, f"RUN {''.join(flags)}{''.join(state)}")
    return Edit.replace(gap, newline.join(["", *between, *opening]))


def _tidies(command: Command) -> bool:
    """Whether it removes what an install has left, which a RUN of its own would do too late."""
    does = read_command(command)
    if does is not None:
        return does.action in ("remove", "clean")
    paths = [word.text for word in command.args if not word.text.startswith("-")]
    return command.name == "rm" and any(
        path.startswith(("/", "~", "$HOME", "${HOME")) for path in paths
    )


def without_project(head: Head) -> str:
    """The head as a RUN for the dependencies alone."""
    run, dockerfile = head.run, head.build.dockerfile
    end = run.span.end if head.whole else head.items[head.end - 1].span.end
    whole = Span(run.span.start, end)
    if (
        run.form == "exec"
        or (run.heredocs and not head.whole)
        or holds_comment(dockerfile, whole)
    ):
        raise GiveUp
    edits = [_without_project(install) for install in head.projects]
    text = apply_edits(dockerfile.text[: whole.end], edits)[whole.start :]
    return moves.indented(dockerfile, run, text)[0]


def _without_project(install: Install) -> Edit:
    """The dependencies of the project alone: by an option, or by its manifest in the place of its directory."""
    if not takes_words(install.script):
        raise GiveUp
    if install.whole:
        return Edit.insert(
            install.command.words[-1].span.end, f" {LEAVE_OUT[install.tool]}"
        )
    package = install.local[0]
    option = next(
        (
            each
            for each in install.does.options
            if package.editable and each.name == "--editable"
        ),
        None,
    )
    span = package.word.span if option is None else option.span
    extras = "".join(f" --extra {extra}" for extra in package.extras)
    return Edit.replace(span, f"-r {install.manifest}{extras}")


def without_repetition(head: Head) -> Iterator[Edit]:
    """What the RUN for the dependencies has done already (`pip install poetry &&`) need not be done again."""
    if head.run.heredocs or any(
        install.script is not head.script for install in head.projects
    ):
        return  # it does no harm
    first = min(install.command.index for install in head.projects)
    for item, following in zip(head.items, head.items[1:], strict=False):
        commands = head.commands(item)
        if any(command.index >= first for command in commands):
            return
        if not any(command.name in _STATE for command in commands):
            gap = Span(item.span.start, following.span.start)
            if holds_comment(head.build.dockerfile, gap) or following.operator != "&&":
                raise GiveUp
            yield Edit.delete(gap)
