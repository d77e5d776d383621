"""Gems, and packages of Composer, .NET and conda, by the files that name them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sbom.named.reading import brief, licences, named

GEM = "usr/local/bundle/specifications/rack-3.1.8.gemspec"
STUB = b"""# -*- encoding: utf-8 -*-
# stub: rack 3.1.8 ruby lib

Gem::Specification.new do |s|
  s.name = "rack".freeze
  s.version = "3.1.8".freeze
  s.licenses = ["MIT".freeze, "Ruby".freeze]
  s.description = "  s.name = 'other'"
end
"""
BY_HAND = b"""Gem::Specification.new do |s|
  s.name = 'rack'
  s.version = Gem::Version.new("3.1.8")
  s.license = 'MIT'
"""


def test_a_gem_is_read_by_its_lines():
    assert brief(GEM, STUB) == brief(GEM, BY_HAND) == [("gem", "rack", "3.1.8")]
    assert licences(GEM, STUB) == [("MIT", "Ruby")]
    assert licences(GEM, BY_HAND) == [("MIT",)]
    assert named(GEM, b"puts 1\n") == ()
    assert named("app/rack.gemspec", STUB) == ()


PHP = [{"name": "symfony/yaml", "version": "v7.1.5", "license": ["MIT"]}, 5, {}]
DOTNET = {
    "libraries": {
        "Shop/1.0.0": {"type": "project"},
        "Dapper/2.1.35": {"type": "package"},
        "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.10": {"type": "runtimepack"},
        "odd": {},
    }
}  # fmt: skip
CONDA = {"name": "numpy", "version": "2.1.2", "subdir": "linux-64", "license": "BSD-3-Clause"}  # fmt: skip
CASES = [
    ("app/vendor/composer/installed.json", PHP, [("composer", "symfony/yaml", "v7.1.5")]),
    ("app/vendor/composer/installed.json", {"packages": PHP}, [("composer", "symfony/yaml", "v7.1.5")]),
    ("app/Shop.deps.json", DOTNET, [("nuget", "Dapper", "2.1.35"), ("nuget", "Microsoft.NETCore.App.Runtime.linux-x64", "8.0.10")]),
    ("opt/conda/conda-meta/numpy-2.1.2-0.json", CONDA, [("conda", "numpy", "2.1.2")]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "document", "expected"), CASES)
def test_json_that_names_packages(path, document, expected):
    assert brief(path, json.dumps(document).encode()) == expected


def test_licences_and_platform_are_said():
    php, _, _, conda = CASES
    assert licences(php[0], json.dumps(php[1]).encode()) == [("MIT",)]
    (package,) = named(conda[0], json.dumps(conda[1]).encode())
    assert package.facts.licences == ("BSD-3-Clause",)
    assert package.facts.architecture == "linux-64"


@given(st.sampled_from([path for path, _, _ in CASES] + [GEM]), st.binary(max_size=99))
def test_law_any_bytes_name_packages_or_nothing(path, data):
    for package in named(path, data):
        assert package.name


@pytest.mark.parametrize("path", [path for path, _, _ in CASES])
@pytest.mark.parametrize("data", [b"[" * 100_000, b'{"libraries": 1, "packages": {}}', b"{", b"null", b'"x"'])  # fmt: skip
def test_odd_json_names_nothing(path, data):
    assert named(path, data) == ()
