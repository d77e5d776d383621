"""What a command line starts in the end: the table of starters, and its readers."""

from __future__ import annotations

import pytest
from starts import ENVIRONMENTS, MODULES, NOTHING, SUPERVISORS, TRANSPARENT, WAITERS

from lightship.lint.examples import build_of
from lightship.shell.packages import read_command
from lightship.shell.parse import parse
from lightship.shell.programs import program_of
from lightship.shell.tree import Command
from lightship.text import Mapped


def command(line: str) -> Command:
    return parse(Mapped.plain(line, 0)).commands[0]


@pytest.mark.parametrize("start", TRANSPARENT)
def test_the_shell_reader_takes_a_starter_off(start):
    found = command(start.format("apt-get install -y curl"))
    assert found.values == ("apt-get", "install", "-y", "curl")
    assert found.wrappers
    assert read_command(found).packages[0].name == "curl"


@pytest.mark.parametrize("start", [*SUPERVISORS, *WAITERS, *ENVIRONMENTS])
def test_the_shell_reader_leaves_what_looks_elsewhere_or_is_a_file(start):
    found = command(start.format("app"))
    assert not found.wrappers
    assert found.words[0].text == start.split()[0]


@pytest.mark.parametrize("python", MODULES)
def test_a_package_manager_is_known_as_a_module(python):
    found = read_command(command(python.format("pip install flask")))
    assert (found.manager, found.action) == ("pip", "install")
    assert [package.name for package in found.packages] == ["flask"]


@pytest.mark.parametrize(
    ("line", "starters", "program"),
    [
        ("tini -- gosu app gunicorn shop", "tini gosu", "gunicorn shop"),
        ("chamber exec a b -- gunicorn shop", "chamber", "gunicorn shop"),
        ("bundle exec puma -C config.rb", "bundle", "puma -C config.rb"),
        ("npx --yes http-server@14 -p 80", "npx", "http-server@14 -p 80"),
        ("/usr/bin/tini -- /usr/bin/env A=1 /app/run", "tini env", "/app/run"),
        ("xargs -0 -n 1 rm -f", "xargs", "rm -f"),
        ("flock /run/lock -c 'nginx -t'", "", "flock /run/lock -c nginx -t"),
        ("su -c 'nginx' app", "", "su -c nginx app"),
        ("sudo -u app -- A=1 make", "sudo", "make"),
        ("gunicorn shop", "", "gunicorn shop"),
    ],
)
def test_what_is_started(line, starters, program):
    found = program_of(command(line).all_words)
    assert [starter.name for starter in found.starters] == starters.split()
    assert " ".join(word.value for word in found.words) == program
    assert not found.awaits_command


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("npx http-server@14", "http-server"),
        ("npx @angular/cli@20 serve", "cli"),
        ("pipx run gunicorn==23.0.0", "gunicorn"),
        ("/opt/venv/bin/gunicorn shop", "gunicorn"),
        ("./manage.py runserver", "manage.py"),
        ("python app/main.py", "main.py"),
        ("uv run app.py", "app.py"),
        ("uv run -m flask run", "flask"),
        ("coverage run manage.py test", "manage.py"),
        ("coverage run --source shop -p -m flask run", "flask"),
        ("numactl -N 0 -m 0 python app/main.py", "main.py"),
        ("pdm run main.py", "main.py"),
        ("python -c 'import shop'", ""),
        ("python", ""),
        ("tini --", ""),
    ],
)
def test_the_name_of_what_is_started(line, name):
    assert program_of(command(line).all_words).name == name


@pytest.mark.parametrize("start", [*TRANSPARENT, *SUPERVISORS, *WAITERS, *ENVIRONMENTS])
def test_a_starter_alone_awaits_its_command(start):
    words = command(start.format("")).all_words
    assert program_of(words).awaits_command


@pytest.mark.parametrize("line", NOTHING)
def test_what_starts_nothing_awaits_nothing(line):
    assert not program_of(command(line.format("app")).all_words).awaits_command


@pytest.mark.parametrize(
    ("line", "script"),
    [
        ("su app -c 'nginx -t'", "nginx -t"),
        ("runuser -l app --command 'nginx -t'", "nginx -t"),
        ("flock -n /run/lock -c 'nginx -t'", "nginx -t"),
        ("doppler run -p shop --command 'nginx -t'", "nginx -t"),
        ("infisical run -c 'nginx -t'", "nginx -t"),
        ("npx -c 'nginx -t'", "nginx -t"),
        ("mise exec node@22 -c 'nginx -t'", "nginx -t"),
        ("watchfiles 'nginx -t' /etc/nginx", "nginx -t"),
        ("watchfiles --filter python --verbosity info 'nginx -t'", "nginx -t"),
        ("watchfiles run.sh", "run.sh"),
    ],
)
def test_an_option_may_hold_a_script(line, script):
    build = build_of(f"RUN {line}")
    outer, inner = build.scripts(build.dockerfile.stages[0].instructions[-1])
    assert inner.outer is outer.commands[0]
    assert inner.commands[0].values == tuple(script.split())


@pytest.mark.parametrize(
    "line", ["watchfiles app.main.start src", "watchfiles", "su app", "mise exec -- a"]
)
def test_no_script_where_a_starter_is_given_none(line):
    build = build_of(f"RUN {line}")
    assert len(build.scripts(build.dockerfile.stages[0].instructions[-1])) == 1
