"""`Dependency`, and the text that names one (PEP 508, read without checking all of it)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_REQUIREMENT = re.compile(
    r"""\s*(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*
    (?:\[(?P<extras>[^\]]*)\])?\s*
    (?:@\s*(?P<url>\S+)|\(?(?P<specifier>[^;@()]*)\)?)\s*
    (?:;(?P<marker>.*))?""",
    re.VERBOSE | re.DOTALL,
)
_PIN = re.compile(r"\s*===?\s*([^\s,*]+)\s*")


@dataclass(frozen=True, slots=True)
class Dependency:
    """One distribution that a project asks for, or that its lock chose.

    `name` is normalized (PEP 503); `specifier` is as written, without blanks. `source` is the file that says so. `group`
    is empty for what the project needs to run, else the name of the group or extra.
    """

    name: str
    specifier: str = ""
    extras: tuple[str, ...] = ()
    marker: str = ""
    url: str = ""
    source: str = ""
    group: str = ""
    hashed: bool = False

    @property
    def version(self) -> str | None:
        """The one version that the specifier allows; None where it allows several."""
        found = _PIN.fullmatch(self.specifier)
        return found[1] if found else None


def normalized(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_dependency(text: str, source: str = "", group: str = "", hashed: bool = False) -> Dependency | None:
    """`name[extra]==1.0; marker` or `name @ url`; None where no name starts the text."""
    found = _REQUIREMENT.fullmatch(text)
    if found is None:
        return None
    extras = tuple(normalized(extra.strip()) for extra in (found["extras"] or "").split(",") if extra.strip())
    specifier = "".join((found["specifier"] or "").split())
    if specifier and specifier[0] not in "<>=!~":
        return None
    marker, url = (found["marker"] or "").strip(), found["url"] or ""
    return Dependency(normalized(found["name"]), specifier, extras, marker, url, source, group, hashed)
