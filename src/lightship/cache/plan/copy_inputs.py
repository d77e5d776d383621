"""What the key of a COPY or ADD depends on (BuildKit: dispatchCopy; fileOp.CacheMap).

Not in it: ENV and ARG unless an operand has them, the user, the directory that a source lies in,
times.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lightship.cache.builders import Builder
from lightship.cache.plan.plan import Inputs, KeyPart, Output, instruction_part
from lightship.cache.plan.stage_ends import Stages
from lightship.cache.selection.selection import Selection, last_part, read_selection
from lightship.context.wildcards import clean
from lightship.dockerfile.heredoc import chomped, read_opening
from lightship.dockerfile.tree import Heredoc, Instruction
from lightship.errors import ExpansionError
from lightship.evaluation.copy_sources import git_source, is_url
from lightship.evaluation.dispatch import Step
from lightship.evaluation.stages import StageSource
from lightship.expansion.variables import expand

# Flags whose value is part of the key; others are part of it in a way of their own, or not at all
_FLAGS = ("chown", "chmod", "checksum", "keep-git-dir")


def copy_inputs(step: Step, builder: Builder, stages: Stages) -> Inputs:
    """Destination, flags, and each source: its last part by name, its files by content."""
    instruction = step.instruction
    parts = list(_settings(step, builder))

    # COPY has one --from
    source: StageSource | None = None
    if instruction.keyword == "COPY":
        sources = stages.sources(step)
        source = next(iter(sources), None)
    excludes = _excludes(instruction)
    parents = is_on(instruction, "parents")

    selections: list[Selection] = []
    outputs: list[Output] = []
    for operand in step.operands[:-1]:
        # What the Dockerfile itself says of its content is all that is known of it
        content = _content(step, operand)
        if content is not None:
            parts.append(content)
            continue

        path = clean(f"/{operand}")
        name = operand if parents else last_part(path)
        parts.append(instruction_part("source", name))
        if source is not None:
            output = stages.output(source, path)
            outputs.append(output)
        else:
            selection = read_selection(operand, excludes, parents=parents)
            selections.append(selection)

    # With a mode BuildKit copies onto the step below, --link or not
    is_linked = builder.merges and is_on(instruction, "link")
    alone = is_linked and "chmod" not in step.flags
    return Inputs(tuple(parts), tuple(selections), tuple(outputs), alone)


def _settings(step: Step, builder: Builder) -> Iterator[KeyPart]:
    """What holds for all sources: destination and flags."""
    instruction = step.instruction
    yield instruction_part("destination", destination_of(step))
    if instruction.keyword == "ADD":
        yield instruction_part("unpacks", _unpacks(instruction))
    flags = _flags(step, builder)
    yield from sorted(flags, key=lambda flag: flag.name)


def _content(step: Step, operand: str) -> KeyPart | None:
    """The source as far as the Dockerfile alone says what is in it: a heredoc, or an address.

    None for files.
    """
    heredoc = _heredoc(step.instruction, operand)
    if heredoc is not None:
        body = _body(heredoc, step)
        return instruction_part(f"<<{heredoc.name}", body)
    if is_remote(operand):
        return instruction_part("source", operand)
    return None


def _excludes(instruction: Instruction) -> tuple[str, ...]:
    flags = instruction.all_flags("exclude")
    values = [flag.value or "" for flag in flags]
    return tuple(values)


def destination_of(step: Step) -> str:
    """Where a COPY puts things: absolute; a `/` at its end stays (pathRelativeToWorkingDir)."""
    path = step.operands[-1] if step.operands else ""
    if path in ("", "."):
        path = "./"
    workdir = step.before.workdir
    joined = clean(posixpath.join("/", workdir, path))
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
    if not may_be_git:
        return False
    git = git_source(operand)
    return git is not None and not git.local


def is_on(instruction: Instruction, name: str) -> bool:
    """Whether a flag that is true or false is given and not false."""
    flag = instruction.flag(name)
    if flag is None:
        return False
    value = flag.value or "true"
    return value.lower() not in ("false", "0", "f")


def _flags(step: Step, builder: Builder) -> Iterator[KeyPart]:
    """The flags that are part of the key.

    `--link` where the builder knows it, and a mode by its number.
    """
    instruction = step.instruction
    for flag in instruction.flags:
        name = flag.name
        if name not in _FLAGS:
            continue
        # The value of `step.flags` has its variables expanded
        value = step.flags.get(name, flag.value or "")
        if name == "chmod":
            value = _mode(value)
        if value:
            yield instruction_part(f"--{name}", value)

    for pattern in _excludes(instruction):
        yield instruction_part("--exclude", pattern)
    if is_on(instruction, "parents"):
        yield instruction_part("--parents", "true")
    if builder.merges and is_on(instruction, "link"):
        yield instruction_part("--link", "true")


def _mode(value: str) -> str:
    """A mode without leading zeros; what is not in octal stays."""
    is_octal = bool(value) and not value.strip("01234567")
    if not is_octal:
        return value
    mode = int(value, 8)
    return f"{mode:o}"


def _heredoc(instruction: Instruction, operand: str) -> Heredoc | None:
    """The heredoc that an operand opens."""
    heredocs = instruction.heredocs
    if not heredocs or "<<" not in operand:
        return None

    try:
        opening = read_opening(operand)
    except ExpansionError:
        return None
    if opening is None:
        return None

    for heredoc in heredocs:
        if heredoc.name == opening.name:
            return heredoc
    return None


def _body(heredoc: Heredoc, step: Step) -> str:
    """The file that a heredoc makes: variables in it are expanded, unless its name is quoted."""
    text = heredoc.content
    if heredoc.chomp:
        text = chomped(text)
    if not heredoc.expand:
        return text

    variables = step.before.env
    try:
        expanded = expand(text, variables.get, skip_quotes=True)
    except ExpansionError:
        return text
    return expanded.text


def _unpacks(instruction: Instruction) -> str:
    """Whether ADD unpacks archives, as `--unpack` has it; `true` without a value."""
    flag = instruction.flag("unpack")
    if flag is None or not flag.value:
        return "true"
    return flag.value.lower()
