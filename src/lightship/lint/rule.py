"""A rule is a module: its docstring is the documentation, then `check`, then `RULE`.

Nothing else in the project knows its name. Its examples are its tests and stand on its page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from enum import StrEnum

from lightship.build import Build
from lightship.lint.finding import Finding, Severity
from lightship.record import record

Check = Callable[[Build], Iterable[Finding]]


class Practice(StrEnum):
    """What a rule is for: the four things an image is judged by, and that it does what it says."""

    SIZE = "size"  # bytes that are shipped, stored and pulled
    REPRODUCIBILITY = (
        "reproducibility"  # the same text makes the same image, today and next year
    )
    SECURITY = "security"
    PERFORMANCE = "performance"  # of the build, the rebuild, the start and the stop
    CORRECTNESS = "correctness"  # it builds, does what it says, and can be read


@record
class Example:
    """A specimen: either `bad` (the rule finds something) or `good` (it finds nothing).

    `fixed` is what `bad` becomes when the rule's fixes are applied, unsafe ones too; a bad example without it has no
    fix. A text without FROM is read as the body of a stage on `debian:trixie-slim`. `files` is the build context beside
    it, path to content (None: no context is known); `fixed_files` are the files that the fix writes. `modes` are those
    of files that are neither plain texts (0o644) nor programs that begin with `#!` (0o755).
    """

    bad: str = ""
    good: str = ""
    fixed: str = ""
    files: Mapping[str, str] | None = None
    fixed_files: Mapping[str, str] = field(default_factory=dict)
    modes: Mapping[str, int] = field(default_factory=dict)


@record(eq=False)
class Rule:
    """One check and all that is said about it.

    `id` is the file's name in kebab-case and names what is wrong. `aliases` are the same check elsewhere (`DL3042`,
    BuildKit's `StageNameCasing`); they work wherever an id does. `default` is whether it runs unasked, `practice` what
    it is for.
    """

    id: str
    docs: str
    severity: Severity
    check: Check
    aliases: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    default: bool = True
    practice: Practice = Practice.CORRECTNESS

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.docs.strip().partition("\n")[0]

    @property
    def theme(self) -> str:
        """The folder under `rules/` that holds the rule: `base-image`."""
        return self.check.__module__.split(".")[-2].replace("_", "-")
