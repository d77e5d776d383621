"""The arguments of `docker build`, read as docker reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from lightship.cli import cli
from lightship.docker.image_build import find_dockerfile, read_arguments


@pytest.mark.parametrize(
    ("words", "flags", "context"),
    [
        ("-t app .", {"--tag": ("app",)}, "."),
        ("--tag=app --no-cache dir", {"--tag": ("app",), "--no-cache": ("",)}, "dir"),
        ("-qf F dir", {"-q": ("",), "--file": ("F",)}, "dir"),
        ("-fF dir", {"--file": ("F",)}, "dir"),
        ("-f=F dir", {"--file": ("F",)}, "dir"),
        ("--pull=true dir", {"--pull": ("true",)}, "dir"),
        ("dir --build-arg A=1 --build-arg B", {"--build-arg": ("A=1", "B")}, "dir"),
        (
            "--cache-from x --platform linux/arm64 dir",
            {"--cache-from": ("x",), "--platform": ("linux/arm64",)},
            "dir",
        ),
        ("--file - -", {"--file": ("-",)}, "-"),
        ("-t app -- dir", {"--tag": ("app",)}, "dir"),
        ("--tag", {"--tag": ("",)}, ""),
        ("", {}, ""),
    ],
)
def test_flags_and_the_context_are_told_apart(words, flags, context):
    asked = read_arguments(words.split())
    assert (asked.flags, asked.context) == (flags, context)
    assert asked.arguments == tuple(words.split())


def test_the_dockerfile_is_the_one_that_docker_takes(tmp_path: Path):
    assert find_dockerfile(read_arguments([str(tmp_path)])) == ""
    (tmp_path / "Containerfile").write_text("FROM scratch\n")
    assert find_dockerfile(read_arguments([str(tmp_path)])) == str(
        tmp_path / "Containerfile"
    )
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    assert find_dockerfile(read_arguments([str(tmp_path)])) == str(
        tmp_path / "Dockerfile"
    )
    other = tmp_path / "other"
    other.write_text("FROM scratch\n")
    assert find_dockerfile(read_arguments(["-f", str(other), str(tmp_path)])) == str(
        other
    )
    assert find_dockerfile(read_arguments(["-f", "-", str(tmp_path)])) == ""
    assert (
        find_dockerfile(
            read_arguments(["-f", str(other), "https://github.example/app.git"])
        )
        == ""
    )


def test_a_wrong_option_is_said_before_anything_is_built(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    result = CliRunner().invoke(cli, ["build", "--max-sice=1", "--", "."])
    assert result.exit_code == 2
    assert "--max-size" in result.output


def test_without_docker_the_error_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    result = CliRunner().invoke(cli, ["build", "."])
    assert result.exit_code == 2
    assert "docker cannot be started" in result.output


def test_the_help_is_ours():
    result = CliRunner().invoke(cli, ["build", "--help"])
    assert result.exit_code == 0
    assert "DOCKER BUILD ARGUMENTS" in result.output
