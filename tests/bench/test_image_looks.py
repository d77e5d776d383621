"""What a proof sees in an image: its known vulnerabilities, where they are looked up."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from inspections import small

from lightship.bench import image_looks
from lightship.bench.image_looks import ImageLooks
from lightship.bench.materials import write
from lightship.bench.measurements import Measurements
from lightship.bench.measuring_run import MeasuringRun
from lightship.bench.version import Version
from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.cache.selection.context_tree import FileTree
from lightship.dockerfile.parse import parse
from lightship.proof.journal import Journal
from lightship.proof.measure_plan import MeasurePlan
from lightship.proof.measured import ShapeFlaw

TEXT = "FROM debian:13\n"
FLAW = ShapeFlaw("CVE-1", "cup", "high")


@pytest.fixture
def version(tmp_path):
    side = Side(Build(parse(TEXT)), FileTree.of({"Dockerfile": TEXT}))
    return Version("before", side, write(side, "HEAD", str(tmp_path)))


@pytest.fixture
def asked(monkeypatch):
    """Whether each image was asked for with its packages."""
    seen = []

    def inspected(_image, _build, *, packages_too):
        seen.append(packages_too)
        return nullcontext(small())

    monkeypatch.setattr(image_looks, "inspected", inspected)
    monkeypatch.setattr(Measurements, "image", lambda *_: "sha256:0")
    return seen


def shape(version, flaws_of):
    run = MeasuringRun(
        "x", MeasurePlan(), Journal("x"), lambda _: None, flaws_of=flaws_of
    )
    looks = ImageLooks(run, Measurements(run), None)
    looks.packs = False
    return looks.shape(version)


def test_they_are_looked_up_in_an_image_that_is_read_with_its_packages(asked, version):
    named = []

    def flaws_of(inspection):
        named.append(inspection.contents.image.name)
        return (FLAW,)

    assert shape(version, flaws_of).flaws == (FLAW,)
    assert (asked, named) == ([True], [small().contents.image.name])


def test_nothing_more_is_read_where_they_are_not(asked, version):
    assert shape(version, None).flaws is None
    assert asked == [False]
