"""Functions that a framework calls in normal running: pages, handlers of messages, threads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from lightship.rules.python.python_output_buffered.blocks import last_name

if TYPE_CHECKING:
    import ast

# `@app.get("/")`, `@bot.event`, `@dp.message_handler()`, `@tasks.loop()`
_DECORATORS = frozenset(
    """action after_request api_route api_view before_request callback callback_query_handler
    chat_message command delete event get head listen listener loop message message_handler
    middleware on on_event on_message options patch post put route scheduled_job startup
    subscriber websocket websocket_route""".split()
)
# Of these a decorator `command` makes a subcommand, which runs where it is asked for
_COMMAND_LINES = frozenset({"click", "typer", "asyncclick", "invoke", "fire"})
# `@app.on_event("shutdown")`: what is printed then is written at the end
_AT_END = frozenset({"shutdown", "exit", "error"})
# Modules whose functions are handed what is called when the program is stopped
_AT_EXIT = ("atexit", "signal")
# They are handed functions for a case that may never come
_FOR_A_CASE = frozenset(
    """add_argument add_done_callback add_error_handler add_exception_handler add_option
    add_signal_handler apply_async delay errorhandler excepthook filter map partial
    register_error_handler set_defaults signal sorted sort""".split()
)
_CALLED_BY_BASE = frozenset(
    """delete dispatch get handle lifespan main patch post put run setup_hook
    startup""".split()
)
_CELERY_TASKS = frozenset({"periodic_task", "shared_task", "task"})


def is_handler(
    function: ast.FunctionDef | ast.AsyncFunctionDef, modules: Mapping[str, str]
) -> bool:
    """Whether a decorator hands a function to a framework that calls it in normal running.

    `modules` are those that its file imports, by the names that they have there.
    """
    roots = {module.partition(".")[0] for module in modules.values()}
    has_subcommands = not _COMMAND_LINES.isdisjoint(roots)
    for decorator in function.decorator_list:
        name = last_name(decorator)
        if name not in _DECORATORS:
            continue
        if name == "command" and has_subcommands:
            continue
        if not _is_for_end(decorator):
            return True
    return False


def _is_for_end(decorator: ast.expr) -> bool:
    """Whether a decorator names the end of the program, or an error, as what it waits for."""
    import ast  # noqa: PLC0415 - few files print

    for node in ast.walk(decorator):
        if not isinstance(node, ast.Constant):
            continue
        if node.value in _AT_END:
            return True
    return False


def is_called_by_base(method: str) -> bool:
    """Whether the base class of a framework calls a method of this name."""
    return method in _CALLED_BY_BASE or method.startswith(("on_", "do_"))


def is_task(node: ast.AST) -> bool:
    """Whether it is a function with `@shared_task` or `@app.task()`."""
    decorators = getattr(node, "decorator_list", ())
    return any(last_name(decorator) in _CELERY_TASKS for decorator in decorators)


def handed_on(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments that may be functions which are called then: `Thread(target=work)`.

    Of `Orders.as_view()` the class.
    """
    import ast  # noqa: PLC0415 - as above

    name = last_name(call)
    called = call.func
    if isinstance(called, ast.Attribute):
        base = called.value
        if name == "as_view":
            yield base
        if isinstance(base, ast.Name) and base.id in _AT_EXIT:
            return
    if name in _FOR_A_CASE:
        return

    by_keyword = [keyword.value for keyword in call.keywords]
    for argument in (*call.args, *by_keyword):
        if isinstance(argument, ast.Name | ast.Attribute):
            yield argument
