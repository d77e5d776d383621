"""Secrets that show by their shape, and how a message shows one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.facts.secrets.secret_shapes import (
    is_example,
    is_placeholder,
    known_secrets,
    masked,
    secrets_in,
)
from tests.made import build

TOKEN = "ghp_" + "k3Rz9QmX2vT7bN5wL8sJ4dF6gH1cPaYeU0iO"


def test_a_token_is_found_in_its_place():
    text = f"ENV A=b\nENV T={TOKEN} X=y\n"
    [secret] = secrets_in(text)
    assert (secret.title, secret.span.of(text)) == ("a token of GitHub", TOKEN)
    assert [
        secret.span for secret in known_secrets(build(f"FROM debian\nENV T={TOKEN}"))
    ]


def test_secrets_come_in_the_order_of_the_text():
    key = "AKIA" + "Q3EGRZLXKJ2WVT7P"
    titles = [secret.title for secret in secrets_in(f"{TOKEN} {key} {TOKEN}")]
    assert titles == ["a token of GitHub", "an access key of AWS", "a token of GitHub"]


@pytest.mark.parametrize(
    "text", [f"x{TOKEN}", f"{TOKEN}x", "ghp_" + "x" * 36, "ghp_short"]
)
def test_what_only_looks_like_a_token(text):
    assert secrets_in(text) == []


def test_a_private_key_has_a_body():
    head, end = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
    body = "MIIEpAIBAAKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gun"
    text = f"{head}\n{body}\n{end}\n"
    [secret] = secrets_in(text)
    assert secret.title == "a private key"
    assert secret.span.of(text) == f"{head}\n{body}\n"
    assert secrets_in(f"{head}\n{end}\n") == []


def test_a_message_shows_the_mark_and_the_length():
    assert masked(TOKEN) == "ghp_… of 40 characters"


@pytest.mark.parametrize(
    ("value", "example", "placeholder"),
    [
        ("your-token-here", True, True),
        ("aaaaaaaaaaaa", False, True),
        ("changeme", True, True),
        ("k3Rz9QmX2vT7", False, False),
    ],
)
def test_what_stands_in_the_place_of_a_secret(value, example, placeholder):
    assert is_example(value) is example
    assert is_placeholder(value) is placeholder


@pytest.mark.parametrize("between", [" ", "\n", " " * 400])
def test_a_token_is_found_however_often_its_mark_stands_before_it(between):
    """Minified scripts and lists of time zones have a mark by the hundred."""
    key = "ASIA" + "Q3EGRZLXKJ2WVT7P"
    text = f"ASIA/TOKYO{between}" * 300 + key + f"{between}AKIA"
    assert [secret.span.of(text) for secret in secrets_in(text)] == [key]


@given(
    parts=st.lists(
        st.one_of(st.sampled_from((TOKEN, "ghp_", "\n")), st.integers(1, 2000)),
        max_size=12,
    )
)
def test_every_token_of_a_text_is_found_whatever_stands_between(parts):
    words = [" " * part if isinstance(part, int) else f" {part} " for part in parts]
    text = "".join(words)
    places = {secret.span.start for secret in secrets_in(text)}
    assert places == {match.start() for match in re.finditer(TOKEN, text)}
