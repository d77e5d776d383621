"""Changes of a Dockerfile and its ignore file that may keep more hits: what is then replayed,
and mostly dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lightship.build import Build
from lightship.cache.advice.ignore_lines import ignore_lines
from lightship.cache.advice.reordering import moves
from lightship.cache.replay.results import Replay
from lightship.dockerfile.parse import parse
from lightship.facts.context.ignore_edits import IGNORE
from lightship.lint.fixes import SAFE, UNSAFE, Fixed, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule import Rule
from lightship.lint.rule_selection import RuleSelection
from lightship.record import record

_MOST_NAMED = 3  # lines in a title
_OF_UNSAFE = "the image may change: it is one of the unsafe fixes of lint"
_THEMES = ("caching", "context", "stages", "python", "packages")
# Which fixes of a rule are tried, and what is said of them
_LEVELS = ((SAFE, ""), (UNSAFE, _OF_UNSAFE))


@record(eq=False)
class CandidateChange:
    """A change: `build` after it, and the new text of the files of the context that it
    changes besides.

    `kind` names it across rounds. `caution` is empty where the image stays the same, by argument.
    """

    kind: str
    title: str
    why: str
    build: Build
    files: Mapping[str, str]
    caution: str = ""
    rule: str = ""


def candidates(build: Build, replayed: Replay) -> Iterator[CandidateChange]:
    """Fixes of lint, instructions in another order, and lines for the ignore file.

    Only what changes something.
    """
    yield from _ignored(build, replayed)
    yield from _moved(build, replayed)
    yield from _fixes(build)


def _fixes(build: Build) -> Iterator[CandidateChange]:
    """Each rule's fixes by themselves, first those that leave the image as it is."""
    for rule in all_rules():
        if rule.theme not in _THEMES or not rule.default:
            continue
        selection = RuleSelection((rule,))
        for allowed, caution in _LEVELS:
            fixed = fix(build, selection, allowed)
            if fixed.applied:
                yield _of_rule(rule, fixed, caution)
                break


def _of_rule(rule: Rule, fixed: Fixed, caution: str) -> CandidateChange:
    first = fixed.applied[0]
    return CandidateChange(
        kind=f"rule {rule.id}",
        title=first.message,
        why=rule.summary,
        build=fixed.build,
        files=fixed.files,
        caution=caution,
        rule=rule.id,
    )


def _moved(build: Build, replayed: Replay) -> Iterator[CandidateChange]:
    rebuilt = {step.line: step.rebuilt for step in replayed.steps}
    for move in moves(build, rebuilt):
        after = _with_text(build, move.text)
        if after is None:
            continue
        yield CandidateChange(
            kind=f"move {move.what}",
            title=move.title,
            why=move.why,
            build=after,
            files={},
        )


def _ignored(build: Build, replayed: Replay) -> Iterator[CandidateChange]:
    """Lines for the ignore file."""
    context = build.context
    if context is None:
        return
    lines = ignore_lines(build, replayed)
    if not lines:
        return

    path = context.ignore_path or IGNORE
    before = context.read(path) or ""
    files = {path: _appended(before, lines)}
    yield CandidateChange(
        kind=f"ignore {' '.join(lines)}",
        title=f"Leave {_named(lines)} out of the build context",
        why="commits that change nothing else need no rebuild",
        build=_with_files(build, files),
        files=files,
        caution="the image no longer has them: make sure that nothing in it reads them",
    )


def _named(lines: Sequence[str]) -> str:
    named = lines[:_MOST_NAMED]
    quoted = [f"`{line}`" for line in named]
    more = len(lines) - _MOST_NAMED
    if more > 0:
        quoted.append(f"{more} more")
    return " and ".join(quoted)


def _appended(text: str, lines: Sequence[str]) -> str:
    if text and not text.endswith("\n"):
        text += "\n"
    for line in lines:
        text += f"{line}\n"
    return text


def _with_text(build: Build, text: str) -> Build | None:
    dockerfile = parse(text)
    if dockerfile.problems:
        return None
    return replace(build, dockerfile=dockerfile)


def _with_files(build: Build, files: Mapping[str, str | None]) -> Build:
    context = build.context
    if context is None:
        return build
    changed = context.with_files(files)
    return replace(build, context=changed)
