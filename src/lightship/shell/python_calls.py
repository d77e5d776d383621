"""What Python is told to run: a module, a file, code, or what comes in.

Its command line is that of Python's own Python/initconfig.c and Python/getopt.c.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lightship.record import record
from lightship.regex import regex
from lightship.shell.specs import written
from lightship.shell.words import Word
from lightship.text import Span

_NAME = regex(r"(?:python|pypy)[\d.]*t?|py")
# Letters whose value is the rest of their word, or the next word
_WITH_VALUE = "cmWX"
_LONG_WITH_VALUE = "--check-hash-based-pycs"


@record
class PythonCall:
    """What the words of a Python command make it run.

    `kind` is module, file or code, and input where none of them is named. `target` is the word that
    names the module or the file; of `-mpip`, only the part after the option. `at` is the index of
    that word, or the number of words where there is none: the arguments of the program follow it.
    """

    kind: str
    target: Word | None
    at: int

    @property
    def name(self) -> str:
        """The module or the path of the file as it is written; empty where there is none."""
        return "" if self.target is None else written(self.target)


def is_python(name: str) -> bool:
    """Whether a command of that name is Python's interpreter: python3.13, pypy3, python3.14t."""
    return name.startswith("py") and _NAME.fullmatch(name) is not None


def python_call(words: Sequence[Word]) -> PythonCall | None:
    """What a command of Python runs; None where its first word is not Python."""
    if not words:
        return None
    path = words[0].value or ""
    _, _, name = path.rpartition("/")
    return _read_arguments(words) if is_python(name) else None


def module_call(words: Sequence[Word], *names: str) -> PythonCall | None:
    """The call of a command that is `python -m` with one of those modules."""
    call = python_call(words)
    if call is None or call.kind != "module":
        return None
    return call if call.name in names else None


def without_python(words: Sequence[Word]) -> tuple[Word, ...]:
    """`pip list` of `python3 -I -m pip list`: the module that Python runs, and its arguments.

    All words where Python runs no module, or does not name it.
    """
    call = python_call(words)
    if call is None or call.kind != "module" or call.target is None:
        return tuple(words)
    return (call.target, *words[call.at + 1 :])


def _read_arguments(words: Sequence[Word]) -> PythonCall:
    """What Python runs whose arguments are the words after the first."""
    at = 1
    while at < len(words):
        text = written(words[at])

        if text == "--":
            return _file(words, at + 1)
        if text == "-" or not text.startswith("-"):
            return _file(words, at)

        at += 1
        if text.startswith("--"):
            at += text == _LONG_WITH_VALUE
            continue
        letter, rest = _first_with_value(text)
        if letter == "c":
            return PythonCall("code", None, len(words))
        if letter == "m":
            return _module(words, at, rest)
        if letter and not rest:
            at += 1
    return PythonCall("input", None, len(words))


def _first_with_value(option: str) -> tuple[str, str]:
    """The first letter that takes a value, and the rest of its word; both empty where none does."""
    for at, letter in enumerate(option[1:], 1):
        if letter in _WITH_VALUE:
            return letter, option[at + 1 :]
    return "", ""


def _file(words: Sequence[Word], at: int) -> PythonCall:
    if at >= len(words):
        return PythonCall("input", None, len(words))
    if words[at].value == "-":
        return PythonCall("input", None, at)
    return PythonCall("file", words[at], at)


def _module(words: Sequence[Word], at: int, rest: str) -> PythonCall:
    """The module that `-m` names: in its own word, or in the next, at `at`."""
    if rest:
        at -= 1
        target = _end_of(words[at], rest)
        return PythonCall("module", target, at)
    if at >= len(words):
        return PythonCall("module", None, at)
    return PythonCall("module", words[at], at)


def _end_of(word: Word, text: str) -> Word:
    """The part of a word that `text`, its end, stands for."""
    if not word.text.endswith(text):
        return replace(word, value=text)
    skipped = len(word.text) - len(text)
    span = Span(word.span.start + skipped, word.span.end)
    return Word(text, span, word.at + skipped, text)
