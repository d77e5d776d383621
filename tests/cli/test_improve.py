"""The command `improve` without an engine: what it refuses, and what it writes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from proofs import proof

from lightship.errors import FileError
from lightship.flows.proof import improve
from lightship.flows.proof.improve import Improved, write_improved
from lightship.proof.proof import Verdict, VerdictKind, Weighing, Weights
from lightship.text import TextChange

NOWHERE = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}
DOCKERFILE = "FROM python:3.13-slim\nCMD python /main.py\n"


@pytest.fixture
def app(project):
    (project / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    return project


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("absent",), "does not exist"),
        (("--budget", "much"), "invalid time 'much': write 90s, 10m or 1h"),
        (("--budget", "0"), "invalid time"),
        (("--budget", "-5m"), "invalid time"),
        (("--budget", "9999999h"), "invalid time"),
        (("--file", "absent"), "absent"),
        (("--memory", "much"), "invalid size"),
        (("--weight", "edits"), "invalid value 'edits': write NAME=NUMBER"),
        (("--weight", "colds=1"), "unknown weight colds: choose from edits,"),
        (("--weight", "speed=0"), "invalid weight speed=0: write a number above 0"),
        ((), "no Docker engine answers at unix:///nowhere/docker.sock"),
    ],
)
def test_what_cannot_be_is_said(run, app, args, said):
    result = run("improve", "--no-config", *args, env=NOWHERE)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_a_dockerfile_that_buildkit_refuses_is_not_tried(run, app):
    (app / "Dockerfile").write_text("FROM a b c\n")
    result = run("improve", env=NOWHERE)
    assert result.exit_code == 2
    assert "BuildKit refuses this Dockerfile" in result.stderr


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("10m", 600), ("2h", 7200), ("45", 45)]
)
def test_times(run, app, monkeypatch, text, seconds):
    seen = []
    monkeypatch.setattr(
        improve, "improve", lambda request, _: seen.append(request.budget)
    )
    assert run("improve", "--budget", text).exit_code == 0
    assert seen == [seconds]


def found(kind=VerdictKind.BETTER):
    texts = {
        "Dockerfile": TextChange(DOCKERFILE, f"{DOCKERFILE}USER 1000\n"),
        ".dockerignore": TextChange("", ".git\n"),
    }
    diff = "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -2 +2,2 @@\n CMD python /main.py\n+USER 1000\n"
    return Improved(proof(verdict=Verdict(kind, ("why",)), diff=diff), texts, ".")


def test_nothing_is_written_unasked_and_the_diff_is_shown(run, app, monkeypatch):
    monkeypatch.setattr(improve, "improve", lambda *_: found())
    result = run("improve")
    assert result.exit_code == 0
    assert result.stdout.startswith("--- a/Dockerfile\n")
    assert "+USER 1000\n\nBETTER" in result.stdout
    assert [path.name for path in app.iterdir()] == ["Dockerfile"]
    assert (app / "Dockerfile").read_text(encoding="utf-8") == DOCKERFILE


def test_what_pays_is_written(run, app, monkeypatch):
    monkeypatch.setattr(improve, "improve", lambda *_: found())
    result = run("improve", "--write", "--format", "json")
    assert result.exit_code == 0
    assert result.stdout.startswith("{")
    assert (app / "Dockerfile").read_text(
        encoding="utf-8"
    ) == f"{DOCKERFILE}USER 1000\n"
    assert (app / ".dockerignore").read_text(encoding="utf-8") == ".git\n"


@pytest.mark.parametrize("kind", [VerdictKind.BROKEN, VerdictKind.WORSE])
def test_what_the_proof_calls_bad_is_not_written(run, app, monkeypatch, kind):
    monkeypatch.setattr(improve, "improve", lambda *_: found(kind))
    assert run("improve", "--write").exit_code == 1
    assert (app / "Dockerfile").read_text(encoding="utf-8") == DOCKERFILE


@pytest.mark.parametrize(("seconds", "code"), [(-3.0, 0), (3.0, 1)])
def test_a_mixed_result_is_written_where_it_is_worth_it(
    run, app, monkeypatch, seconds, code
):
    weighing = Weighing(seconds < 0, seconds, (), Weights())
    result = found(VerdictKind.MIXED)
    result = replace(result, proof=replace(result.proof, weighing=weighing))
    monkeypatch.setattr(improve, "improve", lambda *_: result)
    assert run("improve", "--write").exit_code == code
    is_as_it_was = (app / "Dockerfile").read_text(encoding="utf-8") == DOCKERFILE
    assert is_as_it_was is bool(code)


@pytest.mark.parametrize("name", ["Dockerfile", ".dockerignore"])
def test_a_file_that_was_changed_meanwhile_stays(app, name):
    (app / name).write_text("# mine\n")
    before = {path.name: path.read_text(encoding="utf-8") for path in app.iterdir()}
    with pytest.raises(
        FileError, match="has changed since the search began: nothing is written"
    ):
        list(write_improved(found()))
    assert {
        path.name: path.read_text(encoding="utf-8") for path in app.iterdir()
    } == before
