"""Text for a terminal: the verdict, figures and facts by group, steps, shares, the gate, notes.

Nothing is told by colour alone, and nothing that others wrote reaches the terminal as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.proof.proof import (
    ChangeShare,
    Effect,
    Fact,
    Figure,
    FigureGroup,
    Proof,
    VerdictKind,
)
from lightship.report.kit.columns import Cell, rows
from lightship.report.kit.gate_report import gate_text
from lightship.report.kit.paint import BOLD, DIM, RED, paint
from lightship.report.kit.rows import notes, wrapped
from lightship.report.kit.view import View
from lightship.report.proof import claims, figure_phrases
from lightship.report.proof.steps import BuildStep, first_builds, pairs, told
from lightship.wording.counts import count
from lightship.wording.dates import day_and_time
from lightship.wording.durations import timing

_TITLE, _SIDE = 20, 17  # columns of a title, and of one version
_WIDE, _WIDER = 28, 22  # the same where there is room
_ROOMY = 110  # columns of a terminal
_STEPS, _REASONS = 40, 12  # rows
_SECONDS = 8  # columns of the seconds of a step
_SHARE = 15  # columns of a figure of a share


def write(proof: Proof, view: View) -> Iterator[str]:
    """The screen, part by part, with a blank row between them."""
    for part in (_verdict, _head, _groups, _steps, _shares):
        if found := list(part(proof, view)):
            yield "\n".join(found) + "\n\n"
    yield from gate_text(claims.limits(proof), view)
    yield "\n" if proof.outcomes else ""
    yield from notes(proof.notes, view)
    yield from (f"{row}\n" for row in _foot(proof, view))


def _verdict(proof: Proof, view: View) -> Iterator[str]:
    """One line that says it all; of a broken version every reason too, where there are several."""
    verdict = proof.verdict
    head, _, rest = claims.headline(proof).partition(": ")
    first, *more = wrapped(f"{head}: {rest}", 0, view)
    yield paint(
        head, f"{BOLD};{figure_phrases.COLOURS[verdict.kind]}", view
    ) + first.removeprefix(head)
    yield from more
    if verdict.kind is VerdictKind.BROKEN and len(verdict.reasons) > 1:
        for reason in verdict.reasons[:_REASONS]:
            yield from wrapped(reason, 4, view, RED, "  - ")


def _head(proof: Proof, view: View) -> Iterator[str]:
    """What was compared, and how."""
    yield from wrapped(proof.before.source, 8, view, BOLD, "before")
    yield from wrapped(proof.after.source, 8, view, BOLD, "after")


def _groups(proof: Proof, view: View) -> Iterator[str]:
    """The figures and facts of each group."""
    head = ("before", "after", "change")
    for group in FigureGroup:
        found = [each for each in claims.everything(proof) if each.group is group]
        if found:
            yield from rows(_cells(str(group).upper(), *head, BOLD, view), view)
            head = ("", "", "")
        for each in found:
            yield from (
                _figure(each, view) if isinstance(each, Figure) else _fact(each, view)
            )


def _cells(
    title: str, before: str, after: str, change: str, colour: str, view: View
) -> tuple[Cell, ...]:
    roomy = view.width >= _ROOMY
    name, side = (_WIDE, _WIDER) if roomy else (_TITLE, _SIDE)
    rest = max(view.width - name - 2 * side - 6, 8)
    weight = BOLD if colour == BOLD else ""
    return (
        Cell(title, name, weight, 2),
        Cell(before, side, weight),
        Cell(after, side, weight),
        Cell(change, rest, colour),
    )


def _figure(figure: Figure, view: View) -> Iterator[str]:
    sign, _, colour = figure_phrases.SIGNS[figure.change]
    before, after = (
        figure_phrases.values(figure, found) for found in (figure.before, figure.after)
    )
    yield from rows(
        _cells(
            f"{sign} {figure_phrases.name(figure)}",
            before,
            after,
            figure_phrases.said(figure),
            colour,
            view,
        ),
        view,
    )
    yield from wrapped(figure.note, 2, view, DIM)


def _fact(fact: Fact, view: View) -> Iterator[str]:
    sign, word, colour = figure_phrases.SIGNS[fact.change]
    yield from rows(
        _cells(f"{sign} {fact.title}", fact.before, fact.after, word, colour, view),
        view,
    )
    yield from wrapped(fact.note, 2, view, DIM)


def _steps(proof: Proof, view: View) -> Iterator[str]:
    """The steps of one build of each version, side by side."""
    name, *sides = first_builds(proof)
    if not any(sides):
        return
    width = (view.width - 2) // 2
    yield from rows(
        (Cell(f"STEPS of {name}, before", width, BOLD), Cell("after", width, BOLD)),
        view,
    )
    found = pairs(*map(told, sides))
    for before, after in found[:_STEPS]:
        yield f"{_step(before, width, view)}  {_step(after, width, view)}".rstrip()
    if (rest := len(found) - _STEPS) > 0:
        yield paint(f"{'':<{_SECONDS + 2}}{count(rest, 'more row')}", DIM, view)
    totals = [
        f"{timing(sum(step.seconds for step in side)):>{_SECONDS}}  all steps"
        for side in sides
    ]
    yield "  ".join(f"{total:<{width}}" for total in totals).rstrip()


def _step(step: BuildStep | None, width: int, view: View) -> str:
    if step is None:
        return " " * width
    spent = "cached" if step.cached else timing(step.seconds)
    text = (
        step.text
        if len(step.text) <= width - _SECONDS - 2
        else f"{step.text[: width - _SECONDS - 3]}…"
    )
    return (
        f"{spent:>{_SECONDS}}  {paint(text, DIM, view) if step.cached else text}"
        + " " * (width - _SECONDS - 2 - len(text))
    )


def _shares(proof: Proof, view: View) -> Iterator[str]:
    """Which change gave which part."""
    if not proof.shares:
        return
    columns = claims.parts(proof.shares)[: max((view.width - 24) // (_SHARE + 2), 1)]
    room = max(view.width - len(columns) * (_SHARE + 2), 16)
    head = [Cell(figure_phrases.name(figure), _SHARE, BOLD) for figure in columns]
    yield from rows((Cell("CHANGES, on those before", room, BOLD), *head), view)
    for share in proof.shares:
        yield from _share(share, columns, room, view)


def _share(
    share: ChangeShare, columns: list[Figure], room: int, view: View
) -> Iterator[str]:
    title = f"{share.title} ({share.rule})" if share.rule else share.title
    cells = []
    for column in columns:
        found = None if share.failed else claims.part(share, column.key)
        sign, _, colour = figure_phrases.SIGNS[
            found.change if found else Effect.UNKNOWN
        ]
        cells.append(
            Cell(
                f"{sign} {figure_phrases.brief(found)}" if found else "", _SHARE, colour
            )
        )
    sign = "!" if share.failed else " "
    yield from rows(
        (Cell(f"{sign} {title}", room, RED if share.failed else "", 2), *cells), view
    )
    if share.failed:
        yield from wrapped(f"fails: {share.failed}", 4, view, RED)


def _foot(proof: Proof, view: View) -> Iterator[str]:
    """How it was measured."""
    took = f"took {timing(proof.seconds)}" if proof.seconds else ""
    when = f"commit {proof.commit[:10]}" if proof.commit else ""
    facts = (
        claims.runs(proof),
        took,
        proof.engine,
        day_and_time(proof.created),
        when,
        proof.id,
    )
    yield from wrapped(" · ".join(filter(None, facts)), 0, view, DIM)
    if any(len(figure.before) > 1 or len(figure.after) > 1 for figure in proof.figures):
        yield from wrapped(figure_phrases.SPREAD, 0, view, DIM)
