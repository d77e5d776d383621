"""What a command removes: `rm`, `find ... -delete`, `find ... | xargs rm`.

A path may hold globs, braces and the home directory in its usual spellings; any other variable matches nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from lightship.regex import regex
from lightship.shell.tree import Command, Script

_HOME = regex(r"(?:~|\$HOME|\$\{HOME\}|/home/[^/]+)(?=/)")
_BRACES = regex(r"\{([^{}$]*,[^{}$]*)\}")
_MOST = 64  # paths that braces may make of one word


def removes(script: Script, command: Command, directory: str) -> bool:
    """Whether it removes what is in `directory`."""
    return any(_takes(path, directory) for path in _removed(script, command))


def _removed(script: Script, command: Command) -> Iterator[str]:
    """The paths that it removes, as patterns of `fnmatch`."""
    operands = [
        word for word in command.args if not word.text.startswith(("-", "(", "!"))
    ]
    if command.name == "find":
        piped = any(
            other.name == "rm" for other in script.pipe(command)[command.stage + 1 :]
        )
        operands = (
            operands[:1] if piped or command.has("-delete", "-exec", "-execdir") else []
        )
    elif command.name != "rm":
        return
    for word in operands:
        yield from spellings(
            word.value if word.value is not None else word.text.replace('"', "")
        )


def spellings(text: str) -> Iterator[str]:
    """The path with its braces written out, and any home directory as that of root."""
    waiting, made = [text], 0
    while waiting and made < _MOST:
        path, made = waiting.pop(), made + 1
        found = _BRACES.search(path)
        if found:
            waiting += [
                path[: found.start()] + part + path[found.end() :]
                for part in found[1].split(",")
            ]
        else:
            yield _HOME.sub("/root", path, count=1) if _HOME.match(path) else path


def _takes(pattern: str, directory: str) -> bool:
    """Whether `rm -r pattern` empties the directory: it names the directory, one above, or a glob in it."""
    parts, wanted = pattern.strip("/").split("/"), directory.strip("/").split("/")
    if len(parts) == len(wanted) + 1 and "*" in parts[-1]:
        parts.pop()
    if not pattern.startswith("/") or len(parts) > len(wanted) or not parts[0]:
        return False
    return all(
        fnmatchcase(name, part) for name, part in zip(wanted, parts, strict=False)
    )
