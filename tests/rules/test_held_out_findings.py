"""What readers of repositories that nobody had looked at called wrong or needless, and what is said now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.finding import Safety, Severity
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection

RULES = {rule.id: rule for rule in all_rules()}
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
PYTHON = "FROM python:3.13-slim\n"


def found(rule, text, files=None, **fields):
    build = replace(build_of(text, files), **fields)
    return lint(build, [RULES[rule]])


def said(rule, text, files=None, **fields):
    return [item.finding.message for item in found(rule, text, files, **fields)]


def severities(rule, text, files=None, **fields):
    return [item.severity for item in found(rule, text, files, **fields)]


@pytest.mark.parametrize(
    ("keyword", "severity"),
    [("RUN ./build", WARNING), ("COPY a /a", WARNING), ("FROM debian:13", ERROR)],
)
def test_a_stray_backslash_is_named_where_it_swallows_an_instruction(keyword, severity):
    text = f"FROM debian:13\nRUN rm -rf /tmp/a \\\n\n# What is next\n# here\n{keyword}"
    (item,) = found("empty-continuation", text)
    name = keyword.partition(" ")[0]
    expected = (
        f"the \\ on line 2 makes the {name} of line 6 part of this RUN: remove the \\"
    )
    assert item.finding.message == expected
    assert item.finding.span.of(text) == "\\"
    assert item.severity is severity
    assert item.finding.fix.safety is Safety.UNSAFE


def test_a_blank_line_is_reported_where_it_stands():
    text = "FROM debian:13\nRUN echo a && \\\n\n    echo b && \\\n    echo c"
    (item,) = found("empty-continuation", text)
    assert text[: item.finding.span.start].count("\n") == 2


def test_the_command_of_a_health_check_is_its_own():
    text = (
        "FROM debian:13\nHEALTHCHECK --interval=5s \\\n\nCMD curl -f http://localhost"
    )
    (message,) = said("empty-continuation", text)
    assert "blank" in message


INSTALL = (
    "RUN --mount=type=cache,target=/root/.cache/uv uv pip install --system flask==3.1.2"
)
UV = f"{PYTHON}COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\n"


@pytest.mark.parametrize(
    ("account", "target"),
    [
        ("RUN useradd --uid 10001 -m app\nUSER app", "/home/app/.cache/uv,uid=10001"),
        ("RUN useradd -m app\nUSER app", None),
    ],
)
def test_a_cache_mount_is_given_to_the_user_who_fills_it(account, target):
    build = build_of(f"{UV}{account}\n{INSTALL}")
    text = fix(build, RuleSelection((RULES["cache-mount-elsewhere"],)), UNSAFE).text
    if target is None:
        assert text == build.dockerfile.text
    else:
        assert f"target={target} uv" in text


@pytest.mark.parametrize(
    "account",
    [
        "RUN if ! id app; then useradd -m app; fi\nUSER app",
        "RUN id app || useradd -m app\nUSER app",
        "ARG NAME=app\nRUN useradd -m $NAME\nUSER $NAME",
    ],
)
def test_a_user_who_may_be_another_has_no_known_cache(account):
    assert said("cache-mount-elsewhere", f"{UV}{account}\n{INSTALL}") == []


def test_a_mount_at_a_path_of_its_own_is_named_by_a_variable():
    text = f"{UV}{INSTALL.replace('/root/.cache/uv', '/tmp/uv-cache')}"
    (item,) = found("cache-mount-elsewhere", text)
    assert item.finding.message.endswith("set UV_CACHE_DIR to /tmp/uv-cache")
    assert item.finding.fix is None


@pytest.mark.parametrize(
    "reader",
    ["tar xz", "gpg --dearmor > /a.gpg", "apt-key add -", "gunzip > /a"],
)
def test_a_reader_that_fails_without_its_input_hides_nothing(reader):
    text = f"FROM debian:13\nRUN curl -f https://example.org/a | {reader}"
    assert said("pipe-without-pipefail", text) == []


@pytest.mark.parametrize(
    ("echo", "is_fixed"),
    [
        ("echo '[a]\\nb = 1' > /etc/a.conf", False),
        ('echo "A=$B\\nC=1" > /etc/a.conf', False),
        ("echo -e 'a\\nb' > /etc/a.conf", True),
        ("printf 'a\\nb' > /etc/a.conf", True),
    ],
)
def test_no_shell_is_set_that_prints_something_else(echo, is_fixed):
    text = f"FROM debian:13\nRUN curl -f https://example.org/a | sh\nRUN {echo}"
    (item,) = found("pipe-without-pipefail", text)
    assert (item.finding.fix is not None) == is_fixed


UPGRADE = "RUN apt-get update && apt-get install -y git"
EARLY = "early-changing-variable"


@pytest.mark.parametrize(
    "start",
    [
        "ARG VERSION\nENV VERSION master",
        "ARG GITHUB_BRANCH=main",
        "ARG GIT_BRANCH",
        "ARG COMMIT\nCOPY dist/app.tar.gz /tmp/",
        "ARG COMMIT\nCOPY app-1.0-py3-none-any.whl /tmp/",
    ],
)
def test_what_does_not_change_or_changes_anyway_is_not_early(start):
    assert said(EARLY, f"{start}\n{UPGRADE}") == []


def test_a_branch_that_has_to_be_given_is_early():
    assert said(EARLY, f"ARG GIT_BRANCH=unknown\n{UPGRADE}")


@pytest.mark.parametrize(
    ("given", "is_known", "count"),
    [((), False, 1), (("COMMIT",), True, 1), ((), True, 0)],
)
def test_what_no_build_of_the_repository_gives_never_changes(given, is_known, count):
    names = frozenset(given)
    text = f"ARG COMMIT\n{UPGRADE}"
    messages = said(EARLY, text, given_args=names, are_args_known=is_known)
    assert len(messages) == count


@pytest.mark.parametrize(
    "text",
    [
        "ARG SECRET_KEY=dummy",
        "ENV API_KEY=fakekey",
        "ARG SECRET_KEY=insecure_docker_build_key",
        "ENV CLOUD_SECRET=if_you_see_this_set_it_up_properly",
        "ARG DB_PASSWORD=not_set",
    ],
)
def test_a_value_that_says_it_is_none_is_no_secret(text):
    assert said("secret-in-arg-or-env", text) == []


def test_a_dummy_that_a_build_replaces_is_a_secret():
    text = "ARG SECRET_KEY=dummy"
    given = frozenset({"SECRET_KEY"})
    assert severities("secret-in-arg-or-env", text, given_args=given) == [WARNING]
    assert severities("secret-in-arg-or-env", "ENV SECRET_KEY=insecure-key") == [
        WARNING
    ]


@pytest.mark.parametrize("value", ["$API_TOKEN", "${API_TOKEN}", '"$API_TOKEN"'])
def test_an_env_that_takes_an_arg_on_is_the_same_secret(value):
    text = f"ARG API_TOKEN\nENV API_TOKEN={value}"
    assert len(found("secret-in-arg-or-env", text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "RUN echo 'testuser:test' | chpasswd",
        "RUN echo foo:pass | chpasswd",
        "RUN echo pw | passwd --stdin demo",
        "# Create test user (PAM auth)\nRUN echo 'wonder:land' | chpasswd",
    ],
)
def test_the_password_of_a_test_user_is_meant_to_be_known(text):
    assert said("password-set-in-run", text) == []


def test_the_password_of_root_is_not_for_everyone():
    text = "RUN echo 'root:test' | chpasswd"
    assert said("password-set-in-run", text)
    assert said("password-set-in-run", text, purpose="test") == []
    assert said("password-set-in-run", text, path="examples/hub/Dockerfile") == []


ON_AMD64 = "FROM --platform=linux/amd64 debian:13 AS a\n"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("FROM --platform=linux/amd64 public.ecr.aws/sam/build-python3.12:1", None),
        ("FROM --platform=linux/amd64 node:24", "mac.Dockerfile"),
        ("FROM --platform=linux/amd64 node:24", "docker/Dockerfile.m1"),
        (f"{ON_AMD64}FROM a\nRUN apt-get install -y mssql-tools", None),
    ],
)
def test_a_platform_that_is_the_only_one_is_meant(text, path):
    assert said("constant-platform", text, path=path) == []


def test_a_platform_is_not_meant_where_another_stage_needs_it():
    text = f"{ON_AMD64}FROM debian:13\nRUN apt-get install -y mssql-tools"
    assert said("constant-platform", text, path="machinery/Dockerfile")


@pytest.mark.parametrize(
    ("command", "severity"),
    [
        ("yum install git", ERROR),
        ("dnf remove git", ERROR),
        ("dnf autoremove", WARNING),
        ("yum update", WARNING),
    ],
)
def test_what_may_have_nothing_to_do_may_ask(command, severity):
    text = f"FROM fedora:44\nRUN {command}"
    assert severities("rpm-without-yes", text) == [severity]


SERVER = 'CMD ["python", "app.py"]'


@pytest.mark.parametrize(
    ("later", "count"),
    [
        ("RUN python manage.py collectstatic --noinput", 0),
        ("RUN uv run python manage.py collectstatic", 0),
        ("RUN python install_models.py", 0),
        ("RUN python -m spacy download en_core_web_sm", 1),
        ("ENV PYTHONDONTWRITEBYTECODE=1\nRUN python manage.py collectstatic", 1),
        ("USER 1001\nRUN python manage.py collectstatic", 1),
        ('LABEL description="To develop and test the server"', 0),
        ("RUN pip install debugpy", 0),
    ],
)
def test_bytecode_is_there_once_a_script_has_imported_it(later, count):
    text = f"{PYTHON}RUN uv sync --locked --no-dev\n{later}\n{SERVER}"
    assert len(said("bytecode-not-written", text)) == count


PIP = "RUN apt-get update && apt-get install -y python3-pip\n"


def test_an_image_that_moves_has_no_release_to_name():
    (message,) = said(
        "externally-managed-install", f"FROM ubuntu:latest\n{PIP}RUN pip3 install a"
    )
    assert message.startswith("the newest Ubuntu refuses pip")


def test_nothing_is_said_of_pip_where_another_python_is_asked_for():
    text = (
        f"FROM ubuntu:latest\n{PIP}RUN apt-get install -y python3.6\nRUN pip3 install a"
    )
    assert said("externally-managed-install", text) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("RUN ln -sf /bin/bash /bin/sh\nRUN ./make", 1),
        ("RUN ./make\nRUN ln -sf /bin/bash /bin/sh", 0),
        ("# Default to bash, not dash!\nRUN ln -sf /bin/bash /bin/sh\nRUN ./make", 0),
        ("RUN a \\\n    # bash, not dash\n    && ln -sf bash /bin/sh\nRUN ./make", 0),
    ],
)
def test_a_shell_is_relinked_for_a_reason(text, count):
    assert len(said("sh-relinked", text)) == count


def test_an_index_is_not_left_to_the_install_after_an_upgrade():
    text = (
        "FROM debian:13\nRUN apt-get update\nRUN apt-get upgrade -y\nCOPY a /a\n"
        "RUN apt-get install -y git"
    )
    (item,) = found("update-alone", text)
    assert item.finding.fix is None


def test_a_dollar_without_a_name_in_from_is_no_variable():
    text = "FROM debian:13 AS a\nRUN ls\nFROM $\nRUN ls"
    assert "crashed" not in " ".join(said("unused-stage", text))
