"""Which answers meet an expectation."""

from __future__ import annotations

import pytest

from lightship.smoke.expectations import failures, read_assertion, read_expectation

HEADERS = ("Content-Type: application/json; charset=utf-8", "X-Empty:")
BODY = (
    '{"kept": true, "n": 1, "a b": 1, "items": [{"id": "a b"}], "name": "K\xc3\xa4se"}'
)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("status 200", True),
        ("status 2xx", True),
        ("status 404", False),
        ("contains Käse", True),
        ("contains Brot", False),
        ("not-contains Brot", True),
        ("not-contains kept", False),
        ("header Content-Type", True),
        ("header content-type contains json", True),
        ("header Content-Type == application/json", False),
        ("header X-Other", False),
        ("header X-Other not-contains a", True),
        ("json $.kept == true", True),
        ("json $.kept == 1", False),
        ("json $.n == 1", True),
        ("json $.n == true", False),
        ("json $.n != 2", True),
        ("json $.items[0].id == a b", True),
        ('json $.items[0].id == "a b"', True),
        ("json $['items'][0] exists", True),
        ("json $['a b'] == 1", True),
        ("json $['a b']", True),
        ("json $['a b'] == 2", False),
        ("json $.items[1]", False),
        ("json $.items contains a b", True),
        ("json $.missing != 3", True),
    ],
)
def test_an_expectation_holds_or_says_what_is_there(text: str, holds: bool) -> None:
    expected = read_expectation(text)
    assert expected is not None
    found = list(failures([expected], 200, HEADERS, BODY))
    assert found == [] if holds else found[0].startswith(f"@{text}: it is ")


def test_a_failure_shows_no_value_of_a_cookie() -> None:
    expected = read_expectation("header Set-Cookie contains Secure")
    assert expected is not None
    found = failures([expected], 200, ["Set-Cookie: id=s3cr3t; HttpOnly"], "")
    written = "@header Set-Cookie contains Secure"
    assert [*found] == [f"{written}: it is id=…; HttpOnly"]
    # Its value can be expected all the same
    known = read_expectation("header set-cookie contains s3cr3t")
    assert known is not None
    assert [*failures([known], 200, ["Set-Cookie: id=s3cr3t"], "")] == []


def test_what_is_no_json_has_no_value() -> None:
    expected = read_expectation("json $.a == 1")
    assert expected is not None
    assert [*failures([expected], 200, (), "[" * 100_000)] == [
        "@json $.a == 1: it is nothing"
    ]


def test_comments_of_other_tools_are_none_of_ours() -> None:
    assert read_expectation("name create") is None
    assert read_expectation("no-redirect") is None


def test_the_form_of_httpyac_means_the_same() -> None:
    expected = [read_assertion("status == 200"), read_assertion("body includes kept")]
    assert list(failures(expected, 200, HEADERS, BODY)) == []
    assert len(list(failures(expected, 500, HEADERS, ""))) == 2
