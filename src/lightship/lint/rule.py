"""A rule is a module: its docstring is the documentation, then `check`, then `RULE`.

Nothing else in the project knows its name. Its examples are its tests and are shown on its page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from lightship.build import Build
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule_scope import EVERYTHING, RuleScope
from lightship.record import record
from lightship.regex import regex

if TYPE_CHECKING:
    from lightship.builds.ci.ci_build import CiBuild
    from lightship.builds.ci.ci_file import CiFile

# The headings of a rule's documentation, in the order in which its docstring has them.
# `Fix safety` stands exactly where the rule has a fix.
WHAT_IT_DOES = "What it does"
WHY_IT_IS_BAD = "Why is this bad?"
FIX_SAFETY = "Fix safety"
WHEN_TO_IGNORE = "When to ignore"
SECTIONS = (WHAT_IT_DOES, WHY_IT_IS_BAD, FIX_SAFETY, WHEN_TO_IGNORE)
_HEADING = regex(r"(?m)^## (.+)$")

Check = Callable[[Build], Iterable[Finding]]
CiCheck = Callable[["CiFile"], Iterable[Finding]]
CiCure = Callable[["CiFile", "CiBuild"], "CiBuild | None"]


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

    `fixed` is what `bad` becomes when the rule's fixes are applied, unsafe ones too; a bad example
    without it has no fix. A text without FROM is read as the body of a stage on
    `debian:trixie-slim`. `files` is the build context beside it, path to content (None: no context
    is known); `fixed_files` are the files that the fix writes. `modes` are those of files that are
    neither plain texts (0o644) nor programs that begin with `#!` (0o755). `settings` is the policy,
    as lightship.toml would say it.

    Of a rule that judges files of CI, `bad`, `good` and `fixed` are a workflow, and `files` the
    repository: the workflow is `.github/workflows/build.yml` in it.

    All examples are tests; two to four of them are on the rule's page. Those are the first two
    bad ones and the first good one, unless `on_page` names others.
    """

    bad: str = ""
    good: str = ""
    fixed: str = ""
    files: Mapping[str, str] | None = None
    fixed_files: Mapping[str, str] = field(default_factory=dict)
    modes: Mapping[str, int] = field(default_factory=dict)
    settings: str = ""
    on_page: bool = False

    @property
    def written_files(self) -> dict[str, str]:
        """The files of the build context that have a content."""
        return {path: text for path, text in (self.files or {}).items() if text}

    @property
    def empty_files(self) -> tuple[str, ...]:
        """The paths of the files whose content does not matter."""
        return tuple(path for path, text in (self.files or {}).items() if not text)


@record(eq=False)
class Rule:
    """One check and all that is said about it.

    `id` is the file's name in kebab-case and names what is wrong. `docs` is the module's docstring:
    a summary, then the sections. `aliases` are the same check elsewhere (`DL3042`, BuildKit's
    `StageNameCasing`); they work wherever an id does. `default` is whether it runs unasked,
    `practice` what it is for. `missed` are ways of writing the bad examples in which the rule does
    not find them, each with the reason; the ways are those of `tests/ways.py`, which a test tries.
    `scope` is what a Dockerfile must have before the rule is asked at all. Where a Dockerfile is
    built in several ways, a finding of a rule that `needs_all_builds` has to hold in each of them.
    A rule that is `production_only` does not judge an image of which the repository tells that it
    is for development, tests, CI or a tool. One that `judges_ci` is asked of files of CI systems,
    with the images that they build, and of no Dockerfile. Its `cured` gives a build as it would run
    without the mistake, None for one without it: a replay of the history tells from both what the
    mistake costs. Without `cured` a replay cannot tell.
    """

    id: str
    docs: str
    severity: Severity
    check: Check | CiCheck
    aliases: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    default: bool = True
    practice: Practice = Practice.CORRECTNESS
    missed: Mapping[str, str] = field(default_factory=dict)
    scope: RuleScope = EVERYTHING
    needs_all_builds: bool = False
    production_only: bool = False
    judges_ci: bool = False
    cured: CiCure | None = None

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.docs.strip().partition("\n")[0]

    @property
    def body(self) -> str:
        """The documentation after the summary, as Markdown without common indentation."""
        import textwrap  # noqa: PLC0415 - only a page asks

        _, _, rest = self.docs.strip().partition("\n")
        return textwrap.dedent(rest).strip()

    @property
    def sections(self) -> dict[str, str]:
        """The text under each heading of the documentation."""
        _, *parts = _HEADING.split(self.body)
        headings = parts[::2]
        texts = [text.strip() for text in parts[1::2]]
        return dict(zip(headings, texts, strict=True))

    @property
    def reason(self) -> str:
        """Why it is bad, in the first paragraph about that, on one line."""
        paragraph, _, _ = self.sections[WHY_IT_IS_BAD].partition("\n\n")
        return " ".join(paragraph.split())

    @property
    def has_fix(self) -> bool:
        """Whether any example shows a fix; the tests hold the rule to its examples."""
        return any(example.fixed or example.fixed_files for example in self.examples)

    @property
    def shown_examples(self) -> tuple[Example, ...]:
        """The examples on the rule's page, the bad ones first."""
        bad = [example for example in self.examples if example.bad]
        good = [example for example in self.examples if example.good]
        return (*_shown(bad, 2), *_shown(good, 1))

    @property
    def rule(self) -> Rule:
        """Itself: an entry of the index has its rule here."""
        return self

    @property
    def theme(self) -> str:
        """The folder under `rules/` that holds the rule: `base-image`."""
        return self.check.__module__.split(".")[-2].replace("_", "-")


def _shown(examples: Sequence[Example], most: int) -> Sequence[Example]:
    """The examples that say that they are on the page, or else the first `most`."""
    named = [example for example in examples if example.on_page]
    return named or examples[:most]
