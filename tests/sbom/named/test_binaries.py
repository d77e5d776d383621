"""What programs of Go and Rust say of themselves."""

from __future__ import annotations

import json
import zlib
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sbom.named.elves import BASE, elf, go_info
from sbom.named.reading import brief, named

MODULES = (
    "path\tx/app\nmod\tx/app\t(devel)\t\n"
    "dep\tgithub.com/BurntSushi/toml\tv1.4.0\th1:1\n"
    "dep\tx/old\tv1.0.0\n=>\tx/new\tv2.0.0\th1:2\nbuild\t-compiler=gc\n"
)
EXPECTED = [
    ("golang", "stdlib", "1.23.4"),
    ("golang", "x/app", ""),
    ("golang", "github.com/BurntSushi/toml", "v1.4.0"),
    ("golang", "x/new", "v2.0.0"),
]
GO = elf({".text": b"code", ".go.buildinfo": go_info("go1.23.4 X:loopvar", MODULES)})


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_program_of_go_says_its_modules_and_those_that_took_a_place(wide, order):
    info = go_info("go1.23.4", MODULES)
    program = elf({".go.buildinfo": info}, wide=wide, order=order)
    assert brief("usr/local/bin/app", program) == EXPECTED


@pytest.mark.parametrize("order", ["<", ">"])
def test_before_go_1_18_pointers_lead_to_the_texts(order):
    head = b"\xff Go buildinf:" + bytes([8, int(order == ">")])
    listed = b"0" * 16 + MODULES.encode() + b"1" * 16
    at = BASE + 64 + 56  # of the section
    texts = at + 64  # two headers follow the two pointers
    section = head + pack(f"{order}QQ", at + 32, at + 48)
    section += pack(f"{order}QQ", texts, 8) + pack(f"{order}QQ", texts + 8, len(listed))
    section += b"go1.23.4" + listed
    program = elf({".go.buildinfo": section}, order=order)
    assert brief("usr/local/bin/app", program) == EXPECTED


def audited(packages: list[dict[str, str]]) -> bytes:
    return zlib.compress(json.dumps({"packages": packages}).encode())


def test_an_auditable_program_of_rust_says_its_crates_without_those_of_its_build():
    data = audited(
        [
            {"name": "serde", "version": "1.0.210", "source": "crates.io"},
            {"name": "cc", "version": "1.1.0", "kind": "build"},
            {"version": "1"},
        ]
    )
    assert brief("app/tool", elf({".dep-v0": data})) == [("cargo", "serde", "1.0.210")]


def test_a_bomb_of_crates_names_nothing():
    bomb = zlib.compress(b" " * (64 << 20) + b'{"packages": []}')
    assert named("app/tool", elf({".dep-v0": bomb})) == ()


@pytest.mark.parametrize(
    ("path", "is_read"),
    [
        ("usr/local/bin/kubectl", True),
        ("opt/tool-1.31", True),
        ("app/tool.exe", True),
        ("app/main.js", False),
        ("usr/lib/libcrypto.so.3", False),
    ],
)
def test_a_program_is_told_by_its_name_and_its_first_bytes(path, is_read):
    assert bool(named(path, GO)) is is_read
    assert named(path, b"\x7fEL?" + GO[4:]) == ()


def test_a_program_without_such_a_section_or_names_of_sections_names_nothing():
    assert named("bin/a", elf({".text": b"code"})) == ()
    assert named("bin/a", b"\x7fELF" + bytes(200_000)) == ()


@given(st.integers(0, 700), st.binary(min_size=1, max_size=12))
def test_law_any_bytes_put_into_a_program_name_packages_or_nothing(at, data):
    changed = GO[:at] + data + GO[at + len(data) :]
    for package in named("bin/a", changed):
        assert package.manager == "golang"
        assert len(package.name) <= 4096
