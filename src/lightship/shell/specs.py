"""How a package is written on a command line, by package manager: name, version and where it comes from.

Sources: apt-get(8) and apk(8) "install", dnf(8) "Specifying Packages", zypper(8), PEP 508 and `pip install`,
conda's package match specification, `npm install`, `gem install`, go.dev/ref/mod#version-queries, `cargo install`.
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
_EQUAL = frozenset(("=", "==", "===", "@", ":", "-"))


@record
class Package:
    """One thing that a command installs or removes.

    `kind` is registry (a name), file (an archive), url (a version control URL too), directory, group (`@name` of dnf),
    removal (`name-` of apt) or variable (known only when the command runs). `name` is empty where it is not known;
    variables stay in `name` and `version` as written. `operator` is what stands between name and version, both None
    without a version. `extras` are those of a Python requirement.
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
        """Whether it asks for one version, or one series of versions: not a range, a tag such as latest, or nothing."""
        if not self.version or self.operator not in _EQUAL:
            return False
        start = self.version.removeprefix("v")[:1]
        return start.isdigit() or start == "$" or self.operator in ("===", "-")


Parts = tuple[
    str, str | None, str | None, str, tuple[str, ...]
]  # name, operator, version, kind, extras


def read_package(spelling: str, word: Word) -> Package:
    """What `word` means for a manager that spells packages so."""
    text = written(word)
    if text.startswith(("$", "`")):
        return Package("", None, None, "variable", word)
    name, operator, version, kind, extras = _SPELLINGS[spelling](text)
    return Package(name, version, operator, kind, word, extras)


def written(word: Word) -> str:
    """The word without quotes; expansions stay as they are written."""
    return (
        word.value
        if word.value is not None
        else "".join(piece.text for piece in pieces(word.text))
    )


def _place(text: str) -> str | None:
    """The kind of what is no name: a path, an archive or a URL."""
    if "://" in text or text.startswith(("git+", "git@", "file:")):
        return "url"
    if text.endswith(_ARCHIVES):
        return "file"
    return "directory" if text.startswith((".", "/", "~")) else None


def _split(text: str, *operators: str) -> tuple[str, str | None, str | None]:
    """At the first of `operators`, the longest where several begin at one place; not at the very start."""
    found = [
        (text.find(operator, 1), -len(operator), operator) for operator in operators
    ]
    best = min((each for each in found if each[0] > 0), default=None)
    if best is None:
        return text, None, None
    at, _, operator = best
    return text[:at].strip(), operator, text[at + len(operator) :].strip()


def _plain(text: str) -> Parts:
    return text, None, None, _place(text) or "registry", ()


def _apt(text: str) -> Parts:
    """`name[:arch][=version | /release | + | -]`, or a path to a .deb."""
    kind = _place(text)
    if kind:
        return _plain(text)
    name, operator, version = _split(text, "=", "/")
    kind = "removal" if operator is None and name.endswith("-") else "registry"
    return name.partition(":")[0].removesuffix("-"), operator, version, kind, ()


def _apk(text: str) -> Parts:
    """`[!]name[@repository][=version | ~version | <version ...]`, or a path to an .apk."""
    virtual = text.startswith(".") and "/" not in text
    if (
        _place(text) and not virtual and not text.startswith("git@")
    ):  # git of a tagged repository is no URL
        return _plain(text)
    name, operator, version = _split(
        text, "=~", "=", "~=", "~", ">=", "<=", "><", ">", "<"
    )
    kind = "removal" if name.startswith("!") else "registry"
    return name.removeprefix("!").partition("@")[0], operator, version, kind, ()


def _rpm(text: str) -> Parts:
    """`name[-version[-release]][.arch]`, `@group`, a path or a URL. Only what surely is a version is told apart."""
    kind = "group" if text.startswith("@") else _place(text)
    if kind == "directory" and text.startswith("/") and "*" not in text:
        return text, None, None, "registry", ()  # the package that provides this file
    if kind:
        return text.removeprefix("@"), None, None, kind, ()
    if "=" in text or ">" in text or "<" in text:
        name, operator, version = _split(text, ">=", "<=", "=", ">", "<")
        return name, operator, version, "registry", ()
    name, *rest = text.rsplit("-", 2)
    if len(rest) == 2 and _is_version(rest[0]) and rest[1][:1].isdigit():
        return name, "-", "-".join(rest), "registry", ()
    name, _, last = text.rpartition("-")
    if name and _is_version(last) and ("." in last or "*" in last or last[0] == "$"):
        return name, "-", last, "registry", ()
    return text, None, None, "registry", ()


def _is_version(text: str) -> bool:
    return text[:1].isdigit() or text[:1] == "$"


def _zypper(text: str) -> Parts:
    """`[repository:]name[.arch][=version | >=version ...]`, a path or a URL."""
    kind = _place(text)
    if kind:
        return _plain(text)
    name, operator, version = _split(text, ">=", "<=", "=", ">", "<")
    return (
        name.lstrip("+~"),
        operator,
        version,
        "removal" if text[:1] in "-!" else "registry",
        (),
    )


def _pip(text: str) -> Parts:
    """A requirement (PEP 508), a path or a URL; `.[extra]` is a path with extras."""
    text = text.partition(";")[0].strip()
    name, operator, version = _split(
        text, "===", "==", "~=", "!=", ">=", "<=", ">", "<", " @ "
    )
    base, extras = _extras(name)
    if operator == " @ ":
        return base, None, None, "url", extras
    kind = _place(base if operator else text.partition("[")[0] if extras else text)
    if kind:
        return (base if kind == "directory" else text), None, None, kind, extras
    if operator is None and "@" in base:  # name@url
        base, _, url = base.partition("@")
        return base.strip(), None, None, _place(url) or "url", extras
    return base, operator, version, "registry", extras


def _extras(text: str) -> tuple[str, tuple[str, ...]]:
    """`name[extra, ...]` as name and extras."""
    name, bracket, rest = text.partition("[")
    if not bracket:
        return text, ()
    return name.strip(), tuple(
        extra.strip() for extra in rest.partition("]")[0].split(",") if extra.strip()
    )


def _poetry(text: str) -> Parts:
    """As pip, and `name@version` (poetry, uv)."""
    name, operator, version = _split(text, "@")
    base, extras = _extras(name)
    if (
        operator
        and version
        and "=" not in name
        and "://" not in text
        and not _place(version)
    ):
        return base, "@", version, "registry", extras
    return _pip(text)


def _conda(text: str) -> Parts:
    """`[channel::]name[=version[=build]]`, with other operators too."""
    kind = _place(text)
    if kind:
        return _plain(text)
    name, operator, version = _split(
        text.rpartition("::")[2], "==", ">=", "<=", "!=", "~=", "=", ">", "<", " "
    )
    return name.partition("[")[0], operator, version, "registry", ()


def _npm(text: str) -> Parts:
    """`[@scope/]name[@version | @tag | @range]`, `alias@npm:name@version`, a path, a URL or `user/repository`."""
    kind = _place(text)
    if kind or text.startswith(("github:", "gitlab:", "bitbucket:", "gist:")):
        return text, None, None, kind or "url", ()
    alias, _, aliased = text.partition("@npm:")
    name, operator, version = _split(aliased or alias, "@")
    if "/" in name and not name.startswith("@"):
        return text, None, None, "url", ()
    if version and (_place(version) or version.startswith("workspace:")):
        return name, None, None, _place(version) or "directory", ()
    return name, operator, version, "registry", ()


def _gem(text: str) -> Parts:
    """`name[:version]` or a path to a .gem."""
    name, operator, version = _split(text, ":")
    kind = _place(text)
    return _plain(text) if kind else (name, operator, version, "registry", ())


def _go(text: str) -> Parts:
    """`module/path[@version]`; a path that begins with a dot is the module in the directory."""
    name, operator, version = _split(text, "@")
    return (
        name,
        operator,
        version,
        "directory" if text.startswith((".", "/")) else "registry",
        (),
    )


def _cargo(text: str) -> Parts:
    """`name[@version]`."""
    name, operator, version = _split(text, "@")
    return name, operator, version, _place(text) or "registry", ()


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
