"""What a Dockerfile says of modes and of users, and what rules make of it."""

from __future__ import annotations

import pytest

from lightship.context.files import Context
from lightship.lint.engine import lint
from lightship.lint.examples import build_of, fixed_by
from lightship.lint.registry import all_rules
from lightship.shell.mode_commands import for_group, mode_command, opens_to_all
from lightship.shell.parse import parse
from lightship.shell.tails import last_commands
from lightship.text import Mapped

RULES = {rule.id: rule for rule in all_rules()}
SCRIPT = '#!/bin/sh\nexec "$@"\n'


def shell(text):
    return parse(Mapped.plain(text, 0))


def messages(rule, text, files=None):
    return [item.finding.message for item in lint(build_of(text, files), [RULES[rule]])]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a\nb", ["b"]),
        ("a && b\n", ["b"]),
        ("a\nb &", []),
        ("a\nb | c", []),
        ("a || b", []),
        ("if a; then\n b\nelif c; then d; else e; fi", ["b", "d", "e"]),
        ("case $1 in\n a) b ;;\n *) c\nesac", ["b", "c"]),
        ("while a; do b; done", []),
        ("{ a; b; }", ["b"]),
        ("( a; b )", []),
        ("! a", []),
        ("", []),
        ("a() { b; }", []),
    ],
)
def test_last_commands(text, names):
    assert [command.name for command in last_commands(shell(text))] == names


@pytest.mark.parametrize(
    ("mode", "opens", "fixed"),
    [
        ("777", True, "775"),
        ("0666", True, "0664"),
        ("2777", True, "2775"),
        ("1777", False, None),
        ("755", False, None),
        ("622", False, None),
        ("a+w", True, None),
        ("go+rwX", True, None),
        ("u=rwx,o=rwx", True, None),
        ("+w", False, None),
        ("g+w", False, None),
        ("o-w", False, None),
        ("a+rx,o-w", False, None),
        ("a+rwxt", False, None),
        ("999", False, None),
    ],
)
def test_modes(mode, opens, fixed):
    assert opens_to_all(mode) == opens
    assert for_group(mode) == fixed


@pytest.mark.parametrize(
    ("command", "mode"),
    [
        ("chmod -R 777 /a /b", "777"),
        ("chmod 777 -R /a", "777"),
        ("chmod -x /a", "-x"),
        ("chmod --reference=/b /a", None),
        ("find . -type f -exec chmod 644 {} +", "644"),
        ("find . -name a", None),
        ("mkdir -p -m777 /a", "777"),
        ("install -d --mode 700 /a", "700"),
        ("mkdir /a", None),
    ],
)
def test_commands_that_set_modes(command, mode):
    found = mode_command(shell(command).commands[0])
    assert (found.text if found else None) == mode


def test_modes_in_memory_and_after_a_change():
    context = Context.of(
        {"a.sh": SCRIPT, "b.sh": SCRIPT, "c": ""}, modes={"b.sh": 0o644}
    )
    assert {file.path: file.mode for file in context.files} == {
        "a.sh": 0o755,
        "b.sh": 0o644,
        "c": 0o644,
    }
    after = context.with_files({"a.sh": "exec a\n", "d": "new"})
    assert {file.path: file.mode for file in after.files} == {
        "a.sh": 0o755,
        "b.sh": 0o644,
        "c": 0o644,
        "d": 0o644,
    }


def test_a_fixed_script_stays_executable():
    text = 'COPY run.sh /\nUSER 10001\nENTRYPOINT ["/run.sh"]'
    build = build_of(text, {"run.sh": "nginx\n"}, {"run.sh": 0o755})
    fixed = fixed_by(RULES["entrypoint-without-shebang"], build)
    assert fixed.files == {"run.sh": "#!/bin/sh\nnginx\n"}
    assert not lint(fixed.build, [RULES["entrypoint-not-executable"]])


def test_who_forgot_user_is_told_which():
    text = 'RUN useradd --uid 10002 shop\nCOPY . /app\nCMD ["/app/server"]'
    [message] = messages("root-user", text)
    assert (
        message
        == "the container runs as root, although line 2 creates shop: add USER 10002"
    )
    assert not messages("unused-user", text)


def test_a_port_that_is_too_high_is_told_once():
    text = "EXPOSE 80 70000\nUSER 10001"
    assert messages("port-out-of-range", text)
    assert not messages("build-refused", text)
    assert messages("build-refused", "EXPOSE http")
