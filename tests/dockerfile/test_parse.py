"""`parse`: where everything stands, and the laws that hold for any text."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from itertools import islice

import fuzz_parse
import pytest
import tree_laws
from amounts import share_of
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lightship.dockerfile.parse import parse
from lightship.dockerfile.tree import Instruction
from lightship.text import decode, encode

KEYWORDS = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
]
KEYWORDS += [
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
    "RUN",
    "COPY",
    "ENV",
    "WAT",
    "run",
]
BLANKS = [
    " ",
    " ",
    " ",
    "\t",
    "  ",
    " \\\n    ",
    "\\\n\\\n ",
    " \\\n# note\n\n  # note\n  ",
    "\\  \n",
]
WORDS = [
    "a",
    "b=c",
    'd="e f"',
    "g='h \\'",
    "$i",
    "${j:-k l}",
    "${m^^}",
    "m\\ n",
    "o\\",
    "é=à",
    "\u00a0",
    "\udcff",
    "=",
]
WORDS += [
    "#p",
    "CMD",
    "NONE",
    "AS",
    "--",
    "--link",
    "--from=q",
    '--chown="r s"',
    "--mount=type=cache,target=/t",
    "--x",
]
WORDS += [
    '["u", "v w"]',
    "[",
    '"x",',
    '"y"',
    "]",
    "[1]",
    "<<EOF",
    "<<-EOF",
    '3<<"EOF"',
    "<<<z",
    "&&",
    "|",
    '"',
    "'",
]
BODIES = ["", "", "a\nEOF\n", "\t# b\n\tEOF\n", "c \\\nEOF\n", "EOF"]
TOP = [
    "",
    "",
    "",
    "\n",
    "# note\n",
    "  # note\n\n",
    "# escape=`\n",
    "# syntax=a\n",
    "\ufeff",
    "  ",
]

tokens = st.lists(st.sampled_from(fuzz_parse.TOKENS), max_size=30).map("".join)


@st.composite
def lines(draw: st.DrawFn) -> str:
    """An instruction, perhaps with a heredoc's body."""
    words = [
        draw(st.sampled_from(KEYWORDS)),
        *draw(st.lists(st.sampled_from(WORDS), max_size=6)),
    ]
    text = (
        "".join(word + draw(st.sampled_from(BLANKS)) for word in words[:-1])
        + words[-1]
        + "\n"
    )
    return text + (draw(st.sampled_from(BODIES)) if "<<" in text else "")


dockerfiles = st.lists(st.tuples(st.sampled_from(TOP), lines()), max_size=5).map(
    lambda parts: "".join(top + line for top, line in parts)
)
texts = st.one_of(dockerfiles, tokens, st.text())


def parse_one(line: str) -> Instruction:
    """The instruction of a Dockerfile that has a FROM and this."""
    return parse(f"FROM alpine\n{line}").instructions[1]


def moved(instruction: Instruction, lines: int = 0) -> tuple[object, ...]:
    """An instruction's shape and lines, some lines further down."""
    return (
        tree_laws.shape(instruction),
        instruction.first_line + lines,
        instruction.last_line + lines,
    )


# Where everything stands


@pytest.mark.parametrize(
    ("line", "flag", "value"),
    [
        ("COPY --from=a b c", "--from=a", "a"),
        ('COPY --chown="a b" c d', '--chown="a b"', '"a b"'),
        ("COPY --link a b", "--link", None),
        ("COPY --from= a b", "--from=", ""),
        ("COPY --from=a\\\n  b c", "--from=a", "a"),
        ("COPY --fr\\\nom=a\\\nb c d", "--fr\\\nom=a\\\nb", "a\\\nb"),
        ("COPY --from=\\\n a b", "--from=", ""),
        ("COPY --chown=é b c", "--chown=é", "é"),
    ],
)
def test_a_flag_stands_where_it_is_written(line, flag, value):
    text = f"FROM alpine\n{line}\n"
    found = parse(text).instructions[1].flags[0]
    assert found.span.of(text) == flag
    assert (found.value_span.of(text) if found.value_span else None) == value


@pytest.mark.parametrize(
    ("line", "pairs"),
    [
        ("ENV a=b c='d e'", ["a=b", "c='d e'"]),
        ("ENV a  b c", ["a  b c"]),
        ("ENV a=b \\\n# note\n  c=d", ["a=b", "c=d"]),
        ("ENV a=\\\n  b=c", ["a=", "b=c"]),
        ('LABEL a="b \\\n  c"', ['a="b \\\n  c"']),
        ("ARG a b=c", ["a", "b=c"]),
    ],
)
def test_a_pair_stands_where_it_is_written(line, pairs):
    text = f"FROM alpine\n{line}\n"
    assert [pair.span.of(text) for pair in parse(text).instructions[1].pairs] == pairs


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('CMD ["a", "b c"]', ['"a"', '"b c"']),
        ('CMD [ "\\u0041",\\\n  "b\\\nc" ]', ['"\\u0041"', '"b\\\nc"']),
        ("COPY a \\\n  b", ["a", "b"]),
        ("RUN a \\\n  b  ", ["a \\\n  b"]),
        ('HEALTHCHECK CMD ["a"]', ["CMD", '"a"']),
        ("FROM --platform=a b AS c", ["b", "AS", "c"]),
        ("VOLUME /a\t/b", ["/a", "/b"]),
    ],
)
def test_an_operand_stands_where_it_is_written(line, words):
    text = f"FROM alpine\n{line}\n"
    assert [word.span.of(text) for word in parse(text).instructions[1].args] == words


def test_a_heredoc_stands_where_it_is_written():
    text = "FROM alpine\nRUN cat <<-A \\\n  3<<'B' >c\n\tone\n\tA\r\ntwo\nB\nUSER d\n"
    first, second = parse(text).instructions[1].heredocs
    assert [item.span.of(text) for item in (first, second)] == ["<<-A", "3<<'B'"]
    assert [item.body.of(text) for item in (first, second)] == ["\tone\n", "two\n"]
    assert [item.terminator.of(text) for item in (first, second)] == ["\tA", "B"]


def test_an_instruction_ends_before_its_last_line_end():
    text = "FROM alpine\r\n  RUN a \\\r\n# note\r\n  b\r\n\r\nRUN <<A\r\nc\r\nA\r\n"
    spans = [instruction.span.of(text) for instruction in parse(text).instructions]
    assert spans == ["FROM alpine", "RUN a \\\r\n# note\r\n  b", "RUN <<A\r\nc\r\nA"]


def test_what_onbuild_holds_is_an_instruction_inside_it():
    text = "FROM alpine\nONBUILD COPY --from=a b \\\n  c\n"
    instruction = parse(text).instructions[1]
    assert instruction.trigger is not None
    assert instruction.trigger.span.of(text) == "COPY --from=a b \\\n  c"
    assert [word.text for word in instruction.trigger.args] == ["b", "c"]
    assert instruction.args == ()


def test_a_script_maps_back_over_continuations_and_comments():
    text = "FROM alpine\nRUN --network=none one \\\n# note\n\n  two\n"
    script = parse(text).instructions[1].operand
    assert script.text == "one   two"
    assert script.span(script.text.index("two"), len(script.text)).of(text) == "two"
    assert script.span(0, len(script.text)).of(text) == "one \\\n# note\n\n  two"


def test_comments_above_are_kept_as_buildkit_keeps_them():
    text = "# syntax=a\n# one\n#\n# two\n\n  #three\nFROM alpine\n# four\nRUN a \\\n# five\n  b\nRUN c\n"
    dockerfile = parse(text)
    assert [instruction.comments for instruction in dockerfile.instructions] == [
        ("two", "#three"),
        ("four",),
        (),
    ]
    assert [
        comment.text(text) for comment in dockerfile.comments if comment.inside
    ] == ["five"]


def test_blank_lines_inside_are_told():
    instruction = parse_one("RUN a \\\n\n  b \\\n# note\n \t\n  c\n")
    assert instruction.blank_lines == (3, 6)
    assert instruction.joined_last_line == 7


def test_stages_hold_what_follows_their_from():
    text = "ARG a=1\n# note\nFROM b AS Base\nRUN c\n\nFROM base\n# end\n"
    first, last = parse(text).stages
    assert first.span.of(text) == "FROM b AS Base\nRUN c"
    assert (first.name, first.base.text) == ("base", "b")
    assert first.name_word
    assert first.name_word.span.of(text) == "Base"
    assert (last.index, last.name, last.name_word, last.instructions) == (
        1,
        None,
        None,
        (),
    )
    assert [item.keyword for item in parse(text).globals] == ["ARG"]


# The laws, for any text


@given(st.binary())
def test_law_bytes_come_back(data):
    text = decode(data)
    assert encode(text) == data
    tree_laws.hold(text)


@given(texts.map(lambda text: decode(text.encode("utf-8", "surrogatepass"))))
def test_law_spans_tile_the_text(text):
    tree_laws.hold(text)


@given(
    dockerfiles,
    st.sampled_from(["# note\n", "\n", "  \t# note\n\n", "#\n", "\v\n"]),
    st.integers(0, 4),
)
def test_law_a_comment_above_only_moves_an_instruction(text, above, number):
    before = parse(text).instructions
    assume(0 < number < len(before))
    line = text.rfind("\n", 0, before[number].span.start) + 1
    after = parse(text[:line] + above + text[line:]).instructions
    lines = above.count("\n")
    without = [replace(item, comments=()) for item in after]
    expected = [
        moved(replace(item, comments=()), lines * (at >= number))
        for at, item in enumerate(before)
    ]
    assert [moved(item) for item in without] == expected


@given(dockerfiles)
def test_law_line_ends_matter_to_heredocs_only(text):
    before, after = parse(text), parse(text.replace("\n", "\r\n"))
    shapes = [repr(moved(item)).replace("\\r\\n", "\\n") for item in after.instructions]
    assert shapes == [repr(moved(item)) for item in before.instructions]
    assert [(item.message, item.line) for item in after.problems] == [
        (item.message, item.line) for item in before.problems
    ]


@given(dockerfiles)
@example("ADD a a \\\n    o\\ \\\n    #p\n")
def test_law_a_continuation_joins(text):
    dockerfile = parse(text)
    for number, item in enumerate(dockerfile.instructions):
        end = item.heredocs[0].body.start if item.heredocs else item.span.end
        # On a line of its own the escape would continue it
        ends = (text[:end].rstrip(), item.line.text.rstrip())
        is_continued = any(end.endswith(dockerfile.escape) for end in ends)
        if len(item.line.starts) == 1 or is_continued:
            continue
        line = item.line.text + ("\n" if item.heredocs else "")
        joined = parse(text[: item.span.start] + line + text[end:]).instructions[number]
        assert tree_laws.shape(joined) == tree_laws.shape(item)


@given(dockerfiles, lines())
def test_law_what_follows_changes_nothing_before(text, line):
    before, after = (
        parse(text).instructions,
        parse(f"{text}\nUSER next\n{line}").instructions,
    )
    assume(
        len(after) > len(before)
        and [word.text for word in after[len(before)].args] == ["next"]
    )
    assert [moved(item) for item in after[: len(before)]] == [
        moved(item) for item in before
    ]


@given(lines())
def test_law_onbuild_holds_the_same_instruction(line):
    alone = parse_one(line)
    assume(alone.keyword != "ONBUILD")
    held = parse_one(f"ONBUILD {line}").trigger
    assert held is not None
    assert tree_laws.shape(held) == tree_laws.shape(alone)


@given(lines())
def test_law_a_keyword_in_lower_case_is_the_same(line):
    length = len(line) - len(
        line.lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    )
    lower, upper = (
        parse_one(case(line[:length]) + line[length:])
        for case in (str.lower, str.upper)
    )
    assert tree_laws.shape(replace(lower, name=upper.name)) == tree_laws.shape(upper)


def test_fuzz_mutations_of_our_cases():
    seconds = float(os.environ.get("LIGHTSHIP_FUZZ_SECONDS", "0"))
    end = time.monotonic() + seconds
    seed = time.time_ns() if seconds else 1
    for text in islice(
        fuzz_parse.mutations(seed), None if seconds else share_of(5_000)
    ):
        tree_laws.hold(text)
        if seconds and time.monotonic() > end:
            break


# Hostile texts: no recursion that they drive, no time that grows with their square


OPEN, CLOSE = ("${a:-" * 1_000 + "\\\n") * 20, ("}" * 1_000 + "\\\n") * 20
UNKNOWN, UNTERMINATED = "unknown instruction: WAT", "unterminated heredoc"
NOT_STRINGS, NESTED = (
    "the elements of a JSON array must all be strings",
    "ONBUILD cannot hold another ONBUILD",
)
RETRIES, INTERVAL = (
    f"--{name}: {'9' * 40}..."
    for name in ("retries is not a number", "interval is not a duration")
)
HOSTILE = {
    "instructions": ("RUN a\n" * 10_000, 10_000, ""),
    "instructions with pairs": ("ENV a=b c='d e' f=$g\n" * 10_000, 10_000, ""),
    "unknown instructions": ("WAT\n" * 10_000, 10_000, UNKNOWN),
    "heredoc of 2 MB": ("RUN <<A\n" + ("x" * 99 + "\n") * 20_000 + "A\n", 1, ""),
    "heredoc that never ends": ("RUN <<A\n" + "\tA \n" * 100_000, 1, UNTERMINATED),
    "heredocs": ("RUN <<A\nA\n" * 10_000, 10_000, ""),
    "heredocs on a line": ("RUN " + "<<A " * 5_000 + "\n" + "A\n" * 5_000, 1, ""),
    "opening brackets": ("CMD " + ("[" * 1_000 + "\\\n") * 100 + "\n", 1, ""),
    "nested arrays": ("CMD " + "[" * 9_000 + "]" * 9_000 + "\n", 1, NOT_STRINGS),
    "arrays nested too deep for Go": (
        "CMD " + "[" * 10_001 + "]" * 10_001 + "\n",
        1,
        "",
    ),
    "elements": ("CMD [" + '"a",\\\n' * 20_000 + '"b"]\n', 1, ""),
    "elements without end": ("CMD [" + '"a\\\\",\\\n' * 20_000 + "\n", 1, ""),
    "nested substitutions": (f"RUN <<A {OPEN}{CLOSE} b\nA\n", 1, ""),
    "open substitutions": (
        "RUN <<A " + ("${" * 1_000 + "\\\n") * 20 + " b\nWAT\n",
        2,
        UNKNOWN,
    ),
    "open substitutions with defaults": (f"RUN <<A {OPEN} b\nWAT\n", 2, UNKNOWN),
    "nested ONBUILD": (("ONBUILD " * 1_000 + "\\\n") * 10 + "\n", 1, NESTED),
    "open double quotes": ("ENV a=" + '"\\\n' * 5_001 + "\n", 1, ""),
    "open single quote": ("ENV a='" + "b \\\n" * 5_000 + "\n", 1, ""),
    "pairs": ("ENV " + "a=b \\\n" * 5_000 + "\n", 1, ""),
    "flags beyond ASCII": ("COPY " + '--exclude="é" \\\n' * 5_000 + "a b\n", 1, ""),
    "continuations": ("RUN " + "\\\n" * 50_000, 1, ""),
    "continuations before the keyword": ("\\\n" * 50_000 + "RUN a\n", 1, ""),
    "comments inside": ("RUN a \\\n" + "# b\n\n" * 50_000, 1, ""),
    "blank lines": (" \n" * 100_000 + "RUN a\n", 1, ""),
    "comments": ("#\n" * 100_000 + "RUN a\n", 1, ""),
    "a long word": ("RUN " + "a" * 60_000 + "\n", 1, ""),
    "a long number": ("HEALTHCHECK --retries=" + "9" * 60_000 + " CMD a\n", 1, RETRIES),
    "a long duration": (
        "HEALTHCHECK --interval=" + "9" * 60_000 + "h CMD a\n",
        1,
        INTERVAL,
    ),
    "fields of a mount": ("RUN --mount=" + "a," * 15_000 + " a\n", 1, ""),
}


@pytest.mark.parametrize(("text", "count", "message"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_read_like_any_other(text, count, message):
    dockerfile = parse(f"FROM alpine\n{text}")
    assert len(dockerfile.instructions) == 1 + count
    assert [problem.message for problem in dockerfile.problems[:1]] == [message] * bool(
        message
    )


@pytest.mark.parametrize(
    "text", ["WAT\n" * 10_000, "RUN a\n" * 10_000, "WORKDIR\n" * 10_000]
)
def test_ten_thousand_refusals_are_told_one_by_one(text):
    assert [problem.line for problem in parse(text).problems] == list(range(1, 10_001))
