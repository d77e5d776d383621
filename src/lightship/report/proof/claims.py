"""The verdict in one line, from what the proof measured; and what came back to each question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from lightship.outcome import Outcome
from lightship.proof.asked_notes import tells_nothing
from lightship.proof.figures import COUNTING
from lightship.proof.proof import ChangeShare, Effect, Fact, Figure, Proof, VerdictKind
from lightship.proof.services.used import OWN_IMAGE
from lightship.record import record
from lightship.report.proof import figure_phrases
from lightship.wording.counts import count
from lightship.wording.lists import first_few
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
_PARTS = {
    "half the size": 2.0,
    "a third of the size": 3.0,
    "a quarter of the size": 4.0,
}
_RANK_OF_FACTS = 1.5  # after the size and the rebuild that happens most
_SERVICES = 8  # that are named
_WORDS = 100  # characters of a limit
_NEAR = 0.06  # of a part, to be called so
_NO_REASON = "no reason is given"
_WEIGHING = (Effect.BETTER, Effect.WORSE)
# Verdicts whose reasons are the whole headline
_AS_THEY_ARE = (VerdictKind.BROKEN, VerdictKind.UNKNOWN, VerdictKind.SAME)


def headline(proof: Proof) -> str:
    """`BETTER: half the size (813 MB -> 402 MB); the answers are the same`."""
    return f"{str(proof.verdict.kind).upper()}: {summary(proof)}"


def services(proof: Proof) -> str:
    """What surrounded every run: `db (postgres:16), redis (redis:7), of compose.yaml`."""
    used = proof.services
    if used is None:
        return ""
    named = [f"{item.name} ({item.image or OWN_IMAGE})" for item in used.services]
    text = first_few(named, _SERVICES) or f"nothing beside {used.app}"
    return f"{text}, of {used.file}" if used.file else text


def summary(proof: Proof) -> str:
    """The line without its first word.

    That is the reasons of what is broken, not known or no difference; else what changed most.
    """
    if proof.verdict.kind in _AS_THEY_ARE:
        return "; ".join(_first(proof.verdict.reasons)) or _NO_REASON

    phrases = [_phrase(proof, reason) for reason in proof.verdict.reasons]
    phrases.sort(key=lambda phrase: phrase.rank)
    worse = _of_effect(phrases, Effect.WORSE)
    better = _of_effect(phrases, Effect.BETTER)

    changed = ", but ".join(filter(None, (worse, better)))
    parts_of_line = (changed, _behaves(proof))
    return "; ".join(filter(None, parts_of_line)) or _NO_REASON


def _of_effect(phrases: Sequence[_Phrase], effect: Effect) -> str:
    texts = [phrase.text for phrase in phrases if phrase.effect is effect]
    return ", ".join(_first(texts))


def _first(texts: Sequence[str]) -> list[str]:
    """The first of them, and how many more there are."""
    few = list(texts[:_MOST])
    if (rest := len(texts) - _MOST) > 0:
        few.append(f"{rest:,} more")
    return few


@record
class _Phrase:
    """A reason in a few words; what is of less rank comes first."""

    effect: Effect
    rank: float
    text: str


def _phrase(proof: Proof, reason: str) -> _Phrase:
    """A reason that speaks of a figure in our own words; any other as it is."""
    title, _, _ = reason.partition(": ")
    for figure in proof.figures:
        counts = figure.key in COUNTING and figure.change in _WEIGHING
        if counts and figure.title == title:
            return _Phrase(figure.change, rank(figure.key), about(figure))

    for fact in proof.facts:
        if fact.title == title and fact.change in _WEIGHING:
            return _Phrase(fact.change, _RANK_OF_FACTS, reason)

    is_worse = proof.verdict.kind is VerdictKind.WORSE
    effect = Effect.WORSE if is_worse else Effect.BETTER
    return _Phrase(effect, -1, reason)


def rank(key: str) -> float:
    """The place of a figure among those that users ask for first."""
    return [*_SUBJECTS, key].index(key)


def about(figure: Figure) -> str:
    """What became of a figure, as the line has it."""
    if figure.key == "content":
        return f"{size_in_words(figure)} ({_pair(figure)})"
    form, unit = _SUBJECTS.get(figure.key, ("", ""))
    if form and unit == figure.unit:
        return form.format(figure_phrases.change(figure))
    return f"{figure_phrases.name(figure)} {_pair(figure)}"


def size_in_words(figure: Figure) -> str:
    """`half the size`, `a third of the size`, `image 3.8x smaller`, `image 44 % smaller`."""
    ratio = figure_phrases.ratio(figure)
    for words, factor in _PARTS.items():
        if ratio and abs(ratio * factor - 1) <= _NEAR:
            return words
    return f"image {figure_phrases.change(figure)}"


def _pair(figure: Figure) -> str:
    """`813 MB -> 402 MB`."""
    sides = filter(None, (figure.before, figure.after))
    amounts: list[str] = []
    for values in sides:
        middle = median(values)
        amounts.append(figure_phrases.amount(middle, figure.unit))
    return " -> ".join(amounts)


def _behaves(proof: Proof) -> str:
    """Whether the program answers as before; empty where no question was put to it."""
    answers = [fact for fact in proof.facts if fact.key == "answer"]
    if not answers:
        return ""
    if any(fact.change is not Effect.SAME for fact in answers):
        return ""
    if all(tells_nothing(fact) for fact in answers):
        return "no answer proves that it works"
    return "the answers are the same" if len(answers) > 1 else "the answer is the same"


def parts(shares: Sequence[ChangeShare]) -> list[Figure]:
    """One figure for each column of the table of shares: at most five that any of them changed."""
    columns: dict[str, Figure] = {}
    for share in shares:
        for figure in share.figures:
            if figure.change in _WEIGHING:
                columns.setdefault(figure.key, figure)
    ranked = sorted(columns.values(), key=lambda figure: rank(figure.key))
    return ranked[:_COLUMNS]


def part(share: ChangeShare, key: str) -> Figure | None:
    """What a change did to one figure; None where it fails or did not measure that."""
    if share.failed:
        return None
    for figure in share.figures:
        if figure.key == key:
            return as_counted(figure)
    return None


def everything(proof: Proof) -> list[Figure | Fact]:
    """All figures, as the verdict counts them, then all facts."""
    return [*map(as_counted, proof.figures), *proof.facts]


def as_counted(figure: Figure) -> Figure:
    """A figure that is worse, but that the verdict does not count, is told as changed."""
    is_uncounted = figure.change is Effect.WORSE and figure.key not in COUNTING
    return replace(figure, change=Effect.OTHER) if is_uncounted else figure


def limits(proof: Proof) -> tuple[Outcome, ...]:
    """The limits, with words that a terminal may show: a kept proof is anybody's file."""
    return tuple(map(_limit, proof.outcomes))


def _limit(outcome: Outcome) -> Outcome:
    return replace(
        outcome,
        name=escaped(outcome.name, _WORDS),
        limit=escaped(outcome.limit, _WORDS),
        figure=escaped(outcome.figure, _WORDS),
    )


def runs(proof: Proof) -> str:
    """`3 runs of each version, by turns`; empty where nothing was built.

    `1 to 5 runs` where some figures were measured more often than others.
    """
    sides = (proof.before, proof.after)
    rounds = [len(side.seconds(key)) for side in sides for key in _SUBJECTS]
    rounds += [len(side.runs) for side in sides]
    built = list(filter(None, rounds))
    if not built:
        return ""
    most = max(built)
    # Two proofs that are compared took no time, and no turns
    turns = ", by turns" if most > 1 and proof.seconds else ""
    is_even = not proof.asked.most or min(built) == most
    least = "" if is_even else f"{min(built)} to "
    return f"{least}{count(most, 'run')} of each version{turns}"


def how(proof: Proof) -> tuple[str, str]:
    """How the proof was made: its runs, and the time it took; empty where that is not known."""
    took = ""
    if proof.seconds:
        took = f"took {figure_phrases.amount(proof.seconds, 'seconds')}"
    return runs(proof), took
