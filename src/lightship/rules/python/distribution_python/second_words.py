"""The message about packages of a second Python, and the package that it is about."""

from __future__ import annotations

from collections.abc import Collection

from lightship.build import Build
from lightship.facts.installs.requirement_files import requirements_of
from lightship.pyproject.dependency import normalised
from lightship.regex import regex
from lightship.rules.python.distribution_python.distribution_needs import TKINTER
from lightship.rules.python.distribution_python.opencv import about_opencv
from lightship.rules.python.distribution_python.removal import REPLACED
from lightship.shell.packages import Package

# The library of C that a package from the index loads, where its wheel does not include it
_LOADED = {
    "python3-cairocffi": "libcairo2",
    "python3-enchant": "libenchant-2-2",
    "python3-libusb1": "libusb-1.0-0",
    "python3-magic": "libmagic1",
    "python3-pyzbar": "libzbar0",
    "python3-usb": "libusb-1.0-0",
    "python3-weasyprint": "libpango-1.0-0",
    "py3-magic": "libmagic",
}
_PREFIX = regex(r"^(?:python3?|py3?)-")
# Wheels that bring every library they load, by their names on the index
_WHOLE_WHEELS = {
    "bs4": "beautifulsoup4",
    "dateutil": "python-dateutil",
    "dotenv": "python-dotenv",
    "opencv": "opencv-python-headless",
    "pil": "pillow",
    "pillow": "pillow",
    "psycopg2": "psycopg2-binary",
    "pycryptodome": "pycryptodome",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
} | {
    name: name
    for name in """boto3 click cryptography django flask jinja2 lxml matplotlib numpy pandas psutil
    pytest redis requests scipy six tqdm""".split()
}


def spoken_of(second: list[Package]) -> Package:
    """The package that the message is about: a library, or else the first of all."""
    libraries = (item for item in second if not REPLACED.fullmatch(item.name))
    return next(libraries, second[0])


def installed_by_pip(build: Build) -> set[str]:
    """The names of what pip, uv and requirements files bring into any stage."""
    names: set[str] = set()
    for call in build.packages("pip", "uv", "pipx"):
        if not call.does.installs:
            continue
        names.update(normalised(package.name) for package in call.does.packages)
        for requirements in requirements_of(build, call) or ():
            names.update(item.name for item in requirements.dependencies)
    return names


def message_about(second: list[Package], by_pip: Collection[str]) -> str:
    """What is wrong with them; `by_pip` are the names of what pip installs as well."""
    name = spoken_of(second).name
    of_opencv = about_opencv(name, by_pip)
    if of_opencv:
        return of_opencv
    wheel = _WHOLE_WHEELS.get(_PREFIX.sub("", name))
    if wheel in by_pip:
        return (
            f"python cannot import {name}, and pip installs {wheel} already: remove it"
        )
    if name in TKINTER:
        return (
            f"python does not use {name}, and this image already has tkinter: remove it"
        )
    if name in _LOADED:
        library = _LOADED[name]
        return f"python cannot import {name}: install {library}, and the Python package with pip"
    if not REPLACED.fullmatch(name):
        return (
            f"python cannot import {name}, which belongs to the distribution's Python: use pip "
            "install"
        )

    return _of_interpreter(second)


def _of_interpreter(second: list[Package]) -> str:
    verb = "belongs" if len(second) == 1 else "belong"
    names = ", ".join(package.name for package in second[:3])
    return (
        f"{names} {verb} to a second Python in /usr: use the image's own Python instead"
    )
