"""Flags in brackets, and directories, are no files that replace one another."""

from __future__ import annotations

from lightship.text import apply_edits
from tests.judged import findings, said

_RULE = "destination-without-slash"


def test_brackets_around_a_flag_are_to_be_removed():
    text = "FROM debian:13\nCOPY [--chown=nobody:nogroup] ./run.sh /srv/run.sh\n"
    [finding] = findings(_RULE, text)
    assert finding.message == (
        "[--chown=nobody:nogroup] is taken for a source and has no effect: remove the brackets"
    )
    assert finding.fix is not None
    fixed = "FROM debian:13\nCOPY --chown=nobody:nogroup ./run.sh /srv/run.sh\n"
    assert apply_edits(text, finding.fix.edits) == fixed


def test_two_more_sources_still_need_a_directory():
    messages = said(_RULE, "FROM debian:13\nCOPY [--chown=a:b] a.py b.py /srv/app\n")
    assert len(messages) == 2
    assert said(_RULE, "FROM debian:13\nCOPY [a]pp.py /srv/run.py\n") == []


def test_mkdir_makes_directories_below_where_it_runs():
    text = "FROM node:24\nWORKDIR /app\nRUN {}\nCOPY a.json b.yaml ./web/app\n"
    assert said(_RULE, text.format("mkdir -p web/app/patches")) == []
    assert said(_RULE, text.format("cd web && mkdir -p app")) == []
    assert len(said(_RULE, text.format("mkdir -p web/other"))) == 1
    assert len(said(_RULE, text.format("cd $HERE && mkdir -p web/app"))) == 1


def test_directories_are_merged_and_replace_nothing():
    files = {"a/x.py": "", "b/y.py": "", "c.py": ""}
    assert said(_RULE, "FROM debian:13\nCOPY a ./b /src/app\n", files) == []
    assert said(_RULE, "FROM debian:13\nCOPY ./ b /src/app\n", files) == []
    assert said(_RULE, "FROM debian:13\nCOPY a c.py /src/app\n", files)
