"""Options below headings of --help, and their values as typed records.

click calls a command with all values by name, as Any. `gathered` makes a record of those that are
named as its fields, so that mypy sees what a command looks up.

click has no headings for options. cloup has, but its import takes longer than that of click itself
(68 ms on top of 47), and every start would pay for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

Decorated = Callable[..., Any]
Decorator = Callable[[Decorated], Decorated]
GENERAL = "Options"


class SectionedOption(click.Option):
    """An option that knows its heading in --help."""

    heading = GENERAL


class SectionedCommand(click.Command):
    """A command whose --help lists options below their headings, in the order of their sections."""

    def format_options(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        rows: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            row = parameter.get_help_record(ctx)
            if row is not None and isinstance(parameter, click.Option):
                heading = getattr(parameter, "heading", GENERAL)
                rows.setdefault(heading, []).append(row)

        # What belongs to no section, as --help does, comes last.
        general = rows.pop(GENERAL, [])
        for heading, lines in (*rows.items(), (GENERAL, general)):
            if lines:
                with formatter.section(heading):
                    formatter.write_dl(lines)


def as_command(summary: str) -> Callable[[Decorated], SectionedCommand]:
    """A command; `summary` stands in the list of all commands."""
    return click.command(cls=SectionedCommand, short_help=summary)


def option(*names: str, **about: Any) -> Decorator:
    """As `click.option`."""
    return click.option(*names, cls=SectionedOption, **about)


def section(heading: str, *options: Decorator) -> Decorator:
    """Options below a heading of --help; the command takes each by its name."""

    def decorate(function: Decorated) -> Decorated:
        before = len(_parameters_of(function))
        for decorator in reversed(options):
            decorator(function)
        for parameter in _parameters_of(function)[before:]:
            if isinstance(parameter, SectionedOption):
                parameter.heading = heading
        return function

    return decorate


def gathered(kind: type[Any], name: str) -> Decorator:
    """The values that are named as fields of `kind`, as one record: the argument `name`.

    It stands below the sections that give the values. Fields without a value keep their defaults.
    """
    fields = list(kind.__dataclass_fields__)

    def decorate(function: Decorated) -> Decorated:
        @wraps(function)
        def with_record(**values: Any) -> Any:
            own = {field: values.pop(field) for field in fields if field in values}
            return function(**values, **{name: kind(**own)})

        return with_record

    return decorate


def combined(*decorators: Decorator) -> Decorator:
    """Several decorators as one, in the order in which they would be written."""

    def decorate(function: Decorated) -> Decorated:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


def _parameters_of(function: Decorated) -> list[click.Parameter]:
    """Where click keeps the parameters of a function until it is a command."""
    parameters: list[click.Parameter] = getattr(function, "__click_params__", [])
    return parameters
