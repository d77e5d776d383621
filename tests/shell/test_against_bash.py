"""The real shell's verdict on the scripts of our own Dockerfiles: `bash -n` reads without running."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.lint.examples import build_of
from lightship.lint.registry import dockerfile_rules
from lightship.shell.commands import script_of
from lightship.text import decode, encode

TESTS = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(
    shutil.which("bash") is None, reason="no bash on this machine"
)


def builds() -> list[Build]:
    examples = [
        build_of(example.bad or example.good)
        for rule in dockerfile_rules()
        for example in rule.examples
    ]
    files = [
        *TESTS.glob("dockerfile/cases/*/Dockerfile"),
        *TESTS.glob("lint/awkward/*"),
        *TESTS.glob("practices/*/*/Dockerfile"),
    ]
    return examples + [Build(parse(decode(path.read_bytes()))) for path in files]


@cache
def scripts() -> tuple[tuple[str, bool], ...]:
    """Each script once, and whether we say that a shell would refuse it."""
    found: dict[str, bool] = {}
    for build in builds():
        for instruction in build.dockerfile.instructions:
            script = script_of(instruction)
            if (
                script
                and not script.opaque
                and script.shell != "exec"
                and "\0" not in script.text.text
            ):
                found[script.text.text] = script.errors
    return tuple(found.items())


def test_there_are_many() -> None:
    assert len(scripts()) > 300


def test_bash_refuses_what_we_say_it_refuses() -> None:
    differ = []
    for text, errors in scripts():
        done = subprocess.run(
            ["bash", "-n"], input=encode(text), capture_output=True, check=False
        )
        refused = (
            done.returncode != 0 or b"here-document" in done.stderr
        )  # one without an end is only a warning
        if refused != errors:
            differ.append((text, errors, done.stderr.decode(errors="replace")))
    assert not differ
