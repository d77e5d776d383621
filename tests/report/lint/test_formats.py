"""What each format must hold, whatever the findings are."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from importlib.resources import files

import jsonschema
import pytest
from made import report, rule

from lightship.lint.finding import Finding
from lightship.report.lint.formats import FORMATS, LintView, writer
from lightship.text import Span

SCHEMA = json.loads(
    files("lightship.report.lint")
    .joinpath("findings.schema.json")
    .read_text(encoding="utf-8")
)


PLAIN = LintView()


def written(name, reports, style=PLAIN):
    return "".join(writer(name)(reports, style))


@pytest.mark.parametrize("name", FORMATS)
def test_the_output_is_utf_8_and_ends_with_a_line_end(name, reports):
    text = written(name, reports)
    text.replace("\udcff", "").encode("utf-8")
    assert "\udcff" not in text
    assert text.endswith("\n")
    assert "\x1b" not in text


@pytest.mark.parametrize(
    "name", [name for name in FORMATS if name != "sarif"]
)  # which describes the rules first
def test_findings_are_written_as_reports_come_in(name, reports):
    def endless():
        while True:
            yield from reports

    pieces = writer(name)(endless(), LintView())
    assert "no tag" in "".join(next(pieces) for _ in range(10))


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_found_is_valid_too(name):
    text = written(name, [])
    assert {"json": "[]\n", "gitlab": "[]\n", "github": "", "text": ""}.get(
        name, text
    ) == text


def test_json_is_what_the_schema_says(reports):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    rows = json.loads(written("json", reports))
    jsonschema.validate(rows, SCHEMA, format_checker=jsonschema.FormatChecker())
    assert len(rows) == 4
    assert rows[0] == {
        "path": "a b/Dockerfile",
        "rule": "first-rule",
        "aliases": ["DL3006", "StageNameCasing"],
        "severity": "warning",
        "message": "no tag, 100%: <&> \ufffd",
        "start": {"line": 1, "column": 6},
        "end": {"line": 1, "column": 12},
        "also": [],
        "url": "https://docs.docker.com/go/dockerfile/rule/stage-name-casing/",
        "fix": {
            "message": "Add a tag",
            "safety": "unsafe",
            "edits": [
                {
                    "path": "a b/Dockerfile",
                    "start": {"line": 1, "column": 6},
                    "end": {"line": 1, "column": 12},
                    "text": "debian:13 \ufffd",
                },
                {
                    "path": "a b/.dockerignore",
                    "start": {"line": 1, "column": 1},
                    "end": {"line": 1, "column": 1},
                    "text": ".git\n",
                },
            ],
        },
        "choices": [],
        "builds": [],
    }
    assert (rows[2]["severity"], rows[2]["fix"]) == ("info", None)
    assert [(choice["message"], choice["safety"]) for choice in rows[1]["choices"]] == [
        ("Otherwise", "manual")
    ]


def test_the_schema_refuses_what_is_not_so(reports):
    rows = json.loads(written("json", reports))
    for key in SCHEMA["$defs"]["finding"]["required"]:
        row = {name: value for name, value in rows[0].items() if name != key}
        assert not jsonschema.Draft202012Validator(SCHEMA).is_valid([row])
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid([rows[0] | {"more": 1}])
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(
        [rows[0] | {"start": {"line": 0, "column": 1}}]
    )


def test_text(reports):
    text = written("text", reports)
    assert text.startswith(
        "a b/Dockerfile:1:6 warning first-rule no tag, 100%: <&> \ufffd [DL3006]\n"
        "1 | FROM debian\n"
        "  |      ^^^^^^\n"
        "  = unsafe fix: Add a tag\n\n"
    )
    assert "\n3 |     COPY a, b: %c\n  |     ^^^^\n" in text
    assert "\n  = by hand: By hand\n  = or: Otherwise\n\n" in text
    assert "\n\nbroken:1:1 error syntax-error cannot\n\n" in text
    assert text.endswith(
        "4 findings in 2 of 3 files: 1 error, 1 warning, 1 info, 1 style (2 findings hidden by comments).\n"
        "1 fixable with `lightship fix --unsafe-fixes`.\n"
    )


def test_text_in_colour_is_the_same_text(reports):
    import re

    coloured = written("text", reports, LintView(colour=True))
    assert "\x1b[1;33mwarning\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == written("text", reports)


def test_github(reports):
    lines = written("github", reports).splitlines()
    assert lines[0] == (
        "::warning file=a b/Dockerfile,line=1,endLine=1,col=6,endColumn=12,"
        "title=first-rule (DL3006)::no tag, 100%25: <&> \ufffd"
    )
    assert lines[1].startswith("::notice file=a b/Dockerfile,line=2,endLine=3,title=")
    assert lines[3].startswith("::error file=broken,")
    assert ",title=syntax-error::" in lines[3]


def test_gitlab_fingerprints_differ_and_stay_when_lines_above_come(reports):
    from dataclasses import replace

    from lightship.text import Span

    rows = json.loads(written("gitlab", reports))
    assert len({row["fingerprint"] for row in rows}) == len(rows) == 4
    assert rows[0]["location"] == {
        "path": "a b/Dockerfile",
        "lines": {"begin": 1, "end": 1},
    }
    assert {row["severity"] for row in rows} <= {
        "info",
        "minor",
        "major",
        "critical",
        "blocker",
    }

    first = reports[0]
    moved = tuple(
        replace(
            item,
            finding=replace(
                item.finding,
                span=Span(item.finding.span.start + 2, item.finding.span.end + 2),
            ),
        )
        for item in first.diagnostics
    )
    below = replace(first, text=f"#\n{first.text}", diagnostics=moved)
    again = json.loads(written("gitlab", [below]))
    assert [row["fingerprint"] for row in again] == [
        row["fingerprint"] for row in rows[:3]
    ]


def test_junit(reports):
    root = ET.fromstring(written("junit", reports))
    assert [
        (suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in root
    ] == [
        ("a b/Dockerfile", "3", "3"),
        ("broken", "1", "1"),
        ("clean", "1", "0"),
    ]
    names = [case.get("name") for case in root.iter("testcase")]
    assert names[0] == "first-rule (DL3006) 1:6"
    assert names[3] == "syntax-error 1:1"
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.get("message") == "no tag, 100%: <&> \ufffd"


@pytest.mark.parametrize("name", ["json", "gitlab", "sarif"])
def test_what_a_terminal_obeys_is_escaped_in_json(name):
    item = report("FROM a\u202e\x9b\n", [(rule(), Finding(Span(0, 4), "a\u202eb\x9b"))])
    text = "".join(writer(name)([item], LintView()))
    assert "\u202e" not in text
    assert "\x9b" not in text
    assert "a\\u202eb\\u009b" in text
