"""Which files are lock files, and what reads each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from lightship.image.databases.package_lists import StatedPackage
from lightship.sbom.locks.npm_locks import npm_lock
from lightship.sbom.locks.other_locks import (
    cargo_lock,
    composer_lock,
    gemfile_lock,
    go_mod,
)
from lightship.sbom.locks.python_locks import (
    is_lock,
    is_requirements,
    pinned,
    python_lock,
)
from lightship.sbom.locks.yarn_and_pnpm_locks import pnpm_lock, yarn_lock

Reader = Callable[[str], Iterator[StatedPackage]]

MOST_BYTES = 64 << 20  # of a lock file
_MOST_PACKAGES = 200_000  # of one
_LONGEST = 4096  # characters of a name or version
_READERS: dict[str, Reader] = {
    "Cargo.lock": cargo_lock,
    "Gemfile.lock": gemfile_lock,
    "composer.lock": composer_lock,
    "gems.locked": gemfile_lock,
    "go.mod": go_mod,
    "npm-shrinkwrap.json": npm_lock,
    "package-lock.json": npm_lock,
    "pnpm-lock.yaml": pnpm_lock,
    "yarn.lock": yarn_lock,
}


def lock_reader(path: str) -> Reader | None:
    """What reads a file; None for one that is not a lock file."""
    name = path.rpartition("/")[2]
    if is_lock(name):
        return partial(python_lock, name)
    if is_requirements(path):
        return pinned
    return _READERS.get(name)


def locked_packages(path: str, text: str) -> Iterator[StatedPackage]:
    """The packages of a lock file; a LockError where it cannot be read."""
    reader = lock_reader(path)
    found = reader(text) if reader else iter(())
    for package in islice(found, _MOST_PACKAGES):
        if max(len(package.name), len(package.version)) <= _LONGEST:
            yield package
