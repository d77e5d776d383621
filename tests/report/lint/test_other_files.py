"""A finding that stands in another file than the Dockerfile: every format names that file and its line."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import made
import pytest

from lightship.lint.finding import Finding, Fix
from lightship.lint.fixes import SAFE, fix
from lightship.lint.rule_selection import RuleSelection
from lightship.report.lint.as_fixes import write as write_fixes
from lightship.report.lint.file_places import once
from lightship.report.lint.formats import EXPLAINED, FORMATS, LintView, writer
from lightship.text import Edit, Span

IGNORE = "# c\nb\n../x\n"
PLACE = Span(6, 10)


def shared(path: str, *more: Finding):
    removal = Fix("Remove the line", (Edit(Span(6, 11), "", ".dockerignore"),))
    finding = Finding(PLACE, "matches nothing", removal, path=".dockerignore")
    rule = made.rule("first-rule")
    findings = [(rule, each) for each in (*more, finding)]
    return made.report(
        "FROM a\n", findings, path, root="web", files={".dockerignore": IGNORE}
    )


def written(name: str, style: LintView) -> str:
    return "".join(writer(name)([shared("web/Dockerfile")], style))


def test_text():
    assert written("text", LintView()).startswith(
        "web/.dockerignore:3:1 warning first-rule matches nothing\n3 | ../x\n  | ^^^^\n  = fix: Remove the line\n\n"
    )
    assert (
        written("text", LintView(quiet=True))
        == "web/.dockerignore:3:1 warning first-rule matches nothing\n"
    )


def test_the_same_words_of_two_files_are_not_folded():
    text = "".join(
        writer("text")(
            [shared("web/Dockerfile", Finding(Span(0, 4), "matches nothing"))],
            LintView(),
        )
    )
    assert "web/Dockerfile:1:1" in text
    assert "web/.dockerignore:3:1" in text
    assert "more like this" not in text


def test_explained():
    text = "".join(writer("text", EXPLAINED)([shared("web/Dockerfile")], LintView()))
    assert "    .dockerignore line 3 matches nothing\n" in text


def test_formats_for_machines():
    style = LintView()
    (row,) = json.loads(written("json", style))
    assert (row["path"], row["start"], row["end"]) == (
        "web/.dockerignore",
        {"line": 3, "column": 1},
        {"line": 3, "column": 5},
    )
    (result,) = json.loads(written("sarif", style))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "web/.dockerignore"},
        "region": {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 5},
    }
    assert written("github", style).startswith(
        "::warning file=web/.dockerignore,line=3,endLine=3,col=1,endColumn=5,"
    )
    (issue,) = json.loads(written("gitlab", style))
    assert issue["location"] == {
        "path": "web/.dockerignore",
        "lines": {"begin": 3, "end": 3},
    }
    case = ET.fromstring(written("junit", style)).find("testsuite/testcase")
    assert case is not None
    assert (case.get("classname"), case.get("name")) == (
        "web/.dockerignore",
        "first-rule 3:1",
    )


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_two_share_is_spoken_of_once(name):
    reports = [
        shared("web/Dockerfile"),
        shared("web/Dockerfile.worker", Finding(Span(0, 4), "no tag")),
    ]
    kept = list(once(reports))
    assert kept[0] is reports[0]
    assert [item.finding.message for item in kept[1].diagnostics] == ["no tag"]
    assert "".join(writer(name)(kept, LintView(quiet=True))).count("no tag") >= 1
    assert list(once([reports[0], made.report("", [], "web/b")]))[1].diagnostics == ()


def test_what_fix_did_names_the_file():
    def check(build):
        ignore = build.context.read(".dockerignore")
        if "../x" in ignore:
            removal = Fix("Remove the line", (Edit(Span(6, 11), "", ".dockerignore"),))
            yield Finding(PLACE, "matches nothing", removal, path=".dockerignore")
        yield Finding(Span(4, 5), "is left", path=".dockerignore")

    build = made.build("FROM a\n", {".dockerignore": IGNORE})
    fixed = fix(build, RuleSelection((made.rule("first-rule", check),)), SAFE)
    assert fixed.files == {".dockerignore": "# c\nb\n"}
    assert list(write_fixes("Dockerfile", fixed, LintView())) == [
        "Dockerfile: 1 fixed, 1 left\n",
        "  fixed .dockerignore line 3    first-rule: Remove the line\n",
        "  left  .dockerignore line 2    first-rule: is left (no fix)\n",
    ]
