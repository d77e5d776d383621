"""Ignore files that are proposed leave something out, and nothing that the image needs."""

from __future__ import annotations

from pathlib import Path

import pytest
from contexts import paths, report_of
from hypothesis import given
from hypothesis import strategies as st

import lightship
from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.errors import UsageError
from lightship.files.folder_context import open_whole_context
from lightship.inspection.context.inspect_context import inspect_context
from lightship.inspection.context.proposal import check_kind, propose
from lightship.inspection.context.uses import taken

ALL = "FROM python\nWORKDIR /app\nCOPY . .\n"
MESSY = {
    "app/main.py": "import app.views",
    "app/views.py": "x",
    "app/__pycache__/main.pyc": "zz",
    ".git/HEAD": "ref",
    ".env": "SECRET_KEY=abc",
    "requirements.txt": "flask",
    "docs/a.md": "# a",
    "debug.log": "line",
}
PROJECTS = sorted(
    path
    for path in (Path(lightship.__file__).parents[2] / "tests/projects").iterdir()
    if path.is_dir()
)


def again(report, proposal):
    """The report once the proposal was written."""
    data = {file.path: report.context.reader(file.path) for file in report.walked.files}
    files = {path: content for path, content in data.items() if content is not None}
    return report_of(
        None if report.context.dockerfile is None else report.build.dockerfile.text,
        files | {proposal.path: proposal.after},
    )


def test_what_is_needless_or_secret_is_left_out_and_nothing_else():
    report = report_of(ALL, MESSY)
    found = propose(report)
    assert paths(again(report, found).sent) == [
        "app/main.py",
        "app/views.py",
        "requirements.txt",
    ]
    assert {each.pattern for each in found.losses} == {
        ".git",
        ".env",
        "docs",
        "Dockerfile*",
        "**/__pycache__",
        "**/*.log",
    }
    assert all(each.is_copied and each.why for each in found.losses)


@pytest.mark.parametrize("kind", ["allow", "deny"])
def test_either_kind_leaves_the_same_out(kind):
    report = report_of(ALL, MESSY)
    found = propose(report, kind)
    assert found.kind == kind
    assert found.after.startswith("*\n!") == (kind == "allow")
    assert paths(again(report, found).sent) == [
        "app/main.py",
        "app/views.py",
        "requirements.txt",
    ]


def test_what_no_instruction_takes_is_left_out():
    report = report_of(
        "FROM a\nCOPY app /app\n", MESSY | {"big.bin": "1" * 1000, "media/a": "1"}
    )
    for kind in ("allow", "deny"):
        assert paths(again(report, propose(report, kind)).sent) == [
            "app/main.py",
            "app/views.py",
        ]


def test_comments_and_lines_that_are_there_stay():
    before = "# what editors leave\n.idea\n"
    report = report_of(ALL, MESSY | {".dockerignore": before})
    assert propose(report, "deny").after.startswith(before)
    assert propose(report, "allow").after.count(before) == 1


def test_the_ignore_file_of_the_dockerfile_is_the_one_that_is_changed():
    report = report_of(
        ALL, MESSY | {"Dockerfile.dockerignore": ".git\n", ".dockerignore": "app\n"}
    )
    assert propose(report).path == "Dockerfile.dockerignore"


def test_a_secret_that_is_named_is_wanted():
    report = report_of("FROM a\nCOPY .env app/main.py /\n", MESSY)
    assert ".env" in paths(again(report, propose(report)).sent)


def test_what_a_source_means_by_its_name_is_wanted():
    report = report_of(
        "FROM a\nCOPY app logs/*.log deploy/.ssh /x/\n",
        MESSY | {"logs/a.log": "1", "deploy/.ssh/id_rsa": "1"},
    )
    found = propose(report)
    assert set(paths(again(report, found).sent)) >= {
        "app/main.py",
        "logs/a.log",
        "deploy/.ssh/id_rsa",
    }
    assert "debug.log" not in paths(again(report, found).sent)


def test_a_symlink_keeps_what_it_points_to():
    files = {"releases/1/a.py": "1", "releases/2/a.py": "2", "junk/x": "1"}
    report = report_of("FROM a\nCOPY current /app\n", files, {"current": "releases/2"})
    found = propose(report)
    kept = report.context.with_files({found.path: found.after})
    assert {"current", "releases/2/a.py"} <= set(paths(kept.sent))


def test_nothing_is_proposed_where_nothing_is_to_gain():
    report = report_of(
        ALL, {"a.py": "1", ".dockerignore": ".dockerignore\nDockerfile*\n"}
    )
    assert propose(report) is None


def test_a_proposal_that_was_written_is_not_made_again():
    report = report_of(ALL, MESSY)
    assert propose(again(report, propose(report))) is None


def test_nothing_is_proposed_where_it_is_not_known_what_is_copied():
    assert propose(report_of(None, MESSY)) is None
    assert propose(report_of("FROM a\nCOPY --nope . /\n", MESSY)) is None


def test_another_dockerfile_of_the_context_keeps_its_files():
    report = report_of(
        "FROM a\nCOPY app /app\n",
        MESSY | {"worker.Dockerfile": "FROM a\nCOPY jobs /jobs\n", "jobs/a": "1"},
    )
    found = propose(report)
    assert found is None or "jobs/a" in paths(again(report, found).sent)


def test_a_kind_has_a_name():
    assert check_kind("deny") == "deny"
    with pytest.raises(UsageError, match="not a kind of ignore file"):
        check_kind("both")


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_no_project_loses_what_an_instruction_takes_by_name(project):
    for dockerfile in sorted(project.rglob("*Dockerfile*")):
        if dockerfile.name.endswith(".dockerignore"):
            continue
        context, walked = open_whole_context(str(project), str(dockerfile))
        report = inspect_context(
            Build(
                parse(dockerfile.read_text(encoding="utf-8")),
                context,
                {},
                None,
                context.dockerfile,
            ),
            walked,
        )
        for kind in ("allow", "deny"):
            found = propose(report, kind)
            if found is not None:
                _check_kept(report, found)


def _check_kept(report, found):
    sent = report.context.with_files({found.path: found.after}).sent
    links = {
        file.path: report.walked.links[file.path]
        for file in sent
        if file.path in report.walked.links
    }
    for use in report.uses:
        kept = set(paths(taken(use.selection, sent, links)))
        lost = set(paths(use.files)) - kept
        assert not (use.named and lost)
        assert bool(kept) == bool(use.files)
        assert not {
            path
            for path in lost
            if path.endswith(".py")
            and not path.startswith(("tests/", "docs/", "test/"))
        }


NAMES = st.sampled_from(
    ["src", "a.py", "b.py", ".git", "docs", "data", ".env", "__pycache__", "x.log"]
)
TREES = st.sets(st.lists(NAMES, min_size=1, max_size=3).map("/".join), max_size=10)
SOURCES = st.lists(
    st.sampled_from([".", "src", "a.py", "*.py", "data", "docs/*", "nothing*"]),
    min_size=1,
    max_size=3,
)


@given(TREES, SOURCES)
def test_what_is_proposed_loses_only_what_is_not_needed(names, sources):
    files = {
        path: "x"
        for path in names
        if not any(other.startswith(f"{path}/") for other in names)
    }
    report = report_of(
        "FROM a\n" + "".join(f"COPY {source} /x/\n" for source in sources), files
    )
    for kind in ("allow", "deny"):
        found = propose(report, kind)
        if found is None:
            continue
        after = again(report, found)
        assert set(paths(after.sent)) < set(paths(report.sent)) | {found.path}
        for old, new in zip(report.uses, after.uses, strict=True):
            lost = set(paths(old.files)) - set(paths(new.files))
            needless = (
                ".git",
                "docs",
                ".env",
                "__pycache__",
                ".log",
                "Dockerfile",
                ".dockerignore",
            )
            assert all(any(word in path for word in needless) for path in lost)
            assert not (old.named and lost)


def test_what_another_target_copies_is_kept():
    text = "FROM a AS test\nCOPY jobs /jobs\nFROM a\nCOPY app /app\nONBUILD COPY later /x\n"
    report = report_of(text, MESSY | {"jobs/a": "1", "later/b": "1", "junk": "1"})
    for kind in ("allow", "deny"):
        assert {"jobs/a", "later/b"} <= set(
            paths(again(report, propose(report, kind)).sent)
        )
        assert "junk" not in paths(again(report, propose(report, kind)).sent)
