"""Findings on builds, starts and installs that a reader called wrong or needless."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection

RULES = {rule.id: rule for rule in all_rules()}
PYTHON = "FROM python:3.13-slim\n"


def found(rule, text, files=None, **fields):
    build = replace(build_of(text, files), **fields)
    return lint(build, [RULES[rule]])


def said(rule, text, files=None, **fields):
    return [item.finding.message for item in found(rule, text, files, **fields)]


# Names of base images


def test_an_argument_that_a_build_gives_needs_no_default():
    text = "ARG VERSION\nFROM example.com/base:${VERSION}-slim"
    assert said("invalid-default-base-image", text, are_args_known=True)
    given = frozenset({"VERSION"})
    assert not said(
        "invalid-default-base-image", text, given_args=given, are_args_known=True
    )


def test_an_argument_that_no_build_gives_is_reported_beside_one_that_is_given():
    text = "ARG NAME\nARG VERSION\nFROM example.com/$NAME:$VERSION"
    given = frozenset({"NAME"})
    assert said(
        "invalid-default-base-image", text, given_args=given, are_args_known=True
    )


def test_a_part_of_a_name_may_be_empty():
    text = "ARG NAME\nARG SUFFIX\nFROM example.com/$NAME-${SUFFIX}1"
    given = frozenset({"NAME"})
    assert not said(
        "invalid-default-base-image", text, given_args=given, are_args_known=True
    )


@pytest.mark.parametrize("default", ["", "=", '=""'])
def test_an_argument_without_a_default_is_required_where_no_build_is_known(default):
    text = f"ARG VERSION{default}\nFROM debian:$VERSION"
    assert not said("invalid-default-base-image", text)


def test_one_argument_without_a_default_is_reported_once():
    text = "ARG VERSION\nFROM example.com/a:$VERSION AS a\nFROM example.com/b:$VERSION"
    assert len(said("invalid-default-base-image", text, are_args_known=True)) == 1


# Comments that take lines in


@pytest.mark.parametrize("operator", ["&&", "||", ";", "|"])
def test_an_operator_at_the_end_of_a_comment_stays_code(operator):
    lines = (
        f"RUN true && \\\n    one # first {operator} \\\n    two",
        f"RUN true && \\\n    # first\n    one {operator} \\\n    two",
    )
    before, after = (f"FROM debian:13\n{text}\n" for text in lines)
    rules = RuleSelection((RULES["continuation-in-comment"],))
    assert fix(build_of(before), rules, UNSAFE).text == after


@pytest.mark.parametrize("comment", ["# first", "# first && \\\n    &&"])
def test_a_comment_is_not_moved_where_the_next_command_would_become_arguments(comment):
    text = f"FROM debian:13\nRUN true && \\\n    one {comment} \\\n    two\n"
    rules = RuleSelection((RULES["continuation-in-comment"],))
    assert fix(build_of(text), rules, UNSAFE).text == text


# Images that run as root

START = 'COPY start.sh /\nCMD ["/start.sh"]'


@pytest.mark.parametrize(
    "comment",
    [
        "# The container will be running in root (easy for rootless deployments)",
        "# Using 'root' inside the container.",
        "# This runs as root on purpose",
        "# The program needs root to manage the host",
        "# It must be root",
    ],
)
def test_a_comment_that_says_that_root_is_meant_silences_the_rule(comment):
    assert said("root-user", f"{comment}\n{PYTHON}CMD python app.py") == []


@pytest.mark.parametrize(
    "comment",
    [
        "# Do not run as root",
        "# TODO: stop running as root",
        "# Run as root to install packages",
        "# Make sure we build as the root user.",
        "# We don't need root",
        "# Runs as non-root",
    ],
)
def test_a_comment_that_says_something_else_of_root_does_not(comment):
    assert said("root-user", f"{comment}\n{PYTHON}CMD python app.py")


def test_an_image_whose_work_is_to_change_owners_must_be_root():
    text = 'FROM alpine:3.24\nCOPY own.sh /usr/local/bin/own\nENTRYPOINT ["own"]'
    script = '#!/bin/sh\nset -e\nfor path in $@; do\n  chown -R 1000 "$path"\ndone\n'
    assert said("root-user", text, {"own.sh": script}) == []
    assert said("root-user", text, {"own.sh": f"{script}python3 app.py\n"})


def test_a_script_that_gets_another_name_is_read_too():
    text = f"{PYTHON}COPY own.sh /usr/local/bin/own\nCMD own && python app.py"
    [item] = found("root-user", text, {"own.sh": "#!/bin/sh\nchown app /data\n"})
    assert item.finding.fix is None


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        ("useradd -r app", False),
        ("useradd -r -m app", True),
        ("useradd app && mkdir /home/app", True),
        ("adduser --disabled-password app", True),
    ],
)
def test_a_user_without_a_home_cannot_start_what_keeps_a_cache_there(make, expected):
    text = f"FROM python:3.13\nRUN {make}\nCOPY app.py /\n{START}"
    files = {"app.py": "", "start.sh": "#!/bin/sh\nexec uv run --no-sync app.py\n"}
    [item] = found("root-user", text, files)
    assert (item.finding.fix is not None) == expected
    [item] = found(
        "root-user", text, {**files, "start.sh": "#!/bin/sh\npython app.py\n"}
    )
    assert item.finding.fix is not None


# Packages of apt


@pytest.mark.parametrize("use", ["ssh-keyscan github.com", "git clone git@a.com:b/c"])
def test_git_over_ssh_needs_the_client_that_is_only_recommended(use):
    text = f"{PYTHON}RUN apt-get update && apt-get install -y git\nRUN {use}"
    [item] = found("apt-recommends", text)
    assert "openssh-client" in {edit.text.strip() for edit in item.finding.fix.edits}


def test_git_over_https_needs_no_client_of_ssh():
    text = f"{PYTHON}RUN apt-get install -y git\nRUN git clone https://example.com/a"
    [item] = found("apt-recommends", text)
    assert "openssh-client" not in {
        edit.text.strip() for edit in item.finding.fix.edits
    }


def test_the_compiler_that_pip_needs_is_named():
    text = "FROM debian:13\nRUN apt-get install -y python3-pip\nRUN pip3 install uwsgi"
    [message] = said("apt-recommends", text)
    assert message.endswith("build-essential and python3-dev")


# Failures that go unnoticed


def test_set_u_stops_at_a_variable_that_only_the_skipped_part_sets():
    start = "RUN set -eux; git clone https://example.com/a && ls && B=1 || true && "
    assert said("failure-swallowed", f'{PYTHON}{start}grep "$B" /a') == []
    assert said("failure-swallowed", f'{PYTHON}{start}grep "$C" /a')


def test_a_go_get_that_always_fails_is_lived_with():
    text = "FROM golang:1.26\nRUN for m in a b; do go get x/$m; go install x/$m; done"
    messages = said("failure-swallowed", text)
    assert [item for item in messages if "go get" in item] == []


# Caches that a RUN mounts

MOUNT = "RUN --mount=type=cache,target=/var/cache/apt rm -f docker-clean; "


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("rm -f /var/cache/apt/*cache.bin", 0),
        ('if [ "$CI" = true ]; then rm -rf /var/cache/apt/*; fi', 0),
        ('if [ "$CI" = true ]; then apt-get clean; fi', 0),
        ("rm -rf /var/cache/apt/*", 1),
        ("rm -rf /var/cache/apt", 1),
        ("apt-get clean", 1),
    ],
)
def test_a_mount_is_emptied_by_what_takes_all_of_it_in_every_build(command, expected):
    assert (
        len(said("cache-mount-emptied", f"FROM debian:13\n{MOUNT}{command}"))
        == expected
    )


# The index of apt


def test_a_script_piped_into_a_shell_may_have_updated_the_index():
    start = "FROM debian:13\nRUN apt-get update && apt-get install -y curl\n"
    install = "RUN apt-get install -y nodejs"
    between = "RUN curl -fsSL https://example.com/setup | bash -\n"
    assert said("stale-package-index", f"{start}RUN ls\n{install}")
    assert said("stale-package-index", f"{start}{between}{install}") == []


# Start scripts

RUN = 'COPY . /\nEXPOSE 80\nUSER 10001\nCMD ["/run.sh"]'


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("import signal\nsignal.signal(signal.SIGTERM, stop)\n", 1),
        ("import uvicorn\nuvicorn.run('a:app')\n", 1),
        ("app.run()\n", 0),
    ],
)
def test_exec_helps_a_program_of_python_only_where_it_handles_the_signal(
    program, expected
):
    files = {"run.sh": "#!/bin/sh\npython main.py\n", "main.py": program}
    text = f"{PYTHON}{RUN}"
    assert len(said("entrypoint-without-exec", text, files)) == expected


def test_a_module_of_the_project_without_a_handler_gains_nothing_from_exec():
    files = {"run.sh": "#!/bin/sh\npython -m shop\n", "shop/__main__.py": "main()\n"}
    assert said("entrypoint-without-exec", f"{PYTHON}{RUN}", files) == []


@pytest.mark.parametrize(("label", "expected"), [("bash", 0), ("web", 1)])
def test_the_branch_that_opens_a_shell_needs_no_exec(label, expected):
    script = (
        f'#!/bin/sh\ncase $1 in\nx)\n  exec a\n  ;;\n{label})\n  "$@"\n  ;;\nesac\n'
    )
    messages = said("entrypoint-without-exec", f"{PYTHON}{RUN}", {"run.sh": script})
    assert len(messages) == expected


# Environments that were moved


def test_an_environment_whose_program_is_given_to_python_may_be_moved():
    text = (
        "FROM python:3.13-slim AS build\nRUN python -m venv /venv\n"
        "RUN /venv/bin/pip install a\nFROM python:3.13-slim\n"
        'COPY --from=build /venv /app\nENTRYPOINT ["/app/bin/python", "/app/bin/shop"]\n'
        'CMD ["--hosts", "0.0.0.0"]'
    )
    assert said("venv-moved", text) == []
    assert said("venv-moved", text.replace('/app/bin/python", "', ""))
