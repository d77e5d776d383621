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
from lightship.shell.packages import PackageCommand, package_commands
from lightship.shell.parse import parse
from lightship.shell.words import Word
from lightship.text import Mapped
from lightship.wording.dates import day
from lightship.wording.printable import escaped, shortened

_LANGUAGES = frozenset(manager.name for manager in (*PYTHON, *LANGUAGES))
_EDITABLE = frozenset(("-e", "--editable"))
_ID = 10  # characters of a commit's id
_LONGEST = 400  # characters of an instruction or a reason
_READ = 2000  # characters of a script that are parsed
_PATHS = 4  # files that stand beside a reason
_NAME = 60  # characters of the name of one
_STAGE = 40  # characters of the name of a stage


def dates(commits: Sequence[Commit]) -> str:
    """The days of the first and the last commit."""
    if not commits:
        return ""
    return f"{day(commits[0].time)} to {day(commits[-1].time)}"


def short_id(commit: Commit) -> str:
    """The first ten characters of a commit's id."""
    return escaped(commit.id[:_ID])


def instruction(step: StepResult | StepHistory) -> str:
    """The instruction on one line, without secrets; the middle of a very long one is left out."""
    return shortened(one_line(step.instruction), _LONGEST)


def reason(cause: Reason | RankedReason) -> str:
    """A reason, with its files where its text does not name them.

    Of a RankedReason those that are most often in it.
    """
    text = escaped(cause.text, _LONGEST)
    names = [name for name in map(escaped, cause.paths) if name not in text]
    files = [shortened(name, _NAME) for name in names[:_PATHS]]
    if not files:
        return text

    few = ", ".join(files)
    if isinstance(cause, RankedReason):
        return f"{text} (most often {few})"
    more = len(names) - _PATHS
    if more > 0:
        few += f", {more:,} more"
    return f"{text} ({few})"


def would(step: StepHistory) -> str:
    """What a rebuild of the step means: `reinstall dependencies`, or `rebuild line 7`."""
    managers = installs(step)
    if not managers:
        return f"rebuild line {step.line}"
    if managers & _LANGUAGES:
        return "reinstall dependencies"
    return "reinstall system packages"


def installs(step: StepResult | StepHistory) -> set[str]:
    """The package managers that install something in a step; none where it is not a RUN."""
    keyword, _, text = one_line(step.instruction).partition(" ")
    if keyword.upper() != "RUN":
        return set()
    return _managers(text)


def installs_from_outside(step: StepResult) -> bool:
    """Whether a step installs something that is not a file or directory of the project."""
    keyword, _, text = one_line(step.instruction).partition(" ")
    if keyword.upper() != "RUN":
        return False
    return not all(map(_is_of_project, _installs(text)))


def _is_of_project(command: PackageCommand) -> bool:
    """Whether it installs a path, or the project as editable."""
    words = {word.text for word in command.command.words}
    is_editable = not words.isdisjoint(_EDITABLE)
    return is_editable or any(map(_is_local, command.operands))


def _is_local(operand: Word) -> bool:
    """Whether an operand of an install is a path: `.`, `./app`, `dist/*.whl`."""
    text = operand.text
    return text.startswith(".") or "/" in text or text.endswith(".whl")


def _managers(text: str) -> set[str]:
    """The package managers that install something in the script of a RUN."""
    return {command.manager for command in _installs(text)}


def _installs(text: str) -> list[PackageCommand]:
    """The commands that install something in the script of a RUN."""
    while text.startswith("--"):
        _, _, rest = text.partition(" ")
        text = rest.lstrip()
    script = parse(Mapped.plain(text[:_READ], 0))
    return [command for command in package_commands(script) if command.installs]


def mark(step: StepResult) -> str:
    """What became of a step, in one word."""
    if step.reason.cause is Cause.FAILS:
        return "fails"
    return "cached" if step.hit else "rebuilt"


def stage(name: str) -> str:
    """A stage's name, as a terminal may show it."""
    return escaped(name, _STAGE)
