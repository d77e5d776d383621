from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lightship.lint.diagnostic import Diagnostic
from lightship.lint.finding import Finding, Severity
from lightship.lint.public_scores import FILES_BY_POINTS
from lightship.lint.registry import all_rules
from lightship.lint.rule import Practice
from lightship.lint.score import ALL, POINTS, points, scores
from lightship.text import Span

RULES = all_rules()
DIAGNOSTICS = st.lists(
    st.builds(
        lambda rule, severity: Diagnostic(
            rule, Finding(Span(0, 1), "it is wrong"), severity
        ),
        st.sampled_from(RULES),
        st.sampled_from(Severity),
    ),
    max_size=30,
)


def test_every_practice_has_public_counts():
    assert set(FILES_BY_POINTS) == {*(practice.value for practice in Practice), ALL}
    assert len({sum(counts) for counts in FILES_BY_POINTS.values()}) == 1, (
        "each counts the same files"
    )


def test_nothing_against_it_is_100():
    assert set(scores([]).values()) == {100}


def test_more_than_any_public_file_is_0():
    assert (
        scores(
            [
                Diagnostic(rule, Finding(Span(0, 1), ""), Severity.ERROR)
                for rule in RULES
            ]
        )[ALL]
        == 0
    )


@given(DIAGNOSTICS)
def test_points_of_all_are_the_sum_of_the_practices(found):
    counted = points(found)
    assert counted.pop(ALL) == sum(counted.values())


@given(DIAGNOSTICS, st.data())
def test_the_same_rule_again_costs_nothing_and_order_does_not_matter(found, data):
    assert points(found + found) == points(found)
    assert points(data.draw(st.permutations(found))) == points(found)


@given(DIAGNOSTICS, DIAGNOSTICS)
def test_one_more_finding_never_makes_a_score_better(found, more):
    before, after = scores(found), scores(found + more)
    assert all(after[name] <= before[name] for name in before)
    assert all(0 <= score <= 100 for score in after.values())


def test_a_rule_counts_by_its_worst_finding():
    rule = RULES[0]
    found = [
        Diagnostic(rule, Finding(Span(0, 1), ""), level)
        for level in (Severity.INFO, Severity.ERROR)
    ]
    assert points(found)[rule.practice.value] == POINTS[Severity.ERROR]
