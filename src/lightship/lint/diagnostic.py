"""A finding together with the rule that reported it, and all that lint says of one Dockerfile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Rule
from lightship.record import record
from lightship.regex import regex
from lightship.text import Lines, Span

_STARRED = regex(r"[^\r\n]")


@record
class JudgedBuild:
    """One way in which a Dockerfile is built, as reports name it.

    `source` is where that is written (`compose.yaml:4`), empty where no file says it. `context` is
    the directory of the build context as a person would write it, None where none is known.
    """

    source: str
    context: str | None
    target: str | None = None
    why: str = ""

    @property
    def name(self) -> str:
        """A few words for it: where it is written, and the target."""
        place = self.source or "the guessed build"
        return f"{place} (target {self.target})" if self.target else place


@record
class Diagnostic:
    """A finding, its rule, and how severe it is here: configuration and comments may change that.

    `alias` is the name by which the user's configuration calls the rule; empty where it calls it by
    its id, or does not name it. `only_in` are the builds that it holds for, where those are not all
    in which the Dockerfile was judged. `also` are further places of the same text of which it
    holds in the same words.
    """

    rule: Rule
    finding: Finding
    severity: Severity
    alias: str = ""
    only_in: tuple[JudgedBuild, ...] = ()
    also: tuple[Span, ...] = ()

    @property
    def message(self) -> str:
        """What the finding says, and for which builds, where that are not all."""
        if not self.only_in:
            return self.finding.message
        builds = " and ".join(build.name for build in self.only_in)
        return f"{self.finding.message}, only as built by {builds}"

    @property
    def title(self) -> str:
        """The rule's id, and its alias: `root-user (DL3002)`."""
        return f"{self.rule.id} ({self.alias})" if self.alias else self.rule.id


@record
class Report:
    """What lint says of one Dockerfile.

    `path` is as a person would write it, `text` what was read. `files` holds the text of the
    context's other files in which a finding stands or that a fix would edit, and `root` is the
    context's directory, as a person would write it. `builds` are the ways of building it in which
    it was judged, the first one that of `root`. `suppressed` counts the findings that comments
    hide, `known` those of a baseline, `older` those that the changes since a commit did not bring.
    `secrets` are places of the text that no report may show, beside those of the findings.
    `unreadable` is set where the file could not be read or parsed, so that nothing else could be
    said of it.
    """

    path: str
    text: str
    diagnostics: tuple[Diagnostic, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    root: str = ""
    suppressed: int = 0
    unreadable: bool = False
    builds: tuple[JudgedBuild, ...] = ()
    known: int = 0
    older: int = 0
    secrets: tuple[Span, ...] = ()

    def keeping(self, diagnostics: Sequence[Diagnostic]) -> Report:
        """It with some of its findings; what the others hold secret stays secret."""
        secrets = set(self.secrets)
        for item in self.diagnostics:
            secrets.update(item.finding.secrets)
        return replace(
            self, diagnostics=tuple(diagnostics), secrets=tuple(sorted(secrets))
        )

    @property
    def lines(self) -> Lines:
        """The lines of the text as a report may show them: secrets are stars, and keep their
        length.
        """
        secrets = set(self.secrets)
        for item in self.diagnostics:
            secrets.update(item.finding.secrets)

        text = self.text
        for span in secrets:
            before = text[: span.start]
            stars = _STARRED.sub("*", span.of(text))
            after = text[span.end :]
            text = f"{before}{stars}{after}"
        return Lines(text)

    @property
    def lines_by_path(self) -> dict[str | None, Lines]:
        """The lines of each text in which a finding stands, by the finding's path: None is the
        Dockerfile.
        """
        by_path: dict[str | None, Lines] = {None: self.lines}
        for path, text in self.files.items():
            by_path[path] = Lines(text)
        return by_path
