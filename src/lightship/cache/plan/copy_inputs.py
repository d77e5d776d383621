"""What the key of a COPY or ADD depends on (BuildKit: dispatchCopy; fileOp.CacheMap).

Not in it: ENV and ARG unless an operand has them, the user, the directory that a source lies in,
times.
"""

from __future__ import annotations

import posixpath

from lightship.cache.builders import Builder
from lightship.cache.causes import Cause
from lightship.cache.plan.plan import Inputs, KeyPart, Output
from lightship.cache.plan.stage_ends import Stages
from lightship.cache.selection.selection import Selection, last_part, read_selection
from lightship.context.wildcards import clean
from lightship.dockerfile.heredoc import chomped, read_opening
from lightship.dockerfile.tree import Heredoc, Instruction
from lightship.errors import ExpansionError
from lightship.evaluation.copy_sources import git_source, is_url
from lightship.evaluation.dispatch import Step
from lightship.expansion.variables import expand

# Flags whose value is part of the key; others are part of it in a way of their own, or not at all
_FLAGS = ("chown", "chmod", "checksum", "keep-git-dir")


def copy_inputs(step: Step, builder: Builder, stages: Stages) -> Inputs:
    """Destination, flags, and each source: its last part by name, its files by content."""
    instruction = step.instruction
    parts = [_part("destination", destination_of(step))]
    if instruction.keyword == "ADD":
        parts.append(_part("unpacks", _unpacks(instruction)))
    parts += sorted(_flags(step, builder), key=lambda part: part.name)

    source = None
    if instruction.keyword == "COPY":
        source = next(iter(stages.sources(step)), None)
    excludes = _excludes(instruction)
    parents = is_on(instruction, "parents")

    selections: list[Selection] = []
    outputs: list[Output] = []
    for operand in step.operands[:-1]:
        heredoc = _heredoc(instruction, operand)
        if heredoc is not None:
            body = _body(heredoc, step)
            parts.append(_part(f"<<{heredoc.name}", body))
            continue
        if is_remote(operand):
            parts.append(_part("source", operand))
            continue

        path = clean(f"/{operand}")
        name = operand if parents else last_part(path)
        parts.append(_part("source", name))
        if source is not None:
            outputs.append(stages.output(source, path))
        else:
            selection = read_selection(operand, excludes, parents=parents)
            selections.append(selection)

    # With a mode BuildKit copies onto the step below, --link or not
    is_linked = builder.merges and is_on(instruction, "link")
    alone = is_linked and "chmod" not in step.flags
    return Inputs(tuple(parts), tuple(selections), tuple(outputs), alone)


def _part(name: str, value: str) -> KeyPart:
    return KeyPart(Cause.INSTRUCTION, name, value)


def _excludes(instruction: Instruction) -> tuple[str, ...]:
    flags = instruction.all_flags("exclude")
    return tuple([flag.value or "" for flag in flags])


def destination_of(step: Step) -> str:
    """Where a COPY puts things: absolute; a `/` at its end stays (pathRelativeToWorkingDir)."""
    path = step.operands[-1] if step.operands else ""
    if path in ("", "."):
        path = "./"
    joined = clean(posixpath.join("/", step.before.workdir, path))
    if joined == "/":
        return joined
    if path.endswith("/."):
        return f"{joined}/."
    if path.endswith("/"):
        return f"{joined}/"
    return joined


def is_remote(operand: str) -> bool:
    """Whether a source is a URL or a git repository, which no file of the context changes."""
    if is_url(operand):
        return True
    may_be_git = "://" in operand or "@" in operand
    git = git_source(operand) if may_be_git else None
    return git is not None and not git.local


def is_on(instruction: Instruction, name: str) -> bool:
    """Whether a flag that is true or false is given and not false."""
    flag = instruction.flag(name)
    if flag is None:
        return False
    value = flag.value or "true"
    return value.lower() not in ("false", "0", "f")


def _flags(step: Step, builder: Builder) -> list[KeyPart]:
    """The flags that are part of the key.

    `--link` where the builder knows it, and a mode by its number.
    """
    instruction = step.instruction
    parts: list[KeyPart] = []
    for flag in instruction.flags:
        if flag.name not in _FLAGS:
            continue
        value = step.flags.get(flag.name, flag.value or "")
        if flag.name == "chmod":
            value = _mode(value)
        if value:
            parts.append(_part(f"--{flag.name}", value))

    parts += [_part("--exclude", value) for value in _excludes(instruction)]
    switches = ("parents", "link") if builder.merges else ("parents",)
    for name in switches:
        if is_on(instruction, name):
            parts.append(_part(f"--{name}", "true"))
    return parts


def _mode(value: str) -> str:
    """A mode without leading zeros; what is not in octal stays."""
    is_octal = bool(value) and not value.strip("01234567")
    return f"{int(value, 8):o}" if is_octal else value


def _heredoc(instruction: Instruction, operand: str) -> Heredoc | None:
    """The heredoc that an operand opens."""
    if not instruction.heredocs or "<<" not in operand:
        return None
    try:
        opening = read_opening(operand)
    except ExpansionError:
        return None
    if opening is None:
        return None
    for heredoc in instruction.heredocs:
        if heredoc.name == opening.name:
            return heredoc
    return None


def _body(heredoc: Heredoc, step: Step) -> str:
    """The file that a heredoc makes: variables in it are expanded, unless its name is quoted."""
    text = chomped(heredoc.content) if heredoc.chomp else heredoc.content
    if not heredoc.expand:
        return text
    try:
        expanded = expand(text, step.before.env.get, skip_quotes=True)
    except ExpansionError:
        return text
    return expanded.text


def _unpacks(instruction: Instruction) -> str:
    flag = instruction.flag("unpack")
    value = flag.value if flag is not None else None
    return (value or "true").lower()
