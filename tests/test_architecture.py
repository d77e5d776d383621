"""Rules about rules, and about the house."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from operator import attrgetter
from pathlib import Path

import pytest
from source_trees import imported_packages

import lightship
from lightship.lint.engine import context_text, lint
from lightship.lint.examples import build_of
from lightship.lint.registry import all_rules
from lightship.lint.rule import FIX_SAFETY, SECTIONS
from lightship.lint.rule_selection import FAMILIES

SOURCE = Path(lightship.__file__).parent
RULES = all_rules()
OURS = [rule for rule in RULES if rule.check.__module__.startswith("lightship.rules.")]
SPEAKING = [
    rule for rule in RULES if rule.id not in ("unreadable-file", "rule-crashed")
]
HEAVY = "textual pygls rich jinja2 plotly duckdb yaml tree_sitter pathspec packaging concurrent.futures asyncio"
HEAVY += " detect_secrets requests"


@pytest.mark.parametrize("rule", OURS, ids=attrgetter("id"))
def test_a_rule_is_named_as_its_file_in_kebab_case(rule):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id)
    assert rule.check.__module__.rpartition(".")[2] == rule.id.replace("-", "_")


def test_rules_are_looked_for_once():
    assert all_rules() is all_rules()


def test_no_two_rules_share_a_name():
    names = [name.lower() for rule in all_rules() for name in (rule.id, *rule.aliases)]
    themes = {rule.theme for rule in all_rules()}
    assert sorted(set(names)) == sorted(names)
    assert not set(names) & (themes | set(FAMILIES))


@pytest.mark.parametrize("rule", RULES, ids=attrgetter("id"))
def test_a_rule_is_documented(rule):
    assert 10 <= len(rule.summary) <= 100
    assert not rule.summary.endswith(".")
    assert rule.body, "there is a summary, but no reason"


@pytest.mark.parametrize("rule", RULES, ids=attrgetter("id"))
def test_a_documentation_has_its_sections_in_order(rule):
    wanted = [name for name in SECTIONS if rule.has_fix or name != FIX_SAFETY]
    assert list(rule.sections) == wanted
    assert all(rule.sections.values()), "a heading has no text"
    assert max(map(len, rule.docs.splitlines())) <= 100


@pytest.mark.parametrize("rule", SPEAKING, ids=attrgetter("id"))
def test_a_rule_has_a_bad_and_a_good_example(rule):
    assert any(example.bad for example in rule.examples)
    assert any(example.good for example in rule.examples)
    for example in rule.examples:
        assert bool(example.bad) != bool(example.good), "an example is bad or good"
        assert not (example.good and (example.fixed or example.fixed_files))


@pytest.mark.parametrize("rule", SPEAKING, ids=attrgetter("id"))
def test_findings_are_well_formed(rule):
    for example in rule.examples:
        if not example.bad:
            continue
        build = build_of(example.bad, example.files, example.modes, example.settings)
        for item in lint(build, [rule]):
            finding = item.finding
            text = (
                build.dockerfile.text
                if finding.path is None
                else context_text(build, finding.path)
            )
            assert 0 <= finding.span.start <= finding.span.end <= len(text)
            assert finding.message
            assert not finding.message.endswith(".")
            assert "\n" not in finding.message
            assert finding.fix is None or (
                finding.fix.edits and finding.fix.message[0].isupper()
            )


def test_each_package_says_what_it_is():
    for init in SOURCE.rglob("__init__.py"):
        assert init.read_text(encoding="utf-8").startswith('"""'), init


def test_what_is_imported_is_declared_and_what_is_declared_is_imported():
    project = tomllib.loads(
        (SOURCE.parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    )["project"]
    extras = [
        line
        for lines in project["optional-dependencies"].values()
        for line in lines
        if not line.startswith("lightship[")
    ]
    declared = {
        re.split(r"[<>=~!; ]", line)[0].replace("-", "_")
        for line in (*project["dependencies"], *extras)
    }
    others = (
        imported_packages().keys()
        - set(sys.stdlib_module_names)
        - {"lightship", "compression"}
    )  # the last is Python's from 3.14 on
    names = {
        "backports": "backports.zstd",
        "cyclonedx": "cyclonedx_python_lib",
        "google": "protobuf",
        "packageurl": "packageurl_python",
        "yaml": "pyyaml",
    }
    assert {names.get(name, name) for name in others} == declared


LINT = """
from lightship.cli import cli
try: cli.main(['lint'], prog_name='lightship')
except SystemExit: pass
"""


def loaded_by(code: str, folder: Path | None = None) -> set[str]:
    """The modules that are there after a script."""
    script = f"import sys\n{code}\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        cwd=folder,
        encoding="utf-8",
    )
    return set(done.stderr.split())


def test_the_command_line_imports_nothing_heavy():
    assert loaded_by("import lightship.cli").isdisjoint(HEAVY.split())


def test_to_lint_a_small_project_takes_nothing_heavy(tmp_path):
    dockerfile = "FROM python:3.13-slim\nCOPY . .\nRUN pip install -r requirements.txt"
    (tmp_path / "Dockerfile").write_text(dockerfile, encoding="utf-8")
    (tmp_path / "requirements.txt").write_text("flask>=3.1\nuvicorn[standard]==0.38.0")
    loaded = loaded_by(LINT, tmp_path)
    assert "lightship.lint.engine" in loaded
    assert loaded.isdisjoint(HEAVY.split())

    # Of the rules only those that may find something there
    assert "lightship.rules.packages.pip_cache_kept" in loaded
    assert "lightship.rules.packages.apk_cache_kept" not in loaded


def test_files_that_a_project_does_not_have_take_no_reader(tmp_path):
    """Its dependencies are asked for; they stand in requirements.txt alone."""
    dockerfile = 'FROM python:3.13-slim\nCOPY . .\nCMD ["flask", "run"]'
    (tmp_path / "Dockerfile").write_text(dockerfile, encoding="utf-8")
    (tmp_path / "requirements.txt").write_text("flask>=3.1\ngunicorn==23.0.0")
    loaded = loaded_by(LINT, tmp_path)
    assert "lightship.pyproject.project" in loaded
    assert loaded.isdisjoint(
        {"configparser", "json", "packaging", "tomllib", "yaml"},
    )


def test_a_common_range_of_pythons_takes_no_packaging(tmp_path):
    (tmp_path / "Dockerfile").write_text("FROM python:3.9\nCOPY . .\nRUN pip install .")
    project = '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.9,<4"'
    (tmp_path / "pyproject.toml").write_text(project, encoding="utf-8")
    loaded = loaded_by(LINT, tmp_path)
    assert "lightship.pyproject.version_ranges" in loaded
    assert "packaging" not in loaded


def test_a_context_without_ignore_file_takes_no_matcher(tmp_path):
    (tmp_path / "Dockerfile").write_text("FROM python:3.14\nCOPY app.py .")
    (tmp_path / "app.py").write_text("")
    loaded = loaded_by(LINT, tmp_path)
    assert "lightship.context.ignore" in loaded
    assert "lightship.context.patterns" not in loaded


def test_what_looks_at_images_reads_no_dockerfile_unasked():
    loaded = loaded_by("import lightship.cli.inspect")
    assert loaded.isdisjoint({"lightship.dockerfile.parse", "lightship.build"})


def test_help_imports_no_command():
    loaded = loaded_by(
        "import lightship.cli\n"
        "try: lightship.cli.cli.main(['--help'], prog_name='lightship')\n"
        "except SystemExit: pass"
    )
    ours = {name for name in loaded if name.startswith("lightship.")}
    assert ours == {
        "lightship.cli",
        "lightship.cli.encodings",
        "lightship.cli.groups",
        "lightship.errors",
    }
