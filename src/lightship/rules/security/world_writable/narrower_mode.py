"""The edit of a mode that lets every user write, and how safe it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lightship.build import Build
from lightship.lint.finding import Fix, Safety
from lightship.rules.security.world_writable.given_files import are_given, may_run
from lightship.rules.security.world_writable.root_alone import runs_as_root
from lightship.shell.mode_commands import ModeCommand, for_group
from lightship.text import Edit, Span

PROGRAMS = (".sh", ".bash", ".py", ".pl", ".rb", ".jar", ".exe", "entrypoint")
_PROGRAM_PLACES = ("/bin/", "/sbin/")


def place_of_mode(change: ModeCommand) -> Span | None:
    """Only a mode that stands once in its word, and as it is, can be edited."""
    word, mode = change.word, change.text
    span = word.span
    is_once = word.text.count(mode) == 1
    is_plain = span.end - span.start == len(word.text)
    if not is_once or not is_plain:
        return None

    start = span.start + word.text.find(mode)
    return Span(start, start + len(mode))


def with_mode(span: Span, mode: str) -> Fix:
    edit = Edit.replace(span, mode)
    return Fix(f"Use {mode}", (edit,), Safety.UNSAFE)


def left_to_group(
    build: Build, span: Span, mode: str, paths: Sequence[str]
) -> Fix | None:
    """The right to write is left to the group of `paths`, where only root runs the container.

    A file that only has to be written, as a log, is opened for somebody else than root. Where it is
    given to nobody, its group is that of root, and there is no fix.
    """
    narrower = for_group(mode)
    if narrower is None or not runs_as_root(build):
        return None

    fix = with_mode(span, narrower)
    # Nobody has to write a program; who writes data, and as whom, is not known
    are_programs = paths and all(map(_is_program, paths))
    if not are_programs:
        if not may_run(mode) and not are_given(build, paths):
            return None
        fix = replace(fix, safety=Safety.MANUAL)
    return fix


def _is_program(path: str) -> bool:
    if path.endswith(PROGRAMS):
        return True
    return any(place in path for place in _PROGRAM_PLACES)
