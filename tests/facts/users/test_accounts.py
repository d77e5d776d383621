"""The users that a Dockerfile makes: which number, which home.

What is right is what the programs did: useradd of shadow 4.17, adduser of Debian 3.152 and of busybox 1.37.
Two modules read the same commands, and where they disagree at least one of them is wrong: those are marked.
"""

from __future__ import annotations

import pytest

from lightship.facts.users.homes import accounts
from lightship.facts.users.made_users import made_users
from tests.made import build

HOME = "/home/app"
# The command, what it makes (a name, a number where one is asked for, a home), and who reads it wrongly
COMMANDS = [
    ("useradd app", ("app", "", HOME), ""),
    ("useradd -u1000 app", ("app", "1000", HOME), "homes"),
    ("useradd -mu1000 app", ("app", "1000", HOME), "homes"),
    ("useradd --uid=5 --create-home app", ("app", "5", HOME), ""),
    ("useradd -b /srv app", ("app", "", "/srv/app"), "homes"),
    ("useradd -d/srv/app app", ("app", "", "/srv/app"), "homes"),
    ("useradd -f -1 app", ("app", "", HOME), ""),
    ("useradd -u 5 -- app", ("app", "5", HOME), ""),
    ("useradd -Z user_u app", ("app", "", HOME), "homes made_users"),
    ("useradd --shel /bin/sh app", ("app", "", HOME), "homes made_users"),
    ("useradd --root / -u 5 app", ("app", "5", HOME), "homes"),
    ("useradd --root /x -u 5 app", None, "made_users"),
    ("useradd -R /x app", None, "made_users"),
    ("useradd --prefix=/x app", None, "homes made_users"),
    ("useradd -D -s /bin/bash", None, "made_users"),
    ("adduser --gecos '' --conf /etc/a app", ("app", "", HOME), "homes"),
    ("adduser --disabled-password --gecos --quiet app", ("app", "", HOME), ""),
    ("adduser --firstuid 500 app", ("app", "", HOME), "homes"),
    ("adduser --group app", None, "homes made_users"),
    ("adduser app video", None, "homes"),
    ("adduser -Du1000 app", ("app", "1000", HOME), "homes"),
    ("adduser -S app", ("app", "", HOME), "homes"),
    ("adduser -D app video", ("app", "", HOME), "made_users"),
]


def read_by(reader: str) -> list:
    """The commands for one of the readers, those that it is known to read wrongly marked."""
    wrong = pytest.mark.xfail(strict=True, reason="the two readers disagree")
    return [
        pytest.param(
            command, account, marks=[wrong] if reader in readers.split() else []
        )
        for command, account, readers in COMMANDS
    ]


@pytest.mark.parametrize(("command", "account"), read_by("homes"))
def test_homes_reads_what_the_programs_do(command, account):
    made = [
        (user.name, user.number, user.home)
        for user in accounts(build(f"RUN {command}"))
    ]
    assert made == ([] if account is None else [account])


@pytest.mark.parametrize(("command", "account"), read_by("made_users"))
def test_made_users_reads_what_the_programs_do(command, account):
    made = [(user.name, user.number) for user in made_users(build(f"RUN {command}"))]
    assert made == ([] if account is None else [account[:2]])
