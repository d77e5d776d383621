"""What the examples of entrypoint-without-exec leave out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made import findings, in_context, lines

from lightship.lint.engine import lint
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
