"""Files of the final image that nothing there needs, by subject: one pass over its entries.

A directory decides what its files are, and is looked at once: an image has ten files to a
directory. Of a file itself the name counts only where it is large and no directory has spoken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from lightship.image.owners import UNOWNED, Owners
from lightship.image.read import Contents
from lightship.image.scan import Scan
from lightship.image.stack import NEVER
from lightship.inspection.inspected_parts import SYSTEM_MANAGERS
from lightship.inspection.program_tests import TESTS, may_be_tests, program_tests
from lightship.inspection.subjects import LEAST
from lightship.regex import regex

Ignored = Callable[[bytes], bool]
Places = dict[
    tuple[str, int], list[int]
]  # (subject, layer) -> the places of files in that layer

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
    **dict.fromkeys(
        (
            b".cargo/registry",
            b".composer/cache",
            b"go/pkg/mod/cache",
            b".local/share/pnpm/store",
        ),
        "other-caches",
    ),
    **dict.fromkeys(
        (
            b".cache/" + name
            for name in b"pypoetry pdm pipenv hatch virtualenv node go-build mypy ruff".split()
        ),
        "other-caches",
    ),
    **dict.fromkeys(
        (
            b".cache/" + name
            for name in b"pre-commit bazel composer deno pnpm ccache".split()
        ),
        "other-caches",
    ),
}
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
_VENV = regex(r"(.+?)/lib(?:64)?/python3[.\d]*/site-packages")
_NO_VENV = regex(
    r"usr(?:/local)?|opt/[^/]*conda[^/]*.*|opt/python.*|(?:.*/)?\.local|(?:.*/)?uv/(?:python|tools)/[^/]+"
)

# Of packages: the name at its start. Debian has gcc-14-base in every image, and libgcc-s1:
# neither is a compiler.
_COMPILER = regex(
    r"(?:gcc|g\+\+|cpp|gfortran|clang|llvm|rustc|cargo|golang|go|cmake|make|automake|autoconf|binutils|bison|flex|"
    r"build-essential|build-base|dpkg-dev|gcc-c\+\+|ninja-build|samurai|patch|m4|libtool|meson|nasm|pkgconf|pkg-config)"
    r"(?:-(?!base)[\w.+-]*)?"
)
_DEVELOPMENT = regex(
    r".+-(?:dev|devel|headers|dbg|dbgsym|debuginfo|static)|kernel-headers|linux-libc-dev|linux-headers.*"
)
_NEEDED = regex(
    r".*-base|(?:lib)?binutils-common|make-guile|go-.*|patch-.*|cargo-.*|.*-(?:doc|libs)"
)
_INSTALLERS = frozenset(("poetry", "pdm", "pipenv", "hatch"))


class Leftovers(NamedTuple):
    """`places` by subject and layer; `directories` are all that have a file."""

    places: Places
    directories: Collection[bytes]


def find_leftovers(contents: Contents, owners: Owners, ignored: Ignored) -> Leftovers:
    """All of the final image, whatever their size."""
    known: dict[bytes, str] = {b"": ""}
    found: Places = {}
    system = {
        at
        for at, package in enumerate(owners.packages)
        if package.manager in SYSTEM_MANAGERS
    }
    for layer in range(len(contents.stack.scans)):
        for index, subject in _of_layer(contents, owners, layer, known):
            of_distribution = (
                subject == "tests-of-packages" and owners.owner[layer][index] in system
            )
            if not (
                of_distribution or ignored(contents.stack.scan(layer).paths[index])
            ):
                found.setdefault((subject, layer), []).append(index)
    _tell_tests(contents, owners, found)
    return Leftovers(found, known)


def _tell_tests(contents: Contents, owners: Owners, found: Places) -> None:
    """Leave the tests of the program in `found`.

    What else lies in directories of that name goes by its own.
    """
    entries = [
        (layer, index)
        for name, layer in list(found)
        if name == TESTS
        for index in found.pop((name, layer))
    ]
    tests = program_tests(contents, entries)
    for layer, index in entries:
        scan, is_owned = (
            contents.stack.scan(layer),
            owners.owner[layer][index] != UNOWNED,
        )
        size = scan.sizes[index]
        subject = (
            TESTS
            if (layer, index) in tests
            else _of_file(scan.paths[index], size)
            if size >= LEAST
            else ""
        )
        if subject and not is_owned:
            found.setdefault((subject, layer), []).append(index)


def _of_layer(
    contents: Contents, owners: Owners, layer: int, known: dict[bytes, str]
) -> Iterator[tuple[int, str]]:
    scan = contents.stack.scans[layer]
    if scan is None:
        return
    owner, last, subject = owners.owner[layer], b"", known.get(b"")
    for index, (path, size, gone) in enumerate(
        zip(scan.paths, scan.sizes, contents.stack.gone[layer], strict=True)
    ):
        if gone != NEVER or not size:
            continue
        directory = path[: max(path.rfind(b"/"), 0)]
        if directory != last:  # that of the file before, mostly
            last, subject = directory, known.get(directory)
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
    for each in reversed(missing):
        subject = known[each] = _below(each, subject)
    known[directory] = subject
    return subject


def _above(directory: bytes) -> bytes:
    return directory[: max(directory.rfind(b"/"), 0)]


def _below(directory: bytes, above: str) -> str:
    name = directory[directory.rfind(b"/") + 1 :]
    if above and above is not TESTS:
        return (
            "tests-of-packages"
            if above is _QUIET and name in (b"tests", b"test")
            else above
        )
    if name == b"__pycache__":
        is_package = directory.startswith(_SYSTEM) and not directory.startswith(
            _OWN_USR
        )
        return _QUIET if is_package or b"lib/python3" in directory else "bytecode"
    if name in (b"tests", b"test") and not above:
        if _STANDARD_LIBRARY.fullmatch(directory):
            return "tests-of-packages"
        is_package = directory.startswith(_SYSTEM) and not directory.startswith(
            _OWN_USR
        )
        return TESTS if not is_package and may_be_tests(directory) else ""
    found = _BY_NAME.get(name) or _BY_PATH.get(directory)
    if (
        not found
        and directory[:4] in (b"root", b"home", b"var/")
        and (match := _HOME.fullmatch(directory))
    ):
        found = _OF_HOME.get(match[1])
    return found or above


def _of_file(path: bytes, size: int) -> str:
    if path[-4:] in _ARCHIVES and (path[-4:-2] != b"r." or path[-7:-3] == b".tar"):
        return "archives-left"
    if path.endswith((b"/uv", b"/uvx")) and size >= 10_000_000:
        return "package-manager-shipped"
    if path.endswith(b".debug"):
        return "debug-symbols"
    if path.endswith(b".log"):
        return "logs"
    return (
        "core-dumps"
        if b"core" in path and _CORE.fullmatch(path.decode("latin-1"))
        else ""
    )


def of_packages(contents: Contents, owners: Owners, ignored: Ignored) -> Places:
    """The files of packages that only a build needs."""
    wanted = {
        at: subject
        for at, each in enumerate(owners.packages)
        if (subject := _of(each.manager, each.name))
    }
    found: Places = {}
    for layer, owner in enumerate(owners.owner if wanted else ()):
        scan, gone = contents.stack.scans[layer], contents.stack.gone[layer]
        for index, at in enumerate(owner if scan is not None else ()):
            if at in wanted and gone[index] == NEVER and _counts(scan, index, ignored):
                found.setdefault((wanted[at], layer), []).append(index)
    return found


def _counts(scan: Scan | None, index: int, ignored: Ignored) -> bool:
    return scan is not None and scan.sizes[index] > 0 and not ignored(scan.paths[index])


def _of(manager: str, name: str) -> str:
    if manager == "python":
        return "package-manager-shipped" if name.lower() in _INSTALLERS else ""
    if manager not in SYSTEM_MANAGERS:
        return ""
    name = name.partition(":")[0]
    if _DEVELOPMENT.fullmatch(name):
        return "development-packages"
    return (
        "compilers" if _COMPILER.fullmatch(name) and not _NEEDED.fullmatch(name) else ""
    )


def unused_venvs(contents: Contents, leftovers: Leftovers, ignored: Ignored) -> Places:
    """Files of virtual environments that nothing names, where another one is named.

    PATH names one, or the start of the image.
    """
    inside = (
        each.decode("latin-1")
        for each in leftovers.directories
        if b"/site-packages" in each
    )
    roots = {
        match[1]
        for each in inside
        if (match := _VENV.match(each)) and not _NO_VENV.fullmatch(match[1])
    }
    config = contents.image.config
    named = " ".join((*config.env, *config.entrypoint, *config.cmd))
    used = {
        root
        for root in roots
        if re.search(rf"(?<![\w.-])/{re.escape(root)}(?![\w.-])", named)
    }
    if not used or used == roots:
        return {}
    starts = tuple(f"{root}/".encode("latin-1") for root in sorted(roots - used))
    found: Places = {}
    for layer, index in contents.stack.seen():
        scan = contents.stack.scan(layer)
        if scan.paths[index].startswith(starts) and _counts(scan, index, ignored):
            found.setdefault(("unused-venv", layer), []).append(index)
    return found
