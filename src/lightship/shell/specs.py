"""How a package is written on a command line: name, version and where it comes from.

Sources: apt-get(8) and apk(8) "install", dnf(8) "Specifying Packages", zypper(8), PEP 508 and
`pip install`, conda's package match specification, `npm install`, `gem install`,
go.dev/ref/mod#version-queries, `cargo install`.
"""

from __future__ import annotations

from collections.abc import Callable

from lightship.record import record
from lightship.shell.words import Word, pieces

_ARCHIVES = (
    ".whl",
    ".tar.gz",
    ".tgz",
    ".zip",
    ".tar.bz2",
    ".tar.xz",
    ".deb",
    ".rpm",
    ".apk",
    ".gem",
    ".conda",
)
_EQUAL = frozenset({"=", "==", "===", "@", ":", "-"})
# What stands between a name and a version, for each that has several
_APK = ("=~", "=", "~=", "~", ">=", "<=", "><", ">", "<")
_RPM = (">=", "<=", "=", ">", "<")
_PIP = ("===", "==", "~=", "!=", ">=", "<=", ">", "<", " @ ")
_CONDA = ("==", ">=", "<=", "!=", "~=", "=", ">", "<", " ")
_HOSTS = ("github:", "gitlab:", "bitbucket:", "gist:")


@record
class Package:
    """One thing that a command installs or removes.

    `kind` is registry (a name), file (an archive), url (a version control URL too), directory,
    group (`@name` of dnf), removal (`name-` of apt) or variable (known only when the command runs).
    `name` is empty where it is not known; variables stay in `name` and `version` as written.
    `operator` is what stands between name and version, both None without a version. `extras` are
    those of a Python requirement.
    """

    name: str
    version: str | None
    operator: str | None
    kind: str
    word: Word
    extras: tuple[str, ...] = ()
    editable: bool = False

    @property
    def pinned(self) -> bool:
        """Whether it asks for one version, or one series of versions.

        It does not with a range, with a tag such as latest, and with nothing.
        """
        if not self.version or self.operator not in _EQUAL:
            return False
        if self.operator in ("===", "-"):
            return True
        return _is_version(self.version.removeprefix("v"))


@record
class Parts:
    """What a text says of a package, see Package."""

    name: str
    operator: str | None = None
    version: str | None = None
    kind: str = "registry"
    extras: tuple[str, ...] = ()


def read_package(spelling: str, word: Word) -> Package:
    """What `word` means for a manager that spells packages so."""
    text = written(word)
    if text.startswith(("$", "`")):
        return Package("", None, None, "variable", word)
    parts = _SPELLINGS[spelling](text)
    return Package(
        parts.name,
        parts.version,
        parts.operator,
        parts.kind,
        word,
        parts.extras,
    )


def written(word: Word) -> str:
    """The word without quotes; expansions stay as they are written."""
    if word.value is not None:
        return word.value
    return "".join(piece.text for piece in pieces(word.text))


def _place(text: str) -> str | None:
    """The kind of what is not a name: a path, an archive or a URL."""
    if "://" in text or text.startswith(("git+", "git@", "file:")):
        return "url"
    if text.endswith(_ARCHIVES):
        return "file"
    if text.startswith((".", "/", "~")):
        return "directory"
    return None


def _split(text: str, *operators: str) -> tuple[str, str | None, str | None]:
    """Name, operator and version: at the first operator, which is not at the very start.

    Where several begin at one place, it is the longest.
    """
    first = len(text)
    chosen = ""
    for operator in operators:
        at = text.find(operator, 1)
        if at < 0 or at > first:
            continue
        if at < first or len(operator) > len(chosen):
            first = at
            chosen = operator
    if not chosen:
        return text, None, None
    version = text[first + len(chosen) :]
    return text[:first].strip(), chosen, version.strip()


def _before(text: str, mark: str) -> str:
    """What stands before a mark; all of it where there is none."""
    start, _, _ = text.partition(mark)
    return start


def _is_version(text: str) -> bool:
    """Whether it begins as a version does; a variable may be one."""
    first = text[:1]
    return first.isdigit() or first == "$"


def _plain(text: str) -> Parts:
    return Parts(text, kind=_place(text) or "registry")


def _apt(text: str) -> Parts:
    """`name[:arch][=version | /release | + | -]`, or a path to a .deb."""
    if _place(text):
        return _plain(text)
    name, operator, version = _split(text, "=", "/")
    is_removal = operator is None and name.endswith("-")
    kind = "removal" if is_removal else "registry"
    name = _before(name, ":").removesuffix("-")
    return Parts(name, operator, version, kind)


def _apk(text: str) -> Parts:
    """`[!]name[@repository][=version | ~version | <version ...]`, or a path to an .apk."""
    is_virtual = text.startswith(".") and "/" not in text
    is_tagged = text.startswith("git@")  # git of a tagged repository is no URL
    if _place(text) and not is_virtual and not is_tagged:
        return _plain(text)
    name, operator, version = _split(text, *_APK)
    kind = "removal" if name.startswith("!") else "registry"
    name = _before(name.removeprefix("!"), "@")
    return Parts(name, operator, version, kind)


def _rpm(text: str) -> Parts:
    """`name[-version[-release]][.arch]`, `@group`, a path or a URL.

    Only what surely is a version is told apart.
    """
    if text.startswith("@"):
        return Parts(text.removeprefix("@"), kind="group")
    kind = _place(text)
    if kind == "directory" and text.startswith("/") and "*" not in text:
        return Parts(text)  # the package that provides this file
    if kind:
        return Parts(text, kind=kind)
    if any(operator in text for operator in "=><"):
        return Parts(*_split(text, *_RPM))

    name, *rest = text.rsplit("-", 2)
    if len(rest) == 2:
        version, release = rest
        if _is_version(version) and release[:1].isdigit():
            return Parts(name, "-", f"{version}-{release}")
    name, _, last = text.rpartition("-")
    is_sure = "." in last or "*" in last or last.startswith("$")
    if name and is_sure and _is_version(last):
        return Parts(name, "-", last)
    return Parts(text)


def _zypper(text: str) -> Parts:
    """`[repository:]name[.arch][=version | >=version ...]`, a path or a URL."""
    if _place(text):
        return _plain(text)
    name, operator, version = _split(text, *_RPM)
    kind = "removal" if text.startswith(("-", "!")) else "registry"
    return Parts(name.lstrip("+~"), operator, version, kind)


def _pip(text: str) -> Parts:
    """A requirement (PEP 508), a path or a URL; `.[extra]` is a path with extras."""
    text = _before(text, ";").strip()
    name, operator, version = _split(text, *_PIP)
    base, extras = _extras(name)
    if operator == " @ ":
        return Parts(base, kind="url", extras=extras)

    place = base if operator else text
    if extras and not operator:
        place = _before(text, "[")
    kind = _place(place)
    if kind == "directory":
        return Parts(base, kind=kind, extras=extras)
    if kind:
        return Parts(text, kind=kind, extras=extras)
    if operator is None and "/" in base and not {"@", "$"} & set(base):
        return Parts(base, kind="directory", extras=extras)  # no name has a slash
    if operator is None and "@" in base:  # name@url
        base, _, url = base.partition("@")
        return Parts(base.strip(), kind=_place(url) or "url", extras=extras)
    return Parts(base, operator, version, extras=extras)


def _extras(text: str) -> tuple[str, tuple[str, ...]]:
    """`name[extra, ...]` as name and extras."""
    name, bracket, rest = text.partition("[")
    if not bracket:
        return text, ()
    names = _before(rest, "]").split(",")
    stripped = (extra.strip() for extra in names)
    return name.strip(), tuple(extra for extra in stripped if extra)


def _poetry(text: str) -> Parts:
    """As pip, and `name@version` (poetry, uv)."""
    name, operator, version = _split(text, "@")
    if not operator or not version:
        return _pip(text)
    if "=" in name or "://" in text or _place(version):
        return _pip(text)
    base, extras = _extras(name)
    return Parts(base, "@", version, extras=extras)


def _conda(text: str) -> Parts:
    """`[channel::]name[=version[=build]]`, with other operators too."""
    if _place(text):
        return _plain(text)
    _, _, package = text.rpartition("::")
    name, operator, version = _split(package, *_CONDA)
    return Parts(_before(name, "["), operator, version)


def _npm(text: str) -> Parts:
    """`[@scope/]name[@version | @tag | @range]`, a path, a URL or `user/repository`.

    An alias is written `alias@npm:name@version`.
    """
    kind = _place(text)
    if kind or text.startswith(_HOSTS):
        return Parts(text, kind=kind or "url")
    alias, _, aliased = text.partition("@npm:")
    name, operator, version = _split(aliased or alias, "@")
    if "/" in name and not name.startswith("@"):
        return Parts(text, kind="url")
    if version:
        if version.startswith("workspace:"):
            return Parts(name, kind="directory")
        kind = _place(version)
        if kind:
            return Parts(name, kind=kind)
    return Parts(name, operator, version)


def _gem(text: str) -> Parts:
    """`name[:version]` or a path to a .gem."""
    if _place(text):
        return _plain(text)
    return Parts(*_split(text, ":"))


def _go(text: str) -> Parts:
    """`module/path[@version]`.

    A path that begins with a dot is the module in the directory.
    """
    kind = "directory" if text.startswith((".", "/")) else "registry"
    name, operator, version = _split(text, "@")
    return Parts(name, operator, version, kind)


def _cargo(text: str) -> Parts:
    """`name[@version]`."""
    name, operator, version = _split(text, "@")
    return Parts(name, operator, version, _place(text) or "registry")


_SPELLINGS: dict[str, Callable[[str], Parts]] = {
    "plain": _plain,
    "apt": _apt,
    "apk": _apk,
    "rpm": _rpm,
    "zypper": _zypper,
    "pip": _pip,
    "poetry": _poetry,
    "conda": _conda,
    "npm": _npm,
    "gem": _gem,
    "go": _go,
    "cargo": _cargo,
}
