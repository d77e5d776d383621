"""Files that a build context has and an image does not need, and files that hold secrets: by
name, and by content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from fnmatch import translate
from functools import lru_cache

from lightship.context.files import Context, File, FileKind
from lightship.context.secret_files import (
    DIRECTORIES,
    KEEPERS,
    NAMES,
    PATHS,
    PUBLIC,
    has_index_password,
    is_for_nobody,
    is_public_environment,
    is_sample,
)
from lightship.record import record
from lightship.regex import regex


@record
class NeedlessGroup:
    """Files of one kind. `patterns` are lines of an ignore file: a name, with `**/` before it
    at any depth.

    `heavy` says that they are many, or change without the program; `used_by` are words of a
    Dockerfile that show that the build does need them; `directories` says that a plain file of
    that name is something else.
    """

    title: str
    patterns: tuple[str, ...]
    heavy: bool = True
    used_by: re.Pattern[str] | None = None
    directories: bool = False


VERSIONS = NeedlessGroup("version control", (".git", ".hg", ".svn"))
PYTHON = NeedlessGroup(
    "virtual environments",
    ("**/.venv", "**/venv", "**/__pypackages__"),
    directories=True,
)
NODE = NeedlessGroup("node_modules", ("**/node_modules",), directories=True)
ENVIRONMENTS = (PYTHON, NODE)  # what an install makes for the machine that it runs on
CACHES = NeedlessGroup(
    "caches",
    (
        "**/__pycache__",
        "**/*.py[co]",
        "**/.pytest_cache",
        "**/.mypy_cache",
        "**/.ruff_cache",
        "**/.hypothesis",
        "**/.tox",
        "**/.nox",
        "**/.ipynb_checkpoints",
        "**/.eggs",
        "**/.DS_Store",
        ".coverage",
        "htmlcov",
        ".lightship",
    ),
)
DERIVED = frozenset(
    CACHES.patterns[:1]
    + CACHES.patterns[2:6]
    + ("**/.ipynb_checkpoints", "**/.DS_Store")
)
"""Caches that are made again without anyone noticing.

A `.pyc` may be all that there is of a module.
"""
COMPILED = CACHES.patterns[1]
# What every virtual environment has at its root, whatever that is called
ENVIRONMENT = "pyvenv.cfg"
EDITORS = NeedlessGroup(
    "editors", ("**/.idea", "**/.vscode", "**/*.sw[op]"), heavy=False
)
BUILD = NeedlessGroup(
    "the build itself",
    (
        "Dockerfile*",
        "Containerfile*",
        ".dockerignore",
        "compose*.y*ml",
        "docker-compose*.y*ml",
        ".github",
        ".circleci",
        ".gitlab-ci.yml",
        ".travis.yml",
        ".pre-commit-config.yaml",
        "lightship.toml",
        "lightship.http",
    ),
    heavy=False,
)
TESTS = NeedlessGroup(
    "tests",
    ("tests", "test"),
    heavy=False,
    used_by=regex(r"(?<!la)tests?(?!\w)|\btox\b|\bnox\b"),
    directories=True,
)
DOCS = NeedlessGroup(
    "documentation",
    ("docs", "doc"),
    heavy=False,
    used_by=regex(r"(?<!share/)\bdocs?\b(?!\.)|sphinx|mkdocs"),
    directories=True,
)
GROUPS = (VERSIONS, PYTHON, NODE, CACHES, EDITORS, BUILD, TESTS, DOCS)

_KEY_SUFFIXES = (".pem", ".key", ".p8", ".ppk", ".asc")
_CERTIFICATES = (".crt", ".cer", ".cert", ".pem")
_CERTS = ("cert", "crt", "certificate")
_PRIVATE_KEY = regex(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----")
# The shortest, of an elliptic curve, has 64 characters
_KEY_BODY = regex(r"(?:[A-Za-z0-9+/=]+(?:\\n|\s)*){1,200}")
_SHORTEST_KEY = 56
_ARMOR_HEADERS = regex(r"(?:(?:\\n|\s)*[A-Z][\w-]*: [^\n]*)*(?:\\n|\s)*")
_TOKEN = regex(r"(?:_authToken|_password|_auth)\s*=\s*(?!\s*[\"']?\$)\S")


@record
class NeedlessFile:
    """What takes a path: its group, the line of an ignore file, and the name that it goes by."""

    group: NeedlessGroup
    pattern: str
    name: str


class Finder:
    """Finds what takes a path."""

    def __init__(self, groups: Iterable[NeedlessGroup]) -> None:
        self.groups = tuple(groups)
        self.names: dict[str, NeedlessFile] = {}
        self.globs: list[NeedlessFile] = []
        for group in self.groups:
            for pattern in group.patterns:
                hit = NeedlessFile(group, pattern, pattern.removeprefix("**/"))
                if "*" in hit.name:
                    self.globs.append(hit)
                else:
                    self.names[hit.name] = hit
        # Those of any directory
        self.deep_globs = [hit for hit in self.globs if hit.name != hit.pattern]
        self.any_glob = _any_of(tuple(hit.name for hit in self.globs))
        self.any_deep_glob = _any_of(tuple(hit.name for hit in self.deep_globs))

    def find(self, file: File) -> NeedlessFile | None:
        """The hit of a file or a directory above it."""
        parts = file.path.split("/")
        directories = len(parts) if file.kind is FileKind.CLOSED else len(parts) - 1
        for at, part in enumerate(parts):
            found = self.names.get(part)
            if found is None or (at > 0 and found.name == found.pattern):
                continue
            if at < directories or not found.group.directories:
                return found
        top = len(parts) == 1
        match = (self.any_glob if top else self.any_deep_glob).match(parts[-1])
        if match is None or not match.lastindex:
            return None
        return replace(
            (self.globs if top else self.deep_globs)[match.lastindex - 1],
            name=parts[-1],
        )


@lru_cache(maxsize=64)
def _any_of(globs: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for all of them, with a group for each."""
    return re.compile("|".join(f"({translate(glob)})" for glob in globs) or "(?!)")


def secret(context: Context | None, file: File) -> str | None:
    """The line of an ignore file that keeps a secret out.

    None where a file holds none, as far as is known.
    """
    parts = file.path.split("/")
    *above, name = parts
    if is_sample(above, name):
        return None

    is_known = "/".join(parts[-2:]) in PATHS
    directory = next((part for part in parts if part in DIRECTORIES), None)
    if directory is not None:
        if _is_public(context, file) and not is_known:
            return None
        end = parts.index(directory) + 1
        return "/".join(parts[:end])

    if context is not None and _is_harmless(context, file):
        return None
    if name == "terraform.tfstate" and above[-1:] == [".terraform"]:
        return None  # where the state is kept, not the state
    if name in NAMES:
        return f"**/{name}" if above else name
    if is_known:
        return file.path
    if name.startswith(".env.") and _is_secret_environment(context, file.path):
        return file.path
    if context is not None and _holds_secret(context, file):
        return file.path
    return None


def _is_public(context: Context | None, file: File) -> bool:
    """Whether a file in a directory for secrets is one that anyone may have."""
    name = file.path.rpartition("/")[2]
    if name in PUBLIC or name in KEEPERS or name.endswith(".pub"):
        return True
    return context is not None and _is_task_definition(context, file)


def _is_task_definition(context: Context, file: File) -> bool:
    """Whether a file of `.aws` says what a service of ECS runs, and holds no login.

    GitHub's own workflow for ECS keeps it there.
    """
    if not file.name.endswith(".json") or file.size > 64 * 1024:
        return False
    text = context.read(file.path) or ""
    return '"containerDefinitions"' in text and not _has_private_key(text)


def _is_harmless(context: Context, file: File) -> bool:
    """Whether a file with the name of a secret holds none."""
    if file.name == ".env":
        text = context.read(file.path)
        return is_public_environment(text) or _is_of_symfony(context, file.path)
    if file.name == ".pypirc":
        text = context.read(file.path)
        return text is not None and not has_index_password(text)
    return False


def _is_of_symfony(context: Context, path: str) -> bool:
    """Whether it has the defaults of a project of Symfony, which does not start without it.

    Secrets go into `.env.local`, which such a project does not keep in its repository.
    """
    directory = path.rpartition("/")[0]
    manifest = context.read(f"{directory}/composer.json".lstrip("/")) or ""
    return '"symfony/dotenv"' in manifest or '"symfony/runtime"' in manifest


def _is_secret_environment(context: Context | None, path: str) -> bool:
    """Frameworks of JavaScript keep `.env.production` in the repository and `.env.local` out
    of it.
    """
    if context is None:
        return path.endswith(".local")
    directory = path.rpartition("/")[0]
    manifest = f"{directory}/package.json".lstrip("/")
    if context.exists(manifest) and not path.endswith(".local"):
        return False
    text = context.read(path)
    return not is_public_environment(text)


def _holds_secret(context: Context, file: File) -> bool:
    if file.kind is not FileKind.FILE or file.size > 64 * 1024:
        return False
    name = file.path.rpartition("/")[2]
    if name == ".npmrc":
        return _TOKEN.search(context.read(file.path) or "") is not None
    if not name.endswith(_KEY_SUFFIXES) and not _may_be_key_in_json(name):
        return False
    if "templates" in file.path.split("/"):
        return False  # the program gives it to whoever it makes a directory for
    text = context.read(file.path) or ""
    return _has_private_key(text) and not _is_of_nobody(context, file.path, text)


def _is_of_nobody(context: Context, path: str, text: str) -> bool:
    """Whether the certificate of a key, in its file or beside it, is for no real host."""
    if is_for_nobody(text):
        return True
    stem = path.rpartition(".")[0]
    directory, slash, name = stem.rpartition("/")
    stems = [stem]
    if "private" in name:
        stems.append(directory + slash + name.replace("private", "public"))
    if "key" in name:
        # `mykey.pem` and `mycert.pem`
        stems += [directory + slash + name.replace("key", word) for word in _CERTS]
    beside = [context.read(stem + ending) for stem in stems for ending in _CERTIFICATES]
    return any(is_for_nobody(certificate) for certificate in beside if certificate)


def _has_private_key(text: str) -> bool:
    """Whether a header is followed by a key, not by `YOUR_PRIVATE_KEY_HERE`."""
    for header in _PRIVATE_KEY.finditer(text):
        start = header.end()
        headers = _ARMOR_HEADERS.match(text, start)
        if headers is not None:
            start = headers.end()
        body = _KEY_BODY.match(text, start)
        if body is None:
            continue
        characters = "".join(body[0].replace("\\n", "").split())
        if len(characters) >= _SHORTEST_KEY:
            return True
    return False


def _may_be_key_in_json(name: str) -> bool:
    """Whether a file may be the key of a service account, by its name."""
    if not name.endswith(".json"):
        return False
    return "credential" in name or "service" in name
