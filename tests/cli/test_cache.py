"""The commands `cache explain`, `replay` and `advise`: what is printed, what is written, and exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import tracemalloc

import pytest
from report.pages import words_of
from repositories import Repository
from schemas import validator

DOCKERFILE = """\
FROM python:3.13
WORKDIR /app
COPY requirements.txt .
RUN pip install x
COPY . .
RUN python -m compileall .
"""
COPY_FIRST = (
    "FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n"
)
FILES = {
    "Dockerfile": DOCKERFILE,
    ".dockerignore": ".git\nDockerfile\n.dockerignore\n",
    "app.py": "1\n",
    "requirements.txt": "flask\n",
    "docs/a.md": "# a\n",
}


def write(root, contents):
    for path, text in contents.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


@pytest.fixture
def repository(project):
    """A repository with four commits, in `app`."""
    found = Repository(project / "app")
    found.commit(FILES, "start")
    found.commit({"app.py": "2\n"}, "code")
    found.commit({"requirements.txt": "django\n"}, "dependencies")
    found.commit({"app.py": "3\n"}, "code again")
    return found


def shown(run, *args, schema):
    result = run("cache", *args, "--format", "json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    validator("cache", schema).validate(found)
    return found


def explained(run, *args):
    steps = shown(run, "explain", *args, schema="explanation")["steps"]
    return [(step["instruction"].split()[0], step["hit"]) for step in steps]


def refused(run, *args):
    """What is said on standard error: one message, for a person."""
    result = run("cache", *args)
    assert result.exit_code == 2, (result.stdout, result.stderr)
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    return result.stderr


HITS = [("WORKDIR", True), ("COPY", True), ("RUN", True), ("COPY", True), ("RUN", True)]
CODE = [*HITS[:3], ("COPY", False), ("RUN", False)]
ALL = [HITS[0], *((word, False) for word, _ in HITS[1:])]


@pytest.fixture
def two(project):
    write(project / "one", FILES)
    write(project / "two", {**FILES, "app.py": "2\n"})
    return project


def test_two_directories(run, two):
    found = shown(run, "explain", "one", "two", schema="explanation")
    copy = found["steps"][3]
    assert [step["hit"] for step in found["steps"]] == [True, True, True, False, False]
    assert {"stage", "line", "instruction", "hit", "reason"} <= copy.keys()
    assert (copy["stage"], copy["line"], copy["instruction"]) == (
        "stage-0",
        5,
        "COPY . .",
    )
    assert "`app.py` changed: 1 line" in str(copy["reason"])
    assert explained(run, "one", "one") == HITS


def test_stages_are_in_order_and_those_not_needed_are_absent(run, two):
    text = "FROM a AS dead\nRUN x\nFROM a AS b\nRUN y\nFROM a\nCOPY --from=b /o /o\nLABEL a=b\nADD app.py /\nWORKDIR /w\n"
    write(two / "one", {"Dockerfile": text})
    final = [("stage-2", 6), ("stage-2", 8), ("stage-2", 9)]
    for target, places in (("stage-2", [("b", 4), *final]), ("dead", [("dead", 2)])):
        named = () if target == "stage-2" else ("--target", target)
        steps = shown(run, "explain", "one", "one", *named, schema="explanation")[
            "steps"
        ]
        assert [(step["stage"], step["line"]) for step in steps] == places


def test_build_args_of_one_side_and_of_both(run, two):
    write(two / "one", {"Dockerfile": "FROM a\nARG V\nRUN make\n"})
    assert explained(run, "one", "one", "--after-build-arg", "V=2") == [("RUN", False)]
    assert explained(run, "one", "one", "--before-build-arg", "V=2") == [("RUN", False)]
    assert explained(run, "one", "one", "--build-arg", "V=2") == [("RUN", True)]
    both = ("--before-build-arg", "V=2", "--after-build-arg", "V=2")
    assert explained(run, "one", "one", *both) == [("RUN", True)]


def test_against_head_and_against_refs(run, repository, monkeypatch):
    assert explained(run, "app") == HITS
    (repository.root / "app.py").write_text("4\n")
    assert explained(run, "app") == CODE
    monkeypatch.chdir(repository.root)
    assert explained(run) == CODE
    assert explained(run, "--since", "HEAD~2") == ALL
    assert explained(run, "--since", "HEAD~1", "--until", "HEAD") == CODE
    assert explained(run, "--since", "HEAD~2", "--until", "HEAD~1") == ALL


def test_git_itself_and_what_it_ignores_count_for_nothing(run, repository):
    repository.commit({".dockerignore": "Dockerfile\n", ".gitignore": "*.log\n"})
    write(repository.root, {"debug.log": "1"})
    assert explained(run, "app") == HITS


def test_as_if_a_file_had_changed(run, two):
    assert explained(run, "one", "--change", "requirements.txt") == ALL
    assert explained(run, "one", "--change", "app.py") == CODE
    assert "nowhere.py" in refused(run, "explain", "one", "--change", "nowhere.py")
    assert "--change" in refused(run, "explain", "one", "two", "--change", "app.py")
    assert "--since" in refused(
        run, "explain", "one", "--change", "app.py", "--since", "HEAD"
    )


def test_a_dockerfile_beside_the_context(run, repository):
    repository.commit(
        {"sub/a.py": "1\n", "build/app.Dockerfile": "FROM a\nCOPY . /app\nRUN make\n"}
    )
    where = ("app/sub", "-f", "app/build/app.Dockerfile")
    assert explained(run, *where) == [("COPY", True), ("RUN", True)]
    (repository.root / "app.py").write_text("5\n")
    assert explained(run, *where) == [("COPY", True), ("RUN", True)]
    (repository.root / "sub/a.py").write_text("2\n")
    assert explained(run, *where) == [("COPY", False), ("RUN", False)]
    repository.commit()
    found = shown(run, "replay", *where, "--commits", "1", schema="replay")
    assert [step["rebuilt"] for step in found["steps"]] == [1, 1]


def test_a_subdirectory_with_a_containerfile_and_an_ignore_file_of_its_name(
    run, repository
):
    contents = {
        "Containerfile": "FROM a\nCOPY . /app\n",
        "Containerfile.dockerignore": "*\n!a.py\n",
        "a.py": "1\n",
    }
    repository.commit(
        {
            f"sub/{path}": text
            for path, text in {**contents, ".dockerignore": "a.py\n"}.items()
        }
    )
    (repository.root / "sub/b.py").write_text("2\n")
    assert explained(run, "app/sub") == [("COPY", True)]
    (repository.root / "sub/a.py").write_text("2\n")
    assert explained(run, "app/sub") == [("COPY", False)]


@pytest.mark.parametrize(
    "command", ["explain app", "explain app app", "replay app", "advise app"]
)
def test_what_buildkit_refuses_is_named_by_file_and_line(run, repository, command):
    (repository.root / ".dockerignore").write_text("docs\na[\n")
    told = refused(run, *command.split())
    assert ".dockerignore, line 2" in told
    assert "a[" in told
    write(repository.root, {".dockerignore": "", "Dockerfile": "FROM a\nCOPY\n"})
    assert "line 2" in refused(run, *command.split())
    (repository.root / "Dockerfile").write_text("")
    assert refused(run, *command.split())


@pytest.mark.parametrize("command", ["explain", "replay", "advise"])
def test_without_git_a_sentence(run, project, command):
    write(project / "one", FILES)
    told = refused(run, command, "one")
    assert "one is not in a git repository" in told


@pytest.mark.parametrize("command", ["explain", "replay", "advise"])
def test_no_commits_no_dockerfile(run, project, command):
    empty = Repository(project / "empty")
    assert "no Dockerfile" in refused(run, command, "empty")
    empty.write(FILES)
    assert "no commits" in refused(run, command, "empty")


def test_wrong_names(run, repository):
    assert "nowhere" in refused(run, "explain", "app", "--since", "nowhere")
    assert "nowhere" in refused(run, "replay", "app", "--branch", "nowhere")
    assert "3 directories" in refused(run, "explain", "app", "app", "app")
    assert "stage" in refused(run, "explain", "app", "--target", "nowhere")
    assert refused(run, "explain", "app", "-f", "app/nowhere.Dockerfile")
    assert refused(run, "replay", "app", "--commits", "0")


def test_a_replay(run, repository):
    found = shown(run, "replay", "app", "--commits", "3", schema="replay")
    assert found["commits"] == 3
    assert [(step["line"], step["rebuilt"]) for step in found["steps"]] == [
        (2, 0),
        (3, 1),
        (4, 1),
        (5, 3),
        (6, 3),
    ]
    assert {"stage", "line", "instruction", "rebuilt", "reasons"} <= found["steps"][
        0
    ].keys()
    assert (
        shown(run, "replay", "app", "--commits", "2", schema="replay")["commits"] == 2
    )
    assert shown(run, "replay", "app", schema="replay")["commits"] == 4


def test_a_revert_is_a_hit(run, repository):
    repository.commit({"app.py": "2\n"})
    found = shown(run, "replay", "app", "--commits", "3", schema="replay")
    assert [step["rebuilt"] for step in found["steps"]] == [0, 1, 1, 2, 2]
    assert [len(each["missed"]) for each in found["history"]] == [4, 2, 0]


def test_todays_dockerfile_is_that_on_the_disk(run, repository):
    (repository.root / "Dockerfile").write_text("FROM a\nCOPY docs /docs\n")
    found = shown(run, "replay", "app", "--commits", "3", schema="replay")
    assert [step["rebuilt"] for step in found["steps"]] == [0]
    found = shown(run, "replay", "app", "--commits", "3", "--historic", schema="replay")
    assert len(found["steps"]) == 5


def test_a_dockerfile_that_came_late_and_moved(run, project):
    repository = Repository(project / "app")
    repository.commit({"app.py": "1\n"})
    repository.commit({"Dockerfile": DOCKERFILE, "requirements.txt": "flask\n"})
    repository.commit({"Dockerfile": None, "build/Dockerfile": DOCKERFILE})
    repository.commit({"app.py": "2\n"})
    found = shown(
        run,
        "replay",
        "app",
        "-f",
        "app/build/Dockerfile",
        "--historic",
        schema="replay",
    )
    failed = [each["failed"] for each in found["history"]]
    assert [bool(each) for each in failed] == [True, False, False, False]
    assert "no Dockerfile" in failed[0] or "no build/Dockerfile" in failed[0]
    assert [step["rebuilt"] for step in found["steps"]] == [1, 1, 1, 3, 3]


def test_a_shallow_clone_is_said_to_be_one(run, repository, project):
    subprocess.run(
        [
            "git",
            "clone",
            "--quiet",
            "--depth",
            "2",
            f"file://{repository.root}",
            "clone",
        ],
        cwd=project,
        check=True,
    )
    found = shown(run, "replay", "clone", schema="replay")
    assert found["commits"] == 1
    assert any("shallow" in note for note in found["notes"])


def test_a_bare_repository(run, repository, project):
    subprocess.run(
        ["git", "clone", "--quiet", "--bare", str(repository.root), "bare.git"],
        cwd=project,
        check=True,
    )
    found = shown(run, "replay", "bare.git", "--commits", "3", schema="replay")
    assert [step["rebuilt"] for step in found["steps"]] == [0, 1, 1, 3, 3]
    assert "bare" in refused(run, "explain", "bare.git")
    assert explained(run, "bare.git", "--since", "HEAD~1", "--until", "HEAD") == CODE
    assert "bare" in refused(run, "advise", "bare.git", "--write")


def test_merges_are_one_commit(run, repository):
    repository.git("checkout", "--quiet", "-b", "side", "HEAD~1")
    for number in range(3):
        repository.commit({f"side{number}.py": "1\n"})
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "side", "-m", "merge")
    found = shown(run, "replay", "app", "--commits", "1", schema="replay")
    assert [step["rebuilt"] for step in found["steps"]] == [0, 0, 0, 1, 1]
    assert (
        shown(
            run, "replay", "app", "--branch", "side", "--commits", "3", schema="replay"
        )["commits"]
        == 3
    )


def test_a_submodule_is_named(run, repository, project):
    other = Repository(project / "other")
    other.commit({"a": "1"})
    repository.git("submodule", "--quiet", "add", str(other.root), "vendor")
    repository.commit()
    found = shown(run, "replay", "app", "--commits", "1", schema="replay")
    assert any("submodule" in note for note in found["notes"])


def test_hooks_and_filters_never_run(run, repository, project):
    trap = f"touch {project}/trapped"
    for name in (
        "post-checkout",
        "pre-commit",
        "post-index-change",
        "fsmonitor-watchman",
    ):
        hook = repository.root / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\n{trap}\n", encoding="utf-8")
        hook.chmod(0o755)
    repository.commit({".gitattributes": "*.py filter=trap diff=trap\n"})
    for key in (
        "filter.trap.clean",
        "filter.trap.smudge",
        "diff.trap.textconv",
        "core.fsmonitor",
        "core.pager",
    ):
        repository.git("config", key, trap)
    (project / "trapped").unlink(missing_ok=True)
    (repository.root / "app.py").write_text("5\n")
    for command in (
        ("explain", "app"),
        ("replay", "app", "--historic"),
        ("advise", "app"),
    ):
        assert run("cache", *command).exit_code == 0
    assert not (project / "trapped").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_repository_of_another_user(run, repository):
    for folder, _, names in os.walk(repository.root):
        for path in (folder, *(os.path.join(folder, name) for name in names)):
            os.lchown(path, 4321, 4321)
    assert explained(run, "app") == HITS
    assert shown(run, "replay", "app", schema="replay")["commits"] == 4


def test_links_that_go_round_and_names_that_are_no_utf8(run, two):
    for folder in (two / "one", two / "two"):
        (folder / "round").symlink_to("round")
        (folder / "out").symlink_to("/etc")
        (folder / "up").symlink_to("..")
        with open(os.fsencode(folder) + b"/\xff", "w", encoding="utf-8") as file:
            file.write(folder.name)
    steps = shown(run, "explain", "one", "two", schema="explanation")["steps"]
    assert "\\xff" in str(steps[3]["reason"])


def test_a_pipe_and_a_file_that_is_larger_than_what_is_held_of_it(run, two):
    os.mkfifo(two / "one" / "pipe")
    os.mkfifo(two / "two" / "pipe")
    with open(two / "two" / "big", "wb") as file:
        file.truncate(256 << 20)
    tracemalloc.start()
    try:
        step = shown(run, "explain", "one", "two", schema="explanation")["steps"][3]
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 64 << 20
    assert "`big` is new" in str(step["reason"])
    assert "pipe" not in str(step["reason"])


def test_times(run, repository, project):
    (project / "times.json").write_text("{")
    assert "times.json" in refused(run, "replay", "app", "--times", "times.json")
    (project / "times.json").write_bytes(b"\xff\x00nonsense")
    assert "times.json" in refused(run, "explain", "app", "--times", "times.json")
    assert refused(run, "replay", "app", "--times", "nowhere.json")
    assert "--measure" in refused(
        run, "replay", "app", "--times", "times.json", "--measure"
    )
    assert "--measure-with" in refused(run, "replay", "app", "--measure-with", "--pull")


@pytest.mark.parametrize("command", ["explain", "replay", "advise"])
@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_every_format(run, repository, project, command, form):
    repository.commit({"Dockerfile": COPY_FIRST})
    repository.commit({"app.py": "8\n"})
    (repository.root / "app.py").write_text("9\n")
    result = run("cache", command, "app", "--format", form)
    assert result.exit_code == 0, result.stderr
    text = words_of(result.stdout) if form == "html" else result.stdout
    assert "COPY . ." in text
    printed = run("cache", command, "app", "--format", form, "-o", "found")
    assert (printed.exit_code, printed.stdout) == (0, "")
    assert (project / "found").read_text(encoding="utf-8") == result.stdout
    assert result.stderr == ""


def test_output_into_nowhere(run, repository):
    assert refused(run, "replay", "app", "-o", "no/such/folder/file")


def test_advice_is_written_only_when_asked(run, repository):
    repository.commit({"Dockerfile": COPY_FIRST, "app.py": "5\n"})
    repository.commit({"app.py": "6\n"})
    before = (repository.root / "Dockerfile").read_text(encoding="utf-8")
    found = shown(run, "advise", "app", schema="advice")
    assert found["advice"]
    assert (repository.root / "Dockerfile").read_text(encoding="utf-8") == before
    assert "--write 99" in refused(run, "advise", "app", "--write", "99")
    result = run("cache", "advise", "app", "--write", "1")
    assert result.exit_code == 0, result.stderr
    assert "wrote" in result.stderr
    assert repository.git("status", "--short") != ""


def test_advice_on_a_dockerfile_beside_the_context_is_written_there(run, repository):
    repository.commit({"sub/requirements.txt": "flask\n", "Dockerfile.sub": COPY_FIRST})
    for number in range(3):
        repository.commit({"sub/app.py": f"{number}\n"})
    result = run(
        "cache",
        "advise",
        "app/sub",
        "-f",
        "app/Dockerfile.sub",
        "--commits",
        "3",
        "--write",
        "1",
    )
    assert result.exit_code == 0, result.stderr
    assert repository.git("status", "--short", "Dockerfile.sub") == " M Dockerfile.sub"
    assert not (repository.root / "sub/Dockerfile.sub").exists()


def test_nothing_to_advise(run, repository):
    (repository.root / "Dockerfile").write_text("FROM a\nRUN true\n")
    assert shown(run, "advise", "app", schema="advice")["advice"] == []
    assert "nothing to write" in refused(run, "advise", "app", "--write")


TIMED = {
    "steps": [
        {"line": 3, "seconds": 0.5},
        {"line": 4, "seconds": 30.0},
        {"line": 5, "seconds": 0.5},
        {"line": 6, "seconds": 2.0},
    ]
}


def gated(run, *args):
    """The limits of a gate, and the exit code."""
    result = run("cache", "explain", "app", *args, "--format", "json")
    found = json.loads(result.stdout)
    validator("cache", "explanation").validate(found)
    limits = found["gate"]["limits"]
    return [(row["name"], row["figure"]) for row in limits], result.exit_code


@pytest.fixture
def times(project):
    (project / "times.json").write_text(json.dumps(TIMED))
    return ("--times", "times.json")


def test_a_rebuild_within_its_limits_passes(run, repository, times):
    since = ("--since", "HEAD~1", *times)
    found, code = gated(
        run, *since, "--max-rebuild", "3s", "--must-hit", "pip  install"
    )
    assert (found, code) == ([("max-rebuild", "2.5 s"), ("must-hit", "a hit")], 0)


def test_a_rebuild_beyond_its_limits_fails_with_the_reason(run, repository, times):
    since = ("--since", "HEAD~2", *times)
    found, code = gated(
        run, *since, "--max-rebuild", "30s", "--must-hit", "pip install"
    )
    assert (found, code) == (
        [("max-rebuild", "33 s"), ("must-hit", "1 step rebuilt")],
        1,
    )
    result = run("cache", "explain", "app", "--since", "HEAD~2", "--must-hit", "4")
    assert result.exit_code == 1
    assert "GATE  FAILED, 1 of 1" in result.stdout
    assert "line 4: the step before it is rebuilt (first line 3)" in result.stdout


def test_a_step_that_is_not_there_is_no_hit(run, repository):
    found, code = gated(run, "--must-hit", "npm ci")
    assert (found, code) == (
        [("must-hit", "no such step in this build")],
        1,
    )


SEVERAL_LINES = """\
FROM python:3.13
RUN apt-get update && \\
    # a comment
    apt-get install -y gcc
RUN <<EOF
pip  install flask
EOF
COPY requirements.txt .
"""


@pytest.mark.parametrize("text", ["2", "3", "4", "5", "6", "7", "pip install flask"])
def test_a_step_is_meant_by_each_of_its_lines(run, repository, text):
    repository.commit({"Dockerfile": SEVERAL_LINES}, "several lines")
    found, code = gated(run, "--since", "HEAD", "--must-hit", text)
    assert (found, code) == ([("must-hit", "a hit")], 0)


def test_a_line_of_no_step_means_none(run, repository):
    repository.commit({"Dockerfile": SEVERAL_LINES}, "several lines")
    found, code = gated(run, "--since", "HEAD", "--must-hit", "9")
    assert (found, code) == ([("must-hit", "no such step in this build")], 1)


def test_seconds_are_not_limited_without_times(run, repository):
    assert "--times" in refused(run, "explain", "app", "--max-rebuild", "3s")


def test_a_new_run_without_a_time_is_within_no_limit(run, repository, times):
    lines = [*DOCKERFILE.rstrip().split("\n"), "RUN sleep 36000", ""]
    repository.commit({"Dockerfile": "\n".join(lines)}, "a slow step")
    limit = ("--since", "HEAD~1", *times, "--max-rebuild", "60s")
    found, code = gated(run, *limit)
    assert (found, code) == (
        [("max-rebuild", "0 s, and 1 step without a known time")],
        1,
    )
    result = run("cache", "explain", "app", *limit)
    assert "--unknown" in result.stdout
    assert "sleep 36000" in result.stdout

    found, code = gated(run, *limit, "--unknown", "40s")
    assert (code, found[0][1][:4]) == (0, "40 s")
    assert gated(run, *limit, "--unknown", "61s")[1] == 1
    assert "--max-rebuild" in refused(run, "explain", "app", "--unknown", "3s")


def test_a_build_that_fails_is_within_no_limit(run, repository, times):
    repository.commit(
        {"Dockerfile": DOCKERFILE.replace("COPY req", "COPY gone/req")}, "broken"
    )
    found, code = gated(run, "--since", "HEAD~1", *times, "--max-rebuild", "1h")
    assert (found, code) == ([("max-rebuild", "the build fails")], 1)


def test_a_branch_is_compared_with_where_it_began(run, repository):
    repository.git("checkout", "--quiet", "-b", "feature", "HEAD~2")
    repository.commit({"app.py": "4\n"}, "feature")
    tip = explained(run, "app", "--since", "main", "--until", "HEAD")
    assert tip == ALL, "main has other requirements by now"
    began = explained(run, "app", "--since", "main", "--merge-base")
    assert began == CODE


def test_git_changes_with_every_commit_where_it_is_sent(run, repository):
    repository.commit({".dockerignore": "Dockerfile\n"}, "send .git")
    repository.commit(
        {"README.md": "x\n", ".dockerignore": "Dockerfile\nREADME.md\n.dockerignore\n"},
        "a",
    )
    repository.commit({"README.md": "y\n"}, "b")
    assert explained(run, "app", "--since", "HEAD~1") == HITS
    assert explained(run, "app", "--since", "HEAD~1", "--with-git") == CODE
