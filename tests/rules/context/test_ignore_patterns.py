"""Lines of an ignore file that have no effect, repeat another one, or match too little."""

from __future__ import annotations

from dataclasses import replace

import pytest
from judged import RULES, found, said, severities

from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.finding import Severity
from lightship.lint.fixes import SAFE, fix
from lightship.lint.rule_selection import RuleSelection

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
OVERRIDDEN = "ignore-pattern-overridden"


def test_sources_that_git_has_are_not_meant_by_a_line_for_the_root():
    files = {
        ".dockerignore": "itest-files/\n",
        "app.py": "",
        "docker/itest-files/a.yaml": "",
    }
    rule = "ignore-pattern-at-root-only"
    build = build_of("FROM scratch\nCOPY . /app", files)
    assert lint(build, [RULES[rule]])
    context = replace(build.context, git_ignores=lambda _: False)
    assert lint(replace(build, context=context), [RULES[rule]]) == []


@pytest.mark.parametrize(
    ("line", "path", "count"),
    [("*.log", "data/zeek/conn.log", 0), ("__pycache__", "src/__pycache__/a.pyc", 1)],
)
def test_of_what_git_has_only_caches_are_not_wanted(line, path, count):
    files = {".dockerignore": f"{line}\n", "app.py": "", path: ""}
    rule = "ignore-pattern-at-root-only"
    build = build_of("FROM scratch\nCOPY . /app", files)
    assert lint(build, [RULES[rule]])
    context = replace(build.context, git_tracks=lambda _: True)
    assert len(lint(replace(build, context=context), [RULES[rule]])) == count


def test_templates_that_were_put_together_may_repeat_a_line():
    text = "FROM debian:13\nCOPY . /app"
    ignore = "*.log\n.cache\n# Systems\n*.log\n.cache\nThumbs.db\n"
    assert said(OVERRIDDEN, text, {".dockerignore": ignore}) == []
    flat = ignore.replace("# Systems\n", "")
    assert severities(OVERRIDDEN, text, {".dockerignore": flat}) == [INFO, INFO]


@pytest.mark.parametrize("lines", [".env/\n.env\n", ".env\n.env/\n"])
def test_of_two_equal_lines_that_without_the_slash_is_kept(lines):
    build = build_of("FROM debian:13\nCOPY . /app", {".dockerignore": lines})
    fixed = fix(build, RuleSelection((RULES[OVERRIDDEN],)), SAFE)
    assert fixed.build.context.read(".dockerignore") == ".env\n"


WARNING, INFO = Severity.WARNING, Severity.INFO


@pytest.mark.parametrize(
    ("rule", "line", "expected"),
    [
        ("ignore-pattern-without-match", "../tests/", INFO),
        ("ignore-pattern-without-match", "notes", WARNING),
        ("ignore-comment-read-as-pattern", " # settings", INFO),
        ("ignore-comment-read-as-pattern", "*.log # noisy", WARNING),
        ("ignore-comment-read-as-pattern", "*.tmp # noisy", INFO),
    ],
)
def test_a_line_without_effect_is_a_note(rule, line, expected):
    files = {"a.py": "", "b.log": "", "Notes/a": "", ".dockerignore": f"{line}\n"}
    [item] = found(rule, "FROM debian:13\nCOPY . /app", files)
    assert item.severity is expected


def test_a_directory_that_a_run_mounts_is_not_meant_by_a_line_in_another_case():
    files = {
        "Recordings/a.wav": "",
        "a.py": "",
        ".dockerignore": "Dockerfile\n.dockerignore\nrecordings/\n",
    }
    text = "FROM debian:13\nRUN --mount={},target=/a play /a\nCOPY . /app"
    rule = "ignore-pattern-without-match"
    assert said(rule, text.format("type=bind,source=Recordings/a.wav"), files) == []
    assert said(rule, text.format("type=cache"), files)


@pytest.mark.parametrize(
    ("name", "size", "count"),
    [(".vscode", 75, 0), (".idea", 9_000, 0), (".idea", 20_000, 1), (".tox", 75, 1)],
)
def test_a_few_settings_of_an_editor_are_no_matter(name, size, count):
    files = {
        ".dockerignore": f"Dockerfile\n.dockerignore\n{name}/\n",
        "app.py": "",
        f"web/{name}/settings.json": "x" * size,
    }
    text = "FROM scratch\nCOPY . /app"
    assert len(said("ignore-pattern-at-root-only", text, files)) == count


def test_a_directory_is_no_slip_for_a_file_in_another_case():
    text = "FROM scratch\nCOPY . /app"
    rule = "ignore-pattern-without-match"
    files = {".dockerignore": "results/\n", "RESULTS": "x", "a.py": ""}
    assert said(rule, text, files) == []
    assert said(rule, text, {**files, ".dockerignore": "results\n"})
    assert said(
        rule, text, {".dockerignore": "results/\n", "RESULTS/a": "x", "a.py": ""}
    )


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, 1),
        ({".gitignore": "/shop/static/\n"}, 0),
        ({".gitignore": "/static/\n"}, 1),
        ({"shop/settings.py": "STATIC_ROOT = os.path.join(ROOT, 'static')\n"}, 0),
        ({"shop/settings.py": "MEDIA_ROOT = BASE_DIR / 'shop' / 'static'  # all\n"}, 0),
        ({"shop/settings.py": "STATIC_ROOT = os.path.join(ROOT, 'media')\n"}, 1),
    ],
)
def test_a_directory_that_is_made_later_is_no_slip(files, expected):
    all_files = {
        "shop/apps/shop/static/a.js": "",
        ".dockerignore": "Dockerfile\n.dockerignore\n.gitignore\nshop/static/\n",
        **files,
    }
    found = said("ignore-pattern-without-match", "FROM a\nCOPY . /app", all_files)
    assert len(found) == expected


@pytest.mark.parametrize(
    ("tracked", "count"), [("examples/static", 0), ("darts", 1), ("", 1)]
)
def test_what_git_has_may_be_wanted_in_the_image(tracked, count):
    """A package called `src/data/raw` is no slip for the `data/raw` that is made later."""
    files = {
        ".dockerignore": "darts/examples/static\n",
        "darts/a.py": "",
        "examples/static/a.png": "",
    }
    build = build_of("FROM scratch\nCOPY . /app", files)
    context = replace(build.context, git_tracks=lambda path: path == tracked)
    rule = RULES["ignore-pattern-without-match"]
    assert len(lint(replace(build, context=context), [rule])) == count


@pytest.mark.parametrize(
    ("line", "files", "count"),
    [
        ("!README.md", {"readme.md": ""}, 0),
        (
            "!README.md",
            {"readme.md": "", "setup.py": "setup(long_description=open('readme.md'))"},
            1,
        ),
        ("!Notes.md", {"notes.md/a.txt": "", "notes.md/b.md": ""}, 1),
        ("!Schema.sql", {"schema.sql": ""}, 1),
    ],
)
def test_an_exception_for_a_page_that_nothing_reads_is_no_matter(line, files, count):
    all_files = {".dockerignore": f"*\n!setup.py\n{line}\n", **files}
    rule = "ignore-pattern-without-match"
    assert len(said(rule, "FROM scratch\nCOPY . /app", all_files)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("COPY . /app", 1),
        ("COPY examples/ /app", 1),
        ("COPY darts/ /app", 0),
        ("COPY darts/a.py examples/run.py /app/", 0),
        ("RUN --mount=type=bind,target=/src make", 1),
        ("COPY darts/ /app\nCOPY --from=build /x /x", 0),
    ],
)
def test_nothing_is_lost_where_no_copy_takes_what_was_meant(text, count):
    """BuildKit sends only what an instruction takes."""
    files = {
        ".dockerignore": "darts/examples/static\n",
        "darts/a.py": "",
        "examples/run.py": "",
        "examples/static/a.png": "",
    }
    head = "FROM a AS build\nFROM a\n"
    told = said("ignore-pattern-without-match", f"{head}{text}\n", files)
    assert len(told) == count
