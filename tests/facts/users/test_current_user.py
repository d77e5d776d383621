"""As whom an instruction runs, and where that user is at home."""

from __future__ import annotations

import pytest

from lightship.facts.users.current_user import (
    base_user,
    home_of,
    user_of,
    user_steps,
)
from tests.made import build


def last(text: str):
    made = build(text)
    return made, made.dockerfile.instructions[-1]


@pytest.mark.parametrize(
    ("text", "user"),
    [
        ("FROM debian\nRUN true", "root"),
        ("FROM debian\nUSER app:video\nRUN true", "app"),
        ("FROM debian\nARG WHO=app\nUSER $WHO\nRUN true", "app"),
        ("FROM debian AS a\nUSER app\nFROM a\nRUN true", "app"),
        ("FROM postgres\nRUN true", "root"),
        ("FROM scratch\nRUN true", "root"),
        ("FROM jenkins/jenkins\nRUN true", ""),
        ("FROM example.com/base:1\nRUN true", ""),
    ],
)
def test_the_user_of_an_instruction(text, user):
    assert user_of(*last(text)) == user


def test_the_users_of_the_final_image_are_those_of_its_stages_in_order():
    made = build("FROM debian AS a\nUSER a\nFROM debian\nUSER b\nFROM a\nUSER c:d")
    assert [step.operands[0] for step in user_steps(made)] == ["a", "c:d"]


def test_the_user_of_the_image_behind_a_stage():
    made = build("FROM debian AS a\nUSER app\nFROM a")
    assert base_user(made, made.dockerfile.stages[1]) == "root"


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("FROM debian\nRUN true", "/root"),
        ("FROM debian\nENV HOME=/srv\nRUN true", "/srv"),
        ("FROM debian\nRUN useradd -b /srv app\nUSER app\nRUN true", "/srv/app"),
        ("FROM debian\nRUN useradd -u5 app\nUSER 5\nRUN true", "/home/app"),
        ("FROM debian AS a\nRUN useradd app\nFROM a\nUSER app\nRUN true", "/home/app"),
        ("FROM debian AS a\nRUN useradd app\nFROM debian\nUSER app\nRUN true", None),
        ("FROM node\nUSER node\nRUN true", "/home/node"),
        ("FROM debian\nRUN adduser --system app\nUSER app\nRUN true", None),
        ("FROM example.com/base:1\nRUN true", None),
    ],
)
def test_the_home_directory_there(text, home):
    assert home_of(*last(text)) == home
