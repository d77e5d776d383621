from __future__ import annotations

import pytest
from made import build, finds

from lightship.lint.engine import lint
from lightship.lint.examples import build_of, fixed_by
from lightship.lint.fixes import fix
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection

BAD = finds(r"\bbad\b(?!-)", "bad-word", aliases=("DL9001", "BadWord"))
WORSE = finds(r"\bworse\b(?!-)", "worse-word", aliases=("DL9002",))
UNUSED = next(rule for rule in all_rules() if rule.id == "unused-ignore")


def lines(text, *rules):
    made = build(text)
    return [
        made.dockerfile.lines.line(item.finding.span.start)
        for item in lint(made, rules or (BAD, WORSE))
    ]


@pytest.mark.parametrize(
    "comment",
    [
        "# lightship: ignore=bad-word",
        "#lightship: ignore = bad-word",
        "# lightship: ignore=DL9001",
        "# lightship: ignore=badword -- we know",
        "# lightship: ignore=worse-word, bad-word",
        "# lightship: ignore=all",
        "# lightship: ignore=hadolint",
        "# hadolint ignore=DL9001",
        "# hadolint ignore=DL9002,DL9001 # because",
        "# check=skip=BadWord",
        "# check=skip=all",
        "# check=skip=Other,BadWord;experimental=all",
    ],
)
def test_a_comment_above_hides_what_is_in_the_instruction_below(comment):
    assert lines(f"FROM b\n{comment}\nRUN bad\nRUN bad\n") == [4]


@pytest.mark.parametrize(
    "comment",
    [
        "# lightship: ignore-file=bad-word",
        "# hadolint global ignore=DL9001",
    ],
)
def test_a_comment_anywhere_hides_it_in_the_whole_file(comment):
    assert lines(f"FROM b\nRUN bad\n{comment}\nRUN bad\n") == []


def test_a_directive_hides_it_in_the_whole_file():
    assert lines("# check=skip=BadWord\nFROM b\nRUN bad\nRUN worse\n") == [4]
    assert lines("# check=skip=all\nFROM b\nRUN bad\nRUN worse\n") == [4]


def test_a_stage():
    assert lines(
        "FROM b\n# hadolint stage ignore=DL9001\nRUN bad\nRUN bad\nFROM c\nRUN bad\n"
    ) == [6]


@pytest.mark.parametrize(
    "text",
    [
        "FROM b\nRUN bad # lightship: ignore=bad-word\n",
        "FROM b\nRUN a && \\\n  # lightship: ignore=bad-word -- why not\n  bad\n",
        "FROM b\nRUN <<EOF\nbad # lightship: ignore=bad-word\nEOF\n",
        "FROM b\nRUN <<EOF\n# lightship: ignore=bad-word\nbad\nEOF\n",
        "FROM b\nRUN bad;# lightship: ignore=bad-word\n",
        "FROM b\r\nRUN bad # lightship: ignore=bad-word\r\nRUN x\r\n",
    ],
)
def test_a_comment_inside_hides_what_is_around_it(text):
    assert lines(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "FROM b\n# lightship: ignore=worse-word\nRUN bad\n",
        "FROM b\n# lightship: ignore bad-word\nRUN bad\n",
        "FROM b\n# ignore=bad-word\nRUN bad\n",
        "FROM b\nRUN bad 'x# lightship: ignore=bad-word'\n",
        "FROM b\n# check=skip=BadWord\n#\nRUN bad\n",
        "FROM b\n# check=skip=BadWord\n\nRUN true\nRUN bad\n",
        'FROM b\nCMD ["bad", " # lightship: ignore=bad-word"]\n',
        "FROM b\nRUN bad\n# lightship: ignore=bad-word\n",
    ],
)
def test_what_hides_nothing(text):
    assert len(lines(text)) == 1


def test_an_error_of_syntax_cannot_be_ignored():
    assert len(lines("# lightship: ignore-file=syntax-error\nFROM b\nRNU x\n")) == 1


def unused(text, *rules):
    return [
        item.finding.message
        for item in lint(build_of(text), [*rules, UNUSED])
        if item.rule is UNUSED
    ]


def test_an_ignore_that_hides_nothing_is_found():
    assert unused("FROM b\n# lightship: ignore=no-such\nRUN true\n") == [
        "unknown rule no-such: this comment has no effect"
    ]


def test_an_ignore_of_a_rule_that_did_not_run_is_not():
    assert unused("FROM b\n# lightship: ignore=StageNameCasing\nRUN true\n") == []
    real = [rule for rule in all_rules() if "StageNameCasing" in rule.aliases]
    assert (
        len(unused("FROM b\n# lightship: ignore=StageNameCasing\nRUN true\n", *real))
        == 1
    )
    assert len(unused("FROM b\n# check=skip=StageNameCasing\nRUN true\n", *real)) == 1
    assert unused("# check=skip=StageNameCasing\nFROM b AS B\n", *real) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("FROM b\n# lightship: ignore=no-such -- x\nRUN true\n", "FROM b\nRUN true\n"),
        ("FROM b\n  # lightship: ignore=no-such\r\nRUN true\n", "FROM b\nRUN true\n"),
        ("FROM b\nRUN true  # lightship: ignore=no-such\n", "FROM b\nRUN true\n"),
        (
            "FROM b\n# lightship: ignore=no-such,none-such\nRUN true\n",
            "FROM b\nRUN true\n",
        ),
        ("FROM b\nRUN true\n# lightship: ignore=no-such", "FROM b\nRUN true\n"),
    ],
)
def test_the_fix_takes_it_away(before, after):
    assert fixed_by(UNUSED, build_of(before)).text == after


def test_the_fix_leaves_the_other_names():
    real = next(rule for rule in all_rules() if "StageNameCasing" in rule.aliases)
    text = "# lightship: ignore=x-x, StageNameCasing, y-y\nFROM b AS B\n"
    assert (
        fix(build_of(text), RuleSelection((real, UNUSED))).text
        == "# lightship: ignore=StageNameCasing\nFROM b AS B\n"
    )


TOOLS = finds(
    r"\bbad\b(?!-)",
    "bad-word",
    aliases=("DS-0002", "AVD-DS-0002", "CKV_DOCKER_3", "semgrep/missing-thing"),
)


@pytest.mark.parametrize(
    "comment",
    [
        "# trivy:ignore:AVD-DS-0002",
        "#trivy:ignore:DS-0002",
        "# trivy:ignore:DS002",
        "# trivy:ignore:ds-0002 we know",
        "# trivy:ignore:AVD-DS-0001 trivy:ignore:AVD-DS-0002",
        "# trivy:ignore:AVD-DS-0001\n# trivy:ignore:AVD-DS-0002",
        "# trivy:ignore:AVD-DS-0002:exp:2999-01-01",
        "# trivy:ignore:AVD-DS-0002[a=b]",
        "# trivy:ignore:*",
        "# trivy:ignore:AVD-DS-*",
        "# tfsec:ignore:DS-0002",
        "# nosemgrep",
        "# nosem",
        "# NOSEMGREP: missing-thing",
        "# nosemgrep: dockerfile.security.missing-thing.missing-thing",
        "# nosemgrep: other-rule, missing-thing -- we know",
        "# nosem=missing-thing",
        "# because of this: nosemgrep: missing-thing",
    ],
)
def test_comments_of_other_tools_hide_what_is_in_the_instruction_below(comment):
    more = comment.count("\n")
    assert lines(f"FROM b\n{comment}\nRUN bad\nRUN bad\n", TOOLS) == [4 + more]
    assert lines(f"FROM b\nRUN bad\n{comment}\n", TOOLS) == [2]


@pytest.mark.parametrize(
    "comment",
    [
        "#checkov:skip=CKV_DOCKER_3",
        "# checkov:skip=CKV_DOCKER_3:it must run as root",
        "# checkov:skip= CKV_DOCKER_3: it must",
        "# bridgecrew:skip=CKV_DOCKER_3",
    ],
)
def test_a_comment_of_checkov_hides_it_in_the_whole_file(comment):
    assert lines(f"FROM b\nRUN bad\n{comment}\nRUN bad\n", TOOLS) == []
    assert lines(f"FROM b\nRUN bad\n{comment}", TOOLS) == []


@pytest.mark.parametrize(
    "comment",
    [
        "# trivy:ignore:AVD-DS-0001",
        "# trivy:ignore:AVD-DS-0002:exp:2020-01-01",
        "# trivy:ignore:AVD-DS-0002:exp:tomorrow",
        "# trivy:ignore:",
        "# trivy:ignore AVD-DS-0002",
        "# trivy:ignore:AVD-AWS-*",
        "# checkov:skip=CKV_DOCKER_2",
        "# checkov:skip",
        "# nosemgrep: other-thing",
        "# nosemantics",
        "# nosemgrep: missing-thing-too",
        "# we skip=this and ignore that",
    ],
)
def test_other_comments_of_other_tools_hide_nothing(comment):
    assert lines(f"FROM b\n{comment}\nRUN bad\n", TOOLS) == [3]


@pytest.mark.parametrize(
    "text",
    [
        "RUN bad # nosemgrep: missing-thing\nRUN bad",
        "RUN true && \\\n  bad  # trivy:ignore:AVD-DS-0002\nRUN bad",
        "RUN true && \\\n  # nosemgrep\n  bad\nRUN bad",
        "RUN <<E\nbad # nosemgrep\nE\nRUN bad",
    ],
)
def test_after_a_command_too(text):
    made = lines(f"FROM b\n{text}\n", TOOLS)
    assert made == [len(text.split("\n")) + 1]


def test_a_hash_inside_a_word_is_no_comment():
    assert lines("FROM b\nRUN bad x#nosemgrep\n", TOOLS) == [2]


def test_a_user_that_semgrep_misses_at_cmd_is_missed_at_from():
    root = next(rule for rule in all_rules() if rule.id == "root-user")
    text = (
        "FROM debian:12 AS build\nRUN make\nFROM debian:12\nRUN apt-get update\n"
        '# nosemgrep: dockerfile.security.missing-user.missing-user\nCMD ["a"]\n'
    )
    assert lines(text, root) == []
    assert lines(text.replace("missing-user", "use-workdir"), root) != []


@pytest.mark.parametrize(
    "comment",
    [
        "# trivy:ignore:AVD-DS-0002",
        "# checkov:skip=CKV_DOCKER_3",
        "# nosemgrep: missing-user",
        "# lightship: ignore=SC2086",
    ],
)
def test_what_hides_nothing_here_may_hide_something_there(comment):
    assert lines(f"FROM b\n{comment}\nRUN true\n", UNUSED) == []


def test_a_name_with_a_slash_is_one_name():
    text = "FROM b\n# lightship: ignore=semgrep/missing-thing\nRUN bad\n"
    assert lines(text, TOOLS) == []
    assert lines("FROM b\nRUN bad # lightship: ignore=tally/x, DS-0002\n", TOOLS) == []
