"""What a word of a command stands for, as far as the Dockerfile tells."""

from __future__ import annotations

from lightship.build import Build, Invocation
from lightship.facts.command_variables import expanded, variable
from lightship.facts.users.current_user import home_of


def value(build: Build, call: Invocation, text: str) -> str | None:
    """A word with its variables put in, `~` and `$HOME` too; None where one is not known."""
    is_of_home = _is_of_home(text)
    has_variable = "$" in text
    if not is_of_home and not has_variable:
        return text

    home = home_of(build, call.instruction)
    if is_of_home:
        start = home or "$HOME"
        rest = text.removeprefix("~")
        text = start + rest

    def lookup(name: str) -> str | None:
        if name == "HOME":
            return home
        return variable(build, call, name)

    return expanded(text, lookup)


def _is_of_home(text: str) -> bool:
    """Whether the shell puts the home directory of the user at its start; `~bob` is another's."""
    if text == "~":
        return True
    return text.startswith("~/")
