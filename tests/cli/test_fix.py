from __future__ import annotations

import json
import os
import stat

import pytest
from made import replaces

from lightship.flows import lint as lint_flow
from lightship.lint.finding import Safety
from lightship.lint.rule_selection import RuleSelection

BAD = "FROM scratch AS Build\nmaintainer me\n"
ONLY = ("--select", "StageNameCasing")


def test_it_writes_and_says_what(run, project):
    (project / "Dockerfile").write_text(BAD, encoding="utf-8")
    result = run("fix", *ONLY)
    assert result.exit_code == 0
    assert (project / "Dockerfile").read_text(encoding="utf-8") == BAD.replace(
        "Build", "build"
    )
    assert result.stdout == ""
    assert "Dockerfile: 1 fixed, 0 left\n" in result.stderr


def test_diff_writes_nothing(run, project):
    (project / "Dockerfile").write_text(BAD, encoding="utf-8")
    result = run("fix", "--diff", *ONLY)
    assert (project / "Dockerfile").read_text(encoding="utf-8") == BAD
    assert result.stdout.startswith(
        "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,2 +1,2 @@\n-FROM scratch AS Build\n+FROM scratch AS build\n"
    )


def test_the_diff_is_one_that_git_applies(run, project):
    import subprocess

    (project / "Dockerfile").write_text(BAD.rstrip("\n"), encoding="utf-8")
    diff = run("fix", "--diff", "--select", "all").stdout_bytes
    subprocess.run(["git", "apply", "-"], input=diff, check=True, cwd=project)
    assert "AS build" in (project / "Dockerfile").read_text(encoding="utf-8")


def test_git_applies_the_diff_of_an_ignore_file_that_is_there_and_empty(run, project):
    import subprocess

    (project / "Dockerfile").write_text("FROM debian:13\nCOPY . /app\n")
    (project / ".dockerignore").write_text("")
    (project / "tests").mkdir()
    (project / "tests" / "test_a.py").write_text("")
    (project / ".git").mkdir()
    diff = run("fix", "--diff", "--unsafe-fixes").stdout_bytes
    assert b"+++ b/.dockerignore" in diff
    subprocess.run(["git", "init", "-q"], check=True, cwd=project)
    subprocess.run(
        ["git", "apply", "--check", "-"], input=diff, check=True, cwd=project
    )


def test_standard_input_goes_to_standard_output(run):
    result = run("fix", "-", *ONLY, stdin=BAD)
    assert result.stdout == BAD.replace("Build", "build")
    assert "<stdin>: 1 fixed" in result.stderr


def test_standard_input_writes_no_file(run, project):
    (project / "app").mkdir()
    (project / "app/.env").write_text("TOKEN=x\n")
    (project / "app/main.py").write_text("")
    dockerfile = "FROM python:3.13-slim\nCOPY . .\n"
    words = ("fix", "-", "--unsafe-fixes", "--stdin-filename", "app/Dockerfile")
    result = run(*words, stdin=dockerfile)
    assert sorted(path.name for path in (project / "app").iterdir()) == [
        ".env",
        "main.py",
    ]
    ignore_file = os.path.join("app", ".dockerignore")
    assert f"note: {ignore_file} is not written" in result.stderr
    assert f"+++ b/{ignore_file}" in run(*words, "--diff", stdin=dockerfile).stdout
    (project / "app/Dockerfile").write_text(dockerfile, encoding="utf-8")
    run("fix", "--unsafe-fixes", "app/Dockerfile")
    assert (project / "app/.dockerignore").exists(), "a file that is named is fixed"


def test_bytes_that_are_no_text_stay(run, project):
    data = b"\xef\xbb\xbfFROM scratch AS Build\r\nLABEL a=\xff\r\n"
    (project / "Dockerfile").write_bytes(data)
    run("fix", *ONLY)
    assert (project / "Dockerfile").read_bytes() == data.replace(b"Build", b"build")
    assert run("fix", "-", *ONLY, stdin=data).stdout_bytes == data.replace(
        b"Build", b"build"
    )


def test_a_file_that_does_not_parse_stays(run, project):
    (project / "Dockerfile").write_text("FROM scratch AS Build\nRNU true\n")
    result = run("fix", "--select", "all")
    assert result.exit_code == 2
    assert (project / "Dockerfile").read_text(
        encoding="utf-8"
    ) == "FROM scratch AS Build\nRNU true\n"
    assert "syntax-error" in result.stderr
    assert run("fix", "-", stdin="RNU true\n").stdout == "RNU true\n"


def test_unsafe_fixes_wait_to_be_asked_for(run, project, monkeypatch):
    rules = (replaces("me", "you", safety=Safety.UNSAFE),)
    monkeypatch.setattr(lint_flow, "requested_rules", lambda *_: RuleSelection(rules))
    (project / "Dockerfile").write_text(BAD, encoding="utf-8")
    assert "1 left\n" in (result := run("fix")).stderr
    assert "me is wrong (needs --unsafe-fixes)" in result.stderr
    assert (project / "Dockerfile").read_text(encoding="utf-8") == BAD
    (project / "lightship.toml").write_text("unsafe-fixes = true\n")
    run("fix", "--no-unsafe-fixes")
    assert (project / "Dockerfile").read_text(encoding="utf-8") == BAD
    run("fix")
    assert (project / "Dockerfile").read_text(encoding="utf-8") == BAD.replace(
        "me", "you"
    )
    (project / "lightship.toml").unlink()
    (project / "Dockerfile").write_text(BAD, encoding="utf-8")
    run("fix", "--unsafe-fixes")
    assert (project / "Dockerfile").read_text(encoding="utf-8") == BAD.replace(
        "me", "you"
    )


def test_nothing_to_say_of_a_clean_file(run, project):
    (project / "Dockerfile").write_text("FROM scratch AS build\n")
    result = run("fix", *ONLY)
    assert (result.stdout, result.stderr, result.exit_code) == ("", "", 0)


def test_mode_stays_and_an_untouched_file_is_not_written(run, project):
    path = project / "Dockerfile"
    path.write_text(BAD, encoding="utf-8")
    path.chmod(0o640)
    run("fix", *ONLY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    before = os.stat(path)
    run("fix", *ONLY)
    assert os.stat(path).st_ino == before.st_ino


def test_after_the_fix_lint_finds_nothing(run, project):
    (project / "Dockerfile").write_text(BAD, encoding="utf-8")
    run("fix", *ONLY)
    assert json.loads(run("lint", *ONLY, "--format", "json").stdout) == []


def test_a_file_that_is_not_there_is_an_error_and_the_rest_is_fixed(run, project):
    (project / "Dockerfile").write_text(BAD, encoding="utf-8")
    result = run("fix", *ONLY, "nowhere", "Dockerfile")
    assert result.exit_code == 2
    assert "error: cannot read nowhere" in result.stderr
    assert "AS build" in (project / "Dockerfile").read_text(encoding="utf-8")


def test_check_writes_nothing_and_exits_1_where_something_would_change(run, project):
    path = project / "Dockerfile"
    path.write_text(BAD, encoding="utf-8")
    result = run("fix", "--check", *ONLY)
    assert result.exit_code == 1
    assert path.read_text(encoding="utf-8") == BAD
    assert result.stdout == ""
    assert "Dockerfile: 1 fixed, 0 left\n" in result.stderr

    run("fix", *ONLY)
    assert run("fix", "--check", *ONLY).exit_code == 0


def test_the_diff_of_an_ignore_file_is_printed_once(run, project):
    (project / ".env").write_text("TOKEN=x\n")
    for name in ("a.Dockerfile", "b.Dockerfile"):
        (project / name).write_text("FROM python:3.13-slim\nCOPY . .\n")
    words = ("fix", "--diff", "--unsafe-fixes", "--select", "secret-file-copied")
    assert run(*words, ".").stdout.count("+++ b/.dockerignore") == 1


def test_check_shows_the_diff_where_asked_to(run, project):
    (project / "Dockerfile").write_text(BAD, encoding="utf-8")
    result = run("fix", "--check", "--diff", *ONLY)
    assert result.exit_code == 1
    assert "+FROM scratch AS build" in result.stdout
    assert run("fix", "--diff", *ONLY).exit_code == 0


def test_check_counts_a_file_beside_the_dockerfile(run, project):
    (project / "Dockerfile").write_text("FROM python:3.13-slim\nCOPY . .\n")
    (project / ".env").write_text("TOKEN=x\n")
    words = ("fix", "--check", "--unsafe-fixes", "--select", "secret-file-copied")
    assert run(*words).exit_code == 1
    assert not (project / ".dockerignore").exists()


def test_check_of_standard_input_prints_nothing(run, project):
    result = run("fix", "--check", "-", *ONLY, stdin=BAD)
    assert (result.exit_code, result.stdout) == (1, "")
    assert sorted(project.iterdir()) == []


def test_check_of_a_file_that_does_not_parse_is_an_error(run, project):
    (project / "a.Dockerfile").write_text(BAD, encoding="utf-8")
    (project / "Dockerfile").write_text("RNU true\n")
    assert run("fix", "--check", *ONLY).exit_code == 2


def test_prove_needs_unsafe_fixes_and_a_build_context(run, project):
    (project / "Dockerfile").write_text(BAD, encoding="utf-8")
    result = run("fix", "--prove", "--no-unsafe-fixes")
    assert result.exit_code == 2
    assert "remove --no-unsafe-fixes" in result.stderr
    for words in (("--context", "-"), ("-",)):
        result = run("fix", "--prove", *words, stdin=BAD)
        assert result.exit_code == 2
        assert "name a Dockerfile and its build context" in result.stderr


TWO_FIXES = (
    "FROM debian:trixie-slim AS Build\nRUN apt-get update && apt-get install curl\n"
)


@pytest.mark.parametrize(
    ("arguments", "configuration"),
    [
        (("--unfixable", "DL3"), ""),
        (("--fixable", "StageNameCasing"), ""),
        ((), 'unfixable = ["DL3"]\n'),
        ((), 'fixable = ["style", "StageNameCasing"]\n'),
        (("--fixable", "StageNameCasing"), 'fixable = ["DL3"]\n'),
    ],
)
def test_only_fixes_of_some_rules(run, project, arguments, configuration):
    (project / "lightship.toml").write_text(configuration, encoding="utf-8")
    (project / "Dockerfile").write_text(TWO_FIXES, encoding="utf-8")
    result = run("fix", *arguments)
    assert result.exit_code == 0
    assert (project / "Dockerfile").read_text(encoding="utf-8") == TWO_FIXES.replace(
        "Build", "build"
    )
    assert "apt-without-yes" in result.stderr
    assert "(excluded by fixable or unfixable)" in result.stderr


def test_what_is_not_fixable_is_not_counted_as_fixable(run, project):
    (project / "Dockerfile").write_text("FROM scratch AS Build\n")
    (project / "lightship.toml").write_text('unfixable = ["StageNameCasing"]\n')
    result = run("lint", "--select", "StageNameCasing")
    assert "= by hand" in result.stdout
    assert "fixable" not in result.stdout


# Each of two Dockerfiles asks for other lines of the ignore file that they share
SHARED = {
    "a.Dockerfile": "FROM python:3.13-slim\nCOPY . /app\nRUN pip install -r /app/a.txt\n",
    "b.Dockerfile": "FROM python:3.13-slim\nCOPY lib /lib/own\nCOPY web /web\n",
    ".dockerignore": "docs\n",
    "a.txt": "",
    ".env": "TOKEN=x\n",
    "lib/a.py": "",
    "lib/.env": "TOKEN=y\n",
    "web/a.py": "",
    "web/__pycache__/a.pyc": "",
}
TWO_INLINE = """services:
  a:
    build:
      context: .
      dockerfile_inline: |
        FROM scratch AS One
        LABEL a=b
  b:
    build:
      context: .
      dockerfile_inline: |
        FROM scratch AS Two
        LABEL a=b
"""
TWICE_WITH_CRLF = {
    "Dockerfile": "FROM python:3.13-slim AS Build\r\nCOPY a.py /\r\nRUN <<EOF\r\nls\r\nEOF",
    "web/Dockerfile": "FROM python:3.13-slim\r\nMAINTAINER me\r\nCOPY . /\r\n",
    "web/.dockerignore": "docs\r\n",
    "web/.env": "TOKEN=y\n",
    "a.py": "",
}


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def texts(folder):
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.parametrize(
    "files",
    [SHARED, {"compose.yaml": TWO_INLINE}, TWICE_WITH_CRLF],
    ids=["shared ignore file", "two in one file", "CRLF"],
)
def test_git_applies_the_diff_of_several_and_it_is_what_fix_writes(run, project, files):
    import subprocess

    (project / "one").mkdir()
    for name in ("one", "two"):
        write(project / name, files)
    os.chdir(project / "one")
    words = ("fix", "--unsafe-fixes", ".", "compose.yaml")
    words = words if "compose.yaml" in files else words[:-1]
    diff = run(*words, "--diff").stdout_bytes
    subprocess.run(["git", "apply", "-"], input=diff, check=True)
    applied = texts(project / "one")
    assert applied != {name: text.encode() for name, text in files.items()}

    os.chdir(project / "two")
    run(*words)
    assert texts(project / "two") == applied
    assert run(*words, "--diff").stdout == "", "a second run has nothing left to do"


def test_what_a_later_dockerfile_changes_is_seen_by_an_earlier_one(run, project):
    write(project, SHARED)
    words = ("fix", "--unsafe-fixes", "a.Dockerfile", "b.Dockerfile")
    diff = run(*words, "--diff").stdout
    assert diff.count("+++ b/.dockerignore") == 1
    run(*words)
    assert run(*words, "--check").exit_code == 0
