"""Scripts of the build context that give all its files one time, and build an image then."""

from __future__ import annotations

from collections.abc import Iterator

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
        touching = _read(path, context.read(path) or "")
        if touching is not None:
            return touching
    return None


def _read(path: str, text: str) -> Touching | None:
    if len(text) > _LARGEST or "touch" not in text:
        return None
    if not any(tool in text for tool in _BUILDS):
        return None
    times = None
    for command in _commands(path, text):
        if _sets_times(command):
            times = command.span.start if times is None else times
        elif times is not None and _builds(command):
            return Touching(path, text.count("\n", 0, times) + 1)
    return None


def _is_script(path: str) -> bool:
    """Whether it is a script or a Makefile at the top of the build context."""
    name = path.rpartition("/")[2]
    if path.count("/") > 1:
        return False
    return name.endswith((".sh", ".bash", ".mk")) or name in _MAKEFILES


def _commands(path: str, text: str) -> Iterator[Command]:
    """Its commands; of a Makefile those of the recipes, each with its place in the text."""
    if path.endswith((".sh", ".bash")):
        yield from parse(Mapped.plain(text, 0), "bash").commands
        return
    at = 0
    recipe: list[str] = []
    for line in (*text.splitlines(keepends=True), ""):
        goes_on = bool(recipe) and recipe[-1].rstrip().endswith("\\")
        if line.startswith("\t") or goes_on:
            # Blanks in place of make's own signs, so that places stay as they are
            marks = len(line) - len(line.lstrip("\t@-"))
            command = line[marks:].replace("$$", " $")
            recipe.append(" " * marks + command)
        elif recipe:
            joined = "".join(recipe)
            yield from parse(Mapped.plain(joined, at - len(joined)), "sh").commands
            recipe = []
        at += len(line)


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
    globs = any(word.glob for word in command.args)
    if not globs and not command.wrapped_by("xargs"):
        return False
    return _names_time(words[1:])


def _names_time(words: list[str]) -> bool:
    for word in words:
        if word.startswith(_TIMES):
            return True
        is_short = word.startswith("-") and not word.startswith("--")
        if is_short and not _TIME_LETTERS.isdisjoint(word[1:]):
            return True
    return False


def _builds(command: Command) -> bool:
    return command.name in _BUILDS and command.has(*_BUILDS[command.name])
