"""Old releases of pip, which lack what newer ones have, as distributions came with them.

pip 6.0 keeps a cache and has `--no-cache-dir` (its NEWS.rst).
"""

from __future__ import annotations

from lightship.base_images.distributions import is_since
from lightship.base_images.underlying import release_under
from lightship.build import Build, Invocation, PackageInvocation
from lightship.regex import regex
from lightship.text import Span

_NAMED = r"(?:^|[:/-])(?:{})(?![0-9])"
# pip 1.1 to 1.5
_BEFORE_6 = regex(
    _NAMED.format(r"ubuntu:?-?1[24]\.04|precise|trusty|wheezy|jessie|debian:?-?[78]")
)
_FIRST_WITH_6 = {"Debian": "9", "Ubuntu": "15.10"}
_NEWER_PIP = regex(
    r"get-pip|ensurepip|conda|mamba|pyenv|deadsnakes|\buv\b|virtualenv"
    r"|\bpip3? install\b[^\n&;]*\spip(?![\w.-])"
)
# Their images have a Python and a pip of their own
_OTHERS = ("python", "pypy")


def keeps_no_cache(build: Build, call: Invocation | PackageInvocation) -> bool:
    """Whether pip is surely so old that it keeps no cache, and refuses `--no-cache-dir`."""
    name = _image_of(build, call)
    if name.startswith(_OTHERS):
        return False
    if _BEFORE_6.search(name) is None and not _is_on_old_release(build, call):
        return False
    return not _is_renewed(build, call)


def _is_on_old_release(build: Build, call: Invocation | PackageInvocation) -> bool:
    """Whether an image of another name has a release with such a pip under it."""
    stage = build.dockerfile.stage_of(call.instruction)
    image = build.root_image(stage) if stage is not None else None
    release = release_under(image) if image is not None else None
    if release is None:
        return False
    first = _FIRST_WITH_6.get(release.product)
    return first is not None and not is_since(release, release.product, first)


def _image_of(build: Build, call: Invocation | PackageInvocation) -> str:
    stage = build.dockerfile.stage_of(call.instruction)
    return build.evaluation.root(stage).name if stage is not None else ""


def _is_renewed(build: Build, call: Invocation | PackageInvocation) -> bool:
    """Whether a newer pip, or another Python, is installed before."""
    before = Span(0, call.command.span.start).of(build.dockerfile.text)
    return _NEWER_PIP.search(before) is not None
