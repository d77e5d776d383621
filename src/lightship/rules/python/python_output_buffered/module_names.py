"""What the names in a file of Python stand for: its functions and classes, and what it imports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from lightship.record import record
from lightship.rules.python.python_output_buffered.blocks import last_name

if TYPE_CHECKING:
    import ast


@record(eq=False)
class Target:
    """A function, a method or a class that code names; `owner` is the class that a method is in."""

    path: str
    owner: str
    node: ast.stmt


@record(eq=False)
class ModuleNames:
    """The names of one file.

    `definitions` are functions and classes at the top of it, `methods` those of its classes.
    `imports` are modules with the names that are taken from them: `shop.orders.take` for `take`,
    leading dots as they are written. `objects` are what is made of a class: `Bot` for `bot`.
    """

    definitions: dict[str, list[ast.stmt]] = field(default_factory=dict)
    methods: dict[tuple[str, str], ast.stmt] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)


def names_of(tree: ast.Module, statements: Sequence[ast.stmt]) -> ModuleNames:
    """`statements` are those at the top of the file that are reached."""
    import ast  # noqa: PLC0415 - few files print

    names = ModuleNames()
    for item in statements:
        _add_definition(names, item)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names.imports.update(imported_names(node))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            made = last_name(node.value)
            for target in node.targets:
                if isinstance(target, ast.Name):
                    names.objects[target.id] = made
    return names


def _add_definition(names: ModuleNames, item: ast.stmt) -> None:
    import ast  # noqa: PLC0415 - as above

    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    if isinstance(item, (*functions, ast.ClassDef)):
        names.definitions.setdefault(item.name, []).append(item)
    if isinstance(item, ast.ClassDef):
        for inner in item.body:
            if isinstance(inner, functions):
                names.methods[item.name, inner.name] = inner


def imported_names(node: ast.Import | ast.ImportFrom) -> list[tuple[str, str]]:
    """The names that a statement gives, and what they stand for; of `import a.b` that is `a`."""
    import ast  # noqa: PLC0415 - as above

    if isinstance(node, ast.Import):
        return [
            (item.asname or item.name.partition(".")[0], _whole(item))
            for item in node.names
        ]
    package = "." * node.level + (node.module or "")
    between = "" if package.endswith(".") else "."
    return [
        (item.asname or item.name, f"{package}{between}{item.name}")
        for item in node.names
    ]


def _whole(item: ast.alias) -> str:
    return item.name if item.asname else item.name.partition(".")[0]


def parts(imported: str) -> tuple[str, str]:
    """The module and the name in it: `shop.orders` and `take`, `.` and `take`."""
    module, _, name = imported.rpartition(".")
    dots = len(imported) - len(imported.lstrip("."))
    if not module.strip("."):
        return imported[:dots], name
    return module, name
