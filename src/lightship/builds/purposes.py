"""What an image is for, by signs: names of targets, files, services, base images and commands.

A rule may be silent about an image that is not for production. The signs are data; the first kind
of sign that says something decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lightship.builds.definition import BuildDefinition, BuildSourceKind, Purpose
from lightship.builds.purpose_names import (
    FOR_WORK,
    is_weak_name,
    purpose_of_name,
    purpose_of_path,
)
from lightship.builds.purpose_of_content import by_content, by_installs, dockerfile_of
from lightship.builds.workspace import Workspace, folder_of
from lightship.regex import regex

_FOR_TESTS = frozenset({Purpose.TEST, Purpose.CI})
# A service that deploys something: what it runs is not called so itself
_DEPLOYS = regex(r"(?i)deploy[-_](?!prod).+")


def purpose_of(workspace: Workspace, build: BuildDefinition) -> Purpose:
    """What an image is for; UNKNOWN where nothing tells."""
    if build.purpose is not Purpose.UNKNOWN:
        return build.purpose
    for look in _LOOKS:
        purpose = look(workspace, build)
        if purpose is not Purpose.UNKNOWN:
            return purpose
    return Purpose.UNKNOWN


def _by_output(_workspace: Workspace, build: BuildDefinition) -> Purpose:
    """What is written as files alone: nobody pulls an image."""
    return Purpose.TOOL if build.is_exported else Purpose.UNKNOWN


def _by_target(workspace: Workspace, build: BuildDefinition) -> Purpose:
    target = build.target or ""
    purpose = purpose_of_name(target)
    by_file = _by_file(workspace, build)
    if is_weak_name(target) and by_file in FOR_WORK:
        return Purpose.UNKNOWN
    if purpose is Purpose.PRODUCTION and by_file in _FOR_TESTS:
        return Purpose.UNKNOWN  # `prod` of an image for tests is what its tests run
    return purpose


def _by_file(_workspace: Workspace, build: BuildDefinition) -> Purpose:
    """The name of the Dockerfile, then the directories that it is in."""
    path = build.dockerfile
    if build.inline is not None:
        # It has no name of its own, but lies where the file lies that holds it
        path = f"{folder_of(path)}/Dockerfile"
    return purpose_of_path(path)


def _by_last_stage(workspace: Workspace, build: BuildDefinition) -> Purpose:
    """The name of the stage that is built where no target is named."""
    if build.target is not None:
        return Purpose.UNKNOWN
    stages = dockerfile_of(workspace, build).stages
    name = stages[-1].name if stages else None
    has_own_starts = bool(build.starts) and all(build.starts)
    if has_own_starts and is_weak_name(name or ""):
        return Purpose.UNKNOWN  # what all services start instead says more
    return purpose_of_name(name or "")


def _by_service(_workspace: Workspace, build: BuildDefinition) -> Purpose:
    """The profiles of a compose service, then its name; a target of bake likewise."""
    if build.kind not in (BuildSourceKind.COMPOSE, BuildSourceKind.BAKE):
        return Purpose.UNKNOWN
    _, _, profiles = build.why.partition(" (profile")
    purpose = purpose_of_name(profiles)
    if purpose is not Purpose.UNKNOWN or not build.names:
        return purpose
    purpose = purpose_of_name(build.names[0])
    if _DEPLOYS.fullmatch(build.names[0]):
        purpose = Purpose.UNKNOWN
    if purpose is Purpose.UNKNOWN and build.is_worked_on:
        return Purpose.DEVELOPMENT
    return purpose


def _by_source(_workspace: Workspace, build: BuildDefinition) -> Purpose:
    """The name of the file that says it; an override of compose, or one to watch, is for work."""
    if build.kind is not BuildSourceKind.COMPOSE:
        return Purpose.UNKNOWN
    name = build.source.path.rpartition("/")[2]
    is_beside = ".override." in name or ".watch." in name
    if is_beside and purpose_of_name(name) is Purpose.UNKNOWN:
        return Purpose.DEVELOPMENT
    return purpose_of_name(name)


def _by_comment(workspace: Workspace, build: BuildDefinition) -> Purpose:
    """What a comment at the head of the Dockerfile, or its description, says that it is for."""
    text = _text_of(workspace, build)
    for comment in (_first_comment(text), _comment_after_from(text)):
        purpose = _of_comment(comment)
        if purpose is not Purpose.UNKNOWN:
            return purpose
    purpose = _of_comment(_label(text))
    # A "development environment" may be what is published
    return Purpose.UNKNOWN if purpose is Purpose.DEVELOPMENT else purpose


def _of_comment(comment: str) -> Purpose:
    if not comment or _FOR_PRODUCTION.search(comment):
        return Purpose.UNKNOWN
    for purpose, pattern in _COMMENT_SIGNS:
        if pattern.search(comment):
            return purpose
    return Purpose.UNKNOWN


def _by_end(workspace: Workspace, build: BuildDefinition) -> Purpose:
    """What is said to be no longer used is kept as an archive is.

    The comment at its head says it, or the beginning of a README beside it or of the repository.
    """
    if build.is_published:
        return Purpose.UNKNOWN
    comment = _first_comment(_text_of(workspace, build))
    if _GIVEN_UP.search(comment) or any(_read_manuals(workspace, build)):
        return Purpose.DEVELOPMENT
    return Purpose.UNKNOWN


def _read_manuals(workspace: Workspace, build: BuildDefinition) -> Iterator[bool]:
    """Whether each manual says it."""
    for folder in dict.fromkeys((folder_of(build.dockerfile), ".")):
        for name in _MANUALS:
            text = workspace.text(name if folder == "." else f"{folder}/{name}")
            if text is not None:
                head = text[:_LONGEST_HEAD]
                yield _MANUAL_OF_OLD.search(head) is not None


def _text_of(workspace: Workspace, build: BuildDefinition) -> str:
    if build.inline is not None:
        return build.inline.text
    return workspace.text(build.dockerfile) or ""


def _first_comment(text: str) -> str:
    """The comment before the first instruction, without parser directives, as one line."""
    lines: list[str] = []
    for line in text[:_LONGEST_COMMENT].splitlines():
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            break
        words = stripped.strip("# \t")
        if not words.startswith(("syntax=", "escape=", "check=")):
            lines.append(words)
    return " ".join(lines)


def _comment_after_from(text: str) -> str:
    """The comment directly below the only FROM, as one line."""
    froms = list(_FROM.finditer(text[:_LONGEST_SEARCHED]))
    if len(froms) != 1:
        return ""
    lines: list[str] = []
    for line in text[froms[0].end() :].lstrip("\n")[:_LONGEST_COMMENT].splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.strip("# \t"))
    return " ".join(lines)


def _label(text: str) -> str:
    """What the labels called `description` say."""
    found = _DESCRIPTION.findall(text[:_LONGEST_SEARCHED])
    return ". ".join(found)


def _by_test_run(workspace: Workspace, build: BuildDefinition) -> Purpose:
    """Whether the file that builds it also runs tests or linters in it: `docker run NAME pytest`.

    An image with the name of a registry is tested before it is pushed there.
    """
    if build.is_published or not build.names:
        return Purpose.UNKNOWN
    if any(map(_names_registry, build.names)):
        return Purpose.UNKNOWN
    for source in build.sources:
        text = workspace.text(source.path) or ""
        if _PUSH.search(text):
            continue  # what is pushed is tested before
        for line in _CONTINUED.sub(" ", text).splitlines():
            purpose = _of_run(line.split(), build.names)
            if purpose is not Purpose.UNKNOWN:
                return purpose
    return Purpose.UNKNOWN


def _of_run(words: list[str], names: tuple[str, ...]) -> Purpose:
    """What `docker run NAME pytest` says of the image with one of those names."""
    if "run" not in words:
        return Purpose.UNKNOWN
    after = words[words.index("run") :]
    for at, word in enumerate(after):
        if word in names:
            for purpose, programs in _CHECKERS:
                if not programs.isdisjoint(after[at:]):
                    return purpose
    return Purpose.UNKNOWN


def _names_registry(name: str) -> bool:
    host, slash, _ = name.partition("/")
    return bool(slash) and "." in host


def _by_publishing(_workspace: Workspace, build: BuildDefinition) -> Purpose:
    """What is pushed, or built by a platform that runs it."""
    return Purpose.PRODUCTION if build.is_published else Purpose.UNKNOWN


_MANUALS = ("README.md", "README.rst", "README")
_LONGEST_COMMENT = 2_000
_LONGEST_SEARCHED = 50_000
_FROM = regex(r"(?mi)^[ \t]*FROM[ \t][^\n]*$")
_DESCRIPTION = regex(r"(?i)\b(?:description|summary)[\"']?=[\"']([^\"'\n]{1,300})")
_FOR_PRODUCTION = regex(r"\bprod(?:uction)?\b", re.IGNORECASE)
_LONGEST_HEAD = 1_500  # characters of a README
_IS_OVER = (
    r"\W+(?:is|has been)\s+(?:now\s+)?(?:deprecated|archived|obsolete|unmaintained|superseded"
    r"|no longer (?:used|maintained|supported|built|needed)|not (?:used|maintained) any ?more"
    r"|(?:only )?kept (?:only )?for reference)\b"
)
_GIVEN_UP = regex(
    rf"\b(?:docker ?file|file|image|directory|folder){_IS_OVER}"
    r"|^\W*(?:deprecated|obsolete|unmaintained)(?=\s*(?:[:!.,\n-]|$))",
    re.IGNORECASE,
)
# A heading of a README, or a bold word at its beginning
_MANUAL_OF_OLD = regex(
    rf"\bthis (?:directory|folder|image|package|project|repo(?:sitory)?){_IS_OVER}"
    r"|^[#*_=> \t\r!\[]*(?:deprecated|archived)\W*$",
    re.IGNORECASE | re.MULTILINE,
)
# An image that is called one for tests or development, not one that speaks of either
_IMAGE = r"(?:docker ?file|docker image|image|container|build|environment)"
_COMMENT_SIGNS = (
    (
        Purpose.CI,
        regex(
            rf"\b{_IMAGE} (?:is |used |meant )*(?:for|in) (?:the |our )?CI\b(?! ?/)"
            rf"|\bCI {_IMAGE}\b"
        ),
    ),
    (
        Purpose.TEST,
        regex(
            rf"\b{_IMAGE} (?:is |used |meant )*(?:to run|for running) (?:the |our |unit )?tests\b"
            rf"|\b{_IMAGE} (?:is |used |meant )*for testing\b|\bwith test dependencies\b"
            rf"|\btest {_IMAGE}\b",
            re.IGNORECASE,
        ),
    ),
    (
        Purpose.DEVELOPMENT,
        regex(
            rf"\b{_IMAGE} (?:is |used |meant )*for (?:local )?development\b"
            r"|\b(?:workspace|sandbox) for (?:[\w.-]+ ){0,2}development\b"
            rf"|\bdev(?:elopment)? {_IMAGE}\b",
            re.IGNORECASE,
        ),
    ),
)
_PUSH = regex(r"\b(?:docker|image|podman)[ -]push\b|\bpush: *true\b")
_CHECKERS = (
    (Purpose.TEST, frozenset({"pytest", "tox", "nox"})),
    (
        Purpose.CI,
        frozenset("pylint flake8 mypy ruff black isort pre-commit yamllint".split()),
    ),
)
_CONTINUED = regex(r"\\\r?\n")
_LOOKS: tuple[Callable[[Workspace, BuildDefinition], Purpose], ...] = (
    _by_end,
    _by_output,
    _by_target,
    _by_file,
    _by_last_stage,
    _by_service,
    _by_source,
    _by_publishing,
    _by_test_run,
    _by_comment,
    by_content,
    by_installs,
)
