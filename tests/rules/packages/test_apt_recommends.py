"""When apt-recommends reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import found, said

PYTHON = "FROM python:3.13-slim\n"


@pytest.mark.parametrize("use", ["ssh-keyscan github.com", "git clone git@a.com:b/c"])
def test_git_over_ssh_needs_the_client_that_is_only_recommended(use):
    text = f"{PYTHON}RUN apt-get update && apt-get install -y git ffmpeg\nRUN {use}"
    [item] = found("apt-recommends", text)
    assert "openssh-client" in {edit.text.strip() for edit in item.finding.fix.edits}


def test_git_over_https_needs_no_client_of_ssh():
    text = f"{PYTHON}RUN apt-get install -y git ffmpeg\nRUN git clone https://example.com/a"
    [item] = found("apt-recommends", text)
    assert "openssh-client" not in {
        edit.text.strip() for edit in item.finding.fix.edits
    }


def test_the_compiler_that_pip_may_need_is_named():
    text = (
        "FROM debian:13\nRUN apt-get install -y python3-pip\nRUN pip3 install -r a.txt"
    )
    [message] = said("apt-recommends", text)
    assert message.endswith("a compiler only if needed")


CHROMA = (
    "ARG SANITIZER=0\nRUN set -e; \\\n"
    'if [ "$SANITIZER" = 1 ]; then apt-get update; apt-get install -y llvm; fi'
)


@pytest.mark.parametrize("rule", ["apt-recommends", "apt-lists-kept"])
def test_a_branch_that_is_off_by_default_is_not_judged(rule):
    assert said(rule, CHROMA) == []
    assert said(rule, CHROMA.replace("SANITIZER=0", "SANITIZER")) == []
    assert said(rule, CHROMA.replace("SANITIZER=0", "SANITIZER=1"))
    assert said(rule, CHROMA.replace("fi", "else true; fi").replace("= 1", "!= 1"))


@pytest.mark.parametrize(
    ("test", "is_off"),
    [
        ('[ -n "$A" ]', True),
        ('[ -z "$A" ]', False),
        ('[ "$A" ]', True),
        ("test $A = 1", True),
        ("[[ $A == 1 ]]", True),
        ('[ "$UNKNOWN" = 1 ]', False),
        ("[ -f /a ]", False),
        ("command -v gcc", False),
        ("! [ -n '' ]", False),
        ('[ -n "$A" ] || true', False),
    ],
)
def test_only_a_test_that_is_known_to_fail_switches_a_branch_off(test, is_off):
    text = f"ARG A\nRUN if {test}; then apt-get install -y llvm; fi"
    assert (said("apt-recommends", text) == []) is is_off
