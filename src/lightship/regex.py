"""`regex`: a regular expression that is compiled when it is first used.

Of the two hundred that stand in the modules, one small Dockerfile needs fifteen. To compile the
others would be a tenth of the time that `lightship lint` takes on it: measured on CPython 3.11, 11
ms.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, cast


class _Regex:
    """Stands for the compiled pattern.

    A method that was called once is an attribute, and costs nothing more. To name it, as
    `map(pattern.search, texts)` does, does not compile: there may be no text.
    """

    def __init__(self, source: str, flags: int) -> None:
        self.source, self.wanted = source, flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(self.source, self.wanted)

    def search(self, *arguments: Any) -> re.Match[str] | None:
        return cast("re.Match[str] | None", self._called("search", arguments))

    def match(self, *arguments: Any) -> re.Match[str] | None:
        return cast("re.Match[str] | None", self._called("match", arguments))

    def fullmatch(self, *arguments: Any) -> re.Match[str] | None:
        return cast("re.Match[str] | None", self._called("fullmatch", arguments))

    def _called(self, name: str, arguments: tuple[Any, ...]) -> Any:
        method = vars(self)[name] = getattr(self.compiled, name)
        return method(*arguments)

    def __getattr__(self, name: str) -> Any:
        value = vars(self)[name] = getattr(self.compiled, name)
        return value


def regex(source: str, flags: int = 0) -> re.Pattern[str]:
    """As `re.compile`, but later."""
    return cast("re.Pattern[str]", _Regex(source, flags))
