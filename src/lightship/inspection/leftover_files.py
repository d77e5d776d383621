"""Files of the final image that nothing there needs, by subject: one pass over its entries.

A directory decides what its files are, and is looked at once: an image has ten files to a
directory. Of a file itself the name counts only where it is large and no directory has spoken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from lightship.image.owners import UNOWNED, Owners
from lightship.image.read import Contents
from lightship.image.stack import NEVER
from lightship.inspection.inspected_parts import SYSTEM_MANAGERS
from lightship.inspection.leftover_places import Ignored, Places
from lightship.inspection.package_tests import PACKAGE_TESTS, package_tests
from lightship.inspection.program_tests import TESTS, may_be_tests, program_tests
from lightship.inspection.subjects import LEAST, MODELS
from lightship.regex import regex

_QUIET = "-"  # what lies there belongs to a package: nothing is to be said of it
_DEEPEST = 64  # parts of a path that are looked at
_TOOLS = (
    ".pytest_cache .mypy_cache .ruff_cache .tox .nox .hypothesis .ipynb_checkpoints"
)
_BY_NAME = {
    **dict.fromkeys((b".git", b".hg", b".svn"), "version-control"),
    **dict.fromkeys(_TOOLS.encode().split(), "tool-caches"),
    **dict.fromkeys(
        (
            b"site-packages",
            b"dist-packages",
            b"node_modules",
            b"ensurepip",
            b"python-wheels",
        ),
        _QUIET,
    ),
}
_BY_PATH = {
    path: subject
    for subject, paths in (
        ("apt-lists", b"var/lib/apt/lists"),
        ("apt-cache", b"var/cache/apt"),
        ("apk-cache", b"var/cache/apk etc/apk/cache lib/apk/cache"),
        ("rpm-cache", b"var/cache/dnf var/cache/yum var/cache/libdnf5 var/cache/zypp"),
        ("yarn-cache", b"usr/local/share/.cache/yarn"),
        (
            "conda-cache",
            (
                b"opt/conda/pkgs opt/miniconda3/pkgs opt/miniconda/pkgs opt/anaconda3/pkgs "
                b"opt/miniforge3/pkgs"
            ),
        ),
        (
            "documentation",
            b"usr/share/doc usr/share/man usr/share/info usr/share/gtk-doc usr/local/share/doc",
        ),
        ("documentation", b"usr/local/share/man usr/local/share/info usr/local/man"),
        ("translations", b"usr/share/locale usr/local/share/locale"),
        ("debug-symbols", b"usr/lib/debug"),
        ("logs", b"var/log"),
        ("temporary-files", b"tmp var/tmp"),
    )
    for path in paths.split()
}
# Of the directory of a user: what follows it
_OF_HOME = {
    b".cache/pip": "pip-cache",
    b".cache/uv": "uv-cache",
    b".npm": "npm-cache",
    b".cache/yarn": "yarn-cache",
    b".yarn/berry/cache": "yarn-cache",
    b".conda/pkgs": "conda-cache",
    b".cargo/registry": "other-caches",
    b".composer/cache": "other-caches",
    b"go/pkg/mod/cache": "other-caches",
    b".local/share/pnpm/store": "other-caches",
}
_OF_HOME |= {
    b".cache/" + name: "other-caches"
    for name in b"""pypoetry pdm pipenv hatch virtualenv node go-build mypy ruff pre-commit bazel
    composer deno pnpm ccache""".split()
}
_MODEL_CACHES = (b"/.cache/huggingface", b"/.cache/torch/hub")
# An image in which one of these is set has to have its models
_OFFLINE = regex(
    r"(?:HF_HUB|TRANSFORMERS|HF_DATASETS)_OFFLINE=(?:1|on|yes|true)", re.IGNORECASE
)
_HOME = re.compile(rb"(?:root|home/[^/]+|var/www)/(.+)")
_STANDARD_LIBRARY = re.compile(rb"usr/(?:local/)?lib/python3[.\d]*/test")
_SYSTEM = (b"usr/", b"lib/", b"var/lib/")
_OWN_USR = (b"usr/src/", b"usr/local/app/", b"usr/local/src/")
_COPYRIGHT = b"/copyright"  # licences ask for it
_ARCHIVES = frozenset(
    (
        b".whl",
        b".deb",
        b".rpm",
        b".apk",
        b".tgz",
        b".zip",
        b".tar",
        b".txz",
        b".tbz",
        b".zst",
    )
)
_ARCHIVES |= frozenset((b"r.gz", b"r.xz", b".bz2"))  # the last four bytes of a name
_CORE = regex(r"(?:.*/)?(?:core(?:\.\d+)?|core\.[^/]+\.\d{5,}|vgcore\.\d+)")


class Leftovers(NamedTuple):
    """`places` by subject and layer; `directories` are all that have a file."""

    places: Places
    directories: Collection[bytes]


def find_leftovers(contents: Contents, owners: Owners, ignored: Ignored) -> Leftovers:
    """All of the final image, whatever their size."""
    known: dict[bytes, str] = {b"": ""}
    places: Places = {}
    system = {
        number
        for number, package in enumerate(owners.packages)
        if package.manager in SYSTEM_MANAGERS
    }
    for layer, scan in enumerate(contents.stack.scans):
        if scan is None:
            continue
        owner = owners.owner[layer]
        for index, subject in _of_layer(contents, owners, layer, known):
            # What the distribution tests belongs to its packages
            if subject == PACKAGE_TESTS and owner[index] in system:
                continue
            if not ignored(scan.paths[index]):
                places.setdefault((subject, layer), []).append(index)

    _tell_models(contents, places)
    _tell_package_tests(contents, places)
    _tell_tests(contents, owners, places)
    return Leftovers(places, known)


def _tell_models(contents: Contents, places: Places) -> None:
    """Leave no models of Hugging Face in `places` where the container may not download them."""
    if not any(map(_OFFLINE.fullmatch, contents.image.config.env)):
        return
    for name, layer in list(places):
        if name != MODELS:
            continue
        paths = contents.stack.scan(layer).paths
        indices = places.pop((name, layer))
        others = [index for index in indices if b"/.cache/torch/" in paths[index]]
        if others:
            places[name, layer] = others


def _tell_package_tests(contents: Contents, places: Places) -> None:
    """Leave the tests of packages in `places`: a directory of that name may be a library."""
    found = [
        (layer, places.pop((name, layer)))
        for name, layer in list(places)
        if name == PACKAGE_TESTS
    ]
    paths: list[bytes] = []
    for layer, indices in found:
        scan = contents.stack.scan(layer)
        paths += [scan.paths[index] for index in indices]

    tests = package_tests(paths)
    for layer, indices in found:
        scan = contents.stack.scan(layer)
        kept = [index for index in indices if scan.paths[index] in tests]
        if kept:
            places[PACKAGE_TESTS, layer] = kept


def _tell_tests(contents: Contents, owners: Owners, places: Places) -> None:
    """Leave the tests of the program in `places`.

    What else lies in directories of that name goes by its own.
    """
    entries: list[tuple[int, int]] = []
    for name, layer in list(places):
        if name == TESTS:
            indices = places.pop((name, layer))
            entries += [(layer, index) for index in indices]

    tests = program_tests(contents, entries)
    for layer, index in entries:
        if owners.owner[layer][index] != UNOWNED:
            continue
        scan = contents.stack.scan(layer)
        size = scan.sizes[index]
        subject = ""
        if (layer, index) in tests:
            subject = TESTS
        elif size >= LEAST:
            subject = _of_file(scan.paths[index], size)
        if subject:
            places.setdefault((subject, layer), []).append(index)


def _of_layer(
    contents: Contents,
    owners: Owners,
    layer: int,
    known: dict[bytes, str],
) -> Iterator[tuple[int, str]]:
    scan = contents.stack.scans[layer]
    if scan is None:
        return
    owner = owners.owner[layer]
    last = b""
    subject = known.get(b"")
    for index, (path, size, gone) in enumerate(
        zip(scan.paths, scan.sizes, contents.stack.gone[layer], strict=True)
    ):
        if gone != NEVER or not size:
            continue
        directory = path[: max(path.rfind(b"/"), 0)]
        if directory != last:  # that of the file before, mostly
            last = directory
            subject = known.get(directory)
            if subject is None:
                subject = _of_directory(directory, known)
        if subject:
            if subject is not _QUIET and not path.endswith(_COPYRIGHT):
                yield index, subject
        elif (
            size >= LEAST and owner[index] == UNOWNED and (own := _of_file(path, size))
        ):
            yield index, own


def _of_directory(directory: bytes, known: dict[bytes, str]) -> str:
    """A directory's subject: that of the directory above it unless its own name says more."""
    missing = [directory]
    if directory.count(b"/") >= _DEEPEST:
        missing = [b"/".join(directory.split(b"/", _DEEPEST)[:_DEEPEST])]
    while (above := _above(missing[-1])) not in known:
        missing.append(above)
    subject = known[above]
    for path in reversed(missing):
        subject = known[path] = _below(path, subject)
    known[directory] = subject
    return subject


def _above(directory: bytes) -> bytes:
    return directory[: max(directory.rfind(b"/"), 0)]


def _below(directory: bytes, above: str) -> str:
    name = directory[directory.rfind(b"/") + 1 :]
    is_called_tests = name in (b"tests", b"test")
    if above and above is not TESTS:
        if above is _QUIET and is_called_tests:
            return PACKAGE_TESTS
        return above

    if name == b"__pycache__":
        is_installed = _is_of_system(directory) or b"lib/python3" in directory
        return _QUIET if is_installed else "bytecode"
    if is_called_tests and not above:
        if _STANDARD_LIBRARY.fullmatch(directory):
            return PACKAGE_TESTS
        is_own = not _is_of_system(directory)
        return TESTS if is_own and may_be_tests(directory) else ""

    if directory.endswith(_MODEL_CACHES):
        return MODELS
    subject = _BY_NAME.get(name) or _BY_PATH.get(directory)
    if not subject and directory.startswith((b"root", b"home", b"var/")):
        match = _HOME.fullmatch(directory)
        if match:
            subject = _OF_HOME.get(match[1])
    return subject or above


def _is_of_system(directory: bytes) -> bool:
    """Whether the packages of the distribution put files there."""
    return directory.startswith(_SYSTEM) and not directory.startswith(_OWN_USR)


def _of_file(path: bytes, size: int) -> str:
    if path[-4:] in _ARCHIVES and (path[-4:-2] != b"r." or path[-7:-3] == b".tar"):
        return "archives-left"
    if path.endswith((b"/uv", b"/uvx")) and size >= 10_000_000:
        return "package-manager-shipped"
    if path.endswith(b".debug"):
        return "debug-symbols"
    if path.endswith(b".log"):
        return "logs"
    if b"core" in path and _CORE.fullmatch(path.decode("latin-1")):
        return "core-dumps"
    return ""
