from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from images import file, layer, symlink
from inspections import inspected, small, small_and_better
from report.pages import words_of
from schemas import validator

from lightship.inspection.compare_images import compare
from lightship.inspection.inspection import FindingPlace
from lightship.report.image.formats import (
    COMPARED_LISTS,
    ImageView,
    comparison_writer,
    inspection_writer,
)


def shown(inspection, **view):
    found = json.loads(
        "".join(inspection_writer("json")(inspection, ImageView(**view)))
    )
    validator("image", "inspection").validate(found)
    return found


@pytest.mark.parametrize("files_too", [False, True])
def test_an_inspection_is_as_the_schema_says(inspection, files_too):
    found = shown(inspection, files=files_too)
    assert set(found) >= {"image", "layers", "waste", "packages", "findings", "gate"}
    assert (
        found["image"]["waste"]
        == 1_200_000
        == sum(each["size"] for each in found["waste"])
    )
    assert found["gate"]["passed"] is False
    assert all(("files" in each) is files_too for each in found["layers"])


def test_json_has_every_place_of_a_finding_and_the_sum_of_all(inspection):
    places = tuple(FindingPlace(b"tmp/%d" % at, 9, 1) for at in range(500))
    many = replace(inspection.findings[1], places=places, count=500)
    found = shown(replace(inspection, findings=(many, *inspection.findings[3:])))
    rows, in_base = found["findings"]
    assert [row["path"] for row in rows["places"]] == [
        f"/tmp/{at}" for at in range(500)
    ]
    assert (rows["saves"], rows["in_base"]) == (1_500_000, 0)
    assert (in_base["saves"], in_base["in_base"]) == (0, 400_000)
    assert found["together"] == {"saves": 2_700_000, "in_base": 400_000}
    assert found["image"]["own_waste"] == 1_200_000


def test_a_comparison_is_as_the_schema_says(comparison):
    found = json.loads("".join(comparison_writer("json")(comparison, ImageView())))
    validator("image", "comparison").validate(found)
    assert found["same"] is False
    assert found["figures"]["waste"]["grows"] == -1_200_000


def test_the_same_image_is_the_same_text():
    once, again = (
        "".join(inspection_writer("json")(small(), ImageView(files=True)))
        for _ in range(2)
    )
    assert once == again
    once, again = (
        "".join(comparison_writer("json")(small_and_better(), ImageView()))
        for _ in range(2)
    )
    assert once == again


def test_an_image_without_layers_is_as_the_schema_says():
    found = shown(inspected(blame=(), findings=(), packages=()), files=True)
    assert (found["layers"], found["image"]["efficiency"], found["gate"]["passed"]) == (
        [],
        1.0,
        None,
    )


def test_each_file_says_what_it_changed_and_what_became_of_it():
    below = layer(file("a", b"one", mtime=1), file("b", b"one"), file("c", b"one"))
    above = layer(file("a", b"one", mode=0o600, mtime=2), symlink("b", "a"))
    found = shown(inspected(below, above, blame=(), packages=()), files=True)
    rows = {
        (at, row["path"]): row
        for at, each in enumerate(found["layers"])
        for row in each["files"]
    }
    assert rows[1, "/a"]["change"] == ["mode", "mtime"]
    assert (rows[0, "/a"]["gone"], rows[0, "/a"]["by"]) == ("overwritten", 1)
    assert (rows[0, "/b"]["gone"], rows[1, "/b"]["link"]) == ("replaced", "a")
    assert rows[0, "/c"]["gone"] is None
    assert [each["reason"] for each in found["waste"]] == ["metadata", "replaced"]


def test_a_name_that_is_no_utf_8_has_its_bytes_too():
    found = shown(
        inspected(layer(file(b"a\\xff\xff\n", b"1")), blame=(), packages=()), files=True
    )
    (row,) = found["layers"][0]["files"]
    assert row["path"] == "/a\\xff\\xff\n"
    assert row["path_raw"] == "L2FceGZm/wo="


def test_values_of_variables_named_as_secrets_stay_out():
    env = ["API_TOKEN=s3cr3t", "PATH=/bin"]
    assert shown(inspected(layer(), blame=(), Env=env))["image"]["config"]["env"] == [
        "API_TOKEN=***",
        "PATH=/bin",
    ]


@pytest.mark.parametrize(
    "form", ["text", "json", "markdown", "csv", "junit", "sarif", "html"]
)
def test_secrets_in_any_setting_stay_out_of_every_format(form):
    secret = "hunter2-Zq8vK3xW"
    settings = {
        "Env": [f"A=PASSWORD={secret}", f"MY_PASSWORD={secret}"],
        "Cmd": ["sh", "-c", f"API_TOKEN={secret} serve"],
        "Labels": {"a": f"TOKEN={secret}"},
        "Healthcheck": {"Test": ["CMD-SHELL", f"TOKEN='{secret}' curl localhost"]},
    }
    one, other = (
        inspected(layer(), packages=(), findings=(), blame=(), **each)
        for each in (settings, {})
    )
    views = (ImageView(files=True), ImageView(lists=("layers", "advice"), files=True))
    texts = [text for view in views for text in inspection_writer(form)(one, view)]
    texts += comparison_writer(form)(
        compare(one, other), ImageView(lists=COMPARED_LISTS)
    )
    if form == "html":
        whole = "".join(texts)
        texts += [words_of(page) for page in whole.split("<!doctype")[1:]]
    assert not [text for text in texts if secret in text]


@given(name=st.binary(min_size=1, max_size=20), text=st.text(max_size=20))
def test_whatever_an_image_says_the_json_can_be_read(name, text):
    name = name.replace(b"\0", b"").strip(b"/") or b"x"
    found = inspected(
        layer(file(name, b"1")),
        blame=(),
        packages=(),
        Labels={text: text},
        Env=[text],
        history=[{"created_by": text}],
    )
    for format_ in ("json", "sarif"):
        text_ = "".join(inspection_writer(format_)(found, ImageView(files=True)))
        json.loads(text_.encode())
    json.loads(
        "".join(
            comparison_writer("json")(compare(found, small()), ImageView())
        ).encode()
    )
