"""Edits of RUN that call apt: two installs become one, and an install gets an index."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.places import holds_comment
from lightship.facts.edits.dropping import dropped
from lightship.facts.edits.runs import add_command, is_plain, is_whole, join
from lightship.facts.packages.apt import LISTS, AptRun
from lightship.record import record
from lightship.regex import regex
from lightship.shell.commands import Command
from lightship.shell.packages import PackageCommand
from lightship.text import Edit, Span

# `nodesource-release`, `debian-archive-keyring`, `mysql-apt-config`
_BRINGS_SOURCE = regex(r"release|keyring|repo|source|config|backport|extrepo")
_OF_INDEX = frozenset({"registry", "variable"})


@record
class _Head:
    """An install without its packages and its `-y`.

    `kinds` say whether its packages are from the index, as far as that is known.
    """

    name: str
    wrappers: tuple[str, ...]
    assigned: tuple[tuple[str, str | None], ...]
    options: tuple[tuple[str, str], ...]
    kinds: frozenset[bool]


def join_installs(build: Build, first: AptRun, second: AptRun) -> Edit | None:
    """The edit that makes one RUN of two, with one command where the two are alike."""
    joined = join(build, first.instruction, second.instruction)
    if joined is None:
        return None
    return merge(build, first, second) or joined


def merge(build: Build, first: AptRun, second: AptRun) -> Edit | None:
    """The edit that makes one command of two installs.

    One RUN ends in an install and the next begins with one alike. The caller knows that the two RUN
    may be joined. Packages stand after all options of the second, and no comment between the two.
    """
    if not first.commands or not second.commands:
        return None
    before = first.commands[-1]
    after = second.commands[0]
    last = before.script.commands[-1]
    if before.command.index != last.index:
        return None
    if after.command.index > 0:
        return None
    head = _head_of(before)
    if head is None or head != _head_of(after):
        return None

    does = after.does
    end = does.subcommand.span.end
    for option in does.options:
        end = max(end, option.span.end)
    for word in does.operands:
        if word.span.start < end:
            return None

    start = before.command.span.end
    span = Span(start, end)
    if holds_comment(build.dockerfile, span):
        return None
    return Edit.delete(span)


def _head_of(call: PackageInvocation) -> _Head | None:
    """The head of an install; None where it is more than a plain command."""
    does = call.does
    command = call.command
    packages = does.packages
    if does.name != "install" or does.reads_more:
        return None
    if not packages:
        return None
    if call.script.outer or command.block:
        return None
    if command.redirects:
        return None
    pipeline = call.script.pipeline_of(command)
    if pipeline.length > 1 or pipeline.negated:
        return None

    kinds = [package.kind in _OF_INDEX for package in packages]
    return _Head(
        command.name,
        tuple(_wrappers(command)),
        tuple(_assigned(command)),
        tuple(_options(does)),
        frozenset(kinds),
    )


def _assigned(command: Command) -> Iterator[tuple[str, str | None]]:
    for variable in command.assignments:
        yield variable.name, variable.value


def _wrappers(command: Command) -> list[str]:
    """The words before the command itself: `sudo -E`."""
    words = command.all_words
    count = len(words) - len(command.words)
    return [word.text for word in words[:count]]


def _options(does: PackageCommand) -> list[tuple[str, str]]:
    """The options but for `-y`, in one order."""
    options: list[tuple[str, str]] = []
    for option in does.options:
        if option.name == "--yes":
            continue
        value = option.value or ""
        pair = (option.name, value)
        options.append(pair)
    return sorted(options)


def update_first(
    build: Build,
    run: AptRun,
    call: PackageInvocation,
) -> tuple[Edit, ...]:
    """What makes the RUN update before the install `call`, and remove the lists again.

    Nothing where it is unsure.
    """
    if not _stands_alone(call):
        return ()
    if not _takes_commands(run, call):
        return ()
    command = call.command
    wrappers = {wrapper.name for wrapper in command.wrappers}
    if wrappers - {"sudo"}:
        return ()

    sudo = ""
    if wrappers:
        sudo = "sudo "
    updates = tuple(_updates(build, run, call, sudo))
    if run.removals:
        return updates
    removal = f"{sudo}rm -rf {LISTS}/*"
    clean = add_command(build, run.instruction, call.script, removal)
    return (*updates, clean)


def _updates(
    build: Build, run: AptRun, call: PackageInvocation, sudo: str
) -> Iterator[Edit]:
    """The update before an install, by the program that the RUN calls.

    One that follows in the same RUN is moved there.
    """
    start = call.command.span.start
    later = _later_update(run, call)
    drop = None
    if later is not None:
        drop = dropped(build, later.script, later.command)
    if later is not None and drop is not None:
        text = later.command.span.of(build.dockerfile.text)
        yield Edit.insert(start, f"{text} && ")
        yield drop
        return
    program = "apt" if call.command.name == "apt" else "apt-get"
    yield Edit.insert(start, f"{sudo}{program} update && ")


def _later_update(run: AptRun, call: PackageInvocation) -> PackageInvocation | None:
    """The next update in the script of an install, where nothing between adds a source."""
    start = call.command.span.start
    later = [item for item in run.updates if item.command.span.start > start]
    if not later or later[0].script is not call.script:
        return None
    end = later[0].command.span.start
    between = [
        command for command in call.script.commands if start <= command.span.start < end
    ]
    plain = [item.command for item in run.commands if _adds_no_source(item)]
    return later[0] if all(command in plain for command in between) else None


def _adds_no_source(call: PackageInvocation) -> bool:
    """Whether a command only installs packages of which none brings a source of its own."""
    does = call.does
    if does.action != "install" or not does.packages:
        return False
    return not any(
        item.kind != "registry" or _BRINGS_SOURCE.search(item.name)
        for item in does.packages
    )


def _stands_alone(call: PackageInvocation) -> bool:
    """Whether an install is a command of the script's own list, that runs in each case."""
    if call.command.block:
        return False
    pipeline = call.script.pipeline_of(call.command)
    if pipeline.length > 1:
        return False
    if pipeline.negated or pipeline.background:
        return False
    return pipeline.operator != "||"


def _takes_commands(run: AptRun, call: PackageInvocation) -> bool:
    """Whether further commands in the script of a RUN run as the install does."""
    script = call.script
    if script.outer or script.changes_shell:
        return False
    instruction = run.instruction
    if instruction.trigger or not is_plain(instruction):
        return False
    return is_whole(script)
