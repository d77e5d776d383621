"""A file that COPY brings, and the next RUN reads and removes, mounted into that RUN instead."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.places import holds_comment
from lightship.evaluation.copies import Copying
from lightship.facts.edits import moves
from lightship.facts.edits.runs import has_ignore, is_plain
from lightship.facts.files.late_removals import Leftover
from lightship.shell.commands import Command, Script
from lightship.text import Edit, Span

# They read the files that they name, and write elsewhere
_READERS = frozenset(
    "apt apt-get bash cat cp dnf dpkg pip pip3 rpm sh tar unzip yum".split()
)


def plan(build: Build, left: Leftover) -> tuple[Edit, ...]:
    """The edits; nothing where the RUN may write to the file, or the COPY brings more than that file."""
    copying = next(
        (each for each in build.copyings() if each.instruction is left.maker), None
    )
    path = left.names[0]
    if copying is None or len(left.names) > 1 or not _is_one_file(copying, path):
        return ()
    run, dockerfile = left.run, build.dockerfile
    script = build.scripts(run)[0] if is_plain(run) else None
    if (
        script is None
        or script.errors
        or script.opaque
        or script.inner
        or has_ignore(build, run)
    ):
        return ()
    if moves.block(dockerfile, left.maker) != left.maker.span or holds_comment(
        dockerfile, left.maker.span
    ):
        return ()
    removal = _last_removal(script, path)
    if removal is None or not _only_reads(script, path, removal):
        return ()
    gap = Span(script.items[-2].span.end, script.items[-1].span.end)
    if holds_comment(dockerfile, gap) or gap.end != script.span.end:
        return ()
    source = copying.sources[0].word.text
    mount = Edit.insert(
        run.name.span.end, f" --mount=type=bind,source={source},target={path}"
    )
    return moves.remove(dockerfile, left.maker), mount, Edit.delete(gap)


def _is_one_file(copying: Copying, path: str) -> bool:
    instruction, sources = copying.instruction, copying.sources
    plain = (
        instruction.keyword == "COPY"
        and instruction.form == "shell"
        and not instruction.flags
    )
    if (
        not plain
        or len(sources) != 1
        or not copying.from_context
        or sources[0].varies
        or sources[0].kind != "file"
    ):
        return False
    name = sources[0].word.text.rpartition("/")[2]
    return (
        path.rpartition("/")[2] == name
        and "." in name.strip(".")
        and not set("*?[,\"'") & set(sources[0].word.text)
    )


def _last_removal(script: Script, path: str) -> Command | None:
    """`&& rm path` at the end, which removes nothing else."""
    last = script.commands[-1] if script.commands else None
    if (
        last is None
        or last.name != "rm"
        or len(script.items) < 2
        or script.items[-1].operator != "&&"
    ):
        return None
    operands = [word.value for word in last.args if not word.text.startswith("-")]
    return (
        last
        if operands == [path] and not last.block and script.items[-1].length == 1
        else None
    )


def _only_reads(script: Script, path: str, removal: Command) -> bool:
    """Whether every other command that may touch the file only reads it."""
    name = path.rpartition("/")[2]
    for command in script.commands:
        if command is removal:
            continue
        named = any(name in word.text for word in command.words) or command.name in (
            "chmod",
            "chown",
            "rm",
            "mv",
        )
        if named and command.name not in _READERS:
            return False
    return {item.operator for item in script.items} <= {"", "&&"}
