"""Which commands of a pipe may fail unseen, and which only list what there is."""

from __future__ import annotations

import pytest
from starts import MODULES

from lightship.shell.parse import parse
from lightship.shell.pipes import only_lists, unseen_failures
from lightship.text import Mapped


def unseen(line: str) -> list[str]:
    return [command.name for command in unseen_failures(parse(Mapped.plain(line, 0)))]


def lists(line: str) -> bool:
    return only_lists(parse(Mapped.plain(line, 0)).commands[0])


@pytest.mark.parametrize("python", MODULES)
def test_pip_lists_as_a_module_as_well(python):
    assert lists(python.format("pip list --format=freeze"))
    assert lists(python.format("pip freeze"))
    assert not lists(python.format("pip install flask"))
    assert not lists(python.format("shop list"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pip list", True),
        ("pip3 freeze", True),
        ("pip install list", True),  # the word alone is looked for
        ("conda install flask", False),
        ("crontab -l", True),
        ("crontab /etc/jobs", False),
        ("python3 -mpip list", True),
        ("python3 list.py", False),
        ("'ls' /srv", True),
        ("NAME=a", False),
    ],
)
def test_what_only_lists(line, expected):
    assert lists(line) is expected


@pytest.mark.parametrize("python", MODULES)
def test_pip_refuses_to_install_nothing_as_a_module_as_well(python):
    install = python.format("pip install")
    assert unseen(f"make names | xargs {install}") == []
    assert unseen(f"make names | xargs -r {install}") == ["make"]
    assert unseen(f"make names | xargs {python.format('pip check')}") == ["make"]


@pytest.mark.parametrize(
    ("line", "commands"),
    [
        ("make | tee log", ["make"]),
        ("set -o pipefail; make | tee log", []),
        ("make | head -n 1", []),  # it may stop early
        ("make | grep -q done", []),  # it may stop early, and fails without input
        ("make | grep done", []),  # it fails without input
        ("make | tee log || true", []),
        ("NAME=$(make | cut -c1)", ["make"]),
        ('echo "$(make | cut -c1)"', []),
        ("curl a | tar -xz", []),
        ("curl a | tar -cz", ["curl"]),
    ],
)
def test_whose_failure_goes_unseen(line, commands):
    assert unseen(line) == commands
