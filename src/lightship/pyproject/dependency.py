"""`Dependency`: one requirement as a project states it, in the words of pip, Poetry, Pipenv
or conda.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from lightship.record import record
from lightship.regex import regex

_CARET = regex(r"\^\s*([0-9]+)(?:\.[0-9.]+)?")
_TILDE = regex(r"~\s*([0-9]+)\.([0-9]+)(?:\.[0-9.]+)?")
_PLAIN = regex(r"[0-9]+(?:\.[0-9]+)*(?:\.\*)?")
_SEPARATORS = regex(r"[-_.]+")
_WORD = r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?"
_NAME = regex(_WORD, re.ASCII)
_RANGE = r"(?:[=!<>]=|[<>]) ?[0-9]+(?:\.[0-9]+)*"
_COMMON = regex(
    rf"(?P<name>{_WORD})(?:\[(?P<extras>{_WORD}(?:, ?{_WORD})*)\])?"
    rf"(?: ?(?P<ranges>{_RANGE}(?:, ?{_RANGE})*))?",
    re.ASCII,
)
_EGG = regex(r"[#&]egg=([\w.-]+)", re.ASCII)
_HASH = regex(r"\s--hash[= ](\S+)")
_OPTIONS = regex(r"\s--?[a-z].*", re.DOTALL)
_CONDA = regex(
    r"(?:[^:\s]+::)?(?P<name>[\w.-]+)(?:\[[^\]]*\])?\s*(?P<version>.*)", re.ASCII
)
_LONGEST = 1000  # of one requirement, without its hashes
_MOST = 5000  # of one list
_REFERENCES = ("git", "url", "path", "file", "hg", "svn")


@record
class Dependency:
    """One requirement.

    `name` is in lower case with `-` (PEP 503), empty where only a URL or a path is given.
    `specifier` is in the words of PEP 440 where that is possible, else as written. `url` is where
    a direct reference points: a URL, a path. `hashes` are those of `--hash=`. `file` is the
    manifest that states it.
    """

    name: str
    specifier: str = ""
    extras: tuple[str, ...] = ()
    marker: str = ""
    url: str = ""
    hashes: tuple[str, ...] = ()
    editable: bool = False
    file: str = ""

    @property
    def is_pinned(self) -> bool:
        """Whether it asks for one version only."""
        return (
            self.specifier.startswith("==")
            and "*" not in self.specifier
            and "," not in self.specifier
        )


def normalised(name: str) -> str:
    """A name of a distribution as PEP 503 compares it."""
    return _SEPARATORS.sub("-", name.strip()).lower()


def pep440(text: str) -> str:
    """Poetry's `^3.9` and `~3.9`, and a bare version, in the words of PEP 440."""
    lower = text.lstrip("^~ ")
    if caret := _CARET.fullmatch(text):
        return f">={lower},<{int(caret[1]) + 1}" if len(caret[1]) < 9 else text
    if tilde := _TILDE.fullmatch(text):
        return (
            f">={lower},<{tilde[1]}.{int(tilde[2]) + 1}" if len(tilde[2]) < 9 else text
        )
    return text


def read_requirement(text: str, file: str = "") -> Dependency | None:
    """A requirement of PEP 508, or a line of a requirements file; None where it is none."""
    hashes = tuple(_HASH.findall(text))
    text = _OPTIONS.sub("", text).strip()
    if not text or len(text) > _LONGEST:
        return None
    common = _COMMON.fullmatch(text)
    if common is not None:
        return _read_common(common, hashes, file)
    if not text[0].isalnum():
        return _reference(text, hashes, file)  # `.`, `./lib`: no name starts so

    # Slow to import
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415

    try:
        found = Requirement(text)
    except InvalidRequirement:
        return _reference(text, hashes, file)
    marker = str(found.marker) if found.marker else ""
    extras = tuple(sorted(found.extras))
    name = normalised(found.name)
    return Dependency(
        name,
        str(found.specifier),
        extras,
        marker,
        found.url or "",
        hashes,
        editable=False,
        file=file,
    )


def _read_common(
    match: re.Match[str], hashes: tuple[str, ...], file: str
) -> Dependency:
    """A requirement as most are written, `flask[async]>=3.1,<4`, with what packaging makes of it.

    Most projects have no others, and to import packaging takes longer than Python takes to start.
    """
    extras = (match["extras"] or "").replace(" ", "").split(",")
    ranges = (match["ranges"] or "").replace(" ", "").split(",")
    return Dependency(
        normalised(match["name"]),
        ",".join(sorted(set(ranges))),
        tuple(sorted(set(filter(None, extras)))),
        hashes=hashes,
        file=file,
    )


def _reference(text: str, hashes: tuple[str, ...], file: str) -> Dependency | None:
    """A URL or a path without a name before it."""
    if (
        "://" not in text
        and not text.startswith((".", "/", "file:"))
        and not text.endswith((".whl", ".tar.gz"))
    ):
        return None
    egg = _EGG.search(text)
    return Dependency(
        normalised(egg[1]) if egg else "", url=text, hashes=hashes, file=file
    )


def read_editable(text: str, file: str = "") -> Dependency:
    """The value of `-e`: a URL, a directory, or `name @ reference`."""
    found = read_requirement(text, file)
    egg = _EGG.search(text)
    name = ""
    if found is not None and found.url:
        name = found.name
    elif egg:
        name = normalised(egg[1])
    return Dependency(
        name, url=found.url if found and found.url else text, editable=True, file=file
    )


def read_requirements(texts: Any, file: str = "") -> Iterator[Dependency]:
    """A list of requirements, as `project.dependencies` is one.

    What is none of them is left out.
    """
    for text in texts[:_MOST] if isinstance(texts, list | tuple) else ():
        found = read_requirement(text, file) if isinstance(text, str) else None
        if found is not None:
            yield found


def read_table(table: Mapping[str, Any], file: str = "") -> Iterator[Dependency]:
    """The dependencies of Poetry and Pipenv: name to version, or to a table that has more."""
    for name, value in islice(table.items(), _MOST):
        if not _NAME.fullmatch(name) or name.lower() == "python":
            continue
        first = value[0] if isinstance(value, list) and value else value
        details = first if isinstance(first, Mapping) else {"version": first}
        version = details.get("version")
        url = next(
            (
                str(details[key])
                for key in _REFERENCES
                if isinstance(details.get(key), str)
            ),
            "",
        )
        extras = details.get("extras")
        names = extras if isinstance(extras, list) else ()
        flags = (details.get("editable"), details.get("develop"))
        yield Dependency(
            normalised(name),
            _specifier(version) if isinstance(version, str) else "",
            tuple(sorted(map(str, names))),
            str(details.get("markers") or ""),
            url,
            editable=any(flag is True for flag in flags),
            file=file,
        )


def _specifier(version: str) -> str:
    version = version.strip()
    if version == "*":
        return ""
    return f"=={version}" if _PLAIN.fullmatch(version) else pep440(version)


def read_conda(texts: Any, file: str = "") -> Iterator[Dependency]:
    """The dependencies of an environment file: conda's own, and those under `pip:`."""
    for item in texts[:_MOST] if isinstance(texts, list) else ():
        if isinstance(item, str):
            match = _CONDA.fullmatch(item.strip())
            if match and normalised(match["name"]) not in ("python", "pip"):
                yield Dependency(
                    normalised(match["name"]),
                    _conda_version(match["version"]),
                    file=file,
                )
        elif isinstance(item, Mapping):
            yield from read_requirements(item.get("pip"), file)


def _conda_version(text: str) -> str:
    """`=1.26=build` asks for 1.26 and what follows it; `==1.26` for that alone."""
    text = text.strip()
    if not text.startswith("=") or text.startswith("=="):
        return text
    return f"=={text[1:].partition('=')[0].strip().removesuffix('.*')}.*"
