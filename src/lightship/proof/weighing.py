"""Whether what is better outweighs what is worse: both in seconds that one change then costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import median

from lightship.errors import UsageError
from lightship.proof.figures import COUNTING
from lightship.proof.guesses import is_manifest
from lightship.proof.judging import COUNTED_FACTS
from lightship.proof.proof import Effect, Fact, Figure, WeighedRow, Weighing, Weights

_DIFFERS = (Effect.BETTER, Effect.WORSE)
_MEMORY_UNIT = 100e6  # bytes, of which `memory` gives the seconds
_LEAST_COLD = 1  # a base image is renewed, a builder loses its cache
_BUILDS = ("edits", "dependencies", "cold", "nothing")
_OF_HISTORY = "the last {} commits"


def weigh(
    figures: Iterable[Figure],
    facts: Iterable[Fact],
    weights: Weights,
) -> Weighing:
    """Every figure and fact that is better or worse, weighed by seconds for one change.

    It pays where the sum is less than nothing, and nothing is worse that no second makes good:
    root, a kill instead of an end, a setuid program, a secret or a severe vulnerability more.
    """
    rows = [*_of_facts(facts, weights), *_of_figures(figures, weights)]
    rows.sort(key=lambda row: -abs(row.seconds))
    total = sum(row.seconds for row in rows)
    vetoes = [row.key for row in rows if row.is_veto]
    pays = total < 0 and not vetoes
    return Weighing(pays, total, tuple(rows), weights)


def _of_facts(facts: Iterable[Fact], weights: Weights) -> Iterator[WeighedRow]:
    for fact in facts:
        if fact.key not in COUNTED_FACTS or fact.change not in _DIFFERS:
            continue
        is_worse = fact.change is Effect.WORSE
        seconds = 0.0 if is_worse else -weights.fact
        yield WeighedRow(fact.key, seconds, is_worse)


def _of_figures(figures: Iterable[Figure], weights: Weights) -> Iterator[WeighedRow]:
    for figure in figures:
        if figure.key not in COUNTING or figure.change not in _DIFFERS:
            continue
        difference = median(figure.after) - median(figure.before)
        if figure.unit == "count":
            is_worse = figure.change is Effect.WORSE
            seconds = 0.0 if is_worse else -weights.fact
            yield WeighedRow(figure.key, seconds, is_worse)
            continue
        seconds = difference * _seconds_each(figure.key, weights)
        yield WeighedRow(figure.key, seconds)


def _seconds_each(key: str, weights: Weights) -> float:
    """What one second or byte more of a figure costs a change, in seconds."""
    of_builds = _shares_of_builds(weights)
    if key in of_builds:
        return of_builds[key]
    price = _PRICES.get(key)
    return price(weights) if price is not None else 0.0


def _shares_of_builds(weights: Weights) -> Mapping[str, float]:
    """How often each build happens for one change."""
    counts = [getattr(weights, name) for name in _BUILDS]
    total = sum(counts) or 1.0
    edit, dependency, cold, nothing = (count / total for count in counts)
    return {
        "edit": edit,
        "dependency": dependency,
        "cold": cold,
        "nothing": nothing,
        # Measured over real commits, which are such builds already: not counted twice
        "commits": 0.0,
    }


_PRICES: Mapping[str, Callable[[Weights], float]] = {
    "content": lambda weights: weights.pulls / (weights.speed * 1e6),
    "waste": lambda weights: weights.pulls / (weights.speed * 1e6),
    # Sent once, to the builder
    "context-bytes": lambda weights: 1 / (weights.speed * 1e6),
    "start": lambda weights: weights.starts,
    "stop": lambda weights: weights.starts,
    "memory": lambda weights: weights.memory / _MEMORY_UNIT,
}


def mix_of(
    changes: Iterable[Sequence[str]],
    dockerfiles: Iterable[str],
    given: Weights,
) -> Weights:
    """The weights with the builds that a history asked for; as given where it has no commits.

    `changes` are the paths below the build context that each commit changed, `dockerfiles` those
    of the Dockerfile and its ignore file: after a change of them all is taken to be built.
    """
    own = set(dockerfiles)
    counts = dict.fromkeys(_BUILDS, 0)
    for paths in changes:
        counts[_kind_of_build(paths, own)] += 1
    total = sum(counts.values())
    if not total:
        return given
    counts["cold"] = max(counts["cold"], _LEAST_COLD)
    numbers = {name: float(number) for name, number in counts.items()}
    return replace(given, **numbers, mix=_OF_HISTORY.format(total))


def _kind_of_build(paths: Sequence[str], dockerfiles: set[str]) -> str:
    if not paths:
        return "nothing"
    if not dockerfiles.isdisjoint(paths):
        return "cold"
    if any(map(is_manifest, paths)):
        return "dependencies"
    return "edits"


def with_weights(weights: Weights, given: Mapping[str, float]) -> Weights:
    """The weights with what the user says of some.

    A UsageError for an unknown name, a negative number or a speed of 0.
    """
    names = [name for name in Weights.__dataclass_fields__ if name != "mix"]
    for name, number in given.items():
        if name not in names:
            raise UsageError(f"unknown weight {name}: choose from {', '.join(names)}")
        is_speed = name == "speed"
        if not 0 <= number < float("inf") or (is_speed and not number):
            least = "a number above 0" if is_speed else "a number from 0"
            raise UsageError(f"invalid weight {name}={number:g}: write {least}")
    mix = weights.mix
    if any(name in given for name in _BUILDS):
        mix = "as given"
    return replace(weights, **given, mix=mix)
