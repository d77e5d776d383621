from __future__ import annotations

import json

import pytest

from lightship.lint.registry import all_rules


def test_the_list_names_every_rule(run):
    result = run("rules")
    assert result.exit_code == 0
    for rule in all_rules():
        assert rule.id in result.stdout


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_rows_are_as_wide_as_the_terminal(run, columns):
    rows = run("rules", env={"COLUMNS": str(columns)}).stdout.splitlines()
    assert max(map(len, rows)) <= columns


def test_in_a_pipe_a_rule_is_one_line(run, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    rows = run("rules").stdout.splitlines()
    (row,) = [row for row in rows if row.startswith("  latest-image ")]
    assert row.endswith("An image has the tag `latest` [DL3007]")
    (row,) = [row for row in rows if row.startswith("  overridden-instruction ")]
    assert row.count("[") == 1
    assert "," not in row.partition("[")[2], "one name; its page has all"


def test_a_rule_by_its_alias(run):
    result = run("rules", "StageNameCasing")
    assert "\nAliases\n\n  StageNameCasing" in result.stdout
    assert "\nExample\n\n  Bad:" in result.stdout


def test_a_theme(run):
    rows = json.loads(run("rules", "--theme", "lint", "--format", "json").stdout)
    assert {row["theme"] for row in rows} == {"lint"}
    assert "unused-ignore" in {row["id"] for row in rows}


def test_an_unknown_theme(run):
    result = run("rules", "--theme", "nonsense")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: unknown theme 'nonsense'; the themes are ")


def test_one_rule_as_json_is_an_object(run):
    row = json.loads(run("rules", "unused-ignore", "--format", "json").stdout)
    assert row["id"] == "unused-ignore"
    assert row["default"] is False


def test_an_unknown_rule(run):
    result = run("rules", "unused-ignor")
    assert result.exit_code == 2
    assert "did you mean unused-ignore?" in result.stderr
