"""The files that COPY takes from a build context for its sources."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.context.files import Context
from lightship.context.taken_by_copy import copied, roots

TREE = {
    "Dockerfile": "FROM scratch\n",
    "README.md": "read",
    "app/main.py": "print()",
    "app/sub/util.py": "",
    "app/sub/notes.md": "",
    "tests/test_main.py": "",
    ".git/": "",
}


def paths(found):
    return [file.path for file in found]


@pytest.mark.parametrize(
    ("sources", "excludes", "taken"),
    [
        (["README.md"], [], ["README.md"]),
        (["/app/"], [], ["app/main.py", "app/sub/notes.md", "app/sub/util.py"]),
        (["../app/./sub"], [], ["app/sub/notes.md", "app/sub/util.py"]),
        (["*.md"], [], ["README.md"]),
        (["a*"], [], ["app/main.py", "app/sub/notes.md", "app/sub/util.py"]),
        (["app/*/*.py"], [], ["app/sub/util.py"]),
        (["app/[", "none"], [], []),
        (["README.md", "*.md"], [], ["README.md"]),
        (["."], ["app", "**/*.md", ".git"], ["Dockerfile", "tests/test_main.py"]),
        (["app"], ["sub/*.py"], ["app/main.py", "app/sub/notes.md"]),
        (["app/main.py"], ["*.py"], ["app/main.py"]),
    ],
)
def test_what_copy_takes(sources, excludes, taken):
    assert paths(copied(Context.of(TREE), sources, excludes)) == taken


def test_what_copy_takes_with_parents():
    context = Context.of(TREE)
    assert paths(copied(context, ["**/*.py"], parents=True)) == [
        "app/main.py",
        "app/sub/util.py",
        "tests/test_main.py",
    ]
    assert paths(copied(context, ["./app/./sub"], parents=True)) == [
        "app/sub/notes.md",
        "app/sub/util.py",
    ]


def test_copy_takes_only_what_is_sent():
    context = Context.of(TREE | {".dockerignore": "**/*.md\n.*\n"})
    assert paths(copied(context, ["app", "README.md"])) == [
        "app/main.py",
        "app/sub/util.py",
    ]


def test_the_paths_a_source_stands_for():
    context = Context.of(TREE)
    assert roots(context, "app/*") == ("app/main.py", "app/sub")
    assert roots(context, "app") == ("app",)
    assert roots(context, "nothing") == ()


@given(
    st.sets(
        st.lists(st.sampled_from(["a", "b", "c.md"]), min_size=1, max_size=3).map(
            "/".join
        )
    )
)
def test_law_the_root_takes_all_that_is_sent(names):
    tree = {
        name: ""
        for name in names
        if not any(other.startswith(f"{name}/") for other in names)
    }
    context = Context.of(tree | {".dockerignore": "b\n!b/c.md\n"})
    assert copied(context, ["."]) == copied(context, ["/"]) == context.sent
    assert all(copied(context, [file.path]) == (file,) for file in context.sent)
