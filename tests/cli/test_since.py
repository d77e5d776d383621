"""Only what a change brought, as somebody asks who reviews a branch."""

from __future__ import annotations

import shutil

import pytest
from repositories import Repository

from lightship.flows.changed_lines import changed_lines

TEXT = """\
FROM python:3.13-slim
RUN apt-get update && apt-get install git
RUN pip install flask==1
USER 1
CMD gunicorn app:app
"""
ONLY = ("--select", "DL3042,DL3025,DL3002,DL3014")


@pytest.fixture
def repository(project):
    if shutil.which("git") is None:
        pytest.skip("there is no git here to make repositories with")
    made = Repository(project)
    made.commit({"Dockerfile": TEXT, "app.py": "print()\n"})
    return made


@pytest.fixture
def since(run):
    """The findings that are new, as `line rule`."""

    def since(ref="main", *arguments):
        result = run("lint", "-q", "--since", ref, *(arguments or ONLY))
        assert result.exit_code in (0, 1), result.stderr
        rows = [line.split() for line in result.stdout.splitlines()]
        return [f"{row[0].rsplit(':', 1)[0]} {row[2]}" for row in rows]

    return since


def test_nothing_changed(run, repository, since):
    assert since() == []
    result = run("lint", "--since", "HEAD", *ONLY)
    assert result.exit_code == 0
    first = result.stdout.splitlines()[0]
    assert first == "No findings in 1 file (3 findings older than the changes)."


@pytest.mark.parametrize(
    ("text", "new"),
    [
        (TEXT + "RUN pip install a==1\n", ["Dockerfile:6 pip-cache-kept"]),
        ("# a comment\n\n" + TEXT, []),
        (TEXT.replace("\n", "\r\n"), []),
        (TEXT.replace("flask==1", "flask==2"), ["Dockerfile:3 pip-cache-kept"]),
        (TEXT.replace("USER 1\n", ""), ["Dockerfile:1 root-user"]),
        (
            TEXT.replace("USER 1", "USER 2\nENV A=1").replace(
                "install g", "install  g"
            ),
            ["Dockerfile:2 apt-without-yes"],
        ),
        ("FROM scratch\n", []),
    ],
)
@pytest.mark.parametrize("is_committed", [False, True])
def test_what_an_edit_brings(repository, since, text, new, is_committed):
    """A finding that the change causes is new on a line that it did not touch, too."""
    repository.git("checkout", "-q", "-b", "feature")
    repository.write({"Dockerfile": text})
    if is_committed:
        repository.commit()
    assert since() == new


def test_a_branch_is_compared_with_where_it_began(repository, since):
    repository.git("checkout", "-q", "-b", "feature")
    repository.commit({"Dockerfile": TEXT + "RUN pip install a==1\n"})
    repository.git("checkout", "-q", "main")
    repository.commit({"Dockerfile": "FROM scratch\n"})
    repository.git("checkout", "-q", "feature")
    assert since() == ["Dockerfile:6 pip-cache-kept"]


def test_all_of_a_new_dockerfile_is_new(repository, since):
    repository.write({"api/Dockerfile": "FROM a:1\nUSER 1\nCMD gunicorn a:b\n"})
    assert since() == ["api/Dockerfile:3 shell-form-command"]
    repository.git("add", "--all")
    assert since() == ["api/Dockerfile:3 shell-form-command"]


def test_a_dockerfile_that_was_renamed_is_not_new(repository, since):
    text = TEXT.replace("USER 1", "USER 2")
    repository.write({"Dockerfile": None, "docker/api.Dockerfile": text})
    assert since() == []
    repository.write({"docker/api.Dockerfile": text + "RUN pip install a==1\n"})
    assert since() == ["docker/api.Dockerfile:6 pip-cache-kept"]


def test_another_file_in_the_place_of_one_that_is_gone_is_new(repository, since):
    repository.write(
        {"Dockerfile": None, "b.Dockerfile": "FROM a:1\nUSER 1\nCMD gunicorn a:b\n"}
    )
    assert since() == ["b.Dockerfile:3 shell-form-command"]


def test_a_finding_about_the_context_is_new_where_the_context_changed(
    repository, since
):
    """An ignore file that was never there is older; one that the change removes is new."""
    copying = "FROM a:1\nUSER 1\nCOPY . /app\n"
    every = ("--select", "all", "--ignore", "style,latest-image")
    rules = {row.split()[1] for row in since("HEAD", *every)}
    assert rules == set()

    repository.commit(
        {"Dockerfile": copying, ".dockerignore": "*\n!app.py\n", ".env": "A=1\n"}
    )
    assert since("HEAD", *every) == []
    repository.write({".dockerignore": None})
    assert since("HEAD", *every) != []
    repository.commit()
    assert since("HEAD", *every) == []


def test_a_changed_line_of_an_ignore_file(repository, since):
    bad = "*.pyc # compiled\n"
    repository.commit({"Dockerfile": "FROM a:1\nUSER 1\nCOPY . .\n"})
    repository.commit({".dockerignore": f"{bad}.git\n"})
    only = ("--select", "ignore-comment-read-as-pattern")
    assert since("HEAD", *only) == []
    repository.write({".dockerignore": f".git\n{bad}docs\n*.log # too\n"})
    assert since("HEAD", *only) == [".dockerignore:4 ignore-comment-read-as-pattern"]


def test_what_git_ignores_was_there_before(repository, since):
    repository.commit(
        {"Dockerfile": "FROM a:1\nUSER 1\nCOPY . .\n", ".gitignore": ".env\n"}
    )
    repository.write({".env": "SECRET=1\n"})
    assert since("HEAD", "--select", "all") == []


def test_a_broken_dockerfile_is_always_reported(run, repository):
    repository.write({"Dockerfile": "FROM a\nRNU b\n"})
    result = run("lint", "-q", "--since", "main")
    assert result.exit_code == 2
    assert "syntax-error" in result.stdout
    repository.commit()
    assert run("lint", "-q", "--since", "HEAD").exit_code == 2


def test_one_that_was_broken_is_new(repository, since):
    repository.commit({"Dockerfile": "FROM a\nRNU b\n"})
    repository.write({"Dockerfile": TEXT})
    assert len(since("HEAD")) == 3


def test_standard_input_is_compared_with_the_file_of_its_name(run, repository):
    options = ("lint", "-", "-q", "--since", "HEAD", *ONLY)
    text = TEXT + "RUN pip install a==1\n"
    named = run(*options, "--stdin-filename", "Dockerfile", stdin=text)
    assert [line.split()[2] for line in named.stdout.splitlines()] == ["pip-cache-kept"]
    unnamed = run(*options, stdin=text)
    assert len(unnamed.stdout.splitlines()) > 1


def test_with_a_baseline(run, repository):
    run("baseline", *ONLY)
    repository.write({"Dockerfile": TEXT + "RUN pip install a==1\n"})
    result = run(
        "lint", "-q", "--since", "HEAD", "--baseline", "lightship-baseline.jsonl", *ONLY
    )
    assert len(result.stdout.splitlines()) == 1


def test_from_a_directory_below(run, repository, monkeypatch):
    repository.commit({"api/Dockerfile": TEXT})
    repository.write({"api/Dockerfile": TEXT + "RUN pip install a==1\n"})
    monkeypatch.chdir(repository.root / "api")
    result = run("lint", "-q", "--since", "HEAD", *ONLY)
    assert [line.split()[2] for line in result.stdout.splitlines()] == [
        "pip-cache-kept"
    ]


def test_a_ref_that_there_is_not(run, repository):
    for text in (TEXT, "FROM scratch\nCOPY app.py /\n"):
        repository.write({"Dockerfile": text})
        result = run("lint", "--since", "nosuch", "--select", "DL3042")
        assert result.exit_code == 2
        assert "has no commit 'nosuch'" in result.stderr


def test_histories_without_a_common_commit(run, repository):
    repository.git("checkout", "-q", "--orphan", "other")
    repository.commit()
    result = run("lint", "--since", "main")
    assert result.exit_code == 2
    assert "no commit in common" in result.stderr


def test_outside_of_a_repository(run, project):
    (project / "Dockerfile").write_text(TEXT, encoding="utf-8")
    result = run("lint", "--since", "main")
    assert result.exit_code == 2
    assert "is not in a git repository" in result.stderr


@pytest.mark.parametrize(
    ("before", "after", "numbers"),
    [
        ("", "", set()),
        ("a\n", "a\n", set()),
        ("a\nb\n", "a\r\nb\r\n", set()),
        ("a\nb\n", "a\nx\nb\n", {2}),
        ("a\nb\nc\n", "a\nc\n", set()),
        ("a\nb\nc\n", "a\nB\nc\n", {2}),
        ("a\n", "a", set()),
        ("", "a\nb\n", {1, 2, 3}),
        ("a\nb\nc\nd\n", "d\na\nb\nc\n", {1}),
    ],
)
def test_changed_lines(before, after, numbers):
    assert changed_lines(before, after) - {len(after.split("\n"))} == numbers - {
        len(after.split("\n"))
    }


def test_a_long_file_that_is_quite_another_is_compared_quickly():
    before = "".join(f"RUN a{number}\n" for number in range(50_000))
    after = "".join(f"RUN b{number}\n" for number in range(50_000))
    assert len(changed_lines(before, after)) == 50_000


def test_of_a_dockerfile_inside_a_compose_file_the_changed_lines_count(
    repository, since
):
    compose = (
        "services:\n  a:\n    build:\n      dockerfile_inline: |\n"
        "        FROM a:1\n        USER 1\n        CMD gunicorn a:b\n"
    )
    repository.commit({"Dockerfile": None, "compose.yaml": compose})
    assert since("HEAD") == []
    repository.write({"compose.yaml": compose + "        RUN pip install a==1\n"})
    assert since("HEAD") == ["compose.yaml:8 pip-cache-kept"]
