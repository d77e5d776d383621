"""Proofs without an engine: which versions they are of, what both builds are given, and their limits."""

from __future__ import annotations

from dataclasses import replace

import pygit2
import pytest
from proofs import proof

from lightship.config import find_config
from lightship.errors import UsageError
from lightship.flows.build_options import BuildOptions
from lightship.flows.proof.measuring import build_words, with_platform
from lightship.flows.proof.prove import increase_of, judge_proof, plan_proof
from lightship.flows.proof.requests import (
    MeasureOptions,
    MeasuringOptions,
    PassedOptions,
    ProveRequest,
    VerdictOptions,
    VersionOptions,
)
from lightship.flows.proof.versions import build_of_versions, question_of
from lightship.proof.proof import Verdict, VerdictKind

DOCKERFILE = "FROM python:3.13-slim\nCOPY main.py /\nCMD gunicorn main:app\n"


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    find_config.config_for.cache_clear()
    (tmp_path / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    (tmp_path / "Dockerfile.new").write_text(
        DOCKERFILE.replace("CMD", "LABEL a=b\nCMD"), encoding="utf-8"
    )
    (tmp_path / "main.py").write_text("print()\n")
    return tmp_path


@pytest.fixture
def repository(app):
    """The project with one commit."""
    made = pygit2.init_repository(str(app))
    made.index.add_all()
    author = pygit2.Signature("a", "a@example.invalid", 1_790_000_000, 0)
    made.create_commit("HEAD", author, author, "first", made.index.write_tree(), [])
    made.index.write()
    return app


def question(before=None, after=None, **more):
    versions = VersionOptions(before, after, **more)
    taken = build_of_versions(versions, BuildOptions())
    return question_of(versions, taken, MeasureOptions())


def test_the_sides_are_what_was_named(repository):
    (repository / "Dockerfile").write_text(DOCKERFILE + "LABEL a=b\n", encoding="utf-8")
    found = question()
    assert found.names == ("HEAD", "the files on the disk")
    assert len(found.commit) == 40
    assert found.before.build.dockerfile.text == DOCKERFILE
    assert found.after.build.dockerfile.text == DOCKERFILE + "LABEL a=b\n"
    assert found.diff.splitlines()[-1] == "+LABEL a=b"
    found = question("Dockerfile", "Dockerfile.new")
    assert found.names == ("Dockerfile", "Dockerfile.new")
    assert "LABEL a=b" in found.after.build.dockerfile.text
    found = question(unsafe_fixes=True)
    assert found.names == ("as it is", "with the fixes")
    assert {part.rule for part in found.parts} >= {"shell-form-command", "root-user"}


def test_what_lightship_keeps_is_no_part_of_a_version(app):
    for name in ("one", "two"):
        (app / name).mkdir()
        (app / name / "Dockerfile").write_text(
            f"FROM scratch\nLABEL a={name}\n", encoding="utf-8"
        )
        (app / name / ".lightship" / "proofs").mkdir(parents=True)
        (app / name / ".lightship" / "proofs" / "1.json").write_text("{}")
    found = question("one", "two")
    assert [sorted(side.tree.files) for side in (found.before, found.after)] == [
        ["Dockerfile"]
    ] * 2


def test_options_of_the_build_are_handed_on(app):
    options = build_words(
        PassedOptions(
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
    ("platforms", "given", "wanted"),
    [
        (("linux/arm64",), None, "linux/arm64"),
        (("linux/arm64",), "linux/amd64", "linux/amd64"),
        (("linux/amd64", "linux/arm64"), None, None),
        ((), None, None),
    ],
)
def test_the_only_platform_of_a_build_is_taken(platforms, given, wanted):
    passed = with_platform(PassedOptions(platform=given), platforms)
    assert passed.platform == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [(None, None), ("20%", 0.2), ("0.2", 0.2), ("0", 0.0), ("100 %", 1.0)],
)
def test_shares(text, wanted):
    assert increase_of(VerdictOptions(text)) == wanted


@pytest.mark.parametrize("text", ["", "x", "-1", "101%", "1.5"])
def test_what_is_no_share_is_refused(text):
    with pytest.raises(UsageError, match="write 20% or"):
        increase_of(VerdictOptions(text))


def limits(found, **more):
    return {
        each.name: each.passed for each in judge_proof(found, VerdictOptions(**more))
    }


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        (VerdictKind.BETTER, {"better", "not-worse", "not-broken"}),
        (VerdictKind.SAME, {"not-worse", "not-broken"}),
        (VerdictKind.MIXED, {"not-broken"}),
        (VerdictKind.WORSE, {"not-broken"}),
        (VerdictKind.BROKEN, set()),
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


COMPOSE = """\
services:
  web:
    build:
      context: .
      dockerfile: docker/Dockerfile
      args: {A: "1"}
      additional_contexts: {shared: libs, base: "docker-image://python:3.13", web: "service:x"}
"""


@pytest.fixture
def built_elsewhere(repository):
    """The Dockerfile below docker/, of which a compose file speaks."""
    for folder in ("docker", "libs"):
        (repository / folder).mkdir()
    (repository / "Dockerfile").rename(repository / "docker/Dockerfile")
    (repository / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
    return repository


def test_named_contexts_go_to_the_builder_and_the_user_wins(built_elsewhere):
    passed = PassedOptions(build_context=("base=docker-image://a",))
    measuring = MeasuringOptions(passed=passed)
    request = ProveRequest(VersionOptions(fix=True), measuring)
    told = []

    plan = plan_proof(request, told.append)

    assert [word for word in plan.asked.options if "build-context" in word] == [
        "--build-context=base=docker-image://a",
        f"--build-context=shared={built_elsewhere / 'libs'}",
    ]
    assert plan.question.before.build.args == {"A": "1"}
    assert plan.question.before.build.path == "docker/Dockerfile"
    assert plan.store == "./.lightship/proofs"
    assert told[0].startswith("Build of docker/Dockerfile: context ., build args A, as")


def test_two_dockerfiles_have_the_build_of_the_one_that_is_known(built_elsewhere):
    found = question("Dockerfile.new", "docker/Dockerfile")
    assert found.before.build.path == "Dockerfile.new"
    assert [side.build.args for side in (found.before, found.after)] == [{"A": "1"}] * 2


def test_two_dockerfiles_of_which_no_file_speaks_are_built_here(repository):
    found = question("Dockerfile", "Dockerfile.new")
    assert found.before.build.context is not None
    assert found.before.tree.files.keys() == found.after.tree.files.keys()
    assert "main.py" in found.before.tree.files
