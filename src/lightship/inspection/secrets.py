"""Secrets in the bytes of an image: in the content of its files, of every layer, and in its config.

Nothing here gives a secret's value: only what it is and where.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from lightship.context.secret_files import (
    NAMES,
    PATHS,
    STORES,
    is_named_for_secrets,
    is_public_environment,
)
from lightship.facts.secrets.secret_names import is_secret_name
from lightship.facts.secrets.secret_shapes import is_example, masked, secrets_in
from lightship.image.image import Image
from lightship.image.scan import FoundSecret, SearchedFile
from lightship.inspection.marks import marks_in
from lightship.regex import regex

_MOST = 20  # hits of one file
_ROW = 100_000  # characters of a row of history that are looked at
_FEWEST, _FEWEST_DIFFERENT = 8, 5  # characters of a value that goes by its name alone
_COMMON = frozenset(
    """password passwd changeme postgres postgresql redis rabbitmq minioadmin adminadmin
    development production undefined disabled mysecretpassword secretsecret localhost""".split()
)
_NO_VALUE = regex(
    r"(?:\./|/|~/)[\w./-]+|(?:https?|file)://[^@]*|[\d.,:-]+|true|false|none|null",
    re.IGNORECASE,
)
# Of public keys, as GPG_KEY of the images of Python
_FINGERPRINTS = regex(
    r"(?:0x)?[0-9A-F]{16,40}(?:[\s,;]{1,3}(?:0x)?[0-9A-F]{16,40}){0,50}|(?i:[0-9A-F]{4}(?: "
    r"{1,2}[0-9A-F]{4}){9})"
)

_REGISTRY = regex(
    r"(?:_authToken|_password|_auth|npmAuthToken|npmAuthIdent)['\"]?\s{0,5}[=:]\s{0,5}['\"]?([^\s'\"]+)"
)
_PASSWORD = regex(r"\bpassword\b\s{0,5}[=:\s]\s{0,5}['\"]?([^\s'\"]+)")
_ADDRESS = regex(r"https?://[^/\s:@]{1,200}:([^@\s/]{4,400})@")
_AUTH = regex(
    r"\"(?:auth|identitytoken|registrytoken)\"\s{0,5}:\s{0,5}\"([\w+/=.-]{8,})\""
)
_CLUSTER = regex(r"\b(?:client-key-data|token|password):\s{0,5}['\"]?([^\s'\"]{12,})")
_PGPASS = regex(r"(?m)^[^#\n:]{1,200}:[^:\n]{1,20}:[^:\n]{1,200}:[^:\n]{1,200}:(\S+)")
_REFRESH = regex(r"\"refresh_token\"\s{0,5}:\s{0,5}\"([^\"]{20,})\"")
_SHADOW = regex(r"(?m)^[^:\n]{1,64}:\$([0-9a-z]{1,4}\$[^:\n]+):")
_DJANGO = regex(r"(?m)^SECRET_KEY\s{0,5}=\s{0,5}['\"]([^'\"\n]{20,})['\"]")

# What files of some names hold, beside tokens: the end of the path, the expression, and what its
# group 1 is
_BY_NAME = (
    ((".npmrc", ".yarnrc", ".yarnrc.yml"), _REGISTRY, "a package registry token"),
    ((".netrc", "_netrc"), _PASSWORD, "a password"),
    ((".pypirc", ".my.cnf"), _PASSWORD, "a password"),
    (
        (".git-credentials", ".gitconfig", ".git/config", "pip.conf"),
        _ADDRESS,
        "a password in a URL",
    ),
    (
        (
            ".docker/config.json",
            ".dockercfg",
            ".dockerconfigjson",
            "containers/auth.json",
        ),
        _AUTH,
        "registry credentials",
    ),
    (("kubeconfig", ".kube/config"), _CLUSTER, "cluster credentials"),
    ((".pgpass",), _PGPASS, "a database password"),
    (("credentials.json",), _REFRESH, "Google Cloud credentials"),
    (("etc/shadow", "etc/shadow-"), _SHADOW, "a password hash"),
    (
        ("settings.py", "settings/base.py", "settings/production.py"),
        _DJANGO,
        "a Django secret key",
    ),
)
_DER = (b"\x30\x82", b"\x30\x80")
_ENDS = tuple(
    end.encode()
    for end in (
        *NAMES,
        *PATHS,
        *STORES,
        *chain.from_iterable(row[0] for row in _BY_NAME),
    )
)
_LAST = frozenset(end[-4:] for end in _ENDS)  # few paths end so
_STARTS = (b".env", b"id_")
# What is no text, though it may have no NUL in its beginning: gzip, zstd, xz, bzip2, PDF, PNG, JPEG
_MAGIC = (
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"\xfd7z",
    b"BZh",
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8",
)
BEGINNING = 4096
"""Bytes of a file that tell whether it is text."""
_VARIABLE = regex(
    r"(?m)^[ \t]{0,20}(?:export[ \t]{1,5})?([A-Za-z_]\w{0,100})[ \t]{0,5}=[ "
    r"\t]{0,5}['\"]?([^'\"\r\n#]+)"
)
KEY_STORE = "a key store (PKCS #12)"
BY_NAME = "a file that holds secrets, judging by its name"
# What is in such a file where it does hold some, as far as one of these words tells
_TOLD = {
    ".docker/config.json": ('"auth"', "token"),
    ".kube/config": ("client-key-data", "token", "password"),
    "kubeconfig": ("client-key-data", "token", "password"),
}
_SAMPLE = regex(r"example|sample|template|dist\Z|default|schema", re.IGNORECASE)
_GIVEN = regex(r"(?<![\w$])([A-Za-z_]\w{0,100})=(?:\"([^\"]+)\"|'([^']+)'|([^\s\"']+))")


def search(path: bytes, data: bytes) -> SearchedFile | None:
    """The secrets in a file with the sums of its content; None where it has none."""
    hits = find(path, data)
    return SearchedFile(hits, _sums(data)) if hits else None


def _sums(data: bytes) -> frozenset[bytes]:
    return frozenset(
        hashlib.new(name, data, usedforsecurity=False).digest()
        for name in ("md5", "sha1", "sha256")
    )


def find(path: bytes, data: bytes) -> tuple[FoundSecret, ...]:
    """The secrets in a file, by line, each line once.

    Where none is known, what its name says, as one FoundSecret.
    """
    tells = may_tell(path)
    marks = marks_in(data) if is_text(data) else ()
    if tells or marks:
        return _looked_through(path.decode("latin-1"), data, marks)
    return ()


def may_tell(path: bytes) -> bool:
    """Whether the name of a file may say that it holds secrets; false is sure."""
    if path[-4:] in _LAST and path.endswith(_ENDS):
        return True
    return path.startswith(_STARTS, path.rfind(b"/") + 1)


def is_text(data: bytes) -> bool:
    """Whether the beginning of a file may be that of a text."""
    return data.find(b"\0", 0, BEGINNING) < 0 and not data.startswith(_MAGIC)


def _looked_through(
    where: str,
    data: bytes,
    marks: Collection[str],
) -> tuple[FoundSecret, ...]:
    inside = _inside(where, data, marks)
    if inside:
        return inside
    return (FoundSecret(BY_NAME, 0),) if _is_named(where, data) else ()


def _inside(
    where: str,
    data: bytes,
    marks: Collection[str],
) -> tuple[FoundSecret, ...]:
    if where.endswith((".p12", ".pfx")):
        return (FoundSecret(KEY_STORE, 0),) if data.startswith(_DER) else ()
    if not is_text(data):
        return ()

    text = data.decode("latin-1")
    by_name = list(_named(where, text))
    _, _, name = where.rpartition("/")
    if name.startswith(".env") and not _is_sample(where):
        by_name += _environment(text)

    tokens = [(secret.span.start, secret.title) for secret in secrets_in(text, marks)]
    # Of a line its first token counts, and a token more than what the name of the file says
    lines = dict(_first_of_lines(text, by_name)) | dict(_first_of_lines(text, tokens))
    return tuple(FoundSecret(lines[line], line) for line in sorted(lines)[:_MOST])


def _first_of_lines(
    text: str, places: Iterable[tuple[int, str]]
) -> Iterator[tuple[int, str]]:
    """Line and title of what is first in each line, of the first lines that have any."""
    line = last = count = 0
    counted = 0
    for at, title in sorted(places):
        line += text.count("\n", counted, at)
        counted = at
        if line + 1 == last:
            continue
        last = line + 1
        yield last, title
        count += 1
        if count == _MOST:
            return


def _is_named(where: str, data: bytes) -> bool:
    """Whether a file's name says that it holds secrets, and its content does not deny it."""
    if not is_named_for_secrets(where) or not data.strip():
        return False
    text = data.decode("latin-1")
    if where.rpartition("/")[2].startswith(".env"):
        return not is_public_environment(text)
    for end, words in _TOLD.items():
        if where.endswith(end):
            return any(word in text for word in words)
    return True


def _named(where: str, text: str) -> Iterator[tuple[int, str]]:
    """What a file of that name holds, by place."""
    for ends, pattern, title in _BY_NAME:
        if where.endswith(ends):
            for match in pattern.finditer(text):
                if not _stands_for_none(match[1]):
                    yield match.start(1), title


def _environment(text: str) -> Iterator[tuple[int, str]]:
    """Variables whose name says that they are secret."""
    for match in _VARIABLE.finditer(text):
        if _is_value(match[1], match[2].strip()):
            yield match.start(2), f"a value of {match[1]}"


def _is_sample(where: str) -> bool:
    return _SAMPLE.search(where.rpartition("/")[2]) is not None


def _is_value(name: str, value: str) -> bool:
    """Whether a variable holds a secret, as far as its name and its value tell."""
    if len(value) < _FEWEST or len(set(value)) < _FEWEST_DIFFERENT:
        return False
    if not is_secret_name(name):
        return False
    return not (_stands_for_none(value) or _FINGERPRINTS.fullmatch(value))


def _stands_for_none(value: str) -> bool:
    """Whether a value is a variable, a path, a setting, an example, or a common word."""
    if value[:1] in "<{$%" or value.lower() in _COMMON:
        return True
    return _NO_VALUE.fullmatch(value) is not None or is_example(value)


class ShownSecret(NamedTuple):
    """A secret that the config of an image shows: what, where, and the layer of its row."""

    title: str
    place: str
    layer: int | None = None


def in_config(image: Image) -> list[ShownSecret]:
    """Those in variables, in the history and in labels, each once: the history repeats ENV."""
    secrets: dict[str, ShownSecret] = {}
    for pair in image.config.env:
        name, _, value = pair.partition("=")
        title = _title(name, value)
        if title:
            secret = ShownSecret(title, f"the environment variable {name}")
            secrets.setdefault(f"{name}={value}", secret)

    for number, row in enumerate(image.history, 1):
        for name, value, title in _of_row(row.created_by):
            variable = f"{name} in " if name else ""
            place = f"{variable}the history (row {number})"
            secret = ShownSecret(title, place, row.layer)
            secrets.setdefault(f"{name}={value}", secret)

    for name, value in image.config.labels.items():
        title = _title("", value)
        if title:
            secret = ShownSecret(title, f"the label {name}")
            secrets.setdefault(f"{name}={value}", secret)
    return list(secrets.values())


def _title(name: str, value: str) -> str:
    """What a value is, by its shape or the name of its variable; empty if it is not a secret."""
    for secret in secrets_in(value):
        return secret.title
    if name and _is_value(name, value):
        return "a secret, judging by its name,"
    return ""


def _of_row(text: str) -> Iterator[tuple[str, str, str]]:
    """The name, the value and what it is, for each secret of a row of history."""
    start = text[:_ROW]
    known = []
    for match in _GIVEN.finditer(start):
        value = match[2] or match[3] or match[4]
        title = _title(match[1], value)
        if title:
            known.append(value)
            yield match[1], value, title

    for secret in secrets_in(start):
        value = secret.span.of(start)
        if not any(value in told for told in known):
            yield "", value, secret.title


def hidden(text: str) -> str:
    """A row of history, or an instruction, as a report may show it: without the secrets in it."""
    for secret in reversed(secrets_in(text)):
        span = secret.span
        before = text[: span.start]
        after = text[span.end :]
        text = f"{before}{masked(span.of(text))}{after}"

    def without(match: re.Match[str]) -> str:
        value = match[2] or match[3] or match[4]
        if not _is_value(match[1], value):
            return match[0]
        return match[0].replace(value, "…")

    return _GIVEN.sub(without, text)
