"""The commands of users and groups, with what their words stand for."""

from __future__ import annotations

import pytest

from lightship.facts.users.account_calls import account_calls
from tests.made import build


def only_call(command: str, before: str = ""):
    [call] = account_calls(build(f"FROM debian\n{before}RUN {command}"))
    return call


def test_calls_come_in_order_with_those_for_another_root_directory():
    made = build(
        "FROM debian\nRUN groupadd a && sudo useradd --root /x b\nRUN adduser c"
    )
    assert [call.name for call in account_calls(made)] == ["a", "b", "c"]


def test_values_of_options_have_their_variables_put_in():
    call = only_call(
        "useradd -u $ID -d /srv/$NAME -mG a,b,$NAME web", "ARG ID=5 NAME=app\n"
    )
    assert call.values == {
        "uid": "5",
        "home": "/srv/app",
        "create-home": None,
        "groups": "a,b,app",
    }
    assert call.number("uid") == "5"
    assert call.names("groups", "users") == ["a", "b", "app"]


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("useradd app", "app"),
        ("useradd $UNSET", ""),
        ("useradd $UNSET app", ""),
        ("useradd a b", None),
        ("useradd", None),
        ("adduser app video", "app"),
    ],
)
def test_the_name_that_is_made(command, name):
    assert only_call(command).name == name


@pytest.mark.parametrize(
    ("command", "varies"),
    [("useradd app", False), ("useradd -c '$x' app", False), ("useradd $A", True)],
)
def test_a_command_with_a_variable_varies(command, varies):
    assert only_call(command).varies is varies


def test_a_number_that_is_none_is_not_known():
    assert only_call("useradd -u five app").number("uid") == ""
    assert only_call("useradd app").number("uid") == ""
