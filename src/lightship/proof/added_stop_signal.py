"""STOPSIGNAL SIGINT for a program in Python that SIGTERM does not end.

The kernel keeps a signal from a process 1 that has no handler for it (pid_namespaces(7)). Python
has one for SIGINT alone, which raises KeyboardInterrupt (docs.python.org, signal), so that
`finally` and `with` blocks still run. A run tells whether the program ends by it; so this is a
change to try.
"""

from __future__ import annotations

from lightship.base_images.fetchers import is_python
from lightship.build import Build
from lightship.cache.plan.plan import Side
from lightship.facts.start.launch import Launch
from lightship.facts.start.purpose import start_steps
from lightship.facts.start.read_launches import launches
from lightship.facts.start.start_programs import programs
from lightship.facts.start.stop_signals import acts_on_stop, python_acts
from lightship.proof.change_maker import ChangeMaker, NewTexts
from lightship.shell.python_calls import python_call
from lightship.shell.starters import INITS

_TITLE = "Stop it with SIGINT, which Python handles"
_LINE = "STOPSIGNAL SIGINT\n"


def added_stop_signal(side: Side) -> ChangeMaker | None:
    """One before the first instruction that says what is started.

    None where there is one, where an init is process 1, or where the program may act on SIGTERM.
    """
    if not _is_deaf(side.build):
        return None
    return ChangeMaker(_TITLE, _with_signal)


def _with_signal(side: Side) -> NewTexts | None:
    build = side.build
    if not _is_deaf(build):
        return None
    text = build.dockerfile.text
    starts = [step.instruction.span.start for step in start_steps(build)]
    place = min(starts)
    changed = text[:place] + _LINE + text[place:]
    return NewTexts(changed, {})


def _is_deaf(build: Build) -> bool:
    """Whether process 1 is surely a program in Python without a handler for SIGTERM."""
    keywords = {step.instruction.keyword for step in build.shipped_steps}
    if not build.lineage or "STOPSIGNAL" in keywords:
        return False
    base = build.evaluation.root(build.lineage[0]).name
    if not base or not is_python(base):
        return False

    started = launches(build)
    if len(started) != 1:
        return False
    [launch] = started
    has_init = any(starter.name in INITS for starter in launch.starters)
    if has_init or not launch.is_python:
        return False
    return _ignores_sigterm(build, launch)


def _ignores_sigterm(build: Build, launch: Launch) -> bool:
    """Whether it is known to have no handler, as a server by its name or by its own text."""
    answers = [acts_on_stop(build, command) for command in programs(build)]
    call = python_call((*launch.interpreter, *launch.words))
    if call is not None:
        answers.append(python_acts(build, call))
    return False in answers and True not in answers
