"""Whether the image is there to run tests, or the tools of a group for development."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build
from lightship.facts.stages.final_image import is_development_name
from lightship.facts.start.container_lines import is_told_to_run
from lightship.facts.start.read_launches import launches
from lightship.rules.python.dev_dependencies_installed.work_packages import programs_of

_TESTS = frozenset(
    {"pytest", "py.test", "tox", "nox", "unittest", "behave", "robot", "nose2"}
)
_TEST_WORDS = frozenset({"TEST", "TESTS", "TESTING"})


def runs_tests(build: Build) -> bool:
    """Whether the image starts a program of tests, or `setup.py test`."""
    for launch in launches(build):
        if launch.program in _TESTS:
            return True
        commands = [word.value for word in launch.words[1:2]]
        if launch.program == "setup.py" and commands in (["test"], ["pytest"]):
            return True
    return False


def may_be_for_tests(build: Build) -> bool:
    """Whether tests are run in it, or a build arg makes it one for them: `ARG TEST_IMAGE=false`."""
    for instruction in build.each("ARG"):
        for pair in instruction.pairs:
            words = pair.name.text.upper().split("_")
            if not _TEST_WORDS.isdisjoint(words):
                return True

    stages = build.dockerfile.stages
    if any(is_development_name(stage.name) for stage in stages):
        return False  # tests are run in that one
    return is_told_to_run(build, _TESTS)


def starts_one(build: Build, names: Sequence[str]) -> bool:
    """Whether a program of one of these packages is run in the image: then it is needed."""
    programs = programs_of(names)
    if any(launch.program in programs for launch in launches(build)):
        return True
    return is_told_to_run(build, programs)
