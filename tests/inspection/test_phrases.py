"""What everything that speaks of an image says in the same words."""

from __future__ import annotations

from datetime import date

from images import file, layer
from inspection.inspected import inspected

from lightship.image.distribution import Distribution
from lightship.inspection.phrases import support
from lightship.report.image.formats import ImageView, inspection_writer
from lightship.report.image.html.data import inspection_data
from lightship.tui.details import image_details
from lightship.tui.viewer_model import ViewerModel

DAY = date(2026, 6, 30)


def test_how_long_a_distribution_has_security_fixes():
    assert support(Distribution("a", "1", "", "A 1")) == ""
    assert (
        support(Distribution("a", "1", "", "A 1", DAY))
        == "security fixes until 2026-06-30"
    )
    assert (
        support(Distribution("a", "1", "", "A 1", DAY, ended=True))
        == "security fixes ended on 2026-06-30"
    )


def test_all_that_show_an_end_that_is_past_say_that_it_is():
    said = "Debian GNU/Linux 10, security fixes ended on 2024-06-30"
    found = inspected(
        layer(
            file(
                "etc/os-release",
                b'ID=debian\nVERSION_ID=10\nPRETTY_NAME="Debian GNU/Linux 10"\n',
            )
        )
    )
    for form in ("text", "markdown"):
        assert said in "".join(inspection_writer(form)(found, ImageView(width=200)))
    image = inspection_data(found)["images"][0]
    assert f"{image['distribution']}, {image['support']}" == said
    viewer = ViewerModel(found.contents, inspection=found)
    assert said in image_details(viewer, width=200).plain
