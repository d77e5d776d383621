"""Where the end of a base image's name is, when a variable in FROM gives it."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.dockerfile.tree import Dockerfile, Instruction, Pair, Stage
from lightship.expansion.variables import is_plain
from lightship.invocations import text_of
from lightship.regex import regex
from lightship.text import Span

_TAIL = regex(r"\$(?:\{(\w+)\}|(\w+))$")
_WORD = regex(r"\w+")
_QUOTES = ("'", '"')


def end_in_default(dockerfile: Dockerfile, stage: Stage) -> Span | str:
    """The default of an ARG with which the name in a FROM ends, or why no digest belongs there.

    A build that passes another value has none of the digest then. Nothing but that name may be made
    of the ARG.
    """
    text = stage.base.text
    match = _TAIL.search(text)
    if match is None or "$" in text[: match.start()]:
        return (
            "a digest would hold for one value of its variables alone: give one ARG the whole "
            "name as its default"
        )
    name = match[1] or match[2]
    pairs = [pair for pair in _global_pairs(dockerfile) if pair.name.text == name]
    if len(pairs) != 1:
        return f"ARG {name} has more than one default" if pairs else f"no ARG {name}"
    if _is_used_elsewhere(dockerfile, name, text):
        return f"ARG {name} is used elsewhere too, where a digest would break what is made of it"
    return _plain_value(dockerfile, pairs[0])


def _global_pairs(dockerfile: Dockerfile) -> Iterator[Pair]:
    for instruction in dockerfile.globals:
        yield from instruction.pairs


def _plain_value(dockerfile: Dockerfile, pair: Pair) -> Span | str:
    """Where a default is, without its quotes."""
    name, value = pair.name.text, pair.value
    if value is None:
        return f"ARG {name} has no default"
    span = unquoted(dockerfile.text, value.span)
    written = span.of(dockerfile.text)
    if written not in (value.text, value.text[1:-1]):
        return f"the default of ARG {name} is not written in one piece"
    if not is_plain(written, dockerfile.escape):
        return f"the default of ARG {name} is made of another variable"
    return span


def unquoted(text: str, span: Span) -> Span:
    """A place without the quotes around it."""
    written = span.of(text)
    is_quoted = len(written) > 1 and written[0] == written[-1]
    if is_quoted and written.startswith(_QUOTES):
        return Span(span.start + 1, span.end - 1)
    return span


def _is_used_elsewhere(dockerfile: Dockerfile, name: str, base: str) -> bool:
    """Whether more than its ARG and each FROM of that very name names the variable."""
    for instruction in dockerfile.instructions:
        count = _WORD.findall(text_of(instruction)).count(name)
        if count != _own_uses(dockerfile, instruction, name, base):
            return True
    return False


def _own_uses(
    dockerfile: Dockerfile, instruction: Instruction, name: str, base: str
) -> int:
    """How often an instruction may name it: once as the ARG, or once in the base image."""
    if instruction.keyword == "FROM":
        args = [word.text for word in instruction.args[:1]]
        return int(args == [base])
    is_global = instruction in dockerfile.globals
    names = [pair.name.text for pair in instruction.pairs if is_global]
    return names.count(name)
