"""The stack against a plain model of the specification: a tree of dictionaries that each layer is applied to."""

from __future__ import annotations

import os
import posixpath
import subprocess
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from images import (
    Made,
    contents,
    directory,
    file,
    hardlink,
    layer,
    opaque,
    symlink,
    whiteout,
)

from lightship.errors import ImageError
from lightship.image.entry_changes import EntryChange, change, removed
from lightship.image.scan import EntryKind
from lightship.image.stack import NEVER, EndReason, Stack, stacked

Tree = dict[
    bytes, object
]  # name -> what is there; a directory is a dictionary, anything else the entry


def below(tree: Tree, path: bytes) -> Tree | None:
    """The directory at a path; None where there is none."""
    for part in path.split(b"/") if path else ():
        tree = tree.get(part)
        if not isinstance(tree, dict):
            return None
    return tree


def remove(tree: Tree, names: list[bytes]) -> None:
    """What the whiteouts of a layer do, opaque ones first."""
    for name in names:
        parent, _, last = name.rpartition(b"/")
        if last == b".wh..wh..opq" and (found := below(tree, parent)) is not None:
            found.clear()
    for name in names:
        parent, _, last = name.rpartition(b"/")
        if (
            last.startswith(b".wh.")
            and last != b".wh..wh..opq"
            and (found := below(tree, parent)) is not None
        ):
            found.pop(last[4:], None)


def through(path: bytes, links: dict[bytes, bytes]) -> bytes:
    """A directory without the links of its layer in its path; itself where they go in a circle."""
    real = path
    for _ in range(41):
        parts = real.split(b"/")
        prefixes = [b"/".join(parts[:end]) for end in range(1, len(parts) + 1)]
        link = next((each for each in prefixes if each in links), None)
        if link is None:
            return real
        real = posixpath.normpath(
            posixpath.join(
                b"/", posixpath.dirname(link), links[link] + real[len(link) :]
            )
        )[1:]
    return path


def own_links(tree: Tree, entries: list[Made]) -> dict[bytes, bytes]:
    """The links of a layer that are still there."""
    links = {}
    for path, entry in leaves(tree).items():
        if entry.kind == tarfile.SYMTYPE and any(entry is each for each in entries):
            links[path] = entry.link.encode()
    return links


def apply(tree: Tree, entries: list[Made]) -> None:
    """Change a tree as the specification says of a layer."""
    names = [entry.path.encode() for entry in entries]
    remove(tree, names)
    for entry, name in zip(entries, names, strict=True):
        parent, _, last = name.rpartition(b"/")
        if last.startswith(b".wh."):
            continue
        parent = through(parent, own_links(tree, entries))
        place = tree
        for part in parent.split(b"/") if parent else ():
            if not isinstance(place.get(part), dict):
                place[part] = {}
            place = place[part]
        if entry.kind == b"5":
            if not isinstance(place.get(last), dict):
                place[last] = {}
        else:
            place[last] = entry


def leaves(tree: Tree, path: bytes = b"") -> dict[bytes, Made]:
    """What is no directory, by path."""
    found = {}
    for name, what in tree.items():
        full = path + b"/" + name if path else name
        found |= leaves(what, full) if isinstance(what, dict) else {full: what}
    return found


def files(tree: Tree) -> dict[bytes, bytes]:
    return {path: entry.content for path, entry in leaves(tree).items()}


def seen_files(stack: Stack, layer_: int) -> dict[bytes, int]:
    return {
        stack.scan(at).paths[index]: stack.scan(at).sizes[index]
        for at, index in stack.seen(layer_)
        if stack.scan(at).kinds[index] != EntryKind.DIRECTORY
    }


parts = st.sampled_from(("a", "b", "c"))
paths = st.lists(parts, min_size=1, max_size=3).map("/".join)
made = st.one_of(
    st.builds(file, paths, st.integers(0, 90)),
    st.builds(directory, paths),
    st.builds(symlink, paths, st.sampled_from(("a", "b", "../c", "/a/b", "c/.."))),
    st.builds(whiteout, paths),
    st.builds(opaque, st.one_of(st.just(""), paths)),
)
layers = st.lists(st.lists(made, max_size=6), min_size=1, max_size=5)


@given(layers)
def test_law_the_tree_after_each_layer_is_that_of_the_specification(images):
    read = contents(*(layer(*entries) for entries in images))
    tree: Tree = {}
    for at, entries in enumerate(images):
        apply(tree, entries)
        assert seen_files(read.stack, at) == {
            path: len(content) for path, content in files(tree).items()
        }


@given(layers)
def test_law_waste_and_what_is_seen_are_all_content(images):
    read = contents(*(layer(*entries) for entries in images))
    seen = sum(read.stack.scan(at).sizes[index] for at, index in read.stack.seen())
    assert read.wasted_bytes + seen == read.content_bytes
    assert 0 <= read.efficiency <= 1
    for item in read.waste:
        assert item.layer <= item.by < len(images)


@given(layers)
def test_law_compressed_layers_give_the_same(images):
    tars = [layer(*entries) for entries in images]
    plain, zipped = contents(*tars), contents(*tars, compression="gzip")
    assert plain.waste == zipped.waste
    assert plain.stack.gone == zipped.stack.gone
    assert plain.size == zipped.size


def words(*layers_: bytes) -> list[list[tuple[bytes, tuple[str, ...]]]]:
    read = contents(*layers_)
    return [
        [
            (path, change(read.stack, at, index, read.hash_of).words)
            for index, path in enumerate(scan.paths)
        ]
        for at, scan in enumerate(read.stack.scans)
    ]


def test_what_a_layer_changed_is_told_apart():
    base = layer(
        *(
            file(name, 100)
            for name in ("content", "mode", "owner", "time", "nothing", "kind", "xattr")
        ),
        symlink("link", "a"),
    )
    more = layer(
        file("content", 101),
        file("mode", 100, mode=0o600),
        file("owner", 100, uid=5),
        file("time", 100, mtime=7),
        file("nothing", 100),
        symlink("kind", "a"),
        file("xattr", 100, xattrs={"user.a": "b"}),
        symlink("link", "b"),
        file("new"),
    )
    assert dict(words(base, more)[1]) == {
        b"content": ("content",),
        b"mode": ("mode",),
        b"owner": ("owner",),
        b"time": ("mtime",),
        b"nothing": (),
        b"kind": ("mode", "link", "kind"),
        b"xattr": ("xattrs",),
        b"link": ("link",),
        b"new": ("new",),
    }


def test_what_a_layer_took_away():
    base = layer(
        directory("d"),
        file("d/a", 5),
        file("d/b", 5),
        file("e", 5),
        file("f/g", 5),
        file("h", 5),
    )
    read = contents(
        base, layer(whiteout("d"), file("e", 6), file("f", 1), symlink("h", "e"))
    )
    found = {
        read.stack.scan(at).paths[index]: read.stack.why[at][index]
        for at, index in removed(read.stack)
    }
    assert found == {
        b"d": EndReason.REMOVED,
        b"d/a": EndReason.REMOVED,
        b"d/b": EndReason.REMOVED,
        b"f/g": EndReason.REPLACED,
    }


def test_a_hard_link_keeps_the_content_alive():
    base = layer(file("a", 100), hardlink("b", "a"), hardlink("c", "b"))
    assert contents(base, layer(whiteout("a"), whiteout("b"))).wasted_bytes == 0
    read = contents(
        base, layer(whiteout("a")), layer(whiteout("b")), layer(whiteout("c"))
    )
    assert [(item.layer, item.by) for item in read.waste] == [(0, 3)]


def test_an_entry_under_a_link_of_its_layer_lies_where_that_leads(tmp_path):
    """As engines unpack a layer: into a directory, by itself."""
    tar = layer(
        directory("usr/lib"),
        symlink("lib", "usr/lib"),
        symlink("usr/lib/here", "."),
        file("lib/x", 3),
        file("lib/here/here/y", 4),
        hardlink("z", "lib/x"),
    )
    read = contents(tar)
    assert read.stack.files == {5: 3}
    assert read.wasted_bytes == 0

    subprocess.run(["tar", "-xC", tmp_path], input=tar, check=True)
    unpacked = {os.fsencode(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}
    assert read.stack.paths().keys() == unpacked - {b"usr"}
    assert os.path.samefile(tmp_path / "z", tmp_path / "usr/lib/x")


def test_links_that_go_in_a_circle_are_taken_as_they_stand():
    read = contents(layer(symlink("a", "b"), symlink("b", "a"), file("a/x", 3)))
    assert read.stack.paths().keys() == {b"a/x", b"b"}


def test_paths_that_links_lengthen_are_bounded():
    deep = "/".join(["n" * 200] * 20)
    many = [file(f"l/{at}", 1) for at in range(100)]
    scans = contents(layer(directory(deep), symlink("l", deep), *many)).stack.scans
    with pytest.raises(ImageError, match="--limit kept-bytes="):
        stacked([unlinked(scans[0])], most=100 * 1000)


def unlinked(scan):
    """The layer as its tar has it."""
    paths = [b"l/%d" % at for at in range(100)]
    scan.paths[2:] = paths
    return scan


def test_an_entry_under_a_link_makes_a_directory_of_it():
    read = contents(
        layer(directory("usr/bin"), symlink("bin", "usr/bin")),
        layer(file("bin/tool", 3)),
    )
    assert read.stack.paths().keys() == {b"usr/bin", b"bin/tool"}
    assert read.stack.why[0][1] == EndReason.REPLACED


def test_a_whiteout_never_acts_on_its_own_layer_and_of_nothing_is_noted():
    read = contents(
        layer(file("a", 3)), layer(file("b", 4), whiteout("b"), whiteout("c/d"))
    )
    assert read.stack.paths().keys() == {b"a", b"b"}
    assert read.stack.missed == ((1, b"b"), (1, b"c/d"))


def test_a_path_twice_in_a_layer_counts_with_the_last():
    read = contents(layer(file("a", 3), file("a", 5)), layer(file("a", 3)))
    assert [(item.size, item.layer, item.by, item.reason) for item in read.waste] == [
        (3, 0, 0, "repeated"),
        (5, 0, 1, "overwritten"),
    ]
    assert change(read.stack, 0, 1, read.hash_of) == EntryChange.NEW


def test_a_removed_directory_that_comes_again_is_empty():
    base = layer(directory("d"), file("d/a", 5))
    read = contents(
        base,
        layer(whiteout("d")),
        layer(file("d/b", 6)),
        layer(whiteout("d")),
        layer(file("d/c", 7)),
    )
    assert read.stack.paths().keys() == {b"d/c"}
    assert [(item.path, item.by) for item in read.waste] == [(b"d/a", 1), (b"d/b", 3)]


def test_many_layers_that_empty_one_directory_take_linear_time():
    base = layer(*(file(f"d/{at}", 1) for at in range(3000)))
    read = contents(
        base, *(layer(opaque("d"), file(f"d/new{at}", 1)) for at in range(300))
    )
    assert read.wasted_bytes == 3000 + 299
    assert sum(end == NEVER for gone in read.stack.gone for end in gone) == 1
