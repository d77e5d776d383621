"""What the page holds: the figures, a tree that adds up, and nothing of an image that is more than text."""

from __future__ import annotations

import json
import re
from array import array
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from images import contents, directory, file, hardlink, layer, whiteout
from report.image.page_examples import HOSTILE, compared, inspected
from report.pages import unpacked, words_of

from lightship.image.owners import Owners
from lightship.inspection.compare_images import compare
from lightship.inspection.inspection import Blame, Inspection
from lightship.report.image.as_html import write_comparison, write_inspection
from lightship.report.image.html.compared import comparison_data
from lightship.report.image.html.data import ROWS, inspection_data
from lightship.report.kit.html.treemap import MOST


class Page(HTMLParser):
    """The elements of a page, and what its scripts say."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.scripts = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data):
        if self.tags and self.tags[-1][0] == "script":
            self.scripts[-1] += data

    def handle_endtag(self, tag):
        self.tags.append((f"/{tag}", {}))


def plain_inspection(*layers):
    """An image of which nothing is known but its files."""
    read = contents(*layers)
    columns = tuple(array("i", [-1]) * len(scan.paths) for scan in read.stack.scans)
    return Inspection(
        read, Owners((), columns, 0), None, tuple(map(Blame, range(len(layers))))
    )


def nodes(inspection, view="directory"):
    columns = inspection_data(inspection)["images"][0]["views"][view]
    return [
        dict(zip(columns, row, strict=True))
        for row in zip(*columns.values(), strict=True)
    ]


@pytest.fixture(scope="module")
def text():
    return "".join(write_inspection(inspected(*HOSTILE)))


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def test_a_page_has_two_scripts_whatever_the_files_are_called(page):
    assert [tag for tag, _ in page.tags if tag not in ("meta", "/meta")] == (
        "html head title /title style /style /head body main noscript /noscript /main "
        "script /script script /script /body /html"
    ).split()


def test_names_stand_in_the_data_as_they_are(page):
    assert not set("<>&") & set(page.scripts[0])
    paths = {row[0] for row in unpacked(page.scripts[0])["files"]["rows"]}
    assert "/srv/<img src=x onerror=alert(1)>" in paths
    assert "/srv/</script><script>alert(1)<" in paths
    assert r"/srv/\u202egnp.exe" in paths
    assert r"/srv/\xff\xfe.bin" in paths


def test_only_the_pages_own_scripts_may_run_and_nothing_is_fetched(page):
    policy = next(
        attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv")
    )
    hashes = [
        f"'sha256-{b64encode(sha256(each.encode()).digest()).decode()}'"
        for each in page.scripts[1:]
    ]
    assert policy.startswith(f"default-src 'none'; script-src {' '.join(hashes)}; ")
    assert "unsafe-eval" not in policy
    assert not [
        attrs for _, attrs in page.tags if {"src", "href", "action"} & set(attrs)
    ]


def test_a_name_is_no_markup_in_the_title():
    inspection = inspected()
    image = inspection.contents.image
    object.__setattr__(image, "name", "</title><script>\ud800\n")
    title = re.search("<title>(.*?)</title>", "".join(write_inspection(inspection)))
    assert title is not None
    assert title[1] == r"&lt;/title&gt;&lt;script&gt;\ud800\n"


def test_the_figures_are_those_of_the_inspection():
    inspection = inspected()
    image = inspection_data(inspection)["images"][0]
    assert image["waste"] == inspection.contents.wasted_bytes == 61000 + 18000 + 2400
    assert image["content"] == inspection.contents.content_bytes
    assert image["layers"][2]["waste"] == image["waste"]
    assert image["layers"][2]["place"] == "Dockerfile:5"
    assert image["distribution"] == "Debian GNU/Linux 13 (trixie)"
    assert image["support"].endswith("2028-08-09")


def test_waste_says_why():
    rows = inspection_data(inspected())["waste"]["rows"]
    assert rows[0] == [
        "/srv/.git/objects/pack/pack-1.pack",
        61000,
        "",
        3,
        "removed by layer 5, Dockerfile:7?",
    ]


def test_values_of_variables_named_for_secrets_are_not_in_the_page():
    one, both = (
        words_of("".join(write_inspection(inspected()))),
        words_of("".join(write_comparison(compared()))),
    )
    assert "API_TOKEN" in one
    assert "API_TOKEN" in both
    assert "never-shown" not in one + both


def test_directories_in_which_there_is_one_other_are_one_node():
    found = nodes(
        plain_inspection(
            layer(file("usr/lib/a/x", 10), file("usr/lib/a/y", 20), file("z", 5))
        )
    )
    assert [node["label"] for node in found] == ["/", "usr/lib/a", "y", "x", "z"]


def test_a_file_that_became_a_directory_has_both():
    found = nodes(
        plain_inspection(layer(file("a", 10)), layer(directory("a"), file("a/b", 20)))
    )
    assert [
        (node["label"], node["parent"], node["seen"], node["wasted"]) for node in found
    ] == [
        ("/", -1, 20, 10),
        ("a", 0, 20, 0),
        ("b", 1, 20, 0),
        ("a", 0, 0, 10),
    ]


def test_what_only_a_hard_link_shows_has_the_path_of_the_link():
    inspection = plain_inspection(
        layer(file("a", 10), hardlink("b", "a")), layer(whiteout("a"))
    )
    assert inspection_data(inspection)["files"] == {
        "rows": [["/b", 10, "", 1]],
        "total": 1,
    }


def test_small_files_of_a_directory_are_one_node_and_tables_are_cut():
    many = [file(f"d{at % 7}/f{at}", b"x" * (at % 50 + 1)) for at in range(ROWS + 1000)]
    inspection = plain_inspection(layer(*many))
    found = nodes(inspection)
    rests = [node["label"] for node in found if isinstance(node["label"], int)]
    assert MOST <= len(found) <= 2 * MOST
    assert sum(rests) + MOST - 8 == len(many)
    files = inspection_data(inspection)["files"]
    assert (len(files["rows"]), files["total"]) == (ROWS, len(many))


def test_names_of_thousands_of_parts_are_cut():
    inspection = plain_inspection(
        layer(file("a/" * 4000 + "end", 10), file("n" * 60000, 10))
    )
    assert len(json.dumps(inspection_data(inspection))) < 12_000


def test_an_image_without_files_has_a_page():
    assert [node["seen"] for node in nodes(plain_inspection(layer()))] == [0]
    assert "".join(write_inspection(plain_inspection()))


PARTS = st.lists(st.sampled_from("abc"), min_size=1, max_size=15).map("/".join)
LAYERS = st.lists(
    st.dictionaries(PARTS, st.integers(0, 40), max_size=12), min_size=1, max_size=3
)


@given(LAYERS)
def test_law_each_node_of_a_tree_is_the_sum_of_those_in_it(sizes):
    made = [
        layer(*(file(f"{path}.x", size) for path, size in each.items()))
        for each in sizes
    ]
    inspection = plain_inspection(*made)
    for view in ("directory", "package", "layer"):
        found = nodes(inspection, view)
        root = found[0]
        assert root["seen"] + root["wasted"] == inspection.contents.content_bytes
        assert root["wasted"] == inspection.contents.wasted_bytes
        for place, node in enumerate(found):
            inside = [each for each in found if each["parent"] == place]
            for key in ("seen", "wasted", "differing"):
                assert not inside or sum(each[key] for each in inside) == node[key]


@given(LAYERS)
def test_law_origins_of_a_node_are_all_its_bytes(sizes):
    made = [
        layer(*(file(f"{path}.x", size) for path, size in each.items()))
        for each in sizes
    ]
    for view in ("directory", "package", "layer"):
        for node in nodes(plain_inspection(*made), view):
            for more, *largest in (node.get("layers", [0]), node.get("packages", [0])):
                assert more == 0
                assert sum(largest[1::2]) == node["seen"] + node["wasted"]


def test_a_node_has_the_packages_and_the_layers_that_its_bytes_are_of():
    inspection = inspected()
    image = inspection_data(inspection)["images"][0]
    found = {node["label"]: node for node in nodes(inspection)}
    names = image["packages"]
    assert found["usr"]["packages"] == [
        3,
        *(names.index("numpy"), 141000),
        *(names.index("gcc-14"), 137000),
        *(names.index("libc6"), 57200),
    ]
    assert found["usr"]["layers"] == [0, 1, 149780, 3, 149000, 0, 104170]
    assert found["main.py"]["layers"] == [0, 2, 2400, 4, 2400]


def test_a_file_has_its_package_and_its_layer():
    rows = {row[0]: row[1:] for row in inspection_data(inspected())["files"]["rows"]}
    assert rows["/usr/lib/gcc/cc1"] == [96000, "gcc-14", 2]
    assert rows["/srv/.env"] == [7, "", 3]


def test_a_comparison_has_what_differs_and_colours_it():
    data = comparison_data(compared())
    rows = {row[0]: row[1:] for row in data["files"]["rows"]}
    assert rows["/usr/lib/gcc/cc1"] == ["removed", "", 96000, 0, -96000]
    assert rows["/srv/app/main.py"] == ["changed", "content", 2400, 2500, 100]
    assert data["packages"]["rows"] == [
        ["deb", "gcc-14", "removed", "14.2.0-19", "", 137000, 0, -137000]
    ]
    before, after = (image["views"]["directory"] for image in data["images"])
    assert after["differing"][0] == 2500 + 8100
    assert before["differing"][before["label"].index("root/.cache/pip")] == 70000
    assert data["shared"] == [[0, 0]]


def test_an_image_is_the_same_as_itself():
    data = comparison_data(compare(inspected(), inspected()))
    assert data["same"]
    assert not data["reason"]
    assert data["files"]["rows"] == data["config"]["rows"] == []
