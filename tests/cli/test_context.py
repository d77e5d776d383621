"""The command `context`: what is printed, what is written, and exit codes."""

from __future__ import annotations

import json
import os

import pytest
from report.pages import words_of
from schemas import validator

DOCKERFILE = "FROM python:3.13\nWORKDIR /app\nCOPY . .\n"


@pytest.fixture
def app(project):
    write(
        project / "app",
        Dockerfile=DOCKERFILE,
        **{"a.py": "1", ".git/HEAD": "ref: x", "docs/a.md": "# a"},
    )
    return project / "app"


def write(root, **contents):
    for path, text in contents.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def shown(run, *args):
    result = run("context", *args, "--format", "json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    validator("context", "context").validate(found)
    return found


def test_the_files_of_json_are_those_that_copy_gets(run, app):
    write(app, **{".dockerignore": "docs\n.dockerignore\nDockerfile\n"})
    found = shown(run, "app")
    assert [(each["path"], each["size"]) for each in found["files"]] == [
        (".git/HEAD", 6),
        ("a.py", 1),
    ]
    assert (found["bytes"], found["ignore_file"], found["ignored"]["files"]) == (
        7,
        ".dockerignore",
        3,
    )


def test_the_current_directory_is_the_context_without_any(run, app, monkeypatch):
    monkeypatch.chdir(app)
    assert shown(run)["root"] == "."


def test_the_text_tells_what_to_do(run, app):
    result = run("context", "app")
    assert result.exit_code == 0
    for word in (
        "LARGEST FILES",
        "CHANGES BY ITSELF",
        ".git",
        "at every commit",
        "lightship context --write",
    ):
        assert word in result.stdout


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_a_pattern_that_buildkit_refuses_ends_with_2_and_its_line(run, app, form):
    write(app, **{".dockerignore": "docs\na[\n"})
    result = run("context", "app", "--format", form)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: .dockerignore:2: BuildKit refuses it: ")


def test_an_ignore_file_beside_the_dockerfile_wins(run, app):
    write(
        app,
        **{
            "build/api.Dockerfile": DOCKERFILE,
            "build/api.Dockerfile.dockerignore": "**\n!a.py\n",
            ".dockerignore": "a.py",
        },
    )
    found = shown(run, "app", "-f", "app/build/api.Dockerfile")
    assert found["ignore_file"] == "build/api.Dockerfile.dockerignore"
    assert [each["path"] for each in found["files"]] == ["a.py"]


def test_a_dockerfile_outside_the_context(run, app, project):
    write(project, Dockerfile="FROM a\nCOPY a.py /\n")
    found = shown(run, "app", "-f", "Dockerfile")
    assert [each["source"] for each in found["copies"]] == ["a.py"]
    assert found["never_copied"]["files"] == 3


def test_explain_names_the_line_and_the_instruction(run, app):
    write(app, **{".dockerignore": "# no docs\ndocs\n!docs/a.md\n"})
    result = run(
        "context",
        "app",
        "--explain",
        "docs/a.md",
        "--explain",
        "docs/b.md",
        "--explain",
        "app/a.py",
    )
    assert result.exit_code == 0
    rows = result.stdout.splitlines()
    assert rows[0].startswith("docs/a.md  sent")
    assert "  .dockerignore:2 excludes it through docs" in rows
    assert "  .dockerignore:3 includes it again and decides" in rows
    assert "    | ^^^^^^^^^^" in rows
    assert f"  {os.path.join('app', 'Dockerfile')}:3 copies it: COPY . ." in rows
    assert "docs/b.md  no such file; it would be left out" in rows
    assert any(row.startswith("a.py  sent") for row in rows), (
        "a path from the current directory"
    )


def test_explain_in_json(run, app):
    found = shown(run, "app", "--explain", ".git")
    assert [each["path"] for each in found["explained"]] == [".git"]


def test_a_path_outside_is_an_error(run, app):
    result = run("context", "app", "--explain", "../x")
    assert result.exit_code == 2
    assert "is outside the build context" in result.stderr


def test_diff_tells_more_and_less(run, app):
    write(app, **{".dockerignore": "docs\n", "other": ".git\n"})
    result = run("context", "app", "--diff", "app/other")
    assert result.exit_code == 0
    assert "MORE  1 file, 3 B\n      +3 B  docs/  1 file" in result.stdout
    assert "LESS  1 file, 6 B\n      -6 B  .git/  1 file" in result.stdout
    found = shown(run, "app", "--diff", "app/other")["diff"]
    assert [each["path"] for each in found["more"]["files"]] == ["docs/a.md"]


def test_the_other_ignore_file_may_be_refused_or_missing(run, app):
    write(app, other="ok\n!\n")
    result = run("context", "app", "--diff", "app/other")
    assert (result.exit_code, "app/other:2: BuildKit refuses it" in result.stderr) == (
        2,
        True,
    )
    assert run("context", "app", "--diff", "none").exit_code == 2


def test_nothing_is_written_without_write(run, app):
    run("context", "app")
    assert not (app / ".dockerignore").exists()


def test_write_prints_the_diff_and_writes_it(run, app):
    result = run("context", "app", "--write")
    assert result.exit_code == 0
    assert "+.git\n" in result.stdout
    assert "no longer copied: .git (version control; 1 file, 6 B)" in result.stderr
    assert [each["path"] for each in shown(run, "app")["files"]] == ["a.py"]
    again = run("context", "app", "--write")
    assert (again.exit_code, again.stdout) == (0, "")
    assert "nothing was written" in again.stderr


@pytest.mark.parametrize(("kind", "first"), [("allow", "*"), ("deny", ".git")])
def test_write_of_a_kind(run, app, kind, first):
    assert run("context", "--write", kind, "app").exit_code == 0
    assert (app / ".dockerignore").read_text(encoding="utf-8").splitlines()[0] == first
    assert [each["path"] for each in shown(run, "app")["files"]] == ["a.py"]


def test_write_may_stand_before_the_directory(run, app):
    assert run("context", "--write", "app").exit_code == 0
    assert (app / ".dockerignore").exists()


def test_list_has_every_file(run, app):
    rows = run("context", "app", "--list").stdout.splitlines()
    assert [row.split()[-1] for row in rows] == [
        ".git/HEAD",
        "Dockerfile",
        "a.py",
        "docs/a.md",
    ]


def test_output_goes_into_a_file(run, app, project):
    assert run("context", "app", "--format", "json", "-o", "out.json").stdout == ""
    validator("context", "context").validate(
        json.loads((project / "out.json").read_text(encoding="utf-8"))
    )


def test_a_directory_without_a_dockerfile(run, project):
    write(project / "d", a="1", b="2")
    found = shown(run, "d")
    assert (found["dockerfile"], found["never_copied"], len(found["files"])) == (
        None,
        None,
        2,
    )


def test_the_target_and_the_build_args_count(run, app):
    write(
        app,
        Dockerfile="FROM a AS one\nARG WHAT=docs\nCOPY $WHAT /\nFROM a\nCOPY a.py /\n",
    )
    assert [each["source"] for each in shown(run, "app")["copies"]] == ["a.py"]
    found = shown(run, "app", "--target", "one", "--build-arg", "WHAT=.git")
    assert [each["source"] for each in found["copies"]] == [".git"]


@pytest.mark.parametrize(
    "args",
    [
        ("none",),
        ("app", "-f", "none"),
        ("app", "--write", "both"),
        ("app", "--write", "--format", "json"),
        ("app", "--explain", "a", "--format", "html"),
        ("app", "--explain", "a", "--list"),
    ],
)
def test_wrong_use_is_2(run, app, args):
    result = run("context", *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr


def test_names_that_a_terminal_would_obey_are_escaped(run, app):
    write(app, **{"a\x1b[2J.py": "1" * 50})
    result = run("context", "app")
    assert "\x1b" not in result.stdout
    assert "a\\x1b[2J.py" in result.stdout


def test_names_that_are_no_utf8_are_told_in_a_defined_way(run, app):
    (app / os.fsdecode(b"b\xff")).write_text("1")
    found = {each["path"]: each.get("path_raw") for each in shown(run, "app")["files"]}
    assert found["b\\xff"] == "Yv8="


def test_values_of_secrets_are_never_shown(run, app):
    write(app, **{".env": "API_TOKEN=q8s7d6f5a4s3d2\n"})
    for form in ("text", "json", "html"):
        result = run("context", "app", "--format", form)
        text = words_of(result.stdout) if form == "html" else result.stdout
        assert ".env" in text
        assert "q8s7d6f5a4s3d2" not in text


def test_a_dockerfile_on_standard_input(run, app):
    write(app, **{"-.dockerignore": "*\n"})
    result = run(
        "context", "app", "-f", "-", "--format", "json", stdin="FROM a\nCOPY a.py /\n"
    )
    found = json.loads(result.stdout)
    validator("context", "context").validate(found)
    assert (found["ignore_file"], [each["source"] for each in found["copies"]]) == (
        None,
        ["a.py"],
    )
