"""What a command removes: `rm`, `find ... -delete`, `find ... | xargs rm`.

A path may hold globs, braces and the home directory in its usual spellings; any other variable
matches nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from lightship.regex import regex
from lightship.shell.tree import Command, Script
from lightship.shell.words import Word

_HOME = regex(r"(?:~|\$HOME|\$\{HOME\}|/home/[^/]+)(?=/)")
_BRACES = regex(r"\{([^{}$]*,[^{}$]*)\}")
# Options, and operators of `find`
_NO_PATH = ("-", "(", "!")
# Paths that braces may make of one word
_MOST = 64


def removes(script: Script, command: Command, directory: str) -> bool:
    """Whether it removes what is in `directory`."""
    return any(takes(word, directory) for word in _removed(script, command))


def takes(word: Word, directory: str) -> bool:
    """Whether `rm -r` of one word removes what is in `directory`."""
    text = word.value
    if text is None:
        text = word.text.replace('"', "")
    return any(_takes(path, directory) for path in spellings(text))


def _removed(script: Script, command: Command) -> Sequence[Word]:
    """The words that name what a command removes."""
    operands = [word for word in command.args if not word.text.startswith(_NO_PATH)]
    if command.name == "rm":
        return operands
    if command.name == "find" and _find_removes(script, command):
        return operands[:1]
    return ()


def _find_removes(script: Script, command: Command) -> bool:
    """Whether `find` removes what it finds, or `rm` does, further down the pipe."""
    if command.has("-delete", "-exec", "-execdir"):
        return True
    readers = script.pipe(command)[command.stage + 1 :]
    return any(reader.name == "rm" for reader in readers)


def spellings(text: str) -> Iterator[str]:
    """The path with its braces written out, and any home directory as that of root."""
    waiting = [text]
    for _ in range(_MOST):
        if not waiting:
            return
        path = waiting.pop()
        braces = _BRACES.search(path)
        if braces is None:
            if _HOME.match(path):
                path = _HOME.sub("/root", path, count=1)
            yield path
            continue
        before = path[: braces.start()]
        after = path[braces.end() :]
        parts = braces[1].split(",")
        waiting.extend(f"{before}{part}{after}" for part in parts)


def _takes(pattern: str, directory: str) -> bool:
    """Whether `rm -r pattern` empties the directory.

    It names the directory, one above, or a glob in it.
    """
    if not pattern.startswith("/"):
        return False
    parts = pattern.strip("/").split("/")
    names = directory.strip("/").split("/")
    if len(parts) == len(names) + 1 and "*" in parts[-1]:
        parts.pop()
    if not parts[0] or len(parts) > len(names):
        return False
    pairs = zip(names, parts, strict=False)
    return all(fnmatchcase(name, part) for name, part in pairs)
