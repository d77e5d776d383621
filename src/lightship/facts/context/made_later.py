"""Paths that are not in the repository because something makes them: git ignores them as well, or
Django collects its files there.
"""

from __future__ import annotations

from lightship.build import Build
from lightship.regex import regex

# `STATIC_ROOT = os.path.join(SITE_ROOT, "static")`, `MEDIA_ROOT = BASE_DIR / "media"`
_ROOT = regex(
    r"(?m)^[ \t]*(?:STATIC|MEDIA)_ROOT\s*=[^\n#]{0,200}?[\"']([\w./-]{1,100})[\"'][\s)]*(?:#.*)?$"
)
_MOST_FILES = 50  # of settings that are read


def is_made_later(build: Build, path: str) -> bool:
    """Whether a path is one that `.gitignore` names as well, or a directory of Django's files."""
    bare = path.strip("/")
    if bare in build.once(_of_git):
        return True
    if _is_ignored(build, path):
        return True

    whole = f"/{path}"
    roots = build.once(_of_django)
    return any(whole.endswith(f"/{root}") for root in roots)


def _is_ignored(build: Build, path: str) -> bool:
    context = build.context
    if context is None:
        return False
    ignores = context.git_ignores
    if ignores is None:
        return False
    return ignores(path)


def _of_git(build: Build) -> frozenset[str]:
    context = build.context
    if context is None:
        return frozenset()
    text = context.read(".gitignore") or ""
    paths: set[str] = set()
    for line in text.splitlines():
        pattern = line.strip()
        path = pattern.strip("/")
        paths.add(path)
    return frozenset(paths)


def _of_django(build: Build) -> frozenset[str]:
    """The ends of the paths that settings name."""
    context = build.context
    if context is None:
        return frozenset()
    named = [file for file in context.files if _is_settings(file.path)]
    roots: set[str] = set()
    for file in named[:_MOST_FILES]:
        text = context.read(file.path) or ""
        for named_root in _ROOT.findall(text):
            root = named_root.strip("/.")
            roots.add(root)
    roots.discard("")
    return frozenset(roots)


def _is_settings(path: str) -> bool:
    if not path.endswith(".py"):
        return False
    return "settings" in path
