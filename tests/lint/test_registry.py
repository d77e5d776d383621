"""Rules are found by where they stand: a module or a package below a theme."""

from __future__ import annotations

from pathlib import Path
from pkgutil import iter_modules

import pytest

import lightship.rules
from lightship.lint.examples import build_of
from lightship.lint.registry import all_rules, dockerfile_rules, entries, rules_under

RULE = """
from lightship.lint.finding import Severity
from lightship.lint.rule import Rule

def check(build):
    return ()

RULE = Rule(id="{id}", docs="A rule for a test", severity=Severity.INFO, check=check)
"""


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_a_rule_is_a_module_or_a_package_and_its_helpers_are_not_searched(
    tmp_path, monkeypatch
):
    files = {
        "__init__.py": "",
        "caching/__init__.py": "",
        "caching/small.py": RULE.format(id="small"),
        "caching/deep/__init__.py": RULE.format(id="deep"),
        "caching/deep/helper.py": RULE.format(id="helper"),
        "caching/deep/further/__init__.py": RULE.format(id="further"),
    }
    write(tmp_path / "rules_for_a_test", files)
    monkeypatch.syspath_prepend(tmp_path)

    rules = {rule.id: rule for rule in rules_under("rules_for_a_test")}

    assert sorted(rules) == ["deep", "small"]
    assert {rule.theme for rule in rules.values()} == {"caching"}


def test_whatever_stands_directly_in_a_theme_is_a_rule():
    root = Path(lightship.rules.__file__).parent
    themes = [folder for folder in root.iterdir() if folder.is_dir()]
    modules = {module.name for theme in themes for module in iter_modules([theme])}

    ids = {rule.id.replace("-", "_") for rule in all_rules() if rule.theme != "lint"}
    assert modules == ids


def test_the_index_says_what_the_rules_say():
    by_id = {entry.id: entry for entry in entries()}
    assert list(by_id) == [rule.id for rule in all_rules()], "run `make docs`"

    def said(rule):
        names = ("id", "theme", "severity", "default", "aliases", "scope", "judges_ci")
        return {name: getattr(rule, name) for name in names}

    for rule in all_rules():
        entry = by_id[rule.id]
        assert said(entry) == said(rule), "run `make docs`"
        assert entry.rule is rule


BAD_EXAMPLES = [
    example for rule in dockerfile_rules() for example in rule.examples if example.bad
]


@pytest.mark.parametrize("example", BAD_EXAMPLES, ids=lambda example: example.bad)
def test_no_rule_finds_anything_where_its_scope_does_not_hold(example):
    build = build_of(example.bad, example.files, example.modes, example.settings)

    for rule in dockerfile_rules():
        if not rule.scope.holds(build):
            assert not list(rule.check(build)), rule.id
