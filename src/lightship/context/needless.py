"""Files that a build context has and an image does not need, and files that hold secrets: by name, and by content."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from fnmatch import translate
from functools import lru_cache

from lightship.context.files import Context, File, FileKind
from lightship.record import record
from lightship.regex import regex


@record
class Group:
    """Files of one kind. `patterns` are lines of an ignore file: a name, with `**/` before it at any depth.

    `heavy` says that they are many, or change without the program; `used_by` are words of a Dockerfile that show that
    the build does need them; `directories` says that a plain file of that name is something else.
    """

    title: str
    patterns: tuple[str, ...]
    heavy: bool = True
    used_by: re.Pattern[str] | None = None
    directories: bool = False


VERSIONS = Group("version control", (".git", ".hg", ".svn"))
PYTHON = Group("virtual environments", ("**/.venv", "**/venv", "**/__pypackages__"), directories=True)
NODE = Group("node_modules", ("**/node_modules",), directories=True)
CACHES = Group(
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
    ),
)
DERIVED = frozenset(CACHES.patterns[:1] + CACHES.patterns[2:6] + ("**/.ipynb_checkpoints", "**/.DS_Store"))
"""Caches that are made anew without anyone noticing; a `.pyc` may be all that there is of a module."""
COMPILED = CACHES.patterns[1]
EDITORS = Group("editors", ("**/.idea", "**/.vscode", "**/*.sw[op]"), heavy=False)
BUILD = Group(
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
    ),
    heavy=False,
)
TESTS = Group(
    "tests",
    ("tests", "test"),
    heavy=False,
    used_by=regex(r"(?<!la)tests?(?!\w)|\btox\b|\bnox\b"),
    directories=True,
)
DOCS = Group(
    "documentation",
    ("docs", "doc"),
    heavy=False,
    used_by=regex(r"(?<!share/)\bdocs?\b(?!\.)|sphinx|mkdocs"),
    directories=True,
)
GROUPS = (VERSIONS, PYTHON, NODE, CACHES, EDITORS, BUILD, TESTS, DOCS)

_SECRET_NAMES = frozenset((".env", ".netrc", "_netrc", ".pypirc", ".git-credentials", ".pgpass", ".htpasswd"))
_SECRET_NAMES |= frozenset(("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "terraform.tfstate", "kubeconfig"))
_SECRET_DIRECTORIES = frozenset((".ssh", ".aws", ".azure", ".gnupg", ".kube"))
_PUBLIC = frozenset(("authorized_keys", "known_hosts", "config"))  # in those directories
_KEY_SUFFIXES = (".pem", ".key", ".p8", ".ppk", ".asc")
_SAMPLES = frozenset("example examples sample samples template tpl dist default defaults test tests testdata".split())
_SAMPLES |= frozenset(("testing", "ci", "fixture", "fixtures", "docs", "schema", "dummy", "mock", "mocks"))
_PUBLIC_VARIABLES = tuple(
    "VITE_ REACT_APP_ NEXT_PUBLIC_ NUXT_PUBLIC_ VUE_APP_ GATSBY_ EXPO_PUBLIC_ PUBLIC_ NG_APP_".split()
)
_SECRET_WORD = regex(r"key|secret|token|pass|pwd|cred|auth|private|salt|jwt|webhook|dsn|flag", re.IGNORECASE)
_ABOUT_SECRET = regex(
    r"_(?:method|type|host|ur[il]|path|file|dir|port|name|algorithm|enabled|minutes|seconds|days|ttl)$", re.IGNORECASE
)
_SETTING = regex(r"(?:true|false|yes|no|none|null|on|off)?", re.IGNORECASE)
_WITH_USER = regex(r"://[^/\s]*@")
_RANDOM = regex(r"(?=(?:\D*\d){3})(?=.*[A-Za-z])[^\s./:]{20,}")
_PRIVATE_KEY = regex(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----")
_TOKEN = regex(r"(?:_authToken|_password|_auth)\s*=\s*(?!\s*[\"']?\$)\S")


@record
class Hit:
    """What takes a path: its group, the line of an ignore file, and the name that it goes by."""

    group: Group
    pattern: str
    name: str


class Finder:
    """Finds what takes a path."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self.groups = tuple(groups)
        self.names: dict[str, Hit] = {}
        self.globs: list[Hit] = []
        for group in self.groups:
            for pattern in group.patterns:
                hit = Hit(group, pattern, pattern.removeprefix("**/"))
                if "*" in hit.name:
                    self.globs.append(hit)
                else:
                    self.names[hit.name] = hit
        self.deep_globs = [hit for hit in self.globs if hit.name != hit.pattern]  # those of any directory
        self.any_glob = _any_of(tuple(hit.name for hit in self.globs))
        self.any_deep_glob = _any_of(tuple(hit.name for hit in self.deep_globs))

    def find(self, file: File) -> Hit | None:
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
        return replace((self.globs if top else self.deep_globs)[match.lastindex - 1], name=parts[-1])


@lru_cache(maxsize=64)
def _any_of(globs: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for all of them, with a group for each."""
    return re.compile("|".join(f"({translate(glob)})" for glob in globs) or "(?!)")


def secret(context: Context | None, file: File) -> str | None:
    """The line of an ignore file that keeps a secret out; None where a file holds none, as far as is known."""
    *above, name = file.path.split("/")
    if not _SAMPLES.isdisjoint((*above, *re.split(r"[._-]", name.lower()))):
        return None
    directory = next((part for part in (*above, name) if part in _SECRET_DIRECTORIES), None)
    if directory is not None and (name in _PUBLIC or name.endswith(".pub")):
        return None
    if directory is not None:
        end = file.path.split("/").index(directory) + 1
        return "/".join(file.path.split("/")[:end])
    if name == ".env" and context is not None and _is_public(context.read(file.path)):
        return None
    if name in _SECRET_NAMES:
        return f"**/{name}" if above else name
    if name.startswith(".env.") and _is_secret_environment(context, file.path):
        return file.path
    return file.path if context is not None and _holds_secret(context, file) else None


def _is_secret_environment(context: Context | None, path: str) -> bool:
    """Frameworks of JavaScript keep `.env.production` in the repository and `.env.local` out of it."""
    directory, _, name = path.rpartition("/")
    if context is None or context.exists(f"{directory}/package.json".lstrip("/")):
        return name.endswith(".local")
    return not _is_public(context.read(path))


def _is_public(text: str | None) -> bool:
    """Whether no variable looks like a secret: such a framework writes it into the pages, or it only sets something."""
    rows = [row.strip().removeprefix("export ") for row in (text or "").splitlines()]
    pairs = [row.partition("=") for row in rows if row and not row.startswith("#")]
    known = bool(pairs) and all(sign for _, sign, _ in pairs)
    return known and not any(_may_be_secret(name.strip(), value.strip(" \"'")) for name, _, value in pairs)


def _may_be_secret(name: str, value: str) -> bool:
    if name.startswith(_PUBLIC_VARIABLES) or _SETTING.fullmatch(value):
        return False
    named = _SECRET_WORD.search(name) is not None and _ABOUT_SECRET.search(name) is None
    return named or _WITH_USER.search(value) is not None or _RANDOM.fullmatch(value) is not None


def _holds_secret(context: Context, file: File) -> bool:
    name = file.path.rpartition("/")[2]
    if file.kind is not FileKind.FILE or file.size > 64 * 1024:
        return False
    if name.endswith(_KEY_SUFFIXES) or (name.endswith(".json") and ("credential" in name or "service" in name)):
        return _PRIVATE_KEY.search(context.read(file.path) or "") is not None
    return name == ".npmrc" and _TOKEN.search(context.read(file.path) or "") is not None
