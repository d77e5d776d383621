"""Texts of records, and what is taken out of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from proofs import proof

from lightship.proof.measured import Answer, Ran, StepTime
from lightship.proof.proof import Effect
from lightship.proof.texts import HIDDEN, hider, mapped

WORDS = st.text("abcd \n", max_size=12)
SECRETS = st.lists(st.text("abcd", min_size=4, max_size=8), max_size=4)


@given(st.lists(WORDS), SECRETS)
def test_law_no_secret_is_left(texts, secrets):
    text = "".join(
        word + secret for word, secret in zip(texts, secrets * len(texts), strict=False)
    )
    hidden = hider(secrets, {})(text)
    assert not any(secret in hidden for secret in secrets)


@given(WORDS)
def test_law_without_secrets_a_text_stays(text):
    assert hider(("", "abc", "\n"), {"A": "", "B": "abcd"})(text) == text


def test_every_line_of_a_secret_is_hidden_and_the_longest_goes_first():
    hide = hider(("machine pypi.example\n  login me-myself\n", "secret"), {})
    assert (
        hide("x machine pypi.example, login me-myself, a secret")
        == f"x {HIDDEN}, {HIDDEN}, a {HIDDEN}"
    )
    assert hider(("abcdef", "abcdefgh"), {})("abcdefgh") == HIDDEN


def test_values_of_variables_have_their_names_instead():
    hide = hider(
        ("token-1",),
        {"VERSION": "3.13", "MIRROR": "https://mirror.example", "TOKEN": "token-1"},
    )
    assert (
        hide("pip -i https://mirror.example/simple 3.13 token-1")
        == f"pip -i $MIRROR/simple 3.13 {HIDDEN}"
    )


def test_all_texts_of_a_record_are_mapped_and_nothing_else():
    ran = Ran(1.5, (Answer("GET /", 200, "abc"),), users=("abc",), log="abc")
    assert mapped(ran, str.upper) == Ran(
        1.5, (Answer("GET /", 200, "ABC"),), users=("ABC",), log="ABC"
    )
    assert mapped((StepTime("a", 1.0, cached=True), Effect.BETTER), str.upper) == (
        StepTime("A", 1.0, cached=True),
        Effect.BETTER,
    )
    assert mapped({"a": ("b", 1)}, str.upper) == {"A": ("B", 1)}
    assert mapped(proof(), lambda text: text) == proof()
