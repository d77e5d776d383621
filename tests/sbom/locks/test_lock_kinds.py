"""Lock files as their tools write them -> the packages that they name."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.sbom.locks.lock_error import LockError
from lightship.sbom.locks.lock_kinds import lock_reader, locked_packages

UV = """version = 1
requires-python = ">=3.12"

[[package]]
name = "shop"
version = "0.1.0"
source = { editable = "." }

[[package]]
name = "flask"
version = "3.1.0"
source = { registry = "https://packages.example/simple" }
wheels = [{ url = "https://x/flask-3.1.0-py3-none-any.whl", hash = "sha256:1" }]

[[package]]
name = "tool"
version = "1.0"
source = { git = "https://x/tool.git?rev=1#1" }
"""
POETRY = """[[package]]
name = "Django_Ninja"
version = "1.4.3"
optional = false
files = [{file = "django_ninja-1.4.3-py3-none-any.whl", hash = "sha256:1"}]

[package.source]
type = "legacy"
url = "https://x"

[[package]]
name = "own"
version = "0.0.0"
[package.source]
type = "directory"
url = "../own"
"""
PIPFILE = json.dumps(
    {
        "default": {"flask": {"version": "==3.1.0"}, "own": {"path": "."}},
        "develop": {"pytest": {"version": "==9.0"}},
    }
)
REQUIREMENTS = """--index-url https://x
-r other.txt
Flask_Login==0.6.3 \\
    --hash=sha256:1
requests >= 2
numpy==2.*
torch[x]==2.9.1 ; python_version > "3.9"  # why
uvicorn===0.30
"""
NPM_3 = json.dumps(
    {
        "lockfileVersion": 3,
        "packages": {
            "": {"name": "shop", "version": "1.0.0"},
            "lib/own": {"version": "1.0.0"},
            "node_modules/own": {"resolved": "lib/own", "link": True},
            "node_modules/@types/node": {"version": "22.1.0", "license": "MIT"},
            "node_modules/a/node_modules/b": {"version": "2.0.0", "dev": True},
            "node_modules/alias": {"name": "real", "version": "3.0.0"},
            "node_modules/odd": 5,
        },
    }
)
NPM_1 = json.dumps(
    {
        "dependencies": {
            "a": {"version": "1.0.0", "dependencies": {"b": {"version": "2.0.0"}}},
            "c": {"version": "npm:@d/e@3.0.0"},
            "f": {"version": "git+ssh://git@x/f.git#1"},
            "own": {"version": "file:lib"},
        }
    }
)
YARN_1 = """# yarn lockfile v1


"@babel/code-frame@^7.0.0", "@babel/code-frame@^7.24.7":
  version "7.24.7"
  resolved "https://x/@babel/code-frame/-/code-frame-7.24.7.tgz#1"
  dependencies:
    "@babel/highlight" "^7.24.7"
    version "^9.0.0"

other@npm:real@^1.0.0:
  version "1.2.3"
"""
YARN_4 = """__metadata:
  version: 8
  cacheKey: 10c0

"@babel/code-frame@npm:^7.0.0, @babel/code-frame@npm:^7.24.7":
  version: 7.24.7
  resolution: "@babel/code-frame@npm:7.24.7"
  dependencies:
    picocolors: "npm:^1.0.0"
  languageName: node
  linkType: hard

"fsevents@patch:fsevents@npm%3A^2.3.2#optional!builtin<compat/fsevents>":
  version: 2.3.3
  resolution: "fsevents@patch:fsevents@npm%3A2.3.3#optional!builtin<compat/fsevents>::version=2.3.3&hash=1"

"shop@workspace:.":
  version: 0.0.0-use.local
  resolution: "shop@workspace:."

"other@npm:real@^1.0.0":
  version: 1.2.3
  resolution: "real@npm:1.2.3"
"""
PNPM_9 = """lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      vue:
        specifier: ^3.5.0
        version: 3.5.12

packages:

  '@babel/parser@7.25.9':
    resolution: {integrity: sha512-1}
    engines: {node: '>=6.0.0'}

  vue@3.5.12:
    resolution: {integrity: sha512-1}
    peerDependencies:
      version: '*'

  tool@https://codeload.github.com/a/tool/tar.gz/1:
    resolution: {tarball: https://codeload.github.com/a/tool/tar.gz/1}
    version: 1.0.0

snapshots:

  vue@3.5.12(typescript@5.6.3):
    dependencies: {}
"""
PNPM_6 = "packages:\n\n  /@a/b@1.0.0(react@18.2.0):\n    dev: true\n\n  /c@2.0.0:\n    resolution: {}\n"
PNPM_5 = "packages:\n\n  /@a/b/1.0.0_react@18.2.0:\n    dev: true\n\n  /c/2.0.0-rc.1:\n    resolution: {}\n"
CARGO = """version = 4

[[package]]
name = "shop"
version = "0.1.0"

[[package]]
name = "serde"
version = "1.0.210"
source = "registry+https://github.com/rust-lang/crates.io-index"
"""
GO = """module x/shop // ours

go 1.23

require github.com/BurntSushi/toml v1.4.0

require (
\tgolang.org/x/sys v0.26.0 // indirect
\tx/own v0.0.0
\tx/forked v1.0.0
\tx/at v1.5.0
)

replace x/own => ../own
replace (
\tx/forked => y/fork v1.1.0
\tx/at v1.4.0 => y/at v2.0.0
)
exclude golang.org/x/sys v0.1.0
"""
GEMS = """GIT
  remote: https://x/tool.git
  revision: 1
  specs:
    tool (0.1.0)

PATH
  remote: .
  specs:
    shop (1.0)

GEM
  remote: https://rubygems.org/
  specs:
    nokogiri (1.16.7-x86_64-linux)
      racc (~> 1.4)
    rails (7.2.1.1)

DEPENDENCIES
  rails (~> 7.2)
"""
COMPOSER = json.dumps(
    {
        "packages": [{"name": "symfony/yaml", "version": "v7.1.5", "license": ["MIT"]}],
        "packages-dev": [{"name": "phpunit/phpunit", "version": "11.4.0"}, 7],
    }
)
CASES = {
    "uv.lock": (UV, ["flask 3.1.0", "tool 1.0"]),
    "sub/poetry.lock": (POETRY, ["django-ninja 1.4.3"]),
    "pdm.lock": ('[[package]]\nname="a"\nversion="1"\n', ["a 1"]),
    "pylock.toml": ('[[packages]]\nname="a"\nversion="1"\n', ["a 1"]),
    "pylock.dev.toml": ('[[packages]]\nname="a"\nversion="1"\n', ["a 1"]),
    "Pipfile.lock": (PIPFILE, ["flask 3.1.0", "pytest 9.0"]),
    "requirements.txt": (REQUIREMENTS, ["flask-login 0.6.3", "torch 2.9.1", "uvicorn 0.30"]),
    "dev-requirements.txt": ("a==1", ["a 1"]),
    "requirements/base.txt": ("a==1", ["a 1"]),
    "package-lock.json": (NPM_3, ["@types/node 22.1.0", "b 2.0.0", "odd ", "real 3.0.0"]),
    "npm-shrinkwrap.json": (NPM_1, ["@d/e 3.0.0", "a 1.0.0", "b 2.0.0", "f "]),
    "yarn.lock": (YARN_1, ["@babel/code-frame 7.24.7", "real 1.2.3"]),
    "a/yarn.lock": (YARN_4, ["@babel/code-frame 7.24.7", "fsevents 2.3.3", "real 1.2.3"]),
    "pnpm-lock.yaml": (PNPM_9, ["@babel/parser 7.25.9", "tool 1.0.0", "vue 3.5.12"]),
    "6/pnpm-lock.yaml": (PNPM_6, ["@a/b 1.0.0", "c 2.0.0"]),
    "5/pnpm-lock.yaml": (PNPM_5, ["@a/b 1.0.0", "c 2.0.0-rc.1"]),
    "Cargo.lock": (CARGO, ["serde 1.0.210"]),
    "go.mod": (GO, ["github.com/BurntSushi/toml v1.4.0", "golang.org/x/sys v0.26.0", "x/at v1.5.0", "y/fork v1.1.0"]),
    "Gemfile.lock": (GEMS, ["nokogiri 1.16.7", "rails 7.2.1.1", "tool 0.1.0"]),
    "composer.lock": (COMPOSER, ["phpunit/phpunit 11.4.0", "symfony/yaml v7.1.5"]),
}  # fmt: skip


@pytest.mark.parametrize("path", CASES)
def test_a_lock_names_its_packages_and_not_the_project_itself(path):
    text, expected = CASES[path]
    found = [f"{each.name} {each.version}" for each in locked_packages(path, text)]
    assert sorted(found) == expected


@pytest.mark.parametrize(
    "path",
    ["README.md", "requirements.in", "uv.toml", "package.json", "x/yarn.lock.bak"],
)
def test_other_files_are_not_locks(path):
    assert lock_reader(path) is None


def test_locks_that_state_licences_say_them():
    found = [*locked_packages("package-lock.json", NPM_3)]
    found += locked_packages("composer.lock", COMPOSER)
    stated = {each.name: each.facts.licences for each in found}
    assert stated["@types/node"] == stated["symfony/yaml"] == ("MIT",)


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        ("uv.lock", "[[package", "it is not valid TOML"),
        ("Cargo.lock", "a = " + "[" * 100_000, "it is not valid TOML"),
        ("package-lock.json", "[" * 100_000, "it is not a JSON object"),
        ("composer.lock", "[]", "it is not a JSON object"),
        ("Pipfile.lock", "", "it is not a JSON object"),
    ],
)
def test_a_lock_that_cannot_be_read_says_why(path, text, why):
    with pytest.raises(LockError, match=why):
        list(locked_packages(path, text))


def test_a_name_of_ten_thousand_characters_is_left_out():
    assert not list(locked_packages("requirements.txt", "a" * 10_000 + "==1"))


@given(st.sampled_from(sorted(CASES)), st.data())
def test_law_any_piece_of_a_lock_is_read_or_said_to_be_none(path, data):
    text = CASES[path][0]
    start = data.draw(st.integers(0, len(text)))
    put_in = data.draw(st.text('"[]{}:@=/\n \\(', max_size=6))
    try:
        found = list(locked_packages(path, text[:start] + put_in + text[start:]))
    except LockError:
        return
    for package in found:
        assert package.manager
        assert len(package.name) <= 4096
