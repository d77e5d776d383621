"""The command `prove` without an engine: what it refuses, what it hands on, and exit codes."""

from __future__ import annotations

from dataclasses import replace

import pygit2
import pytest
from proofs import proof

from lightship.cli import proving
from lightship.cli.proof_options import build_options, share
from lightship.cli.proof_sides import question_of
from lightship.errors import UsageError
from lightship.inspection.inspection import Outcome
from lightship.proof.proof import Kind, Verdict

DOCKERFILE = "FROM python:3.13-slim\nCOPY main.py /\nCMD python /main.py\n"
NOWHERE = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}


@pytest.fixture
def app(project):
    (project / "Dockerfile").write_text(DOCKERFILE)
    (project / "Dockerfile.new").write_text(DOCKERFILE.replace("CMD", "LABEL a=b\nCMD"))
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


def given(**more):
    """What click hands over where nothing else is said."""
    found = dict.fromkeys(
        ("context", "dockerfile", "target", "network", "platform", "builder")
    )
    found |= dict.fromkeys(("fix", "unsafe_fixes", "no_config"), False)
    return {
        **found,
        "build_args": {},
        "attribute": True,
        "commits": 0,
        "secret": (),
        "ssh": (),
        **more,
    }


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
        (("HEAD~1",), "name two directories or two Dockerfiles, or --fix"),
        (
            ("Dockerfile", "Dockerfile.new", "--max-build-increase", "much"),
            "--max-build-increase much: write such as",
        ),
        (("Dockerfile", "Dockerfile.new", "--memory", "much"), "is no size"),
        (("Dockerfile", "Dockerfile.new", "--require", "best"), "'best' is not one of"),
        (("Dockerfile", "Dockerfile.new", "--runs", "0"), "'--runs'"),
        (("Dockerfile", "Dockerfile.new", "--port", "0"), "'--port'"),
        (("Dockerfile", "Dockerfile.new", "--build-arg", "=x"), "is not KEY=VALUE"),
        (("Dockerfile", "Dockerfile.new", "--resume"), "none was interrupted here"),
        (("Dockerfile", "Dockerfile.new", "--max-size", "big"), "is no size"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_built(run, app, args, said):
    assert said in refused(run, *args, env=NOWHERE)


def test_a_revision_that_there_is_not_is_named(run, repository):
    assert "nowhere" in refused(run, "nowhere", env=NOWHERE)
    assert "HEAD and the files on the disk are the same" in refused(run, env=NOWHERE)


def test_without_an_engine_it_says_so_and_leaves_nothing(run, repository):
    (repository / "Dockerfile").write_text(DOCKERFILE + "LABEL a=b\n")
    before = sorted(repository.iterdir())
    assert "no Docker engine answers at unix:///nowhere/docker.sock" in refused(
        run, env=NOWHERE
    )
    assert sorted(repository.iterdir()) == before


def test_the_sides_are_what_was_named(repository):
    (repository / "Dockerfile").write_text(DOCKERFILE + "LABEL a=b\n")
    found = question_of(None, None, given())
    assert found.names == ("HEAD", "the files on the disk")
    assert len(found.commit) == 40
    assert found.before.build.dockerfile.text == DOCKERFILE
    assert found.after.build.dockerfile.text == DOCKERFILE + "LABEL a=b\n"
    assert found.diff.splitlines()[-1] == "+LABEL a=b"
    found = question_of("Dockerfile", "Dockerfile.new", given())
    assert found.names == ("Dockerfile", "Dockerfile.new")
    assert "LABEL a=b" in found.after.build.dockerfile.text
    found = question_of(None, None, given(unsafe_fixes=True))
    assert found.names == ("as it is", "with the fixes")
    assert {part.rule for part in found.parts} >= {"shell-form-command", "root-user"}


def test_what_lightship_keeps_is_no_part_of_a_version(app):
    for name in ("one", "two"):
        (app / name).mkdir()
        (app / name / "Dockerfile").write_text(f"FROM scratch\nLABEL a={name}\n")
        (app / name / ".lightship" / "proofs").mkdir(parents=True)
        (app / name / ".lightship" / "proofs" / "1.json").write_text("{}")
    found = question_of("one", "two", given())
    assert [sorted(side.tree.files) for side in (found.before, found.after)] == [
        ["Dockerfile"]
    ] * 2


def test_options_of_the_build_are_handed_on(app):
    options = build_options(
        given(
            secret=("id=a,src=main.py", "id=b,env=B"), ssh=("default",), network="host", platform="linux/arm64",
            builder="mine", build_context=("x=.",), add_host=("a:1.2.3.4",),
        )
    )  # fmt: skip
    assert options == (
        f"--secret=id=a,src={app / 'main.py'}",
        "--secret=id=b,env=B",
        "--ssh=default",
        "--network=host",
        "--platform=linux/arm64",
        "--builder=mine",
        "--build-context=x=.",
        "--add-host=a:1.2.3.4",
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [(None, None), ("20%", 0.2), ("0.2", 0.2), ("0", 0.0), ("100 %", 1.0)],
)
def test_shares(text, wanted):
    assert share(text, "--x") == wanted


@pytest.mark.parametrize("text", ["", "x", "-1", "101%", "1.5"])
def test_what_is_no_share_is_refused(text):
    with pytest.raises(UsageError, match="write such as"):
        share(text, "--x")


def limits(found, **more):
    return {each.name: each.passed for each in proving.limits_of(found, more)}


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        (Kind.BETTER, {"better", "not-worse", "not-broken"}),
        (Kind.SAME, {"not-worse", "not-broken"}),
        (Kind.MIXED, {"not-broken"}),
        (Kind.WORSE, {"not-broken"}),
        (Kind.BROKEN, set()),
    ],
)
def test_what_is_required_of_the_verdict(kind, kept):
    found = replace(proof(), verdict=Verdict(kind, ("why",)))
    wanted = ("better", "not-worse", "not-broken")
    assert {each for each in wanted if limits(found, require=each)["require"]} == kept


def test_how_much_longer_a_cold_build_may_take():
    made = proof()  # 73.1 s before, 41.3 s after
    assert limits(made) == {}
    assert limits(made, max_build_increase="0%") == {"max-build-increase": True}
    other = replace(made, before=made.after, after=made.before)
    assert limits(other, max_build_increase="76%") == {"max-build-increase": False}
    assert limits(other, max_build_increase="78%") == {"max-build-increase": True}
    unmeasured = replace(made, after=replace(made.after, builds=()))
    assert limits(unmeasured, max_build_increase="100%") == {
        "max-build-increase": False
    }


@pytest.mark.parametrize(("passed", "code"), [(True, 0), (False, 1)])
@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "junit"])
def test_the_exit_code_is_that_of_the_limits(run, app, monkeypatch, passed, code, form):
    made = replace(proof(), outcomes=(Outcome("require", "better", "mixed", passed),))
    monkeypatch.setattr(proving, "proven", lambda *_: made)
    result = run("prove", "a", "b", "--format", form)
    assert result.exit_code == code
    assert result.stdout
