"""COPY and ADD: what BuildKit expands in them, and what it refuses (convert_copy.go)."""

from __future__ import annotations

from collections.abc import Mapping

from lightship.dockerfile.heredoc import Opening, chomped, read_opening
from lightship.dockerfile.tree import Instruction
from lightship.errors import ExpansionError
from lightship.evaluation.conversion import Conversion, ConvertedOperands, RefusedError
from lightship.evaluation.copy_sources import (
    checksum_refusal,
    git_source,
    is_url,
    mode_refusal,
    remote_refusal,
)
from lightship.evaluation.paths import join_workdir
from lightship.expansion.variables import is_plain
from lightship.text import Span


def copy(run: Conversion, instruction: Instruction) -> ConvertedOperands:
    """Expansion first, then the stage, the mode, the checksum and each source."""
    is_add = instruction.keyword == "ADD"
    flags: dict[str, str] = {}
    if instruction.flags:
        for flag in instruction.flags:
            if flag.name in ("chown", "chmod") or (is_add and flag.name == "checksum"):
                flags[flag.name] = run.expand(flag.value or "")
    operands, sources = _copy_operands(run, instruction)
    if instruction.flags:
        _check_copy_flags(run, instruction, flags, sources)
    if run.system == "windows":
        _check_drives(instruction, operands)

    keep_git_dir = _keeps_git_dir(instruction)
    checksum = flags.get("checksum", "")
    refused = remote_refusal(sources, is_add, checksum, keep_git_dir)
    if refused is not None:
        source, reason = refused
        span = _span_of(instruction, operands, source)
        raise RefusedError(f"{source}: {reason}", span)
    return ConvertedOperands(operands, flags)


def _keeps_git_dir(instruction: Instruction) -> bool | None:
    """What `--keep-git-dir` says; None without it."""
    flag = instruction.flag("keep-git-dir") if instruction.flags else None
    if flag is None:
        return None
    value = flag.value or "true"
    return value.lower() == "true"


def _copy_operands(
    run: Conversion,
    instruction: Instruction,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All operands expanded, and those that are sources by name.

    A heredoc keeps its word, its body is expanded.
    """
    if not instruction.heredocs and is_plain(instruction.operand.text, run.escape):
        plain = tuple([word.text for word in instruction.args])
        return plain, plain[:-1]
    operands: list[str] = []
    sources: list[str] = []
    bodies: list[str] = []
    by_name = {heredoc.name: heredoc for heredoc in instruction.heredocs}
    last = len(instruction.args) - 1
    for at, word in enumerate(instruction.args):
        may_open = at < last and "<<" in word.text
        opening = _opening(word.text) if may_open else None
        if opening is None:
            expanded = run.expand(word.text)
            operands.append(expanded)
            if at < last:
                sources.append(expanded)
            continue
        operands.append(word.text)
        heredoc = by_name.get(opening.name)
        if opening.expand and heredoc is not None:
            body = heredoc.content
            bodies.append(chomped(body) if opening.chomp else body)

    # BuildKit expands the bodies after all operands
    for content in bodies:
        run.expand_raw(content)
    return tuple(operands), tuple(sources)


def _check_drives(instruction: Instruction, operands: tuple[str, ...]) -> None:
    """On Windows a path may name no drive but C:."""
    remote = list(filter(_is_no_path, operands[:-1]))
    for word, text in zip(instruction.args, operands, strict=True):
        joined = join_workdir("/", text, "windows")
        if joined.refusal and text not in remote:
            raise RefusedError(joined.refusal, word.span)


def _is_no_path(source: str) -> bool:
    if "<<" in source or is_url(source):
        return True
    return git_source(source) is not None


def _opening(text: str) -> Opening | None:
    try:
        return read_opening(text)
    except ExpansionError:
        return None


def _span_of(instruction: Instruction, operands: tuple[str, ...], text: str) -> Span:
    at = operands.index(text)
    return instruction.args[at].span


def _check_copy_flags(
    run: Conversion,
    instruction: Instruction,
    flags: Mapping[str, str],
    sources: tuple[str, ...],
) -> None:
    for source in run.sources.get(id(instruction), ()):
        if source.stage is not None and source.stage.index > run.stage.index:
            reason = f"cannot copy from stage {source.name}, it needs to be defined before this one"
            raise RefusedError(reason, source.span, "move the stage up")

    mode = flags.get("chmod")
    wrong_mode = mode_refusal(mode) if mode else ""
    if wrong_mode:
        raise RefusedError(wrong_mode, _flag_span(instruction, "chmod"))

    is_add = instruction.keyword == "ADD"
    checksum = flags.get("checksum")
    wrong_checksum = checksum_refusal(sources, is_add) if checksum else ""
    if wrong_checksum:
        raise RefusedError(wrong_checksum, _flag_span(instruction, "checksum"))


def _flag_span(instruction: Instruction, name: str) -> Span | None:
    flag = instruction.flag(name)
    return flag.span if flag is not None else None
