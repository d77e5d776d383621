"""Which policies allow more than others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.proof.content_policy import compared_policies

NAMES = (
    "default-src script-src style-src img-src object-src base-uri form-action frame-src"
)
SOURCES = "'self' a.example *.example https://b.example https: data: 'unsafe-eval' * "


def is_weaker(before: str, after: str) -> bool:
    return compared_policies(before, after).is_weaker


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("default-src 'self'", ""),
        ("default-src 'self'", "default-src 'self' https:"),
        ("default-src 'self'", "default-src 'self' cdn.example"),
        ("default-src 'self'", "default-src *"),
        ("default-src 'self'; base-uri 'none'", "default-src 'self'"),
        ("default-src 'self'", "default-src 'self'; script-src *"),
        ("script-src 'self'", "script-src 'self' 'unsafe-inline'"),
        ("script-src 'self'", "script-src cdn.example 'unsafe-eval'"),
        ("script-src 'nonce-a'", "script-src 'self' 'unsafe-inline'"),
        ("script-src 'self'", "script-src 'self' data:"),
        ("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
        ("img-src 'self'", "img-src *"),
        ("object-src 'none'", "object-src 'self'"),
        ("frame-ancestors 'none'", "frame-ancestors 'self'"),
        ("form-action 'self'", "form-action 'self' pay.example"),
        ("sandbox", "sandbox allow-scripts"),
        ("sandbox", ""),
        ("upgrade-insecure-requests", ""),
        ("img-src a, base-uri b", "img-src a"),
        ("script-src *.cdn.example", "script-src *.example"),
        ("script-src https://a.example", "script-src a.example"),
        ("script-src 'wasm-unsafe-eval'", "script-src 'unsafe-eval'"),
    ],
)
def test_what_allows_more_is_weaker_and_not_the_other_way_round(before, after) -> None:
    assert is_weaker(before, after)
    assert not is_weaker(after, before)


def test_a_directive_that_is_lost_is_not_made_good_by_another_one() -> None:
    assert is_weaker("img-src 'self'", "font-src 'self'")
    assert is_weaker("script-src 'self' *", "script-src 'self' 'unsafe-inline'")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("default-src 'self'", "DEFAULT-SRC  'SELF' ;"),
        ("default-src 'self'", "default-src 'self'; report-uri /csp"),
        ("script-src 'self'; default-src 'self'", "default-src 'self'"),
        ("img-src 'self'", "img-src 'self' pictures.example"),
        ("script-src old.example", "script-src new.example"),
        ("script-src 'nonce-a'", "script-src 'nonce-b' 'unsafe-inline'"),
        ("script-src 'unsafe-inline'", "script-src 'nonce-a'"),
        (
            "script-src 'strict-dynamic' 'nonce-a'",
            "script-src 'strict-dynamic' 'nonce-a' https:",
        ),
        ("script-src 'self'", "script-src 'self' 'sha256-abc'"),
        ("img-src a, base-uri b", "base-uri b, img-src a"),
        ("img-src a", "img-src a, base-uri b"),
        ("report-uri /a", ""),
        ("script-src a.example; script-src *", "script-src a.example"),
        ("script-src *", "script-src 'self' a.example https:"),
    ],
)
def test_what_allows_no_more_is_not_weaker(before, after) -> None:
    assert not is_weaker(before, after)


policies = st.dictionaries(
    st.sampled_from(NAMES.split()),
    st.lists(st.sampled_from(SOURCES.split()), max_size=4),
    max_size=5,
)


def written(policy: dict[str, list[str]]) -> str:
    return "; ".join(" ".join((name, *sources)) for name, sources in policy.items())


@given(policies, st.data())
def test_law_a_source_less_is_never_weaker(policy, data) -> None:
    fewer = {}
    for name, sources in policy.items():
        kept = data.draw(
            st.lists(st.booleans(), min_size=len(sources), max_size=len(sources))
        )
        fewer[name] = [
            source for source, is_kept in zip(sources, kept, strict=True) if is_kept
        ]
    assert not is_weaker(written(policy), written(fewer))


@given(policies, st.sampled_from(NAMES.split()))
def test_law_a_directive_with_nothing_in_it_is_never_weaker(policy, name) -> None:
    assert not is_weaker(written(policy), written({**policy, name: ["'none'"]}))


@given(st.text(max_size=60), st.text(max_size=60))
def test_law_any_text_is_as_strong_as_itself_and_a_policy_more_is_never_weaker(
    policy, other
) -> None:
    assert not is_weaker(policy, policy)
    assert not is_weaker("", policy)
    assert not is_weaker(policy, f"{policy}, {other}")
