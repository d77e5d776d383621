"""Known findings, as a user takes lightship up in a project that has some."""

from __future__ import annotations

import json
import random

import pytest

TEXT = "FROM python:3.13-slim\nUSER 1\nRUN pip install torch==1\nCMD gunicorn app:app\n"
FILE = "lightship-baseline.jsonl"
ONLY = ("--select", "DL3042,DL3025,DL3002,DL3059")


def shown(run, *arguments):
    result = run("lint", "-q", "--baseline", FILE, *ONLY, *arguments)
    assert result.exit_code in (0, 1)
    return [line.split()[:3:2] for line in result.stdout.splitlines()], result


@pytest.fixture
def known(run, project):
    """A project whose findings are known."""
    (project / "Dockerfile").write_text(TEXT, encoding="utf-8")
    result = run("baseline", *ONLY)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{FILE}: 2 findings, 2 new, 0 gone\n"
    return project


def test_what_is_known_is_not_reported(run, known):
    result = run("lint", "--baseline", FILE, *ONLY)
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "No findings in 1 file (2 findings in the baseline)."
    )
    assert run("lint", *ONLY).exit_code == 1


@pytest.mark.parametrize(
    "text",
    [
        "# a comment\n\n" + TEXT,
        TEXT.replace("USER 1\n", "ENV A=1\nUSER 1\n"),
        "FROM python:3.13-slim\nCMD gunicorn app:app\nUSER 1\nRUN pip install torch==1\n",
        TEXT.replace("RUN pip", "RUN   pip"),
        TEXT.replace("torch==1", "torch==2"),
        TEXT.replace("\n", "\r\n"),
    ],
)
def test_edits_elsewhere_moves_and_versions_bring_nothing(run, known, text):
    (known / "Dockerfile").write_bytes(text.encode())
    assert shown(run)[0] == []


def test_only_what_is_new_is_reported(run, known):
    (known / "Dockerfile").write_text(
        TEXT + "RUN pip install jax==1\n", encoding="utf-8"
    )
    lines, result = shown(run)
    assert [rule for _, rule in lines] == ["pip-cache-kept"]
    assert lines[0][0].startswith("Dockerfile:5:")
    assert result.exit_code == 1


def test_a_file_that_was_renamed_brings_nothing(run, known):
    (known / "Dockerfile").rename(known / "api.Dockerfile")
    lines, result = shown(run)
    assert (lines, result.stderr) == ([], "")


def test_a_copy_of_a_file_is_new(run, known):
    (known / "api.Dockerfile").write_text(TEXT, encoding="utf-8")
    lines, _ = shown(run)
    assert len(lines) == 2
    assert all(place.startswith("api.Dockerfile:") for place, _ in lines)
    assert shown(run, "api.Dockerfile")[0] == lines, "the other one is still there"


def test_what_no_longer_occurs_is_said_and_pruned(run, known):
    (known / "Dockerfile").write_text(
        TEXT.replace("RUN pip install torch==1\n", ""), encoding="utf-8"
    )
    lines, result = shown(run)
    assert lines == []
    assert result.exit_code == 0
    note, row = result.stderr.splitlines()
    assert note == (
        f"note: 1 finding of {FILE} no longer occurs; "
        "`lightship baseline --prune` takes them out"
    )
    assert row == "  Dockerfile: pip-cache-kept: RUN pip install torch==1"

    (known / "Dockerfile").write_text(
        "FROM a:1\nADD x y\nUSER 1\nCMD gunicorn app:app\n"
    )
    pruned = run("baseline", "--prune", "--select", "DL3042,DL3025,DL3020")
    assert pruned.stdout.splitlines() == [
        f"{FILE}: 1 finding, 0 new, 1 gone",
        "  gone: Dockerfile: pip-cache-kept: RUN pip install torch==1",
    ]
    assert "DL3020" not in (known / FILE).read_text(encoding="utf-8")


def test_what_was_not_looked_at_is_not_gone(run, known):
    (known / "b.Dockerfile").write_text(TEXT, encoding="utf-8")
    assert run("baseline", *ONLY).stdout == f"{FILE}: 4 findings, 2 new, 0 gone\n"
    before = (known / FILE).read_text(encoding="utf-8")
    only_one = run("lint", "--baseline", FILE, "--select", "DL3042", "b.Dockerfile")
    assert (only_one.exit_code, only_one.stderr) == (0, "")
    assert run("baseline", "--select", "DL3042", "Dockerfile").exit_code == 0
    assert (known / FILE).read_text(encoding="utf-8") == before


def test_a_dockerfile_that_does_not_parse_is_always_reported(run, known):
    (known / "Dockerfile").write_text("FROM a\nRNU b\n")
    assert run("baseline", *ONLY).exit_code == 2
    result = run("lint", "-q", "--baseline", FILE, *ONLY)
    assert result.exit_code == 2
    assert "syntax-error" in result.stdout
    assert result.stderr == "", "of what cannot be read nothing is known to be gone"


def test_paths_count_from_the_file(run, project, monkeypatch):
    (project / "api").mkdir()
    (project / "api/Dockerfile").write_text(TEXT, encoding="utf-8")
    run("baseline", *ONLY)
    monkeypatch.chdir(project / "api")
    result = run("lint", "--baseline", f"../{FILE}", *ONLY)
    assert result.exit_code == 0
    rows = (project / FILE).read_text(encoding="utf-8").splitlines()[1:]
    assert {json.loads(row)["path"] for row in rows} == {"api/Dockerfile"}


def test_a_configuration_names_it(run, known):
    (known / FILE).rename(known / "known.jsonl")
    (known / "lightship.toml").write_text('baseline = "known.jsonl"\n')
    (known / "sub").mkdir()
    (known / "sub/Dockerfile").write_text(TEXT, encoding="utf-8")
    result = run("lint", "-q", *ONLY)
    assert {line.split(":")[0] for line in result.stdout.splitlines()} == {
        "sub/Dockerfile"
    }
    assert run("baseline", *ONLY).exit_code == 0
    assert run("lint", "-q", *ONLY).stdout == ""
    assert run("lint", "-q", *ONLY, "sub/Dockerfile").stdout == ""


def test_findings_in_an_ignore_file_are_known(run, project):
    (project / "Dockerfile").write_text("FROM a:1\nUSER 1\nCOPY . .\n")
    (project / ".dockerignore").write_text("node_modules\n")
    (project / "package.json").write_text("{}\n")
    every = ("--select", "all")
    run("baseline", *every)
    result = run("lint", "-q", "--baseline", FILE, *every)
    assert (result.stdout, result.stderr) == ("", "")


def test_branches_are_merged_line_by_line(run, known):
    rows = (known / FILE).read_text(encoding="utf-8").splitlines()
    header, *body = rows
    random.Random(1).shuffle(body)
    (known / FILE).write_text(
        "\n".join((header, *body, *body)) + "\n\n", encoding="utf-8"
    )
    assert shown(run)[0] == []
    (known / "Dockerfile").write_text(
        TEXT + "RUN pip install jax==1\n", encoding="utf-8"
    )
    assert len(shown(run)[0]) == 1, "a row that stands twice is one"


def test_the_file_is_the_same_however_files_are_named(run, known):
    (known / "b.Dockerfile").write_text(TEXT, encoding="utf-8")
    run("baseline", *ONLY, "b.Dockerfile", "Dockerfile")
    first = (known / FILE).read_bytes()
    run("baseline", *ONLY, "Dockerfile", "b.Dockerfile")
    assert (known / FILE).read_bytes() == first


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<<<<<<< HEAD\n", "a merge conflict"),
        ("[]\n", "not a line of a baseline"),
        ('{"path": 1}\n', "not a line of a baseline"),
        ('{"path": "a", "rule": "b", "text": "c", "message": 1}\n', "not a line"),
        (
            '{"path": "a", "rule": "b", "text": "c", "message": "", "count": "x"}\n',
            "not a",
        ),
        ('{"lightship-baseline": 2}\n', "another version"),
        ("\0\n", "not a line of a baseline"),
    ],
)
def test_what_is_no_baseline_is_an_error_with_its_line(run, known, text, message):
    (known / FILE).write_text('{"lightship-baseline": 1}\n' + text, encoding="utf-8")
    result = run("lint", "--baseline", FILE)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: {FILE}:2: ")
    assert message in result.stderr


def test_a_baseline_that_there_is_not(run, known):
    result = run("lint", "--baseline", "nosuch.jsonl")
    assert result.exit_code == 2
    assert result.stderr == (
        "error: baseline nosuch.jsonl does not exist; `lightship baseline` writes it\n"
    )
    assert run("baseline", "--prune", "-o", "nosuch.jsonl").exit_code == 2


def test_a_secret_that_is_known_is_not_shown(run, project):
    secret = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"
    (project / "Dockerfile").write_text(
        f"FROM a:1\nUSER 1\nENV TOKEN={secret}\n", encoding="utf-8"
    )
    select = ("--select", "all")
    run("baseline", *select)
    assert secret not in (project / FILE).read_text(encoding="utf-8")
    (project / "Dockerfile").write_text(
        f"FROM a:1\nUSER 1\nenv TOKEN={secret}\n", encoding="utf-8"
    )
    result = run("lint", "--baseline", FILE, *select)
    assert result.stdout != ""
    assert secret not in result.stdout


def test_many_files_on_all_cores(run, project):
    for number in range(80):
        (project / f"{number:02}.Dockerfile").write_text(TEXT, encoding="utf-8")
    run("baseline", *ONLY)
    (project / "07.Dockerfile").write_text(
        TEXT + "RUN pip install jax==1\n", encoding="utf-8"
    )
    result = run("lint", "-q", "--jobs", "2", "--baseline", FILE, *ONLY)
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == [
        "07.Dockerfile"
    ]
