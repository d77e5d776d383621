"""How the values of options are read."""

from __future__ import annotations

import os

import click

_UNITS = {"s": 1, "m": 60, "h": 3600}
_MOST_DIGITS = 6


def names(
    _ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Several options, each with names between commas, as one list."""
    return tuple(
        name.strip() for value in values for name in value.split(",") if name.strip()
    )


def names_by_pattern(
    _ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """`PATTERN:NAME,NAME`; after a comma another pattern may follow, as ruff has it."""
    by_pattern: dict[str, list[str]] = {}
    for value in values:
        pattern = ""
        for part in value.split(","):
            first, colon, name = part.rpartition(":")
            if colon:
                pattern = first.strip()
            if not pattern:
                raise click.BadParameter(
                    f"{value!r} is not PATTERN:RULES, such as 'tests/*:DL3007'"
                )
            rules = by_pattern.setdefault(pattern, [])
            if name.strip():
                rules.append(name.strip())
    return tuple((pattern, tuple(rules)) for pattern, rules in by_pattern.items())


def some_names(
    ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...] | None:
    """As `names`; None where the option is not given."""
    return names(ctx, parameter, values) or None


def numbers(
    _ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, float]:
    """`NAME=NUMBER`, several times."""
    given: dict[str, float] = {}
    for value in values:
        name, _, text = value.partition("=")
        try:
            given[name] = float(text)
        except ValueError as error:
            raise click.BadParameter(
                f"invalid value {value!r}: write NAME=NUMBER", param=parameter
            ) from error
    return given


def pairs(
    _ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    """`K=V`; a bare K takes its value from the environment, as with docker build."""
    given: dict[str, str] = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not name:
            raise click.BadParameter(
                f"invalid value {value!r}: write KEY=VALUE", param=parameter
            )
        if equals:
            given[name] = text
        elif name in os.environ:
            given[name] = os.environ[name]
    return given


def seconds(
    _ctx: click.Context,
    parameter: click.Parameter,
    value: str | None,
) -> float | None:
    """`90s`, `10m`, `1h`, or seconds; None where nothing is given."""
    if value is None:
        return None
    number = value
    unit = "s"
    if value[-1:] in _UNITS:
        number = value[:-1]
        unit = value[-1]
    is_number = number.isascii() and number.isdecimal()
    if not is_number or len(number) > _MOST_DIGITS or not int(number):
        raise click.BadParameter(
            f"invalid time {value!r}: write 90s, 10m or 1h", param=parameter
        )
    return float(number) * _UNITS[unit]
