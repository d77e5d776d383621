"""When pipe-without-pipefail reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import found, said

from lightship.text import apply_edits


@pytest.mark.parametrize(
    "reader",
    ["tar xz", "gpg --dearmor > /a.gpg", "apt-key add -", "gunzip > /a"],
)
def test_a_reader_that_fails_without_its_input_hides_nothing(reader):
    text = f"FROM debian:13\nRUN curl -f https://example.org/a | {reader}"
    assert said("pipe-without-pipefail", text) == []


@pytest.mark.parametrize(
    ("echo", "is_fixed"),
    [
        ("echo '[a]\\nb = 1' > /etc/a.conf", False),
        ('echo "A=$B\\nC=1" > /etc/a.conf', False),
        ("echo -e 'a\\nb' > /etc/a.conf", True),
        ("printf 'a\\nb' > /etc/a.conf", True),
    ],
)
def test_no_shell_is_set_that_prints_something_else(echo, is_fixed):
    text = f"FROM buildpack-deps:trixie\nRUN curl -f https://example.org/a | sh\nRUN {echo}"
    (item,) = found("pipe-without-pipefail", text)
    assert (item.finding.fix is not None) == is_fixed


@pytest.mark.parametrize(
    ("first", "is_told"),
    [
        ("./check-modules 2>/dev/null", False),
        ("./check-modules &>/dev/null", False),
        ("./check-modules >/dev/null", True),
        ("./check-modules 2>&1", True),
        ("curl https://example.org/a 2>/dev/null", True),
    ],
)
def test_a_failure_whose_message_is_thrown_away_is_expected(first, is_told):
    text = f"FROM fedora:44\nRUN {first} | tr a b > /a"
    assert bool(said("pipe-without-pipefail", text)) == is_told


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ("echo 'bHM=' | base64 -d | sh", 0),
        ("printf 'bHM=' | base64 -d > /a | cat", 0),
        ('echo "$SCRIPT" | base64 -d | sh', 1),
        ("echo 'bHM=' | ./decode | sh", 1),
    ],
)
def test_to_decode_a_text_of_the_script_does_not_fail(given, count):
    text = f"FROM debian:13\nRUN {given}"
    assert len(said("pipe-without-pipefail", text)) == count


SHELL = 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]\n'
LOADED = "RUN curl -f https://example.org/a | sh\n"
KEY = "RUN curl -f https://example.org/key | apt-key add -\n"


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        # The first pipe is guarded too, whether or not its failure is noticed later
        (
            f"\n{KEY}RUN apt-get update\n\nENV A=1\n{LOADED}",
            f"\n{SHELL}\n{KEY}RUN apt-get update\n\nENV A=1\n{LOADED}",
        ),
        (
            f"RUN ls\n\nENV A=1\nENV B=2\n{LOADED}",
            f"RUN ls\n\nENV A=1\nENV B=2\n\n{SHELL}\n{LOADED}",
        ),
        (f"ENV A=1\n{LOADED}", f"ENV A=1\n{SHELL}{LOADED}"),
        (f"{LOADED}\nENV A=1\n", f"{SHELL}{LOADED}\nENV A=1\n"),
        # `head` ends before what it reads: that pipe would stop the build
        (
            f"RUN yes | head -n 1\n{LOADED}",
            f"RUN yes | head -n 1\n{SHELL}{LOADED}",
        ),
    ],
)
def test_the_shell_is_set_above_the_first_pipe_as_a_paragraph(text, fixed):
    base = "FROM buildpack-deps:trixie\n"
    (item,) = found("pipe-without-pipefail", base + text)
    assert item.finding.fix is not None
    assert apply_edits(base + text, item.finding.fix.edits) == base + fixed


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("fc-cache -f && fc-list | sort", 0),
        ("npm ls | grep -v dev", 0),
        ("fc-list | sort > /fonts", 1),
        ("FONTS=$(fc-list | sort) && ./use $FONTS", 1),
        ("./make | tail -n 20", 1),
        ("pip install flask | cat", 1),
        ("./names | xargs python3 -m pip install --upgrade", 0),
        ("./names | xargs pip install", 0),
        ("./names | xargs -r pip install", 1),
        ("./names | xargs npm install", 1),
        ("./names | cut -f1 | xargs dnf install -y && dnf clean all", 0),
        ("./names | xargs yum -y install", 0),
        ("./names | xargs dnf install -y git", 1),
        ("./names | xargs -r dnf install -y", 1),
        ("./names | xargs apt-get install -y", 1),
        ("python3 -m pip list | cut -f1 | xargs ./install", 0),
    ],
)
def test_what_is_only_shown_or_misses_its_input_is_not_hidden(run, expected):
    found = said("pipe-without-pipefail", f"FROM buildpack-deps:trixie\nRUN {run}")
    assert len(found) == expected


@pytest.mark.parametrize(
    ("writer", "count"),
    [
        ("dd of=/usr/share/keyrings/shop.gpg", 0),
        ("dd of=/opt/shop.gpg", 0),
        ("tee /opt/shop.gpg", 0),
        ("dd of=/opt/other.bin", 1),
        ("dd bs=1M", 1),
    ],
)
def test_an_update_of_apt_stops_without_the_key_that_a_source_names(writer, count):
    text = (
        f"FROM buildpack-deps:trixie\nRUN curl -f https://example.org/shop.gpg | {writer} \\\n"
        ' && echo "deb [signed-by=/opt/shop.gpg] https://example.org /" > /etc/apt/a.list \\\n'
        " && apt-get update\n"
    )
    assert len(said("pipe-without-pipefail", text)) == count
