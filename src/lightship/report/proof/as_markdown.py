"""Markdown for a comment on a pull request or a job summary (GitHub's and GitLab's flavour).

The verdict and what changed stand open; all figures, the steps and the diff are folded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.proof.proof import (
    ChangeShare,
    Effect,
    Fact,
    Figure,
    FigureGroup,
    Proof,
    VerdictKind,
)
from lightship.report.kit.markdown import (
    code,
    folded,
    folded_diff,
    notes,
    sentence,
    table,
    text,
)
from lightship.report.kit.view import View
from lightship.report.proof import claims, figure_phrases
from lightship.report.proof.steps import BuildStep, first_builds, pairs, told
from lightship.wording.counts import count
from lightship.wording.dates import day_and_time
from lightship.wording.durations import timing
from lightship.wording.printable import shortened

_STEPS = 60  # rows
_CELL = 80  # characters of an instruction
_DIFF = 30_000  # characters; a comment on GitHub has 65,536
_CHANGES = frozenset((Effect.BETTER, Effect.WORSE, Effect.OTHER))
_SIGNS = {
    Effect.BETTER: "🟢 better",
    Effect.WORSE: "🔴 worse",
    Effect.SAME: "same",
    Effect.OTHER: "changed",
    Effect.UNKNOWN: "not measured",
}
_NUMBERS = frozenset(("before", "after", "time"))
_HEAD = ("", "before", "after", "change", "")
_CUT = "… the rest is left out"


def write(proof: Proof, _view: View) -> Iterator[str]:
    """The verdict, what changed, which change did it, the gate; the rest is folded."""
    yield f"### {figure_phrases.MARKS[proof.verdict.kind]} {sentence(claims.headline(proof))}\n\n"
    yield f"{code(_name(proof.before.source))} → {code(_name(proof.after.source))}\n\n"
    yield from _reasons(proof)
    yield from table(
        _HEAD,
        (_row(each) for each in claims.everything(proof) if each.change in _CHANGES),
        _NUMBERS,
    )
    for part in (_shares, _gate, _all, _steps, _diff):
        yield from part(proof)
    yield from notes(proof.notes)
    yield from _foot(proof)


def _name(source: str) -> str:
    return shortened(source, _CELL) or "unnamed"


def _reasons(proof: Proof) -> Iterator[str]:
    if proof.verdict.kind is VerdictKind.BROKEN and len(proof.verdict.reasons) > 1:
        yield from notes(proof.verdict.reasons)


def _row(each: Figure | Fact) -> tuple[str, ...]:
    name, sign = sentence(figure_phrases.name(each)), _SIGNS[each.change]
    if isinstance(each, Fact):
        return (
            name,
            sentence(each.before),
            sentence(each.after),
            sentence(each.note),
            sign,
        )
    sides = (
        text(figure_phrases.values(each, found)) for found in (each.before, each.after)
    )
    note = f"; {sentence(each.note)}" if each.note else ""
    return name, *sides, f"{text(figure_phrases.said(each))}{note}", sign


def _all(proof: Proof) -> Iterator[str]:
    """Every figure and fact, by group."""
    found = claims.everything(proof)
    rows = [
        (str(group), *_row(each))
        for group in FigureGroup
        for each in found
        if each.group is group
    ]
    if rows:
        figures = table(("of", *_HEAD), rows, _NUMBERS)
        yield from folded(f"All {count(len(rows), 'figure')}", figures)


def _shares(proof: Proof) -> Iterator[str]:
    """Which change gave which part."""
    if proof.shares:
        columns = claims.parts(proof.shares)
        yield "**Which change did what**, each on those before it\n\n"
        head = (
            "change of",
            *(sentence(figure_phrases.name(figure)) for figure in columns),
        )
        yield from table(
            head, (_share(share, columns) for share in proof.shares), _NUMBERS
        )


def _share(share: ChangeShare, columns: Sequence[Figure]) -> Iterator[str]:
    rule = f" ({code(share.rule)})" if share.rule else ""
    failed = f": ❌ fails: {sentence(share.failed)}" if share.failed else ""
    yield f"{sentence(share.title)}{rule}{failed}"
    for column in columns:
        found = None if share.failed else claims.part(share, column.key)
        mark = (
            {Effect.BETTER: "🟢 ", Effect.WORSE: "🔴 "}.get(found.change, "")
            if found
            else ""
        )
        yield f"{mark}{text(figure_phrases.brief(found))}" if found else ""


def _gate(proof: Proof) -> Iterator[str]:
    if not proof.outcomes:
        return
    failed = sum(not each.passed for each in proof.outcomes)
    broken = f"❌ {failed} of {count(len(proof.outcomes), 'limit')} failed"
    yield f"**{broken if failed else '✅ All limits are kept'}**\n\n"
    rows = (
        (
            "✅ kept" if each.passed else "❌ failed",
            sentence(each.name),
            sentence(each.limit),
            sentence(each.figure),
        )
        for each in proof.outcomes
    )
    yield from table(("", "limit", "value", "figure"), rows)
    yield from notes(
        row for each in proof.outcomes if not each.passed for row in each.detail
    )


def _steps(proof: Proof) -> Iterator[str]:
    """The steps of one build of each version, side by side."""
    name, *sides = first_builds(proof)
    found = pairs(*map(told, sides))
    if found:
        rows = [(*_step(before), *_step(after)) for before, after in found[:_STEPS]]
        head = ("time", "before it was", "time", "after it is")
        yield from folded(f"Steps of {name}", table(head, rows, _NUMBERS))


def _step(step: BuildStep | None) -> tuple[str, str]:
    if step is None:
        return "", ""
    cut = step.text if len(step.text) <= _CELL else f"{step.text[: _CELL - 1]}…"
    return "cached" if step.cached else timing(step.seconds), code(cut)


def _diff(proof: Proof) -> Iterator[str]:
    if proof.diff:
        shown = (
            proof.diff
            if len(proof.diff) <= _DIFF
            else f"{proof.diff[:_DIFF]}\n{_CUT}\n"
        )
        yield from folded_diff(shown)


def _foot(proof: Proof) -> Iterator[str]:
    took = f"took {timing(proof.seconds)}" if proof.seconds else ""
    commit = f"commit {code(proof.commit[:10])}" if proof.commit else ""
    facts = (
        claims.runs(proof),
        took,
        sentence(proof.engine),
        day_and_time(proof.created),
        commit,
    )
    yield f"{' · '.join(filter(None, facts))}\n"
