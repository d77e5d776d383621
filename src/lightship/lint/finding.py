"""What a rule reports: a Finding, and the Fix that would cure it."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from lightship.record import record
from lightship.text import Edit, Span


class Severity(IntEnum):
    """How bad it is, in rising order, so that severities compare."""

    STYLE = 0  # taste
    INFO = 1  # better practice, which costs nothing today
    WARNING = (
        2  # users pay: in size, rebuilds, security, or when the container is stopped
    )
    ERROR = 3  # the build or the start fails, or a secret is out

    @property
    def label(self) -> str:
        return self.name.lower()


class Safety(StrEnum):
    """May a fix run unasked."""

    SAFE = "safe"  # the image behaves the same, by argument
    UNSAFE = "unsafe"  # it may change: only with --unsafe-fixes
    MANUAL = "manual"  # shown, never applied


@record
class Fix:
    """The cure of one finding: all of its edits, or none.

    `relies_on` are places of the Dockerfile that it takes to be as they are, without changing them:
    of two fixes one waits a round where the other changes what it relies on.
    """

    message: str
    edits: tuple[Edit, ...]
    safety: Safety = Safety.SAFE
    relies_on: tuple[Span, ...] = ()


@record
class Finding:
    """One place where a rule is broken.

    `path` is None for the Dockerfile itself, else a file of the build context, as in an Edit.
    `span` lies in the text
    of that file. Where BuildKit has the same check, `span` starts on the line that BuildKit
    names. `severity` is set
    only where it differs from the rule's own. `choices` are other cures, to take in the place of
    `fix`: they are shown,
    each with its effect, and never applied. `secrets` are places of the Dockerfile's text that no
    report may show. `extent` is the text that it is about, where that is more than `span`: a
    comment on a part of it hides the finding. `covered_by` are places at which a graver finding,
    where there is one, already asks for the same: then a report leaves this one out.
    """

    span: Span
    message: str
    fix: Fix | None = None
    severity: Severity | None = None
    choices: tuple[Fix, ...] = ()
    secrets: tuple[Span, ...] = ()
    path: str | None = None
    extent: Span | None = None
    covered_by: tuple[Span, ...] = ()

    @property
    def cures(self) -> tuple[Fix, ...]:
        """All there is to choose from, `fix` first."""
        return self.choices if self.fix is None else (self.fix, *self.choices)
