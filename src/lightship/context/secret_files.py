"""Files that hold secrets, by their names, and what a `.env` says of itself: of a build
context, and of an image.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lightship.regex import regex

NAMES = frozenset(
    (".env", ".netrc", "_netrc", ".pypirc", ".git-credentials", ".pgpass", ".htpasswd")
)
NAMES |= frozenset(
    ("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "terraform.tfstate", "kubeconfig")
)
PATHS = frozenset((".aws/credentials", ".docker/config.json", ".kube/config"))
"""Names that say it together with the directory that they are in."""
STORES = (".kdbx", ".p12", ".pfx")
DIRECTORIES = frozenset((".ssh", ".aws", ".azure", ".gnupg", ".kube"))
PUBLIC = frozenset(("authorized_keys", "known_hosts", "config"))  # in those directories
_SAMPLES = frozenset(
    "example examples sample samples template tpl dist default defaults test tests testdata".split()
)
_SAMPLES |= frozenset(
    ("testing", "ci", "fixture", "fixtures", "docs", "schema", "dummy", "mock", "mocks")
)
_OTHERS = frozenset(
    "js mjs cjs ts mts cts py rb go md pub enc encrypted age gpg sops vault".split()
)
"""Endings of what is code, public or encrypted."""
_PUBLIC_VARIABLES = tuple(
    """VITE_ REACT_APP_ NEXT_PUBLIC_ NUXT_PUBLIC_ VUE_APP_ GATSBY_ EXPO_PUBLIC_ PUBLIC_
    NG_APP_""".split()
)
_SECRET_WORD = regex(
    r"key|secret|token|pass|pwd|cred|auth|private|salt|jwt|webhook|dsn|flag",
    re.IGNORECASE,
)
_ABOUT_SECRET = regex(
    r"_(?:method|type|host|ur[il]|path|file|dir|port|name|algorithm|enabled"
    r"|minutes|seconds|days|ttl)$",
    re.IGNORECASE,
)
_SETTING = regex(r"(?:true|false|yes|no|none|null|on|off)?", re.IGNORECASE)
_WITH_USER = regex(r"://[^/\s]*@")
_RANDOM = regex(r"(?=(?:\D*\d){3})(?=.*[A-Za-z])[^\s./:]{20,}")


def is_sample(above: Iterable[str], name: str) -> bool:
    """Whether a file is an example or for tests, as its name or a directory above it says."""
    return not _SAMPLES.isdisjoint((*above, *re.split(r"[._-]", name.lower())))


def is_named_for_secrets(path: str) -> bool:
    """Whether the name of a file in an image says that it holds secrets.

    Its content may say that it does not.
    """
    *above, name = path.split("/")
    begins = name.startswith(".env.") or (
        name.startswith("id_") and above[-1:] == [".ssh"]
    )
    is_named = (
        name in NAMES or name.endswith(STORES) or "/".join((*above[-1:], name)) in PATHS
    )
    if not is_named and (not begins or name.rpartition(".")[2] in _OTHERS):
        return False
    home = 2 if above[:1] == ["home"] else 0  # the name of a user says nothing
    return not is_sample(above[home:], name)


def is_public_environment(text: str | None) -> bool:
    """Whether no variable looks like a secret: such a framework writes it into the pages, or
    it only sets something.
    """
    rows = [row.strip().removeprefix("export ") for row in (text or "").splitlines()]
    pairs = [row.partition("=") for row in rows if row and not row.startswith("#")]
    known = bool(pairs) and all(sign for _, sign, _ in pairs)
    return known and not any(
        _may_be_secret(name.strip(), value.strip(" \"'")) for name, _, value in pairs
    )


def _may_be_secret(name: str, value: str) -> bool:
    if name.startswith(_PUBLIC_VARIABLES) or _SETTING.fullmatch(value):
        return False
    named = _SECRET_WORD.search(name) is not None and _ABOUT_SECRET.search(name) is None
    return (
        named
        or _WITH_USER.search(value) is not None
        or _RANDOM.fullmatch(value) is not None
    )
