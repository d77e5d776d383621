"""Values in a compose file, with their variables."""

from __future__ import annotations

from lightship.builds.build_paths import Setting
from lightship.builds.interpolation import (
    Lookup,
    UnknownValueError,
    interpolate,
)
from lightship.builds.workspace import rooted
from lightship.builds.yaml_tree import YamlNode
from lightship.record import record

_NOT_TEXT = "it is not a text"


@record
class Origin:
    """The file that is read, the directory that its paths count from, and its variables.

    `started_in` is where a shell starts compose, None where that is not known.
    """

    path: str
    folder: str
    variables: Lookup
    started_in: str | None = None

    def of_path(self, name: str) -> str | None:
        """The value of a variable in a path: `$PWD` is a directory of the workspace there."""
        if name == "PWD" and self.started_in is not None:
            return rooted(self.started_in)
        return self.variables(name)


def setting(node: YamlNode | None, variables: Lookup) -> Setting | None:
    """A scalar with its variables; None for null, and where there is none."""
    if node is None or node.value is None:
        return None
    if node.text is None:
        return Setting(None, node.line, _NOT_TEXT)
    return filled_text(node.text, node.line, variables)


def filled_text(text: str, line: int, variables: Lookup) -> Setting:
    """A text with its variables; where one is not known, why there is no text."""
    try:
        return Setting(interpolate(text, variables), line)
    except UnknownValueError as error:
        return Setting(None, line, str(error))


def pairs(node: YamlNode | None, variables: Lookup) -> dict[str, Setting]:
    """A mapping, or a list of `NAME=value`, with its variables.

    A name without a value takes that of the variable.
    """
    found: dict[str, Setting] = {}
    if node is None or node.tag == "!reset":
        return found
    for name, value in node.entries.items():
        filled = setting(value, variables)
        found[name] = filled or Setting(variables(name), value.line)
    for item in node.items:
        if item.text is None:
            continue
        name, equals, text = item.text.partition("=")
        if equals:
            found[name] = filled_text(text, item.line, variables)
        else:
            found[name] = Setting(variables(name), item.line)
    return found
