"""Sources and modes of ADD and COPY: local paths, URLs and git repositories (BuildKit's
convert_copy.go, dfgitutil).
"""

from __future__ import annotations

import posixpath
import re

from lightship.base_images.reference import digest_refusal
from lightship.dockerfile.values import BOOLEANS
from lightship.record import record
from lightship.regex import regex

_PROTOCOL = regex(r"([a-zA-Z0-9]+)://")
_SCP = regex(
    r"([a-zA-Z0-9-_]+)@([a-zA-Z0-9-.]+):([^\n]*?)(?:\?([^\n]*?))?(?:#([^\n]*))?"
)
_BAD_PERCENT = regex(r"%(?![0-9a-fA-F]{2})")
_PERCENT = rb"%([0-9a-fA-F]{2})"
_CONTROL = regex(r"[\x00-\x1f\x7f]")
_HOST_REFUSES = regex(r"[\x00-\x20\\^`{|}%/?#@]")
_USER = regex(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*")
_PORT = regex(r":[0-9]*")
_OCTAL = regex(r"[0-7]{1,11}")
_SYMBOLIC = regex(r"[augo]*(?:[+=-][rstwXxugo]*)+(?:,[augo]*(?:[+=-][rstwXxugo]*)+)*")
_PREFIXES = {"tag": "refs/tags/", "branch": "refs/heads/"}
_FLAGS = ("submodules", "keep-git-dir", "fetch-by-commit")


@record
class GitSource:
    """A git repository as a source: what follows the address, after `#` or in the query.

    `local` marks `github.com/…`, which COPY and ADD take for a path. `refusal` is why BuildKit
    refuses the query.
    """

    ref: str = ""
    subdir: str = ""
    checksum: str = ""
    keep_git_dir: bool | None = None
    local: bool = False
    refusal: str = ""


@record
class _Url:
    path: str
    query: str
    fragment: str


def is_url(source: str) -> bool:
    """A file that is fetched by HTTP."""
    return source.startswith(("http://", "https://")) and git_source(source) is None


def git_source(source: str) -> GitSource | None:
    """The git repository that a source names, if it does (ParseGitRef)."""
    local = source.startswith("github.com/")
    if local:
        url = _url("", source)
    elif protocol := _PROTOCOL.match(source):
        scheme = protocol[1].lower()
        url = (
            _url(scheme, source[protocol.end() :])
            if scheme in ("http", "https", "ssh", "git")
            else None
        )
        if (
            url is not None
            and scheme in ("http", "https")
            and not url.path.endswith(".git")
        ):
            return None
    else:
        url = _scp(source)
    return None if url is None else _with_query(url, local)


def _scp(source: str) -> _Url | None:
    """`git@host:path`; the query must be one."""
    match = _SCP.fullmatch(source) if "@" in source else None
    if match is None or (match[4] and _query(match[4], strict=True) is None):
        return None
    return _Url(match[3], match[4] or "", match[5] or "")


def _url(scheme: str, rest: str) -> _Url | None:
    """What net/url reads after `scheme://`, or None where it refuses.

    Without a scheme all is path.
    """
    rest, _, fragment = rest.partition("#")
    rest, _, query = rest.partition("?")
    authority, slash, path = rest.partition("/") if scheme else ("", "", rest)
    user, _, host = authority.rpartition("@")
    refused = (
        _CONTROL.search(rest + query)
        or not _USER.fullmatch(user)
        or not _valid_host(host)
        or any(_BAD_PERCENT.search(part) for part in (user, path, fragment))
    )
    return (
        None if refused else _Url(_unquoted(slash + path), query, _unquoted(fragment))
    )


def _valid_host(host: str) -> bool:
    if host.startswith("["):
        inside, closed, port = host.rpartition("]")
        return (
            bool(closed)
            and (not port or bool(_PORT.fullmatch(port)))
            and not _HOST_REFUSES.search(inside)
        )
    name, colon, port = host.rpartition(":")
    if colon and not _PORT.fullmatch(colon + port):
        return False
    return not _HOST_REFUSES.search(name if colon else host)


def _unquoted(text: str, plus: bool = False) -> str:
    """Percent escapes decoded; `plus` is a blank in a query."""
    if plus:
        text = text.replace("+", " ")
    data = re.sub(
        _PERCENT,
        lambda match: bytes.fromhex(match[1].decode()),
        text.encode("utf-8", "surrogateescape"),
    )
    return data.decode("utf-8", "surrogateescape")


def _query(text: str, strict: bool = False) -> dict[str, list[str]] | None:
    """The query's values by key.

    What cannot be read is left out or, if `strict`, makes all of it None.
    """
    values: dict[str, list[str]] = {}
    for part in text.split("&"):
        if ";" in part or _BAD_PERCENT.search(part):
            if strict:
                return None
            continue
        if part:
            key, _, value = part.partition("=")
            values.setdefault(_unquoted(key, plus=True), []).append(
                _unquoted(value, plus=True)
            )
    return values


def _with_query(url: _Url, local: bool) -> GitSource:
    """`#ref:subdir` and `?ref=…&subdir=…` (loadQuery)."""
    ref, _, subdir = url.fragment.partition(":")
    plain: dict[str, str] = {}
    for key, values in (_query(url.query) or {}).items():
        if len(values) > 1:
            return GitSource(local=local, refusal=f"the query has {key} more than once")
        if refusal := _parameter_refusal(key, values[0]):
            return GitSource(local=local, refusal=refusal)
        plain[key] = values[0]
    refs = [ref, plain.get("ref", "")]
    refs += [
        _under(prefix, plain[key]) for key, prefix in _PREFIXES.items() if key in plain
    ]
    subdirs = {_clean(subdir) if subdir else "", plain.get("subdir", "")} - {""}
    refusal = ""
    if len(set(refs) - {""}) > 1 or ("tag" in plain and "branch" in plain):
        refusal = "it names more than one ref"
    elif len(subdirs) > 1:
        refusal = "it names more than one subdirectory"
    checksum = plain.get("checksum") or plain.get("commit") or ""
    keep = (
        BOOLEANS[plain["keep-git-dir"] or "true"] if "keep-git-dir" in plain else None
    )
    return GitSource(
        next(filter(None, refs), ""),
        next(iter(subdirs), ""),
        checksum,
        keep,
        local,
        refusal,
    )


def _parameter_refusal(key: str, value: str) -> str:
    if key in _FLAGS:
        return (
            ""
            if not value or value in BOOLEANS
            else f"{key} in the query must be true or false"
        )
    if key not in ("ref", "tag", "branch", "subdir", "checksum", "commit", "mtime"):
        return f"unexpected {key} in the query"
    if not value:
        return f"{key} in the query has no value"
    if key == "mtime" and value not in ("checkout", "commit"):
        return "mtime in the query must be checkout or commit"
    return ""


def _under(prefix: str, name: str) -> str:
    return name if name.startswith(prefix) else prefix + name


def _clean(path: str) -> str:
    return posixpath.normpath("/" + path.lstrip("/")).lstrip("/")


def mode_refusal(mode: str) -> str:
    """Why `--chmod` is refused, or nothing: octal digits up to 07777, or symbols as chmod(1)
    takes them.
    """
    if _OCTAL.fullmatch(mode) and int(mode, 8) < 2**32:
        valid = int(mode, 8) <= 0o7777
    else:
        valid = _SYMBOLIC.fullmatch(mode) is not None
    if valid:
        return ""
    wanted = "write octal digits up to 07777, or symbols such as u=rwX,go=rX"
    return f"invalid --chmod={mode}: {wanted}"


def checksum_refusal(sources: tuple[str, ...], is_add: bool) -> str:
    """Why `--checksum` is refused, or nothing."""
    if not is_add:
        return "COPY does not support a checksum"
    if len(sources) != 1:
        return "a checksum needs a single source"
    return (
        ""
        if is_url(sources[0]) or git_source(sources[0])
        else "a checksum needs an HTTP(S) or git source"
    )


def remote_refusal(
    sources: tuple[str, ...],
    is_add: bool,
    checksum: str,
    keep_git_dir: bool | None,
) -> tuple[str, str] | None:
    """The first source that BuildKit refuses, and why.

    A checksum in one query counts for the sources after it.
    """
    for source in sources:
        if (
            "://" not in source
            and "@" not in source
            and not source.startswith("github.com/")
        ):
            continue
        git = git_source(source)
        if git is None:
            reason = _url_refusal(source, is_add, checksum)
        else:
            reason = _git_refusal(git, is_add, checksum, keep_git_dir)
            checksum = git.checksum or checksum
            keep_git_dir = (
                keep_git_dir if git.keep_git_dir is None else git.keep_git_dir
            )
        if reason:
            return source, reason
    return None


def _url_refusal(source: str, is_add: bool, checksum: str) -> str:
    if not is_url(source):
        return ""
    if not is_add:
        return "COPY cannot copy from a URL: use ADD"
    return digest_refusal(checksum) if checksum else ""


def _git_refusal(
    git: GitSource,
    is_add: bool,
    checksum: str,
    keep_git_dir: bool | None,
) -> str:
    if git.refusal or git.local:
        return git.refusal
    if not is_add:
        return "COPY cannot copy from a git repository: use ADD"
    if keep_git_dir is not None and git.keep_git_dir not in (None, keep_git_dir):
        return "--keep-git-dir contradicts the query of the source"
    if checksum and git.checksum and checksum != git.checksum:
        return "--checksum contradicts the query of the source"
    return ""
