"""The literals in a setup.py: what `setup(...)` is given, where it stands in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lightship.record import record

if TYPE_CHECKING:
    import ast


@record
class Setup:
    """`requires` are the requirements, `scripts` the lines of console_scripts (`name =
    module:function`).
    """

    name: str = ""
    python_requires: str = ""
    requires: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()


def read_setup(tree: ast.Module | None) -> Setup:
    """The arguments of `setup()` that are literals, or variables of the module that are."""
    if tree is None:
        return Setup()
    import ast  # noqa: PLC0415

    variables = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    call = next(
        (
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and _is_setup(node.func)
        ),
        None,
    )
    given: dict[str, Any] = {}
    for keyword in call.keywords if call is not None else ():
        value = keyword.value
        value = variables.get(value.id, value) if isinstance(value, ast.Name) else value
        given[keyword.arg or ""] = _literal(value)
    entry_points = given.get("entry_points")
    scripts = (
        entry_points.get("console_scripts") if isinstance(entry_points, dict) else None
    )
    return Setup(
        _text(given.get("name")),
        _text(given.get("python_requires")),
        _texts(given.get("install_requires")),
        _texts(scripts),
    )


def _is_setup(called: ast.expr) -> bool:
    """`setup(...)`, `setuptools.setup(...)`"""
    return (
        getattr(called, "id", None) == "setup"
        or getattr(called, "attr", None) == "setup"
    )


def _literal(value: ast.expr) -> Any:
    import ast  # noqa: PLC0415

    try:
        return ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    """A list of texts, or one text with a line for each."""
    if isinstance(value, str):
        lines = map(str.strip, value.split("\n"))
        return tuple(filter(None, lines))
    if not isinstance(value, list | tuple):
        return ()
    return tuple([item for item in value if isinstance(item, str)])
