"""The command `prove` without an engine: what it refuses, what it hands on, and exit codes."""

from __future__ import annotations

from dataclasses import replace

import pygit2
import pytest
from proofs import proof

from lightship.cli import shown_flaws
from lightship.flows.proof import prove
from lightship.outcome import Outcome

DOCKERFILE = "FROM python:3.13-slim\nCOPY main.py /\nCMD python /main.py\n"
NOWHERE = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}


@pytest.fixture
def app(project):
    (project / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    (project / "Dockerfile.new").write_text(
        DOCKERFILE.replace("CMD", "LABEL a=b\nCMD"), encoding="utf-8"
    )
    (project / "main.py").write_text("print()\n")
    return project


@pytest.fixture
def repository(app):
    """The project with one commit."""
    made = pygit2.init_repository(str(app))
    made.index.add_all()
    author = pygit2.Signature("a", "a@example.invalid", 1_790_000_000, 0)
    made.create_commit("HEAD", author, author, "first", made.index.write_tree(), [])
    made.index.write()
    return app


def refused(run, *args, **more):
    result = run("prove", "--no-config", *args, **more)
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("Dockerfile", "Dockerfile"), "are the same: there is nothing to prove"),
        (("Dockerfile", "--fix"), "--fix compares the Dockerfile with itself"),
        (("--unsafe-fixes", "a", "b"), "--fix compares the Dockerfile with itself"),
        ((), "name two directories or two Dockerfiles, or --fix"),
        (
            ("HEAD~1",),
            "HEAD~1 does not exist as a file or directory, and . is not in a",
        ),
        (("a", "b"), "a and b do not exist as a file or directory, and . is not in a"),
        (("a", "Dockerfile"), "a does not exist as a file or directory, and"),
        ((".", "Dockerfile"), "is a directory, the other a file: name two directories"),
        (
            ("Dockerfile", "Dockerfile.new", "--max-build-increase", "much"),
            "invalid --max-build-increase much: write 20%",
        ),
        (("Dockerfile", "Dockerfile.new", "--memory", "much"), "invalid size"),
        (("Dockerfile", "Dockerfile.new", "--require", "best"), "'best' is not one of"),
        (("Dockerfile", "Dockerfile.new", "--runs", "0"), "'--runs'"),
        (("Dockerfile", "Dockerfile.new", "--port", "0"), "'--port'"),
        (("Dockerfile", "Dockerfile.new", "--build-arg", "=x"), "write KEY=VALUE"),
        (
            ("Dockerfile", "Dockerfile.new", "--resume"),
            "cannot resume: no proof was interrupted here",
        ),
        (("Dockerfile", "Dockerfile.new", "--max-size", "big"), "invalid size"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_built(run, app, args, said):
    assert said in refused(run, *args, env=NOWHERE)


def test_a_revision_that_there_is_not_is_named(run, repository):
    said = refused(run, "nowhere", env=NOWHERE)
    assert (
        "nowhere does not exist as a file or directory, and . has no commit 'nowhere'"
        in said
    )
    assert "HEAD and the files on the disk are the same" in refused(run, env=NOWHERE)


def test_without_an_engine_it_says_so_and_leaves_nothing(run, repository):
    (repository / "Dockerfile").write_text(DOCKERFILE + "LABEL a=b\n", encoding="utf-8")
    before = sorted(repository.iterdir())
    assert "no Docker engine answers at unix:///nowhere/docker.sock" in refused(
        run, env=NOWHERE
    )
    assert sorted(repository.iterdir()) == before


def asked_for(run, monkeypatch, *options):
    """Whether known vulnerabilities are looked up, and what is told."""
    requests = []
    monkeypatch.setattr(prove, "plan_proof", lambda asked, _: requests.append(asked))
    monkeypatch.setattr(prove, "run_proof", lambda *_: proof())
    result = run("prove", "a", "b", *options)
    return not requests[0].measure.no_vulns, result.stderr


def test_known_vulnerabilities_are_looked_up_unless_no_vulns_says_so(
    run, app, monkeypatch
):
    assert asked_for(run, monkeypatch)[0]
    assert not asked_for(run, monkeypatch, "--no-vulns")[0]


def test_without_the_extra_they_are_left_out_and_that_is_told(run, app, monkeypatch):
    monkeypatch.setenv("LIGHTSHIP_VULNS_DATABASE", str(app))  # something is there
    monkeypatch.setattr(shown_flaws, "_NEEDED", ("a_module_of_nobody",))
    looks, told = asked_for(run, monkeypatch)
    assert not looks
    assert "note: known vulnerabilities are not shown: No module named" in told


@pytest.mark.parametrize(("passed", "code"), [(True, 0), (False, 1)])
@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "junit"])
def test_the_exit_code_is_that_of_the_limits(run, app, monkeypatch, passed, code, form):
    made = replace(proof(), outcomes=(Outcome("require", "better", "mixed", passed),))
    monkeypatch.setattr(prove, "plan_proof", lambda *_: None)
    monkeypatch.setattr(prove, "run_proof", lambda *_: made)
    result = run("prove", "a", "b", "--format", form)
    assert result.exit_code == code
    assert result.stdout
