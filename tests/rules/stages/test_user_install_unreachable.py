"""When user-install-unreachable reports something, and when it is silent."""

from __future__ import annotations

from judged import said


def test_packages_of_a_user_are_found_where_the_repository_sets_the_base():
    text = (
        "FROM python:3.14-slim\nRUN {}pip install --user flask\nRUN useradd -m app\n"
        "COPY . /app\nUSER app\nCMD python app.py"
    )
    rule = "user-install-unreachable"
    assert said(rule, text.format(""), {"app.py": ""})
    assert said(rule, text.format("export PYTHONUSERBASE=/opt; "), {"app.py": ""}) == []
    settings = {"app.cfg": 'envar: "PYTHONUSERBASE=/root/.local"\n'}
    assert said(rule, text.format(""), settings) == []


def test_the_home_directory_may_end_in_a_slash():
    text = (
        "FROM python:3.14-slim AS build\nRUN pip install --user gunicorn\n"
        "FROM python:3.14-slim\nRUN useradd -m app\nENV HOME={} PATH=/srv/app/.local/bin:$PATH\n"
        "COPY --from=build /root/.local {}\nUSER app\nCMD gunicorn app"
    )
    rule = "user-install-unreachable"
    assert said(rule, text.format("/srv/app/", "/srv/app/.local"), {}) == []
    assert said(rule, text.format("/home/app", "/usr/local"), {}) == []
    assert said(rule, text.format("/home/app", "/srv/app/.local"), {})


def test_an_entrypoint_that_changes_the_user_has_a_home_of_its_own():
    text = (
        "FROM python:3.13\nRUN useradd -m app\nUSER app\nRUN pip install --user flask\n"
        'USER root\nCOPY start.sh /\nENTRYPOINT ["/start.sh"]\n'
    )
    rule = "user-install-unreachable"
    script = "#!/bin/sh\nexport HOME=/home/app\nexec {} python -m flask run\n"
    assert said(rule, text, {"start.sh": script.format("")})
    assert not said(rule, text, {"start.sh": script.format("gosu app")})
