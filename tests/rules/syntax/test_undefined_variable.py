"""What is advised for a variable that nothing sets."""

from __future__ import annotations

import pytest

from tests.judged import said


def test_a_secret_is_not_to_be_declared_in_the_image():
    text = "FROM debian:13\nENV NEW_RELIC_LICENSE_KEY=$NEWRELIC_KEY\n"
    assert said("undefined-variable", text) == [
        "$NEWRELIC_KEY is never set here: set it when the container is run"
    ]
    other = "FROM debian:13\nENV LOG_LEVEL=$LEVEL\n"
    assert said("undefined-variable", other) == [
        "$LEVEL is not set here: declare it with ARG or ENV"
    ]


@pytest.mark.parametrize(
    ("value", "is_directory"),
    [
        ("$PYTHONPATH:/app", True),
        ("/app:${PYTHONPATH}", True),
        ("/app:${PYTHONPATH:-}", True),
        ("/app/$PYTHONPATH", False),
        ("$PYTHONPATH", False),
    ],
)
def test_an_empty_entry_of_a_search_path_is_not_just_to_be_removed(value, is_directory):
    [message] = said(
        "undefined-variable", f"FROM python:3.14\nENV PYTHONPATH={value}\n"
    )
    advice = "an empty entry means the working directory: name a directory"
    assert message.endswith(advice) is is_directory
    other = f"FROM python:3.14\nENV MANPATH={value}\n".replace("PYTHON", "MAN")
    assert not any("entry" in text for text in said("undefined-variable", other))


def test_what_the_shell_or_compose_sets_is_not_set_in_the_build():
    text = "FROM debian:13\nWORKDIR $DIR\nCOPY . $PWD\n"
    assert said("undefined-variable", text, {".env": "DIR=/app\n"}) == [
        (
            "$DIR is not set here, since .env is not read by the build: declare ARG DIR, "
            "and pass it as a build arg"
        ),
        "$PWD is a variable of your shell, not of the build: use . or an absolute path",
    ]
    (first, _) = said("undefined-variable", text)
    assert first == "$DIR is not set here: declare it with ARG or ENV"


@pytest.mark.parametrize(
    ("name", "is_secret"),
    [
        ("DB_PASS", True),
        ("DBPASSWORD", True),
        ("ADMIN_PWD", True),
        ("SENTRY_DSN", True),
        ("GITHUBTOKEN", True),
        ("MAX_TOKENS", False),
        ("TOKENIZER", False),
        ("PASSENGERS", False),
        ("PASSWORD_FILE", False),
    ],
)
def test_no_build_arg_is_advised_for_what_may_be_a_secret(name, is_secret):
    for value in (f"${{{name}:-x}}", f"${name}"):
        [message] = said("undefined-variable", f"FROM debian:13\nENV A={value}\n")
        assert message.endswith("set it when the container is run") is is_secret
        assert ("ARG" in message) is not is_secret


@pytest.mark.parametrize(
    ("after", "advice"),
    [
        ("WORKDIR ${HOME_OF_APP}", "so it is empty below: give it a value"),
        ("COPY . $HOME_OF_APP", "so it is empty below: give it a value"),
        ("WORKDIR /app", "remove it"),
        ("WORKDIR /app/$HOME_OF_APPS", "remove it"),
    ],
)
def test_a_variable_that_is_used_later_needs_a_value(after, advice):
    text = f"FROM debian:13\nENV HOME_OF_APP ${{HOME_OF_APP}}\n{after}\n"
    assert said("undefined-variable", text)[0].endswith(advice)


def test_the_directory_in_which_the_container_starts_may_be_named_before_workdir():
    text = "FROM python:3.14\nENV PYTHONPATH=$PYTHONPATH:/app/src\nWORKDIR {}\n"
    assert said("undefined-variable", text.format("/app/src")) == []
    [message] = said("undefined-variable", text.format("/app"))
    assert "an empty entry means the working directory" in message


@pytest.mark.parametrize(
    ("command", "is_silent"),
    [
        ('["python", "main.py"]', True),
        ('["python", "-m", "shop"]', True),
        ('["gunicorn", "shop:app"]', True),
        ('["uwsgi", "--module", "shop:app"]', True),
        ('["dramatiq", "shop.tasks"]', True),
        ('["python", "src/main.py"]', False),
        ('["/usr/bin/serve"]', False),
    ],
)
def test_an_empty_entry_adds_nothing_where_python_looks_anyway(command, is_silent):
    text = "FROM python:3.14\nWORKDIR /app\nENV PYTHONPATH=$PYTHONPATH:/lib/shop\n"
    found = said("undefined-variable", f"{text}CMD {command}\n")
    assert (found == []) is is_silent
    # Without WORKDIR it is any directory, and other lists are read by other programs
    assert said(
        "undefined-variable", f"{text}CMD {command}\n".replace("WORKDIR /app", "")
    )
    other = f"{text}CMD {command}\n".replace("PYTHON", "LD_LIBRARY_").replace(
        "_PATH", "PATH"
    )
    other = other.replace("LD_LIBRARYPATH", "LD_LIBRARY_PATH")
    assert said("undefined-variable", other)


def test_a_secret_that_an_env_only_repeats_is_to_be_removed():
    text = "FROM debian:13\nENV DB_PASSWORD=$DB_PASSWORD\n"
    assert said("undefined-variable", text) == [
        "$DB_PASSWORD is never set here: remove it"
    ]
    assert said("undefined-variable", f"{text}ENV URL=db:$DB_PASSWORD\n")[0].endswith(
        "set it when the container is run"
    )


def test_variables_that_are_set_to_themselves_are_one_finding_of_the_file():
    lines = [f"ENV {name}=${name}" for name in ("HOST", "PORT", "DB_PASSWORD")]
    text = "FROM debian:13\n" + "\n".join(lines) + "\n"
    assert said("undefined-variable", text) == [
        "$HOST, $PORT and 1 more are never set here: remove them"
    ]
    # What is read below lacks a value, and is told by itself
    assert said("undefined-variable", f"{text}WORKDIR $HOST\n") == [
        "$HOST is never set here, so it is empty below: give it a value",
        "$PORT and $DB_PASSWORD are never set here: remove them",
    ]


def test_variables_that_are_set_to_themselves_beside_build_args_lack_theirs():
    text = "FROM debian:13\nARG LEVEL\nENV LEVEL=$LEVEL HOST=$HOST\nENV PORT=$PORT\n"
    assert said("undefined-variable", text) == [
        "$HOST and $PORT are never set here: declare each with ARG"
    ]
    # A build arg would keep a secret in the image
    assert said("undefined-variable", f"{text}ENV DB_PASSWORD=$DB_PASSWORD\n") == [
        "$HOST, $PORT and 1 more are never set here: remove them"
    ]
