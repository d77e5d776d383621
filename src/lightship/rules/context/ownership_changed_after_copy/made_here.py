"""What the RUN itself writes below the path, which a command without `-R` does not reach."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.evaluation.paths import below, clean
from lightship.facts.edits.moves import GiveUp
from lightship.facts.files.writes import may_write
from lightship.facts.values.directories import directories_of, in_directory
from lightship.regex import regex
from lightship.rules.context.ownership_changed_after_copy.case import Case
from lightship.rules.context.ownership_changed_after_copy.conditions import is_harmless
from lightship.shell.commands import Command

_PLAIN = regex(r"/?[\w-][\w.-]*(?:/[\w-][\w.-]*)*/?")
_OPTIONS = regex(r"-[pv]+|--parents|--verbose")


def made_here(case: Case) -> tuple[str, ...]:
    """The directories that mkdir makes before the command, as words for it.

    Gives up where anything else of the RUN may write there before it.
    """
    start = case.command.span.start

    def is_of_no_matter(command: Command) -> bool:
        if command.span.start >= start or command.name == "mkdir":
            return True
        return is_harmless(case, command)

    if may_write(case.build, case.run, case.change.path, is_of_no_matter):
        raise GiveUp

    words: dict[str, None] = {}
    for command in case.script.named("mkdir"):
        if command.span.start < start:
            words |= dict.fromkeys(_made(case, command))
    return tuple(words)


def _made(case: Case, mkdir: Command) -> Iterator[str]:
    if mkdir.block or mkdir.wrappers:
        raise GiveUp
    before = case.build.evaluation.before(case.run)
    if before is None:
        raise GiveUp
    directories = directories_of(case.script, before.workdir)
    directory = directories[mkdir.index]
    is_same = directory == directories[case.command.index]

    makes_parents = False
    for word in mkdir.args:
        text = word.text
        if text.startswith("-"):
            if not _OPTIONS.fullmatch(text):
                raise GiveUp
            makes_parents |= "p" in text
            continue
        place = in_directory(directory, text)
        if place is None or not _PLAIN.fullmatch(text):
            raise GiveUp
        for made in _levels(case, clean(place), is_all=makes_parents):
            yield _as_written(text, clean(place), made) if is_same else made


def _levels(case: Case, place: str, *, is_all: bool) -> Iterator[str]:
    """The directory and, with `-p`, those above it, down from the path that is changed."""
    path = case.change.path
    rest = below(place, path)
    if not rest:
        return
    if not is_all:
        yield place
        return
    for name in rest.split("/"):
        path = f"{path.rstrip('/')}/{name}"
        yield path


def _as_written(text: str, place: str, made: str) -> str:
    """A directory above `place`, or itself, in the words of `text`."""
    written = text.rstrip("/")
    cut = len(place) - len(made)
    if cut >= len(written):
        return made
    return written[: len(written) - cut]
