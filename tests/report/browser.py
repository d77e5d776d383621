"""Pages in a real browser, for the tests of every kind of page: Debian's Chromium, one for all of them.

A module of tests has a fixture `folder`, where its pages lie as NAME.html (`written`), and opens them with `page`.
"""

from __future__ import annotations

import sys
from asyncio import events
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from screenshots import chromium, program

SCHEMES = ("light", "dark")

# The smallest contrast of text with what it stands on (WCAG 2.2, "Contrast (Minimum)"), and where it is.
CONTRAST = """() => {
  const channels = (colour) => {
    const numbers = (colour.match(/[\\d.]+/g) || []).map(Number);
    const isShares = colour.startsWith("color(srgb");
    return isShares ? numbers.map((value, at) => (at < 3 ? 255 * value : value)) : numbers;
  };
  const light = (rgb) => rgb.slice(0, 3).map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
  const contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  let least = [100, ""];
  const look = (value, where) => { if (value < least[0]) least = [value, where]; };
  for (const element of document.querySelectorAll("main *:not(svg *)")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!hasText || !element.checkVisibility()) continue;
    let behind = element, paper = [0, 0, 0, 0];
    while (behind && (paper.length > 3 && paper[3] === 0)) {
      paper = channels(getComputedStyle(behind).backgroundColor);
      behind = behind.parentElement;
    }
    const where = `${element.tagName}.${element.className}: ${element.textContent.slice(0, 40)}`;
    look(contrast(channels(getComputedStyle(element).color), paper), where);
  }
  for (const rings of document.querySelectorAll("svg.rings"))
    for (const arc of rings.querySelectorAll("path"))
      for (const text of rings.querySelectorAll("text"))
        look(contrast(channels(getComputedStyle(text).fill), channels(getComputedStyle(arc).fill)), "arc");
  return least;
}"""

# What there is of a map: each box with its name for screen readers, its text, its colour and its place.
ITEMS = """map => [...map.querySelectorAll("[data-at]")].map((item) => {
  const style = getComputedStyle(item), { x, y, width, height } = item.getBoundingClientRect();
  return {
    label: item.getAttribute("aria-label"),
    text: item.querySelector("span")?.textContent ?? "",
    colour: item.tagName === "BUTTON" ? style.backgroundColor : style.fill,
    isOpen: item.classList.contains("open"),
    place: [x, y, width, height],
  };
})"""


@pytest.fixture(scope="session")
def _started():
    """The browser of all tests, and the loop that it is driven by."""
    if not program():
        pytest.skip("no chromium here: scripts/browser installs it")
    with chromium() as browser:
        loop = events.get_running_loop()
        events._set_running_loop(None)
        yield browser, loop
        events._set_running_loop(loop)


@pytest.fixture
def browser(_started):
    """The browser. Its loop counts as running for this test alone, since others start loops of their own."""
    browser, loop = _started
    events._set_running_loop(loop)
    yield browser
    events._set_running_loop(None)


@pytest.fixture
def page(browser, folder):
    """A function that opens a page; at the end it is held that the page was content and asked for nothing."""
    messages, requests, opened = [], [], []

    def start(name, width=1200, **more):
        new = browser.new_page(viewport={"width": width, "height": 900}, **more)
        new.on("console", lambda message: messages.append(message.text))
        new.on("pageerror", lambda error: messages.append(str(error)))
        new.on("dialog", lambda dialog: messages.append(dialog.message))
        new.on("request", lambda request: requests.append(request.url))
        opened.append(new)
        new.goto((folder / f"{name}.html").as_uri())
        new.wait_for_selector("footer")
        return new

    yield start
    for each in opened:
        each.close()
    assert not messages
    assert len(requests) == len(opened)
    assert all(url.startswith("file:") for url in requests)


def written(tmp_path_factory, pages):
    """The directory with pages, each the pieces that a writer yields, by their names."""
    folder = tmp_path_factory.mktemp("pages")
    for name, pieces in pages.items():
        (folder / f"{name}.html").write_text("".join(pieces), "utf-8")
    return folder


def until(page, expression):
    """Wait for what an expression says. Playwright's own way needs eval, which the page's policy forbids."""
    for _ in range(200):
        if page.evaluate(f"() => Boolean({expression})"):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"not after 10 s: {expression}")


def items(page, at=0):
    """The boxes or arcs of a map, in the order in which the data has them."""
    return page.locator(".boxes").nth(at).evaluate(ITEMS)


def item(page, start, at=0):
    """The box or arc whose name for screen readers starts so."""
    matching = [each for each in items(page, at) if each["label"].startswith(start)]
    assert matching, [each["label"] for each in items(page, at)]
    return matching[0]


def box(page, start):
    """The element of it."""
    return page.locator(f'[data-at][aria-label^="{start}"]').first


def channels(colour):
    """Red, green and blue of what a browser says of a colour."""
    shares = colour.startswith("color(srgb")
    numbers = colour.partition("(")[2].rstrip(")").replace(",", " ").split()
    values = [float(each) for each in numbers if each != "srgb"][:3]
    return [round(value * 255) if shares else round(value) for value in values]


def column(page, table, number):
    """The texts of a column of a table."""
    return page.locator(f"#{table} tbody td:nth-child({number})").all_text_contents()


def source_of(page, start, end):
    """The text of the page's own script between two marks."""
    scripts = page.locator("script").all_text_contents()
    own = next(text for text in scripts if text.startswith('"use strict"'))
    return start + own.partition(start)[2].partition(end)[0]


def wider_than(page, width, selector):
    """What reaches over the right edge of a page."""
    return page.evaluate(
        """([selector, width]) => [...document.querySelectorAll(selector)]
          .filter((each) => each.getBoundingClientRect().right > width + 1)
          .map((each) => each.outerHTML.slice(0, 80))""",
        [selector, width],
    )
