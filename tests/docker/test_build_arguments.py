"""The arguments of `docker build`, read as docker reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from lightship.cli import cli
from lightship.docker.image_build import find_dockerfile, read_arguments, split_words


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


OTHER = {"--max-waste": True, "--layers": False}


@pytest.mark.parametrize(
    ("words", "own"),
    [
        ("--max-waste 20MB -t app .", "--max-waste 20MB"),
        ("-t app --max-waste=20MB .", "--max-waste=20MB"),
        ("-t app . --layers --max-waste 5%", "--layers --max-waste 5%"),
        ("--no-cache --layers .", "--layers"),
        ("-q --layers .", "--layers"),
        (". --max-waste", "--max-waste"),
        # The value of a flag of docker's, whatever it looks like
        ("--build-arg --layers -t --max-waste .", ""),
        ("-qt --layers .", ""),
        ("--tag=app . -- --layers", ""),
        ("--layered --max-waste-2 x .", ""),
        ("", ""),
    ],
)
def test_the_options_of_another_command_are_told_from_those_of_docker(words, own):
    wanted = own.split()
    found, rest = split_words(words.split(), OTHER)
    assert found == wanted
    left = words.split()
    for word in wanted:
        left.remove(word)
    assert rest == left


WORDS = st.sampled_from(
    "--max-waste --max-waste=1 --layers --tag -t -q -qt --no-cache --file=x - -- . 5% x".split()
)


@given(st.lists(WORDS, max_size=8))
def test_law_no_word_is_lost_and_docker_reads_its_own_as_before(words):
    own, rest = split_words(words, OTHER)
    assert sorted(own + rest) == sorted(words)
    assert split_words(rest, OTHER) == ([], rest)
    assert read_arguments(rest).arguments == tuple(rest)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--max-waste", "much", "."], "'much'"),
        (["-t", "app", "--format=yaml", "."], "'yaml'"),
        (["--tree", ".", "--max-size", "1MB"], "docker cannot be started"),
        (["--output", "x", "--platform", "linux/arm64", "."], "docker cannot be"),
        (["--layers", "--", "--format", "docker", "."], "docker cannot be started"),
    ],
)
def test_options_of_inspect_stand_among_those_of_docker(
    words, says, monkeypatch, tmp_path
):
    monkeypatch.setenv("PATH", str(tmp_path))
    result = CliRunner().invoke(cli, ["build", *words])
    assert result.exit_code == 2
    assert says in result.output


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
