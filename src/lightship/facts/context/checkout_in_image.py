"""Whether people use the checkout that an image holds: its `.git`, the scripts beside the code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.build import Build
from lightship.context.files import File
from lightship.facts.copies.deliveries import deliveries
from lightship.facts.start.container_lines import run_texts
from lightship.regex import regex

_PAGES = (".md", ".rst", ".adoc", ".markdown", ".mdx")
# They speak to who works on the project, in a clone of it
_FOR_DEVELOPERS = regex(
    r"(?i)(?:^|/)[\w.-]*(?:contribut|develop|testing|hacking|changelog)"
)
_MOST_PAGES = 300
_LONGEST = 1 << 18  # bytes of a page
_INTERPRETER = r"(?:python[\d.]*|torchrun|bash|sh)"
_BELOW = r"(?:[\w.-]+/)*(?P<script>[\w-]+)"
_MODULE = r"(?:\w+\.)*(?P<script>\w+)"
# Those of a test suite, which nobody runs in an image that serves
_OF_SUITE = regex(r"(?:test_|run_?tests?\b|conftest)[\w-]*|[\w-]*_tests?|tests?")


def reads_git_in_container(build: Build) -> bool:
    """Whether a manual, a form or a script names a file of `.git` where COPY puts the checkout.

    A form for bugs that asks for `docker run --entrypoint cat IMAGE /app/.git/HEAD` does.
    """
    checkouts = _checkouts(build)
    if not checkouts:
        return False
    texts = run_texts(build) or ()
    naming = list(filter(_may_name_git, texts))
    if not naming:
        return False

    places = "|".join(map(re.escape, checkouts))
    read = regex(
        rf"(?<![\w.}}~-])(?:{places})/\.git/[\w*]|\bgit +-C +[\"']?(?:{places})[\"'/]* "
    )
    return any(map(read.search, naming))


def runs_by_manual(build: Build, directory: str) -> bool:
    """Whether a page for users runs a script of this directory, and the image is a checkout.

    `python test/benchmark/latency.py`, not the test suite itself.
    """
    if not _checkouts(build):
        return False
    name = re.escape(directory)
    by_path = rf"(?:\b{_INTERPRETER}[ \t]+(?:\./)?|(?<![\w/.])\./){name}/{_BELOW}\.(?:py|sh)\b"
    by_module = rf"\bpython[\d.]*[ \t]+-m[ \t]+{name}\.{_MODULE}(?![\w./-])"
    scripts = (regex(by_path), regex(by_module))
    for text in _pages(build, directory):
        for script in scripts:
            if _runs_more_than_tests(script, text):
                return True
    return False


def _runs_more_than_tests(script: re.Pattern[str], text: str) -> bool:
    """Whether one of the scripts that a page runs is none of the test suite."""
    matches = script.finditer(text)
    started = (match["script"] for match in matches)
    return not all(map(_OF_SUITE.fullmatch, started))


def _may_name_git(text: str) -> bool:
    return "/.git/" in text or " -C " in text


def _checkouts(build: Build) -> tuple[str, ...]:
    """The directories of the image that the whole context is copied to."""
    roots: dict[str, None] = {}
    for _copying, delivery in deliveries(build):
        if delivery is None or not delivery.takes_all:
            continue
        root = delivery.root.rstrip("/")
        roots[root] = None
    # At `/` everything has the place of something of the base image
    roots.pop("", None)
    return tuple(roots)


def _pages(build: Build, directory: str) -> Iterator[str]:
    """The pages for users, but for those in the directory itself."""
    context = build.context
    if context is None:
        return
    pages = [file for file in context.files if _is_page(file)]
    for file in pages[:_MOST_PAGES]:
        if file.path.startswith(f"{directory}/"):
            continue
        text = context.read(file.path)
        if text is None:
            continue
        if directory in text:
            yield text


def _is_page(file: File) -> bool:
    if file.size > _LONGEST:
        return False
    name = file.name.lower()
    if not name.endswith(_PAGES):
        return False
    return _FOR_DEVELOPERS.search(file.path) is None
