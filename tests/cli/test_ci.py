"""The commands `ci explain` and `ci trend`: what is printed, and exit codes."""

from __future__ import annotations

import json

import pytest
from cache.records.dockerbuilds import (
    CHANGES,
    FILES,
    RECORDED,
    dockerbuild,
    parts,
    recorded,
)
from repositories import Repository
from schemas import validator

REQUIREMENTS = str(RECORDED / "requirements.dockerbuild")


@pytest.fixture
def repository(project, monkeypatch):
    """The commits of the recorded builds, in `app`, which is the working directory."""
    found = Repository(project / "app")
    found.commit(FILES, "start")
    for change in CHANGES:
        found.commit(change)
    monkeypatch.chdir(found.root)
    return found


def explained(run, *args):
    result = run("ci", "explain", *args, "--format", "json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    validator("cache", "run").validate(found)
    return found


def refused(run, *args):
    result = run("ci", *args)
    assert result.exit_code == 2, (result.stdout, result.stderr)
    assert "Traceback" not in result.stderr
    return result.stderr


def whys(found):
    return [step["why"] for step in found["steps"]]


AFTER = ("--after", "main~2")
CHANGED = ["none", *["change"] * 4, "none", *["change"] * 3]


def test_a_build_record(run, repository):
    found = explained(run, REQUIREMENTS, *AFTER)
    assert whys(found) == CHANGED
    assert found["record"]["form"] == "build record"
    assert found["record"]["imports"] == [
        {"source": "127.0.0.1:5977/dcache:max", "error": None}
    ]
    assert found["verdict"].endswith("all of them for what changed")
    assert found["before"] == repository.git("rev-parse", "main~3")[:10]


def test_the_commit_that_was_built_is_the_one_that_the_record_names(run, repository):
    history, log, statement = parts(recorded("requirements.dockerbuild"))
    revision = repository.git("rev-parse", "main~2")
    history["FrontendAttrs"] = {**history["FrontendAttrs"], "vcs:revision": revision}
    (repository.root / "a.dockerbuild").write_bytes(
        dockerbuild(history, log, statement)
    )
    found = explained(run, "a.dockerbuild")
    assert (whys(found), found["after"]) == (CHANGED, revision[:10])
    assert "fetch it, or name the commit with --after" in refused(
        run, "explain", REQUIREMENTS
    )


def test_a_log_and_a_metadata_file_of_one_build(run, repository):
    log, metadata = (
        str(RECORDED / f"requirements.{end}") for end in ("log", "metadata.json")
    )
    found = explained(run, log, metadata, *AFTER)
    assert (whys(found), found["record"]["form"]) == (CHANGED, "plain log")
    assert found["record"]["bases"], "the metadata file has them"
    assert "nothing of single steps" in refused(run, "explain", metadata, *AFTER)


def test_an_argument_that_holds_the_commit_was_another_one_before(run, repository):
    after, before = (repository.git("rev-parse", f"main~{at}")[:12] for at in (0, 1))
    (repository.root / "a.log").write_bytes(recorded("min.rawjson"))
    found = explained(run, "a.log", "--build-arg", f"VERSION={after}")
    assert "VERSION has a different value" in found["steps"][-1]["reason"]
    found = explained(run, "a.log", "--build-arg", f"VERSION={before}")
    assert "VERSION" not in found["steps"][-1]["reason"]


def test_a_base_image_that_moved(run, repository):
    moved, first = (
        str(RECORDED / f"{name}.dockerbuild") for name in ("base-moved", "first")
    )
    found = explained(
        run, moved, "--previous", first, "--before", "main~3", "--after", "main~3"
    )
    assert whys(found)[0] == "base"
    assert any("pin the base image by digest" in each for each in found["to_do"])


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_for_people(run, repository, form):
    result = run(
        "ci",
        "explain",
        str(RECORDED / "min.rawjson"),
        "--before",
        "main~3",
        "--format",
        form,
    )
    assert result.exit_code == 0
    assert "requirements.txt" in result.stdout
    assert "mode=max" in result.stdout
    assert "HEAD is taken" in result.stdout


def test_a_build_of_another_dockerfile_is_refused(run, repository):
    repository.commit(
        {"Dockerfile": "FROM scratch\nCOPY other /other\n", "other": "x\n"}
    )
    assert "no step of it is one of this Dockerfile's" in refused(
        run, "explain", REQUIREMENTS, "--after", "main"
    )


def test_one_of_several_builds_in_a_log(run, repository):
    one = "#1 [internal] load build definition from Dockerfile\n#1 DONE 0.1s\n#2 [1/2] FROM a\n#2 DONE 1.0s\n#3 [2/2] RUN x\n#3 DONE 1.0s\n"
    (repository.root / "job.log").write_text(
        one + recorded("requirements.log").decode(), encoding="utf-8"
    )
    found = explained(run, "job.log", *AFTER)
    assert whys(found) == CHANGED
    assert any("job.log has 2 builds" in note for note in found["notes"])
    assert whys(explained(run, "job.log", *AFTER, "--build", "2")) == CHANGED
    said = refused(run, "explain", "job.log", *AFTER, "--build", "3")
    assert "--build 3: job.log has 2 builds" in said
    one_build = refused(run, "explain", REQUIREMENTS, "--build", "2")
    assert "requirements.dockerbuild has 1 build\n" in f"{one_build}\n"


def test_the_number_of_a_build_is_for_the_files_with_several(run, repository):
    one = "#1 [internal] load build definition from Dockerfile\n#1 DONE 0.1s\n#2 [1/2] FROM a\n#2 DONE 1.0s\n#3 [2/2] RUN x\n#3 DONE 1.0s\n"
    log = one + recorded("requirements.log").decode()
    (repository.root / "job.log").write_text(log, encoding="utf-8")
    found = explained(run, "job.log", REQUIREMENTS, *AFTER, "--build", "2")
    assert whys(found) == CHANGED


def test_a_trend_names_each_build_of_a_file(run, repository):
    one = "#1 [internal] load build definition from Dockerfile\n#1 DONE 0.1s\n#2 [1/2] FROM a\n#2 DONE 1.0s\n#3 [2/2] RUN x\n#3 DONE 1.0s\n"
    (repository.root / "job.log").write_text(one + one, encoding="utf-8")
    for form in ("text", "markdown"):
        said = run("ci", "trend", "job.log", "--format", form).stdout
        assert "job.log, build 1" in said
        assert "job.log, build 2" in said
    result = run("ci", "trend", "job.log", "--format", "json")
    found = json.loads(result.stdout)
    validator("cache", "record_trend").validate(found)
    assert [each["number"] for each in found["builds"]] == [1, 2]
    assert "0 of 1 step hit" in run("ci", "trend", "job.log").stdout
    assert ", build" not in run("ci", "trend", REQUIREMENTS).stdout


def test_the_first_commit_has_none_before_it(run, repository):
    assert "--before" in refused(run, "explain", REQUIREMENTS, "--after", "main~3")


def test_what_is_no_record(run, repository):
    for name, content in {"a": b"hello\n", "b": b"\x1f\x8bx", "c": b""}.items():
        (repository.root / name).write_bytes(content)
        assert refused(run, "explain", name).startswith(f"error: {name}: ")


def test_a_trend(run, repository):
    files = [
        str(RECORDED / f"{name}.dockerbuild")
        for name in ("code", "first", "requirements")
    ]
    result = run("ci", "trend", *files, "--format", "json")
    found = json.loads(result.stdout)
    validator("cache", "record_trend").validate(found)
    assert [each["name"] for each in found["builds"]] == [
        "first.dockerbuild",
        "requirements.dockerbuild",
        "code.dockerbuild",
    ]
    assert [each["hits"] for each in found["builds"]] == [0, 2, 2]
    assert len(found["steps"]) == 9
    for form in ("text", "markdown"):
        result = run("ci", "trend", *files, "--format", form)
        assert "3 builds: 15 % of 27 steps were hits" in result.stdout
        assert "077d50ff17" in result.stdout


def test_times_of_a_record_are_those_of_a_replay(run, repository):
    result = run(
        "cache",
        "explain",
        "--change",
        "app/main.py",
        "--times",
        REQUIREMENTS,
        "--format",
        "json",
    )
    steps = {
        step["line"]: step["seconds"] for step in json.loads(result.stdout)["steps"]
    }
    assert 1 < steps[5] < 5
    assert steps[3] is None, "it was a hit"
    more = ("--times", str(RECORDED / "first.dockerbuild"), "--times", REQUIREMENTS)
    result = run("cache", "replay", "--format", "json", *more)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["times"]["seconds"]["3"] > 0, (
        "the first build ran it"
    )
