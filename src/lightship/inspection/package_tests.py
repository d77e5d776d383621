"""Tests that Python packages bring along: directories `tests` and `test` with tests in them.

A directory of that name may be a part of the library: `django/test` is what other people's tests
are made with, and has no test itself. A few libraries import their tests whenever they are imported
themselves. Looked for in the wheels of 32 packages with such directories: besides these nothing
outside of them imported one, but for functions that run the tests.
"""

from __future__ import annotations

from collections.abc import Iterable

from lightship.inspection.program_tests import is_test
from lightship.regex import regex

PACKAGE_TESTS = "tests-of-packages"
_PACKAGES = ("/site-packages/", "/dist-packages/", "/node_modules/")
_TESTS = regex(r"/tests?/")
_IMPORTED = ("/astropy/tests/", "/tables/tests/")


def package_tests(paths: Iterable[bytes]) -> set[bytes]:
    """Those of `paths`, which lie below such directories, that only tests need."""
    roots: dict[bytes, str] = {}
    with_tests: set[str] = set()
    for path in paths:
        text = path.decode("latin-1")
        root = _root(text)
        roots[path] = root
        if is_test(text):
            with_tests.add(root)
    tests = {root for root in with_tests if not root.endswith(_IMPORTED)}
    return {path for path, root in roots.items() if root in tests}


def _root(text: str) -> str:
    """The uppermost directory of tests in the innermost directory of packages."""
    start = max(text.rfind(name) for name in _PACKAGES)
    match = _TESTS.search(text, max(start, 0)) or _TESTS.search(text)
    return text[: match.end()] if match else ""
