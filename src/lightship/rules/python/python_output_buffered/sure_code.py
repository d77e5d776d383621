"""The code of a program that always runs: what it is started with, and what that calls.

The body of an `if` or `except`, and a function that nobody is seen to call, may never run, so
they are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from lightship.rules.python.python_output_buffered.blocks import (
    is_for_main,
    own_nodes,
    run_by,
)
from lightship.rules.python.python_output_buffered.handlers import (
    handed_on,
    is_called_by_base,
    is_handler,
    is_task,
)
from lightship.rules.python.python_output_buffered.imported_files import files_of_module
from lightship.rules.python.python_output_buffered.module_names import (
    ModuleNames,
    Target,
    imported_names,
    names_of,
    parts,
)
from lightship.rules.python.python_output_buffered.python_run import RunFiles
from lightship.rules.python.python_output_buffered.staying import stays
from lightship.rules.python.python_output_buffered.unreached import reached

if TYPE_CHECKING:
    import ast

# Django imports these by their names
_FOUND_BY_DJANGO = frozenset(
    "admin.py apps.py models.py settings.py urls.py wsgi.py asgi.py".split()
)
_MADE_BY = ("__init__", "__new__", "__post_init__")


class SureCode:
    """By path, the statements that always run; `goes_on` says that one of them keeps running."""

    def __init__(self, files: RunFiles, trees: Mapping[str, ast.Module]) -> None:
        self.statements: dict[str, list[ast.stmt]] = {}
        self.goes_on = False
        self._files = files
        self._trees = trees
        self._names: dict[str, ModuleNames] = {}
        self._waiting: list[Target] = []
        self._seen: set[ast.AST] = set()
        self._find()

    def _find(self) -> None:
        for path in (*self._files.starts, *self._found_by_name()):
            self._import(path)
        for path in self._files.starts:
            for name in self._files.called:
                self._start_all(self._own(path, name))
        for target in self._waiting:  # which grows while it is read
            self._run(target)

    def _found_by_name(self) -> Iterator[str]:
        if self._files.is_django:
            for path in self._files.paths:
                if path.rpartition("/")[2] in _FOUND_BY_DJANGO:
                    yield path

    def _import(self, path: str) -> None:
        """What is at the top of a file runs."""
        tree = self._trees.get(path)
        if tree is None or tree in self._seen:
            return
        self._seen.add(tree)
        for statement in run_by(self._reached(path)):
            self._take(Target(path, "", statement), statement)

    def _reached(self, path: str) -> list[ast.stmt]:
        body = self._trees[path].body
        if path == self._files.main:
            return reached(body)
        return [item for item in body if not is_for_main(item)]

    def _run(self, target: Target) -> None:
        """The body of a function, or of a class."""
        for statement in run_by(getattr(target.node, "body", [])):
            self._take(target, statement)

    def _add(self, target: Target) -> None:
        if target.node not in self._seen:
            self._seen.add(target.node)
            self._waiting.append(target)

    def _take(self, within: Target, statement: ast.stmt) -> None:
        import ast  # noqa: PLC0415 - few files print

        path = within.path
        self.statements.setdefault(path, []).append(statement)
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            if is_handler(statement, self._names_of(path).imports):
                self._add(Target(path, within.owner, statement))
        elif isinstance(statement, ast.ClassDef):
            self._add(Target(path, statement.name, statement))
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            for _, imported in imported_names(statement):
                for name in {imported, parts(imported)[0]}:
                    for file in self._files_of(path, name):
                        self._import(file)
        else:
            self._follow(within, statement)

    def _follow(self, within: Target, statement: ast.stmt) -> None:
        import ast  # noqa: PLC0415 - as above

        self.goes_on = self.goes_on or stays(statement)
        for node in own_nodes(statement):
            if isinstance(node, ast.Call):
                self._call(within, node)

    def _call(self, within: Target, call: ast.Call) -> None:
        called = list(self._targets(within, call.func))
        self._start_all(called)
        if not called and stays(call):
            self.goes_on = True
        for argument in handed_on(call):
            self._start_all(self._targets(within, argument))

    def _start_all(self, targets: Iterator[Target] | list[Target]) -> None:
        for target in targets:
            self._start(target)

    def _start(self, target: Target) -> None:
        """A function runs; of a class its constructor, and what its base calls by itself."""
        import ast  # noqa: PLC0415 - as above

        node = target.node
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if not isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
                    continue
                is_hook = bool(node.bases) and is_called_by_base(item.name)
                if is_hook or item.name in _MADE_BY:
                    self._add(Target(target.path, node.name, item))
        elif not self._is_for_worker(target):
            self._add(target)

    def _is_for_worker(self, target: Target) -> bool:
        """Whether it is a task of Celery: what it prints goes to the log of its worker."""
        if not is_task(target.node):
            return False
        imports = self._names_of(target.path).imports
        return any("celery" in module for module in imports.values())

    def _targets(self, within: Target, called: ast.expr) -> Iterator[Target]:
        """What `work`, `self.work`, `bot.work` and `orders.work` mean, where that is known."""
        import ast  # noqa: PLC0415 - as above

        if isinstance(called, ast.Name):
            yield from self._by_name(within.path, called.id)
        if not isinstance(called, ast.Attribute):
            return
        base = called.value
        if isinstance(base, ast.Call) and isinstance(base.func, ast.Name):
            yield from self._of_object(within.path, base.func.id, called.attr)
        if not isinstance(base, ast.Name):
            return
        names = self._names_of(within.path)
        if base.id in ("self", "cls"):
            yield from self._method(within.path, within.owner, called.attr)
        elif base.id in names.objects:
            yield from self._of_object(within.path, names.objects[base.id], called.attr)
        elif base.id in names.imports:
            for file in self._files_of(within.path, names.imports[base.id]):
                yield from self._own(file, called.attr)

    def _of_object(self, path: str, made_of: str, name: str) -> Iterator[Target]:
        for target in self._by_name(path, made_of):
            yield from self._method(target.path, _class_name(target), name)

    def _by_name(self, path: str, name: str) -> Iterator[Target]:
        names = self._names_of(path)
        if name in names.definitions:
            yield from self._own(path, name)
        elif name in names.imports:
            module, original = parts(names.imports[name])
            for file in self._files_of(path, module):
                yield from self._own(file, original)

    def _own(self, path: str, name: str) -> Iterator[Target]:
        if path in self._trees:
            for node in self._names_of(path).definitions.get(name, ()):
                yield Target(path, "", node)

    def _method(self, path: str, owner: str, name: str) -> Iterator[Target]:
        method = self._names_of(path).methods.get((owner, name))
        if method is not None:
            yield Target(path, owner, method)

    def _files_of(self, path: str, module: str) -> list[str]:
        return files_of_module(self._files, path, module)

    def _names_of(self, path: str) -> ModuleNames:
        if path not in self._names:
            self._names[path] = names_of(self._trees[path], self._reached(path))
        return self._names[path]


def _class_name(target: Target) -> str:
    """The name of the class that a target is, and else nothing."""
    return str(getattr(target.node, "name", ""))
