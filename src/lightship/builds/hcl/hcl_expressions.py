"""Reads the expressions of HCL."""

from __future__ import annotations

from lightship.builds.hcl.hcl_cursor import NAME, HclCursor
from lightship.builds.hcl.hcl_operations import (
    called,
    conditional,
    item_at,
    loop_over,
    operation,
)
from lightship.builds.hcl.hcl_templates import heredoc, template
from lightship.builds.hcl.hcl_values import (
    Expression,
    HclObject,
    HclScope,
    as_bool,
    as_list,
    as_number,
    constant,
    item_of,
    joined_texts,
)
from lightship.regex import regex

_NUMBER = regex(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
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


def expression(cursor: HclCursor) -> Expression:
    """A conditional, or what is below it."""
    cursor.enter()
    condition = _binary(cursor, 0)
    if cursor.take("?"):
        cursor.skip(lines=True)
        yes = expression(cursor)
        cursor.skip(lines=True)
        cursor.need(":")
        cursor.skip(lines=True)
        no = expression(cursor)
        condition = conditional(condition, yes, no)
    cursor.depth -= 1
    return condition


def _binary(cursor: HclCursor, least: int) -> Expression:
    """Operands with operators between that bind at least so tightly."""
    left = _unary(cursor)
    while True:
        cursor.skip()
        match = _OPERATOR.match(cursor.text, cursor.at)
        if match is None or _BINDING[match[0]] < least:
            return left
        cursor.at = match.end()
        cursor.skip(lines=True)
        left = operation(match[0], left, _binary(cursor, _BINDING[match[0]] + 1))


def _unary(cursor: HclCursor) -> Expression:
    cursor.enter()
    if cursor.take("!"):
        inner = _unary(cursor)
        value: Expression = lambda scope: not as_bool(inner(scope))  # noqa: E731
    elif cursor.take("-"):
        negated = _unary(cursor)
        value = lambda scope: -as_number(negated(scope))  # noqa: E731
    else:
        value = _postfix(cursor, _term(cursor))
    cursor.depth -= 1
    return value


def _postfix(cursor: HclCursor, value: Expression) -> Expression:
    """`.name`, `[key]` and splats after a term."""
    while True:
        if cursor.text.startswith((".*", "[*]"), cursor.at):
            cursor.at += 2 if cursor.text[cursor.at] == "." else 3
            value = _splat(cursor, value)
        elif cursor.text.startswith(".", cursor.at) and not cursor.text.startswith(
            "...", cursor.at
        ):
            cursor.at += 1
            value = item_at(value, constant(_member(cursor)))
        elif cursor.text.startswith("[", cursor.at):
            cursor.at += 1
            key = _inside(cursor, "]")
            value = item_at(value, key)
        else:
            return value


def _member(cursor: HclCursor) -> str | int:
    number = _NUMBER.match(cursor.text, cursor.at)
    if number is not None and number[0].isdecimal():
        cursor.at = number.end()
        return int(number[0][:9])
    name = cursor.name()
    if name is None:
        raise cursor.wrong("a name is expected after the dot")
    return name


def _splat(cursor: HclCursor, value: Expression) -> Expression:
    """`value[*].a.b`: the members of each item."""
    members: list[str | int] = []
    while cursor.text.startswith(".", cursor.at):
        cursor.at += 1
        members.append(_member(cursor))

    def items(scope: HclScope) -> list[object]:
        found = []
        for item in as_list(value(scope)):
            for member in members:
                item = item_of(item, member)  # noqa: PLW2901 - one step after another
            found.append(item)
        return found

    return items


def _inside(cursor: HclCursor, closing: str) -> Expression:
    """What stands in brackets, where newlines are blanks."""
    outside, cursor.lines = cursor.lines, True
    value = expression(cursor)
    cursor.need(closing)
    cursor.lines = outside
    return value


def _term(cursor: HclCursor) -> Expression:
    cursor.skip()
    char = cursor.text[cursor.at : cursor.at + 1]
    if char == '"':
        cursor.at += 1
        parts = template(cursor, expression, in_quotes=True)
        return joined_texts(parts or [constant("")])
    if char == "(":
        cursor.at += 1
        return _inside(cursor, ")")
    if char == "[":
        return _tuple(cursor)
    if char == "{":
        return _object(cursor)
    if char == "<":
        return heredoc(cursor, expression)
    number = _NUMBER.match(cursor.text, cursor.at)
    if number is not None:
        cursor.at = number.end()
        written = number[0][:40]
        return lambda _scope: as_number(written)
    name = cursor.name()
    if name is None:
        raise cursor.wrong("a value is expected")
    if cursor.text.startswith("(", cursor.at):
        return _call(cursor, name)
    if name in ("true", "false", "null"):
        return constant({"true": True, "false": False, "null": None}[name])
    return lambda scope: scope.get(name)


def _call(cursor: HclCursor, name: str) -> Expression:
    cursor.at += 1
    outside, cursor.lines = cursor.lines, True
    arguments: list[Expression] = []
    is_spread = False
    while not cursor.take(")"):
        arguments.append(expression(cursor))
        is_spread = cursor.take("...")
        if not cursor.take(",") and not cursor.sees(")"):
            raise cursor.wrong(", or ) is expected")
    cursor.lines = outside
    return called(name, tuple(arguments), is_spread=is_spread)


def _tuple(cursor: HclCursor) -> Expression:
    cursor.at += 1
    outside, cursor.lines = cursor.lines, True
    if _sees_for(cursor):
        loop = _for(cursor, "]")
        cursor.lines = outside
        return loop
    items: list[Expression] = []
    while not cursor.take("]"):
        items.append(expression(cursor))
        if not cursor.take(",") and not cursor.sees("]"):
            raise cursor.wrong(", or ] is expected")
    cursor.lines = outside

    def values(scope: HclScope) -> list[object]:
        scope.spending.spend(len(items))
        return [item(scope) for item in items]

    return values


def _object(cursor: HclCursor) -> Expression:
    cursor.at += 1
    outside, cursor.lines = cursor.lines, True
    if _sees_for(cursor):
        loop = _for(cursor, "}")
        cursor.lines = outside
        return loop
    items: list[tuple[Expression, Expression]] = []
    while not cursor.take("}"):
        key = _key(cursor)
        if not cursor.take("=") and not cursor.take(":"):
            raise cursor.wrong("= is expected")
        cursor.lines = True
        cursor.skip()
        cursor.lines = False  # a newline ends the item
        value = expression(cursor)
        items.append((key, value))
        cursor.take(",")
        cursor.lines = True
    cursor.lines = outside
    return HclObject(tuple(items))


def _key(cursor: HclCursor) -> Expression:
    """A key: a name stands for itself."""
    cursor.skip()
    start = cursor.at
    name = cursor.name()
    if name is not None:
        after = cursor.at
        cursor.skip()
        if cursor.text.startswith(("=", ":"), cursor.at):
            return constant(name)
        cursor.at = after
    cursor.at = start
    return expression(cursor)


def _sees_for(cursor: HclCursor) -> bool:
    cursor.skip()
    match = NAME.match(cursor.text, cursor.at)
    return match is not None and match[0] == "for"


def _for(cursor: HclCursor, closing: str) -> Expression:
    """`for k, v in list : value if condition`, in brackets of either kind."""
    cursor.name()
    names = [cursor.name() or ""]
    if cursor.take(","):
        names.append(cursor.name() or "")
    if cursor.name() != "in":
        raise cursor.wrong("in is expected")
    source = expression(cursor)
    cursor.need(":")
    key = None
    value = expression(cursor)
    if closing == "}":
        cursor.need("=>")
        key, value = value, expression(cursor)
        cursor.take("...")
    condition: Expression | None = None
    if cursor.sees("if"):
        cursor.name()
        condition = expression(cursor)
    cursor.need(closing)
    return loop_over(tuple(names), source, key, value, condition)
