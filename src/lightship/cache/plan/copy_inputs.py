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

_FLAGS = (
    "chown",
    "chmod",
    "checksum",
    "exclude",
    "parents",
    "link",
    "keep-git-dir",
    "unpack",
)
# Those that become part of the key in a way of their own
_OWN_WAY = ("unpack", "link", "parents", "exclude")


def copy_inputs(step: Step, builder: Builder, stages: Stages) -> Inputs:
    """Destination, flags, and each source: its last part by name, its files by content."""
    instruction = step.instruction
    parts = [KeyPart(Cause.INSTRUCTION, "destination", destination_of(step))]
    if instruction.keyword == "ADD":
        parts.append(KeyPart(Cause.INSTRUCTION, "unpacks", _unpacks(instruction)))
    parts += sorted(_flags(step, builder), key=lambda part: part.name)
    source = None
    if instruction.keyword == "COPY":
        source = next(iter(stages.sources(step)), None)

    selections: list[Selection] = []
    outputs: list[Output] = []
    excludes = tuple(flag.value or "" for flag in instruction.all_flags("exclude"))
    parents = is_on(instruction, "parents")
    for operand in step.operands[:-1]:
        heredoc = _heredoc(instruction, operand)
        if heredoc is not None:
            body = _body(heredoc, step)
            parts.append(KeyPart(Cause.INSTRUCTION, f"<<{heredoc.name}", body))
            continue
        if is_remote(operand):
            parts.append(KeyPart(Cause.INSTRUCTION, "source", operand))
            continue

        path = clean(f"/{operand}")
        name = operand if parents else last_part(path)
        parts.append(KeyPart(Cause.INSTRUCTION, "source", name))
        if source is not None:
            outputs.append(stages.output(source, path))
        else:
            selections.append(read_selection(operand, excludes, parents=parents))

    alone = builder.merges and is_on(instruction, "link") and "chmod" not in step.flags
    return Inputs(tuple(parts), tuple(selections), tuple(outputs), alone)


def destination_of(step: Step) -> str:
    """Where a COPY puts things: absolute; a `/` at its end stays (pathRelativeToWorkingDir)."""
    path = step.operands[-1] if step.operands else ""
    if path in ("", "."):
        path = "./"
    joined = clean(posixpath.join("/", step.before.workdir, path))
    if path.endswith("/.") and joined != "/":
        return f"{joined}/."
    return f"{joined}/" if path.endswith("/") and joined != "/" else joined


def is_remote(operand: str) -> bool:
    """Whether a source is a URL or a git repository, which no file of the context changes."""
    git = git_source(operand) if "://" in operand or "@" in operand else None
    return is_url(operand) or (git is not None and not git.local)


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
    parts = []
    for flag in step.instruction.flags:
        value = step.flags.get(flag.name, flag.value or "")
        is_octal = bool(value) and not value.strip("01234567")
        if flag.name == "chmod" and is_octal:
            value = f"{int(value, 8):o}"
        if flag.name in _OWN_WAY or flag.name not in _FLAGS:
            continue
        if value:
            parts.append(KeyPart(Cause.INSTRUCTION, f"--{flag.name}", value))

    parts += [
        KeyPart(Cause.INSTRUCTION, "--exclude", flag.value or "")
        for flag in step.instruction.all_flags("exclude")
    ]
    switches = ("parents", "link") if builder.merges else ("parents",)
    on = [name for name in switches if is_on(step.instruction, name)]
    parts += [KeyPart(Cause.INSTRUCTION, f"--{name}", "true") for name in on]
    return parts


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
        return expand(text, step.before.env.get, skip_quotes=True).text
    except ExpansionError:
        return text


def _unpacks(instruction: Instruction) -> str:
    flag = instruction.flag("unpack")
    return "true" if flag is None else (flag.value or "true").lower()
