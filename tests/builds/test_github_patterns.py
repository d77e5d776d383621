"""GitHub's patterns of branches, tags and paths, by the examples of its manual."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.builds.ci.github_patterns import is_named, matches

MATCHED = {
    "*": ["main", "README.md"],
    "**": ["main", "all/the/files.md"],
    "feature/*": ["feature/my-branch"],
    "feature/**": ["feature/a", "feature/beta-a/my-branch"],
    "*feature": ["mona-feature", "feature"],
    "v2*": ["v2", "v2.0", "v2.9"],
    "v[12].[0-9]+.[0-9]+": ["v1.10.1", "v2.0.0"],
    "v[0-9]+.[0-9]+": ["v1.2", "v10.22"],
    "*.jsx?": ["page.js", "page.jsx"],
    "**.js": ["index.js", "src/js/app.js"],
    "docs/*": ["docs/file.txt"],
    "docs/**": ["docs/README.md", "docs/mona/octocat.txt"],
    "docs/**/*.md": ["docs/hello.md", "docs/mona/hello.md", "docs/a/b/c.md"],
    "src/**/*": ["src/a.py", "src/a/b.py"],
    "**/docs/**": ["docs/hello.md", "dir/docs/my-file.txt"],
    "**/README.md": ["README.md", "js/README.md"],
    "**/*src/**": ["a/src/app.js", "my-src/code/js/app.js"],
    "**/migrate-*.sql": ["migrate-1.sql", "db/sept/migrate-1.sql"],
    "a\\*": ["a*"],
    "+x": ["+x"],
    "a[": ["a["],
}
OTHERS = {
    "*": ["a/b"],
    "feature/*": ["feature/a/b", "feature"],
    "v[12].[0-9]+.[0-9]+": ["v3.0.0", "v1..1", "v1.0.0-rc", "v1x0x0"],
    "v[0-9]+.[0-9]+": ["v1.", "v1"],
    "*.jsx?": ["page.jsxx", "page.jsy", "src/page.js"],
    "docs/*": ["docs/a/b"],
    "docs/**/*.md": ["docs.md", "docsa.md", "docs/a.txt"],
    "docs/**/x.md": ["docs/ax.md"],
    "**/README.md": ["XREADME.md"],
    "a\\*": ["ab"],
    "main": ["Main", "main2", ""],
}


@pytest.mark.parametrize("pattern", MATCHED)
def test_what_a_pattern_matches(pattern):
    assert [name for name in MATCHED[pattern] if not matches(name, pattern)] == []


@pytest.mark.parametrize("pattern", OTHERS)
def test_what_a_pattern_does_not_match(pattern):
    assert [name for name in OTHERS[pattern] if matches(name, pattern)] == []


def test_the_last_pattern_that_matches_decides():
    patterns = ["releases/**", "!releases/**-alpha", "releases/1-alpha"]
    assert is_named("releases/2", patterns)
    assert not is_named("releases/2-alpha", patterns)
    assert is_named("releases/1-alpha", patterns)
    assert not is_named("main", patterns)


PARTS = {
    "a": "a",
    "/": "/",
    "*": "[^/]*",
    "**": ".*",
    "b?": "b?",
    "[ab]+": "[ab]+",
    ".": r"\.",
}


@given(
    st.lists(st.sampled_from(sorted(PARTS)), max_size=6),
    st.text("ab/.", max_size=8),
)
def test_a_pattern_says_what_its_regular_expression_says(parts, name):
    pattern = "".join(parts)
    if "***" in pattern or "**/" in pattern:
        return
    expression = "".join(PARTS[part] for part in parts).replace("[^/]*[^/]*", ".*")
    assert matches(name, pattern) == bool(re.fullmatch(expression, name))


def test_a_hostile_pattern_ends():
    """A regular expression of it would not."""
    assert not matches("a" * 2000, "*a" * 500 + "b")
    assert matches("a" * 2000, "*a" * 500)


@given(st.text(), st.text())
def test_any_pattern_is_read(name, pattern):
    assert matches(name, pattern) in (True, False)
