"""What operators, calls and loops of HCL do, as expressions made of expressions."""

from __future__ import annotations

from lightship.builds.hcl.hcl_functions import call
from lightship.builds.hcl.hcl_values import (
    Expression,
    HclScope,
    as_bool,
    as_list,
    as_number,
    as_text,
    item_of,
    same,
)
from lightship.builds.interpolation import UnknownValueError


def conditional(condition: Expression, yes: Expression, no: Expression) -> Expression:
    """`condition ? yes : no`."""
    return lambda scope: yes(scope) if as_bool(condition(scope)) else no(scope)


def item_at(value: Expression, key: Expression) -> Expression:
    """`value[key]`."""
    return lambda scope: item_of(value(scope), key(scope))


def operation(operator: str, left: Expression, right: Expression) -> Expression:
    """`left operator right`."""
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


def called(
    name: str, arguments: tuple[Expression, ...], *, is_spread: bool
) -> Expression:
    """`name(arguments)`; `is_spread` is whether the last one ends with `...`."""

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


def loop_over(
    names: tuple[str, ...],
    source: Expression,
    key: Expression | None,
    value: Expression,
    condition: Expression | None,
) -> Expression:
    """`for names in source : key => value if condition`; a list where `key` is None."""

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
