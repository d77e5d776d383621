"""A command put at the end of a script: what the script does and says stays as it was."""

from __future__ import annotations

import subprocess

import pytest

from lightship.facts.edits.endings import at_end, is_certain
from lightship.lint.examples import build_of
from lightship.text import apply_edits

ADDED = "echo ADDED"
SCRIPTS = [
    "echo a",
    "false",
    "echo a && false",
    "false && echo a",
    "false || echo a",
    "echo a; false; echo b",
    "echo a; false",
    "false; echo a",
    "set -e; echo a; false; echo b",
    "set -e; echo a; echo b",
    "set -e && echo a && false",
    "set -e; false || echo a; echo b",
    "for a in 1 2; do echo $a; false; done",
    "set -e; for a in 1 2; do echo $a; false; done",
    "set -e && for a in 1 2; do echo $a; false; done",
    "set -e; echo a; { echo b; false; echo c; }",
    "set -e; echo a && (echo b; false; echo c)",
    "(set -e; echo a; false; echo b)",
    "(set -e; echo a; echo b)",
    "if false; then echo a; fi",
    "! false",
    "! true",
    "echo a | cat",
    "case x in x) false;; esac",
    "f() { false; echo a; }; set -e; f",
    "a=$(false; echo b); echo $a",
]


def ran(script: str, shell: str) -> tuple[str, bool]:
    done = subprocess.run(
        [shell, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    return done.stdout, done.returncode == 0


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize("script", SCRIPTS)
def test_the_status_and_the_commands_before_stay(script, shell):
    build = build_of(f"RUN {script}")
    run = next(build.each("RUN"))
    edit = at_end(build, run, build.scripts(run)[0], ADDED)
    if edit is None:
        return
    fixed = apply_edits(build.dockerfile.text, [edit]).partition("RUN ")[2]
    output, succeeded = ran(script, shell)
    assert ran(fixed, shell) == (output + "ADDED\n" * succeeded, succeeded), fixed


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize("script", SCRIPTS)
def test_the_same_in_a_heredoc(script, shell):
    lines = script.replace("; ", "\n").replace("do\n", "do ").replace("then\n", "then ")
    build = build_of(f"RUN <<EOF\n  {lines}\nEOF")
    run = next(build.each("RUN"))
    script_of_it = build.scripts(run)[0]
    edit = at_end(build, run, script_of_it, ADDED)
    if edit is None or script_of_it.errors:
        return
    fixed = apply_edits(build.dockerfile.text, [edit])
    body = fixed.partition("<<EOF\n")[2].removesuffix("EOF")
    output, succeeded = ran(f"  {lines}\n", shell)
    assert ran(body, shell) == (output + "ADDED\n" * succeeded, succeeded), body


def test_nothing_is_put_behind_what_may_end_the_script():
    for script in (
        "exec make",
        "make; exit 0",
        "make &",
        "make # done",
        "make;",
        "trap make EXIT; make",
    ):
        build = build_of(f"RUN {script}")
        run = next(build.each("RUN"))
        assert at_end(build, run, build.scripts(run)[0], ADDED) is None, script


@pytest.mark.parametrize(
    ("script", "certain"),
    [
        ("make", True),
        ("a && make && b", True),
        ("a || b; make", True),
        ("a || make", False),
        ("a && make || b", False),
        ("a; make || b", False),
        ("if a; then make; fi", False),
        ("for a in 1; do make; done", False),
    ],
)
def test_a_command_is_certain_outside_blocks_and_alternatives(script, certain):
    build = build_of(f"RUN {script}")
    found = build.scripts(next(build.each("RUN")))[0]
    command = next(found.named("make"))
    assert is_certain(found, command) is certain
