"""The verdict in one line, from what the proof measured; and what came back to each question."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from lightship.inspection.inspection import Outcome
from lightship.proof.figures import COUNTING
from lightship.proof.proof import ChangeShare, Effect, Fact, Figure, Proof, VerdictKind
from lightship.record import record
from lightship.report.proof import figure_phrases
from lightship.wording.counts import count
from lightship.wording.printable import escaped

_MOST = 3  # changes of a kind that the line has room for
# What the line speaks of, what weighs most first, and how.
_SUBJECTS = {
    "content": ("", "bytes"),
    "edit": ("code edits {} to rebuild", "seconds"),
    "dependency": ("dependency edits {} to rebuild", "seconds"),
    "cold": ("cold builds {}", "seconds"),
    "commits": ("commits {} to rebuild", "seconds"),
    "nothing": ("builds of nothing new {}", "seconds"),
    "stop": ("stops {}", "seconds"),
    "start": ("starts {}", "seconds"),
    "context-bytes": ("build context {}", "bytes"),
    "memory": ("memory at rest {}", "bytes"),
}
_COLUMNS = 5  # of the table of shares
_PARTS = {"half": 2.0, "a third": 3.0, "a quarter": 4.0}
_RANK_OF_FACTS = 1.5  # after the size and the rebuild that happens most
_WORDS = 100  # characters of a limit
_NEAR = 0.06  # of a part, to be called so


def headline(proof: Proof) -> str:
    """`BETTER: half the size (813 MB -> 402 MB), code edits 24x as fast to rebuild; the answers are the same`."""
    return f"{str(proof.verdict.kind).upper()}: {summary(proof)}"


def summary(proof: Proof) -> str:
    """The line without its first word: the reasons of what is broken or no difference; else what changed most."""
    if proof.verdict.kind in (VerdictKind.BROKEN, VerdictKind.SAME):
        return "; ".join(_first(proof.verdict.reasons)) or "no reason is given"
    told = sorted(
        (_told(proof, reason) for reason in proof.verdict.reasons),
        key=lambda each: each.rank,
    )
    sides = [
        [each.text for each in told if each.change is wanted]
        for wanted in (Effect.WORSE, Effect.BETTER)
    ]
    changed = ", but ".join(", ".join(_first(found)) for found in sides if found)
    return "; ".join(filter(None, (changed, _behaves(proof)))) or "no reason is given"


def _first(found: Sequence[str]) -> list[str]:
    """The first of them, and how many more there are."""
    rest = len(found) - _MOST
    return [*found[:_MOST], *([f"{rest:,} more"] if rest > 0 else [])]


@record
class _Told:
    """A reason in a few words; what is of less rank comes first."""

    change: Effect
    rank: float
    text: str


def _told(proof: Proof, reason: str) -> _Told:
    """A reason that speaks of a figure in our own words; any other as it is."""
    title = reason.partition(": ")[0]
    for figure in proof.figures:
        if (
            figure.title == title
            and figure.key in COUNTING
            and figure.change in (Effect.BETTER, Effect.WORSE)
        ):
            return _Told(figure.change, _rank(figure.key), _said(figure))
    for fact in proof.facts:
        if fact.title == title and fact.change in (Effect.BETTER, Effect.WORSE):
            return _Told(fact.change, _RANK_OF_FACTS, reason)
    return _Told(
        Effect.WORSE if proof.verdict.kind is VerdictKind.WORSE else Effect.BETTER,
        -1,
        reason,
    )


def _rank(key: str) -> float:
    return [*_SUBJECTS, key].index(key)


def _said(figure: Figure) -> str:
    if figure.key == "content":
        return f"{_part(figure)} ({_pair(figure)})"
    form, unit = _SUBJECTS.get(figure.key, ("", ""))
    if form and unit == figure.unit:
        return form.format(figure_phrases.change(figure))
    return f"{figure_phrases.name(figure)} {_pair(figure)}"


def _part(figure: Figure) -> str:
    """`half the size`, `a third of the size`, `image 3.8x smaller`, `image 44 % smaller`."""
    value = figure_phrases.ratio(figure)
    part = next(
        (word for word, of in _PARTS.items() if value and abs(value * of - 1) <= _NEAR),
        "",
    )
    return (
        f"{part}{' of' if part.startswith('a') else ''} the size"
        if part
        else f"image {figure_phrases.change(figure)}"
    )


def _pair(figure: Figure) -> str:
    """`813 MB -> 402 MB`."""
    return " -> ".join(
        figure_phrases.amount(median(found), figure.unit)
        for found in (figure.before, figure.after)
        if found
    )


def _behaves(proof: Proof) -> str:
    """Whether the program answers as it did, where it was asked."""
    answers = [fact for fact in proof.facts if fact.key == "answer"]
    if not answers or any(fact.change is not Effect.SAME for fact in answers):
        return ""
    return "the answers are the same" if len(answers) > 1 else "the answer is the same"


def parts(shares: Sequence[ChangeShare]) -> list[Figure]:
    """One figure for each column of the table of shares: those that any of them changed, at most five."""
    found: dict[str, Figure] = {}
    for figure in (figure for share in shares for figure in share.figures):
        if figure.change in (Effect.BETTER, Effect.WORSE):
            found.setdefault(figure.key, figure)
    return sorted(found.values(), key=lambda figure: _rank(figure.key))[:_COLUMNS]


def part(share: ChangeShare, key: str) -> Figure | None:
    """What a share did to one figure."""
    return next((figure for figure in share.figures if figure.key == key), None)


def everything(proof: Proof) -> list[Figure | Fact]:
    """All figures, then all facts."""
    return [*proof.figures, *proof.facts]


def limits(proof: Proof) -> tuple[Outcome, ...]:
    """The limits, with words that a terminal may show: a kept proof is anybody's file."""
    return tuple(
        Outcome(
            escaped(each.name, _WORDS),
            escaped(each.limit, _WORDS),
            escaped(each.figure, _WORDS),
            each.passed,
            each.detail,
        )
        for each in proof.outcomes
    )


def runs(proof: Proof) -> str:
    """`3 runs of each version, by turns`; empty where nothing was built."""
    builds = [
        side.seconds(scenario)
        for side in (proof.before, proof.after)
        for scenario in _SUBJECTS
    ]
    many = max(map(len, builds), default=0)
    return (
        f"{count(many, 'run')} of each version{', by turns' if many > 1 else ''}"
        if many
        else ""
    )
