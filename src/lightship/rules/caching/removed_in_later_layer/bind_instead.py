"""A file that COPY brings, and the next RUN reads and removes, mounted into that RUN instead."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.places import holds_comment
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.copies import Copying
from lightship.facts.edits import moves
from lightship.facts.edits.runs import has_ignore, is_plain
from lightship.facts.files.leftover import Leftover
from lightship.shell.commands import Command, Script
from lightship.text import Edit, Span

# They read the files that they name, and write elsewhere
_READERS = frozenset(
    "apt apt-get bash cat cp dnf dpkg pip pip3 rpm sh tar unzip yum".split()
)
_CHANGING = ("chmod", "chown", "rm", "mv")
# Wildcards and quotes, which a mount's source must not have
_SPECIAL = frozenset("*?[,\"'")


def plan(build: Build, left: Leftover) -> tuple[Edit, ...]:
    """The edits; none where the RUN may write to the file, or COPY brings more than that file."""
    copying = _copying_of(build, left)
    if copying is None or len(left.names) > 1:
        return ()
    path = left.names[0]
    if not _is_one_file(copying, path):
        return ()
    script = _script_of(build, left.run)
    if script is None:
        return ()

    # Comments at the COPY, or before the removal, would be lost
    dockerfile = build.dockerfile
    span = left.maker.span
    if moves.block(dockerfile, left.maker) != span:
        return ()
    if holds_comment(dockerfile, span):
        return ()
    removal = _last_removal(script, path)
    if removal is None:
        return ()
    if not _only_reads(script, path, removal):
        return ()
    *_, before, last = script.items
    gap = Span(before.span.end, last.span.end)
    if gap.end != script.span.end:
        return ()
    if holds_comment(dockerfile, gap):
        return ()

    source = copying.sources[0].word.text
    flag = f" --mount=type=bind,source={source},target={path}"
    mount = Edit.insert(left.run.name.span.end, flag)
    removed_copy = moves.remove(dockerfile, left.maker)
    return removed_copy, mount, Edit.delete(gap)


def _script_of(build: Build, run: Instruction) -> Script | None:
    """The script of a RUN of a plain form that is read whole."""
    if not is_plain(run) or has_ignore(build, run):
        return None
    script = build.scripts(run)[0]
    if script.errors or script.opaque:
        return None
    return None if script.inner else script


def _copying_of(build: Build, left: Leftover) -> Copying | None:
    for copying in build.copyings():
        if copying.instruction is left.maker:
            return copying
    return None


def _is_one_file(copying: Copying, path: str) -> bool:
    """Whether it is a COPY of a single file, known by name, to that path."""
    instruction = copying.instruction
    if instruction.keyword != "COPY" or instruction.form != "shell":
        return False
    if instruction.flags or not copying.from_context:
        return False
    if len(copying.sources) != 1:
        return False

    source = copying.sources[0]
    if source.varies or source.kind != "file":
        return False
    text = source.word.text
    if not _SPECIAL.isdisjoint(text):
        return False
    name = text.rpartition("/")[2]
    if path.rpartition("/")[2] != name:
        return False
    return "." in name.strip(".")


def _last_removal(script: Script, path: str) -> Command | None:
    """`&& rm path` at the end, which removes nothing else."""
    if len(script.items) < 2 or not script.commands:
        return None
    item = script.items[-1]
    if item.operator != "&&" or item.length != 1:
        return None
    last = script.commands[-1]
    if last.name != "rm" or last.block:
        return None
    operands = [word.value for word in last.args if not word.text.startswith("-")]
    return last if operands == [path] else None


def _only_reads(script: Script, path: str, removal: Command) -> bool:
    """Whether every other command that may touch the file only reads it."""
    operators = {item.operator for item in script.items}
    if not operators <= {"", "&&"}:
        return False
    name = path.rpartition("/")[2]
    for command in script.commands:
        if command is removal or command.name in _READERS:
            continue
        if command.name in _CHANGING:
            return False
        if any(name in word.text for word in command.words):
            return False
    return True
