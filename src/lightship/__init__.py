"""lightship: Dockerfiles that ship light, with the proof.

`from lightship import lint, fix` is the Python API; docs/api.md says what of it stays as it is,
and `__init__.pyi` what a type checker sees.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "lightship.api": (
        *("AppliedFix", "FixResult", "LintFinding", "LintFix", "TextEdit"),
        *("fix", "lint"),
    ),
    "lightship.errors": ("ConfigError", "FileError", "LightshipError", "UsageError"),
    "lightship.text": ("Position",),
}

__all__ = [
    "AppliedFix",
    "ConfigError",
    "FileError",
    "FixResult",
    "LightshipError",
    "LintFinding",
    "LintFix",
    "Position",
    "TextEdit",
    "UsageError",
    "__version__",
    "fix",
    "lint",
]


class _Package(ModuleType):
    """The package, whose names are imported when they are asked for."""

    def __getattr__(self, name: str) -> Any:
        from importlib import import_module  # noqa: PLC0415 - the command needs none of this

        for home, names in _HOMES.items():
            if name in names:
                return getattr(import_module(home), name)
        raise AttributeError(f"module 'lightship' has no attribute {name!r}")

    @property
    def lint(self) -> Any:
        """The function, although the import system puts the subpackage `lint` in its place."""
        return self.__getattr__("lint")

    @lint.setter
    def lint(self, module: ModuleType) -> None:
        pass


sys.modules[__name__].__class__ = _Package
