"""Pages in a real browser: they draw, are hovered and walked by keys, ask for nothing, and run nothing of others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from caches import HOSTILE, advised, all_hostile, change, replay
from report.browser import CONTRAST, SCHEMES, source_of, wider_than, written

from lightship.cache.advice.advised import Advised
from lightship.cache.replay.results import Replay, StepHistory
from lightship.report.cache.as_html import write_advice, write_change, write_replay
from lightship.report.kit.view import View
from lightship.wording.durations import duration

NAMES = ("replay", "advice", "explanation")
ROW = 26  # pixels, as in strips.js


def many_steps() -> Replay:
    """500 commits of 20 steps."""
    given = replay()
    steps = tuple(
        StepHistory(
            "stage-0", at, f"RUN make part{at}", 0, given.steps[1 + at % 2].fates, ()
        )
        for at in range(20)
    )
    return replace(
        given,
        steps=steps,
        commits=tuple(replace(each, missed=(), causes=()) for each in given.commits),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    pages = {
        "replay": write_replay(replay(), View()),
        "small": write_replay(replay(30), View()),
        "large": write_replay(many_steps(), View()),
        "empty": write_replay(Replay((), (), ()), View()),
        "advice": write_advice(advised(), View()),
        "none": write_advice(Advised(replay(30), (), tried=12), View()),
        "explanation": write_change(change(), View()),
    }
    writers = (write_replay, write_advice, write_change)
    one, two, three = all_hostile()
    pages |= {
        f"hostile-{name}": write(value, View())
        for name, write, value in zip(NAMES, writers, (two, three, one), strict=True)
    }
    return written(tmp_path_factory, pages)


def pixel(page, column, row, share=0.3):
    """The colour in a column, at a share of the row's height."""
    return page.evaluate(
        """([column, y, commits]) => {
          const drawn = document.querySelector("canvas"), scale = devicePixelRatio;
          const width = parseFloat(drawn.style.width) / commits, copy = document.createElement("canvas");
          const brush = copy.getContext("2d", { willReadFrequently: true });
          copy.width = copy.height = 1;
          brush.drawImage(drawn, -Math.floor((column + 0.3) * width * scale), -Math.floor(y * scale));
          return [...brush.getImageData(0, 0, 1, 1).data];
        }""",
        [column, (row + share) * ROW, commits(page)],
    )


def commits(page, at=0):
    return int(
        page.locator(".controls output")
        .nth(at)
        .text_content()
        .split()[0]
        .replace(",", "")
    )


def colour(page, name):
    """A variable of the style as four channels."""
    value = page.evaluate(
        f"getComputedStyle(document.documentElement).getPropertyValue('{name}').trim()"
    )
    return [*(int(value[at : at + 2], 16) for at in (1, 3, 5)), 255]


def detail(page):
    return page.locator(".detail").first.inner_text()


def test_each_fate_is_drawn_in_its_colour_and_form(page):
    shown, given = page("replay"), replay()
    for row, step in enumerate(given.steps):
        for column in (0, 5, 13, 20, 100, 499):
            fate = step.fates[column]
            high, low = pixel(shown, column, row), pixel(shown, column, row, 0.85)
            assert (high == colour(shown, "--miss")) == (fate == "#")
            assert (high == colour(shown, "--failed")) == (fate == "!")
            assert (low == colour(shown, "--hit")) == (fate == ".")


def test_the_mouse_shows_a_commit_and_a_click_keeps_it(page):
    shown = page("small")
    box = shown.locator("canvas").bounding_box()
    width = box["width"] / 30
    shown.mouse.move(box["x"] + 8.5 * width, box["y"] + 1.5 * ROW)
    tip = shown.locator(".tip").inner_text()
    assert "Change no. 9" in tip
    assert "2025-01-05" in tip
    assert "line 3 COPY . /app: rebuilt: app/main.py changed" in tip
    assert "2 steps rebuilt, 39 s" in tip
    assert "Change no. 30" in detail(shown)
    shown.mouse.click(box["x"] + 8.5 * width, box["y"] + 1.5 * ROW)
    assert "Change no. 9" in detail(shown)
    shown.mouse.move(5, 5)
    assert shown.locator(".tip").is_hidden()
    assert (
        "line 4 RUN pip install --no-cache-dir -r requirements.txt: the step before it"
        in detail(shown)
    )


def test_the_timeline_is_walked_with_the_keyboard(page):
    shown = page("small")
    shown.focus(".board")
    keys = {
        "ArrowRight": 30,
        "ArrowLeft": 29,
        "PageUp": 19,
        "Home": 1,
        "PageDown": 11,
        "End": 30,
    }
    for key, number in keys.items():
        shown.keyboard.press(key)
        assert f"Change no. {number}\n" in detail(shown), key
    assert "WORKDIR /app: cached" in detail(shown)
    for key in ("ArrowDown", "Home", "ArrowLeft", "x"):
        shown.keyboard.press(key)
    assert "Change no. 1\n" in detail(shown)
    assert "COPY . /app: rebuilt" in detail(shown)
    assert shown.locator(".detail").get_attribute("role") == "status"


def test_what_the_keyboard_reaches_is_in_view(page):
    shown = page("replay", 700)
    left = "document.querySelector('.strips').scrollLeft"
    assert shown.evaluate(left) > 0  # the latest at first
    shown.focus(".board")
    shown.keyboard.press("Home")
    assert shown.evaluate(left) == 0
    shown.keyboard.press("End")
    assert shown.evaluate(left) > 0


def test_commits_are_filtered_by_step_and_by_kind(page):
    shown, given = page("replay"), replay()
    assert commits(shown) == 500
    shown.select_option("#timeline-step", "1")
    assert commits(shown) == given.steps[1].rebuilt
    assert shown.locator(".label[aria-pressed=true]").inner_text().split()[1] == "COPY"
    shown.check("input[value=needless]")
    assert commits(shown) == sum(
        each.needless and 1 in each.missed for each in given.commits
    )
    shown.locator(".label").nth(1).click()  # once more lets it go
    assert commits(shown) == sum(each.needless for each in given.commits)
    shown.check("input[value=failed]")
    assert commits(shown) == 1
    shown.focus(".board")
    shown.keyboard.press("Home")
    assert "The build fails: line 4: no such file: setup.cfg" in detail(shown)
    shown.locator(".label").first.click()  # a step that no commit rebuilt
    assert commits(shown) == 0
    shown.focus(".board")
    shown.keyboard.press("ArrowLeft")
    assert detail(shown) == "No commit matches."


def test_the_name_of_a_step_is_a_button_that_keys_press(page):
    shown = page("small")
    shown.locator(".label").nth(2).press("Enter")
    assert commits(shown) == replay(30).steps[2].rebuilt
    assert shown.locator("#timeline-step").input_value() == "2"


def test_bars_have_the_share_that_was_rebuilt(page):
    shown = page("replay")
    widths = shown.locator("#steps .bar b").evaluate_all(
        "bars => bars.map((each) => each.style.width)"
    )
    assert [round(float(each.rstrip("%")), 1) for each in widths] == [0.0, 87.4, 87.4]
    assert (
        shown.locator("#steps .facts").nth(2).text_content()
        == "rebuilt by 437 of 500 (87.4 %) · 38 s each"
    )


def test_files_and_commits_are_sorted_and_searched(page):
    shown = page("replay")
    assert shown.locator("#files tbody td:first-child").all_text_contents() == [
        "app/main.py",
        "README.md",
    ]
    shown.locator("#files th button", has_text="File").click()
    assert shown.locator("#files tbody td:first-child").all_text_contents() == [
        "app/main.py",
        "README.md",
    ]
    shown.fill("#commits-search", "failed")
    assert shown.locator("#commits output").text_content() == "1 row"
    assert (
        shown.locator("#commits tbody td:nth-child(3)").text_content()
        == "Change no. 21"
    )


@pytest.mark.parametrize("kind", NAMES)
def test_hostile_words_are_words(page, kind):
    shown = page(f"hostile-{kind}")
    shown.evaluate(
        "for (const each of document.querySelectorAll('details')) each.open = true;"
    )
    text = shown.locator("main").inner_text()
    if kind != "explanation":
        text += walked(shown)
    for words in HOSTILE:
        if words.isprintable() and "`" not in words:
            assert words in text
    assert r"no utf-8: \xff\xfe" in text
    assert not {"\u202e", "\x1b", "\x07"} & set(text)
    assert not shown.locator(
        "main img, main script, main a:not([href^='#']), main i, main iframe"
    ).count()


def walked(page):
    """What the timeline says of each commit, to the mouse and to the keyboard."""
    texts = []
    box = page.locator("canvas").first.bounding_box()
    page.locator(".board").first.focus()
    page.keyboard.press("Home")
    for at in range(len(HOSTILE)):
        page.mouse.move(
            box["x"] + (at + 0.5) * box["width"] / len(HOSTILE),
            box["y"] + (at + 0.5) * ROW,
        )
        texts += [page.locator(".tip").first.inner_text(), detail(page)]
        page.keyboard.press("ArrowRight")
    return "\n".join(texts)


@pytest.mark.parametrize("name", [*NAMES, "none", "empty"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_text_has_contrast(page, name, scheme):
    shown = page(name, color_scheme=scheme)
    for each in shown.locator("details").all():
        each.evaluate("element => { element.open = true; }")
    for each in shown.locator(".label").all()[:1]:
        each.click()
    for each in shown.locator(".board").all()[:1]:
        each.focus()
    least, where = shown.evaluate(CONTRAST)
    assert least >= 4.5, where


def test_what_is_rebuilt_stands_out_from_what_is_cached(page):
    for scheme in SCHEMES:
        shown = page("small", color_scheme=scheme)
        background = (
            shown.evaluate("getComputedStyle(document.body).backgroundColor")
            .strip("rgb()")
            .split(",")
        )
        paper = light([int(each) for each in background])
        for name in ("--miss", "--failed"):
            assert contrast(light(colour(shown, name)[:3]), paper) >= 3, (scheme, name)


def light(channels):
    """Relative luminance (WCAG 2.2)."""
    parts = [each / 255 for each in channels]
    parts = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4
        for each in parts
    ]
    return sum(
        each * share
        for each, share in zip(parts, (0.2126, 0.7152, 0.0722), strict=True)
    )


def contrast(one, other):
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def test_the_scheme_is_followed_when_it_changes(page):
    shown = page("small", color_scheme="light")
    before = pixel(shown, 0, 1)
    shown.emulate_media(color_scheme="dark")
    shown.wait_for_timeout(100)
    assert pixel(shown, 0, 1) == colour(shown, "--miss") != before


@pytest.mark.parametrize("name", NAMES)
def test_on_a_phone_nothing_is_wider_than_the_page(page, name):
    shown = page(name, 375)
    assert shown.evaluate("document.documentElement.scrollWidth") == 375
    selector = "main > *, section > *, article, .timeline"
    assert not wider_than(shown, 375, selector)


def test_on_paper_there_are_no_controls_and_light_colours(page):
    shown = page("replay", color_scheme="dark")
    shown.emulate_media(media="print")
    assert shown.locator(".controls").is_hidden()
    assert (
        shown.evaluate("getComputedStyle(document.body).backgroundColor")
        == "rgb(255, 255, 255)"
    )


def test_many_cells_are_drawn_and_walked(page):
    shown = page("large")
    shown.focus(".board")
    for key in ("Home", *["ArrowDown"] * 25, *["ArrowRight"] * 12):
        shown.keyboard.press(key)
    assert "RUN make part19" in detail(shown)
    assert "Change no. 13\n" in detail(shown)
    assert shown.locator("canvas").bounding_box()["height"] == 20 * ROW


def test_advice_stands_before_the_two_histories(page):
    shown = page("advice")
    assert shown.locator("article").count() == 2
    assert (
        "87 % of 500 commits would reinstall dependencies"
        in shown.locator("article").first.inner_text()
    )
    assert (
        shown.locator("pre.diff .added").first.text_content()
        == "+COPY requirements.txt /app/\n"
    )
    assert shown.locator("#before canvas, #after canvas").count() == 2
    assert shown.locator("#after .label .share").all_text_contents() == [
        "0.0 %",
        "9.2 %",
        "87.4 %",
    ]
    shown.locator("#after input[value=failed]").check()
    assert (commits(shown, 0), commits(shown, 1)) == (500, 1)


def test_without_advice_it_says_what_was_tried(page):
    assert (
        "12 changes were replayed over 30 commits: none would have saved"
        in page("none").locator("main").inner_text()
    )


def test_an_explanation_marks_each_step_in_words(page):
    shown = page("explanation")
    tags = shown.locator("#steps .tag").all_text_contents()
    assert tags == [
        "cached",
        "cached",
        "rebuilt",
        "rebuilt",
        "cached",
        "rebuilt",
        "cached",
        "cached",
    ]
    assert (
        shown.locator(".verdict").text_content()
        == "3 of 8 steps are rebuilt, 41 s of 73 s"
    )


def test_script_and_python_write_durations_alike(page):
    shown = page("small")
    source = source_of(shown, "const UNITS_OF_TIME", "SHOWN.seconds")
    numbers = [
        0,
        0.01,
        0.4,
        9.94,
        9.95,
        41,
        98.9,
        99,
        120,
        5939,
        5941,
        16_900,
        90_000,
        864_000,
        1e12,
        -41,
    ]
    written = f"(numbers) => {{ {source}; return numbers.map(duration); }}"
    assert shown.evaluate(written, numbers) == [duration(each) for each in numbers]
