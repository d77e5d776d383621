"""The screens, as they stand in `expected/`: who changes one looks at it, and writes it with LIGHTSHIP_WRITE=1."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from amounts import share_of
from hypothesis import given, settings
from hypothesis import strategies as st
from images import file, layer
from inspection.inspected import inspected as looked_at
from inspections import inspected, small, small_and_better
from schemas import validator

from lightship.inspection.compare_images import compare
from lightship.inspection.inspection import FindingPlace
from lightship.outcome import Outcome
from lightship.report.image.formats import (
    COMPARED_LISTS,
    LISTS,
    ImageView,
    comparison_writer,
    inspection_writer,
)

EXPECTED = Path(__file__).with_name("expected")
PAINTLESS = [
    ("text", ImageView(width=100)),
    ("text", ImageView(width=100, lists=LISTS)),
    ("markdown", ImageView()),
    ("junit", ImageView()),
]
NAMES = ["screen.txt", "lists.txt", "inspection.md", "inspection.xml"]


def hold(name: str, text: str) -> None:
    if os.environ.get("LIGHTSHIP_WRITE"):
        (EXPECTED / name).write_text(text, "utf-8")
    assert text == (EXPECTED / name).read_text("utf-8")


def shown(inspection, form="text", **view):
    return "".join(inspection_writer(form)(inspection, ImageView(**view)))


@pytest.mark.parametrize(
    ("form", "view", "name"),
    [(*each, name) for each, name in zip(PAINTLESS, NAMES, strict=True)],
)
def test_an_inspection_reads_as_it_did(form, view, name):
    hold(name, "".join(inspection_writer(form)(small(), view)))


@pytest.mark.parametrize(
    ("form", "view", "name"),
    [
        ("text", ImageView(width=100), "comparison.txt"),
        ("text", ImageView(width=100, lists=COMPARED_LISTS), "comparison-whole.txt"),
        ("markdown", ImageView(), "comparison.md"),
    ],
)
def test_a_comparison_reads_as_it_did(form, view, name):
    hold(name, "".join(comparison_writer(form)(small_and_better(), view)))


@pytest.mark.parametrize("width", [80, 100, 120])
def test_the_screen_keeps_within_the_terminal(width):
    rows = shown(small(), width=width).splitlines()
    assert max(map(len, rows)) <= width
    assert len(rows) <= 50


def test_a_hundred_layers_are_still_one_screen():
    image = inspected(
        *(layer(file(f"f{at}", 5_000 * at)) for at in range(100)), blame=(), packages=()
    )
    rows = shown(image).splitlines()
    assert len(rows) < 50
    assert any(
        row.split()[:1] == ["1-92"] and row.endswith("92 layers") for row in rows
    )
    assert any(row.split()[:1] == ["100"] for row in rows)


def test_what_belongs_to_no_package_is_told_by_folder_and_layer():
    status = b"Package: curl\nStatus: install ok installed\nVersion: 1\n\n"
    database = layer(file("var/lib/dpkg/status", status))
    image = looked_at(database, layer(file("opt/models/a", 900_000)))
    row = "900 kB  /opt/models/ (1 file)  from layer 2"
    assert row in shown(image)
    assert row in shown(image, lists=("packages",))
    assert "| 900 kB | `/opt/models/ (1 file)` | layer 2 |" in shown(image, "markdown")
    found = json.loads(shown(image, "json"))
    validator("image", "inspection").validate(found)
    folder, _database = found["unowned_folders"]
    assert folder == {
        "path": "/opt/models",
        "layer": 1,
        "size": 900_000,
        "files": 1,
        "rest": False,
    }


@pytest.mark.parametrize("form", ["text", "csv"])
def test_every_file_of_a_finding_is_shown_where_that_is_wanted(inspection, form):
    places = tuple(FindingPlace(b"tmp/%d." % at, 9, 1) for at in range(30))
    many = replace(inspection.findings[1], places=places, count=30)
    image = replace(inspection, findings=(many,))
    some = shown(image, form, lists=("advice",))
    whole = shown(image, form, lists=("advice",), all_places=True)
    assert all(f"/tmp/{at}." in whole for at in range(30))
    if form == "text":
        assert [at for at in range(30) if f"/tmp/{at}." in some] == list(range(10))
        assert "and 20 more; --all-places lists them" in some


def test_colour_is_only_paint():
    import re

    plain, coloured = shown(small(), width=100), shown(small(), width=100, colour=True)
    assert coloured != plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_an_image_without_anything_has_a_screen():
    text = shown(inspected(blame=(), findings=(), packages=()))
    assert "waste   none, efficiency 100.0 %" in text


HOSTILE = st.binary(min_size=1, max_size=12).map(
    lambda name: name.replace(b"\0", b"").strip(b"/") or b"x"
)


@pytest.mark.parametrize("form", ["text", "markdown", "junit", "csv"])
@settings(max_examples=share_of(25))
@given(name=HOSTILE, words=st.text(max_size=12))
def test_nothing_in_an_image_reaches_the_terminal_as_it_is(form, name, words):
    bad = "\x1b]0;x\x07\u202e" + words.replace("\0", "")
    below = layer(file("first"), file(name, b"1"), file(b"z/" + name, b"2"))
    image = inspected(
        below, layer(file("first"), file(name, b"3")), blame=(), packages=(),
        User=bad, Cmd=[bad], Env=[f"A={bad}"], Labels={bad: bad},
        history=[{"created_by": bad}, {"created_by": bad, "comment": bad}],
        outcomes=(Outcome("max-size", "1", "2", False, (bad,)),),
    )  # fmt: skip
    views = (
        [ImageView(), ImageView(lists=LISTS)]
        if form == "text"
        else [ImageView(files=True)]
    )
    texts = ["".join(inspection_writer(form)(image, view)) for view in views]
    texts.append("".join(comparison_writer(form)(compare(image, small()), ImageView())))
    for text in texts:
        assert not {char for char in text if char not in "\r\n" and ord(char) < 32}
        assert "\u202e" not in text
        assert "\x7f" not in text
