"""Pages in a real browser: they draw, are hovered and walked by keys, ask for nothing, and run nothing of others."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from proofs import ALL, HOSTILE, after, all_hostile, history, proof
from report.browser import (
    CONTRAST,
    SCHEMES,
    box,
    channels,
    item,
    source_of,
    wider_than,
    written,
)

from lightship.report.kit.view import View
from lightship.report.proof.formats import proof_writer, trend_writer
from lightship.wording.durations import timing


def large():
    """200 steps and 1,000 directories on each side."""
    side = after()
    steps = tuple(
        replace(
            side.builds[0].steps[4],
            name=f"[build {at}/200] RUN make part{at}",
            start=at * 1.0,
        )
        for at in range(200)
    )
    shape = replace(
        side.shape,
        directories={f"d{at % 30}/e{at}": 10_000 + at * 1000 for at in range(1000)},
    )
    big = replace(side, builds=(replace(side.builds[0], steps=steps),), shape=shape)
    return proof(before=big, after=big)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    write, trend = proof_writer("html"), trend_writer("html")
    pages = {name: write(made(), View()) for name, made in ALL.items()}
    pages |= {"hostile": write(all_hostile(), View()), "large": write(large(), View())}
    pages |= {
        "trend": trend(history(30), View()),
        "trend-one": trend(history(1), View()),
        "trend-none": trend((), View()),
    }
    pages["trend-hostile"] = trend((all_hostile(), *history(3)), View())
    return written(tmp_path_factory, pages)


def row(page, name):
    return page.locator("article.row", has=page.locator("h4", has_text=name))


def boxes(page, selector):
    return page.locator(selector).evaluate_all("""all => all.map((each) => {
      const { x, y, width, height } = each.getBoundingClientRect();
      return [x, y, width, height];
    })""")


def detail(page, part):
    return page.locator(f"#{part} .detail").inner_text()


def test_the_verdict_stands_first(page):
    heading = page("better").locator("h1").text_content()
    assert heading.startswith(
        "better image 3.8x smaller (813 MB → 216 MB), code edits 24x as fast to rebuild"
    )
    assert page("broken").locator(".reasons li").count() == 0  # they are what is worse


def test_bars_and_dots_are_as_long_as_what_was_measured(page):
    shown, given = page("better"), proof()
    edit = next(each for each in given.figures if each.key == "edit")
    largest = max(*edit.before, *edit.after)
    found = row(shown, "code edit")
    tracks = found.locator(".track").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().width)"
    )
    bars = found.locator(".median").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().width)"
    )
    assert bars == pytest.approx(
        [tracks[0] * 41.0 / largest, tracks[1] * 1.71 / largest], abs=1.5
    )
    lefts = found.locator(".track i").evaluate_all(
        "all => all.map((each) => parseFloat(each.style.left))"
    )
    assert lefts == pytest.approx(
        [100 * value / largest for value in (*edit.before, *edit.after)]
    )
    assert (
        found.locator(".track").first.get_attribute("aria-label")
        == "before: 41.0 s, 40.2 s, 42.7 s"
    )
    assert "24x as fast (22x to 26x)" in found.inner_text()


def test_a_change_is_told_by_a_sign_and_words(page):
    signs = {"better": "+", "worse": "-", "same": "=", "other": "~", "unknown": "?"}
    shown = page("better")
    for kind, sign in signs.items():
        for each in shown.locator(f"article.row.{kind} .said").all_text_contents():
            assert each.startswith(f"{sign} ")
            assert len(each) > 5
    assert (
        shown.locator("article.row.unknown .said").text_content()
        == "? not measured before"
    )


def test_steps_stand_on_one_axis(page):
    shown = page("better")
    found = shown.locator(".step").evaluate_all(
        "all => all.map((each) => [each.ariaLabel, each.getBoundingClientRect().x, each.getBoundingClientRect().width])"
    )
    line = shown.locator(".axis .line").bounding_box()
    scale = line["width"] / 72.25
    pip = next(
        each for each in found if each[0].startswith("after, build: RUN pip install")
    )
    assert pip[1:] == pytest.approx([line["x"] + 5.3 * scale, 31.9 * scale], abs=3)
    assert shown.locator(".build .stage").all_text_contents() == [
        "other",
        "build",
        "other",
        "build",
        "stage-1",
    ]
    assert all(
        line["x"] - 1 <= x and x + width <= line["x"] + line["width"] + 4
        for _, x, width in found
    )


def test_steps_are_walked_with_the_keyboard(page):
    shown = page("better")
    assert shown.locator(".step[tabindex='0']").count() == 1
    shown.locator(".step").first.focus()
    assert "load metadata" in detail(shown, "steps")
    shown.keyboard.press("ArrowRight")
    shown.keyboard.press("End")
    assert "before: HEAD" in detail(shown, "steps")
    shown.keyboard.press("ArrowDown")
    assert "after: the working tree" in detail(shown, "steps")
    shown.keyboard.press("Home")
    shown.keyboard.press("x")
    assert shown.evaluate("document.activeElement.classList.contains('step')")
    assert shown.locator(".step[tabindex='0']").count() == 1
    assert shown.locator("#steps .detail").get_attribute("role") == "status"


def test_the_mouse_shows_a_step(page):
    shown = page("better")
    assert "RUN pip install -r requirements.txt" in detail(
        shown, "steps"
    )  # the longest
    shown.locator(".step", has_text="no-cache-dir").hover()
    assert "RUN pip install --no-cache-dir -r requirements.txt" in detail(
        shown, "steps"
    )
    assert "31.9 s" in detail(shown, "steps")
    assert "the other version has no such step" in detail(shown, "steps")


def test_treemaps_have_the_same_scale(page):
    shown = page("better")

    def area(start, side):
        _, _, width, height = item(shown, start, side)["place"]
        return width * height

    before, after_ = area("/usr, 600 MB", 0), area("/usr, 190 MB", 1)
    assert before / after_ == pytest.approx(600 / 190, rel=0.06)
    assert before / area("/root/.cache, 120 MB", 0) == pytest.approx(
        600 / 120, rel=0.06
    )


def test_both_treemaps_look_into_the_same_directory_in_the_same_scale(page):
    shown = page("better")
    box(shown, "/usr, 600 MB").locator("span").click()
    crumbs = shown.locator(".side-after .crumbs button").all_text_contents()
    assert crumbs == ["/", "usr"]
    before, after_ = (
        boxes(shown, f".side-{side} .boxes")[0] for side in ("before", "after")
    )
    assert before[2] * before[3] / (after_[2] * after_[3]) == pytest.approx(
        600 / 190, rel=0.02
    )


def inside(box, other):
    return all((
        box[0] >= other[0] - 1, box[1] >= other[1] - 1, box[0] + box[2] <= other[0] + other[2] + 2,
        box[1] + box[3] <= other[1] + other[3] + 2,
    ))  # fmt: skip


def apart(place, other):
    return any(
        one[at] + one[at + 2] <= two[at] + 2
        for one, two in ((place, other), (other, place))
        for at in (0, 1)
    )


@pytest.mark.parametrize("name", ["better", "large", "hostile"])
def test_every_box_is_in_the_map_and_in_no_other_one_by_half(page, name):
    shown = page(name)
    for side in ("before", "after"):
        (whole,) = boxes(shown, f".side-{side} .boxes")
        found = boxes(shown, f".side-{side} .box")[:120]
        assert all(inside(place, whole) for place in found)
        for at, place in enumerate(found):
            for other in found[at + 1 :]:
                nested = inside(place, other) or inside(other, place)
                assert nested or apart(place, other)


def test_boxes_are_walked_with_the_keyboard_and_change_with_the_view(page):
    shown = page("better")
    told = shown.locator(".side-before .detail")
    shown.locator(".box").first.focus()
    assert told.inner_text().startswith("/usr\n")
    assert "before 600 MB · after 190 MB · -410 MB" in told.inner_text()
    shown.keyboard.press("ArrowDown")
    assert told.inner_text().startswith("/usr/lib\n")
    shown.keyboard.press("ArrowUp")
    for _ in range(2):
        shown.keyboard.press("ArrowRight")
    assert told.inner_text().startswith("/app\n")
    assert "before 41.0 MB · after 52.0 kB" in told.inner_text()
    shown.locator("#map input[value=layer]").check()
    assert shown.locator(".side-before .box").count() == 3
    first = shown.locator(".side-before .box").first
    assert first.get_attribute("aria-label").startswith("FROM python:3.13, 430 MB")


def test_a_row_of_the_diff_has_the_effect_of_its_change(page):
    shown = page("better")
    added = shown.locator("tr.added", has_text="requirements.txt /app/")
    effect = added.locator(".effect").inner_text()
    assert "Install the dependencies before the sources are copied" in effect
    assert "code edit 23x as fast" in effect
    assert added.locator(".effect").get_attribute("rowspan") == "2"
    assert shown.locator("tr.removed .effect:not(:empty)").count() == 0
    assert shown.locator("tr.added td.number").first.text_content() == "1"
    shares = shown.locator("#shares tbody tr").all_text_contents()
    assert len(shares) == 4
    assert "which nobody merges: [build 4/4] RUN pip install" in shares[3]


def test_answers_stand_side_by_side(page):
    shown = page("better")
    assert shown.locator("#answers .tag").all_text_contents() == [
        "the same",
        "the same",
    ]
    assert shown.locator("#answers pre").first.text_content() == '{"ok":true}'
    broken = page("broken")
    assert broken.locator("#answers .tag").all_text_contents() == ["differs", "differs"]
    assert "nothing listens on port 8000" in broken.locator("#answers").inner_text()


def test_a_proof_without_an_image_says_so(page):
    shown = page("unbuilt")
    assert "No image was read." in shown.locator(".side-after").inner_text()
    assert "not measured after" in row(shown, "code edit").inner_text()
    assert page("empty").locator("section").count() == 0


def test_a_trend_is_walked_with_the_keyboard_and_the_mouse(page):
    shown = page("trend")
    assert shown.locator("figure.trend").count() == 4
    assert shown.locator("#line-cold circle").count() == 29  # of 30, one broke
    assert shown.locator("#line-cold polyline").count() == 2
    status = shown.locator("#line-content .picked")
    shown.locator("#line-content svg").focus()
    for key, date in {
        "Home": "2025-11-26",
        "ArrowRight": "2025-11-27",
        "End": "2025-12-25",
        "ArrowLeft": "2025-12-24",
    }.items():
        shown.keyboard.press(key)
        assert status.text_content().startswith(date), key
    box = shown.locator("#line-content svg").bounding_box()
    shown.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    assert status.text_content().startswith("2025-12-1")
    shown.keyboard.press("Home")
    for _ in range(5):
        shown.keyboard.press("ArrowRight")
    assert "not measured (broken)" in status.text_content()


def test_points_of_a_trend_are_as_high_as_their_values(page):
    shown, given = page("trend"), history(30)
    heights = shown.locator("#line-content circle").evaluate_all(
        "all => all.map((each) => each.cy.baseVal.value)"
    )
    known = [each.after.shape.content for each in given if each.after.shape]
    assert heights == pytest.approx(
        [150 - 12 - value / max(known) * 126 for value in known]
    )


def test_proofs_are_sorted_and_searched(page):
    shown = page("trend")
    assert (
        shown.locator("#proofs tbody tr").first.locator("td").first.text_content()
        == "2025-12-25 12:00"
    )
    shown.fill("#proofs-search", "broken")
    assert shown.locator("#proofs output").text_content() == "1 row"
    assert page("trend-one").locator("circle").count() == 4
    assert "No proofs." in page("trend-none").locator("main").inner_text()


def test_hostile_words_are_words(page):
    shown = page("hostile")
    text = shown.locator("main").inner_text() + walked(shown)
    for words in HOSTILE:
        if words.isprintable():
            assert words in text
    assert r"no utf-8: \xff\xfe" in text
    assert not {"\u202e", "\x1b", "\x07"} & set(text)
    assert not shown.locator(
        "main img, main script, main a:not([href^='#']), main iframe"
    ).count()
    assert HOSTILE[0] in page("trend-hostile").locator("#proofs").inner_text()


def walked(page):
    """What is said of each step and each box."""
    texts = []
    for part, selector in (("steps", ".step"), ("map", ".box")):
        for each in page.locator(selector).all():
            each.focus()
            texts += page.locator(f"#{part} .detail").all_inner_texts()
    return "\n".join(texts)


@pytest.mark.parametrize(
    "name", ["better", "broken", "mixed", "unbuilt", "trend", "hostile"]
)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_text_has_contrast(page, name, scheme):
    shown = page(name, color_scheme=scheme)
    least, where = shown.evaluate(CONTRAST)
    assert least >= 4.5, where


@pytest.mark.parametrize("name", ["better", "broken", "trend", "hostile", "large"])
@pytest.mark.parametrize("width", [360, 375])
def test_on_a_phone_nothing_is_wider_than_the_page(page, name, width):
    shown = page(name, width)
    assert shown.evaluate("document.documentElement.scrollWidth") == width
    selector = "main > *, section > *, article, article .value, .builds, .box, .effect"
    assert not wider_than(shown, width, selector)


def test_on_a_phone_no_row_of_the_diff_stands_on_another(page):
    shown = page("better", 360)
    rows = boxes(shown, "table.diff tbody tr")
    cells = boxes(shown, "table.diff td.line code, table.diff .effect:not(:empty)")
    assert len(rows) > 10
    for above, below in itertools.pairwise(rows):
        assert above[1] + above[3] <= below[1] + 1
    for at, cell in enumerate(cells):
        assert all(apart(cell, other) for other in cells[at + 1 :])


def test_bars_are_green_and_red_by_what_is_better_and_worse(page):
    def colours(name, kind):
        bars = page(name).locator(f"article.row.{kind} .median.after")
        found = bars.evaluate_all(
            "all => all.map((each) => getComputedStyle(each).backgroundColor)"
        )
        return {
            "green" if green > red else "red" for red, green, _ in map(channels, found)
        }

    assert colours("better", "better") == {"green"}
    assert colours("worse", "worse") == colours("mixed", "worse") == {"red"}
    paper = "each => getComputedStyle(each).backgroundColor"
    before = [
        page(name).locator(".median.before").first.evaluate(paper)
        for name in ("better", "worse")
    ]
    assert before[0] == before[1]


def test_what_matters_stands_first_and_equal_rows_are_folded(page):
    shown = page("mixed")
    cards = shown.locator(".leading div").all_inner_texts()
    assert [card.split("\n")[0] for card in cards] == ["content", "cold build"]
    assert shown.locator(".advice").inner_text().startswith("worth it: half the size")

    better = page("better")
    assert better.locator("details.same:not([open]) article.row.same").count() == 6
    assert better.locator("details.same article.row.better").count() == 0
    assert not row(better, "nothing changed").is_visible()
    assert page("same").locator("details.same[open]").count() == 1
    assert page("broken").locator("#worse li").count() == 2


def test_on_paper_there_are_no_controls_and_light_colours(page):
    shown = page("better", color_scheme="dark")
    shown.emulate_media(media="print")
    assert shown.locator("#map .controls").is_hidden()
    assert (
        shown.evaluate("getComputedStyle(document.body).backgroundColor")
        == "rgb(255, 255, 255)"
    )


def test_every_part_has_a_heading_that_the_contents_lead_to(page):
    shown = page("better")
    links = shown.locator("nav a").evaluate_all(
        "all => all.map((each) => each.getAttribute('href').slice(1))"
    )
    assert links == [
        "gate",  # one of the limits is exceeded
        "change",
        "shares",
        "figures",
        "answers",
        "steps",
        "map",
        "notes",
    ]
    for each in links:
        assert shown.locator(f"section#{each} h2").count() == 1


def test_script_and_python_write_seconds_alike(page):
    shown = page("trend")
    source = source_of(shown, "const LONGER", "SHOWN.seconds")
    numbers = [
        0,
        0.0001,
        0.0005,
        0.001,
        0.038,
        0.24,
        1.714,
        9.994,
        9.996,
        41.26,
        99.96,
        179,
        180,
        754.2,
        10_800,
        1e9,
        -41.26,
    ]
    written = f"(numbers) => {{ {source}; return numbers.map(seconds); }}"
    assert shown.evaluate(written, numbers) == [timing(each) for each in numbers]
