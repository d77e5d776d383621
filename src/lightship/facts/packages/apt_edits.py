"""Edits of RUN that call apt: two installs become one, an install gets an index."""

from __future__ import annotations

from lightship.build import Build, PackageInvocation
from lightship.dockerfile.places import holds_comment
from lightship.facts.edits.runs import add_command, is_plain, is_whole
from lightship.facts.packages.apt import LISTS, AptRun
from lightship.text import Edit, Span


def merge(build: Build, first: AptRun, second: AptRun) -> Edit | None:
    """Where one RUN ends in an install and the next begins with one alike: the edit that makes one command of both.

    The caller knows that the two RUN may be joined. Packages stand behind all options of the second, and no comment
    between the two.
    """
    if not (first.commands and second.commands):
        return None
    one, two = first.commands[-1], second.commands[0]
    if two.command.index or one.command.index + 1 != len(one.script.commands):
        return None
    end = max(
        two.does.subcommand.span.end,
        *(option.span.end for option in two.does.options),
        0,
    )
    span = Span(one.command.span.end, end)
    if (
        _head(one) is None
        or _head(one) != _head(two)
        or holds_comment(build.dockerfile, span)
    ):
        return None
    return (
        None
        if any(word.span.start < end for word in two.does.operands)
        else Edit.delete(span)
    )


def _head(found: PackageInvocation) -> tuple[object, ...] | None:
    """An install without its packages and its `-y`; None where it is more than a plain command."""
    does, command = found.does, found.command
    item = found.script.pipelines[command.pipeline]
    plain = not (
        command.block
        or item.length > 1
        or item.negated
        or command.redirects
        or does.reads_more
    )
    if not plain or found.script.outer or does.name != "install" or not does.packages:
        return None
    wrappers = [word.text for wrapper in command.wrappers for word in wrapper.words]
    assigned = [(each.name, each.value) for each in command.assignments]
    options = sorted(
        (option.name, option.value or "")
        for option in does.options
        if option.name != "--yes"
    )
    kinds = {package.kind in ("registry", "variable") for package in does.packages}
    return (command.name, wrappers, assigned, options, kinds)


def update_first(
    build: Build, run: AptRun, found: PackageInvocation
) -> tuple[Edit, ...]:
    """What makes the RUN update before the install `found`, and remove the lists again; nothing where it is unsure."""
    script, command = found.script, found.command
    item = script.pipelines[command.pipeline]
    alone = (
        item.length == 1
        and not item.negated
        and not item.background
        and item.operator != "||"
    )
    if (
        not alone
        or script.outer
        or command.block
        or not (is_plain(run.instruction) and is_whole(script))
    ):
        return ()
    if (
        run.instruction.trigger
        or any(wrapper.name != "sudo" for wrapper in command.wrappers)
        or script.changes_shell
    ):
        return ()
    sudo = "sudo " if command.wrappers else ""
    ending = (
        ()
        if run.removals
        else (add_command(build, run.instruction, script, f"{sudo}rm -rf {LISTS}/*"),)
    )
    return (Edit.insert(command.span.start, f"{sudo}apt-get update && "), *ending)
