"""Whether the image is there to run tests, to develop in, or to run the tools of a group."""

from __future__ import annotations

from collections.abc import Sequence
from posixpath import basename

from lightship.build import Build
from lightship.builds.definition import Purpose
from lightship.builds.purpose_names import purpose_of_name
from lightship.facts.stages.final_image import is_development_name
from lightship.facts.start.container_lines import is_told_to_run
from lightship.facts.start.purpose import start_commands
from lightship.facts.start.read_launches import launches
from lightship.facts.start.start_scripts import start_scripts
from lightship.regex import regex
from lightship.rules.python.dev_dependencies_installed.work_packages import programs_of

_TESTS = frozenset(
    {"pytest", "py.test", "tox", "nox", "unittest", "behave", "robot", "nose2"}
)
# A start script with one of them has an entry for tests: `case "$1" in test) pytest`
_CALLED_IN_SCRIPTS = regex(
    r"(?m)^(?![^\S\n]*#)(?:.*[\s;&|(])?(?:pytest|py\.test|nosetests|nose2|flake8|pylint|mypy|tox"
    r"|coverage run|(?:manage|setup)\.py test|-m (?:pytest|unittest))(?=[\s;&|)]|$)"
)
_SCRIPTS = (".sh", ".bash")
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


def starts_for_development(build: Build) -> bool:
    """Whether the script that it starts is named for development: `start_development.sh`."""
    for command in start_commands(build):
        if any(map(_is_development_script, filter(None, command.values))):
            return True
    return False


def _is_development_script(path: str) -> bool:
    name = basename(path)
    is_script = name.endswith(_SCRIPTS)
    return is_script and purpose_of_name(name) is Purpose.DEVELOPMENT


def may_be_for_tests(build: Build) -> bool:
    """Whether tests are run in it, also by its start script, or a build arg makes it one for them:
    `ARG TEST_IMAGE=false`.
    """
    for instruction in build.each("ARG"):
        for pair in instruction.pairs:
            words = pair.name.text.upper().split("_")
            if not _TEST_WORDS.isdisjoint(words):
                return True
    if any(_CALLED_IN_SCRIPTS.search(script or "") for script in start_scripts(build)):
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
