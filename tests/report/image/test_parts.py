from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from images import file, layer, symlink, whiteout
from inspections import inspected, small

from lightship.image.waste import Waste, WasteReason
from lightship.inspection import phrases
from lightship.inspection.gate import Gate, judge
from lightship.inspection.inspection import Blame, Confidence
from lightship.report.image.formats import (
    ImageView,
    comparison_writer,
    inspection_writer,
)
from lightship.report.image.layer_figures import layer_figures
from lightship.report.image.layer_rows import layer_rows
from lightship.report.image.waste_groups import waste_groups


def waste(path, size, layer=0, by=1, reason=WasteReason.REMOVED):
    return Waste(path.encode(), size, layer, 0, by, reason)


def test_waste_of_one_cause_is_one_group_named_by_where_most_of_it_lies():
    items = [waste(f"var/lib/apt/lists/{at}", 100) for at in range(9)] + [
        waste("etc/a", 50),
        waste("app/x", 5, 2, 3),
    ]
    groups = waste_groups(items)
    assert [
        (each.place, each.size, each.files, each.is_directory) for each in groups
    ] == [
        (b"var/lib/apt/lists", 950, 10, True),
        (b"app/x", 5, 1, False),
    ]


def test_a_group_that_lies_all_over_has_the_root_as_its_place():
    assert waste_groups([waste("a/b", 5), waste("c/d", 5)])[0].place == b""


@given(
    st.lists(
        st.tuples(
            st.text("ab/", min_size=1, max_size=6), st.integers(1, 9), st.integers(0, 2)
        ),
        max_size=20,
    )
)
def test_groups_have_all_bytes(items):
    found = [waste(path.strip("/") or "a", size, at, 3) for path, size, at in items]
    groups = waste_groups(found)
    assert sum(each.size for each in groups) == sum(each.size for each in found)
    assert sum(each.files for each in groups) == len(found)


def test_neighbours_share_a_row_where_there_are_too_many_layers():
    image = inspected(*(layer(file("f", 5)) for _ in range(40)), blame=())
    rows = layer_rows(image)
    assert len(rows) <= 17
    assert sum(row.size for row in rows) == image.contents.size
    assert rows[-1].name.endswith("40")


def test_layers_of_the_base_image_are_one_row():
    image = small()
    assert layer_rows(image)[0].text == "Dockerfile:1 FROM debian:13-slim  (base image)"


def test_junit_is_xml_with_a_case_for_each_limit_and_finding():
    root = ET.fromstring("".join(inspection_writer("junit")(small(), ImageView())))
    suites = {suite.get("name"): suite for suite in root}
    assert {name: suite.get("failures") for name, suite in suites.items()} == {
        "app:latest gate": "1",
        "app:latest advice": "0",
    }
    assert len(suites["app:latest advice"]) == 4


def test_sarif_has_the_line_the_places_and_the_broken_limit(comparison):
    log = json.loads("".join(inspection_writer("sarif")(small(), ImageView())))
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[each["ruleIndex"]] for each in run["results"]] == [
        each["ruleId"] for each in run["results"]
    ]
    removed = next(
        each for each in run["results"] if each["ruleId"] == "files-removed-later"
    )
    (place,) = removed["locations"]
    assert place["physicalLocation"]["region"] == {"startLine": 3, "endLine": 3}
    assert (
        place["logicalLocations"][0]["fullyQualifiedName"]
        == "/var/lib/apt/lists/deb_main"
    )
    assert [each["ruleId"] for each in run["results"] if each["level"] == "error"] == [
        "max-waste"
    ]
    assert (
        json.loads("".join(comparison_writer("sarif")(comparison, ImageView())))[
            "runs"
        ][0]["properties"]["same"]
        is False
    )


def test_csv_has_no_formulas():
    image = inspected(layer(file("=1+1", b"1")), blame=(Blame(0, "=1+1"),), packages=())
    rows = "".join(inspection_writer("csv")(image, ImageView(files=True))).splitlines()
    assert rows[1].startswith("/=1+1,")
    assert ",'=1+1," in "".join(inspection_writer("csv")(image, ImageView()))


def test_the_row_of_a_layer_that_took_much_away_says_so():
    image = inspected(
        layer(file("a", b"1"), file("b", b"1")),
        layer(whiteout("a")),
        blame=(),
        packages=(),
    )
    assert "0 added, 0 changed, 1 removed" in "".join(
        inspection_writer("text")(image, ImageView(lists=("layers",)))
    )


@pytest.mark.parametrize(
    ("blame", "said"),
    [
        (Blame(0, "RUN a", "Dockerfile", 3, 4, Confidence.EXACT), "Dockerfile:3"),
        (Blame(0, "RUN a", "Dockerfile", 3, 4, Confidence.LIKELY), "Dockerfile:3?"),
        (Blame(0, "RUN a", "Dockerfile", 3, 4, Confidence.UNKNOWN), ""),
        (Blame(0, "RUN a"), ""),
    ],
)
def test_a_line_says_how_sure_it_is(blame, said):
    assert phrases.line(blame) == said


def test_a_layer_adds_changes_and_removes():
    below = layer(file("a", b"1"), file("b", b"1"), file("c", b"1"), file("d/e", b"1"))
    above = layer(
        file("a", b"2"),
        symlink("b", "a"),
        whiteout("c"),
        file("f", b"1"),
        file("f", b"2"),
    )
    found = layer_figures(inspected(below, above, blame=(), packages=()))[1]
    assert (found.added, found.changed, found.removed) == (2, 2, 1), (
        "what became a link was not taken away"
    )


def test_a_likely_line_has_a_question_mark_wherever_it_is_said():
    likely = Blame(0, "RUN a", "Dockerfile", 7, 7, Confidence.LIKELY)
    assert phrases.line(likely) == "Dockerfile:7?"
    assert phrases.line(Blame(0, "RUN a", "Dockerfile", 7, 7, Confidence.UNKNOWN)) == ""
    found = inspected(
        layer(file("a", 9)), layer(), blame=(likely, Blame(1)), packages=()
    )
    (outcome,) = judge(found, Gate(max_size=1))
    assert outcome.detail == ("layer 1: 9 B Dockerfile:7? RUN a",), (
        "a layer without content contributes nothing"
    )
