"""What the commands that make and change users and groups are asked for."""

from __future__ import annotations

import pytest

from lightship.shell.account_commands import AccountCommand, read_account_command
from lightship.shell.parse import parse
from lightship.text import Mapped


def read(command: str, **kwargs) -> AccountCommand | None:
    [parsed] = parse(Mapped.plain(command, 0)).commands
    return read_account_command(parsed, **kwargs)


def given(command: str, **kwargs) -> tuple[list, dict]:
    """The operands, and the options with their values."""
    account_command = read(command, **kwargs)
    assert account_command is not None
    operands = [word.text for word in account_command.operands]
    return operands, {
        option.meaning: option.value for option in account_command.options
    }


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("useradd --uid 5 app", {"uid": "5"}),
        ("useradd --uid=5 app", {"uid": "5"}),
        ("useradd -u 5 app", {"uid": "5"}),
        ("useradd -u5 app", {"uid": "5"}),
        ("useradd -mu 5 app", {"create-home": None, "uid": "5"}),
        ("useradd -mu5 app", {"create-home": None, "uid": "5"}),
        ("useradd app -u 5", {"uid": "5"}),
        ("useradd -u $ID app", {"uid": "$ID"}),
        ("useradd -u 4 -u '5' app", {"uid": "5"}),
        ("useradd --inactive -1 app", {"inactive": "-1"}),
        ("useradd --shel /bin/sh app", {"shell": "/bin/sh"}),
        ("useradd --no-create app", {"no-create-home": None}),
        ("adduser --gecos '' --conf /etc/a app", {"comment": "", "conf": "/etc/a"}),
        ("adduser --gecos --quiet app", {"comment": None, "quiet": None}),
        (
            "adduser -DHG video app",
            {"disabled-password": None, "no-create-home": None, "ingroup": "video"},
        ),
        ("adduser --unheard app", {"--unheard": None}),
    ],
)
def test_options_however_they_are_written(command, options):
    assert given(command) == (["app"], options)


def test_after_two_hyphens_all_words_are_operands():
    assert given("useradd -m -- -u app") == (["-u", "app"], {"create-home": None})


def test_an_option_without_its_value_has_none():
    assert given("useradd app -u") == (["app"], {"uid": None})


def test_a_span_reaches_over_the_value():
    line = "useradd -mu 5 --shell=/bin/sh app"
    account_command = read(line)
    spans = [option.span.of(line) for option in account_command.options]
    assert spans == ["-mu", "-mu 5", "--shell=/bin/sh"]


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("useradd app", "user"),
        ("useradd -D -s /bin/sh", ""),
        ("useradd --help", ""),
        ("adduser -D app", "user"),
        ("adduser --system --group app", "user"),
        ("adduser --group app", "group"),
        ("adduser app video", "member"),
        ("adduser --quiet app video", "member"),
        ("adduser -D app video", "user"),
        ("addgroup -S app", "group"),
        ("addgroup app video", "member"),
        ("groupadd app", "group"),
        ("gpasswd -a app video", "member"),
        ("usermod -aG video app", "change"),
        ("groupmod -n new old", ""),
    ],
)
def test_what_a_command_does(command, kind):
    assert read(command).kind == kind


@pytest.mark.parametrize(
    ("command", "is_elsewhere"),
    [
        ("useradd app", False),
        ("useradd --root /x app", True),
        ("useradd -R/x app", True),
        ("groupadd --prefix=/x app", True),
        ("gpasswd -Q /x -a app video", True),
        ("gpasswd -R video", False),
        ("useradd --root / app", False),
    ],
)
def test_another_root_directory_is_elsewhere(command, is_elsewhere):
    assert read(command).is_elsewhere is is_elsewhere


@pytest.mark.parametrize(
    "command", ["adduser -m -d /srv app", "adduser -r app", "adduser -c x -M app"]
)
def test_an_adduser_with_options_of_useradd_is_useradd(command):
    assert read(command).program == "useradd"
    assert given(command)[0] == ["app"]


def test_adduser_is_read_as_useradd_where_it_is_another_name_of_it():
    assert given("adduser -G wheel app") == (["app"], {"ingroup": "wheel"})
    assert given("adduser -G wheel app", adduser_is_useradd=True) == (
        ["app"],
        {"groups": "wheel"},
    )


def test_other_commands_are_not_read():
    assert read("chown app /srv") is None
