from __future__ import annotations

import json
from base64 import b64decode

from contexts import report_of
from hypothesis import given
from hypothesis import strategies as st
from schemas import validator

from lightship.inspection.context.explain_path import explain_path
from lightship.inspection.context.ignore_diff import diff_ignore
from lightship.inspection.context.proposal import propose
from lightship.report.context.formats import ShownContext, writer
from lightship.report.kit.view import View
from lightship.text import encode

NAMES = st.text(
    st.characters(blacklist_characters="/\0", codec=None), min_size=1, max_size=4
).filter(
    lambda name: (
        name not in (".", "..")
        and not any("\ud800" <= char < "\udc80" for char in name)
        and _is_text(name)
    )
)
TREES = st.dictionaries(
    st.lists(NAMES, min_size=1, max_size=3).map("/".join),
    st.binary(max_size=4),
    max_size=6,
)


def _is_text(name):
    """Whether a file can be called so: its bytes come back as the same text."""
    return (
        not any("\udd00" <= char <= "\udfff" for char in name)
        and encode(name).decode("utf-8", "surrogateescape") == name
    )


def shown(report, **more):
    found = json.loads(
        "".join(
            writer("json")(
                ShownContext(report, "app", "app/Dockerfile", **more), View()
            )
        )
    )
    validator("context", "context").validate(found)
    return found


def test_all_of_it_is_as_the_schema_says():
    contents = {
        "src/a.py": "1",
        "src/__pycache__/a.pyc": "2",
        ".env": "TOKEN=a",
        "b\udcff": "",
        "pipe": "",
        "sock": "",
        "data/x": "333",
        ".dockerignore": "data\n__pycache__\n",
    }
    kinds = {"pipe": "fifo", "sock": "socket"}
    report = report_of("FROM a\nCOPY . /\n", contents, {"now": "src"}, kinds=kinds)
    found = shown(
        report,
        proposal=propose(report),
        explained=(explain_path(report, "data/x"), explain_path(report, "none")),
        diff=diff_ignore(report, "other", "src\n"),
    )
    assert {each["path"]: each["kind"] for each in found["files"]} == {
        ".dockerignore": "file",
        ".env": "file",
        "Dockerfile": "file",
        "b\\xff": "file",
        "now": "symlink",
        "pipe": "fifo",
        "sock": "file",
        "src/__pycache__/a.pyc": "file",
        "src/a.py": "file",
    }
    assert found["ignored"] == {
        "files": 1,
        "bytes": 3,
        "by": [{"line": 1, "pattern": "data", "files": 1, "bytes": 3}],
    }
    assert [each["left_out"] for each in found["explained"]] == [True, False]
    assert [each["path"] for each in found["diff"]["more"]["files"]] == ["data/x"]
    assert found["empty"] == [{"path": "sock", "reason": "it is a socket"}]
    assert found["proposal"]["kind"] in ("allow", "deny")


@given(TREES)
def test_files_are_all_paths_that_are_sent_and_their_bytes_come_back(tree):
    contents = {
        path: data
        for path, data in tree.items()
        if not any(other.startswith(f"{path}/") for other in tree)
    }
    report = report_of("FROM a\nCOPY . /\n", contents)
    found = shown(report)
    raw = [
        b64decode(each["path_raw"]) if "path_raw" in each else each["path"].encode()
        for each in found["files"]
    ]
    assert raw == [encode(file.path) for file in report.sent]
    assert found["bytes"] == sum(each["size"] for each in found["files"])
    assert found["never_copied"]["files"] == 0


def test_the_same_context_is_the_same_text():
    def made():
        report = report_of("FROM a\nCOPY . /\n", {"b": "1", "a/c": "2", ".git/x": ""})
        return shown(report, proposal=propose(report))

    assert made() == made()
