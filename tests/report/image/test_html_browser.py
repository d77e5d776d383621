"""Pages of images in a real browser: they draw, sort, search, and run nothing that an image says."""

from __future__ import annotations

import pytest
from report.browser import (
    CONTRAST,
    SCHEMES,
    box,
    channels,
    column,
    item,
    items,
    source_of,
    until,
    wider_than,
    written,
)
from report.image.page_examples import (
    HOSTILE,
    compared,
    flaw_change,
    flaws,
    inspected,
    put_right,
)

from lightship.inspection.compare_images import compare
from lightship.report.image.as_html import write_comparison, write_inspection
from lightship.report.image.formats import ImageView
from lightship.report.image.html.data import inspection_data
from lightship.wording.shares import percent
from lightship.wording.sizes import size, size_change

VIEWS = ("directory", "package", "layer")
SHAPES = ("treemap", "sunburst")
COLOURS = ("waste", "branch")
NAMES = ("inspection", "comparison")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    pages = {
        "inspection": write_inspection(inspected(*HOSTILE), ImageView(flaws=flaws())),
        "comparison": write_comparison(
            compared(), ImageView(flaw_change=flaw_change())
        ),
        "grown": write_comparison(compare(put_right(), inspected())),
    }
    return written(tmp_path_factory, pages)


def legend(page, name):
    """The colour of a key of the map."""
    key = page.locator(f".key.{name}")
    return channels(
        key.evaluate("key => getComputedStyle(key, '::before').backgroundColor")
    )


def crumbs(page, at=0):
    return page.locator(".crumbs").nth(at).locator("button").all_text_contents()


def test_every_view_is_drawn_as_every_shape_in_every_colour(page):
    shown = page("inspection")
    tops = {"directory": "/", "package": "all packages", "layer": "all layers"}
    for view in VIEWS:
        shown.check(f"input[value={view}]")
        assert crumbs(shown) == [tops[view]]
        for shape in SHAPES:
            shown.check(f"input[value={shape}]")
            for colour in COLOURS:
                shown.check(f"input[value={colour}]")
                drawn = items(shown)
                assert len(drawn) > 5
                assert len({each["colour"] for each in drawn}) > 1
                name = shown.locator(".boxes").get_attribute("aria-label")
                assert name == f"{shape.capitalize()} of app:latest by {view}"


def test_boxes_are_as_large_as_their_bytes(page):
    shown = page("inspection")
    usr, srv = item(shown, "/usr, 403 kB"), item(shown, "/srv, 132 kB")

    def area(found):
        return found["place"][2] * found["place"][3]

    assert area(usr) / area(srv) == pytest.approx(403 / 132, rel=0.01)
    for each in items(shown):
        if each["label"].startswith("/usr"):
            assert within(each["place"], usr["place"])


def within(place, outer):
    x, y, width, height = place
    left, top, wide, high = outer
    return (
        x >= left - 1
        and y >= top - 1
        and x + width <= left + wide + 1
        and y + height <= top + high + 1
    )


def test_waste_has_its_colour_and_its_bytes_until_it_is_turned_off(page):
    shown = page("inspection")
    wasted = item(shown, "/srv/.git/objects/pack,")
    assert channels(wasted["colour"]) == legend(shown, "waste")
    assert "61.0 kB wasted" in wasted["label"]
    assert shown.locator(".map .detail").inner_text().startswith("/\n\n657 kB")
    shown.check("input[value=branch]")
    assert not [each for each in items(shown) if ".git" in each["label"]]
    assert shown.locator(".map .detail").inner_text().startswith("/\n\n575 kB")
    assert not shown.locator(".key").count()


def test_a_choice_is_made_with_the_keyboard(page):
    shown = page("inspection")
    shown.focus("input[value=treemap]")
    shown.keyboard.press("ArrowRight")
    assert shown.locator("svg.rings path").count() > 5


@pytest.mark.parametrize("shape", SHAPES)
def test_a_click_looks_into_a_box_and_the_path_leads_back(page, shape):
    shown = page("inspection")
    shown.check(f"input[value={shape}]")
    label = shown.locator("svg text", has_text="srv")
    label = label if shape == "sunburst" else box(shown, "/srv,").locator("span")
    label.scroll_into_view_if_needed()
    place = label.bounding_box()
    shown.mouse.click(place["x"] + 4, place["y"] + place["height"] / 2)
    assert crumbs(shown) == ["/", "srv"]
    assert all(each["label"].startswith("/srv") for each in items(shown))
    assert (
        "/srv/app, 58.8 kB, 9.0 % of the image, 44.6 % of srv"
        in (item(shown, "/srv/app,")["label"])
    )
    shown.locator(".crumbs button").first.click()
    assert crumbs(shown) == ["/"]
    assert shown.evaluate("document.activeElement.textContent") == "/"


def test_a_click_on_a_file_looks_into_its_directory_and_tells_of_the_file(page):
    shown = page("inspection")
    box(shown, "/srv/.git/objects/pack/pack-1.pack").click()
    assert crumbs(shown) == ["/", "srv", ".git/objects/pack"]
    assert "pack-1.pack" in shown.locator(".map .detail").inner_text()


def test_the_middle_of_the_rings_leads_out(page):
    shown = page("inspection")
    shown.check("input[value=sunburst]")
    box(shown, "/usr,").press("Enter")
    assert crumbs(shown) == ["/", "usr"]
    rings = shown.locator("svg.rings")
    rings.scroll_into_view_if_needed()
    middle = rings.bounding_box()
    shown.mouse.click(
        middle["x"] + middle["width"] / 2, middle["y"] + middle["height"] / 2
    )
    assert crumbs(shown) == ["/"]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_map_is_walked_with_the_keyboard(page, shape):
    shown = page("inspection")
    shown.check(f"input[value={shape}]")
    assert shown.locator("[data-at][tabindex='0']").count() == 1
    box(shown, "/usr,").focus()
    told = shown.locator(".map .detail")
    steps = {
        "ArrowRight": "/srv",
        "ArrowDown": "/srv/.git/objects/pack",
        "ArrowUp": "/srv",
        "ArrowLeft": "/usr",
    }
    for key, path in (*steps.items(), *list(steps.items())[:2]):
        shown.keyboard.press(key)
        assert told.inner_text().startswith(path + "\n"), key
    shown.keyboard.press("ArrowRight")
    assert told.inner_text().startswith("/srv/app\n")
    shown.keyboard.press("Enter")
    assert crumbs(shown) == ["/", "srv", "app"]
    assert shown.evaluate("document.activeElement.dataset.at")
    shown.keyboard.press("Escape")
    assert crumbs(shown) == ["/", "srv"]
    assert told.inner_text().startswith("/srv/app\n")
    shown.keyboard.press("Home")
    assert shown.locator("[data-at][tabindex='0']").count() == 1
    assert told.get_attribute("role") == "status"


def test_the_mouse_shows_size_and_share(page):
    shown = page("inspection")
    box(shown, "/srv/app,").locator("span").hover()
    tip = shown.locator("#map .tip")
    assert tip.inner_text().startswith("/srv/app\n\n58.8 kB · 9.0 % of the image")
    assert "20.4 kB wasted" in tip.inner_text()
    shown.mouse.move(5, 5)
    assert tip.is_hidden()


def origin(page):
    """What is said below the map of whose a box is, and what brought it."""
    words = page.locator(".map .detail .origin > div").all_inner_texts()
    return dict(each.split("\n", 1) for each in words)


@pytest.mark.parametrize("width", [1200, 375])
def test_one_view_says_what_whose_and_which_line(page, width):
    shown = page("inspection", width=width)
    assert origin(shown) == {
        "Package": "no package 276 kB, numpy 141 kB, gcc-14 137 kB, 3 more",
        "Line": "Dockerfile:6 219 kB, Dockerfile:3 202 kB, Dockerfile:5 111 kB, 2 more",
    }
    box(shown, "/usr/lib/gcc").focus()
    told = shown.locator(".map .detail").inner_text()
    assert told.startswith("/usr/lib/gcc")
    assert "96.0 kB" in told
    assert origin(shown) == {
        "Package": "gcc-14",
        "Line": "Dockerfile:3 RUN apt-get update && apt-get install -y build-essential",
    }


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_map_says_whose_and_which_line(page, view, shape):
    shown = page("inspection")
    shown.check(f"input[value={view}]")
    shown.check(f"input[value={shape}]")
    for at in range(3):
        shown.locator("[data-at]").nth(at).focus()
        assert list(origin(shown)) == ["Package", "Line"]
        assert all(origin(shown).values())


def test_a_row_of_a_table_says_what_whose_and_which_line(page):
    shown = page("inspection")
    shown.fill("#files-search", "cc1")
    assert [column(shown, "files", at) for at in range(1, 6)] == [
        ["/usr/lib/gcc/cc1"],
        ["96.0 kB"],
        ["gcc-14"],
        ["Dockerfile:3 RUN apt-get update && apt-get install -y build-essential"],
        ["2"],
    ]
    shown.fill("#waste-search", "pack-1")
    assert column(shown, "waste", 4) == ["Dockerfile:5 COPY . ."]
    assert column(shown, "waste", 6) == ["removed by layer 5, Dockerfile:7?"]
    shown.fill("#packages-search", "numpy")
    line = column(shown, "packages", 6)
    assert line == ["Dockerfile:6 RUN pip install -r requirements.txt"]


def test_a_map_is_laid_out_again_when_the_window_changes(page):
    shown = page("inspection")
    shown.set_viewport_size({"width": 700, "height": 900})
    until(shown, "document.querySelector('.boxes').clientWidth < 700")
    shown.wait_for_timeout(50)
    right = max(each["place"][0] + each["place"][2] for each in items(shown))
    assert right <= 700
    usr, srv = item(shown, "/usr,")["place"], item(shown, "/srv,")["place"]
    ratio = usr[2] * usr[3] / (srv[2] * srv[3])
    assert ratio == pytest.approx(403 / 132, rel=0.02)


def test_a_table_is_searched_by_words(page):
    shown = page("inspection")
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
    shown = page("inspection")
    sizes = [38000, 60000, 137000, 141000, 8000]
    by_name = shown.locator("#packages th button", has_text="Name")
    by_name.click()
    names = ["Flask", "gcc-14", "libc6", "numpy", "perl-base"]
    assert column(shown, "packages", 2) == names
    by_name.press("Enter")
    assert column(shown, "packages", 2)[0] == "perl-base"
    assert shown.locator("#packages th[aria-sort=descending]").text_content() == "Name"
    shown.locator("#packages th button", has_text="Size").click()
    falling = sorted(sizes, reverse=True)
    assert column(shown, "packages", 4) == [size(each) for each in falling]


def test_known_vulnerabilities_are_listed_and_sorted_by_how_severe_they_are(page):
    shown = page("inspection")
    section = shown.locator("#flaws")
    assert "3 in 3 packages of 5: 1 critical, 1 high, 1 medium." in section.inner_text()
    assert "upgrade numpy 1.0 to 2.0 (Dockerfile:6): 1 gone" in section.inner_text()
    assert column(shown, "flaws", 1) == ["critical", "high", "medium"]
    rating = shown.locator("#flaws th button", has_text="Rating")
    rating.click()
    rating.click()
    assert column(shown, "flaws", 1) == ["medium", "high", "critical"]
    assert "<img src=x>" in column(shown, "flaws", 4)
    shown.fill("#flaws-search", "critical")
    assert column(shown, "flaws", 3) == ["CVE-2026-3"]


def test_vulnerabilities_that_a_change_brings_and_removes_are_told_apart(page):
    shown = page("comparison")
    assert column(shown, "flaws", 1) == ["added", "removed", "removed"]
    assert "1 new (1 critical), 2 gone" in shown.locator("#flaws").inner_text()
    assert not shown.locator("#flaws img").count()


def test_more_rows_are_shown_when_they_are_asked_for(page):
    shown = page("inspection")
    assert len(column(shown, "files", 1)) == 50
    shown.locator("#files > button").click()
    rows = inspection_data(inspected(*HOSTILE))["files"]["rows"]
    assert len(column(shown, "files", 1)) == len(rows)
    assert shown.locator("#files > button").is_hidden()


def test_hostile_names_are_shown_as_they_are(page):
    shown = page("inspection")
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
    assert not shown.locator("main img, main script, tbody a, tbody b").count()


@pytest.mark.parametrize("shape", SHAPES)
def test_labels_of_the_map_are_no_markup(page, shape):
    shown = page("inspection")
    shown.check(f"input[value={shape}]")
    box(shown, "/srv,").press("Enter")
    labels = [each["label"] for each in items(shown)]
    for name in ("&lt;i&gt;", "%{label}$x$", "<b>bold<", r"\u202egnp.exe"):
        assert [each for each in labels if each.startswith(f"/srv/{name},")]
    texts = shown.locator(".boxes").inner_text()
    assert "&lt;i&gt;" in texts or shape == "sunburst"
    assert not shown.locator(".map a, .map img, .map b, .map i").count()


def test_savings_of_the_base_image_are_apart_and_all_are_summed(page):
    advice = page("inspection").locator("#findings")
    total = "All together: saves 170 kB; another base image would save 9.00 kB more."
    assert advice.locator("p.note").inner_text() == total
    documentation = advice.locator("article", has_text="manual pages")
    assert "9.00 kB in the base image" in documentation.inner_text()
    assert "saves" not in documentation.locator("h3").inner_text()


def test_what_belongs_to_no_package_is_a_table_of_folders(page):
    shown = page("inspection")
    rows = shown.locator("#folders tbody tr")
    assert rows.count() > 0
    first = rows.first.locator("td").all_text_contents()
    heads = shown.locator("#folders thead th").all_text_contents()
    cells = dict(zip(heads, first, strict=True))
    assert cells["Folder"].startswith("/")
    assert cells["Layer"].isdigit()
    assert cells["Line"].startswith("Dockerfile:")


def test_what_stands_between_backticks_is_code(page):
    shown = page("inspection")
    assert "`" not in shown.locator("#findings").inner_text()
    assert ".dockerignore" in shown.locator("#findings p code").all_text_contents()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_text_has_contrast(page, name, scheme):
    shown = page(name, color_scheme=scheme)
    for each in shown.locator("details").all():
        each.evaluate("element => { element.open = true; }")
    for shape in SHAPES:
        shown.check(f"input[value={shape}]")
        for colour in shown.locator("input[name=colour]").all():
            colour.check()
            least, where = shown.evaluate(CONTRAST)
            assert least >= 4.5, where


def test_the_scheme_is_followed_when_it_changes(page):
    shown = page("inspection", color_scheme="light")
    background = "getComputedStyle(document.body).backgroundColor"
    light = shown.evaluate(background), item(shown, "/usr,")["colour"]
    shown.emulate_media(color_scheme="dark")
    dark = shown.evaluate(background), item(shown, "/usr,")["colour"]
    assert light[0] != dark[0]
    assert light[1] != dark[1]


@pytest.mark.parametrize("name", NAMES)
def test_on_a_phone_nothing_is_wider_than_the_page(page, name):
    shown = page(name, width=375)
    assert shown.evaluate("document.documentElement.scrollWidth") == 375
    assert not wider_than(shown, 375, "main > *, section > *, article, .map, .box")
    shown.check("input[value=sunburst]")
    assert shown.evaluate("document.documentElement.scrollWidth") == 375


@pytest.mark.parametrize("name", NAMES)
def test_on_a_phone_a_row_shows_all_its_cells(page, name):
    shown = page(name, width=375)
    assert not wider_than(shown, 375, ".rows th, .rows td")
    cells = shown.locator("#files tbody tr").first.locator("td:not(:empty)").all()
    assert len(cells) >= 4
    assert all(cell.bounding_box()["width"] > 0 for cell in cells)


def test_on_paper_there_are_no_controls_and_light_colours(page):
    shown = page("inspection", color_scheme="dark")
    shown.emulate_media(media="print")
    assert shown.locator(".controls").is_hidden()
    background = shown.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(255, 255, 255)"
    text = shown.locator(".box").first.evaluate("box => getComputedStyle(box).color")
    assert channels(text) == [0x1B, 0x1F, 0x24]


def test_two_images_stand_side_by_side_and_look_into_the_same_directory(page):
    shown = page("comparison")
    assert shown.locator(".boxes").count() == 2
    assert shown.locator(".verdict").text_content().startswith("Not the same: ")
    assert item(shown, "/root/.cache/pip,", 0)
    assert not [each for each in items(shown, 1) if ".cache" in each["label"]]
    assert channels(item(shown, "/root/.cache/pip,")["colour"]) == legend(
        shown, "before"
    )
    box(shown, "/usr,").locator("span").click()
    assert [crumbs(shown, at) for at in (0, 1)] == [["/", "usr"]] * 2
    shown.check("input[value=sunburst]")
    assert shown.locator("svg.rings").count() == 2
    assert [crumbs(shown, at) for at in (0, 1)] == [["/", "usr"]] * 2
    shown.fill("#files-search", "changed main.py")
    assert column(shown, "files", 6) == ["+100 B"]


def test_script_and_python_write_numbers_alike(page):
    shown = page("inspection")
    source = source_of(shown, "const UNITS", "function number")
    numbers = [0, 1, 999, 1000, 9994, 9995, 99_949, 99_950, 999_499, 999_500]
    numbers += [123_456_789, 5 * 10**9, -1234]
    script = f"(numbers) => {{ {source}; return numbers.map((each) => [size(each), signed(each)]); }}"
    expected = [[size(each), size_change(each)] for each in numbers]
    assert shown.evaluate(script, numbers) == expected
    shares = [0, 0.0001, 0.5, 0.1234, 0.99999, 1]
    script = f"(shares) => {{ {source}; return shares.map(percent); }}"
    assert shown.evaluate(script, shares) == [percent(each) for each in shares]


def is_coloured(page, locator, colour):
    """Whether the text has a colour of the page, by the name of its variable."""
    found = locator.evaluate("cell => getComputedStyle(cell).color")
    return channels(found) == legend_of(page, f"--{colour}")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_colours_of_two_images_say_better_and_worse(page, scheme):
    shown = page("comparison", color_scheme=scheme)
    for name, colour in (("Size", "good"), ("Efficiency", "good"), ("Files", "text")):
        row = shown.locator(
            "table.compared tr", has=shown.get_by_text(name, exact=True)
        )
        assert is_coloured(shown, row.locator("td").last, colour), name
    judged = [legend_of(shown, f"--{name}") for name in ("better", "worse")]
    for side in ("before", "after"):
        assert legend(shown, side) not in judged
    shown.fill("#files-search", "removed")
    tag = shown.locator("#files .tag.removed").first
    paper = tag.evaluate("tag => getComputedStyle(tag).backgroundColor")
    assert channels(paper) == legend(shown, "before")


def test_a_larger_image_is_worse(page):
    shown = page("grown")
    row = shown.locator("table.compared tr", has=shown.get_by_text("Size", exact=True))
    assert is_coloured(shown, row.locator("td").last, "bad")


def legend_of(page, variable):
    """A colour of the page, as three numbers."""
    found = page.evaluate(
        "name => getComputedStyle(document.documentElement).getPropertyValue(name)",
        variable,
    )
    return [int(found.strip()[at : at + 2], 16) for at in (1, 3, 5)]
