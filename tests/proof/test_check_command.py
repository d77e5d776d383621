"""By what a script is run: real interpreters here, and refusals of others."""

from __future__ import annotations

import subprocess

import pytest

from lightship.proof.check_command import command_of


@pytest.mark.parametrize(
    ("first", "start"),
    [
        ("echo", ["sh"]),
        ("#!/bin/sh -e", ["sh", "-e"]),
        ("#! /bin/bash -eu\r", ["bash", "-eu"]),
        ("#!/bin/bash -eo pipefail", ["bash", "-eo", "pipefail"]),
        ("#!/bin/sh -", ["sh"]),
        ("#!/usr/bin/env bash", ["bash"]),
        ("#!/usr/bin/env -S python3 -u", ["python3", "-u"]),
        ("#!/usr/local/bin/python3.12", ["python3"]),
        ("#!/usr/bin/python", ["python"]),
    ],
)
def test_the_interpreter_of_the_first_line_gets_its_options(
    first: str, start: list[str]
) -> None:
    text = f"{first}\n"
    *command, last = command_of(text)
    assert command == [*start, "-c"]
    assert last.endswith(text)


@pytest.mark.parametrize(
    "first",
    [
        "#!/usr/bin/env node",
        "#!/usr/bin/perl -w",
        "#!/bin/zsh",
        "#!",
        "#!/usr/bin/env",
        "#!'",
    ],
)
def test_what_no_known_interpreter_runs_is_refused(first: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the name is all that it says
        command_of(f"{first}\nx\n")


def test_options_hold_where_the_script_runs() -> None:
    command = command_of("#!/bin/sh -e\nfalse\necho late\n")
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
