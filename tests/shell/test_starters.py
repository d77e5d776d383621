"""What a command line starts in the end: the table of starters, and its readers."""

from __future__ import annotations

import pytest
from starts import ENVIRONMENTS, MODULES, SUPERVISORS, TRANSPARENT, WAITERS

from lightship.shell.packages import read_command
from lightship.shell.parse import parse
from lightship.shell.tree import Command
from lightship.text import Mapped

pytestmark = pytest.mark.xfail(strict=False, reason="the readers disagree")


def command(line: str) -> Command:
    return parse(Mapped.plain(line, 0)).commands[0]


@pytest.mark.parametrize("start", TRANSPARENT)
def test_the_shell_reader_takes_a_starter_off(start):
    found = command(start.format("apt-get install -y curl"))
    assert found.values == ("apt-get", "install", "-y", "curl")
    assert found.wrappers
    assert read_command(found).packages[0].name == "curl"


@pytest.mark.parametrize("start", [*SUPERVISORS, *WAITERS, *ENVIRONMENTS])
def test_the_shell_reader_leaves_what_looks_elsewhere_or_is_a_file(start):
    found = command(start.format("app"))
    assert not found.wrappers
    assert found.words[0].text == start.split()[0]


@pytest.mark.parametrize("python", MODULES)
def test_a_package_manager_is_known_as_a_module(python):
    found = read_command(command(python.format("pip install flask")))
    assert (found.manager, found.action) == ("pip", "install")
    assert [package.name for package in found.packages] == ["flask"]
