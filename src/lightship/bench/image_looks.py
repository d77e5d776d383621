"""What is in the images of versions: each is looked at once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from lightship.bench.expected_times import READING
from lightship.bench.measurements import Measurements
from lightship.bench.measuring_run import MeasuringRun
from lightship.bench.shape import inspected, shape_of
from lightship.bench.version import Version, key_of
from lightship.errors import EngineError, ImageError
from lightship.inspection.compare_images import compare as compare_images
from lightship.inspection.gate import Gate, judge
from lightship.outcome import Outcome
from lightship.proof.measure_plan import AFTER
from lightship.proof.measured import ImageShape, MeasuredBuild
from lightship.proof.texts import mapped

_GONE = "the first of the two images is gone"


class ImageLooks:
    """Reads the images of a run; `gate` judges that of the version after.

    With `packs` off the layers are not compressed, so that their bytes in gzip are not known.
    """

    def __init__(
        self, run: MeasuringRun, single: Measurements, gate: Gate | None
    ) -> None:
        self._run = run
        self._single = single
        self._gate = gate
        self.packs = True
        self.outcomes: tuple[Outcome, ...] = ()  # of the version after
        # Bytes of the version that was looked at before
        self._content: int | None = None

    def shape(self, version: Version) -> ImageShape:
        """What is in its image."""
        made = self._run.made
        known = made.shapes.get(version.key)
        if known is not None:
            return known

        key = key_of(version, READING, 0)
        before = made.progress.begin(key)
        self._run.say(f"{before}{version.name}: reading the image")
        start = time.monotonic()
        shape = self._read(version)
        made.shapes[version.key] = shape
        seconds = time.monotonic() - start
        self._run.tell(made.progress.end(version.key, READING, seconds))
        return shape

    def _read(self, version: Version) -> ImageShape:
        image = self._single.image(version)
        packed = self._run.made.packed if self.packs else None
        flaws_of = self._run.flaws_of
        packages_too = flaws_of is not None
        with inspected(image, version.build, packages_too=packages_too) as inspection:
            if version.key == AFTER and self._gate is not None:
                self.outcomes = judge(inspection, self._gate, self._content)
            self._content = inspection.contents.content_bytes
            shape = shape_of(inspection, packed)
            if flaws_of is not None:
                shape = replace(shape, flaws=flaws_of(inspection))
            return mapped(shape, self._run.hide)

    def reproduced(
        self,
        version: Version,
        builds: Sequence[MeasuredBuild],
    ) -> tuple[bool | None, tuple[str, ...]]:
        """Whether all cold builds gave one image, and why not; None where there was only one."""
        cold = [build for build in builds if build.scenario == "cold"]
        images = [build.image for build in cold if build.image]
        if len(images) < 2:
            return None, ()
        if len(set(images)) == 1:
            return True, ()
        differences = _differences(version, images[0], images[-1])
        return False, differences


def _differences(version: Version, first: str, last: str) -> tuple[str, ...]:
    """Why two builds of the same are not one image, as far as both are still there."""
    build = version.build
    try:
        with inspected(first, build) as before, inspected(last, build) as after:
            comparison = compare_images(before, after)
            reason = comparison.first_reason
    except (ImageError, EngineError):
        return (_GONE,)
    return (reason,) if reason else ()
