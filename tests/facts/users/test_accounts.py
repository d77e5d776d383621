"""The users and groups that a Dockerfile makes.

What is right is what the programs did: useradd of shadow 4.17, adduser of Debian 3.152 and of busybox 1.37.
`test_against_shadow.py` runs those that are installed.
"""

from __future__ import annotations

import pytest

from lightship.facts.users.accounts import (
    Account,
    account_of,
    accounts,
    groups,
    memberships,
    shipped_accounts,
)
from tests.made import build

HOME = "/home/app"


def only_account(command: str, before: str = "") -> Account | None:
    """The one account that a command makes."""
    made = accounts(build(f"{before}RUN {command}"))
    assert len(made) < 2
    return made[0] if made else None


@pytest.mark.parametrize(
    ("command", "number", "home"),
    [
        ("useradd app", "", HOME),
        ("useradd -u1000 app", "1000", HOME),
        ("useradd -lmu 10001 -g app app", "10001", HOME),
        ("useradd -ms /bin/bash app", "", HOME),
        ("useradd --uid=10001 --groups a,b --create-home app", "10001", HOME),
        ("useradd app -u 10001 -d /app", "10001", "/app"),
        ("useradd -rmu 10001 -d /srv/app app", "10001", "/srv/app"),
        ("useradd -b /srv app", "", "/srv/app"),
        ("useradd -b /srv -d /x app", "", "/x"),
        ("useradd -d/srv/app app", "", "/srv/app"),
        ("useradd --home /x app", "", "/x"),
        ("useradd -f -1 app", "", HOME),
        ("useradd -u 5 -- app", "5", HOME),
        ("useradd -Z user_u app", "", HOME),
        ("useradd --shel /bin/sh app", "", HOME),
        ("useradd --extrausers -u 5 app", "5", HOME),
        ("useradd --root / -u 5 app", "5", HOME),
        ("useradd --no-create-home app", "", HOME),
        ("useradd -d ~/x app", "", None),
        ("adduser --disabled-password --gecos '' app", "", HOME),
        ("adduser --gecos '' --conf /etc/a app", "", HOME),
        ("adduser --disabled-password --gecos --quiet app", "", HOME),
        ("adduser --firstuid 500 app", "", HOME),
        ("adduser --uid=5000 --no-create-home app", "5000", HOME),
        ("adduser --system --group app", "", None),
        ("adduser --system --home /app app", "", "/app"),
        ("adduser -D -u 10001 -G app -g '' -s /sbin/nologin app", "10001", HOME),
        ("adduser -Du1000 app", "1000", HOME),
        ("adduser -S app", "", HOME),
        ("adduser -SHG app app", "", HOME),
        ("adduser -S -D -H -h /x app", "", "/x"),
        ("adduser -D app video", "", HOME),
        ("adduser -m -d /srv/app app", "", "/srv/app"),
    ],
)
def test_the_number_and_the_home_of_an_account(command, number, home):
    account = only_account(command)
    assert (account.name, account.number, account.home) == ("app", number, home)


@pytest.mark.parametrize(
    "command",
    [
        "useradd",
        "useradd a b",
        "useradd -D -s /bin/bash",
        "useradd --root /x -u 5 app",
        "useradd -R /x app",
        "useradd --prefix=/x app",
        "adduser --group app",
        "adduser app video",
        "groupadd app",
    ],
)
def test_commands_that_make_no_account_of_this_image(command):
    assert only_account(command) is None


@pytest.mark.parametrize(
    ("command", "group", "own_group", "others"),
    [
        ("useradd app", "app", True, ()),
        ("useradd -r app", "app", True, ()),
        ("useradd -N app", "", False, ()),
        ("useradd -g users -G video,audio app", "users", False, ("video", "audio")),
        ("useradd -G sudo app", "app", True, ("sudo",)),
        ("adduser --disabled-password app", "app", True, ()),
        ("adduser --ingroup users app", "users", False, ()),
        ("adduser --gid 100 app", "100", False, ()),
        ("adduser --system app", "", False, ()),
        ("adduser --system --group app", "app", True, ()),
        ("adduser -D app", "app", True, ()),
        ("adduser -S -G video app", "video", False, ()),
        ("adduser -S app", "", False, ()),
    ],
)
def test_the_groups_of_an_account(command, group, own_group, others):
    account = only_account(command)
    assert (account.group, account.own_group, account.groups) == (
        group,
        own_group,
        others,
    )


@pytest.mark.parametrize(
    ("command", "shell"),
    [
        ("useradd -s /bin/false app", "/bin/false"),
        ("adduser --shell /bin/sh app", "/bin/sh"),
        ("adduser -Ds/sbin/nologin app", "/sbin/nologin"),
        ("useradd app", None),
    ],
)
def test_the_shell_of_an_account(command, shell):
    assert only_account(command).shell == shell


@pytest.mark.parametrize(
    ("command", "name", "number", "home"),
    [
        ("adduser -D $NAME", "app", "", HOME),
        ("useradd --uid $ID app", "app", "10001", HOME),
        ("useradd --uid=${ID} app", "app", "10001", HOME),
        ("useradd -d /srv/$NAME $NAME", "app", "", "/srv/app"),
        ("useradd -d $WHERE app", "app", "", None),
        ("useradd $OTHER", "", "", None),
        ("NAME=b && useradd $NAME", "", "", None),
        ("useradd $OPTIONS app", "", "", None),
        ("useradd $(cat name)", "", "", None),
    ],
)
def test_variables_are_followed_and_an_account_with_one_varies(
    command, name, number, home
):
    account = only_account(command, "ARG NAME=app ID=10001\n")
    assert (account.name, account.number, account.home) == (name, number, home)
    assert account.varies
    assert account.text == ""


def test_an_account_is_named_by_its_number_where_that_is_known():
    assert only_account("useradd -u 5 app").text == "5"
    assert only_account("useradd app").text == "app"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("usermod -u 5 app", ("app", "5", HOME)),
        ("usermod -d /srv -l web app", ("web", "4", "/srv")),
        ("usermod -aG video app", ("app", "4", HOME)),
        ("usermod -u 5 other", ("app", "4", HOME)),
        ("usermod --root /x -u 5 app", ("app", "4", HOME)),
        ("usermod -u $UNSET app", ("app", "", HOME)),
    ],
)
def test_usermod_changes_the_account(change, expected):
    account = only_account(f"useradd -u 4 app && {change}")
    assert (account.name, account.number, account.home) == expected


def test_usermod_in_another_stage_changes_another_account():
    made = build("FROM debian AS a\nRUN useradd app\nFROM debian\nRUN usermod -u 5 app")
    assert [account.number for account in accounts(made)] == [""]


def test_adduser_is_useradd_on_the_systems_of_red_hat():
    [account] = accounts(build("FROM almalinux:9\nRUN adduser -G wheel app"))
    assert (account.group, account.groups) == ("app", ("wheel",))


def test_only_the_accounts_of_the_final_image_are_shipped():
    made = build(
        "FROM debian AS a\nRUN useradd a\nFROM debian AS b\nRUN useradd b\nFROM b\nRUN useradd c"
    )
    assert [account.name for account in accounts(made)] == ["a", "b", "c"]
    assert [account.name for account in shipped_accounts(made)] == ["b", "c"]


def test_an_account_is_found_by_name_or_number_in_the_stages_that_have_it():
    made = build("FROM debian AS a\nRUN useradd -u 5 app\nFROM debian\nRUN useradd web")
    first, second = made.dockerfile.stages
    assert (
        account_of(made, [first], "app")
        is account_of(made, [first], "5")
        is accounts(made)[0]
    )
    assert account_of(made, [second], "app") is None
    assert account_of(made, [first, second], "") is None


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("groupadd -g 5 app", ("app", "5")),
        ("addgroup -S app", ("app", "")),
        ("adduser --group app --gid 5", ("app", "5")),
        ("groupadd -g$ID $NAME", ("app", "10001")),
        ("groupadd --root /x app", None),
        ("addgroup app video", None),
        ("useradd app", None),
    ],
)
def test_groups_that_are_made(command, expected):
    made = groups(build(f"ARG NAME=app ID=10001\nRUN {command}"))
    assert [(group.name, group.number) for group in made] == (
        [expected] if expected else []
    )


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("usermod -aG video,audio app", [("app", "video"), ("app", "audio")]),
        ("usermod --append --groups video app", [("app", "video")]),
        ("usermod -u 10001 app", []),
        ("useradd -G video app", [("app", "video")]),
        ("adduser app video", [("app", "video")]),
        ("addgroup app video", [("app", "video")]),
        ("gpasswd -a app video", [("app", "video")]),
        ("gpasswd --add=app video", [("app", "video")]),
        ("gpasswd -M app,web video", [("app", "video"), ("web", "video")]),
        ("gpasswd -d app video", []),
        ("groupadd -U app video", [("app", "video")]),
        ("usermod --root /x -aG video app", []),
    ],
)
def test_members_of_groups(command, expected):
    members = memberships(build(f"RUN {command}"))
    assert [(member.user, member.group) for member in members] == expected
