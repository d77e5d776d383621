"""What curl and wget fetch, and where they put it."""

from __future__ import annotations

import pytest

from lightship.lint.examples import build_of
from lightship.shell.fetching import Fetch, is_url, read_fetch


def fetched(command: str) -> Fetch | None:
    build = build_of(f"RUN {command}")
    return read_fetch(build.scripts(next(build.each("RUN")))[0].commands[0])


URL = "https://example.com/d/a.tar.gz"


@pytest.mark.parametrize(
    ("command", "target"),
    [
        (f"curl {URL}", ""),
        (f"curl -fsSL {URL}", ""),
        (f"curl -O {URL}", "a.tar.gz"),
        (f"curl -fsSLO {URL}?x=1", "a.tar.gz"),
        (f"curl -o b {URL}", "b"),
        (f"curl -fsSLob {URL}", "b"),
        (f"curl --output=b {URL}", "b"),
        (f"curl {URL} --output b", "b"),
        (f"curl -o - {URL}", ""),
        (f"curl -o /dev/null {URL}", ""),
        (f"curl {URL} > /tmp/b", "/tmp/b"),
        (f"curl {URL} 2> /tmp/log", ""),
        (f"wget {URL}", "a.tar.gz"),
        (f"wget -q -O b {URL}", "b"),
        (f"wget -qO- {URL}", ""),
        (f"wget -qO - {URL}", ""),
        (f"wget -nv --output-document=b {URL}", "b"),
        (f"wget -P /tmp {URL}", "a.tar.gz"),
        (f"wget -qO- {URL} > b", "b"),
    ],
)
def test_the_file_that_a_url_goes_to(command, target):
    fetch = fetched(command)
    assert fetch is not None
    assert [(word.value or "").partition("?")[0] for word in fetch.urls] == [URL]
    assert fetch.target(URL) == target


@pytest.mark.parametrize(
    ("command", "operands"),
    [
        ("curl -H 'A: b' -d x -X POST https://example.com", ["https://example.com"]),
        (
            "curl -u a:b --retry 3 https://a.example.com https://b.example.com",
            ["https://a.example.com", "https://b.example.com"],
        ),
        ("wget --header 'A: b' -t 3 -T 5 https://example.com", ["https://example.com"]),
        ("curl --version", []),
    ],
)
def test_values_of_options_are_no_urls(command, operands):
    fetch = fetched(command)
    assert fetch is not None
    assert [word.value for word in fetch.urls] == operands


@pytest.mark.parametrize(
    ("command", "any_certificate"),
    [
        ("curl -k https://example.com", True),
        ("curl -fsSLk https://example.com", True),
        ("curl --insecure https://example.com", True),
        ("curl -o k https://example.com", False),
        ("curl -ok https://example.com", False),
        ("curl --keepalive-time 2 https://example.com", False),
        ("wget --no-check-certificate https://example.com", True),
        ("wget -k https://example.com", False),
    ],
)
def test_whether_any_certificate_will_do(command, any_certificate):
    fetch = fetched(command)
    assert fetch is not None
    assert fetch.takes_any_certificate is any_certificate


def test_other_commands_fetch_nothing():
    assert fetched("git clone https://example.com/a.git") is None
    assert not is_url("example.com/a")
