from __future__ import annotations

from dataclasses import replace

import made
from made import build, finds

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.lint.engine import examine, lint, report
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule_selection import RuleSelection
from lightship.repository_facts import RepositoryFacts
from lightship.text import Span


def test_findings_come_in_the_order_of_the_text():
    found = lint(
        build("FROM b\nRUN a\nRUN b\n"), [finds("b", "b-rule"), finds("a", "a-rule")]
    )
    assert [(item.rule.id, item.finding.span.start) for item in found] == [
        ("b-rule", 5),
        ("a-rule", 11),
        ("b-rule", 17),
    ]


def test_where_buildkit_refuses_the_text_only_that_is_said():
    found = lint(build("FROM b\nRNU a\n"), [finds("a")])
    assert [item.rule.id for item in found] == ["syntax-error"]
    assert found[0].severity is Severity.ERROR


def test_every_error_of_a_file_is_reported():
    found = lint(build("FROM b\nRNU a\nCOPY --form=x a b\n"), [])
    assert len(found) == 2


def test_a_text_that_is_no_dockerfile_does_not_flood():
    found = lint(build("FROM b\n" + "a==1\nRUNN b\n" * 150), [])
    assert len(found) == 11
    assert found[-1].finding.message == "and 290 more syntax errors from here on"


def test_lines_below_one_another_that_are_no_instructions_are_one_mistake():
    [found] = lint(build("FROM b\n" + "a==1\n" * 300), [])
    assert found.finding.message.startswith(
        "unknown instruction: a==1, and so are the next 299 lines (to continue"
    )


def test_a_rule_that_crashes_does_not_end_the_run():
    def crash(_build):
        yield Finding(Span(0, 1), "before")
        raise KeyError("x")

    found = lint(build("FROM b\n"), [made.rule("bad-rule", crash), finds("b")])
    assert [item.rule.id for item in found] == ["rule-crashed", "bad-rule", "made-up"]
    assert found[0].finding.message == "rule bad-rule crashed with KeyError: 'x'"


def test_severity_is_the_configured_one_else_the_findings_else_the_rules():
    finding = Finding(Span(0, 4), "m", severity=Severity.INFO)
    rule = made.rule("a-rule", lambda _: [finding])
    assert lint(build("FROM b\n"), [rule])[0].severity is Severity.INFO
    assert lint(build("FROM b\n"), [finds("b")])[0].severity is Severity.WARNING
    assert (
        lint(build("FROM b\n"), [rule], {"a-rule": Severity.ERROR})[0].severity
        is Severity.ERROR
    )


def test_check_error_true_makes_errors_of_what_buildkit_checks():
    rules = [
        finds("AS B", "a-rule", aliases=("StageNameCasing",)),
        finds("AS B", "b-rule", aliases=("DL3006",)),
    ]
    found = lint(build("# check=error=true\nFROM b AS B\n"), rules)
    assert [item.severity for item in found] == [Severity.ERROR, Severity.WARNING]


def test_hidden_findings_are_kept_apart():
    kept, hidden = examine(
        build("# lightship: ignore=made-up\nFROM b\nRUN b\n"), [finds("b")]
    )
    assert (len(kept), len(hidden)) == (1, 1)


def test_a_report_holds_the_text_of_files_that_a_fix_would_edit():
    from lightship.lint.finding import Fix
    from lightship.text import Edit

    fix = Fix("Ignore it", (Edit(Span(0, 0), ".git\n", ".dockerignore"),))
    rule = made.rule("a-rule", lambda _: [Finding(Span(0, 4), "m", fix)])
    made_report = report(
        build("FROM b\n", {".dockerignore": "x\n"}),
        RuleSelection((rule,)),
        "Dockerfile",
    )
    assert made_report.files == {".dockerignore": "x\n"}


def test_an_empty_dockerfile_among_the_data_of_tests_is_meant():
    fixture = RepositoryFacts(is_fixture=True)
    empty = Build(parse("\n"))
    assert lint(replace(empty, repository=fixture), []) == []
    assert lint(empty, [])
    assert lint(Build(parse("RNU a"), repository=fixture), [])
