from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from images import (
    config,
    contents,
    directory,
    file,
    hardlink,
    layer,
    opaque,
    row,
    symlink,
    whiteout,
)
from inspections import inspected as made

from lightship.image.entry_changes import EntryChange
from lightship.image.owners import InstalledPackage
from lightship.inspection.compare_images import compare, shared_layers
from lightship.inspection.comparison import SideDifference


def inspected(*layers, packages=(), **more):
    return made(*layers, blame=(), findings=(), packages=packages, **more)


def changed(before, after, semantic=False):
    return {each.path: each for each in compare(before, after, semantic).files}


def reason(before, after, semantic=False):
    return compare(inspected(*before), inspected(*after), semantic).first_reason


SECRET = "hunter2-Zq8vK3xW"


def test_an_image_is_the_same_as_itself():
    image = inspected(layer(file("a", b"1"), directory("b")), layer(whiteout("a")))
    found = compare(image, image)
    assert (
        found.same,
        found.first_reason,
        found.files,
        found.config,
        found.packages,
    ) == (True, "", (), (), ())
    assert found.shared == ((0, 0), (1, 1))
    assert all(not each.grows for each in found.figures)


def test_files_that_were_added_removed_and_changed():
    before = inspected(
        layer(
            file("gone", 10), file("grown", 10), file("other", b"aa"), file("same", 5)
        )
    )
    after = inspected(
        layer(file("new", 7), file("grown", 25), file("other", b"bb"), file("same", 5))
    )
    found = changed(before, after)
    assert {path: (each.difference, each.grows) for path, each in found.items()} == {
        b"gone": (SideDifference.REMOVED, -10),
        b"new": (SideDifference.ADDED, 7),
        b"grown": (SideDifference.CHANGED, 15),
        b"other": (SideDifference.CHANGED, 0),
    }
    assert found[b"other"].differs == EntryChange.CONTENT


@pytest.mark.parametrize(
    ("more", "differs"),
    [
        ({"mode": 0o600}, EntryChange.MODE),
        ({"uid": 5}, EntryChange.OWNER),
        ({"mtime": 5}, EntryChange.MTIME),
        ({"xattrs": {"user.a": "b"}}, EntryChange.XATTRS),
        ({"mode": 0o600, "mtime": 5}, EntryChange.MODE | EntryChange.MTIME),
    ],
)
def test_metadata_are_told_from_content(more, differs):
    (each,) = changed(
        inspected(layer(file("a", b"1"))), inspected(layer(file("a", b"1", **more)))
    ).values()
    assert each.differs == differs
    assert each.is_metadata_only
    assert each.is_time_only is (differs == EntryChange.MTIME)


def test_a_link_that_points_elsewhere_and_a_file_that_became_a_link():
    before = inspected(layer(symlink("a", "x"), file("b", b"1")))
    after = inspected(layer(symlink("a", "y"), symlink("b", "a")))
    found = changed(before, after)
    assert found[b"a"].differs == EntryChange.LINK
    assert found[b"b"].differs & EntryChange.KIND


def test_it_does_not_matter_which_name_of_a_file_comes_first():
    before = inspected(layer(file("a", b"12"), hardlink("b", "a")))
    after = inspected(layer(file("b", b"12"), hardlink("a", "b")))
    assert not changed(before, after)


def test_a_hard_link_shows_the_content_of_its_file():
    before = inspected(layer(file("a", b"12"), hardlink("b", "a")))
    after = inspected(layer(file("a", b"34"), hardlink("b", "a")))
    assert {path: each.differs for path, each in changed(before, after).items()} == {
        b"a": EntryChange.CONTENT,
        b"b": EntryChange.CONTENT,
    }


def test_the_final_images_count_not_how_the_layers_made_them():
    before = inspected(
        layer(file("a", b"1"), file("b", b"2")), layer(whiteout("b"), file("a", b"3"))
    )
    after = inspected(layer(file("a", b"3")))
    found = compare(before, after)
    assert not found.files
    assert "history 2" in found.first_reason


def test_layers_are_shared_by_diff_id_each_once():
    one, other = layer(file("a", b"1")), layer(file("b", b"1"))
    before, after = contents(one, one, other).image, contents(other, one).image
    assert shared_layers(before, after) == ((0, 1), (2, 0))
    assert shared_layers(after, before) == ((0, 2), (1, 0))


def test_packages_that_were_added_removed_and_upgraded():
    before = (
        InstalledPackage("deb", "a", "1", 10),
        InstalledPackage("deb", "b", "1", 5),
        InstalledPackage("npm", "c", "1"),
        InstalledPackage("npm", "c", "2"),
    )
    after = (
        InstalledPackage("deb", "a", "2", 12),
        InstalledPackage("apk", "b", "1", 5),
        InstalledPackage("npm", "c", "2"),
        InstalledPackage("npm", "c", "3"),
    )
    found = compare(
        inspected(layer(), packages=before), inspected(layer(), packages=after)
    ).packages
    assert [
        (each.manager, each.name, each.difference, each.before, each.after)
        for each in found
    ] == [
        ("apk", "b", SideDifference.ADDED, (), ("1",)),
        ("deb", "a", SideDifference.CHANGED, ("1",), ("2",)),
        ("deb", "b", SideDifference.REMOVED, ("1",), ()),
        ("npm", "c", SideDifference.CHANGED, ("1", "2"), ("2", "3")),
    ]
    assert found[1].grows == 2


def test_a_package_in_the_same_version_is_no_difference_whatever_its_size():
    before, after = (
        (InstalledPackage("deb", "a", "1", 1),),
        (InstalledPackage("deb", "a", "1", 2),),
    )
    assert not compare(
        inspected(layer(), packages=before), inspected(layer(), packages=after)
    ).packages


@pytest.mark.parametrize(
    ("before", "after", "name", "values"),
    [
        ({"User": "a"}, {"User": "b"}, "user", ("a", "b")),
        ({}, {"User": "b"}, "user", (None, "b")),
        ({"Env": ["A=1", "B=2"]}, {"Env": ["B=3", "A=1"]}, "env B", ("2", "3")),
        (
            {"Env": ["MY_SECRET=1"]},
            {"Env": ["MY_SECRET=2"]},
            "env MY_SECRET",
            ("***", "***"),
        ),
        (
            {"Entrypoint": ["a"]},
            {"Entrypoint": ["a", "b c"]},
            "entrypoint",
            ('["a"]', '["a", "b c"]'),
        ),
        ({"Cmd": ["a"]}, {}, "cmd", ('["a"]', None)),
        ({"WorkingDir": "/"}, {"WorkingDir": "/a"}, "workdir", ("/", "/a")),
        (
            {"ExposedPorts": {"80/tcp": {}}},
            {"ExposedPorts": {"90/tcp": {}}},
            "exposed ports",
            ("80/tcp", "90/tcp"),
        ),
        ({"Volumes": {"/a": {}}}, {}, "volumes", ("/a", None)),
        ({"Labels": {"a": "1"}}, {"Labels": {"a": "2"}}, "label a", ("1", "2")),
        ({"StopSignal": "INT"}, {}, "stop signal", ("INT", None)),
        (
            {"Healthcheck": {"Test": ["NONE"]}},
            {},
            "healthcheck",
            ('{"Test": ["NONE"]}', None),
        ),
        ({"ArgsEscaped": True}, {}, "config.ArgsEscaped", ("true", None)),
        ({"User": '"\\q" "a'}, {}, "user", ('"\\q" "a', None)),
        ({"Cmd": [f"TOKEN={SECRET}"]}, {}, "cmd", ('["TOKEN=…"]', None)),
        ({"Labels": {"a": f"TOKEN={SECRET}"}}, {}, "label a", ("TOKEN=…", None)),
        (
            {"Healthcheck": {"Test": [f"API_KEY='{SECRET}' a"]}},
            {},
            "healthcheck",
            ('{"Test": ["API_KEY=\'…\' a"]}', None),
        ),
    ],
)
def test_settings_of_the_config(before, after, name, values):
    found = compare(inspected(layer(), **before), inspected(layer(), **after))
    assert [(each.name, (each.before, each.after)) for each in found.config] == [
        (name, values)
    ]
    assert name in found.first_reason


def test_a_secret_that_changed_is_said_to_differ_without_it():
    found = compare(
        inspected(layer(), Env=["MY_SECRET=1"]), inspected(layer(), Env=["MY_SECRET=2"])
    )
    assert found.first_reason == "the config's env MY_SECRET differs"


def test_what_the_classic_builder_noted_of_its_container_is_shown_without_secrets():
    note = {
        "Env": [f"API_TOKEN={SECRET}"],
        "Cmd": ["/bin/sh", "-c", f'#(nop) ENV API_TOKEN="{SECRET}"'],
    }
    noted, plain = inspected(layer()), inspected(layer())
    image = noted.contents.opened.image
    raw = {**image.config.raw, "container_config": note}
    opened = replace(
        noted.contents.opened,
        image=replace(image, config=replace(image.config, raw=raw)),
    )
    found = compare(
        replace(noted, contents=replace(noted.contents, opened=opened)), plain
    )
    (only,) = found.config
    assert only.name == "container_config"
    assert "API_TOKEN=" in only.before
    assert SECRET not in only.before + found.first_reason


def test_a_row_of_history_less_is_one_difference():
    rows = [row("RUN a"), row("RUN b"), row("RUN c")]
    one = layer(file("a", b"1"))
    before, after = (
        inspected(one, one, one, history=rows),
        inspected(one, one, history=[rows[0], rows[2]]),
    )
    assert [
        (each.name, each.before, each.after) for each in compare(before, after).config
    ] == [("history 2", "RUN b", None)]


def with_created(data, when):
    document = json.loads(config([data]))
    document["created"] = when
    document["history"][0]["created"] = when
    return json.dumps(document).encode()


def test_times_count_but_for_a_semantic_comparison():
    one, other = layer(file("a", b"1", mtime=1)), layer(file("a", b"1", mtime=2))
    before = inspected(one, document=with_created(one, "2026-01-01T00:00:00Z"))
    after = inspected(other, document=with_created(other, "2026-02-02T00:00:00Z"))
    strict, semantic = compare(before, after), compare(before, after, semantic=True)
    assert [each.name for each in strict.config] == ["created", "history 1 created"]
    assert [each.is_time_only for each in strict.files] == [True]
    assert not strict.same
    assert (semantic.same, semantic.files, semantic.config) == (True, (), ())


def test_the_ids_of_one_build_do_not_count_in_a_semantic_comparison():
    before, after = inspected(layer(), Hostname="a"), inspected(layer(), Hostname="b")
    assert not compare(before, after).same
    assert compare(before, after, semantic=True).same


def test_the_platform_is_the_first_reason():
    before, after = (
        inspected(layer(), User="a"),
        inspected(layer(), User="b", architecture="arm64"),
    )
    assert (
        compare(before, after).first_reason
        == "the platform is linux/amd64 before and linux/arm64 after"
    )


A = [file("a", b"1"), file("b", b"2")]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([A], [[A[0]]], "layer 1: /b is only in the image before"),
        ([[A[0]]], [A], "layer 1: /b is only in the image after"),
        ([A], [[A[0], file("b", b"3")]], "layer 1: /b differs in content"),
        (
            [A],
            [[A[0], file("b", b"2", mode=0, uid=1)]],
            "layer 1: /b differs in mode, owner",
        ),
        (
            [A, [whiteout("a")]],
            [A, []],
            "layer 2: /a is removed only in the image before",
        ),
        ([A, []], [A, [opaque("d")]], "layer 2: /d is removed only in the image after"),
        ([A], [A[::-1]], "layer 1: its entries are the same, in a different order"),
    ],
)
def test_the_first_entry_that_differs_is_the_reason(before, after, said):
    assert (
        reason([layer(*each) for each in before], [layer(*each) for each in after])
        == said
    )


def test_another_packing_counts_only_in_a_strict_comparison():
    before, after = layer(*A), layer(*A) + bytes(10240)
    assert (
        reason([before], [after])
        == "layer 1: its entries are the same, but the bytes of its tar differ"
    )
    assert reason([before], [after], semantic=True) == ""
    assert reason([before], [layer(*A[::-1])], semantic=True) == ""


def test_a_reason_has_nothing_that_a_terminal_obeys():
    said = reason([layer(file(b"\x1b[2J\xff", b"1"))], [layer()])
    assert said == r"layer 1: /\x1b[2J\xff is only in the image before"
    found = compare(inspected(layer(), architecture="a\x1b[2J"), inspected(layer()))
    assert (
        found.first_reason
        == r"the platform is linux/a\x1b[2J before and linux/amd64 after"
    )


def test_what_was_not_read_is_said_not_guessed():
    one, other = inspected(layer(file("a", b"12"))), inspected(layer(file("a", b"34")))
    other.contents.stack.scan(0).has_table = True
    found = compare(one, other, semantic=True)
    assert [each.compared for each in found.files] == [False]
    assert found.uncompared == 1
    assert found.first_reason == "layer 1: the contents of 1 file could not be compared"
    assert compare(one, other).first_reason == found.first_reason, (
        "not that its entries are the same"
    )


NAMES = st.sampled_from("a b c/d c/e f".split())
ENTRIES = st.lists(
    st.tuples(
        NAMES, st.sampled_from([b"", b"1", b"2"]), st.sampled_from([0o644, 0o600])
    ),
    max_size=5,
)


@given(before=st.lists(ENTRIES, max_size=3), after=st.lists(ENTRIES, max_size=3))
def test_two_images_have_no_difference_where_their_final_trees_are_alike(before, after):
    sides = [
        inspected(
            *(
                layer(*(file(name, data, mode=mode) for name, data, mode in each))
                for each in side
            )
        )
        for side in (before, after)
    ]
    trees = []
    for side in sides:
        stack = side.contents.stack
        trees.append(
            {
                path: (
                    stack.scan(at).entry(at, index).mode,
                    side.contents.read(at, index, 9),
                )
                for path, (at, index) in stack.paths().items()
            }
        )
    found = {each.path for each in compare(*sides).files}
    assert found == {
        path
        for path in trees[0].keys() | trees[1].keys()
        if trees[0].get(path) != trees[1].get(path)
    }
    back = compare(*reversed(sides))
    assert found == {each.path for each in back.files}
    assert sum(each.grows for each in back.files) == -sum(
        each.grows for each in compare(*sides).files
    )
