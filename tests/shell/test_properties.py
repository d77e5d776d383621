"""What holds for any script, and for hostile ones."""

import time
from itertools import pairwise

import pytest
from amounts import share_of
from hypothesis import given, settings
from hypothesis import strategies as st

from lightship.dockerfile.parse import parse as parse_dockerfile
from lightship.shell.commands import scripts_of
from lightship.shell.packages import read_command
from lightship.shell.parse import parse
from lightship.shell.script_reader import DEPTH
from lightship.text import Mapped

PARTS = [
    *(
        "a",
        "b",
        "-x",
        "pip install",
        "npm i",
        "sudo",
        "env A=1",
        "set -e",
        "A=b",
        "x=(",
        "$",
        "$(",
        "((",
        "))",
        "${",
    ),
    *(
        "'",
        '"',
        "`",
        "(",
        ")",
        "{",
        "}",
        ";",
        ";;",
        "&",
        "&&",
        "|",
        "||",
        "!",
        "<",
        ">",
        "<<E",
        "<<-E",
        "\nE\n",
        "2>&1",
    ),
    *(
        ">(",
        "<(",
        "\n",
        "\\\n",
        "\\",
        "#",
        " ",
        "\t",
        "\r\n",
        "if",
        "then",
        "else",
        "elif",
        "fi",
        "for",
        "in",
        "do",
    ),
    *(
        "done",
        "while",
        "case",
        "esac",
        "function",
        "f()",
        "[[",
        "]]",
        "*",
        "~",
        "\u00e9",
        "\0",
        "\udc80",
    ),
]
TEXTS = st.one_of(
    st.text(st.characters(codec=None), max_size=80),
    st.lists(st.sampled_from(PARTS), max_size=40).map("".join),
    st.lists(st.sampled_from(PARTS), max_size=40).map(" ".join),
)


@settings(max_examples=share_of(500), deadline=None)
@given(TEXTS, st.integers(0, 5))
def test_any_text_is_a_script(text, source):
    script = parse(Mapped.plain(text, source))
    shown = " " * source + text
    assert [command.index for command in script.commands] == list(
        range(len(script.commands))
    )
    last = 0
    for command in script.commands:
        words = [word for wrapper in command.wrappers for word in wrapper.words] + list(
            command.words
        )
        for before, after in pairwise(words):
            assert before.span.end <= after.span.start
        for word in words:
            assert word.span.of(shown) == word.text
            assert command.span.covers(word.span)
            assert word.value is None or word.prefix == word.value
            assert word.variable is None or word.value is None
        for redirect in command.redirects:
            assert command.span.covers(redirect.span)
        assert source <= command.span.start < command.span.end <= len(shown)
        assert command.pipeline < len(script.pipelines)
        assert command.stage < script.pipelines[command.pipeline].length
        assert command.block == script.pipelines[command.pipeline].block
        assert (
            list(script.heirs(command)) == []
            or next(script.heirs(command)).index > command.index
        )
        read_command(command)
        last = max(last, command.span.end)
    for number, block in enumerate(script.blocks[1:], 1):
        assert block.parent < number
        assert source <= block.span.start <= block.span.end <= len(shown)
    assert isinstance(script.accepts_next and script.accepts_previous, bool)


@settings(max_examples=share_of(200), deadline=None)
@given(st.lists(st.tuples(TEXTS, st.integers(0, 3)), min_size=1, max_size=6))
def test_spans_of_a_text_in_pieces(parts):
    """The same script, whether it stands in one piece or is joined over gaps."""
    text, source, starts, sources = "", "", [], []
    for part, gap in parts:
        if not part:
            continue
        source += "_" * gap
        starts.append(len(text))
        sources.append(len(source))
        text += part
        source += part
    if not text:
        return
    whole = parse(Mapped.plain(text, 0))
    joined = parse(Mapped(text, tuple(starts), tuple(sources)))
    assert len(whole.commands) == len(joined.commands)
    for one, other in zip(whole.commands, joined.commands, strict=True):
        assert [word.value for word in one.words] == [
            word.value for word in other.words
        ]
        assert [
            joined.text.span(word.at, word.at + len(word.text)) for word in one.words
        ] == [word.span for word in other.words]


@settings(max_examples=share_of(200), deadline=None)
@given(TEXTS)
def test_any_instruction_has_scripts(text):
    for form in (
        f"RUN {text}",
        f"RUN sh -c '{text}'",
        f"RUN <<EOF\n{text}\nEOF\n",
        f"CMD bash <<X\n{text}\nX",
    ):
        for instruction in parse_dockerfile(form).instructions:
            for script in scripts_of(instruction):
                assert script.opaque or script.blocks
                for command in script.commands:
                    assert 0 <= command.span.start <= command.span.end <= len(form)


@settings(max_examples=share_of(300), deadline=None)
@given(
    st.lists(
        st.text(
            st.characters(codec="utf-8", exclude_characters="'\0"),
            min_size=1,
            max_size=8,
        ),
        min_size=1,
    )
)
def test_quoted_words_come_back(values):
    script = parse(Mapped.plain(" ".join(f"'{value}'" for value in ["x", *values]), 0))
    assert [word.value for word in script.commands[0].words] == ["x", *values]


HOSTILE = {
    "subshells": "( ",
    "substitutions": "$(",
    "quoted substitutions": '"$(',
    "braces": "${",
    "groups": "{ ",
    "ifs": "if ",
    "cases": "case x in a) ",
    "functions": "f(){ ",
    "arithmetic": "$((",
    "backticks": "`",
    "quotes": '"',
    "single quotes": "'",
    "parentheses": ")",
    "arrays": "x=(",
    "pipes": "a|",
    "lists": "a&&",
    "background": "a&",
    "heredocs": " <<E",
    "escapes": "\\ ",
    "nul": "\0",
    "surrogates": "\udc80",
    "operators": ";&",
    "words": "a ",
    "word": "a",
    "wrappers": "sudo ",
    "brackets": "[[ ",
}


@pytest.mark.parametrize("part", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_scripts_take_linear_time(part):
    def seconds(count):
        text = part * count
        start = time.process_time()
        script = parse(Mapped.plain(text, 0))
        for command in script.commands[:10]:
            read_command(command)
        return time.process_time() - start

    small, large = (
        min(seconds(1_000) for _ in range(3)),
        min(seconds(20_000) for _ in range(2)),
    )
    assert (
        large < max(small, 0.001) * 20 * 6
    )  # 20 times the text; 6 for noise and garbage collection


def test_too_deep_is_opaque():
    deep = parse(Mapped.plain("( " * (DEPTH + 1) + "a" + ")" * (DEPTH + 1), 0))
    assert deep.opaque
    assert deep.errors
    assert deep.commands == ()
    assert (
        parse(Mapped.plain("( " * DEPTH + "a" + ")" * DEPTH, 0)).commands[0].name == "a"
    )


def test_a_long_script():
    script = parse(Mapped.plain("echo 'x' $Y && " * 20_000 + "true", 0))
    assert len(script.commands) == 20_001
    assert not script.errors
