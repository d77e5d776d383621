"""YAML as a tree that knows its lines, within limits.

It is read from PyYAML's events, one after another: what is nested too deeply, too large or refers
to itself is refused, and an alias is the same node again, never a copy. So a few lines cannot
stand for gigabytes.

Values are the text that Go's YAML library makes of them, as compose and GitHub print it:
`3.10` without quotes is the number 3.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from math import isinf
from typing import Any

from lightship.record import record
from lightship.regex import regex
from lightship.text import Span, new

MOST_NODES = 100_000  # as compose-go allows (loader/reset.go)
DEEPEST = 100
_MERGE = "<<"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_FLOAT = regex(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INTEGER = regex(r"([-+]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|[0-9]+)")
_BASES = {"0x": 16, "0o": 8, "0b": 2}
_LONGEST_NUMBER = 40  # characters
_EXPONENT_FROM, _LEAST_EXPONENT = 6, -4  # strconv/ftoa.go


class UnreadableError(Exception):
    """Why a file cannot be read; what reads a tree catches it."""


@record(eq=False)
class YamlNode:
    """A value and the line where it begins, from 1.

    `value` is the text of a scalar, None for null, else a list or a mapping. `tag` is a local one,
    such as `!reset`. `is_block` marks a text that begins on the line below (`|`, `>`). `span` is
    its place in the text of the file, a scalar's with its quotes; `keys` are those of a mapping's
    own keys.
    """

    value: str | list[YamlNode] | dict[str, YamlNode] | None
    line: int
    tag: str = ""
    is_block: bool = False
    span: Span = Span(0, 0)
    keys: Mapping[str, Span] = field(default_factory=dict)

    @property
    def text(self) -> str | None:
        """The text of a scalar; None for anything else."""
        return self.value if isinstance(self.value, str) else None

    @property
    def entries(self) -> dict[str, YamlNode]:
        """The entries of a mapping; none of anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[YamlNode]:
        """The items of a list; none of anything else."""
        return self.value if isinstance(self.value, list) else []

    def get(self, *keys: str) -> YamlNode | None:
        """The value below nested keys; None where one of them is absent or holds null."""
        node: YamlNode | None = self
        for key in keys:
            node = node.entries.get(key) if node is not None else None
        if node is None or node.value is None:
            return None
        return node


def read_yaml(text: str) -> list[YamlNode]:
    """The documents of a file. An UnreadableError with the reason."""
    import yaml  # noqa: PLC0415 - 15 ms, and most repositories need few such files

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Builder(yaml).documents(yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise UnreadableError(f"{where}{error.problem or 'invalid YAML'}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise UnreadableError(" ".join(str(error).split())) from None


def flow_spans(text: str) -> tuple[Span, ...]:
    """The places of collections in flow style, `{…}` and `[…]`, the outermost ones, in order.

    None where the text is not YAML.
    """
    import yaml  # noqa: PLC0415 - as above

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return tuple(_flow_spans(yaml, yaml.parse(text, Loader=loader)))
    except (yaml.YAMLError, ValueError):
        return ()


def _flow_spans(yaml: Any, events: Iterator[Any]) -> Iterator[Span]:
    depth = start = 0
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            if depth or event.flow_style:
                start = start if depth else event.start_mark.index
                depth += 1
        elif isinstance(event, yaml.CollectionEndEvent) and depth:
            depth -= 1
            if not depth:
                yield Span(start, event.end_mark.index)


class _Builder:
    """Makes nodes of events; `open` are the collections that have not ended."""

    def __init__(self, yaml: Any) -> None:
        self.yaml = yaml
        self.count = 0
        self.anchors: dict[str, YamlNode] = {}

    def documents(self, events: Iterator[Any]) -> list[YamlNode]:
        roots = []
        open_nodes: list[tuple[YamlNode, str | None, list[YamlNode]]] = []
        for event in events:
            node: YamlNode | None = None
            if isinstance(event, self.yaml.DocumentStartEvent):
                self.anchors = {}
            elif isinstance(event, self.yaml.CollectionStartEvent):
                if len(open_nodes) >= DEEPEST:
                    raise UnreadableError(f"it is nested more than {DEEPEST} deep")
                is_list = isinstance(event, self.yaml.SequenceStartEvent)
                span = Span(event.start_mark.index, event.end_mark.index)
                begun = YamlNode([] if is_list else {}, *_place(event), span=span)
                open_nodes.append((begun, event.anchor, []))
            elif isinstance(event, self.yaml.CollectionEndEvent):
                begun, anchor, children = open_nodes.pop()
                node = self._filled(begun, children, event.end_mark.index)
                self._name(anchor, node)
            elif isinstance(event, self.yaml.AliasEvent):
                node = self._meant(event)
            elif isinstance(event, self.yaml.ScalarEvent):
                node = _scalar(event)
                self._name(event.anchor, node)

            if node is None:
                continue
            self._spend(1)
            if open_nodes:
                open_nodes[-1][2].append(node)
            else:
                roots.append(node)
        return roots

    def _spend(self, number: int) -> None:
        self.count += number
        if self.count > MOST_NODES:
            raise UnreadableError(f"it holds more than {MOST_NODES:,} values")

    def _name(self, anchor: str | None, node: YamlNode) -> None:
        if anchor is not None:
            self.anchors[anchor] = node

    def _meant(self, event: Any) -> YamlNode:
        """What an alias stands for, at its own line."""
        node = self.anchors.get(event.anchor)
        if node is None:
            line = event.start_mark.line + 1
            raise UnreadableError(f"line {line}: unknown alias {event.anchor}")
        return node

    def _filled(self, begun: YamlNode, children: list[YamlNode], end: int) -> YamlNode:
        """A collection with its children; of a mapping keys and values take turns."""
        span = Span(begun.span.start, end)
        if isinstance(begun.value, list):
            return YamlNode(children, begun.line, begun.tag, span=span)
        own: dict[str, YamlNode] = {}
        keys: dict[str, Span] = {}
        merged: dict[str, YamlNode] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            name = key.text or ""
            if name == _MERGE:
                for mapping in value.items or [value]:
                    self._spend(len(mapping.entries))
                    merged = {**mapping.entries, **merged}
            else:
                own[name] = value
                keys[name] = key.span
        whole = {**merged, **own}
        return YamlNode(whole, begun.line, begun.tag, span=span, keys=keys)


def _place(event: Any) -> tuple[int, str]:
    """The line of an event, and its local tag."""
    tag = event.tag or ""
    return event.start_mark.line + 1, tag if tag.startswith("!") else ""


def _scalar(event: Any) -> YamlNode:
    line, tag = _place(event)
    is_plain = event.style in (None, "")
    value: str | None = event.value
    if is_plain and tag == "" and event.implicit[0]:
        value = plain_value(event.value)
    span = new(Span, (event.start_mark.index, event.end_mark.index))
    return YamlNode(value, line, tag, event.style in ("|", ">"), span)


def plain_value(text: str) -> str | None:
    """What a value without quotes is, as text; None for null.

    Source: go-yaml v3, resolve.go; numbers are printed as Go's fmt does.
    """
    if text in _NULLS:
        return None
    if text in _TRUE:
        return "true"
    if text in _FALSE:
        return "false"
    if text[0] in "+-.0123456789":
        return _number(text.replace("_", "")) or text
    return text


def _number(text: str) -> str | None:
    """A number as Go prints it; None for anything else."""
    if len(text) > _LONGEST_NUMBER:
        return None
    match = _INTEGER.fullmatch(text)
    if match is not None:
        sign = "-" if match[1] == "-" else ""
        number = _integer(match[2])
        if number is not None:
            return f"{sign if number else ''}{number}"
    if _FLOAT.fullmatch(text):
        return _as_go(float(text))
    return None


def _integer(digits: str) -> int | None:
    """A whole number; a leading zero makes it octal, where its digits allow that."""
    prefix = digits[:2].lower()
    if prefix in _BASES:
        return int(digits[2:], _BASES[prefix])
    if not digits.isdecimal():
        return None
    if digits[0] == "0" and len(digits) > 1:
        is_octal = "8" not in digits and "9" not in digits
        return int(digits, 8) if is_octal else None
    return int(digits)


def _as_go(number: float) -> str:
    """`%v` of Go's fmt: the shortest digits, with an exponent from 1e+06 on and below 1e-04."""
    if isinf(number):
        return "+Inf" if number > 0 else "-Inf"
    mantissa, _, exponent = f"{number!r}".partition("e")
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return "0"
    zeros = len(whole + fraction) - len(digits)
    power = len(whole) - 1 - zeros + int(exponent or 0)
    digits = digits.rstrip("0")
    sign = "-" if number < 0 else ""
    if _LEAST_EXPONENT <= power < _EXPONENT_FROM:
        places = max(len(digits) - 1 - power, 0)
        return f"{number:.{places}f}"
    more = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{more}e{power:+03d}"
