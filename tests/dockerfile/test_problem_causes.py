"""What BuildKit refuses is said once for each cause."""

from __future__ import annotations

import pytest

from lightship.dockerfile.parse import parse
from lightship.dockerfile.problem_causes import causes

HEREDOC = "HEALTHCHECK CMD python - <<'PY' || exit 1\nimport sys\nfrom a import b\nsys.exit(0)\nPY\n"


def test_a_heredoc_where_none_is_taken_is_one_mistake():
    text = f"FROM debian:13\n{HEREDOC}CMD server\nRNU true\n"
    heredoc, typo = causes(parse(text))
    assert heredoc.message == "HEALTHCHECK takes no heredoc"
    assert heredoc.span.of(text) == "<<'PY'"
    assert heredoc.line == 2
    assert typo.message == "unknown instruction: RNU"


@pytest.mark.parametrize(
    "text",
    [
        "RUN cat <<A\nfirst\nA\nthe lines\nof it\nA\n",  # RUN takes one
        "CMD cat <<< A\nthe lines\nof it\n",
        "CMD cat <<A\nthe lines\nof it\n",  # that never ends
    ],
)
def test_other_lines_that_are_no_instructions(text):
    first = next(iter(causes(parse(f"FROM debian:13\n{text}"))))
    assert first.message.startswith("unknown instruction: the, and so ")


def test_a_heredoc_that_is_only_text_for_a_shell_hides_nothing():
    text = "FROM debian:13\nCMD cat <<A\nENV A=1\nA\nRNU true\n"
    assert [item.message for item in causes(parse(text))] == [
        "CMD takes no heredoc",
        "unknown instruction: RNU",
    ]
    without = "FROM debian:13\nCMD cat <<A\nENV B=1\nLABEL\n"
    assert [item.line for item in causes(parse(without))] == [4]


def test_lines_that_follow_a_lost_one_are_the_same_mistake():
    text = "FROM debian:13\nRUN a\n  && b \\\n  && c\n# why\n\n  && d\n  e\nRUN f\n  && g\n"
    first, second = causes(parse(text))
    assert first.line == 3
    assert first.message == "unknown instruction: &&, and so are the next 2 lines"
    assert second.line == 10
    assert second.message == "unknown instruction: &&"


def test_two_misspelt_keywords_are_two_mistakes():
    text = "FROM debian:13\nRNU a\nCPOY b c\n"
    assert len(causes(parse(text))) == 2


def test_many_openings_are_not_looked_after():
    text = "FROM debian:13\n" + "CMD a <<A\nCMD b <<B\n" * 5_000 + "WAT\n"
    assert [item.message for item in causes(parse(text))] == [
        "unknown instruction: WAT"
    ]
