"""What a word of a command stands for, as far as the Dockerfile tells."""

from __future__ import annotations

from lightship.build import Build, Invocation
from lightship.facts.users.current_user import home_of
from lightship.facts.variables import expanded, variable


def value(build: Build, call: Invocation, text: str) -> str | None:
    """A word with its variables put in, `~` and `$HOME` too; None where one is not known."""
    if "$" not in text and not text.startswith("~"):
        return text

    home = home_of(build, call.instruction)
    if text == "~" or text.startswith("~/"):
        text = f"{home or '$HOME'}{text[1:]}"

    def lookup(name: str) -> str | None:
        return home if name == "HOME" else variable(build, call, name)

    return expanded(text, lookup)
