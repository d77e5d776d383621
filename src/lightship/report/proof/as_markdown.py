"""Markdown for a comment on a pull request or a job summary (GitHub's and GitLab's flavour).

The verdict, whether it pays, three figures and what is worse stand open; the rest is folded. All
of it has room in a comment: what does not fit is left out, and a note says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.outcome import Outcome
from lightship.proof.proof import ChangeShare, Effect, Fact, Figure, FigureGroup, Proof
from lightship.report.kit.markdown import (
    code,
    folded,
    folded_diff,
    notes,
    sentence,
    table,
    text,
    within,
)
from lightship.report.kit.rows import cut
from lightship.report.kit.view import View
from lightship.report.proof import claims, figure_phrases, first_look
from lightship.report.proof.advice import advice, weighed_as
from lightship.report.proof.steps import BuildStep, first_builds, pairs, worth_reading
from lightship.wording.counts import count
from lightship.wording.dates import day_and_time
from lightship.wording.durations import timing
from lightship.wording.printable import shortened

_STEPS = 60  # rows
_CELL = 80  # characters of an instruction
_DIFF = 30_000  # characters
_WORSE = 12  # rows that stand open
_REASONS = 8
_SIGNS = {
    Effect.BETTER: "🟢 better",
    Effect.WORSE: "🔴 worse",
    Effect.SAME: "same",
    Effect.OTHER: "changed",
    Effect.UNKNOWN: "not measured",
}
_MARKS = {Effect.BETTER: "🟢 ", Effect.WORSE: "🔴 "}
_NUMBERS = frozenset(("before", "after", "time"))
_HEAD = ("", "before", "after", "change", "")
_CUT = "… the rest is left out"


def write(proof: Proof, _view: View) -> Iterator[str]:
    """The verdict, what matters, what is worse, the gate; the rest is folded."""
    parts = (_first, _folded_parts, _foot)
    yield from within(text for part in parts for text in part(proof))


def _first(proof: Proof) -> Iterator[str]:
    """What stands open."""
    mark = figure_phrases.MARKS[proof.verdict.kind]
    yield f"### {mark} {sentence(claims.headline(proof))}\n\n"
    yield from _reasons(proof)
    if line := advice(proof):
        yield f"**{sentence(line)}**\n\n"
    yield f"{_name(proof.before.source)} → {_name(proof.after.source)}\n\n"

    items = first_look.leading(proof)
    yield from table(_HEAD, map(_row, items), _NUMBERS)
    yield from _worse(proof, items)
    yield from _gate(proof)


def _worse(proof: Proof, shown: Sequence[Figure | Fact]) -> Iterator[str]:
    """What is worse and was not shown above."""
    items = [item for item in first_look.worse(proof) if item not in shown]
    if not items:
        return
    yield "**Also worse**\n\n" if shown else "**Worse**\n\n"
    yield from table(_HEAD, map(_row, items[:_WORSE]), _NUMBERS)
    if (rest := len(items) - _WORSE) > 0:
        yield f"and {count(rest, 'more row')}, below\n\n"


def _folded_parts(proof: Proof) -> Iterator[str]:
    """What is opened by who wants it, each part as one text."""
    for part in (_shares, _diff, _all, _steps, _about):
        if text_ := "".join(part(proof)):
            yield text_


def _name(source: str) -> str:
    return code(shortened(source, _CELL) or "unnamed")


def _about(proof: Proof) -> Iterator[str]:
    """What surrounded the runs, what it was weighed by, and the notes."""
    services = claims.services(proof)
    rows = [f"run with {services}"] if services else []
    rows += filter(None, (weighed_as(proof),))
    rows += proof.notes
    if rows:
        yield from folded(f"Notes ({len(rows)})", notes(rows))


def _reasons(proof: Proof) -> Iterator[str]:
    yield from notes(first_look.reasons(proof)[:_REASONS])


def _row(item: Figure | Fact) -> Iterator[str]:
    """What it is, both sides, and what became of it."""
    yield sentence(figure_phrases.name(item))
    note = sentence(item.note) if item.note else ""
    if isinstance(item, Fact):
        yield sentence(item.before)
        yield sentence(item.after)
        yield note
    else:
        yield from map(text, figure_phrases.sides(item))
        change = text(figure_phrases.change_with_bounds(item))
        yield f"{change}; {note}" if note else change
    yield _SIGNS[item.change]


def _all(proof: Proof) -> Iterator[str]:
    """Every figure and fact, by group."""
    order = list(FigureGroup)
    items = claims.everything(proof)
    items.sort(key=lambda item: order.index(item.group))
    if not items:
        return

    rows = ((str(item.group), *_row(item)) for item in items)
    figures = table(("of", *_HEAD), rows, _NUMBERS)
    number = count(len(items), "figure")
    yield from folded(f"All {number}", figures)


def _shares(proof: Proof) -> Iterator[str]:
    """Which change gave which part."""
    if not proof.shares:
        return
    columns = claims.parts(proof.shares)
    names = (sentence(figure_phrases.name(figure)) for figure in columns)
    rows = (_share(proof, share, columns) for share in proof.shares)
    figures = table(("change of", *names), rows, _NUMBERS)
    title = "Which change did what, each on top of those before it"
    yield from folded(title, figures)


def _share(
    proof: Proof,
    share: ChangeShare,
    columns: Sequence[Figure],
) -> Iterator[str]:
    title = sentence(share.title)
    if share.rule:
        title += f" ({code(share.rule)})"
    if failure := first_look.failure(proof, share):
        title += f": {sentence(failure)}"
    yield title

    for column in columns:
        figure = claims.part(share, column.key)
        yield _brief(figure) if figure else ""


def _brief(figure: Figure) -> str:
    mark = _MARKS.get(figure.change, "")
    change = text(figure_phrases.brief(figure))
    return f"{mark}{change}"


def _gate(proof: Proof) -> Iterator[str]:
    if not proof.outcomes:
        return
    yield f"**{_gate_verdict(proof)}**\n\n"
    rows = map(_limit, proof.outcomes)
    yield from table(("", "limit", "value", "figure"), rows)
    broken = (outcome for outcome in proof.outcomes if not outcome.passed)
    yield from notes(row for outcome in broken for row in outcome.detail)


def _gate_verdict(proof: Proof) -> str:
    failed = sum(not outcome.passed for outcome in proof.outcomes)
    if not failed:
        return "✅ All limits are kept"
    return f"❌ {failed} of {count(len(proof.outcomes), 'limit')} failed"


def _limit(outcome: Outcome) -> Iterator[str]:
    yield "✅ kept" if outcome.passed else "❌ failed"
    yield sentence(outcome.name)
    yield sentence(outcome.limit)
    yield sentence(outcome.figure)


def _steps(proof: Proof) -> Iterator[str]:
    """The steps of one build of each version, side by side."""
    name, *sides = first_builds(proof)
    step_pairs = pairs(*map(worth_reading, sides))
    if not step_pairs:
        return
    rows = ((*_step(old), *_step(new)) for old, new in step_pairs[:_STEPS])
    head = ("time", "before it was", "time", "after it is")
    yield from folded(f"Steps of {name}", table(head, rows, _NUMBERS))


def _step(step: BuildStep | None) -> tuple[str, str]:
    if step is None:
        return "", ""
    spent = "cached" if step.cached else timing(step.seconds)
    return spent, code(cut(step.text, _CELL))


def _diff(proof: Proof) -> Iterator[str]:
    if not proof.diff:
        return
    diff = proof.diff
    if len(diff) > _DIFF:
        diff = f"{diff[:_DIFF]}\n{_CUT}\n"
    yield from folded_diff(diff)


def _foot(proof: Proof) -> Iterator[str]:
    runs, took = claims.how(proof)
    engine = sentence(proof.engine)
    created = day_and_time(proof.created)
    commit = ""
    if proof.commit:
        commit = f"commit {code(proof.commit[:10])}"
    facts = " · ".join(filter(None, (runs, took, engine, created, commit)))
    yield f"{facts}\n"
