"""The scripts of instructions, from the Dockerfile's text."""

import pytest

from lightship.dockerfile.parse import parse
from lightship.shell.commands import script_of, scripts_of


def scripts(text, shell=None):
    """The scripts of the last instruction; every span must give back what it says."""
    dockerfile = parse(text)
    found = scripts_of(dockerfile.instructions[-1], shell)
    for script in found:
        for command in script.commands:
            for word in command.words:
                shown = word.span.of(text).replace("\\\n", "")
                assert (
                    shown.replace("\\", "") if script.outer else shown
                ) == word.text  # escapes of the outer script
    return found


def names(text, shell=None):
    return [
        [command.name for command in script.commands] for script in scripts(text, shell)
    ]


def test_run_over_continuations_and_comments():
    text = "RUN set -ex; \\\n  # first\n  apt-get update && \\\n\n  apt-get install -y \\\n    curl\n"
    (script,) = scripts(text)
    assert [command.name for command in script.commands] == [
        "set",
        "apt-get",
        "apt-get",
    ]
    assert script.commands[2].span.of(text) == "apt-get install -y \\\n    curl"
    assert script.items[2].errexit
    assert script.shell == "sh"


def test_a_word_over_a_continuation():
    text = "RUN pip install fla\\\nsk"
    (script,) = scripts(text)
    assert script.commands[0].words[2].value == "flask"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RUN --mount=type=cache,target=/x pip install y", [["pip"]]),
        ("CMD exec gunicorn app", [["gunicorn"]]),
        ("ENTRYPOINT a | b", [["a", "b"]]),
        ("HEALTHCHECK --interval=5s CMD curl -f x || exit 1", [["curl", "exit"]]),
        ('HEALTHCHECK CMD ["curl", "-f", "x"]', [["curl"]]),
        ("HEALTHCHECK NONE", []),
        ("ONBUILD RUN make", [["make"]]),
        ("COPY a b", []),
        ("ENV A=b", []),
        ("RUN", []),
    ],
)
def test_which_instructions_have_scripts(text, found):
    assert names(text) == found


def test_exec_form_is_one_command():
    text = 'RUN ["/usr/bin/apt-get", "install", "a\\tb", "$X"]'
    (script,) = scripts_of(parse(text).instructions[0])
    (command,) = script.commands
    assert script.shell == "exec"
    assert command.name == "apt-get"
    assert command.values == ("/usr/bin/apt-get", "install", "a\tb", "$X")
    assert command.words[2].span.of(text) == '"a\\tb"'
    assert not script.accepts_next


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("RUN sh -c 'a && b'", ["a", "b"]),
        ('RUN bash -lc "a \\"x y\\" | b"', ["a", "b"]),
        ("RUN sudo bash -euc 'a; b'", ["a", "b"]),
        ("RUN bash -o pipefail -c 'a | b'", ["a", "b"]),
        ("RUN su - postgres -c 'a b'", ["a"]),
        ('RUN ["sh", "-c", "a \\"x\\" && b"]', ["a", "b"]),
        ('CMD ["/bin/bash", "-o", "pipefail", "-c", "a|b"]', ["a", "b"]),
    ],
)
def test_a_script_handed_to_a_shell(text, inner):
    outer, script = scripts(text)
    assert [command.name for command in script.commands] == inner
    assert script.outer in outer.commands
    assert script.commands[0].words[0].span.of(text) == inner[0]


def test_options_of_an_inner_shell():
    _, script = scripts("RUN set -u && bash -eo pipefail -c 'a | b'")
    assert script.options == {"errexit", "pipefail"}
    assert script.items[0].pipefail


def test_a_substitution_in_the_text_for_a_shell_is_not_read_twice():
    assert names('RUN sh -c "a $(b)"') == [["sh", "b"]]


def test_scripts_in_scripts_end():
    text = "RUN bash <<A\n" + "".join(f"bash <<A{n}\n" for n in range(50)) + "x\n"
    text += "".join(f"A{n}\n" for n in reversed(range(50))) + "A\n"
    assert len(scripts(text)) < 10


def test_heredoc_as_script():
    text = "RUN <<EOF\nset -e\n# why\npip install x \\\n  y\nEOF\n"
    (script,) = scripts(text)
    assert [command.name for command in script.commands] == ["set", "pip"]
    assert script.commands[1].span.of(text) == "pip install x \\\n  y"
    assert [span.of(text) for span in script.comments] == ["# why"]


def test_heredoc_with_tabs():
    text = "RUN <<-EOF\n\ta b\n\t\tcat <<-X\n\t\t\tin\n\tX\n\tEOF\n"
    (script,) = scripts(text)
    assert [command.name for command in script.commands] == ["a", "cat"]
    assert script.commands[1].span.of(text) == "cat <<-X"
    assert script.commands[1].redirects[0].body.text == "in\n"


@pytest.mark.parametrize(
    ("line", "shell", "options", "opaque"),
    [
        ("#!/bin/bash -e", "bash", {"errexit"}, False),
        ("#!/usr/bin/env bash", "bash", set(), False),
        ("#!/usr/bin/env -S bash -eu", "bash", {"errexit", "nounset"}, False),
        ("#!/usr/bin/env python3", "python3", set(), True),
        ("#!/usr/bin/perl -w", "perl", set(), True),
    ],
)
def test_the_first_line_of_a_heredoc(line, shell, options, opaque):
    (script,) = scripts(f"RUN <<EOF\n{line}\nimport os\nEOF")
    assert (script.shell, script.options, script.opaque) == (shell, options, opaque)
    assert [command.name for command in script.commands] == (
        [] if opaque else ["import"]
    )


def test_heredoc_for_an_interpreter():
    assert names("RUN bash -e <<EOF\na\nb\nEOF") == [["bash"], ["a", "b"]]
    assert names("RUN python3 <<EOF\nimport os\nEOF") == [["python3"]]
    assert names("RUN cat <<EOF > /x\nrm -rf /\nEOF") == [["cat"]]
    assert names("RUN bash script.sh <<EOF\nrm -rf /\nEOF") == [["bash"]]
    assert names("RUN bash -s x <<EOF\nrm -rf /\nEOF") == [["bash"]]


def test_two_heredocs():
    text = "RUN cat <<A > /a && cat <<B > /b && z\none\nA\ntwo\nB\nUSER x"
    (script,) = scripts_of(parse(text).instructions[0])
    bodies = [
        redirect.body.text
        for command in script.commands
        for redirect in command.redirects
        if redirect.body
    ]
    assert bodies == ["one\n", "two\n"]
    assert [command.name for command in script.commands] == ["cat", "cat", "z"]
    assert script.commands[1].redirects[0].body.offset(0) == text.index("two")
    assert not script.errors


@pytest.mark.parametrize(
    ("shell", "name", "options", "opaque"),
    [
        (None, "sh", set(), False),
        (["/bin/bash", "-o", "pipefail", "-c"], "bash", {"pipefail"}, False),
        (
            ["/bin/bash", "-euxo", "pipefail", "-c"],
            "bash",
            {"errexit", "nounset", "xtrace", "pipefail"},
            False,
        ),
        (["/bin/bash", "-ec"], "bash", {"errexit"}, False),
        (["/bin/bash", "--login", "-c"], "bash", set(), False),
        (["conda", "run", "-n", "env", "/bin/bash", "-c"], "bash", set(), False),
        (["/bin/busybox", "sh", "-c"], "sh", set(), False),
        (["powershell", "-Command"], "powershell", set(), True),
        (["cmd", "/S", "/C"], "cmd", set(), True),
        (["C:\\\\Windows\\\\pwsh.exe", "-c"], "pwsh", set(), True),
        (["/usr/bin/python3", "-c"], "python3", set(), True),
        (["/bin/bash"], "bash", set(), True),
        ([], "", set(), True),
    ],
)
def test_what_shell_says(shell, name, options, opaque):
    script = script_of(parse("RUN a | b").instructions[0], shell)
    assert (script.shell, script.opaque) == (name, opaque)
    assert opaque or script.options == options
    assert [command.name for command in script.commands] == (
        [] if opaque else ["a", "b"]
    )


def test_lines_that_end_with_carriage_return():
    text = "RUN <<EOF\r\na b\r\ncat <<X\r\nin\r\nX\r\nc\r\nEOF\r\n"
    (script,) = scripts_of(parse(text).instructions[0])
    assert [command.name for command in script.commands] == ["a", "cat", "c"]
    assert script.commands[0].words[1].value == "b"
    assert not script.errors
