"""What a comment in a file of CI stands above."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.lint.ci_comments import ci_ignores
from lightship.text import Lines, Span

COMMENT = "# lightship: ignore=build-cache-missing\n"
ROWS = st.tuples(st.integers(0, 3), st.sampled_from(["a:", "", "# b", COMMENT.strip()]))


def below(text: str, line: int) -> Span:
    """What the comment on a line stands above, looked for from that line on."""
    lines = Lines(text)
    rows = text.split("\n")
    first = line
    while first < len(rows) and (
        not rows[first].strip() or rows[first].strip()[0] == "#"
    ):
        first += 1
    if first == len(rows):
        return Span(len(text), len(text))
    indent = len(rows[first]) - len(rows[first].lstrip())
    last = first
    for number in range(first + 1, len(rows)):
        row = rows[number]
        if row.strip() and len(row) - len(row.lstrip()) <= indent:
            break
        last = number if row.strip() else last
    return Span(lines.span(first + 1).start, lines.span(last + 1).end)


@given(st.lists(ROWS, max_size=12))
def test_a_comment_acts_on_what_is_below_and_indented_more(rows):
    text = "\n".join(" " * indent + words for indent, words in rows)
    lines = Lines(text)
    found = {lines.line(item.comment.start): item.scope for item in ci_ignores(lines)}
    assert found == {line: below(text, line) for line in found}


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        (f"{COMMENT}a:\n  b: 1\n\n  c: 2\nd:\n", "a:\n  b: 1\n\n  c: 2"),
        (f"{COMMENT}\n# why\na: 1\nb: 2\n", "a: 1"),
    ],
)
def test_the_block_below(text, scope):
    (comment,) = ci_ignores(Lines(text))
    assert comment.scope.of(text) == scope
