"""npm packages that only development needs: what locks say, and when nothing is said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from images import file, layer
from inspection.inspected import MB, finding, ids, inspected

from lightship.image.databases import npm
from lightship.inspection.npm_development import DEVELOPMENT

LISTED = {
    "": {"name": "shop", "devDependencies": {"typescript": "^5"}},
    "node_modules/express": {"version": "4.19.2"},
    "node_modules/typescript": {"version": "5.4.5", "dev": True},
    "node_modules/@types/node": {"version": "20.1.0", "dev": True},
    "node_modules/express/node_modules/debug": {"version": "2.6.9"},
    "node_modules/typescript/node_modules/a": {"version": "1.0.0", "dev": True},
    "node_modules/fsevents": {"version": "2.3.3", "devOptional": True},
}
OLDER = {
    "express": {"version": "4", "dependencies": {"debug": {"version": "2"}}},
    "typescript": {
        "version": "5",
        "dev": True,
        "dependencies": {"a": {"version": "1", "dev": True}},
    },
    "@types/node": {"version": "20", "dev": True},
}
SIZES = {
    "express": 8 * MB,
    "typescript": 4 * MB,
    "@types/node": 2 * MB,
    "express/node_modules/debug": 3 * MB,
    "typescript/node_modules/a": MB,
    "fsevents": MB,
}


def modules(folder: str = "app"):
    """What npm installed, each package with its package.json."""
    for name, size in SIZES.items():
        where = f"{folder}/node_modules/{name}"
        program = {"tsc": "bin/tsc"} if name == "typescript" else {}
        yield file(f"{where}/index.js", size)
        yield file(
            f"{where}/package.json", json.dumps({"name": name, "bin": program}).encode()
        )


def document(path: str, **keys: Any):
    return file(path, json.dumps(keys).encode())


INSTALLED = document("app/node_modules/.package-lock.json", packages=LISTED)
PROJECT = document("app/package-lock.json", packages=LISTED)
OLD_PROJECT = document("app/package-lock.json", dependencies=OLDER)
SERVED = {"Entrypoint": ["docker-entrypoint.sh"], "Cmd": ["node", "dist/server.js"]}


@pytest.mark.parametrize("lock", [INSTALLED, PROJECT, OLD_PROJECT])
def test_what_a_lock_says_only_development_needs(lock):
    said = finding(inspected(layer(*modules(), lock), **SERVED), DEVELOPMENT)
    jsons = 3 * 60
    assert 7 * MB < said.saves < 7 * MB + jsons + 100
    assert {place.path for place in said.places[:3]} == {
        b"app/node_modules/typescript/index.js",
        b"app/node_modules/@types/node/index.js",
        b"app/node_modules/typescript/node_modules/a/index.js",
    }


def test_what_npm_installed_overrules_the_lock_of_the_project():
    nothing = {key: {"version": "1"} for key in LISTED}
    installed = document("app/node_modules/.package-lock.json", packages=nothing)
    assert DEVELOPMENT not in ids(
        inspected(layer(*modules(), PROJECT, installed), **SERVED)
    )


def test_packages_without_a_lock_are_not_spoken_of():
    assert DEVELOPMENT not in ids(inspected(layer(*modules()), **SERVED))
    other = document("other/package-lock.json", packages=LISTED)
    assert DEVELOPMENT not in ids(inspected(layer(*modules(), other), **SERVED))


def manifest(**scripts: str):
    return document("app/package.json", name="shop", scripts=scripts)


@pytest.mark.parametrize(
    ("config", "scripts", "is_said"),
    [
        ({"Cmd": ["npm", "start"]}, {"start": "node dist/server.js"}, True),
        ({"Cmd": ["npm", "run", "serve"]}, {"serve": "node .", "dev": "tsc -w"}, True),
        ({"Cmd": ["npm", "start"]}, {"start": "tsc && node dist/server.js"}, False),
        (
            {"Cmd": ["npm", "start"]},
            {"start": "npm run go", "go": "typescript x"},
            False,
        ),
        ({"Cmd": ["npm", "run", "dev"]}, {"dev": "node ."}, False),
        ({"Cmd": ["npm", "run", "test:ci"]}, {}, False),
        ({"Cmd": ["./node_modules/.bin/tsc", "-w"]}, {}, False),
        ({"Cmd": ["node", "-r", "@types/node/register", "a.js"]}, {}, False),
        (
            {"Cmd": ["node", "a.js"], "Env": ["NODE_OPTIONS=--require typescript"]},
            {},
            False,
        ),
        ({"Cmd": ["node", "a.js"], "Env": ["NODE_ENV=development"]}, {}, False),
        ({"Cmd": ["node", "a.js"], "Env": ["NODE_ENV=production"]}, {}, True),
        ({"Entrypoint": ["docker-entrypoint.sh"], "Cmd": ["node"]}, {}, False),
        ({"Cmd": ["bash"]}, {}, False),
        ({}, {}, False),
    ],
)
def test_what_the_container_starts_may_need_them(config, scripts, is_said):
    found = inspected(layer(*modules(), INSTALLED, manifest(**scripts)), **config)
    assert (DEVELOPMENT in ids(found)) == is_said


@pytest.mark.parametrize(
    ("path", "is_lock"),
    [
        (b"app/package-lock.json", True),
        (b"package-lock.json", True),
        (b"app/node_modules/.package-lock.json", True),
        (b"node_modules/.package-lock.json", True),
        (b"app/node_modules/a/package-lock.json", False),
        (b"app/node_modules/a/node_modules/.package-lock.json", False),
        (b"a/b/c/d/e/package-lock.json", False),
        (b"app/my-package-lock.json", False),
    ],
)
def test_which_files_are_locks(path, is_lock):
    assert npm.is_lock(path) == is_lock


HOSTILE = st.recursive(
    st.none() | st.booleans() | st.text(max_size=4) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    "packages",
                    "dependencies",
                    "scripts",
                    "bin",
                    "node_modules/a",
                    "\ud800",
                )
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(HOSTILE)
def test_any_lock_is_read(value):
    data = json.dumps(value).encode()
    image = layer(
        file("app/package-lock.json", data),
        file("app/package.json", data),
        file("app/node_modules/a/x.js", 9),
    )
    found = inspected(image, Cmd=["npm", "start"])
    assert found.contents.files == 3


@pytest.mark.parametrize(
    "data", [b"[" * 100_000, b"{", b"\xff", b'{"packages": 1}', b""]
)
def test_a_lock_that_is_none_says_nothing(data):
    image = layer(*modules(), file("app/package-lock.json", data))
    assert DEVELOPMENT not in ids(inspected(image, **SERVED))


@pytest.mark.parametrize("name", ["package.json", "package-lock.json"])
def test_a_secret_in_a_file_that_is_kept_is_found(name):
    token = "gh" + "p_" + "x7K2mQ9vLr4TbN8wYcE3hJ6sDfA1uZ0pGiWk"
    found = inspected(layer(file(f"app/{name}", json.dumps({"a": token}).encode())))
    assert finding(found, "secret-in-file").places[0].path == f"app/{name}".encode()


def test_packages_within_packages_end():
    lock: dict[str, Any] = {"dev": True}
    for _ in range(200):
        lock = {"dev": True, "dependencies": {"a": lock}}
    image = layer(*modules(), file("app/package-lock.json", json.dumps(lock).encode()))
    assert DEVELOPMENT not in ids(inspected(image, **SERVED))
