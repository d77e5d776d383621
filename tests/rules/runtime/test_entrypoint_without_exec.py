"""What the examples of entrypoint-without-exec leave out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from judged import said
from made import findings, in_context, lines

from lightship.lint.engine import lint
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.rule_selection import RuleSelection
from lightship.rules.runtime.entrypoint_without_exec import RULE

SCRIPT = lines(
    "#!/bin/sh",
    'if [ -n "$*" ]; then',
    '  "$@"',
    "elif [ $DEV ]; then",
    "  python manage.py runserver",
    "else",
    "  uwsgi --ini app.ini",
    "fi",
)
IMAGE = 'FROM python:3.13-slim\nCOPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]\n'


@pytest.mark.parametrize(
    ("command", "line"), [("", "line 7"), ('CMD ["celery", "-A", "a"]\n', "line 3")]
)
def test_the_line_is_that_of_the_branch_which_the_image_takes(command, line):
    [finding] = findings(RULE, IMAGE + command, {"entrypoint.sh": SCRIPT})
    assert finding.message.startswith(line)


def test_an_image_for_development_may_take_its_time_to_stop():
    text = IMAGE.replace("slim\n", "slim AS development\n")
    assert findings(RULE, text, {"entrypoint.sh": SCRIPT}) == []


def test_an_init_of_the_compose_file_passes_signals_on():
    build = in_context(IMAGE, {"entrypoint.sh": SCRIPT})
    under_init = replace(build, has_init=True)
    assert lint(build, [RULE])
    assert lint(under_init, [RULE]) == []
    assert lint(replace(under_init, is_published=True), [RULE])


PYTHON = "FROM python:3.13-slim\n"
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


def _fixed(script: str) -> str:
    """What the fix makes of the script."""
    build = in_context(f"{PYTHON}{RUN}", {"run.sh": script})
    selection = RuleSelection((RULE,))
    return fix(build, selection, UNSAFE).files.get("run.sh", script)


def test_every_branch_is_named_and_mended():
    script = lines(
        "#!/bin/sh",
        './migrate && if [ "$N" -eq 1 ]; then',
        "  uwsgi --ini one.ini",
        'elif [ "$N" -eq 2 ]; then',
        "  uwsgi --ini two.ini",
        "else",
        "  uwsgi --ini all.ini",
        "fi",
    )
    [message] = said("entrypoint-without-exec", f"{PYTHON}{RUN}", {"run.sh": script})
    assert message.startswith(
        "line 3 of run.sh starts uwsgi without exec (lines 5 and 7 do too), so"
    )
    assert _fixed(script) == script.replace("uwsgi", "exec uwsgi")


_ROW = """#!/bin/sh
if [ "$ROLE" == "api" ]
then
  ./migrate
  gunicorn shop.wsgi
fi

if [ "${ROLE}" = worker ]; then
  celery -A shop worker
fi
"""


def test_each_of_a_row_of_conditions_on_one_variable_may_be_the_last():
    expected = _ROW.replace("gunicorn", "exec gunicorn").replace(
        "celery", "exec celery"
    )
    assert _fixed(_ROW) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("${ROLE}", "$OTHER"),
        ("= worker", "= api"),
        ("= worker", "!= worker"),
        ("./migrate", "ROLE=worker"),
        ("  gunicorn shop.wsgi\n", "  gunicorn shop.wsgi\nelse\n  ./import\n"),
        ("fi\n\n", "fi\n./report\n"),
    ],
)
def test_after_other_conditions_the_script_may_go_on(old, new):
    script = _ROW.replace(old, new)
    assert _fixed(script) == script.replace("celery", "exec celery")


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ("flask run --host 0.0.0.0", 0),
        ("python -m flask run", 0),
        ("mlflow server --host 0.0.0.0", 0),
        ("waitress-serve shop:app", 0),
        ("cron -f", 0),
        ("crond -f", 1),
        ("flask --app shop --debug run", 1),
        ("FLASK_DEBUG=1 flask run", 1),
        ("python manage.py runserver", 1),
        ("gunicorn shop", 1),
    ],
)
def test_a_server_without_a_handler_gains_nothing_as_process_1(command, count):
    files = {"entrypoint.sh": f"#!/bin/sh\nset -e\n./migrate\n{command}\n"}
    assert len(findings(RULE, IMAGE, files)) == count


@pytest.mark.parametrize(
    ("settings", "count"),
    [
        ("[uwsgi]\nmaster = true\n", 0),
        ("[uwsgi]\nmaster = true\ndie-on-term = true\n", 1),
        ("[uwsgi]\nmaster = false\n", 1),
        ("[uwsgi]\nhttp = :8000\n", 1),
    ],
)
def test_a_master_of_uwsgi_reloads_by_the_signal_to_stop(settings, count):
    script = "#!/bin/sh\nset -e\n./migrate\nuwsgi ./uwsgi.ini\n"
    files = {"entrypoint.sh": script, "uwsgi.ini": settings}
    text = f"{IMAGE}\nCOPY uwsgi.ini ."
    assert len(findings(RULE, text, files)) == count


@pytest.mark.parametrize(
    ("otherwise", "count"),
    [
        ("uwsgi ./uwsgi.ini", 0),  # its master takes the signal for a reload
        ("exec gunicorn shop.wsgi", 0),
        ("gunicorn shop.wsgi", 1),
        ("", 1),
    ],
)
def test_a_server_for_development_counts_where_nothing_else_is_started(
    otherwise, count
):
    branch = f"else\n  {otherwise}\n" if otherwise else ""
    condition = 'if [ "$ENV" = development ]; then\n'
    script = f"#!/bin/bash\n{condition}  python manage.py runserver\n{branch}fi\n"
    files = {"entrypoint.sh": script, "uwsgi.ini": "[uwsgi]\nmaster = true\n"}
    found = findings(RULE, f"{IMAGE}COPY uwsgi.ini .\n", files)
    assert len(found) == count
