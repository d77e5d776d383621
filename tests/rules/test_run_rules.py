"""What examples of the rules about RUN cannot show: the rules together, and what must never be joined."""

from __future__ import annotations

import laws
import pytest
from amounts import share_of

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.lint.engine import lint
from lightship.lint.fixes import SAFE, UNSAFE, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection, select
from lightship.shell.cleaning import removes
from lightship.shell.parse import parse as read_script
from lightship.shell.pipes import unseen_failures
from lightship.text import Mapped

RULES = {rule.id: rule for rule in all_rules()}
DEFAULT = RuleSelection(select(all_rules(), ()))
MINE = (
    "apt-without-yes apt-recommends apt-lists-kept apt-instead-of-apt-get pip-cache-kept update-alone"
    " stale-package-index consecutive-runs cd-in-run sudo-in-run pipe-without-pipefail"
).split()

PRACTICE = """\
FROM debian:trixie-slim
RUN apt-get update
RUN apt-get install curl
RUN apt-get install -y git ffmpeg
COPY app /app
USER 10001:10001
CMD ["/app"]
"""
TIDY = """\
RUN apt-get update && \\
    apt-get install -y curl && \\
    apt-get install -y --no-install-recommends git ffmpeg && \\
    rm -rf /var/lib/apt/lists/*
"""


def variants(text):
    """The same text with line ends of Windows, and with a backtick as the escape character."""
    return {
        "lf": text,
        "crlf": text.replace("\n", "\r\n"),
        "backtick": "# escape=`\n" + text.replace("\\\n", "`\n"),
        "both": ("# escape=`\n" + text.replace("\\\n", "`\n")).replace("\n", "\r\n"),
    }


def build(text):
    return Build(parse(text))


@pytest.mark.parametrize("kind", variants(""))
def test_update_and_installs_apart_become_one_tidy_run(kind):
    wanted = variants(TIDY)[kind].removeprefix("# escape=`").lstrip("\r\n")
    fixed = fix(build(variants(PRACTICE)[kind]), DEFAULT, UNSAFE)
    assert wanted in fixed.text
    assert fixed.text.count("RUN") == 1
    assert not [item for item in fixed.left if item.diagnostic.rule.id in MINE]
    assert fix(fixed.build, DEFAULT, UNSAFE).text == fixed.text


@pytest.mark.parametrize("kind", variants(""))
@pytest.mark.parametrize("allowed", [SAFE, UNSAFE], ids=["safe", "unsafe"])
def test_the_laws_hold_for_all_of_them_together(kind, allowed):
    text = variants(
        PRACTICE.replace(
            "RUN apt-get install curl", "\n# a download tool\nRUN apt install curl"
        )
        + "RUN sudo pip install flask | tee /log\nRUN cd /app && pip install gunicorn && rm -rf ~/.cache\n"
    )[kind]
    laws.hold(build(text), [RULES[name] for name in MINE], allowed)


def test_safe_fixes_alone_leave_what_the_image_holds():
    fixed = fix(build(PRACTICE), DEFAULT, SAFE)
    assert "recommends" not in fixed.text
    assert (
        "RUN apt-get update && \\\n    apt-get install -y curl && \\\n"
        "    apt-get install -y git ffmpeg && \\\n" in fixed.text
    )


def test_each_step_waits_for_the_one_before():
    text = "FROM debian\nRUN apt-get update\nCOPY a /a\nRUN apt-get install -y ffmpeg\nCOPY b /b\n"
    text += "RUN apt-get install -y git default-jre\n"
    fixed = fix(build(text), RuleSelection(tuple(RULES[name] for name in MINE)), UNSAFE)
    one = "RUN apt-get update && apt-get install -y --no-install-recommends {} && rm -rf /var/lib/apt/lists/*\n"
    assert fixed.text == "FROM debian\nCOPY a /a\n" + one.format(
        "ffmpeg"
    ) + "COPY b /b\n" + one.format("git ca-certificates default-jre")


def test_one_problem_is_told_once():
    found = lint(
        build(
            "FROM debian\nRUN apt-get update\nRUN apt-get install -y curl\nRUN apt-get install -y git\n"
        ),
        DEFAULT.rules,
    )
    names = [item.rule.id for item in found if item.rule.theme == "caching"]
    assert names == ["update-alone"]


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf /var/lib/apt/lists/*",
        "rm -r /var/lib/apt/lists",
        "rm -fr /tmp/* /var/lib/apt/lists/",
        "rm -rf /var/lib/apt",
        "rm -rf /var/lib/apt/*",
        "rm -rf /var/lib/{dpkg,apt,cache}",
        "rm -rf /var/{lib/apt/lists,cache/apt}/*",
        "rm -rf /var/lib/apt/l*",
        "sudo rm -rf /var/lib/apt/lists/*_*",
        "find /var/lib/apt/lists -type f -delete",
        "find /var/lib/apt -type f | xargs rm -f",
    ],
)
def test_the_lists_are_removed(command):
    script = read_script(Mapped.plain(command, 0))
    assert any(removes(script, each, "/var/lib/apt/lists") for each in script.commands)


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf /var/lib/apt/lists/partial",
        "rm -rf /var/libs/apt/lists/*",
        "rm -rf var/lib/apt/lists",
        "rm -rf /var/cache/apt/*",
        "rm -rf $LISTS /",
        "echo /var/lib/apt/lists",
        "find /var/lib/apt/lists -type f",
        "ls /var/lib/apt/lists/*",
    ],
)
def test_the_lists_are_not_removed(command):
    script = read_script(Mapped.plain(command, 0))
    assert not any(
        removes(script, each, "/var/lib/apt/lists") for each in script.commands
    )


@pytest.mark.parametrize(
    ("script", "names"),
    [
        ("curl x | sh", ["curl"]),
        ("curl x | gunzip | tar -x", []),
        ("curl x | gunzip | sh", ["curl", "gunzip"]),
        ("a && curl x | sh && b", ["curl"]),
        ("(curl x | sh)", ["curl"]),
        ("{ curl x | sh; } && a", ["curl"]),
        ("if a; then curl x | sh; fi", ["curl"]),
        ("A=$(curl x | jq .) && a", ["curl"]),
        ("set -e; curl x | sh; a", ["curl"]),
        ("gpg -d a | sh", ["gpg"]),
        ("make | tee a", ["make"]),
        ("curl x | grep y | cut -f 1", ["curl"]),
        ("curl x | grep -c y", ["curl"]),
        ("curl x | grep y", []),
        ("curl x | sha256sum -c -", []),
        ("find . -name a | xargs rm", []),
        ("A=$(echo $B | cut -d. -f1 | tr . -) && a", []),
        ("cat a | sh", []),
        ("set -o pipefail; curl x | sh", []),
        ("set -e; curl x | sh && a; b", []),
        ("curl x | sh; a", []),
        ("curl x | sh || a", []),
        ("curl x | sh && a || b", []),
        ("! curl x | sh", []),
        ("curl x | sh &", []),
        ("if curl x | grep y; then a; fi", []),
        ("echo $(curl x | jq .)", []),
        ("export A=$(curl x | jq .)", []),
        ("a <(curl x | jq .)", []),
        ("echo y | sh && yes | a && printf x | b", []),
        ("curl x | head -n 1", []),
        ("dpkg -l | grep -q git", []),
        ("cat <<EOF | sh\na\nEOF", []),
        ("a || b", []),
    ],
)
def test_unseen_failures(script, names):
    assert [
        command.name
        for command in unseen_failures(read_script(Mapped.plain(script, 0)))
    ] == names


def test_one_shell_serves_every_pipe_of_a_stage():
    text = "FROM python AS a\nRUN curl x | sh\nFROM a\nRUN curl y | sh\nFROM python\nRUN curl z | sh\n"
    fixed = laws.hold(build(text), [RULES["pipe-without-pipefail"]], UNSAFE)
    assert fixed.text.count("SHELL") == 2


def test_thousands_of_runs_take_no_more_than_their_share():
    text = (
        "FROM debian\n"
        + "RUN apt-get update && apt-get install -y a\nRUN apt-get install b\nRUN curl x | sh\n"
        * share_of(2000)
    )
    assert len(lint(build(text), [RULES[name] for name in MINE])) > 2 * share_of(2000)


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ("apk add gcc \\\n    && rm -r /x || true", 1),
        ("apk add gcc \\\n    && rm -r /x \\\n    || true", 0),  # the whole is optional
        ("apk add gcc && rm -r /x || true", 0),
        ("apk add gcc && rm -r /x || true && ls", 1),
    ],
)
def test_a_failure_is_swallowed_where_true_is_meant_for_the_last_command(script, count):
    build = Build(parse(f"FROM alpine:3.24\nRUN {script}\n"))
    assert len(list(RULES["failure-swallowed"].check(build))) == count
