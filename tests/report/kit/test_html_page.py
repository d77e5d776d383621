"""The frame of every page: what it weighs, and that data comes out of it as it went in."""

from __future__ import annotations

from array import array
from functools import cache

import pytest
from amounts import share_of
from caches import advised, change, replay
from contexts import report_of
from hypothesis import given, settings
from hypothesis import strategies as st
from images import contents, file, layer, row
from proofs import history, proof
from report.pages import block_of, unpacked

from lightship.image.owners import InstalledPackage, Owners
from lightship.inspection.compare_images import compare
from lightship.inspection.context.proposal import propose
from lightship.inspection.inspection import Blame, Inspection
from lightship.report.cache.as_html import write_advice, write_change, write_replay
from lightship.report.context.as_html import write as write_context
from lightship.report.context.formats import ShownContext
from lightship.report.image.as_html import write_comparison, write_inspection
from lightship.report.kit.html.page import packed
from lightship.report.kit.view import View
from lightship.report.proof.as_html import write as write_proof
from lightship.report.proof.as_html import write_trend

MOST = 600_000  # bytes of a page
FRAME = 80_000  # bytes of it without the data
WORDS = (
    "core utils data test models views admin locale static build include lib".split()
)


def paths(many, top):
    """Paths of different lengths, as an installed Python has them."""
    for at in range(many):
        first, second = WORDS[at % 12], WORDS[at // 12 % 12]
        yield f"{top}/{first}/{second}{at % 97}/{WORDS[at % 11]}_{at:x}.py"


@cache
def normal_image(changed=0):
    """14,000 files in two layers, a fifth of them written once more by a third, with 400 packages."""
    base = [file(path, 500 + at) for at, path in enumerate(paths(8000, "usr/lib"))]
    app = list(paths(6000, "srv/app/site-packages"))
    installed = [file(path, 700 + at + changed) for at, path in enumerate(app)]
    owned = [
        file(path, 700 + at + changed, uid=1000) for at, path in enumerate(app[:3000])
    ]
    instructions = ("RUN apt-get install", "RUN pip install", "RUN chown")
    read = contents(
        layer(*base),
        layer(*installed),
        layer(*owned),
        history=[row(text) for text in instructions],
    )
    packages = [
        InstalledPackage("deb", f"package-{at}", "1.2.3-4", 9000, 20, 0)
        for at in range(400)
    ]
    owners = [
        array("i", (at % 400 for at in range(len(scan.paths))))
        for scan in read.stack.scans
    ]
    blame = tuple(map(Blame, range(3)))
    return Inspection(read, Owners(tuple(packages), tuple(owners), 0), None, blame)


def normal_context():
    files = {path: "x" * (at % 300) for at, path in enumerate(paths(8000, "src"))}
    report = report_of("FROM a\nCOPY src /app/\n", files)
    return ShownContext(report, "shop", "Dockerfile", propose(report))


PAGES = {
    "inspection": lambda: write_inspection(normal_image()),
    "comparison": lambda: write_comparison(
        compare(normal_image(), normal_image(changed=9))
    ),
    "context": lambda: write_context(normal_context(), View()),
    "replay": lambda: write_replay(replay(), View()),
    "advice": lambda: write_advice(advised(), View()),
    "explanation": lambda: write_change(change(), View()),
    "proof": lambda: write_proof(proof(), View()),
    "trend": lambda: write_trend(history(30), View()),
}


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_of_something_normal_is_small_and_its_frame_smaller(kind):
    page = "".join(PAGES[kind]())
    frame = page.replace(block_of(page), "")
    assert len(page.encode()) < MOST
    assert len(frame.encode()) < FRAME


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
    max_leaves=8,
)


@settings(max_examples=share_of(50))
@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_law_data_is_unpacked_as_it_was_packed_and_is_no_markup(data):
    block = packed(data)
    assert unpacked(block) == data
    assert not set("<>&\"'") & set(block)
