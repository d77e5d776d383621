"""Which file of a program prints into the buffer of standard output."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import chain
from posixpath import dirname
from typing import TYPE_CHECKING, TypeGuard

from lightship.context.files import Context
from lightship.pyproject.data_files import python
from lightship.record import record
from lightship.regex import regex
from lightship.rules.python.python_output_buffered.last_calls import calls_at_exit
from lightship.rules.python.python_output_buffered.unreached import reached

if TYPE_CHECKING:
    import ast

_PRINT = regex(r"(?<![\w.])print\(")
# What matters stands in its log, which is not buffered
_LOGS = regex(
    r"(?m)^[ \t]*(?:import|from)[ \t]+(?:logging|loguru|structlog)\b"
    r"|\bget_?[lL]ogger\("
)
# A program runs it now and then, and ends or starts again afterwards
_UPDATER = regex(r"(?:^|/)(?:(?:self|auto)_?)?updat(?:e|er)\.py$")
# What the worker of Celery writes to its log, prints and all
_TASKS = frozenset({"periodic_task", "shared_task", "task"})
_DOTTED = regex(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_EXITS = frozenset({"exit", "quit"})
# They make a method what it is, and hand it to nobody
_PLAIN_DECORATORS = frozenset(
    "property staticmethod classmethod abstractmethod cached_property cache lru_cache"
    " setter override overload contextmanager".split()
)


@record
class RunFiles:
    """The files of Python that a program runs.

    `starts` are those that it is started with, all of whose functions may run. `main` is the one
    whose `__name__` is `__main__`, empty where none is.
    """

    paths: Sequence[str]
    starts: Collection[str]
    main: str


def printing_file(context: Context, files: RunFiles) -> str | None:
    """The first file that prints without flushing, in code that may run; None where none does.

    A file that logs prints but banners beside that.
    """
    printing = list(_may_print(context, files))
    if not printing:
        return None

    modules: dict[str, _Module] = {}
    for path in files.paths:
        tree = python(context, path)
        if tree is not None:
            modules[path] = _module(tree, files, path)
    at_exit = _calls_at_exit(context, files)
    live = _live(modules)
    package = dirname(files.main)
    if package and _writes_errors_alone(modules, live, package):
        # What a library prints beside that is not what people look for in its log
        printing = [path for path in printing if path.startswith(f"{package}/")]
    for path in filter(modules.__contains__, printing):
        is_celery = "celery" in (context.read(path) or "")
        for code in live[path]:
            if not (is_celery and _is_task(code)) and _prints(code, at_exit):
                return path
    return None


def _may_print(context: Context, files: RunFiles) -> Iterator[str]:
    """The files with a print in them that do not log, nor are for updates beside a log."""
    starts = "\n".join(context.read(path) or "" for path in files.starts)
    is_logging = _LOGS.search(starts) is not None
    for path in files.paths:
        text = context.read(path) or ""
        if not _PRINT.search(text) or _LOGS.search(text):
            continue
        if not (is_logging and _UPDATER.search(path)):
            yield path


def _calls_at_exit(context: Context, files: RunFiles) -> set[ast.AST]:
    """What the files that are started call last."""
    calls: set[ast.AST] = set()
    for path in files.starts:
        tree = python(context, path)
        if tree is not None:
            calls.update(calls_at_exit(tree))
    return calls


def _writes_errors_alone(
    modules: Mapping[str, _Module], live: Mapping[str, list[ast.AST]], package: str
) -> bool:
    """Whether the package that is started prints, and only to where no buffer is: with `file=`."""
    import ast  # noqa: PLC0415 - as above

    is_printing = False
    for path in modules:
        if not path.startswith(f"{package}/"):
            continue
        for node in chain.from_iterable(map(ast.walk, live[path])):
            if not _is_print(node):
                continue
            if _is_buffered(node):
                return False
            is_printing = True
    return is_printing


@record
class _Function:
    """A function or a method, with the class that it is in; `is_called` by what is not seen."""

    name: str
    node: ast.stmt
    is_called: bool
    owner: str = ""
    is_derived: bool = False


@record(eq=False, frozen=False)
class _Module:
    """What runs when a module is imported, and the functions in it."""

    code: list[ast.AST] = field(default_factory=list)
    functions: list[_Function] = field(default_factory=list)


def _module(tree: ast.Module, files: RunFiles, path: str) -> _Module:
    import ast  # noqa: PLC0415 - few files print

    module = _Module()
    if path in files.starts:
        if path == files.main:
            module.code.extend(reached(tree.body))
            return module
        kept = [item for item in tree.body if not _is_for_main(item)]
        module.code.extend(kept)
        return module

    for statement in tree.body:
        if _is_for_main(statement) and path != files.main:
            continue
        if isinstance(statement, ast.ClassDef):
            _add_class(module, statement)
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            module.functions.append(_function(statement))
        else:
            module.code.append(statement)
    return module


def _add_class(module: _Module, node: ast.ClassDef) -> None:
    import ast  # noqa: PLC0415 - as above

    is_derived = bool(node.bases)
    module.code += [*node.bases, *node.decorator_list]
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            module.functions.append(_function(statement, node.name, is_derived))
        else:
            module.code.append(statement)


def _function(
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    owner: str = "",
    is_derived: bool = False,
) -> _Function:
    names = [_last_name(decorator) for decorator in node.decorator_list]
    is_handed_on = any(name not in _PLAIN_DECORATORS for name in names)
    return _Function(node.name, node, is_handed_on, owner, is_derived)


def _is_task(code: ast.AST) -> bool:
    """Whether it is a function with `@shared_task` or `@app.task()`."""
    decorators = getattr(code, "decorator_list", ())
    return any(_last_name(decorator) in _TASKS for decorator in decorators)


def _last_name(node: ast.expr) -> str:
    """`get` for `@app.get("/")`."""
    import ast  # noqa: PLC0415 - as above

    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_for_main(statement: ast.stmt) -> bool:
    """Whether it is `if __name__ == "__main__"`."""
    import ast  # noqa: PLC0415 - as above

    if not isinstance(statement, ast.If):
        return False
    nodes = ast.walk(statement.test)
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in nodes)


def _live(modules: dict[str, _Module]) -> dict[str, list[ast.AST]]:
    """By path, the code that may run: of modules, and of functions whose names such code has."""
    live = {path: list(module.code) for path, module in modules.items()}
    names: set[str] = set()
    for nodes in live.values():
        for node in nodes:
            names.update(_names(node))

    waiting: list[tuple[str, _Function]] = []
    for path, module in modules.items():
        waiting += [(path, function) for function in module.functions]

    has_grown = True
    while has_grown:
        has_grown = False
        still_waiting: list[tuple[str, _Function]] = []
        for path, function in waiting:
            if not _may_run(function, names):
                still_waiting.append((path, function))
                continue
            live[path].append(function.node)
            names.update(_names(function.node))
            has_grown = True
        waiting = still_waiting
    return live


def _may_run(function: _Function, names: Collection[str]) -> bool:
    """Whether something names it, or may call it without a name."""
    if function.is_called or function.name in names:
        return True
    if function.owner not in names:
        return False
    # A class that somebody uses: its base may call any method
    return function.is_derived or function.name.startswith("__")


def _names(node: ast.AST) -> Iterator[str]:
    """The names that code uses; also the last parts of dotted texts, as in settings."""
    import ast  # noqa: PLC0415 - as above

    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            text = inner.value.replace(":", ".")
            yield text.rpartition(".")[2] if _DOTTED.fullmatch(text) else ""


def _prints(code: ast.AST, at_exit: Collection[ast.AST]) -> bool:
    """Whether code prints into the buffer, and does not end the program directly after it."""
    import ast  # noqa: PLC0415 - as above

    last_words: set[ast.AST] = set(at_exit)
    for node in ast.walk(code):
        for block in ("body", "orelse", "finalbody"):
            statements = getattr(node, block, None)
            if isinstance(statements, list):
                last_words.update(_last_words(statements))

    for node in ast.walk(code):
        if isinstance(node, ast.Call) and node not in last_words and _is_buffered(node):
            return True
    return False


def _last_words(statements: list[ast.stmt]) -> Iterator[ast.AST]:
    """The calls at the end of a block that raises or exits: what they print is written then."""
    import ast  # noqa: PLC0415 - as above

    if not statements or not _ends(statements[-1]):
        return
    for statement in reversed(statements[:-1]):
        if not isinstance(statement, ast.Expr):
            return
        yield statement.value


def _ends(statement: ast.stmt) -> bool:
    """Whether it is `raise`, `exit()` or `sys.exit()`."""
    import ast  # noqa: PLC0415 - as above

    if isinstance(statement, ast.Raise):
        return True
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    return _last_name(statement.value) in _EXITS


def _is_print(node: ast.AST) -> TypeGuard[ast.Call]:
    import ast  # noqa: PLC0415 - as above

    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return False
    return node.func.id == "print"


def _is_buffered(call: ast.Call) -> bool:
    if not _is_print(call):
        return False
    # Given by name they say where it goes, or that it goes at once
    return not any(keyword.arg in ("file", "flush") for keyword in call.keywords)
