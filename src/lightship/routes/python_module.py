"""A module of Python by its syntax tree: names, the calls that bind them, and literals."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lightship.record import record


@record(eq=False)
class PythonModule:
    """`path` is that of its file, `name` what others import it by.

    `imported` are the names that it imports, with their full names.
    """

    path: str
    name: str
    tree: ast.Module
    imported: dict[str, str]

    @classmethod
    def of(cls, path: str, name: str, tree: ast.Module) -> PythonModule:
        """With what its imports bind, whose dots are filled in."""
        imported: dict[str, str] = {}
        package = name if path.endswith("__init__.py") else name.rpartition(".")[0]
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                source = _source(node, package)
                for alias in node.names:
                    full = f"{source}.{alias.name}".strip(".")
                    imported[alias.asname or alias.name] = full
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    first = alias.name.partition(".")[0]
                    full = alias.name if alias.asname else first
                    imported[alias.asname or first] = full
        return cls(path, name, tree, imported)

    def full(self, node: ast.expr) -> str:
        """The full name of a name or attribute: `app.orders.router`; empty for anything else."""
        dotted = dotted_name(node)
        first, _, rest = dotted.partition(".")
        if not first:
            return ""
        start = self.imported.get(first, f"{self.name}.{first}".strip("."))
        return f"{start}.{rest}".strip(".")

    def statements(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)


def _source(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    above = parts[: len(parts) - node.level + 1]
    return ".".join(filter(None, (*above, node.module or "")))


def dotted_name(node: ast.expr) -> str:
    """`a.b.c` of names and attributes; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))


def literal(node: ast.expr | None) -> str | None:
    """The text of a literal; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def argument(call: ast.Call, name: str, place: int | None = None) -> ast.expr | None:
    """An argument by its name, or by its place."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if place is not None and place < len(call.args):
        return call.args[place]
    return None


def words_of(node: ast.expr | None) -> list[str] | None:
    """The texts of a list of literals; None for anything else."""
    if not isinstance(node, ast.List | ast.Tuple | ast.Set):
        return None
    words: list[str] = []
    for item in node.elts:
        text = literal(item)
        if text is None:
            return None
        words.append(text)
    return words
