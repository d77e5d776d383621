"""Scripts of the build context that give all its files one time, and build an image then."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.context.files import Context
from lightship.record import record
from lightship.shell.commands import Command
from lightship.shell.parse import parse
from lightship.text import Mapped

_MAKEFILES = frozenset(("Makefile", "makefile", "GNUmakefile"))
_MOST_SCRIPTS = 20
_LARGEST = 1 << 16
_TIMES = (
    "-d",
    "-t",
    "-r",
    "--date",
    "--reference",
)  # options of touch that name a time
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
        if (
            "touch" not in text
            or not any(tool in text for tool in _BUILDS)
            or len(text) > _LARGEST
        ):
            continue
        times = None
        for command in _commands(path, text):
            if _sets_times(command):
                times = times if times is not None else command.span.start
            elif times is not None and _builds(command):
                return Touching(path, text.count("\n", 0, times) + 1)
    return None


def _is_script(path: str) -> bool:
    name = path.rpartition("/")[2]
    return path.count("/") < 2 and (
        name.endswith((".sh", ".bash", ".mk")) or name in _MAKEFILES
    )


def _commands(path: str, text: str) -> Iterator[Command]:
    """Its commands; of a Makefile those of the recipes, each with its place in the text."""
    if path.endswith((".sh", ".bash")):
        yield from parse(Mapped.plain(text, 0), "bash").commands
        return
    at = 0
    recipe: list[str] = []
    for line in (*text.splitlines(keepends=True), ""):
        if line.startswith("\t") or (recipe and recipe[-1].rstrip().endswith("\\")):
            marks = len(line) - len(line.lstrip("\t@-"))
            recipe.append(" " * marks + line[marks:].replace("$$", " $"))
        elif recipe:
            joined = "".join(recipe)
            yield from parse(Mapped.plain(joined, at - len(joined)), "sh").commands
            recipe = []
        at += len(line)


def _sets_times(command: Command) -> bool:
    """Whether it gives many files a time that does not come from them: `find . -exec touch -d`, `xargs touch -t`."""
    words = [
        word.value if word.value is not None else word.text for word in command.words
    ]
    if command.name == "find" and "touch" in words and not words[1].startswith("/"):
        return _names_time(words[words.index("touch") + 1 :])
    many = command.wrapped_by("xargs") or any(word.glob for word in command.args)
    return command.name == "touch" and many and _names_time(words[1:])


def _names_time(words: list[str]) -> bool:
    options = [word for word in words if word.startswith("-")]
    return any(
        option.startswith(_TIMES)
        or (option[1:2] != "-" and not set(option[1:]).isdisjoint("dtr"))
        for option in options
    )


def _builds(command: Command) -> bool:
    return command.name in _BUILDS and command.has(*_BUILDS[command.name])
