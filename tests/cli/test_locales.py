"""The command in a locale that does not know the characters of a project."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ASCII = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
DOCKERFILE = "FROM alpine:3.22\nCOPY größe/ä.txt /\nRUN cd größe\n".encode()


@pytest.fixture
def named(tmp_path: Path) -> bytes:
    """A project with names that ASCII does not know."""
    root = os.fsencode(tmp_path)
    os.mkdir(root + "/größe".encode())
    with open(root + "/größe/ä.txt".encode(), "wb") as written:
        written.write(b"text\n")
    with open(root + b"/Dockerfile", "wb") as written:
        written.write(DOCKERFILE)
    return root


def told(root: bytes, *words: str, **environment: str) -> subprocess.CompletedProcess:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "lightship", *words],
        check=False,
        cwd=root,
        capture_output=True,
        env=kept | ASCII | environment,
    )


def test_names_of_files_are_utf_8_in_every_locale(named):
    result = told(named, "lint", "--no-config", "--select", "all")
    assert b"rule-crashed" not in result.stdout, result.stdout
    assert b"copied-file-missing" not in result.stdout
    assert result.stderr == b""


def test_text_is_drawn_with_what_the_output_knows(named):
    result = told(named, "context")
    assert result.returncode == 0
    assert result.stdout.isascii()
    assert b"Dockerfile - no .dockerignore" in result.stdout
    assert b"#####" in result.stdout
    assert b"gr??e/?.txt" in result.stdout


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_machines_are_sent_utf_8_whatever_the_output_knows(named, encoding):
    result = told(named, "context", "--format", "json", PYTHONIOENCODING=encoding)
    paths = {row["path"] for row in json.loads(result.stdout.decode())["files"]}
    assert "größe/ä.txt" in paths

    options = ("--no-config", "--select", "cd-in-run", "--format", "junit")
    result = told(named, "lint", *options, PYTHONIOENCODING=encoding)
    ET.fromstring(result.stdout)
    assert "größe" in result.stdout.decode()


def test_an_error_that_names_such_a_file_is_text_of_the_locale(named):
    result = told(named, "inspect", "größe/ö.tar")
    assert result.returncode == 2
    assert result.stderr.isascii()
    assert b"error: cannot read gr??e/?.tar" in result.stderr
