"""The words in which builders write an instruction into the history.

BuildKit's are those of dockerfile2llb/convert.go (`commitToHistory`), the classic builder's of
docker's builder/dockerfile/dispatchers.go; buildah and kaniko keep an instruction much as it
stands. All were looked at in the histories of real images.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from lightship.dockerfile.heredoc import chomped
from lightship.dockerfile.tree import Heredoc, Instruction, Pair
from lightship.evaluation.dispatch import Step
from lightship.image.blame.history_text import KINDS, copy_key, ports_key
from lightship.record import record
from lightship.regex import regex

Expand = Callable[[str], str]

ANYTHING = "\0"  # stands for a value that is not known
_WILD = regex(r"[*?\[]")
_HERE = regex(r"\.?/*")
_QUOTED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


@record
class RowStyle:
    """Whose words: `family` as `Row.family`; `shells` may be the base image's.

    `source` is the Dockerfile's text.
    """

    family: str
    shells: tuple[tuple[str, ...], ...]
    source: str


def written(style: RowStyle, step: Step, expand: Expand, workdir: str) -> Iterator[str]:
    """What BuildKit and the classic builder write, operands through `expand`.

    `workdir` is where WORKDIR leads.
    """
    keyword = step.instruction.keyword
    for text in _operands(style, step, expand, workdir):
        yield f"{keyword} {text}"


def _operands(
    style: RowStyle,
    step: Step,
    expand: Expand,
    workdir: str,
) -> Iterator[str]:
    """The same without the keyword."""
    instruction = step.instruction
    keyword = instruction.keyword
    if keyword == "RUN":
        yield from _run(style, instruction)
    elif keyword in ("COPY", "ADD"):
        yield from _copy(style, instruction, expand)
    elif keyword == "WORKDIR":
        yield workdir
    elif keyword in ("CMD", "ENTRYPOINT"):
        yield from _command(style, step)
    else:
        yield _setting(step, expand)


def as_it_stands(style: RowStyle, instruction: Instruction) -> Iterator[str]:
    """The instruction on one line, with its flags and without: buildah and kaniko."""
    keyword = instruction.keyword
    operand = instruction.operand.text
    if instruction.trigger is not None:
        operand = instruction.line.text.partition(" ")[2]
    flags = [flag.span.of(style.source) for flag in instruction.flags]
    yield " ".join([keyword, *flags, operand])

    if keyword == "RUN":
        yield f"RUN {operand}"
    elif keyword in ("COPY", "ADD") and instruction.args:
        *sources, destination = [word.text for word in instruction.args]
        for kind in _kinds(sources):
            yield f"{keyword} {kind} in {destination}"


def _run(style: RowStyle, instruction: Instruction) -> Iterator[str]:
    """An exec form is joined; in BuildKit a heredoc alone is its body, or a file to run
    (dispatchRun).
    """
    if instruction.form == "exec":
        command = " ".join(word.text for word in instruction.args)
        yield from _joined(style, command)
        return
    script = instruction.operand.text
    heredocs = instruction.heredocs
    if not heredocs or style.family == "shell":
        yield script
        return

    first = heredocs[0]
    is_alone = len(heredocs) == 1 and script.strip() == first.span.of(style.source)
    if is_alone:
        yield _heredoc_row(first)
        return
    bodies = [f"\n{heredoc.content}{heredoc.name}" for heredoc in heredocs]
    yield script + "".join(bodies)


def _heredoc_row(heredoc: Heredoc) -> str:
    """A heredoc that is the whole script: the file that it is run from, or its body."""
    body = heredoc.content
    if heredoc.chomp:
        body = chomped(body)
    if body.startswith("#!"):
        return f"/dev/pipes/{heredoc.name}"
    return body


def _joined(style: RowStyle, command: str) -> Iterator[str]:
    """An exec form; one that starts with a shell looks as shell form does."""
    yield command
    for shell in style.shells:
        start = f"{' '.join(shell)} "
        if shell and command.startswith(start):
            yield command.removeprefix(start)


def _copy(style: RowStyle, instruction: Instruction, expand: Expand) -> Iterator[str]:
    """In BuildKit the files of heredocs come last, by their names alone (dispatchCopy)."""
    heredocs = instruction.heredocs
    plain = list(instruction.args)
    for heredoc in heredocs:
        plain = [word for word in plain if not heredoc.span.covers(word.span)]
    if len(instruction.args) < 2 or not plain:
        return
    *sources, destination = [expand(word.text) for word in plain]
    sources += [f"<<{heredoc.name}" for heredoc in heredocs]

    flags: list[str] = []
    for flag in instruction.flags:
        if flag.name in ("chown", "chmod"):
            value = expand(flag.value or "")
            flags.append(f"--{flag.name}={value}")
    yield copy_key(" ".join([*flags, *sources, destination]))
    if style.family == "shell":
        for kind in _kinds(sources):
            yield f"{kind} in {destination}"


def _kinds(sources: Sequence[str]) -> Iterable[str]:
    """What the classic builder and buildah may write in place of the sources."""
    if any(_WILD.search(source) or ANYTHING in source for source in sources):
        return KINDS
    if len(sources) != 1:
        return ("multi",)
    is_context = _HERE.fullmatch(sources[0]) is not None
    return ("dir",) if is_context else ("file", "dir")


def _command(style: RowStyle, step: Step) -> Iterator[str]:
    """CMD and ENTRYPOINT as Go prints a list of quoted texts."""
    words = [word.text for word in step.instruction.args]
    if step.instruction.form == "exec":
        yield _go_list(words)
        return
    own = step.before.shell
    shells = [own] if own else style.shells
    for shell in filter(None, shells):
        yield _go_list([*shell, *words])


def _setting(step: Step, expand: Expand) -> str:
    """The operands of instructions that only set something."""
    instruction = step.instruction
    match instruction.keyword:
        case "ENV" | "LABEL":
            texts = [expand(text) for text in pair_texts(instruction)]
            pairs = zip(texts[::2], texts[1::2], strict=True)
            return " ".join(f"{name}={value}" for name, value in pairs)
        case "ARG":
            return " ".join(_argument(pair, expand) for pair in instruction.pairs)
        case "EXPOSE":
            return ports_key(step.operands)
        case "VOLUME":
            words = [expand(word.text.strip()) for word in instruction.args]
            return f"[{' '.join(words)}]"
        case "SHELL":
            return f"[{' '.join(step.operands)}]"
        case "HEALTHCHECK":
            return _healthcheck(instruction)
        case "USER" | "STOPSIGNAL":
            return " ".join(expand(word.text) for word in instruction.args)
    return instruction.operand.text


def _argument(pair: Pair, expand: Expand) -> str:
    if pair.value is None:
        return pair.name.text
    return f"{pair.name.text}={expand(pair.value.text)}"


def _healthcheck(instruction: Instruction) -> str:
    """The test alone: how its options are printed depends on the version."""
    words = [word.text for word in instruction.args]
    kind = words[0].upper() if words else ""
    if instruction.form != "exec" and kind != "NONE":
        kind = "CMD-SHELL"
    return _go_list([kind, *words[1:]])


def pair_texts(instruction: Instruction) -> list[str]:
    """Names and values in turn."""
    texts: list[str] = []
    for pair in instruction.pairs:
        value = pair.value.text if pair.value else ""
        texts.append(pair.name.text)
        texts.append(value)
    return texts


def _go_list(words: Iterable[str]) -> str:
    """Go's %q of a list."""
    return f"[{' '.join(map(_go_quoted, words))}]"


def _go_quoted(text: str) -> str:
    characters = [_QUOTED.get(character, character) for character in text]
    inner = "".join(characters)
    return f'"{inner}"'
