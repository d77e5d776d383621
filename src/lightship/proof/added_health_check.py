"""A HEALTHCHECK for a server that has none, by Python's own library."""

from __future__ import annotations

import json

from lightship.base_images.fetchers import is_python
from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.dockerfile.tree import Instruction
from lightship.proof.change_maker import ChangeMaker, NewTexts
from lightship.routes.find_routes import find_routes, is_health_page

_STARTS = ("CMD", "ENTRYPOINT")
_TITLE = "Add a HEALTHCHECK that requests {}"
_REQUEST = "import urllib.request as r; r.urlopen('http://127.0.0.1:{}{}', timeout=3)"


def added_health_check(side: Side, port: int, page: str) -> ChangeMaker | None:
    """One that requests the page of health which the code states, else `page`.

    None where there is one, where nothing listens, or where no Python is known to be there.
    """
    build = side.build
    if not port or not page or not _lacks_health_check(build):
        return None
    path = _health_page(build) or page
    if "'" in path or "\\" in path:
        return None

    def make(now: Side) -> NewTexts | None:
        return _with_check(now.build, port, path)

    return ChangeMaker(_TITLE.format(path), make)


def _lacks_health_check(build: Build) -> bool:
    keywords = {step.instruction.keyword for step in build.shipped_steps}
    if not build.lineage or "HEALTHCHECK" in keywords:
        return False
    base = build.evaluation.root(build.lineage[0]).name
    return bool(base) and is_python(base)


def _health_page(build: Build) -> str:
    if build.context is None:
        return ""
    for route in find_routes(build.context):
        if is_health_page(route.path):
            return route.path
    return ""


def _with_check(build: Build, port: int, path: str) -> NewTexts | None:
    """With the check before the first instruction that says what is started."""
    instructions = [step.instruction for step in build.shipped_steps]
    starts = list(filter(_is_start, instructions))
    if not starts or not _lacks_health_check(build):
        return None
    request = _REQUEST.format(port, path)
    command = json.dumps(["python", "-c", request])
    text = build.dockerfile.text
    place = starts[0].span.start
    added = f"HEALTHCHECK CMD {command}\n"
    changed = text[:place] + added + text[place:]
    return NewTexts(changed, {})


def _is_start(instruction: Instruction) -> bool:
    return instruction.keyword in _STARTS
