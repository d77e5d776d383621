"""Reads HCL: attributes, blocks and their expressions.

Source: hashicorp/hcl, hclsyntax/spec.md. The reader is our own: python-hcl2 8.1 takes half a second
to import and some seconds to make its tables, which it then writes beside itself.
"""

from __future__ import annotations

from dataclasses import field

from lightship.builds.hcl.hcl_functions import call
from lightship.builds.hcl.hcl_values import (
    Expression,
    HclObject,
    HclScope,
    as_bool,
    as_list,
    as_number,
    as_text,
    constant,
    item_of,
    joined_texts,
    same,
)
from lightship.builds.interpolation import UnknownValueError
from lightship.builds.yaml_tree import UnreadableError
from lightship.record import record
from lightship.regex import regex
from lightship.text import Lines

_DEEPEST = 40  # expressions and blocks in one another
_NAME = regex(r"[A-Za-z_][\w-]*")
_NUMBER = regex(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_SPACE = regex(r"(?:[ \t\r]|#[^\n]*|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+")
_SPACE_AND_LINES = regex(r"(?:[ \t\r\n]|#[^\n]*|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+")
_HEREDOC = regex(r"<<(-?)([A-Za-z_][\w-]*)[ \t\r]*\n")
_PLAIN = regex(r'[^"\\$%\n]+')
_PLAIN_IN_HEREDOC = regex(r"[^$%]+")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_OPERATOR = regex(r"\|\||&&|[=!<>]=|[<>+*/%-]")
_BINDING = {
    "||": 0,
    "&&": 1,
    "==": 2,
    "!=": 2,
    "<": 3,
    ">": 3,
    "<=": 3,
    ">=": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "%": 5,
}


@record(eq=False)
class HclAttribute:
    """`name = value`: the expression, its text, its line, and that of a heredoc's first line."""

    name: str
    value: Expression
    text: str
    line: int
    heredoc_line: int | None = None


@record(eq=False)
class HclBlock:
    """`type "label" { … }`; the file itself is a block without type."""

    type: str
    labels: tuple[str, ...]
    line: int
    attributes: dict[str, HclAttribute] = field(default_factory=dict)
    blocks: list[HclBlock] = field(default_factory=list)


def read_hcl(text: str) -> HclBlock:
    """A whole file. An UnreadableError with line and reason."""
    reader = _HclReader(text)
    body = reader.body("", (), 1, is_file=True)
    if reader.at < len(text):
        raise reader.wrong("a name is expected")
    return body


def read_template(text: str) -> Expression:
    """A text with `${…}`, as JSON has it."""
    reader = _HclReader(text)
    return joined_texts(reader.template(in_quotes=False) or [constant("")])


class _HclReader:
    """The text and how far it is read; `lines` is whether newlines are blanks (inside brackets)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.lines = False
        self.heredoc_line: int | None = None
        self._places = Lines(text)

    def wrong(self, reason: str) -> UnreadableError:
        return UnreadableError(f"line {self.line()}: {reason}")

    def line(self) -> int:
        return self._places.line(self.at)

    def skip(self, *, lines: bool | None = None) -> None:
        """Pass blanks and comments."""
        with_lines = self.lines if lines is None else lines
        match = (_SPACE_AND_LINES if with_lines else _SPACE).match(self.text, self.at)
        if match is not None:
            self.at = match.end()

    def sees(self, mark: str) -> bool:
        self.skip()
        return self.text.startswith(mark, self.at)

    def take(self, mark: str) -> bool:
        """Pass a mark if it comes next."""
        if not self.sees(mark):
            return False
        self.at += len(mark)
        return True

    def need(self, mark: str) -> None:
        if not self.take(mark):
            raise self.wrong(f"{mark} is expected")

    def name(self) -> str | None:
        self.skip()
        match = _NAME.match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        return match[0]

    def enter(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.wrong(f"it is nested more than {_DEEPEST} deep")

    def body(
        self, kind: str, labels: tuple[str, ...], line: int, *, is_file: bool = False
    ) -> HclBlock:
        """Attributes and blocks, up to the closing brace or the end of the file."""
        self.enter()
        block = HclBlock(kind, labels, line)
        while True:
            self.skip(lines=True)
            if not is_file and self.text.startswith("}", self.at):
                self.at += 1
                break
            begun = self.line()
            name = self.name() or self._quoted_name()
            if name is None:
                if is_file:
                    break
                raise self.wrong("a name or } is expected")
            self._statement(block, name, begun)
        self.depth -= 1
        return block

    def _quoted_name(self) -> str | None:
        """A name in quotes, which bake allows for attributes."""
        if not self.text.startswith('"', self.at):
            return None
        end = self.text.find('"', self.at + 1)
        if end < 0:
            raise self.wrong('" is expected')
        name = self.text[self.at + 1 : end]
        self.at = end + 1
        return name

    def _statement(self, block: HclBlock, name: str, line: int) -> None:
        """What follows a name: a value, or labels and a body."""
        self.skip()
        if self.text.startswith("=", self.at):
            self.at += 1
            self.skip()
            start = self.at
            self.heredoc_line = None
            value = self.expression()
            text = self.text[start : self.at]
            block.attributes[name] = HclAttribute(
                name, value, text, line, self.heredoc_line
            )
            return
        labels = []
        while True:
            label = self.name() or self._quoted_name()
            if label is None:
                break
            labels.append(label)
        self.need("{")
        outside, self.lines = self.lines, False
        block.blocks.append(self.body(name, tuple(labels), line))
        self.lines = outside

    def expression(self) -> Expression:
        """A conditional, or what is below it."""
        self.enter()
        condition = self._binary(0)
        if self.take("?"):
            self.skip(lines=True)
            yes = self.expression()
            self.skip(lines=True)
            self.need(":")
            self.skip(lines=True)
            no = self.expression()
            condition = _conditional(condition, yes, no)
        self.depth -= 1
        return condition

    def _binary(self, least: int) -> Expression:
        """Operands with operators between that bind at least so tightly."""
        left = self._unary()
        while True:
            self.skip()
            match = _OPERATOR.match(self.text, self.at)
            if match is None or _BINDING[match[0]] < least:
                return left
            self.at = match.end()
            self.skip(lines=True)
            left = _binary(match[0], left, self._binary(_BINDING[match[0]] + 1))

    def _unary(self) -> Expression:
        self.enter()
        if self.take("!"):
            inner = self._unary()
            value: Expression = lambda scope: not as_bool(inner(scope))  # noqa: E731
        elif self.take("-"):
            negated = self._unary()
            value = lambda scope: -as_number(negated(scope))  # noqa: E731
        else:
            value = self._postfix(self._term())
        self.depth -= 1
        return value

    def _postfix(self, value: Expression) -> Expression:
        """`.name`, `[key]` and splats after a term."""
        while True:
            if self.text.startswith((".*", "[*]"), self.at):
                self.at += 2 if self.text[self.at] == "." else 3
                value = self._splat(value)
            elif self.text.startswith(".", self.at) and not self.text.startswith(
                "...", self.at
            ):
                self.at += 1
                value = _item(value, constant(self._member()))
            elif self.text.startswith("[", self.at):
                self.at += 1
                key = self._inside("]")
                value = _item(value, key)
            else:
                return value

    def _member(self) -> str | int:
        number = _NUMBER.match(self.text, self.at)
        if number is not None and number[0].isdecimal():
            self.at = number.end()
            return int(number[0][:9])
        name = self.name()
        if name is None:
            raise self.wrong("a name is expected after the dot")
        return name

    def _splat(self, value: Expression) -> Expression:
        """`value[*].a.b`: the members of each item."""
        members: list[str | int] = []
        while self.text.startswith(".", self.at):
            self.at += 1
            members.append(self._member())

        def items(scope: HclScope) -> list[object]:
            found = []
            for item in as_list(value(scope)):
                for member in members:
                    item = item_of(item, member)  # noqa: PLW2901 - one step after another
                found.append(item)
            return found

        return items

    def _inside(self, closing: str) -> Expression:
        """What stands in brackets, where newlines are blanks."""
        outside, self.lines = self.lines, True
        value = self.expression()
        self.need(closing)
        self.lines = outside
        return value

    def _term(self) -> Expression:
        self.skip()
        char = self.text[self.at : self.at + 1]
        if char == '"':
            self.at += 1
            parts = self.template(in_quotes=True)
            return joined_texts(parts or [constant("")])
        if char == "(":
            self.at += 1
            return self._inside(")")
        if char == "[":
            return self._tuple()
        if char == "{":
            return self._object()
        if char == "<":
            return self._heredoc()
        number = _NUMBER.match(self.text, self.at)
        if number is not None:
            self.at = number.end()
            written = number[0][:40]
            return lambda _scope: as_number(written)
        name = self.name()
        if name is None:
            raise self.wrong("a value is expected")
        if self.text.startswith("(", self.at):
            return self._call(name)
        if name in ("true", "false", "null"):
            return constant({"true": True, "false": False, "null": None}[name])
        return lambda scope: scope.get(name)

    def _call(self, name: str) -> Expression:
        self.at += 1
        outside, self.lines = self.lines, True
        arguments: list[Expression] = []
        is_spread = False
        while not self.take(")"):
            arguments.append(self.expression())
            is_spread = self.take("...")
            if not self.take(",") and not self.sees(")"):
                raise self.wrong(", or ) is expected")
        self.lines = outside
        return _called(name, tuple(arguments), is_spread=is_spread)

    def _tuple(self) -> Expression:
        self.at += 1
        outside, self.lines = self.lines, True
        if self._sees_for():
            loop = self._for("]")
            self.lines = outside
            return loop
        items: list[Expression] = []
        while not self.take("]"):
            items.append(self.expression())
            if not self.take(",") and not self.sees("]"):
                raise self.wrong(", or ] is expected")
        self.lines = outside

        def values(scope: HclScope) -> list[object]:
            scope.spending.spend(len(items))
            return [item(scope) for item in items]

        return values

    def _object(self) -> Expression:
        self.at += 1
        outside, self.lines = self.lines, True
        if self._sees_for():
            loop = self._for("}")
            self.lines = outside
            return loop
        items: list[tuple[Expression, Expression]] = []
        while not self.take("}"):
            key = self._key()
            if not self.take("=") and not self.take(":"):
                raise self.wrong("= is expected")
            self.lines = True
            self.skip()
            self.lines = False  # a newline ends the item
            value = self.expression()
            items.append((key, value))
            self.take(",")
            self.lines = True
        self.lines = outside
        return HclObject(tuple(items))

    def _key(self) -> Expression:
        """A key: a name stands for itself."""
        self.skip()
        start = self.at
        name = self.name()
        if name is not None:
            after = self.at
            self.skip()
            if self.text.startswith(("=", ":"), self.at):
                return constant(name)
            self.at = after
        self.at = start
        return self.expression()

    def _sees_for(self) -> bool:
        self.skip()
        match = _NAME.match(self.text, self.at)
        return match is not None and match[0] == "for"

    def _for(self, closing: str) -> Expression:
        """`for k, v in list : value if condition`, in brackets of either kind."""
        self.name()
        names = [self.name() or ""]
        if self.take(","):
            names.append(self.name() or "")
        if self.name() != "in":
            raise self.wrong("in is expected")
        source = self.expression()
        self.need(":")
        key = None
        value = self.expression()
        if closing == "}":
            self.need("=>")
            key, value = value, self.expression()
            self.take("...")
        condition: Expression | None = None
        if self.sees("if"):
            self.name()
            condition = self.expression()
        self.need(closing)
        return _loop(tuple(names), source, key, value, condition)

    def _heredoc(self) -> Expression:
        match = _HEREDOC.match(self.text, self.at)
        if match is None:
            raise self.wrong("a value is expected")
        start = match.end()
        first_line = self._places.line(start)
        end = start
        while True:
            line_end = self.text.find("\n", end)
            line = self.text[end : line_end if line_end >= 0 else len(self.text)]
            if line.strip() == match[2]:
                break
            if line_end < 0:
                raise self.wrong(f"the text up to {match[2]} does not end")
            end = line_end + 1
        body = self.text[start:end]
        if match[1]:
            body = _dedented(body)
        inner = _HclReader(body)
        inner.depth = self.depth
        parts = inner.template(in_quotes=False)
        self.at = end + len(line)
        self.heredoc_line = first_line
        return joined_texts([constant(""), *parts])

    def template(self, *, in_quotes: bool) -> list[Expression]:
        """The parts of a text with `${…}`, up to the closing quote or the end."""
        parts: list[Expression] = []
        plain: list[str] = []

        def flush() -> None:
            if plain:
                parts.append(constant("".join(plain)))
                plain.clear()

        text = self.text
        pattern = _PLAIN if in_quotes else _PLAIN_IN_HEREDOC
        while self.at < len(text):
            run = pattern.match(text, self.at)
            if run is not None:
                plain.append(run[0])
                self.at = run.end()
            elif text.startswith(("$${", "%%{"), self.at):
                plain.append(text[self.at + 1 : self.at + 3])
                self.at += 3
            elif text.startswith(("${", "%{"), self.at):
                flush()
                parts.append(self._inserted())
            elif in_quotes and text[self.at] in '"\n':
                break
            else:
                plain.append(self._character(in_quotes=in_quotes))
        if in_quotes:
            self.need('"')
        flush()
        return parts

    def _character(self, *, in_quotes: bool) -> str:
        """One character, or what an escape stands for."""
        if in_quotes and self.text[self.at] == "\\":
            return self._escape()
        self.at += 1
        return self.text[self.at - 1]

    def _inserted(self) -> Expression:
        if self.text[self.at] == "$":
            return self._interpolation()
        return self._directive()

    def _interpolation(self) -> Expression:
        self.at += 2
        self.take("~")
        outside, self.lines = self.lines, True
        value = self.expression()
        self.take("~")
        self.need("}")
        self.lines = outside
        return value

    def _directive(self) -> Expression:
        end = self.text.find("}", self.at)
        if end < 0:
            raise self.wrong("} is expected")
        self.at = end + 1

        def unknown(_scope: HclScope) -> str:
            raise UnknownValueError("directives in texts are not followed")

        return unknown

    def _escape(self) -> str:
        char = self.text[self.at + 1 : self.at + 2]
        width = {"u": 4, "U": 8}.get(char)
        if width is None:
            self.at += 2
            return _ESCAPES.get(char, char)
        digits = self.text[self.at + 2 : self.at + 2 + width]
        self.at += 2 + width
        try:
            return chr(int(digits, 16))
        except (ValueError, OverflowError):
            raise self.wrong(f"invalid escape \\{char}{digits}") from None


def _dedented(body: str) -> str:
    """A text without the blanks that all its lines begin with."""
    lines = body.split("\n")
    widths = [len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()]
    width = min(widths, default=0)
    return "\n".join(
        line[width:] if line.strip() else line.lstrip(" \t") for line in lines
    )


def _conditional(condition: Expression, yes: Expression, no: Expression) -> Expression:
    return lambda scope: yes(scope) if as_bool(condition(scope)) else no(scope)


def _item(value: Expression, key: Expression) -> Expression:
    return lambda scope: item_of(value(scope), key(scope))


def _binary(operator: str, left: Expression, right: Expression) -> Expression:
    match operator:
        case "||":
            return lambda scope: as_bool(left(scope)) or as_bool(right(scope))
        case "&&":
            return lambda scope: as_bool(left(scope)) and as_bool(right(scope))
        case "==":
            return lambda scope: same(left(scope), right(scope))
        case "!=":
            return lambda scope: not same(left(scope), right(scope))

    def number(scope: HclScope) -> object:
        first, second = as_number(left(scope)), as_number(right(scope))
        return _computed(operator, first, second)

    return number


def _computed(operator: str, left: float, right: float) -> object:
    match operator:
        case "<":
            return left < right
        case ">":
            return left > right
        case "<=":
            return left <= right
        case ">=":
            return left >= right
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    return call("divide" if operator == "/" else "modulo", [left, right])


def _called(
    name: str, arguments: tuple[Expression, ...], *, is_spread: bool
) -> Expression:
    def value(scope: HclScope) -> object:
        if name in ("try", "can") and name not in scope.functions:
            return _tried(name, arguments, scope)
        values = [argument(scope) for argument in arguments]
        if is_spread and values:
            values = [*values[:-1], *as_list(values[-1])]
        own = scope.functions.get(name)
        if own is None:
            result = call(name, values)
            scope.spending.spend(len(result) if isinstance(result, str | list) else 1)
            return result
        if len(values) < len(own.params) or (
            own.rest is None and len(values) > len(own.params)
        ):
            raise UnknownValueError(f"{name} is called with other values")
        local = dict(zip(own.params, values, strict=False))
        if own.rest is not None:
            local[own.rest] = values[len(own.params) :]
        return scope.deeper(own.result, local)

    return value


def _tried(name: str, arguments: tuple[Expression, ...], scope: HclScope) -> object:
    """`try` and `can`: what is not known to us may be known to bake, so that it is not tried."""
    value = arguments[0](scope) if arguments else None
    return True if name == "can" else value


def _loop(
    names: tuple[str, ...],
    source: Expression,
    key: Expression | None,
    value: Expression,
    condition: Expression | None,
) -> Expression:
    def rows(scope: HclScope) -> object:
        whole = source(scope)
        pairs = (
            list(whole.items())
            if isinstance(whole, dict)
            else list(enumerate(as_list(whole)))
        )
        scope.spending.spend(len(pairs))
        items = []
        for number, item in pairs:
            local = dict(zip(names, (number, item), strict=False))
            if len(names) == 1:
                local = {names[0]: item}
            inner = scope.with_names(local)
            if condition is not None and not as_bool(condition(inner)):
                continue
            name = as_text(key(inner)) if key is not None else ""
            items.append((name, value(inner)))
        return dict(items) if key is not None else [item for _, item in items]

    return rows
