"""Fixes of the ignore file leave what the project includes, packages or tests on purpose."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.facts.context.needless_files import needless
from lightship.lint.examples import build_of
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection

RULES = {rule.id: rule for rule in all_rules()}
BOTH = ("needless-files-copied", "ignore-pattern-overridden")
COPY_ALL = "WORKDIR /app\nCOPY . .\n"
BASE = {
    "app.py": "",
    "tests/test_app.py": "#" * 2_000_000,
    "tests/factories/user.py": "",
}
START = "Dockerfile\n.dockerignore\n.git\nsetup.py\nsetup.cfg\npyproject.toml\n"


def build(ignore, **files):
    texts = {name.replace("__", "/"): text for name, text in files.items()}
    return build_of(COPY_ALL, {**BASE, **texts, ".dockerignore": ignore})


def findings(built):
    """The tests that count as needless, however little they weigh."""
    hits = needless(built, built.context)
    return [path for path in hits if path.startswith("tests/")]


@pytest.mark.parametrize(
    "lines",
    [
        "**/tests*\n!tests/factories*\n",
        "tests\n!tests/factories\n",
        "tests/**\n!tests/factories/**\n",
        "*\n!app.py\n!tests\n",
        "!**/tests\n",
    ],
)
def test_what_the_ignore_file_includes_on_purpose_is_not_excluded_again(lines):
    built = build(START + lines)
    assert findings(built) == []


def test_an_exception_for_something_else_changes_nothing():
    assert findings(build(START + "docs\n!docs/app.md\n"))
    assert findings(build(START + "a*\n!*.py\n"))


@pytest.mark.parametrize(
    "lines",
    [
        "**/tests*\n!tests/factories*\n",
        "tests\n!tests/factories\n",
        "tests\n!app.py\n",
        "*.md\n!tests/*.md\n!src/tests\n",
        "",
    ],
)
def test_the_fixes_of_both_rules_settle(lines):
    selection = RuleSelection(tuple(RULES[rule] for rule in BOTH))
    once = fix(build(START + lines), selection, UNSAFE)
    ignore = once.files.get(".dockerignore", START + lines)
    again = build(ignore)
    twice = fix(again, selection, UNSAFE)
    assert twice.files.get(".dockerignore", ignore) == ignore
    assert len(ignore.splitlines()) == len(set(ignore.splitlines()))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("setup.py", 'setup(package_dir={"tool.tests": "tests"}, packages=names)'),
        ("setup.py", 'setup(packages=["tool", "tests"])'),
        ("setup.cfg", "[options]\npackages =\n    tool\n    tests\n"),
        ("setup.cfg", "[options.package_dir]\ntool.tests = tests\n"),
        (
            "pyproject.toml",
            '[tool.setuptools.package-dir]\n"tool.tests" = "tests"\n',
        ),
        ("pyproject.toml", '[tool.poetry]\npackages = [{ include = "tests" }]\n'),
    ],
)
def test_a_directory_that_is_a_package_is_needed(path, text):
    built = build_of(COPY_ALL, {**BASE, path: text, ".dockerignore": START})
    assert findings(built) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("setup.py", 'setup(packages=find_packages(exclude=["tests"]))'),
        ("setup.cfg", "[tool:pytest]\ntestpaths = tests\n"),
        ("pyproject.toml", '[tool.pytest.ini_options]\ntestpaths = ["tests"]\n'),
    ],
)
def test_a_directory_that_only_tools_name_is_needless(path, text):
    built = build_of(COPY_ALL, {**BASE, path: text, ".dockerignore": START})
    assert findings(built)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("compose.ci.yml", "services:\n  test:\n    command: python -m pytest tests\n"),
        (
            "build.sh",
            "docker build -t a .\ndocker run --rm a \\\n  pytest --pyargs a\n",
        ),
        (
            ".github/workflows/ci.yml",
            "jobs:\n  a:\n    steps:\n      - run: docker compose run app tox\n",
        ),
        ("Makefile", "test:\n\tdocker-compose exec web pytest\n"),
        ("Makefile", "test:\n\tpodman run --rm shop make unit-test\n"),
        ("Makefile", "DC = docker compose run web\ntest:\n\t$(DC) pytest\n"),
        (
            "README.md",
            "Then `docker run shop python tests/smoke.py` tells whether it works.\n",
        ),
        (
            ".github/workflows/ci.yml",
            "jobs:\n  a:\n    container: ${{ needs.build.image }}\n    steps:\n      - run: tox\n",
        ),
        ("compose.ci.yml", "services:\n  a:\n    command:\n      - ./run_tests.sh\n"),
    ],
)
def test_tests_that_run_in_the_image_are_needed(path, text):
    ignore = f"{START}compose*\n*.sh\n.github\nMakefile\n"
    built = build_of(COPY_ALL, {**BASE, path: text, ".dockerignore": ignore})
    assert findings(built) == []


def test_tests_that_run_on_the_host_are_needless():
    ignore = f"{START}.github\n"
    text = "jobs:\n  a:\n    steps:\n      - run: pytest\n"
    files = {**BASE, ".github/workflows/ci.yml": text, ".dockerignore": ignore}
    assert findings(build_of(COPY_ALL, files))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Makefile", "up:\n\tdocker compose up\ntest:\n\tpytest\n"),
        (
            "compose.ci.yml",
            "services:\n  a:\n    volumes:\n      - ./tests:/app/tests\n",
        ),
        (
            "compose.ci.yml",
            "services:\n  a:\n    healthcheck:\n      test: [CMD, true]\n",
        ),
        ("README.md", "Run `pytest` on the host, then `docker run shop serve`.\n"),
        ("README.md", "docker run -v ./tests/data:/data shop serve\n"),
    ],
)
def test_tests_that_a_container_is_not_asked_to_run_are_needless(path, text):
    ignore = f"{START}compose*\nMakefile\nREADME.md\n"
    built = build_of(COPY_ALL, {**BASE, path: text, ".dockerignore": ignore})
    assert findings(built)


@pytest.mark.parametrize(
    "line",
    [
        "from tests.factories import user\n",
        "def seed():\n    import tests.factories.user as made\n",
        "made = importlib.import_module('tests.factories.user')\n",
    ],
)
def test_a_directory_that_the_program_imports_is_needed(line):
    files = {**BASE, "shop/commands/seed.py": line, ".dockerignore": START}
    assert findings(build_of(COPY_ALL, files)) == []


def test_a_directory_that_only_tests_import_is_needless():
    line = "from tests.factories import user\n"
    files = {**BASE, "tests/test_seed.py": line, ".dockerignore": START}
    assert findings(build_of(COPY_ALL, files))


def test_a_compose_file_above_the_context_may_run_the_tests():
    text = "services:\n  a:\n    build: app\n    command: pytest\n"
    built = build_of(COPY_ALL, {**BASE, ".dockerignore": START})
    assert findings(built)
    assert built.context is not None
    context = replace(built.context, run_texts=lambda: (text,))
    assert findings(replace(built, context=context)) == []
