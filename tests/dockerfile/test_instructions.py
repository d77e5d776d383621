"""What BuildKit refuses, told so that a person knows where to look and what to write."""

from __future__ import annotations

import pytest

from lightship.dockerfile.instructions import KEYWORDS
from lightship.dockerfile.known_flags import FLAGS
from lightship.dockerfile.parse import parse
from lightship.dockerfile.tree import Problem

PIPEFAIL = 'write SHELL ["/bin/bash", "-o", "pipefail", "-c"]'
TEXT = 'write every element as "text"'
CONTINUE = "to continue the line before, end it with the escape character"
NAME = "a name starts with a letter and contains only letters, digits, -, _ and ."
COUNT, STRINGS = (
    "FROM requires either one or three arguments",
    "the elements of a JSON array must all be strings",
)
TWO = "COPY requires at least two arguments, a source and a destination"


def problem_of(line: str) -> tuple[Problem, str]:
    """The one problem of an instruction, and the text of the whole Dockerfile."""
    text = line if line.startswith(("FROM", "from")) else f"FROM alpine\n{line}"
    (problem,) = parse(text).problems
    return problem, text


# line, what is marked, message, hint
TOLD = [
    ("RNU echo", "RNU", "unknown instruction: RNU", "did you mean RUN?"),
    ("apt-get update", "apt-get", "unknown instruction: apt-get", CONTINUE),
    ("W" * 50, "W" * 50, f"unknown instruction: {'W' * 40}...", CONTINUE),
    (
        "RUN\u00a0echo",
        "RUN\u00a0echo",
        "unknown instruction: RUN\u00a0echo",
        "it contains the character U+00A0, which is not a space",
    ),
    (
        "\ufeffRUN a",
        "\ufeffRUN",
        "unknown instruction: \ufeffRUN",
        "it contains the character U+FEFF, which is not a space",
    ),
    (
        "RUN\udcff a",
        "RUN\udcff",
        "unknown instruction: RUN\udcff",
        "it contains the byte FF, which is not UTF-8",
    ),
    (
        "U\u017fER a",
        "U\u017fER",
        "unknown instruction: U\u017fER",
        "did you mean USER?",
    ),
    ("\\\n", "", "empty instruction", "remove the continuation"),
    (
        "COPY --form=x a b",
        "--form=x",
        "unknown flag for COPY: --form",
        "did you mean --from?",
    ),
    (
        "RUN --rm a",
        "--rm",
        "unknown flag for RUN: --rm",
        "RUN takes --mount, --network, --security, --device",
    ),
    ("USER --x a", "--x", "unknown flag for USER: --x", "USER takes no flags"),
    ("COPY --from=a --from=b c d", "--from=b", "duplicate flag: --from", ""),
    (
        "COPY --from a b",
        "--from",
        "missing a value on flag: --from",
        "write --from=VALUE",
    ),
    ("COPY --link=yes a b", "--link=yes", "--link must be true or false", ""),
    ("COPY --link= a b", "--link=", "--link must be true or false", ""),
    ("FROM a b", "b", COUNT, "write FROM image AS name"),
    ("FROM a IS b", "IS b", COUNT, "write FROM image AS name"),
    ("FROM", "FROM", COUNT, "write FROM image"),
    ("FROM a AS 9x", "9x", "invalid name for build stage: 9x", NAME),
    ("ENV a", "a", "ENV: must have two arguments", "write ENV name=value"),
    ("ENV a=b c d=e", "c", "ENV: expected name=value, found c", "write ENV name=value"),
    (
        "LABEL a=b 'c d'",
        "'c d'",
        "LABEL: expected name=value, found 'c d'",
        "write LABEL name=value",
    ),
    ("ENV a=b =c", "=c", "ENV names can not be blank", ""),
    ("ARG a =b", "=b", "ARG names can not be blank", ""),
    ("ENV", "ENV", "ENV requires at least one argument", ""),
    ("EXPOSE", "EXPOSE", "EXPOSE requires at least one argument", ""),
    ("expose", "expose", "EXPOSE requires at least one argument", ""),
    ("WORKDIR", "WORKDIR", "WORKDIR requires exactly one argument", ""),
    ("COPY a", "a", TWO, ""),
    ("COPY", "COPY", TWO, ""),
    (
        "COPY a <<B\nB",
        "<<B",
        "COPY cannot accept a heredoc as a destination",
        "write COPY <<B DESTINATION",
    ),
    ("CMD [1]", "[1]", STRINGS, TEXT),
    ("HEALTHCHECK CMD [1]", "[1]", STRINGS, TEXT),
    ("ONBUILD CMD [1]", "[1]", STRINGS, TEXT),
    (
        "RUN a <<B\nc",
        "<<B",
        "unterminated heredoc",
        "end it with a line that contains only B",
    ),
    (
        "RUN a <<'B C'\nc",
        "<<'B C'",
        "unterminated heredoc",
        "end it with a line that contains only B C",
    ),
    (
        "RUN <<A <<B\nA\n",
        "<<B",
        "unterminated heredoc",
        "end it with a line that contains only B",
    ),
    ("ONBUILD", "ONBUILD", "ONBUILD requires at least one argument", ""),
    ("ONBUILD FROM a", "FROM", "FROM is not allowed in ONBUILD", ""),
    ("ONBUILD onbuild RUN a", "onbuild", "ONBUILD cannot hold another ONBUILD", ""),
    (
        "HEALTHCHECK curl a",
        "curl",
        "unknown type in HEALTHCHECK: curl",
        "write HEALTHCHECK CMD command",
    ),
    ("HEALTHCHECK CMD", "CMD", "missing command after HEALTHCHECK CMD", ""),
    ("HEALTHCHECK NONE a", "a", "HEALTHCHECK NONE takes no arguments", ""),
    (
        "HEALTHCHECK --interval=30 CMD a",
        "--interval=30",
        "--interval is not a duration: 30",
        "such as 30s or 1m30s",
    ),
    (
        "HEALTHCHECK --timeout=1us CMD a",
        "--timeout=1us",
        "--timeout cannot be less than 1ms",
        "",
    ),
    (
        "HEALTHCHECK --retries=x CMD a",
        "--retries=x",
        "--retries is not a number: x",
        "",
    ),
    (
        "HEALTHCHECK --retries=-1 CMD a",
        "--retries=-1",
        "--retries cannot be negative",
        "",
    ),
    ("SHELL bash", "bash", "SHELL requires its arguments as a JSON array", PIPEFAIL),
    ('VOLUME ["a", " "]', '" "', "a VOLUME can not be an empty string", ""),
    (
        "RUN --network=hots a",
        "--network=hots",
        "--network must be default, none or host",
        "did you mean host?",
    ),
    (
        "RUN --security=x a",
        "--security=x",
        "--security must be sandbox or insecure",
        "",
    ),
    (
        "RUN --mount= a",
        "--mount=",
        "invalid --mount: it is empty or has a misplaced quote",
        "",
    ),
    ("RUN --device=a,b c", "--device=a,b", "unexpected key in --device: b", ""),
    (
        "RUN --device=a,name=b c",
        "--device=a,name=b",
        "--device already has the name a",
        "",
    ),
    (
        "RUN --device=a,required=b c",
        "--device=a,required=b",
        "required in --device must be true or false",
        "",
    ),
]


@pytest.mark.parametrize(
    ("line", "marked", "message", "hint"), TOLD, ids=[row[0][:40] for row in TOLD]
)
def test_a_refusal_is_told(line, marked, message, hint):
    problem, text = problem_of(line)
    assert (problem.span.of(text), problem.message, problem.hint) == (
        marked,
        message,
        hint,
    )


def test_a_mount_from_a_variable_is_told_at_its_value():
    problem, text = problem_of("RUN --mount=type=bind,from=$a,target=/b c")
    assert problem.span.of(text) == "type=bind,from=$a,target=/b"
    assert problem.message == "from= in --mount does not expand variables"


@pytest.mark.parametrize("text", ["", "# note\n", "\ufeff", "\n\n", "# escape=`\n"])
def test_a_file_with_no_instructions_is_told(text):
    (problem,) = parse(text).problems
    assert (problem.message, problem.span, problem.by) == (
        "file with no instructions",
        (0, 0),
        "parser",
    )
    assert problem.hint == "a Dockerfile must start with FROM"


def test_a_line_that_is_too_long_is_told_and_ends_reading():
    text = f"FROM alpine\nRUN {'a' * 65_536}\nWAT\n"
    (problem,) = parse(text).problems
    assert problem.span.of(text) == text.split("\n")[1]
    assert problem.message == "a line may have at most 65535 bytes"


def test_what_stands_before_the_first_from_is_told():
    (problem,) = parse("ARG a\nRUN b\nFROM alpine\n").problems
    assert (problem.message, problem.line) == ("no build stage in current context", 2)


def test_every_error_is_told_those_of_the_parser_first():
    text = "RUN a\nFROM alpine\nWAT b\nENV c\nCOPY d\nCMD [1]\nENV e=f g\n"
    problems = parse(text).problems
    assert [problem.line for problem in problems] == [4, 6, 7, 1, 3, 5]
    assert [problem.by for problem in problems] == ["parser"] * 3 + ["instructions"] * 3


def test_an_instruction_is_told_once():
    assert len(parse("ENV a\nFROM alpine\n").problems) == 1
    assert len(parse("FROM alpine\nENV a\n").problems) == 1
    assert len(parse("WAT\nFROM alpine\n").problems) == 1


def test_every_flag_belongs_to_a_known_instruction():
    assert set(FLAGS) <= KEYWORDS
    assert {kind for flags in FLAGS.values() for kind in flags.values()} == {
        "text",
        "bool",
        "list",
    }
