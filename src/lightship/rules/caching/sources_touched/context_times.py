"""Scripts of the build context that give all its files one time, and build an image then."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from lightship.context.files import Context
from lightship.record import record
from lightship.shell.commands import Command
from lightship.shell.parse import parse
from lightship.shell.specs import written
from lightship.text import Mapped

_MAKEFILES = frozenset(("Makefile", "makefile", "GNUmakefile"))
_MOST_SCRIPTS = 20
_LARGEST = 1 << 16
# Options of touch that name a time
_TIMES = ("-d", "-t", "-r", "--date", "--reference")
_TIME_LETTERS = frozenset("dtr")
_BUILDS = {
    "docker": ("build", "buildx", "compose", "bake", "image"),
    "docker-compose": ("build", "up"),
    "buildctl": ("build",),
    "nerdctl": ("build",),
}


@record
class Touching:
    """A script that sets times on line `line`, and builds an image with BuildKit further down."""

    path: str
    line: int


def touched(context: Context) -> Touching | None:
    """The first such script."""
    paths = [file.path for file in context.files if _is_script(file.path)]
    for path in paths[:_MOST_SCRIPTS]:
        text = context.read(path) or ""
        touching = _read(path, text)
        if touching is not None:
            return touching
    return None


def _read(path: str, text: str) -> Touching | None:
    if len(text) > _LARGEST or "touch" not in text:
        return None
    if not any(tool in text for tool in _BUILDS):
        return None

    start = None
    for command in _commands(path, text):
        if _sets_times(command):
            if start is None:
                start = command.span.start
        elif start is not None and _builds(command):
            lines_above = text.count("\n", 0, start)
            return Touching(path, lines_above + 1)
    return None


def _is_script(path: str) -> bool:
    """Whether it is a script or a Makefile at the top of the build context."""
    if path.count("/") > 1:
        return False
    name = basename(path)
    if name in _MAKEFILES:
        return True
    return name.endswith((".sh", ".bash", ".mk"))


def _commands(path: str, text: str) -> Iterator[Command]:
    """Its commands; of a Makefile those of the recipes, each with its place in the text."""
    if path.endswith((".sh", ".bash")):
        source = Mapped.plain(text, 0)
        yield from parse(source, "bash").commands
        return

    at = 0
    recipe: list[str] = []
    lines = text.splitlines(keepends=True)
    for line in (*lines, ""):
        goes_on = bool(recipe) and recipe[-1].rstrip().endswith("\\")
        if line.startswith("\t") or goes_on:
            recipe.append(_without_marks(line))
        elif recipe:
            joined = "".join(recipe)
            source = Mapped.plain(joined, at - len(joined))
            yield from parse(source, "sh").commands
            recipe = []
        at += len(line)


def _without_marks(line: str) -> str:
    """A line of a recipe with blanks in place of make's own signs: places stay as they are."""
    command = line.lstrip("\t@-")
    blanks = " " * (len(line) - len(command))
    return blanks + command.replace("$$", " $")


def _sets_times(command: Command) -> bool:
    """Whether it gives many files a time that does not come from them.

    `find . -exec touch -d`, `xargs touch -t`.
    """
    words = [written(word) for word in command.words]
    if command.name == "find" and "touch" in words:
        if words[1].startswith("/"):
            return False
        start = words.index("touch") + 1
        return _names_time(words[start:])

    if command.name != "touch":
        return False
    takes_many = any(word.glob for word in command.args)
    if not takes_many and not command.wrapped_by("xargs"):
        return False
    return _names_time(words[1:])


def _names_time(words: list[str]) -> bool:
    for word in words:
        if word.startswith(_TIMES):
            return True
        if word.startswith("--") or not word.startswith("-"):
            continue
        if not _TIME_LETTERS.isdisjoint(word):
            return True
    return False


def _builds(command: Command) -> bool:
    subcommands = _BUILDS.get(command.name)
    if subcommands is None:
        return False
    return command.has(*subcommands)
