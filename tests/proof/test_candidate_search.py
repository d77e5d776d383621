"""The search for what pays, in worlds that are made up: a table of effects, needs, conflicts and failures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from lightship.proof.candidate_search import (
    NONE,
    CandidateSearch,
    Keys,
    SearchCandidate,
    SearchTrial,
    TrialAnswer,
    TrialKind,
    TrialResult,
)

LEAST = 1.0  # a difference of less is none


@dataclass
class World:
    """What each change gains, what it gains only with another, and which changes break.

    `asked` are the sets that had to be measured.
    """

    candidates: tuple[SearchCandidate, ...]
    gains: dict[str, float]
    needs: dict[str, str] = field(default_factory=dict)
    breaks: tuple[Keys, ...] = ()
    patience: int = 10_000  # sets that may be measured
    asked: set[Keys] = field(default_factory=lambda: {NONE})

    def value(self, keys: Keys) -> float:
        return sum(
            self.gains[key]
            for key in keys
            if key not in self.needs or self.needs[key] in keys
        )

    def is_broken(self, keys: Keys) -> bool:
        return any(broken <= keys for broken in self.breaks)

    def answer(self, trial: SearchTrial) -> TrialAnswer:
        new = {trial.before, trial.after} - self.asked
        if len(self.asked) + len(new) > self.patience:
            return TrialAnswer(TrialResult.UNTRIED)
        self.asked |= new
        if self.is_broken(trial.after):
            return TrialAnswer(TrialResult.BREAKS)
        if self.is_broken(trial.before):
            return TrialAnswer(TrialResult.PAYS)
        gain = self.value(trial.after) - self.value(trial.before)
        if abs(gain) < LEAST:
            return TrialAnswer(TrialResult.NOTHING)
        return TrialAnswer(TrialResult.PAYS if gain > 0 else TrialResult.LOSES)

    def sets(self) -> Iterator[Keys]:
        """All sets that a search may try: of rival cures one at most."""
        keys = [each.key for each in self.candidates]
        cures = {each.key: each.cures or each.key for each in self.candidates}
        for size in range(len(keys) + 1):
            for chosen in combinations(keys, size):
                if len({cures[key] for key in chosen}) == size:
                    yield frozenset(chosen)

    def most(self) -> float:
        """The value of the best set."""
        return max(self.value(keys) for keys in self.sets() if not self.is_broken(keys))


def searched(world: World) -> CandidateSearch:
    """A search that ran to its end; at each moment its best set is one that works, and pays."""
    search = CandidateSearch(world.candidates)
    trials = search.trials()
    answer: TrialAnswer | None = None
    while True:
        try:
            trial = next(trials) if answer is None else trials.send(answer)
        except StopIteration:
            return search
        answer = world.answer(trial)
        assert search.best in world.asked
        assert not world.is_broken(search.best)
        assert not search.best or world.value(search.best) >= LEAST


GAINS = st.sampled_from([-9.0, -3.0, 0.0, 0.0, 0.4, 2.0, 5.0, 40.0])


@st.composite
def worlds(draw, *, needs: int = 0, breaks: int = 0, together: int = 1) -> World:
    """A world of at most seven changes, so many of which need another, or break."""
    names = [f"c{number}" for number in range(draw(st.integers(1, 7)))]
    some = st.sampled_from(names)
    candidates = tuple(
        SearchCandidate(name, draw(st.integers(0, 1)), is_doubtful=draw(st.booleans()))
        for name in names
    )
    return World(
        candidates,
        {name: draw(GAINS) for name in names},
        {draw(some): draw(some) for _ in range(draw(st.integers(0, needs)))},
        tuple(
            frozenset(draw(st.lists(some, min_size=1, max_size=together)))
            for _ in range(draw(st.integers(0, breaks)))
        ),
    )


@given(worlds(breaks=2))
def test_changes_that_know_nothing_of_one_another_become_the_best_set(world):
    search = searched(world)
    lost = world.most() - world.value(search.best)
    assert lost < LEAST * len(world.candidates)
    assert all(world.gains[key] >= 0 for key in search.best)


@given(worlds(needs=2, breaks=2, together=2))
def test_with_needs_and_conflicts_it_is_nearly_the_best_set(world):
    search = searched(world)
    assert world.value(search.best) >= world.most() / 2 - LEAST * 2


@given(worlds(needs=2, breaks=2, together=2), st.integers(1, 12))
def test_it_measures_no_more_than_there_is_time_for(world, patience):
    world.patience = patience
    searched(world)
    assert len(world.asked) <= patience


@given(worlds(breaks=1))
def test_one_that_breaks_is_found_in_few_trials(world):
    searched(world)
    changes = len(world.candidates)
    assert len(world.asked) <= 4 * changes + 12


def plain(**gains: float) -> World:
    return World(tuple(SearchCandidate(key) for key in gains), gains)


def test_where_all_is_good_it_takes_one_trial_to_have_it_all():
    world = plain(a=5, b=5, c=5)
    world.patience = 2  # as it is, and all
    search = searched(world)
    assert search.kept == ("a", "b", "c")
    assert search.alone == {}


def test_what_is_kept_was_left_out_by_itself_and_what_did_nothing_is_gone():
    search = searched(plain(a=5, b=0, c=5))
    assert search.kept == ("a", "c")
    assert search.alone["a"] == SearchTrial({"c"}, {"a", "c"}, TrialKind.LEAVE_OUT)
    assert search.dropped["b"].result is TrialResult.NOTHING


def test_one_that_harms_until_another_is_there_is_tried_again():
    slim, order = SearchCandidate("slim"), SearchCandidate("order", tier=1)
    world = World((slim, order), {"slim": 5.0, "order": 5.0}, breaks=())
    world.value = lambda keys: (  # type: ignore[method-assign]
        5.0 * len(keys) - (9.0 if keys == {"slim"} else 0.0)
    )
    assert searched(world).kept == ("slim", "order")


def test_another_cure_takes_the_place_of_the_first_where_it_pays_more():
    rivals = (
        SearchCandidate("slim", cures="base"),
        SearchCandidate("alpine", cures="base"),
    )
    search = searched(World(rivals, {"slim": 5.0, "alpine": 9.0}))
    assert search.kept == ("alpine",)
    assert search.dropped["slim"].why == "another cure pays more"
    assert searched(World(rivals, {"slim": 5.0, "alpine": 2.0})).kept == ("slim",)


def test_many_differences_that_are_too_small_alone_are_not_all_dropped():
    world = plain(**{f"c{number}": 0.6 for number in range(6)})
    assert world.value(searched(world).best) > world.most() - LEAST


def test_what_there_was_no_time_for_is_named():
    world = plain(a=5, b=5)
    world.candidates = (SearchCandidate("a"), SearchCandidate("b", tier=1))
    world.patience = 2
    search = searched(world)
    assert (search.kept, search.untried) == (("a",), ("b",))


def test_what_only_takes_something_out_stays_where_nothing_is_lost_by_it():
    some = (SearchCandidate("a"), SearchCandidate("b", is_simpler=True))
    assert searched(World(some, {"a": 5.0, "b": 0.0})).kept == ("a", "b")
    assert searched(World(some, {"a": 5.0, "b": -5.0})).kept == ("a",)
