"""Whether a container that starts as root runs as somebody else in the end."""

from __future__ import annotations

from functools import lru_cache

from lightship.build import Build
from lightship.facts.copies.sources import sources_of
from lightship.facts.start.container_lines import run_texts
from lightship.regex import regex

_RUN = regex(r"\b(?:docker|podman) run\b(?:[^\n\\]|\\[\s\S]){0,2000}")
# `--user $(id -u):$(id -g)`, `-u $UID`
_AS_CALLER = regex(r"[ \t](?:--user|-u)[ \t=][\"']?(?:\$\(id -u|`id -u|\$\{?UID\b)")
_DROPS = regex(r"\bos\.(?:setuid|setreuid|setresuid|initgroups)\(")
_NAMED_USER = ("getpwnam(", "getgrnam(")


def runs_as_another(build: Build) -> bool:
    """Whether the program never runs as root, whatever the image says.

    All that the repository runs in containers has the caller's user or one that compose sets, or
    the program goes over to another user by itself.
    """
    if build.repository.has_user:
        return True
    return _is_run_as_caller(build) or _drops_root(build)


def _is_run_as_caller(build: Build) -> bool:
    runs: list[str] = []
    for text in run_texts(build) or ():
        # A look that costs little comes first
        if "docker run" in text or "podman run" in text:
            runs += _runs_in(text)
    return bool(runs) and all(map(_AS_CALLER.search, runs))


@lru_cache(maxsize=4096)
def _runs_in(text: str) -> tuple[str, ...]:
    """The calls in one file: each Dockerfile of a repository asks, and each round of fixes."""
    return tuple([match[0] for match in _RUN.finditer(text)])


def _drops_root(build: Build) -> bool:
    """Whether the project's own code looks a user up by its name, and becomes that."""
    for text in sources_of(build, (".py",)):
        if _DROPS.search(text) and any(call in text for call in _NAMED_USER):
            return True
    return False
