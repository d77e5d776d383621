"""The exec form is safe only for what the kernel starts: a script without #! needs a shell."""

from __future__ import annotations

import pytest
from judged import said
from judged import severities as judged_severities

from lightship.build import Build
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.lint.finding import Severity
from lightship.lint.fixes import SAFE, UNSAFE, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection
from lightship.repository_facts import RepositoryFacts

RULE = next(rule for rule in all_rules() if rule.id == "shell-form-command")
HEAD = "FROM python:3.14-slim\nWORKDIR /app\n"


def last_line(body: str, files=None, allowed=SAFE) -> str:
    """What the fix makes of the last line."""
    text = HEAD + body
    context = None if files is None else Context.of({"Dockerfile": text, **files})
    build = Build(parse(text), context, path="Dockerfile")
    return fix(build, RuleSelection((RULE,)), allowed).text.rpartition("\n")[2]


@pytest.mark.parametrize(
    "body",
    [
        "COPY start.sh .\nCMD ./start.sh",
        "COPY . .\nCMD ./start",
        "ADD https://example.com/start.sh /start.sh\nCMD /start.sh",
        "ADD https://example.com/serve /usr/local/bin/serve\nCMD serve",
        "COPY bin/serve /usr/local/bin/\nCMD serve",
        "COPY scripts/ /usr/local/bin/\nCMD serve",
        "RUN echo 'exec python -m app' > /usr/local/bin/serve\nCMD serve",
        "CMD start.sh",
    ],
)
def test_no_safe_fix_where_the_script_cannot_be_seen(body):
    line = body.rpartition("\n")[2]
    assert last_line(body) == line
    assert last_line(body, allowed=UNSAFE).startswith('CMD ["')


def test_no_safe_fix_where_a_later_run_may_rewrite_the_script():
    body = "COPY start.sh /\nRUN sed -i 1d /start.sh\nCMD /start.sh"
    assert last_line(body, {"start.sh": "#!/bin/sh\n"}) == "CMD /start.sh"


def test_a_script_without_shebang_keeps_its_shell():
    files = {"start.sh": "exec python -m app\n"}
    line = last_line("COPY start.sh .\nCMD ./start.sh", files, UNSAFE)
    assert line == 'CMD ["/bin/sh", "-c", "exec ./start.sh"]'


def test_a_script_in_path_without_shebang_keeps_its_shell():
    files = {"bin/serve": "exec python -m app\n"}
    line = last_line("COPY bin/serve /usr/local/bin/\nCMD exec serve", files)
    assert line == 'CMD ["/bin/sh", "-c", "exec serve"]'


@pytest.mark.parametrize(
    "text", ["#!/bin/sh\nexec python -m app\n", "#!/bin/bash\nexec nginx\n"]
)
def test_the_kernel_starts_what_it_can_read(text):
    line = last_line("COPY start.sh .\nCMD ./start.sh", {"start.sh": text})
    assert line == 'CMD ["./start.sh"]'


@pytest.mark.parametrize(
    "line",
    ["CMD gunicorn app:app", "CMD /usr/local/bin/gunicorn app:app", "CMD /bin/server"],
)
def test_a_program_of_a_package_is_safe(line):
    assert last_line(f"COPY . .\n{line}").startswith('CMD ["')


def severities(body: str, files=None, **changes):
    text = HEAD + body
    context = None if files is None else Context.of({"Dockerfile": text, **files})
    build = Build(parse(text), context, path="Dockerfile", **changes)
    return [finding.severity for finding in RULE.check(build)]


@pytest.mark.parametrize(
    "command",
    ["/bin/bash", "bash -l", "psql", "pytest -q", "python -m pytest", "./run-tests.sh"],
)
def test_nobody_stops_a_shell_or_a_test_run_politely(command):
    assert severities(f"CMD {command}") == []
    assert severities("CMD ./latest") == [None]
    assert severities("CMD sh /backup.sh") == [Severity.INFO]


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ("#!/bin/sh\npython -m app\n", 0),
        ("#!/bin/sh\nsleep infinity\n", 0),
        ("#!/bin/bash\ncp /conf/a /etc/a\n/usr/bin/supervisord\n", 0),
        ("#!/bin/bash\nexec /usr/bin/supervisord\n", 1),
        ("#!/bin/sh\nexec python -m app\n", 1),
        ("#!/bin/sh\ntrap stop TERM\npython -m app &\nwait\n", 1),
        ("#!/bin/sh\nexec flask run\n", 0),
        ("#!/usr/bin/env python3\nimport app\n", 0),
        ("#!/usr/bin/env python3\nimport uvicorn\nuvicorn.run('a:b')\n", 1),
    ],
)
def test_the_exec_form_does_not_help_a_script_that_is_deaf_to_signals(script, count):
    body = "COPY start.sh /\nENTRYPOINT /start.sh"
    assert len(severities(body, {"start.sh": script})) == count


@pytest.mark.parametrize(
    ("init", "count"),
    [
        ('"dumb-init", "--", "/entrypoint.sh"', 0),
        ('"/usr/bin/dumb-init"', 0),
        ('"tini", "-g", "--"', 0),
        ('"dumb-init", "--single-child", "--"', 1),
        ('"tini", "--"', 1),
        ('"/entrypoint.sh"', 1),
    ],
)
def test_an_init_may_send_signals_to_the_whole_group(init, count):
    assert len(severities(f"ENTRYPOINT [{init}]\nCMD gunicorn app:app")) == count


def test_images_to_work_with_and_examples_are_not_judged():
    for purpose in ("test", "development", "ci"):
        assert severities("CMD serve", purpose=purpose) == []
    assert severities("CMD serve", repository=RepositoryFacts(is_example=True)) == []
    # No container starts from it
    assert severities("CMD ['serve']", purpose="test") == [Severity.ERROR]


def test_no_container_starts_from_a_stage_that_is_not_built_on():
    text = 'FROM debian:13 AS a\nCMD server --port 1\nFROM debian:13\nCMD ["x"]'
    assert said("shell-form-command", text) == []
    assert said("shell-form-command", text, target="a")


def test_a_tool_that_people_call_ends_by_itself():
    called = {"README.md": "docker run --rm -v $PWD:/work shop\n"}
    assert severities("CMD java -jar check.jar", called) == []
    assert severities("CMD java -jar check.jar", {"README.md": "docker run -d shop\n"})


@pytest.mark.parametrize(
    ("command", "advice"),
    [
        ("gunicorn -b :$PORT shop:app", 'use ["sh", "-c", "exec …"]'),
        ("gunicorn -b :80 shop:app", "use a JSON array"),
    ],
)
def test_a_command_with_a_variable_is_told_to_keep_its_shell(command, advice):
    (message,) = said("shell-form-command", f"CMD {command}")
    assert message.endswith(advice)


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ("gcloud info", 0),
        ("python manage.py loaddata dump.json", 0),
        ("python ./manage.py migrate --noinput", 0),
        ("python manage.py runserver 0.0.0.0:8000", 1),
    ],
)
def test_a_job_of_one_step_is_left_alone(command, count):
    assert len(said("shell-form-command", f"{HEAD}CMD {command}")) == count


def test_an_init_script_is_no_program_to_write_in_an_array():
    [message] = said("shell-form-command", "FROM debian:13\nCMD service nginx start")
    assert message.endswith("start nginx itself, in the foreground")


@pytest.mark.parametrize(
    ("command", "fixed"),
    [
        (
            'server \\\n    --port "${PORT}" \\\n    --debug',
            'CMD ["/bin/sh", "-c", "exec server --port \\"${PORT}\\" --debug"]',
        ),
        ('server \\\n  --a "$B \\\n c"', ' c"'),
        ("server \\\n    --port $PORT \\\n    > log", "    > log"),
        (
            "sh -c 'server --name $NAME'",
            'CMD ["sh", "-c", "exec server --name $NAME"]',
        ),
        ("sh -c 'server --port 80'", 'CMD ["server", "--port", "80"]'),
        ("sh -c 'exec server'", 'CMD ["server"]'),
        ('/bin/sh -c "/usr/sbin/crond -f"', 'CMD ["/usr/sbin/crond", "-f"]'),
        ("sh -c ./start", 'CMD ["sh", "-c", "exec ./start"]'),
        ("sh -c 'cd /app; server'", 'CMD ["sh", "-c", "cd /app; server"]'),
        ("sh -c '. env.sh'", 'CMD ["sh", "-c", ". env.sh"]'),
    ],
)
def test_a_shell_that_is_needed_is_told_to_hand_over(command, fixed):
    assert last_line(f"CMD {command}", allowed=UNSAFE) == fixed


@pytest.mark.parametrize(
    "command",
    [
        'sh -c "server --port ${PORT:-80}"',
        'server \\\n  --a "$B \\\n c"',
        "sh -c 'server --name $NAME'",
    ],
)
def test_no_bare_array_is_advised_where_a_shell_is_needed(command):
    (message,) = said("shell-form-command", f"{HEAD}CMD {command}")
    assert message.endswith('use ["sh", "-c", "exec …"]')


def test_jobs_in_the_background_have_no_last_command_to_hand_over_to():
    body = 'CMD bash -c "celery a & celery b & wait -n"'
    (message,) = said("shell-form-command", f"{HEAD}{body}")
    assert message.endswith("stop them in a trap")
    assert last_line(body, allowed=UNSAFE) == body


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ("#!/bin/bash\ncelery a & tail -f /dev/null\n", 0),
        ("exec celery a\n", 1),
    ],
)
def test_a_base_image_of_the_repository_may_bring_a_deaf_script(script, count):
    text = "FROM acme/base\nCMD /build/start.sh"
    files = {"image/start.sh": script}
    own = RepositoryFacts(images=frozenset({"acme/base"}))
    assert len(said("shell-form-command", text, files, repository=own)) == count
    assert len(said("shell-form-command", text, files)) == 0
    assert len(said("shell-form-command", text)) == 1


@pytest.mark.parametrize(
    ("service", "severity"),
    [("    command: gunicorn app:app\n", Severity.INFO), ("", None)],
)
def test_a_cmd_that_every_service_replaces_is_a_note(service, severity):
    compose = f"services:\n  web:\n    build: .\n{service}"
    files = {"compose.yaml": compose, "app.py": ""}
    assert severities("CMD gunicorn -b :80 app:app", files) == [severity]
    assert severities("ENTRYPOINT gunicorn -b :80 app:app", files) == [None]


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ("service ssh start && tail -f /dev/null", 0),
        ("service ssh start; sleep infinity", 0),
        ("tail -f /dev/null", 0),
        ("service ssh start && tail -f /var/log/auth.log", 0),
        ("sleep 5 && python app.py", 1),
    ],
)
def test_what_keeps_a_container_running_ignores_signals_in_any_form(command, count):
    text = f"FROM debian:13\nUSER 10001\nCMD {command}"
    assert len(said("shell-form-command", text)) == count


@pytest.mark.parametrize(
    ("entrypoint", "is_server"),
    [
        ('["uvicorn", "shop:app"]', True),
        ('["tini", "--", "gunicorn", "shop:app"]', True),
        ('["python", "-m", "celery", "-A", "shop", "worker"]', True),
        ('["tini", "--"]', False),
        ('["/docker-entrypoint.sh"]', False),
        ('["supervisord", "-n"]', True),
    ],
)
def test_a_server_of_entrypoint_gets_the_shell_as_its_arguments(entrypoint, is_server):
    text = f"{HEAD}USER 10001\nENTRYPOINT {entrypoint}\nCMD celery -A shop worker"
    [message] = said("shell-form-command", text)
    assert ("the arguments /bin/sh and -c" in message) is is_server
    assert ("signals" in message) is not is_server


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ("sh -c 'while true; do python job.py; sleep 60; done'", 0),
        ("sh -c 'for i in 1 2; do curl -s http://a; done; sleep 2'", 0),
        ("while sleep 60; do python job.py; done", 0),
        ("python job.py; echo done", 0),
        ("until pg_isready; do sleep 1; done; python app.py", 1),
        ("sh -c 'while true; do python a.py; done & python b.py'", 1),
        ("(while true; do python job.py; done)", 1),
    ],
)
def test_a_loop_at_the_end_is_the_program_itself(command, count):
    assert len(said("shell-form-command", f"{HEAD}CMD {command}")) == count


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ("exec uvicorn app:app --port ${PORT:-80}", 0),
        ("cd /app && exec uvicorn app:app", 0),
        ("exec uvicorn app:app --port 80", 1),
        ("cd /app && uvicorn app:app", 1),
        ("if [ $A ]; then exec uvicorn a:b; else python b.py; fi", 1),
        ("if [ $A ]; then exec uvicorn a:b; else exec python b.py; fi", 0),
    ],
)
@pytest.mark.parametrize("keyword", ["CMD", "ENTRYPOINT"])
def test_what_hands_over_already_keeps_the_shell_that_it_needs(keyword, command, count):
    assert len(said("shell-form-command", f"{HEAD}{keyword} {command}")) == count


def test_an_empty_command_ends_at_once():
    for keyword in ("CMD", "ENTRYPOINT"):
        (message,) = said("shell-form-command", f"{HEAD}{keyword}")
        assert message.startswith(f'{keyword} is empty, so sh -c ""')
    (message,) = said("shell-form-command", f'{HEAD}ENTRYPOINT ["serve"]\nCMD')
    assert "ENTRYPOINT gets the arguments /bin/sh and -c" in message
    compose = "services:\n  web:\n    build: .\n    command: serve\n"
    assert severities("CMD ", {"compose.yaml": compose}) == [Severity.INFO]


@pytest.mark.parametrize("image", ["jupyter/base-notebook", "quay.io/jupyter/minimal"])
def test_the_init_of_jupyters_images_signals_all_processes(image):
    text = f"FROM {image}:2025-01-01\nCMD voila $OPTIONS"
    assert judged_severities("shell-form-command", text) == [Severity.INFO]
    own = text.replace("CMD", 'ENTRYPOINT ["/start"]\nCMD')
    assert judged_severities("shell-form-command", own) == [Severity.WARNING]


@pytest.mark.parametrize(
    ("end", "count"),
    [
        ("", 1),
        ('CMD ["/start"]\n', 0),
        ('ENTRYPOINT ["/start"]\n', 0),
    ],
)
def test_a_start_that_a_later_stage_replaces_starts_nothing(end, count):
    text = (
        f"{HEAD.replace('slim', 'slim AS base')}CMD python app.py $A\nFROM base\n{end}"
    )
    assert len(said("shell-form-command", text)) == count
    if end:
        base = said("shell-form-command", text, target="base")
        assert len(base) == 1


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ('coverage run setup.py test; if [ "$T" != x ]; then coveralls; fi', 0),
        ("cd /srv && pytest && codecov", 0),
        ("cd tests && python server.py $A", 1),
        ("test -e /data || exit 1", 1),
        ("pytest && python server.py $A", 1),
    ],
)
def test_a_run_of_tests_ends_by_itself(command, count):
    assert len(said("shell-form-command", f"{HEAD}CMD {command}\n")) == count


@pytest.mark.parametrize(
    ("command", "advice"),
    [
        ("(! $TOR || tor &) && python3 node.py", "start python3 with exec"),
        ("./warm-up & python app.py $A", "start python with exec"),
        ("celery worker & python app.py $A", "stop them in a trap"),
        ("./a & ./b & wait", "stop them in a trap"),
        ("./warm-up & exec python app.py $A", None),
        ("celery worker & exec python app.py $A", "stop them in a trap"),
    ],
)
def test_beside_a_job_the_last_program_is_started_with_exec(command, advice):
    told = said("shell-form-command", f"{HEAD}CMD {command}\n")
    assert [message.rpartition(": ")[2] for message in told] == [advice] * (
        advice is not None
    )


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ('sh -c "make migrate && python migrate_data.py"', 0),
        ("echo start && yarn install && make dist && make pex", 0),
        ("alembic upgrade head && python -m seed", 0),
        ("alembic upgrade head && uvicorn app:app", 1),
        ("make build run", 1),
        ("make build && ./server", 1),
        ("python migrate_and_serve.py $A", 1),
        ("npm start", 1),
    ],
)
def test_a_job_that_ends_by_itself_needs_no_signal(command, count):
    assert len(said("shell-form-command", f"{HEAD}CMD {command}\n")) == count


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("from subprocess import check_call\ncheck_call(f'mount {A}', shell=True)", 0),
        ("import json, os\nfor name in os.listdir('/in'):\n    print(name)", 0),
        ("import subprocess\nsubprocess.run(['tar', 'xf', '/in.tar'])", 0),
        ("import subprocess\nsubprocess.run(['gunicorn', 'app:app'])", 1),
        ("import subprocess, sys\nsubprocess.run(sys.argv[1:])", 1),
        ("import time\nwhile True:\n    time.sleep(1)", 1),
        ("import time\nfor _ in range(9):\n    time.sleep(60)", 1),
        ("from http.server import HTTPServer\nHTTPServer().serve_forever()", 1),
        ("import flask\nflask.Flask('a').run()", 1),
        ("from . import app", 1),
    ],
)
def test_a_file_of_python_that_neither_waits_nor_loops_ends_by_itself(code, count):
    stops = "signal.signal(signal.SIGTERM, stop)"
    files = {"convert.py": f"#!/usr/bin/env python3\n{code}\n{stops}\n"}
    body = "COPY convert.py /\nENTRYPOINT /convert.py"
    assert len(severities(body, files)) == count


@pytest.mark.parametrize(
    ("command", "file", "text", "count"),
    [
        ("python3 app.py", "app.py", "flask.Flask('a').run(port=80)", 0),
        ("python3 app.py", "app.py", "flask.Flask('a').run(debug=True)", 1),
        ("python3 app.py", "app.py", "uvicorn.run('a:b')", 1),
        ("python3 app.py", "app.py", "signal.signal(signal.SIGTERM, end)", 1),
        ("cd src && python3 app.py", "src/app.py", "uvicorn.run('a:b')", 1),
        ("python3 -m shop", "shop/__main__.py", "serve()", 0),
        ("node index.js", "index.js", "app.listen(80)", 0),
        ("node index.js", "index.js", "process.on('SIGTERM', stop)", 1),
        ("java -jar a.jar", "a.jar", "", 1),
        ("shop --serve", "shop.txt", "", 0),
        ("cp -r build /out", "build", "", 0),
        ("gunicorn -b :80 shop:app", "shop.py", "", 1),
        ("flask run", "app.py", "", 0),
    ],
)
def test_the_exec_form_helps_only_what_acts_on_the_signal(command, file, text, count):
    body = f"COPY . .\nEXPOSE 80\nCMD {command}"
    assert len(severities(body, {file: text})) == count


def test_uwsgi_has_to_die_on_the_signal():
    settings = "[uwsgi]\nmodule = shop:app\nmaster = true\n"
    body = 'COPY . .\nCMD sh -c "uwsgi shop.ini"'
    assert not severities(body, {"shop.ini": settings})
    assert severities(body, {"shop.ini": f"{settings}die-on-term = true\n"})


def test_exec_before_a_list_of_options_needs_no_array():
    text = "FROM python:3.14-slim\nCMD exec gunicorn {}--workers 2 shop:app"
    assert said("shell-form-command", text.format("\\\n    ")) == []
    assert len(said("shell-form-command", text.format(""))) == 1
    without = text.replace("exec ", "").format("\\\n    ")
    assert len(said("shell-form-command", without)) == 1


@pytest.mark.parametrize(
    ("entrypoint", "cure"),
    [('ENTRYPOINT ["tini", "--"]\n', "use tini -g"), ("", "stop them in a trap")],
)
def test_tini_signals_background_jobs_where_it_is_told_to(entrypoint, cure):
    text = f"{HEAD}{entrypoint}CMD (celery -A shop worker &) && uvicorn shop:app"
    (message,) = said("shell-form-command", text)
    assert message.endswith(cure)
