"""What is sent, what of it changes by itself, what is secret, what arrives empty, and what stops a build."""

from __future__ import annotations

import pytest
from contexts import paths, report_of

from lightship.errors import FileError, ParseError
from lightship.inspection.context.context_report import Amount

ALL = "FROM a\nCOPY . /app\n"


def test_all_that_is_there_is_sent_or_ignored():
    report = report_of(
        ALL,
        {
            "a": "1",
            "b/c": "22",
            "b/d": "333",
            ".dockerignore": "b\n!b/d\n.dockerignore\n",
        },
    )
    assert paths(report.sent) == ["Dockerfile", "a", "b/d"]
    assert paths(report.ignored) == [".dockerignore", "b/c"]
    assert report.directories == ("b",)
    assert [(each.pattern.line, each.amount) for each in report.by_line] == [
        (1, Amount(1, 2)),
        (3, Amount(1, 21)),
    ]
    assert report.total == Amount(5, 27 + len(ALL))


def test_what_changes_by_itself_and_is_copied():
    files = {
        ".git/HEAD": "x",
        ".git/objects/a": "yy",
        "a/__pycache__/m.pyc": "z",
        "a/m.py": "",
        "run.log": "1",
        ".idea/x": "2",
    }
    report = report_of(ALL, files | {".dockerignore": "*.md"})
    found = {
        each.name: (each.pattern, each.amount.files, each.lines)
        for each in report.changing
    }
    assert found == {
        ".git": (".git", 2, (2,)),
        "__pycache__": ("**/__pycache__", 1, (2,)),
        "*.log": ("**/*.log", 1, (2,)),
        ".idea": ("**/.idea", 1, (2,)),
        "Dockerfile": ("Dockerfile", 1, (2,)),
        ".dockerignore": (".dockerignore", 1, (2,)),
    }


def test_what_is_not_copied_does_not_matter():
    report = report_of(
        "FROM a\nCOPY a /a\n", {".git/HEAD": "x", "a/m.py": "", ".env": "TOKEN=abc"}
    )
    assert report.changing == ()
    assert paths(report.never) == [".env", ".git/HEAD", "Dockerfile"]
    assert [(each.file.path, each.lines) for each in report.secrets] == [(".env", ())]


def test_a_secret_that_is_copied_names_the_line():
    report = report_of(ALL, {".env": "TOKEN=abc", "deploy/.ssh/id_rsa": "x"})
    assert [(each.file.path, each.pattern, each.lines) for each in report.secrets] == [
        (".env", ".env", (2,)),
        ("deploy/.ssh/id_rsa", "deploy/.ssh", (2,)),
    ]


def test_an_ignored_secret_is_none():
    assert report_of(ALL, {".env": "TOKEN=abc", ".dockerignore": ".env"}).secrets == ()


@pytest.mark.parametrize(
    ("text", "line"), [("a\n[\n", 2), ("!\n", 1), ("ok\nx[a\n", 2)]
)
def test_an_ignore_file_that_is_refused_is_an_error_with_the_line(text, line):
    with pytest.raises(
        ParseError, match=rf"^\.dockerignore:{line}: BuildKit refuses it: "
    ):
        report_of(ALL, {".dockerignore": text})


def test_every_refused_line_is_named():
    with pytest.raises(ParseError) as error:
        report_of(ALL, {"Dockerfile.dockerignore": "[\n!\n", ".dockerignore": ""})
    assert [line.split(":")[1] for line in str(error.value).splitlines()] == ["1", "2"]
    assert str(error.value).startswith("Dockerfile.dockerignore:1")


def test_a_directory_that_cannot_be_read_stops_the_build_unless_it_is_left_out():
    with pytest.raises(
        FileError,
        match="cannot read private in the build context: no; docker cannot read it either",
    ):
        report_of(ALL, {"a": ""}, closed={"private": "no"})
    report = report_of(
        ALL, {"a": "", ".dockerignore": "private"}, closed={"private": "no"}
    )
    assert report.notes == (
        "private is excluded and cannot be read (no): its files are not counted",
    )


def test_what_arrives_empty():
    files = {"a/b": "x", "s": "", "u": "1", ".dockerignore": "a\n!a/b\na\n"}
    report = report_of(ALL, files, kinds={"s": "socket"}, unreadable=frozenset(("u",)))
    assert [path for path, _ in report.hollow] == ["s", "u", "a/b"]


def test_without_a_dockerfile_nothing_is_said_of_copies():
    report = report_of(None, {"a": "1", ".git/HEAD": ""})
    assert (report.uses, report.transfer, report.never, report.changing) == (
        None,
        None,
        (),
        (),
    )
    assert report.notes == (
        "there is no Dockerfile, so it is not known what is copied",
    )


@pytest.mark.parametrize(
    "text",
    ["FROM", "COPY a\n", "FROM a\nCOPY --nope=1 a /\n", "FROM a\nCOPY --from=9 a /\n"],
)
def test_a_dockerfile_that_is_refused_is_a_note(text):
    report = report_of(text, {"a": "1"})
    assert report.uses is None
    assert "BuildKit would refuse the Dockerfile" in report.notes[0]


def test_a_variable_of_the_base_image_is_a_note():
    report = report_of("FROM a\nCOPY $WHERE/a /x\n", {"a": "1"})
    assert paths(report.uses[0].files) == ["a"]
    assert "$WHERE is assumed to be empty" in report.notes[0]


def test_a_build_arg_decides_what_is_copied():
    report = report_of(
        "FROM a\nARG WHERE=src\nCOPY $WHERE /x\n", {"src/a": "1", "b": ""}
    )
    assert paths(report.uses[0].files) == ["src/a"]


def test_lines_of_the_ignore_file_that_do_not_do_what_they_seem_to():
    files = {
        "src/__pycache__/a.pyc": "1",
        "src/a.py": "",
        ".dockerignore": "# caches\n__pycache__\n*.md\n*.py\n",
    }
    report = report_of(ALL, files)
    assert [(each.line, each.rule) for each in report.problems] == [
        (2, "ignore-pattern-at-root-only")
    ]
    assert report.idle == (2, 3, 4)


def test_a_package_called_logs_and_a_symlink_called_env_are_nothing_special():
    report = report_of(ALL, {"src/logs/a.py": "1"}, {".env": "/etc/passwd"})
    assert [each.name for each in report.changing] == ["Dockerfile"]
    assert report.secrets == ()
