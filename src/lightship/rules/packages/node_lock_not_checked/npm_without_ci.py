"""Images whose npm is too old for `npm ci`."""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.installs.dependencies import Install
from lightship.regex import regex

_VERSION = regex(r"v?([0-9]+)(?:\.([0-9]+))?(?:\.[0-9]+)?(?:-.*)?")
# Node 8 got npm 6 with 8.12, Node 10 with 10.3; Node 9 never got it
_FIRST_MINOR = {8: 12, 10: 3}
_LAST_WITHOUT = 9
_NEWEST = 1_000  # what `node:8` stands for


def lacks_ci(build: Build, install: Install) -> bool:
    """Whether the npm of a stage's Node image has no `npm ci`, and nothing installs another one.

    It came with npm 5.7. Source: the list of releases at nodejs.org/dist/index.json, which names
    the npm of each.
    """
    stage = build.dockerfile.stage_of(install.instruction)
    if stage is None:
        return False
    image = build.root_image(stage)
    if image is None or not image.official:
        return False
    if image.name != "node":
        return False
    match = _VERSION.fullmatch(image.tag)
    if match is None or _installs_npm(build):
        return False

    major = int(match[1])
    first = _FIRST_MINOR.get(major)
    if first is None:
        return major <= _LAST_WITHOUT
    minor = int(match[2]) if match[2] else _NEWEST
    return minor < first


def _installs_npm(build: Build) -> bool:
    for call in build.packages("npm", "yarn", action="install"):
        names = [package.name for package in call.does.packages]
        if "npm" in names:
            return True
    return False
