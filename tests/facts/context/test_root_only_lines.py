"""Lines of an ignore file whose name stands deeper down, too, where they do not take it."""

from __future__ import annotations

import pytest

from lightship.build import Build
from lightship.context.files import Context, File, FileKind
from lightship.dockerfile.parse import parse
from lightship.facts.context.root_only_lines import at_root_only
from lightship.rules.context.needless_files_copied.misread_files import spoken_of
from tests.made import build

ALL = "FROM debian\nCOPY . /app\n"


def made(ignore: str, *paths: str):
    return build(ALL, {".dockerignore": ignore} | dict.fromkeys(paths, ""))


@pytest.mark.parametrize(
    ("ignore", "paths", "text", "tops"),
    [
        (
            "node_modules\n",
            ["web/node_modules/a.js"],
            "**/node_modules",
            ("web/node_modules",),
        ),
        ("*.pyc\n", ["a/b.pyc"], "**/*.pyc", ("a/b.pyc",)),
        ("secrets-a\n", ["x/secrets-a/k"], "**/secrets-a", ("x/secrets-a",)),
    ],
)
def test_a_name_that_is_left_out_at_the_root_alone(ignore, paths, text, tops):
    [line] = at_root_only(made(ignore, *paths))
    assert (line.text, line.tops) == (text, tops)
    assert spoken_of(made(ignore, *paths)) == set(paths)


@pytest.mark.parametrize(
    ("ignore", "paths"),
    [
        ("**/node_modules\n", ["web/node_modules/a.js"]),
        ("/node_modules\n", ["web/node_modules/a.js"]),
        ("node_modules\n", ["node_modules/a.js"]),
        ("data\n", ["x/data/k"]),  # a word that means something else in each place
        ("secrets-a\n", ["secrets-a/x", "x/secrets-a/k"]),
        # Modules of the program
        ("orders-demo.py\n", ["shop/orders-demo.py"]),
        ("wandb/\n", ["loggers/wandb/__init__.py", "loggers/wandb/notes.md"]),
        ("locale\n", ["shop/locale/de/django.po"]),
    ],
)
def test_a_line_that_takes_what_it_should(ignore, paths):
    assert at_root_only(made(ignore, *paths)) == ()


def test_caches_are_made_again_and_heavy_ones_are_told():
    [line] = at_root_only(made("__pycache__\n", "a/__pycache__/b.pyc"))
    assert line.derived
    assert line.written
    [line] = at_root_only(made("node_modules\n", "web/node_modules/a.js"))
    assert line.heavy


def test_what_no_program_writes_is_told_alone():
    [line] = at_root_only(made("secrets-a\n", "x/secrets-a/k"))
    assert not line.written


def test_a_link_may_be_source():
    link = File("web/node_modules", kind=FileKind.SYMLINK)
    context = Context(
        lambda: [File("a.py"), link],
        {".dockerignore": b"node_modules*\nnode_modules\n"}.get,
    )
    for line in at_root_only(Build(parse(ALL), context, path="Dockerfile")):
        assert not line.written
        assert not line.derived


def test_links_alone_in_such_a_directory_are_source():
    link = File("src/node_modules/src", kind=FileKind.SYMLINK)
    context = Context(
        lambda: [File("a.py"), link], {".dockerignore": b"node_modules*\n"}.get
    )
    assert at_root_only(Build(parse(ALL), context, path="Dockerfile")) == ()


def test_what_git_has_below_is_the_projects_own():
    files = [File("app.py"), File("web/icons/logo.png")]
    ignore = {".dockerignore": b"icons/\n"}.get
    for is_local in (True, False):
        context = Context(
            lambda: files, ignore, git_ignores=lambda _path, local=is_local: local
        )
        lines = at_root_only(Build(parse(ALL), context, path="Dockerfile"))
        assert bool(lines) is is_local


def test_what_git_tracks_is_never_left_out():
    files = [File("app.py"), File("src/node_modules/own/index.js")]
    ignore = {".dockerignore": b"node_modules\n"}.get
    for tracked in ("src/node_modules", None):
        context = Context(
            lambda: files, ignore, git_tracks=lambda path, has=tracked: path == has
        )
        lines = at_root_only(Build(parse(ALL), context, path="Dockerfile"))
        assert bool(lines) is (tracked is None)
