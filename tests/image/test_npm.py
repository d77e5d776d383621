"""npm packages, by where they lie."""

from __future__ import annotations

import json

import pytest
from images import file, layer
from owned import names, owned, package


def manifest(name, version="1.0.0"):
    return json.dumps({"name": name, "version": version}).encode()


def test_the_innermost_package_owns_a_file():
    found = names(
        layer(
            file("app/node_modules/a/package.json", manifest("a")),
            file("app/node_modules/a/lib/package.json", b'{"type":"module"}'),
            file("app/node_modules/a/node_modules/b/package.json", manifest("b")),
            file("app/node_modules/a/node_modules/b/i.js", 1),
            file("app/node_modules/a/node_modules/.bin/b", 1),
            file("app/node_modules/.package-lock.json", 1),
            file("app/index.js", 1),
        )
    )
    assert found == {
        "app/node_modules/a/package.json": "a",
        "app/node_modules/a/lib/package.json": "a",
        "app/node_modules/a/node_modules/b/package.json": "b",
        "app/node_modules/a/node_modules/b/i.js": "b",
        "app/node_modules/a/node_modules/.bin/b": "a",
    }


def test_a_scope_is_part_of_the_name():
    found = owned(
        file("node_modules/@types/node/package.json", b"{"),
        file("node_modules/@types/node/i.d.ts", 7),
    )
    assert [(each.name, each.version, each.size) for each in found.packages] == [
        ("@types/node", "", 8)
    ]


def test_the_name_is_that_of_the_package_and_not_of_its_alias():
    assert (
        owned(file("node_modules/alias/package.json", manifest("real", "2.0")))
        .packages[0]
        .name
        == "real"
    )


def test_the_layout_of_pnpm():
    store = "app/node_modules/.pnpm/is-odd@3.0.1/node_modules/is-odd"
    found = owned(
        file(f"{store}/package.json", manifest("is-odd", "3.0.1")),
        file(f"{store}/index.js", 5),
    )
    assert package(found, "is-odd").files == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"nul",
        b'{"name": 3, "version": []}',
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"name": "x',
        b'{"version":' + b"1" * 9999 + b"}",
    ],
)
def test_what_is_no_manifest_leaves_the_name_of_the_directory(data):
    found = owned(
        file("node_modules/x/package.json", data), file("node_modules/x/y", 3)
    ).packages
    assert [(each.name, each.version) for each in found] == (
        [("x", "")] if data else []
    )


def test_half_a_character_in_a_name_can_still_be_printed():
    (found,) = owned(
        file("node_modules/x/package.json", b'{"name": "\\ud800"}')
    ).packages
    assert found.name.encode() == b"\\ud800"


def test_packages_within_packages_without_end_are_looked_through_to_a_limit():
    path = "node_modules/a/" * 2000
    assert (
        len(
            names(
                layer(
                    file("node_modules/a/package.json", manifest("a")),
                    file(path + "x", 1),
                )
            )
        )
        == 1
    )
