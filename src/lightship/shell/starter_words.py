"""The words of a starter's own: its options with their values, and its operands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from lightship.record import record
from lightship.shell.specs import written
from lightship.shell.starter import Starter
from lightship.shell.words import Word


@record
class OwnWord:
    """An option and its value, or an operand, whose `option` is empty.

    `at` is the index of the word that has the value.
    """

    option: str
    value: str
    at: int


def own_words(words: Sequence[Word], starter: Starter) -> Iterator[OwnWord]:
    """The options and operands in the words of a starter, in their order, after its name.

    The words of a command after it are read as operands and options of the starter, too.
    """
    valued = starter.values | starter.scripts | starter.users
    only_operands = False
    at = 1
    while at < len(words):
        place = at
        text = written(words[at])
        at += 1
        if only_operands or not text.startswith("-"):
            yield OwnWord("", text, place)
            continue
        if text == "--":
            only_operands = True
            continue

        option, value = _split(text, valued)
        if value is None:
            place = at
            value = written(words[at]) if at < len(words) else ""
            at += 1
        yield OwnWord(option, value, place)


def _split(text: str, valued: Collection[str]) -> tuple[str, str | None]:
    """An option and its value: empty without one, None where the next word is the value."""
    name, equals, value = text.partition("=")
    if equals and (name in valued or text.startswith("--")):
        return name, value
    if text in valued:
        return text, None
    if text.startswith("--"):
        return text, ""
    for at, letter in enumerate(text[1:], 1):
        option = f"-{letter}"
        if option in valued:
            return option, text[at + 1 :] or None
    return text, ""
