from __future__ import annotations

import pytest

from lightship.build import Build
from lightship.cache.explain.explain_rebuild import explain
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree, context_of
from lightship.dockerfile.parse import parse

TEXT = "FROM base AS made\nWORKDIR /a\nCOPY . /a/\nRUN {run}\nFROM base\nCOPY --from=made /a /a\n"
FILES = {"app.py": "", "gone/x": "", "kept/x": ""}


def is_hit(run: str, changed: str) -> bool:
    """Whether `COPY --from` is a hit after a file of the context was changed."""

    def side(files: dict[str, str]) -> Side:
        tree = FileTree.of(files)
        return Side(Build(parse(TEXT.format(run=run)), context_of(tree, None)), tree)

    *_, run_step, copied = explain(side(FILES), side({**FILES, changed: "new"})).steps
    assert not run_step.hit
    return copied.hit


@pytest.mark.parametrize(
    "run",
    [
        "rm -rf /a/gone",
        "rm -rfv gone",
        "cd /tmp && rm -r /a/none /a/gone && true",
        "rm -rf /a/.git && rm -rf /a/gone",
        "rm -rf /a/gone && mkdir /a/gone && touch /a/gone/y",
    ],
)
def test_what_a_run_removes_is_no_part_of_what_is_copied(run):
    assert is_hit(run, "gone/x")
    assert not is_hit(run, "kept/x")
    assert not is_hit(run, "app.py")


@pytest.mark.parametrize(
    "run",
    [
        "rm -rf /a/gone; true",
        "rm -rf /a/gone || true",
        "rm -rf /a/gone | cat",
        "rm -ri /a/gone",
        "rm -d /a/gone && true",
        "rm -rf /a/g*",
        "rm -rf /a/gone2",
        "rmdir /a/gone",
        "if true; then rm -rf /a/gone; fi",
        "cp -r /a/gone /a/also && rm -rf /a/gone",
        "cp -r gone /tmp/g && rm -rf gone && mv /tmp/g gone",
        "rm -rf /a/gone && python make.py",
    ],
)
def test_what_may_be_left_counts(run):
    assert not is_hit(run, "gone/x")


def test_what_is_copied_again_counts():
    assert not is_hit("rm -rf /a/gone\nCOPY gone /a/gone\nRUN true", "gone/x")
