"""Text for a terminal: the verdict, figures and facts by group, steps, shares, the gate, notes.

Nothing is told by colour alone, and nothing that others wrote reaches the terminal as it is.
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
from lightship.report.kit.columns import Cell, rows
from lightship.report.kit.gate_report import gate_text
from lightship.report.kit.paint import BOLD, DIM, RED, YELLOW, paint
from lightship.report.kit.rows import cut, notes, wrapped
from lightship.report.kit.view import View
from lightship.report.proof import claims, figure_phrases, first_look
from lightship.report.proof.advice import advice, weighed_as
from lightship.report.proof.steps import BuildStep, first_builds, pairs, worth_reading
from lightship.wording.counts import count
from lightship.wording.dates import day_and_time
from lightship.wording.durations import timing

_TITLE, _SIDE = 20, 17  # columns of a title, and of one version
_WIDE, _WIDER = 28, 22  # the same where there is room
_ROOMY = 110  # columns of a terminal
_STEPS, _REASONS = 40, 12  # rows
_SECONDS = 8  # columns of the seconds of a step
_BEFORE_STEP = _SECONDS + 2  # columns before the text of a step
_SHARE = 15  # columns of a figure of a share


def write(proof: Proof, view: View) -> Iterator[str]:
    """The screen, part by part, with a blank row between them."""
    for part in (_verdict, _head, _groups, _steps, _shares):
        if part_rows := list(part(proof, view)):
            yield "\n".join(part_rows) + "\n\n"
    yield from gate_text(claims.limits(proof), view)
    yield "\n" if proof.outcomes else ""
    yield from notes(proof.notes, view)
    for row in _foot(proof, view):
        yield f"{row}\n"


def _verdict(proof: Proof, view: View) -> Iterator[str]:
    """One line that says it all; of a broken version every reason too, where there are several."""
    verdict = proof.verdict
    head, _, rest = claims.headline(proof).partition(": ")
    first, *more = wrapped(f"{head}: {rest}", 0, view)
    colour = f"{BOLD};{figure_phrases.COLOURS[verdict.kind]}"
    yield paint(head, colour, view) + first.removeprefix(head)
    yield from more

    if verdict.kind is VerdictKind.BROKEN and len(verdict.reasons) > 1:
        for reason in verdict.reasons[:_REASONS]:
            yield from wrapped(reason, 4, view, RED, "  - ")
    yield from wrapped(advice(proof), 2, view, BOLD)
    yield from wrapped(weighed_as(proof), 2, view, DIM)


def _head(proof: Proof, view: View) -> Iterator[str]:
    """What was compared, and how."""
    yield from wrapped(proof.before.source, 8, view, BOLD, "before")
    yield from wrapped(proof.after.source, 8, view, BOLD, "after")
    if services := claims.services(proof):
        yield from wrapped(services, 8, view, BOLD, "with")


def _groups(proof: Proof, view: View) -> Iterator[str]:
    """The figures and facts of each group."""
    head = ("before", "after", "change")
    for group in FigureGroup:
        items = [item for item in claims.everything(proof) if item.group is group]
        if not items:
            continue
        title = str(group).upper()
        yield from _row((title, *head), BOLD, view)
        head = ("", "", "")  # the first group alone names the columns
        for item in items:
            yield from _item(item, view)


def _item(item: Figure | Fact, view: View) -> Iterator[str]:
    """A figure with its spread and bounds, or a fact."""
    sign, word, colour = figure_phrases.SIGNS[item.change]
    title = f"{sign} {figure_phrases.name(item)}"
    if isinstance(item, Figure):
        sides = figure_phrases.sides(item)
        change = figure_phrases.change_with_bounds(item)
    else:
        sides = (item.before, item.after)
        change = word
    yield from _row((title, *sides, change), colour, view)
    yield from wrapped(item.note, 2, view, DIM)


def _row(texts: tuple[str, str, str, str], colour: str, view: View) -> Iterator[str]:
    """Title, before, after and change; a head is bold, else the change alone has a colour."""
    title, before, after, change = texts
    name, side = _TITLE, _SIDE
    if view.width >= _ROOMY:
        name, side = _WIDE, _WIDER
    rest = max(view.width - name - 2 * side - 6, 8)
    weight = BOLD if colour == BOLD else ""
    cells = (
        Cell(title, name, weight, hang=2),
        Cell(before, side, weight),
        Cell(after, side, weight),
        Cell(change, rest, colour),
    )
    yield from rows(cells, view)


def _steps(proof: Proof, view: View) -> Iterator[str]:
    """The steps of one build of each version, side by side."""
    name, *sides = first_builds(proof)
    if not any(sides):
        return

    width = (view.width - 2) // 2
    before_head = Cell(f"STEPS of {name}, before", width, BOLD)
    after_head = Cell("after", width, BOLD)
    yield from rows((before_head, after_head), view)

    step_pairs = pairs(*map(worth_reading, sides))
    for before, after in step_pairs[:_STEPS]:
        left = _step(before, width, view)
        right = _step(after, width, view)
        yield f"{left}  {right}".rstrip()
    rest = len(step_pairs) - _STEPS
    if rest > 0:
        more = count(rest, "more row")
        yield paint(f"{'':<{_BEFORE_STEP}}{more}", DIM, view)

    totals = (f"{_total(side):<{width}}" for side in sides)
    yield "  ".join(totals).rstrip()


def _step(step: BuildStep | None, width: int, view: View) -> str:
    if step is None:
        return " " * width
    spent = "cached" if step.cached else timing(step.seconds)
    room = width - _BEFORE_STEP
    text = cut(step.text, room)
    space = " " * (room - len(text))
    if step.cached:
        text = paint(text, DIM, view)
    return f"{spent:>{_SECONDS}}  {text}{space}"


def _total(side: Sequence[BuildStep]) -> str:
    seconds = timing(sum(step.seconds for step in side))
    return f"{seconds:>{_SECONDS}}  all steps"


def _shares(proof: Proof, view: View) -> Iterator[str]:
    """Which change gave which part."""
    if not proof.shares:
        return

    column_width = _SHARE + 2  # with the space between two
    most = max((view.width - 24) // column_width, 1)
    columns = claims.parts(proof.shares)[:most]
    room = max(view.width - len(columns) * column_width, 16)

    title = Cell("CHANGES, added one by one", room, BOLD)
    names = [Cell(figure_phrases.name(figure), _SHARE, BOLD) for figure in columns]
    yield from rows((title, *names), view)
    for share in proof.shares:
        failure = first_look.failure(proof, share)
        yield from _share(share, columns, room, failure, view)


def _share(
    share: ChangeShare,
    columns: list[Figure],
    room: int,
    failure: str,
    view: View,
) -> Iterator[str]:
    title = f"  {share.title}"
    colour = ""
    if share.failed:
        title = f"! {share.title}"
        colour = YELLOW
    if share.rule:
        title += f" ({share.rule})"

    head = Cell(title, room, colour, hang=2)
    figures = [_share_cell(share, column.key) for column in columns]
    yield from rows((head, *figures), view)
    if share.failed:
        yield from wrapped(failure, 4, view, YELLOW)


def _share_cell(share: ChangeShare, key: str) -> Cell:
    figure = claims.part(share, key)
    if figure is None:
        _, _, colour = figure_phrases.SIGNS[Effect.UNKNOWN]
        return Cell("", _SHARE, colour)
    sign, _, colour = figure_phrases.SIGNS[figure.change]
    change = figure_phrases.brief(figure)
    return Cell(f"{sign} {change}", _SHARE, colour)


def _foot(proof: Proof, view: View) -> Iterator[str]:
    """How it was measured."""
    commit = f"commit {proof.commit[:10]}" if proof.commit else ""
    created = day_and_time(proof.created)
    facts = (*claims.how(proof), proof.engine, created, commit, proof.id)
    text = " · ".join(filter(None, facts))
    yield from wrapped(text, 0, view, DIM)
    if any(map(_has_spread, proof.figures)):
        yield from wrapped(figure_phrases.SPREAD, 0, view, DIM)


def _has_spread(figure: Figure) -> bool:
    return len(figure.before) > 1 or len(figure.after) > 1
