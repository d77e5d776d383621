"""Markdown for a comment on a pull request or a job summary (GitHub's and GitLab's flavour).

The verdict and what changed stand open; all figures, the steps and the diff are folded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.proof.model import Change, Fact, Figure, Group, Kind, Proof, Share
from lightship.report.cache.as_markdown import (
    _folded,
    _notes,
    _sentence,
    _table,
    fenced,
)
from lightship.report.image.as_markdown import code, text
from lightship.report.kit.view import View
from lightship.report.proof import claims, words
from lightship.report.proof.steps import Step, first_builds, pairs, told
from lightship.wording.counts import count
from lightship.wording.dates import day_and_time
from lightship.wording.durations import timing
from lightship.wording.printable import shortened

_STEPS = 60  # rows
_CELL = 80  # characters of an instruction
_DIFF = 30_000  # characters; a comment on GitHub has 65,536
_CHANGES = frozenset((Change.BETTER, Change.WORSE, Change.OTHER))
_SIGNS = {
    Change.BETTER: "🟢 better",
    Change.WORSE: "🔴 worse",
    Change.SAME: "same",
    Change.OTHER: "changed",
    Change.UNKNOWN: "not measured",
}
_HEAD = ("", "before", "after", "change", "")
_CUT = "… the rest is left out"


def write(proof: Proof, _view: View) -> Iterator[str]:
    """The verdict, what changed, which change did it, the gate; the rest is folded."""
    yield f"### {words.MARKS[proof.verdict.kind]} {_sentence(claims.headline(proof))}\n\n"
    yield f"{code(_name(proof.before.source))} → {code(_name(proof.after.source))}\n\n"
    yield from _reasons(proof)
    yield from _table(
        _HEAD,
        (_row(each) for each in claims.everything(proof) if each.change in _CHANGES),
    )
    for part in (_shares, _gate, _all, _steps, _diff):
        yield from part(proof)
    yield from _notes(proof.notes)
    yield from _foot(proof)


def _name(source: str) -> str:
    return shortened(source, _CELL) or "unnamed"


def _reasons(proof: Proof) -> Iterator[str]:
    if proof.verdict.kind is Kind.BROKEN and len(proof.verdict.reasons) > 1:
        yield from _notes(proof.verdict.reasons)


def _row(each: Figure | Fact) -> tuple[str, ...]:
    name, sign = _sentence(words.name(each)), _SIGNS[each.change]
    if isinstance(each, Fact):
        return (
            name,
            _sentence(each.before),
            _sentence(each.after),
            _sentence(each.note),
            sign,
        )
    sides = (text(words.values(each, found)) for found in (each.before, each.after))
    note = f"; {_sentence(each.note)}" if each.note else ""
    return name, *sides, f"{text(words.said(each))}{note}", sign


def _all(proof: Proof) -> Iterator[str]:
    """Every figure and fact, by group."""
    found = claims.everything(proof)
    rows = [
        (str(group), *_row(each))
        for group in Group
        for each in found
        if each.group is group
    ]
    if rows:
        yield from _folded(f"All {count(len(rows), 'figure')}", ("of", *_HEAD), rows)


def _shares(proof: Proof) -> Iterator[str]:
    """Which change gave which part."""
    if proof.shares:
        columns = claims.parts(proof.shares)
        yield "**Which change did what**, each on those before it\n\n"
        head = ("change of", *(_sentence(words.name(figure)) for figure in columns))
        yield from _table(head, (_share(share, columns) for share in proof.shares))


def _share(share: Share, columns: Sequence[Figure]) -> Iterator[str]:
    rule = f" ({code(share.rule)})" if share.rule else ""
    failed = f": ❌ fails: {_sentence(share.failed)}" if share.failed else ""
    yield f"{_sentence(share.title)}{rule}{failed}"
    for column in columns:
        found = None if share.failed else claims.part(share, column.key)
        mark = (
            {Change.BETTER: "🟢 ", Change.WORSE: "🔴 "}.get(found.change, "")
            if found
            else ""
        )
        yield f"{mark}{text(words.brief(found))}" if found else ""


def _gate(proof: Proof) -> Iterator[str]:
    if not proof.outcomes:
        return
    failed = sum(not each.passed for each in proof.outcomes)
    broken = f"❌ {failed} of {count(len(proof.outcomes), 'limit')} failed"
    yield f"**{broken if failed else '✅ All limits are kept'}**\n\n"
    rows = (
        (
            "✅ kept" if each.passed else "❌ failed",
            _sentence(each.name),
            _sentence(each.limit),
            _sentence(each.figure),
        )
        for each in proof.outcomes
    )
    yield from _table(("", "limit", "value", "figure"), rows)
    yield from _notes(
        row for each in proof.outcomes if not each.passed for row in each.detail
    )


def _steps(proof: Proof) -> Iterator[str]:
    """The steps of one build of each version, side by side."""
    name, *sides = first_builds(proof)
    found = pairs(*map(told, sides))
    if found:
        rows = [(*_step(before), *_step(after)) for before, after in found[:_STEPS]]
        yield from _folded(
            f"Steps of {name}", ("time", "before it was", "time", "after it is"), rows
        )


def _step(step: Step | None) -> tuple[str, str]:
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
        yield f"<details><summary>The change</summary>\n\n{fenced(shown)}\n\n</details>\n\n"


def _foot(proof: Proof) -> Iterator[str]:
    took = f"took {timing(proof.seconds)}" if proof.seconds else ""
    commit = f"commit {code(proof.commit[:10])}" if proof.commit else ""
    facts = (
        claims.runs(proof),
        took,
        _sentence(proof.engine),
        day_and_time(proof.created),
        commit,
    )
    yield f"{' · '.join(filter(None, facts))}\n"
