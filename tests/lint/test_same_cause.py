"""What a rule says of several places in the same words is one finding."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from made import report, rule

from lightship.cli import cli
from lightship.lint.diagnostic import JudgedBuild
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.same_cause import said_once, without_repeats
from lightship.text import Edit, Span

TEXT = "FROM a\nRUN b\nRUN c\nRUN d\n"
B, C, D = Span(11, 12), Span(17, 18), Span(23, 24)
RULE = rule("first-rule")
PIP = "FROM python:3.13-slim\nRUN pip install a==1\nRUN pip install b==1\n\nRUN true\nRUN pip install c==1\n"


def found(*findings, of=RULE):
    return report(TEXT, [(of, finding) for finding in findings])


def mended(span, text="x", title="Write x", safety=Safety.SAFE):
    return Finding(span, "it is wrong", Fix(title, (Edit.replace(span, text),), safety))


def test_the_first_place_has_the_finding_and_names_the_others():
    (item,) = said_once(found(mended(B), mended(C), mended(D))).diagnostics
    assert item.finding.span == B
    assert item.also == (C, D)


def test_its_fix_is_that_of_all_places():
    (item,) = said_once(found(mended(B), mended(C))).diagnostics
    assert [edit.span for edit in item.finding.fix.edits] == [B, C]


def test_choices_are_joined_one_by_one():
    findings = [
        Finding(
            span, "wrong", choices=(mended(span).fix, mended(span, "y", "Write y").fix)
        )
        for span in (B, C)
    ]
    (item,) = said_once(found(*findings)).diagnostics
    assert [
        [edit.text for edit in choice.edits] for choice in item.finding.choices
    ] == [
        ["x", "x"],
        ["y", "y"],
    ]


GRAVE = replace(rule("grave-rule"), severity=Severity.ERROR)


@pytest.mark.parametrize(
    ("covered_by", "of", "count"),
    [
        ((B,), GRAVE, 1),
        ((C, B), GRAVE, 1),
        ((C,), GRAVE, 2),
        ((), GRAVE, 2),
        # It is not graver
        ((B,), RULE, 2),
    ],
)
def test_what_a_graver_finding_asks_for_too_is_left_out(covered_by, of, count):
    other = Finding(B, "the cause")
    covered = Finding(D, "a part of it", covered_by=covered_by)
    told = said_once(report(TEXT, [(of, other), (RULE, covered)])).diagnostics
    assert len(told) == count
    assert told[0].finding is other


IGNORED = replace(mended(B), path=".dockerignore")


@pytest.mark.parametrize(
    ("second", "root", "count"),
    [
        (IGNORED, "app", 1),
        # Each Dockerfile copies other files
        (replace(IGNORED, message="it is wrong elsewhere, too"), "app", 1),
        (replace(IGNORED, message="it is wrong elsewhere, too", fix=None), "app", 2),
        (replace(mended(C), path=".dockerignore"), "app", 2),
        (replace(IGNORED, path="web.dockerignore"), "app", 2),
        (IGNORED, "other", 2),
        (mended(B), "app", 2),
    ],
)
def test_a_line_of_a_shared_file_is_told_for_the_first_dockerfile(second, root, count):
    first = replace(found(IGNORED if second.path else second), root="app")
    reports = [first, replace(found(second), root=root)]
    told = [item for one in without_repeats(reports) for item in one.diagnostics]
    assert len(told) == count


def test_secrets_of_all_places_are_hidden():
    findings = [Finding(span, "a secret", secrets=(span,)) for span in (B, D)]
    once = said_once(found(*findings))
    assert once.lines.text == "FROM a\nRUN *\nRUN c\nRUN *\n"


@pytest.mark.parametrize(
    "second",
    [
        replace(mended(C), message="something else"),
        mended(C, title="Write it otherwise"),
        mended(C, safety=Safety.UNSAFE),
        replace(mended(C), path=".dockerignore"),
    ],
)
def test_what_differs_stays_apart(second):
    assert len(said_once(found(mended(B), second)).diagnostics) == 2


def test_fixes_that_touch_stay_apart():
    both = Span(B.start, C.end)
    assert len(said_once(found(mended(B), mended(both))).diagnostics) == 2


def test_a_place_without_a_fix_joins_those_that_have_one():
    (item,) = said_once(found(Finding(B, "it is wrong"), mended(C))).diagnostics
    assert item.also == (C,)
    assert [edit.span for edit in item.finding.fix.edits] == [C]


def test_lines_that_stand_one_below_the_other_go_together():
    first, second = Span(7, 13), Span(13, 19)
    (item,) = said_once(found(mended(first, ""), mended(second, ""))).diagnostics
    assert [edit.span for edit in item.finding.fix.edits] == [first, second]
    assert item.also == (second,)
    overlapping = Span(first.start, second.start + 1)
    assert (
        len(said_once(found(mended(overlapping, ""), mended(second, ""))).diagnostics)
        == 2
    )


def test_edits_of_one_fix_may_touch():
    edits = (Edit.replace(Span(11, 12), "x"), Edit.replace(Span(12, 13), "\n"))
    touching = Finding(B, "it is wrong", Fix("Write x", edits, Safety.SAFE))
    (item,) = said_once(found(touching, Finding(C, "it is wrong"))).diagnostics
    assert item.also == (C,)
    (item,) = said_once(found(touching, mended(D))).diagnostics
    assert len(item.finding.fix.edits) == 3


def test_a_fix_that_is_the_same_everywhere_is_made_once():
    edit = Edit(Span(0, 0), ".git\n", ".dockerignore")
    ignore = Fix("Exclude .git", (edit,))
    findings = [Finding(span, "copies .git", ignore) for span in (B, C)]
    (item,) = said_once(found(*findings)).diagnostics
    assert item.finding.fix.edits == (edit,)


def test_it_holds_in_the_builds_of_all_its_places():
    ways = [JudgedBuild(f"compose.yaml:{line}", ".") for line in (3, 9, 15)]
    first = found(mended(B), mended(C))
    one, two = first.diagnostics
    both = (replace(one, only_in=(ways[0],)), replace(two, only_in=(ways[1],)))

    judged = replace(first, diagnostics=both, builds=tuple(ways))
    (item,) = said_once(judged).diagnostics
    assert item.only_in == tuple(ways[:2])

    judged = replace(judged, builds=tuple(ways[:2]))
    (item,) = said_once(judged).diagnostics
    assert item.only_in == ()


def test_what_has_no_fix_is_said_once_for_all_builds():
    ways = tuple(JudgedBuild(f"compose.yaml:{line}", ".") for line in (3, 9))
    plain = found(Finding(B, "it is old"), Finding(C, "it is old"))
    one, two = plain.diagnostics
    some = (one, replace(two, only_in=ways[:1], severity=Severity.ERROR))
    (item,) = said_once(replace(plain, diagnostics=some, builds=ways)).diagnostics
    assert (item.only_in, item.also, item.severity) == ((), (C,), Severity.ERROR)

    # A fix of all builds is made, and one of some builds is not
    cured = found(mended(B), mended(C))
    one, two = cured.diagnostics
    some = (one, replace(two, only_in=ways[:1]))
    assert (
        len(said_once(replace(cured, diagnostics=some, builds=ways)).diagnostics) == 2
    )


def test_the_order_of_the_text_stays():
    other = Finding(C, "something else")
    once = said_once(found(mended(B), other, mended(D)))
    assert [item.finding.span for item in once.diagnostics] == [B, C]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("text", "2 more like this: lines 3, 6"),
        ("github", "(also lines 3, 6)"),
        ("gitlab", "(also lines 3, 6)"),
        ("junit", "(also lines 3, 6)"),
        ("sarif", "(also lines 3, 6)"),
    ],
)
def test_every_format_names_the_other_lines(form, words):
    text = lint("--format", form)
    assert words in text


def test_json_has_the_other_places_and_one_fix_for_all():
    (row,) = json.loads(lint("--format", "json"))
    assert [place["start"]["line"] for place in row["also"]] == [3, 6]
    assert len(row["fix"]["edits"]) == 3


def test_sarif_has_the_other_places_as_related_locations():
    (result,) = json.loads(lint("--format", "sarif"))["runs"][0]["results"]
    regions = [
        place["physicalLocation"]["region"]["startLine"]
        for place in result["relatedLocations"]
    ]
    assert regions == [3, 6]


def test_a_comment_hides_one_place_alone():
    text = PIP.replace(
        "RUN pip install b", "# lightship: ignore=pip-cache-kept\nRUN pip install b"
    )
    (row,) = json.loads(lint("--format", "json", text=text))
    assert [place["start"]["line"] for place in row["also"]] == [7]


def test_fix_mends_every_place(tmp_path):
    path = tmp_path / "Dockerfile"
    path.write_text(PIP, encoding="utf-8")
    CliRunner().invoke(
        cli, ["fix", "--no-config", "--select", "pip-cache-kept", str(path)]
    )
    assert path.read_text(encoding="utf-8").count("--no-cache-dir") == 3


def lint(*options, text=PIP):
    options = ("lint", "--no-config", "--select", "pip-cache-kept", *options, "-")
    return CliRunner().invoke(cli, options, input=text).stdout


def test_of_fixes_that_differ_in_safety_each_kind_is_one_finding():
    unsafe = mended(C, safety=Safety.UNSAFE)
    items = said_once(found(mended(B), unsafe, mended(D))).diagnostics
    assert [(item.finding.span, item.also) for item in items] == [(B, (D,)), (C, ())]
