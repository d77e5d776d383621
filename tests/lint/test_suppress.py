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
