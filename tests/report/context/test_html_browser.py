"""The page of a build context in a real browser: it draws, is hovered, sorts, and asks for nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import which

import pytest
from contexts import report_of
from report.image.test_html_browser import CONTRAST, column, trace, until

from lightship.inspection.context.proposal import propose
from lightship.report.context.formats import Shown, writer
from lightship.report.kit.view import View

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))

from screenshots import chromium

pytestmark = pytest.mark.skipif(
    which("chromium") is None, reason="no chromium here: scripts/browser installs it"
)

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
SCHEMES = ("light", "dark")


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    known = report_of("FROM a\nCOPY src *.log /app/\n", FILES)
    unknown = report_of(None, FILES)
    for name, report in (("known", known), ("unknown", unknown)):
        item = Shown(
            report,
            "shop",
            "shop/Dockerfile" if name == "known" else "",
            propose(report),
        )
        (folder / f"{name}.html").write_text(
            "".join(writer("html")(item, View())), "utf-8"
        )
    return folder


@pytest.fixture
def page(browser, files):
    """A function that opens a page; at the end it is held that the page was content and asked for nothing."""
    said, asked, opened = [], [], []

    def start(name="known", width=1200, **more):
        new = browser.new_page(viewport={"width": width, "height": 900}, **more)
        new.on(
            "console", lambda message: said.append(f"{message.type}: {message.text}")
        )
        new.on("pageerror", lambda error: said.append(str(error)))
        new.on("dialog", lambda dialog: said.append(f"dialog: {dialog.message}"))
        new.on("request", lambda request: asked.append(request.url))
        opened.append(new)
        new.goto((files / f"{name}.html").as_uri())
        new.wait_for_selector(".chart path")
        return new

    yield start
    for each in opened:
        each.close()
    assert not said
    assert len(asked) == len(opened)
    assert all(url.startswith("file:") for url in asked)


def colour_of(page, fate):
    found = page.locator(f".key.fate-{fate}").evaluate(
        "key => getComputedStyle(key, '::before').backgroundColor"
    )
    return [
        int(part) for part in found.removeprefix("rgb(").removesuffix(")").split(",")
    ]


def box(drawn, label):
    place = drawn["labels"].index(label)
    colour = drawn["marker"]["colors"][place]
    return (
        drawn["values"][place],
        [int(colour[at : at + 2], 16) for at in (1, 3, 5)],
        drawn["hovertext"][place],
    )


def test_boxes_have_the_colours_of_their_fates(page):
    shown = page()
    drawn = trace(shown)
    for label, fate in (
        ("src", "copied"),
        ("data", "never"),
        ("node_modules/left", "ignored"),
    ):
        assert box(drawn, label)[1] == colour_of(shown, fate)


def test_hovering_tells_size_fate_and_line(page):
    shown = page()
    drawn = trace(shown)
    assert box(drawn, "node_modules/left")[2] == (
        "node_modules/left<br>90.0 kB<br>90.0 kB ignored<br>line 2 of the ignore file decides"
    )
    assert box(drawn, "src")[2] == "src<br>110 kB<br>110 kB copied"
    place = shown.locator(".chart text", has_text="train.csv").first.bounding_box()
    shown.mouse.move(place["x"] + 4, place["y"] + 4)
    until(shown, "document.querySelector('.hoverlayer .hovertext')")
    assert "never copied" in shown.locator(".hoverlayer .hovertext").text_content()


def test_what_is_ignored_can_be_left_out(page):
    shown = page()
    before = trace(shown)
    shown.check("input[value=sent]")
    after = trace(shown)
    assert before["values"][0] - after["values"][0] == 90_000
    assert "node_modules/left" not in after["labels"]
    assert not shown.locator(".key.fate-ignored").count()


def test_a_box_is_looked_into(page):
    shown = page()
    place = shown.locator(".chart text", has_text="data").first.bounding_box()
    shown.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    until(shown, "document.querySelector('.chart').data[0].level")


def test_the_table_sorts_and_is_searched(page):
    shown = page()
    assert column(shown, "files", 1)[0] == "data/train.csv"
    shown.click("#files thead button:has-text('Path')")
    assert column(shown, "files", 1)[0] == ".dockerignore"
    shown.fill("#files-search", "ignored")
    assert column(shown, "files", 1) == ["node_modules/left/pad.js"]
    assert column(shown, "files", 4) == ["line 2: node_modules"]


def test_names_are_shown_as_text(page):
    shown = page()
    assert "src/<img src=x onerror=alert(1)>.py" in column(shown, "files", 1)
    assert not shown.locator("img").count()


def test_what_to_do_is_told(page):
    shown = page()
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
    contrast, where = page(color_scheme=scheme).evaluate(CONTRAST)
    assert contrast >= 4.5, where


@pytest.mark.parametrize("width", [375, 1200])
def test_the_page_never_scrolls_sideways(page, width):
    shown = page(width=width)
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
