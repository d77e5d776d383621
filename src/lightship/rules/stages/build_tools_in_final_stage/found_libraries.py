"""Libraries that Python finds on Alpine only by a compiler.

musl has no cache of libraries that `ldconfig -p` could list, so `ctypes.util.find_library` asks gcc
or ld, which look for `libgdal.so`, a file of gdal-dev (CPython, Lib/ctypes/util.py). GeoDjango
finds GDAL and GEOS that way, unless its settings name them (docs.djangoproject.com, "Installing
Geospatial libraries"). Packages such as soundfile and pyzbar look so for the one that they wrap.
"""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.copies.sources import sources_of
from lightship.facts.installs.named_packages import named_packages
from lightship.facts.stages.final_image import image_env

_FINDS = "find_library("
_GEODJANGO = "django.contrib.gis"
_NAMES_IT = "GDAL_LIBRARY_PATH"
# They call it when they are imported, by their sources, and know no other name
_FINDERS = frozenset(
    """discord-py libarchive-c mpv opuslib pyenchant pylibdmtx python-mpv pyusb pyzbar sounddevice
    soundfile wand""".split()
)


def finds_by_compiler(build: Build) -> bool:
    """Whether the image is one of Alpine whose program looks for libraries by their names."""
    if not _is_alpine(build):
        return False
    if any(package.name in _FINDERS for package in named_packages(build)):
        return True
    names_it = _NAMES_IT in image_env(build)
    is_geographic = False
    for text in sources_of(build, (".py",)):
        if _FINDS in text:
            return True
        names_it = names_it or _NAMES_IT in text
        is_geographic = is_geographic or _GEODJANGO in text
    return is_geographic and not names_it


def _is_alpine(build: Build) -> bool:
    """Whether apk installs something in the final image."""
    return any(call.instruction in build.shipped for call in build.packages("apk"))
