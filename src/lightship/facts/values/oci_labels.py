"""The keys of labels to which the OCI image specification gives a meaning, and what is meant by
others that look like them.

Source: opencontainers/image-spec, annotations.md, "Pre-Defined Annotation Keys".
"""

from __future__ import annotations

OCI = "org.opencontainers.image."
KEYS = frozenset(
    """authors base.digest base.name created description documentation licenses ref.name
    revision source title url vendor version""".split()
)
# As misspelt keys begin
TYPOS = (
    "org.opencontainer.image.",
    "org.opencontainers.images.",
    "org.opencontainer.images.",
    "opencontainers.image.",
)
_MEANT = {
    "author": "authors",
    "build-date": "created",
    "builddate": "created",
    "date": "created",
    "desc": "description",
    "descriptions": "description",
    "docs": "documentation",
    "license": "licenses",
    "maintainer": "authors",
    "maintainers": "authors",
    "name": "title",
    "sources": "source",
    "vcs-ref": "revision",
    "vcs-url": "source",
}


def is_unknown(key: str) -> bool:
    """Whether it looks like a key of the specification, and is none."""
    return key.startswith((OCI, *TYPOS)) and not is_known(key)


def is_known(key: str) -> bool:
    """Whether it is a key of the specification."""
    return key.startswith(OCI) and key.removeprefix(OCI) in KEYS


def meant_key(key: str) -> str:
    """The key of the specification that an unknown one stands for; empty where none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - slow to import, and few labels need it

    start = next(start for start in (OCI, *TYPOS) if key.startswith(start))
    name = key.removeprefix(start)
    if name in KEYS:
        return f"{OCI}{name}"
    near = get_close_matches(name.lower(), sorted(KEYS), n=1, cutoff=0.85)
    meant = _MEANT.get(name.lower()) or (near[0] if near else "")
    return f"{OCI}{meant}" if meant else ""
