"""What is sent and taken, kept up to date commit by commit, is what a look at the whole tree finds."""

from __future__ import annotations

from cache.made_trees import (
    Files,
    changes_between,
    edited,
    ignores,
    selections,
    start,
    tree_of,
    with_folders,
)
from hypothesis import example, given
from hypothesis import strategies as st

from lightship.cache.selection.selection import Selection, read_selection
from lightship.cache.selection.sent_context import SentContext
from lightship.context.files import Context
from lightship.context.ignore import Ignore
from lightship.context.taken_by_copy import copied
from lightship.facts.context.ignore_edits import IGNORE

FILE, LINK, FOLDER = ("file", 0o644, "1"), ("link", 0o777, "b"), ("folder", 0o755, "")


def filled(files: Files, ignore: Ignore, chosen: list[Selection]) -> SentContext:
    sent = SentContext(ignore, chosen)
    sent.fill(tree_of(files))
    return sent


def entries(sent: SentContext) -> dict[str, tuple[str, int, str]]:
    return {
        path: (entry.kind, entry.mode, entry.content())
        for path, entry in sent.entries.items()
        if path
    }


def kept_up_to_date(
    first: Files, steps: list, patterns: list[str], chosen: list[Selection], seen=dict
) -> None:
    """`seen` says how a tree is known: as git knows it, or a disk."""
    ignore, files = Ignore.of(patterns), seen(first)
    sent = filled(files, ignore, chosen)
    for step in steps:
        before, old = (
            entries(sent),
            {each: taken.digest for each, taken in sent.selected.items()},
        )
        first = edited(first, step)
        after = seen(first)
        tree = tree_of(after)
        sent.apply(changes_between(files, after), tree.read)
        anew = filled(after, ignore, chosen)
        files = after
        assert kinds(entries(sent)) == kinds(entries(anew))
        assert (sent.files, sent.links) == (anew.files, anew.links)
        for each, taken in sent.selected.items():
            assert taken.tokens == anew.selected[each].tokens, each
            assert taken.digest == anew.selected[each].digest
            assert (
                None in (taken.digest, old[each])
                or taken.digest == old[each]
                or each in sent.changed
            ), each
        named = {path for paths in sent.changed.values() for path in paths}
        assert named <= before.keys() | entries(sent).keys()


def kinds(found: dict[str, tuple[str, int, str]]) -> dict[str, tuple[str, int, str]]:
    """A directory's content is nothing, whatever it says."""
    return {
        path: (kind, mode, "" if kind == "directory" else content)
        for path, (kind, mode, content) in found.items()
    }


@given(
    start(),
    st.lists(st.lists(edited.one, max_size=4), max_size=4),
    ignores(),
    selections(),
)
@example(
    {"a/b": FILE}, [[("put", "a", FILE)]], ["a", "!a/b"], []
)  # a file that is left out, for a directory
@example(
    {"a": LINK, "b": FILE},
    [[("put", "a", ("link", 0o777, "c"))]],
    [],
    [read_selection("?")],
)
@example(
    {"d/a": LINK, "d/b": FILE},
    [[("put", "d/b", ("file", 0o644, "2"))]],
    [],
    [read_selection("d/a")],
)
@example(
    {"d/l": LINK, "d/x": FILE},
    [[("drop", "d/l"), ("put", "d/x", FOLDER)]],
    [],
    [read_selection("d")],
)
def test_commit_by_commit_is_as_from_scratch(first, steps, patterns, chosen):
    kept_up_to_date(first, steps, patterns, chosen)


@given(
    start(),
    st.lists(st.lists(edited.one, max_size=4), max_size=4),
    ignores(),
    selections(),
)
def test_so_it_is_where_directories_are_known(first, steps, patterns, chosen):
    kept_up_to_date(first, steps, patterns, chosen, with_folders)


@given(start(), ignores(), selections())
def test_git_and_the_disk_send_the_same(files, patterns, chosen):
    """git knows no mode of a directory; the usual one is taken."""
    ignore = Ignore.of(patterns)
    one, other = (
        filled(files, ignore, chosen),
        filled(with_folders(files), ignore, chosen),
    )
    assert kinds(entries(one)) == kinds(entries(other))
    assert [taken.digest for taken in one.selected.values()] == [
        taken.digest for taken in other.selected.values()
    ]


@given(start(), ignores(), selections())
@example({"d1/b": FILE, "d1/c": FILE, "b": FILE}, [], [read_selection("?*", ("b",))])
def test_what_is_taken_is_what_copy_gets(files, patterns, chosen):
    """The rules of lint ask context/files.py, which knows no links."""
    files = {path: node for path, node in files.items() if node[0] == "file"}
    ignore, tree = Ignore.of(patterns), tree_of(files)
    context = Context(
        tree.files.values,
        lambda path: (
            "\n".join(patterns).encode() if path == IGNORE else tree.read(path)
        ),
    )
    sent = filled(files, ignore, chosen)
    assert {path for path, entry in sent.entries.items() if entry.kind == "file"} == {
        each.path for each in context.sent
    }
    for selection, taken in sent.selected.items():
        if selection.parents and "\udcff" in selection.source:
            continue  # patterns reach BuildKit as UTF-8
        found = {
            taken.path(name)
            for name, token in taken.tokens.items()
            if token.startswith("f ")
        }
        wanted = copied(
            context, [selection.source], selection.excludes, selection.parents
        )
        assert found == {each.path for each in wanted}, selection
