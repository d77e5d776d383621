"""Pages in a real browser: they draw, sort, search, ask for nothing, and run nothing that an image says."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import which

import pytest
from report.image.page_examples import HOSTILE, compared, inspected

from lightship.report.image.as_html import write_comparison, write_inspection
from lightship.wording.shares import percent
from lightship.wording.sizes import size, size_change

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))

from screenshots import chromium

pytestmark = pytest.mark.skipif(
    which("chromium") is None, reason="no chromium here: scripts/browser installs it"
)

VIEWS, SHAPES, COLOURS = (
    ("directory", "package", "layer"),
    ("treemap", "sunburst"),
    ("waste", "branch"),
)
SCHEMES = ("light", "dark")

# The smallest contrast of text with what it stands on (WCAG 2.2, "Contrast (Minimum)"), and where it is.
CONTRAST = """() => {
  const numbers = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
  const contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const hex = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  let least = [100, ""];
  const look = (value, where) => { if (value < least[0]) least = [value, where]; };
  for (const element of document.querySelectorAll("main *:not(svg *)")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!hasText || !element.checkVisibility()) continue;
    let behind = element, paper = [0, 0, 0, 0];
    while (behind && (paper.length > 3 && paper[3] === 0)) {
      paper = numbers(getComputedStyle(behind).backgroundColor);
      behind = behind.parentElement;
    }
    const where = `${element.tagName}.${element.className}: ${element.textContent.slice(0, 40)}`;
    look(contrast(numbers(getComputedStyle(element).color), paper), where);
  }
  for (const { data: [trace] } of document.querySelectorAll(".chart"))
    for (const colour of trace.marker.colors) look(contrast(hex(trace.textfont.color), hex(colour)), "chart " + colour);
  return least;
}"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    found = {
        "inspection": write_inspection(inspected(*HOSTILE)),
        "comparison": write_comparison(compared()),
    }
    for name, pieces in found.items():
        (folder / f"{name}.html").write_text("".join(pieces), "utf-8")
    return folder


@pytest.fixture
def page(browser, files):
    """A function that opens a page; at the end it is held that the page was content and asked for nothing."""
    said, asked, opened = [], [], []

    def start(name="inspection", width=1200, **more):
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


def trace(page, chart=0):
    return page.evaluate("at => document.querySelectorAll('.chart')[at].data[0]", chart)


def until(page, expression):
    """Wait for what an expression says. Playwright's own way needs eval, which the page's policy forbids."""
    for _ in range(200):
        if page.evaluate(f"() => Boolean({expression})"):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"not after 10 s: {expression}")


def column(page, table, number):
    return page.locator(f"#{table} tbody td:nth-child({number})").all_text_contents()


def test_every_view_is_drawn_as_every_shape_in_every_colour(page):
    shown = page()
    for view in VIEWS:
        shown.check(f"input[value={view}]")
        for shape in SHAPES:
            shown.check(f"input[value={shape}]")
            for colour in COLOURS:
                shown.check(f"input[value={colour}]")
                assert trace(shown)["type"] == shape
                assert shown.locator(f".chart g.{shape}layer path").count() > 5
    assert "all layers" in trace(shown)["labels"]


def test_waste_has_its_colour_and_its_bytes_until_it_is_turned_off(page):
    shown = page()
    with_waste = trace(shown)
    place = with_waste["labels"].index(".git/objects/pack")
    legend = shown.locator(".key.waste").evaluate(
        "key => getComputedStyle(key, '::before').backgroundColor"
    )
    channels = [
        int(with_waste["marker"]["colors"][place][at : at + 2], 16) for at in (1, 3, 5)
    ]
    assert legend == f"rgb({', '.join(map(str, channels))})"
    shown.check("input[value=branch]")
    without = trace(shown)
    assert with_waste["values"][0] - without["values"][0] == 81400
    assert ".git/objects/pack" not in without["labels"]
    assert not shown.locator(".key").count()


def test_a_choice_is_made_with_the_keyboard(page):
    shown = page()
    shown.focus("input[value=treemap]")
    shown.keyboard.press("ArrowRight")
    assert trace(shown)["type"] == "sunburst"


def test_a_box_is_looked_into(page):
    shown = page()
    box = shown.locator(".chart text", has_text="srv").first.bounding_box()
    shown.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    until(shown, "document.querySelector('.chart').data[0].level")


def test_a_table_is_searched_by_words(page):
    shown = page()
    shown.fill("#files-search", "NUMPY part1")
    assert shown.locator("#files output").text_content() == "3 rows"
    assert [path.rpartition("/")[2] for path in column(shown, "files", 1)] == [
        "part11.so",
        "part10.so",
        "part1.so",
    ]
    shown.fill("#files-search", "no such file")
    assert shown.locator("#files output").text_content() == "0 rows"


def test_a_table_is_sorted_by_any_column_both_ways(page):
    shown = page()
    sizes = [38000, 60000, 137000, 141000, 8000]
    by_name = shown.locator("#packages th button", has_text="Name")
    by_name.click()
    assert column(shown, "packages", 2) == [
        "Flask",
        "gcc-14",
        "libc6",
        "numpy",
        "perl-base",
    ]
    by_name.press("Enter")
    assert column(shown, "packages", 2)[0] == "perl-base"
    assert shown.locator("#packages th[aria-sort=descending]").text_content() == "Name"
    shown.locator("#packages th button", has_text="Size").click()
    assert column(shown, "packages", 4) == [
        size(each) for each in sorted(sizes, reverse=True)
    ]


def test_more_rows_are_shown_when_they_are_asked_for(page):
    shown = page()
    assert len(column(shown, "files", 1)) == 50
    shown.locator("#files > button").click()
    assert len(column(shown, "files", 1)) == len(
        shown.evaluate("JSON.parse(data.textContent).files.rows")
    )
    assert shown.locator("#files > button").is_hidden()


def test_hostile_names_are_shown_as_they_are(page):
    shown = page()
    shown.fill("#files-search", "srv/")
    paths = column(shown, "files", 1)
    for name in (
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">link<',
        "</script><script>alert(1)<",
    ):
        assert f"/srv/{name}" in paths
    assert "/srv/&lt;i&gt;" in paths
    assert r"/srv/\u202egnp.exe" in paths
    assert not shown.locator(
        "main img, main script, .chart a, tbody a, tbody b"
    ).count()


def test_labels_of_the_chart_are_no_markup(page):
    shown = page()
    shown.evaluate("""() => {
      const chart = document.querySelector(".chart"), at = chart.data[0].labels.findIndex((label) => label === "srv");
      return Plotly.restyle(chart, { level: [chart.data[0].ids[at]] });
    }""")
    until(
        shown,
        "[...document.querySelectorAll('.chart text')].some((each) => each.textContent.includes('&lt;i&gt;'))",
    )
    assert shown.locator(".chart text", has_text="%{label}$x$").count()
    assert shown.locator(".chart text", has_text="<").count()
    assert not shown.locator(".chart a, .chart img, .chart [style*=bold]").count()


@pytest.mark.parametrize("name", ["inspection", "comparison"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_text_has_contrast(page, name, scheme):
    shown = page(name, color_scheme=scheme)
    for each in shown.locator("details").all():
        each.evaluate("element => { element.open = true; }")
    for colour in shown.locator("input[name=colour]").all():
        colour.check()
        least, where = shown.evaluate(CONTRAST)
        assert least >= 4.5, where


def test_the_scheme_is_followed_when_it_changes(page):
    shown = page(color_scheme="light")
    background = "getComputedStyle(document.body).backgroundColor"
    light = shown.evaluate(background), trace(shown)["textfont"]["color"]
    shown.emulate_media(color_scheme="dark")
    until(
        shown,
        f"document.querySelector('.chart').data[0].textfont.color !== '{light[1]}'",
    )
    assert shown.evaluate(background) != light[0]


@pytest.mark.parametrize("name", ["inspection", "comparison"])
def test_on_a_phone_nothing_is_wider_than_the_page(page, name):
    shown = page(name, width=375)
    assert shown.evaluate("document.documentElement.scrollWidth") == 375
    outside = """[...document.querySelectorAll("main > *, section > *, article, .chart svg")]
      .filter((each) => each.getBoundingClientRect().right > 375).map((each) => each.outerHTML.slice(0, 80))"""
    assert shown.evaluate(outside) == []


def test_on_paper_there_are_no_controls_and_light_colours(page):
    shown = page(color_scheme="dark")
    shown.emulate_media(media="print")
    assert shown.locator(".controls").is_hidden()
    assert (
        shown.evaluate("getComputedStyle(document.body).backgroundColor")
        == "rgb(255, 255, 255)"
    )
    until(
        shown, "document.querySelector('.chart').data[0].textfont.color === '#1b1f24'"
    )


def test_two_images_stand_side_by_side(page):
    shown = page("comparison")
    assert shown.locator(".chart").count() == 2
    assert shown.locator(".verdict").text_content().startswith("Not the same: ")
    before, after = trace(shown, 0), trace(shown, 1)
    assert "root/.cache/pip" in before["labels"]
    assert "root/.cache/pip" not in after["labels"]
    shown.check("input[value=sunburst]")
    assert {trace(shown, at)["type"] for at in (0, 1)} == {"sunburst"}
    shown.fill("#files-search", "changed main.py")
    assert column(shown, "files", 6) == ["+100 B"]


def test_script_and_python_write_numbers_alike(page):
    shown = page()
    script = next(
        text
        for text in shown.locator("script").all_text_contents()
        if text.startswith('"use strict"')
    )
    source = script.partition("const UNITS")[2].partition("function number")[0]
    numbers = [
        0,
        1,
        999,
        1000,
        9994,
        9995,
        99_949,
        99_950,
        999_499,
        999_500,
        123_456_789,
        5 * 10**9,
        -1234,
    ]
    written = f"(numbers) => {{ const UNITS{source}; return numbers.map((each) => [size(each), size_change(each)]); }}"
    assert shown.evaluate(written, numbers) == [
        [size(each), size_change(each)] for each in numbers
    ]
    shares = [0, 0.0001, 0.5, 0.1234, 0.99999, 1]
    written = f"(shares) => {{ const UNITS{source}; return shares.map(percent); }}"
    assert shown.evaluate(written, shares) == [percent(each) for each in shares]
