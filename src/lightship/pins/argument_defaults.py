"""Where the end of a base image's name is, when a variable in FROM gives it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache

from lightship.dockerfile.tree import Dockerfile, Instruction, Pair, Stage
from lightship.expansion.variables import is_plain
from lightship.invocations import text_of
from lightship.record import record
from lightship.regex import regex
from lightship.text import Span

_TAIL = regex(r"\$(?:\{(\w+)\}|(\w+))$")
_WORD = regex(r"\w+")
_QUOTES = ("'", '"')
_IN_THE_MIDDLE = (
    "a digest would hold for one value of its variables alone: give one ARG the whole name as its "
    "default"
)


def end_in_default(dockerfile: Dockerfile, stage: Stage) -> Span | str:
    """The default of an ARG with which the name in a FROM ends, or why no digest belongs there.

    A build that passes another value has none of the digest then. Nothing but that name may be made
    of the ARG.
    """
    text = stage.base.text
    match = _TAIL.search(text)
    if match is None or "$" in text[: match.start()]:
        return _IN_THE_MIDDLE
    name = match[1] or match[2]
    variables = _variables(dockerfile)
    pairs = variables.pairs.get(name, [])
    if not pairs:
        return f"no ARG {name}"
    if len(pairs) > 1:
        return f"ARG {name} has more than one default"
    if variables.is_used_elsewhere(name, text):
        return f"ARG {name} is used elsewhere too, where a digest would break what is made of it"
    return _plain_value(dockerfile, pairs[0])


@record(eq=False)
class _Variables:
    """The ARGs before the first FROM by name, and how often each instruction has such a name.

    `known` are answers that were worked out.
    """

    pairs: Mapping[str, list[Pair]]
    uses: Mapping[str, Mapping[Instruction, int]]
    before_stages: frozenset[Instruction]
    known: dict[tuple[str, str], bool] = field(default_factory=dict)

    def is_used_elsewhere(self, name: str, base: str) -> bool:
        """Whether more than its ARG and each FROM of that very name names the variable."""
        key = name, base
        if key not in self.known:
            self.known[key] = self._has_other_use(name, base)
        return self.known[key]

    def _has_other_use(self, name: str, base: str) -> bool:
        for instruction, count in self.uses[name].items():
            if count != self._own_uses(instruction, name, base):
                return True
        return False

    def _own_uses(self, instruction: Instruction, name: str, base: str) -> int:
        """How often an instruction may name it: once as the ARG, or once in the base image."""
        if instruction.keyword == "FROM":
            args = [word.text for word in instruction.args[:1]]
            return int(args == [base])
        if instruction not in self.before_stages:
            return 0
        names = [pair.name.text for pair in instruction.pairs]
        return names.count(name)


@lru_cache(maxsize=1)  # each FROM of a Dockerfile asks
def _variables(dockerfile: Dockerfile) -> _Variables:
    pairs: dict[str, list[Pair]] = {}
    for instruction in dockerfile.globals:
        for pair in instruction.pairs:
            pairs.setdefault(pair.name.text, []).append(pair)
    uses: dict[str, dict[Instruction, int]] = {name: {} for name in pairs}
    for instruction in dockerfile.instructions:
        text = text_of(instruction)
        words = Counter(_WORD.findall(text))
        for word in words.keys() & pairs.keys():
            uses[word][instruction] = words[word]
    return _Variables(pairs, uses, frozenset(dockerfile.globals))


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
