"""The page of a history in CI, in a real browser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from caches import HOSTILE
from ci_replays import hostile_replay_in_ci, replay_in_ci
from report.browser import CONTRAST, SCHEMES, wider_than, written
from report.pages import block_of

from lightship.cache.remote.ci_results import SettingResult
from lightship.report.cache.ci_html import write
from lightship.report.kit.view import View


def without_times():
    given = replay_in_ci()

    def bare(result):
        kinds = tuple(replace(kind, seconds=None) for kind in result.kinds)
        return replace(result, kinds=kinds)

    return replace(
        given,
        written=bare(given.written),
        others=tuple(map(bare, given.others)),
        times=None,
        seconds_per_build=None,
        steps=tuple(replace(step, seconds=None) for step in given.steps),
    )


def without_runs():
    empty = SettingResult("as written", (), 0, (), 0)
    return replace(replay_in_ci(), written=empty, others=(empty,), best=None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    replays = {
        "plain": replay_in_ci(),
        "steps": without_times(),
        "empty": without_runs(),
        **{
            f"hostile-{at}": hostile_replay_in_ci(text)
            for at, text in enumerate(HOSTILE)
        },
    }
    pages = {name: write(replay, View()) for name, replay in replays.items()}
    return written(tmp_path_factory, pages)


def bars(page, selector):
    """The lengths of bars, in percent."""
    widths = page.locator(selector).evaluate_all(
        "bars => bars.map((each) => each.style.width)"
    )
    return [round(float(each.rstrip("%"))) for each in widths]


def test_the_advice_comes_first_with_the_lines_for_the_workflow(page):
    head = page("plain").locator("header").inner_text()
    assert "Advice: gha, mode=max: 45 s less a run" in head
    assert "cache-to\ntype=gha,mode=max" in head
    assert "60 s" in head
    assert "Saved a week" in head
    assert head.index("Advice") < head.index("Time a run")


def test_settings_are_bars_of_the_time_of_a_run(page):
    shown = page("plain")
    assert bars(shown, "#settings .bar b") == [100, 25]
    best = shown.locator("#settings li").nth(1)
    assert best.locator(".tag.passed").inner_text() == "best"
    assert (
        "15 s a run · 0.5 of 2 steps rebuilt a run · 75.0 % hits" in best.inner_text()
    )
    assert bars(page("steps"), "#settings .bar b") == [100, 25]


def test_events_have_a_row_each(page):
    rows = page("plain").locator("#events tbody tr").all_inner_texts()
    assert [row.split("\t") for row in rows] == [
        ["push to default branch", "40", "2.0", "100.0 %", "60 s"],
        ["pull request, first run", "10", "2.0", "100.0 %", "60 s"],
    ]


def test_steps_are_shown_under_the_setting_that_is_chosen(page):
    shown = page("plain")
    first = shown.locator("#steps li").first
    assert bars(shown, "#steps li:first-child .bar i") == [0, 0]
    assert "no cache is read" in first.inner_text()
    shown.select_option("#setting", "1")
    assert bars(shown, "#steps li:first-child .bar i") == [75, 80]
    assert bars(shown, "#steps li:first-child .bar b") == [25, 20]
    assert "75.0 % cached" in first.inner_text()
    assert "files that it copies have changed" in first.inner_text()


def test_a_setting_leads_to_its_steps(page):
    shown = page("plain")
    shown.locator("#settings a").nth(1).press("Enter")
    assert shown.locator("#setting").input_value() == "1"
    assert bars(shown, "#steps li:first-child .bar i") == [75, 80]
    assert shown.url.endswith("#steps")


def test_without_runs_it_says_so(page):
    shown = page("empty")
    assert (
        "no run of this history builds the image"
        in shown.locator("header").inner_text()
    )
    assert shown.locator("#settings, #events").count() == 0


@pytest.mark.parametrize("at", range(len(HOSTILE)))
def test_hostile_words_are_words(page, at):
    shown = page(f"hostile-{at}")
    shown.evaluate(
        "for (const each of document.querySelectorAll('details')) each.open = true;"
    )
    text = shown.locator("main").inner_text()
    words = HOSTILE[at]
    if words.isprintable() and "`" not in words:
        assert text.count(words) >= 4
    assert not {"\u202e", "\x1b", "\x07"} & set(text)
    inside = "main img, main script, main a:not([href^='#']), main iframe"
    assert shown.locator(inside).count() == 0


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_ends_the_block_of_data(text):
    whole = "".join(write(hostile_replay_in_ci(text), View()))
    assert whole.count("<script") == whole.count("</script>") == 2
    assert not set("<>&") & set(block_of(whole))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["plain", "empty"])
def test_all_text_has_contrast(page, name, scheme):
    shown = page(name, color_scheme=scheme)
    shown.evaluate(
        "for (const each of document.querySelectorAll('details')) each.open = true;"
    )
    least, where = shown.evaluate(CONTRAST)
    assert least >= 4.5, where


@pytest.mark.parametrize("name", ["plain", "hostile-1"])
def test_on_a_phone_nothing_is_wider_than_the_page(page, name):
    shown = page(name, 375)
    assert shown.evaluate("document.documentElement.scrollWidth") == 375
    assert not wider_than(shown, 375, "main > *, section > *, li > *")
