"""The page of a build context in a real browser: it draws, is hovered, sorts, and asks for nothing."""

from __future__ import annotations

import pytest
from contexts import report_of
from report.browser import (
    CONTRAST,
    SCHEMES,
    box,
    channels,
    column,
    item,
    items,
    written,
)

from lightship.inspection.context.proposal import propose
from lightship.report.context.formats import ShownContext, writer
from lightship.report.kit.view import View

FILES = {
    "src/app.py": "x" * 60_000,
    "src/<img src=x onerror=alert(1)>.py": "y" * 50_000,
    "data/train.csv": "z" * 200_000,
    "docs/guide.md": "d" * 30_000,
    "node_modules/left/pad.js": "n" * 90_000,
    "app.log": "l" * 5_000,
    ".env": "TOKEN=abc",
    ".dockerignore": "# from the web\nnode_modules\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    known = report_of("FROM a\nCOPY src *.log /app/\n", FILES)
    unknown = report_of(None, FILES)
    pages = {
        "known": shown_as_page(known, "shop/Dockerfile"),
        "unknown": shown_as_page(unknown, ""),
    }
    return written(tmp_path_factory, pages)


def shown_as_page(report, dockerfile):
    item = ShownContext(report, "shop", dockerfile, propose(report))
    return writer("html")(item, View())


def colour_of(page, fate):
    key = page.locator(f".key.fate-{fate}")
    return channels(
        key.evaluate("key => getComputedStyle(key, '::before').backgroundColor")
    )


def test_boxes_have_the_colours_of_their_fates(page):
    shown = page("known")
    for label, fate in (
        ("src,", "copied"),
        ("data,", "never"),
        ("node_modules/left,", "ignored"),
    ):
        assert channels(item(shown, label)["colour"]) == colour_of(shown, fate)


def test_hovering_tells_size_fate_and_line(page):
    shown = page("known")
    assert item(shown, "node_modules/left,")["label"] == (
        "node_modules/left, 90.0 kB, 20.7 % of all files, 90.0 kB ignored, line 2 of the ignore file decides"
    )
    box(shown, "data/train.csv").hover()
    tip = shown.locator("#map .tip")
    assert tip.is_visible()
    assert "200 kB · 46.0 % of all files" in tip.inner_text()
    assert "200 kB sent, never copied" in tip.inner_text()


def test_what_is_ignored_can_be_left_out(page):
    shown = page("known")
    told = shown.locator(".map .detail")
    assert told.inner_text().startswith("shop\n\n435 kB")
    shown.check("input[value=sent]")
    assert told.inner_text().startswith("shop\n\n345 kB")
    assert not [each for each in items(shown) if "node_modules" in each["label"]]
    assert not shown.locator(".key.fate-ignored").count()


def test_a_box_is_looked_into(page):
    shown = page("known")
    box(shown, "src,").locator("span").click()
    assert shown.locator(".crumbs button").all_text_contents() == ["shop", "src"]
    assert [each["label"].partition(",")[0] for each in items(shown)] == [
        "src/app.py",
        "src/<img src=x onerror=alert(1)>.py",
    ]


def test_the_table_sorts_and_is_searched(page):
    shown = page("known")
    assert column(shown, "files", 1)[0] == "data/train.csv"
    shown.click("#files thead button:has-text('Path')")
    assert column(shown, "files", 1)[0] == ".dockerignore"
    shown.fill("#files-search", "ignored")
    assert column(shown, "files", 1) == ["node_modules/left/pad.js"]
    assert column(shown, "files", 4) == ["line 2: node_modules"]


def test_names_are_shown_as_text(page):
    shown = page("known")
    assert "src/<img src=x onerror=alert(1)>.py" in column(shown, "files", 1)
    assert not shown.locator("img").count()


def test_what_to_do_is_told(page):
    shown = page("known")
    assert "lightship context --write" in shown.locator("#proposal").text_content()
    assert shown.locator("#proposal pre").text_content().startswith("*\n!")
    assert column(shown, "changing", 1) == ["*.log"]
    assert column(shown, "secrets", 1) == [".env"]


def test_without_a_dockerfile_nothing_is_said_to_be_copied(page):
    shown = page("unknown")
    assert shown.locator(".key").all_text_contents() == ["sent", "ignored"]
    assert "Never copied" not in shown.locator("header").text_content()
    assert "there is no Dockerfile" in shown.locator("#notes").text_content()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_text_can_be_read(page, scheme):
    contrast, where = page("known", color_scheme=scheme).evaluate(CONTRAST)
    assert contrast >= 4.5, where


@pytest.mark.parametrize("width", [375, 1200])
def test_the_page_never_scrolls_sideways(page, width):
    shown = page("known", width=width)
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
