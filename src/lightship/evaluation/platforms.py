"""Platforms such as `linux/arm64/v8` (github.com/containerd/platforms: platforms.go,
database.go).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from lightship.regex import regex

_OS = regex(
    r"(?P<os>[A-Za-z0-9_-]+)"
    r"(?:\((?P<version>[A-Za-z0-9_.%-]*)(?P<features>(?:\+[A-Za-z0-9_.%-]+)*)\))?"
)
_PART = regex(r"[A-Za-z0-9_.-]+")
_BAD_PERCENT = regex(r"%(?![0-9a-fA-F]{2})")
_KNOWN_OS = frozenset(
    """aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd
    openbsd plan9 solaris windows zos""".split()
)
_KNOWN_ARCHITECTURES = frozenset(
    """386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle
    mips64 mips64le mips64p32 mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64
    wasm""".split()
)
_ARM_VARIANTS = {"": "v7", "5": "v5", "6": "v6", "7": "v7", "8": "v8"}
_ARM64_VARIANTS = {"8": "", "v8": "", "v8.0": "", "9": "v9", "9.0": "v9", "v9.0": "v9"}
_ALIASES = {"i386": ("386", ""), "armhf": ("arm", "v7"), "armel": ("arm", "v6")}


class Platform(NamedTuple):
    """An operating system and a processor, with the names that Docker uses for them."""

    os: str
    architecture: str
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in self if part)


@lru_cache(maxsize=64)
def read_platform(text: str) -> Platform | str:
    """The platform that `text` names, or the reason why it names none (platforms.Parse)."""
    if "*" in text:
        return "wildcards are not supported"
    first, *others = text.split("/", 3)
    match = _OS.fullmatch(first)
    if match is None or _BAD_PERCENT.search(
        (match["version"] or "") + (match["features"] or "")
    ):
        return f"unknown operating system {first}"
    if any(not _PART.fullmatch(part) for part in others):
        return f"{text} contains a character that is not allowed in a platform"
    system = {"macos": "darwin"}.get(match["os"].lower(), match["os"].lower())
    match others:
        case []:
            return _alone(system, first)
        case [architecture]:
            name, variant = _architecture(architecture, "")
            return Platform(
                system, name, "" if (name, variant) == ("arm", "v7") else variant
            )
        case [architecture, variant]:
            name, variant = _architecture(architecture, variant)
            return Platform(
                system, name, "v8" if name == "arm64" and not variant else variant
            )
    return "a platform has at most three parts: OS/ARCHITECTURE/VARIANT"


def _alone(system: str, text: str) -> Platform | str:
    """A single word is an operating system or an architecture that is known."""
    if system in _KNOWN_OS:
        return Platform(system, "amd64")
    name, variant = _architecture(text, "")
    if name in _KNOWN_ARCHITECTURES:
        return Platform(
            "linux", name, "" if (name, variant) == ("arm", "v7") else variant
        )
    return f"unknown operating system or architecture {text}"


def _architecture(name: str, variant: str) -> tuple[str, str]:
    name, variant = name.lower(), variant.lower()
    if name in _ALIASES:
        return _ALIASES[name]
    if name in ("x86_64", "x86-64", "amd64"):
        return "amd64", "" if variant == "v1" else variant
    if name in ("aarch64", "arm64"):
        return "arm64", _ARM64_VARIANTS.get(variant, variant)
    return name, _ARM_VARIANTS.get(variant, variant) if name == "arm" else variant
