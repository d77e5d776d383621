"""`CMD ["--reload"]`, which an entrypoint script of the context hands on to a server."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build
from lightship.facts.copies.origins import file_of
from lightship.facts.start.purpose import start_steps
from lightship.lint.finding import Finding, Fix, Safety
from lightship.rules.runtime.development_server.reload_options import (
    FOR_DEVELOPMENT,
    RELOADS,
)
from lightship.shell.commands import Script, Word
from lightship.shell.specs import written
from lightship.text import Edit

_RELOAD = "--reload"
_ARGUMENTS = ("$@", "$*")


def of_handed_on(build: Build) -> Finding | None:
    """The finding of a `--reload` in CMD, if the script of ENTRYPOINT starts such a server."""
    steps = start_steps(build)
    if len(steps) < 2 or not build.mentions(_RELOAD):
        return None
    entrypoint, cmd = (build.scripts(step.instruction) for step in steps)
    if not entrypoint or not cmd:
        return None

    script = cmd[0]
    if script.shell != "exec":
        return None
    words = script.commands[0].all_words
    if not written(words[0]).startswith("-"):
        return None  # a command of its own
    starter = entrypoint[0].commands[0]
    if not _starts_server(build, starter.all_words):
        return None

    # All arguments may be one word: `CMD ["--host :: --reload"]`
    for word in words:
        if _RELOAD in written(word).split():
            fix = _fix(build, script, words, word)
            return Finding(word.span, f"{_RELOAD} {FOR_DEVELOPMENT}", fix)
    return None


def _starts_server(build: Build, entrypoint: Sequence[Word]) -> bool:
    """Whether a script of the context gives its arguments to a server that can reload."""
    for word in entrypoint:
        text = _text_of_file(build, written(word))
        if not any(mark in text for mark in _ARGUMENTS):
            continue

        without_quotes = text.replace("'", " ").replace('"', " ")
        starts = without_quotes.split()
        if not RELOADS.keys().isdisjoint(starts):
            return True
    return False


def _text_of_file(build: Build, path: str) -> str:
    """The text of a file in the image; empty where it does not come from the context."""
    origin = file_of(build, path)
    if build.context is None or not origin:
        return ""
    return build.context.read(origin) or ""


def _fix(build: Build, cmd: Script, words: Sequence[Word], word: Word) -> Fix | None:
    """Without the word, or without the part of it."""
    # Only a finding needs it
    from lightship.facts.edits.word_edits import inside, without  # noqa: PLC0415

    edits: Sequence[Edit] | None = without(build, cmd, words, [word])
    if written(word) != _RELOAD:
        edit = inside(word, f" {_RELOAD}", "")
        edits = (edit,) if edit is not None else None
    if not edits:
        return None
    return Fix(f"Remove {_RELOAD}", tuple(edits), Safety.UNSAFE)
