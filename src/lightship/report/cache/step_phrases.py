"""What several formats say in the same words, of steps, times and commits."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.cache.causes import Cause
from lightship.cache.explain.explanation import Reason, StepResult
from lightship.cache.replay.past import Commit
from lightship.cache.replay.results import RankedReason, StepHistory
from lightship.inspection.phrases import one_line
from lightship.shell.managers.languages import LANGUAGES
from lightship.shell.managers.python import PYTHON
from lightship.shell.packages import package_commands
from lightship.shell.parse import parse
from lightship.text import Mapped
from lightship.wording.dates import day
from lightship.wording.printable import escaped, shortened

_LANGUAGES = frozenset(manager.name for manager in (*PYTHON, *LANGUAGES))
_ID = 10  # characters of a commit's id
_LONGEST = 400  # characters of an instruction or a reason
_PATHS = 4  # files that stand beside a reason
_NAME = 60  # characters of the name of one
_STAGE = 40  # characters of the name of a stage


def dates(commits: Sequence[Commit]) -> str:
    """The days of the first and the last commit."""
    return f"{day(commits[0].time)} to {day(commits[-1].time)}" if commits else ""


def short_id(commit: Commit) -> str:
    """The first ten characters of a commit's id."""
    return escaped(commit.id[:_ID])


def instruction(step: StepResult | StepHistory) -> str:
    """The instruction on one line, without secrets; of one that is very long the middle is left out."""
    return shortened(one_line(step.instruction), _LONGEST)


def reason(found: Reason | RankedReason) -> str:
    """A reason, with its files where its text does not name them; of a RankedReason those that are most often in it."""
    text = escaped(found.text, _LONGEST)
    names = [name for name in map(escaped, found.paths) if name not in text]
    listed = [shortened(name, _NAME) for name in names[:_PATHS]]
    if isinstance(found, RankedReason):
        return f"{text} (most often {', '.join(listed)})" if listed else text
    if len(names) > _PATHS:
        listed.append(f"{len(names) - _PATHS:,} more")
    return f"{text} ({', '.join(listed)})" if listed else text


def would(step: StepHistory) -> str:
    """What it means that this step is rebuilt: `reinstall dependencies`, or `rebuild line 7`."""
    keyword, _, text = one_line(step.instruction).partition(" ")
    if keyword.upper() == "RUN":
        while text.startswith("--"):
            text = text.partition(" ")[2].lstrip()
        managers = {
            each.manager
            for each in package_commands(parse(Mapped.plain(text[:2000], 0)))
            if each.installs
        }
        if managers:
            return (
                "reinstall dependencies"
                if managers & _LANGUAGES
                else "reinstall system packages"
            )
    return f"rebuild line {step.line}"


def mark(step: StepResult) -> str:
    """What became of a step, in one word."""
    if step.reason.cause is Cause.FAILS:
        return "fails"
    return "cached" if step.hit else "rebuilt"


def stage(name: str) -> str:
    """A stage's name, as a terminal may show it."""
    return escaped(name, _STAGE)
