"""The command of pip that does what a call of setup.py does."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.shell.commands import Word
from lightship.shell.specs import written

# Options that say where it is installed, which pip has as well
_PLACES = ("--prefix", "--root")


def pip_command(
    words: tuple[Word, ...],
    script: Word,
    rest: tuple[Word, ...],
    options: Sequence[str],
) -> str:
    """`pip install`, with these options and those of the call, for `python setup.py install`."""
    parts = [_pip_of(words, script), "install", *options]
    return " ".join([*parts, *_places(rest), _directory(script)])


def _pip_of(words: tuple[Word, ...], script: Word) -> str:
    """The pip of the interpreter: what `pip` alone means may be that of another one."""
    interpreter = written(words[0])
    if words[0] is script or interpreter in ("python", "python3"):
        return "pip"
    return f"{interpreter} -m pip"


def _places(rest: tuple[Word, ...]) -> list[str]:
    """The options that say where it is installed, which pip has as well."""
    texts = [written(word) for word in rest]
    places = []
    for text, following in zip(texts, [*texts[1:], ""], strict=True):
        name, equals, _ = text.partition("=")
        if text == "--user" or (equals and name in _PLACES):
            places.append(text)
        elif text in _PLACES:
            places.append(f"{text}={following}")
    return places


def _directory(script: Word) -> str:
    return written(script).removeprefix("./").rpartition("/")[0] or "."
