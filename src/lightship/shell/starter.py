"""`Starter`: one way to start a command, as a row of the tables."""

from __future__ import annotations

from lightship.record import record

INIT = "init"  # process 1, which passes signals on
SUPERVISOR = "supervisor"  # process 1, which starts services beside the command
USER = "user"  # it changes who runs the command
PLAIN = "plain"  # it changes variables, priorities and the like
WAITER = "waiter"  # a script of the project, which waits for something first
ENVIRONMENT = "environment"  # the command is looked for elsewhere than in PATH
NO_OPTION = "\0"  # of a starter that never starts its operands


@record
class Starter:
    """One way to start a command.

    `subcommand` are the words that it takes, such as `run` of `poetry run`. `values` are options
    whose value is the next word, and `operands` counts the words before the command. With an option
    of `query` it does something else, and so it does without one of `needs`. `scripts` are options
    whose value is a script for a shell, and with `script_operand` the first operand is one. `users`
    are options that name the user of the command; with `user_operand` the first operand does.

    `dashes` says that the command is what follows `--`. `assigns` says that NAME=value may come
    before the command, `all_values` that every option takes a value. `is_python` says that what it
    starts is written in Python, `runs_files` that it has Python run a file or a module (`-m`), and
    `fetches` that the command may be the name of a package with its version.
    """

    name: str
    role: str = PLAIN
    subcommand: tuple[str, ...] = ()
    values: frozenset[str] = frozenset()
    operands: int = 0
    query: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    scripts: frozenset[str] = frozenset()
    script_operand: bool = False
    users: frozenset[str] = frozenset()
    user_operand: bool = False
    dashes: bool = False
    assigns: bool = False
    all_values: bool = False
    is_python: bool = False
    runs_files: bool = False
    fetches: bool = False


def options(text: str) -> frozenset[str]:
    """Options as they are written in the tables, with blanks between them."""
    return frozenset(text.split())
