"""The image sets a variable that switches debugging on

## What it does
Finds ENV with variables of Python and its frameworks that switch debugging on.

FLASK_DEBUG and FLASK_ENV are skipped where another server than Flask's own is started, such as
gunicorn or uWSGI; with a build context FLASK_ENV is too, unless the project asks for a Flask before
2.3. `DEBUG` and `DJANGO_DEBUG` count where the image starts a Python program whose sources, where
they are known, name the variable. The rule looks at the last value in the final image and the
stages that it starts from, and is silent where those, the Dockerfile or its directory are named as
ones for development.

## Why is this bad?
ENV applies to every container of the image, in production as well. With `FLASK_DEBUG=1`, and with
`FLASK_ENV=development` before Flask 2.3, `flask run` shows a console that runs Python to anyone
who makes a page fail; Django with DEBUG shows settings, paths and SQL with each error, and keeps
every query in memory (docs.djangoproject.com/ref/settings/#debug). `PYTHONASYNCIODEBUG` and
`PYTHONDEVMODE` make the program slower, `UVICORN_RELOAD` makes it watch files.

Remove the variable, and set it where you debug: `docker run -e FLASK_DEBUG=1`, a compose file.

## Fix safety
The fix writes the opposite value: `0`, `False`, `production`. It is unsafe: a program that only
checks whether the variable is set does not change, and one that relies on debugging, for static
files, does. For DEBUG and DJANGO_DEBUG it is shown and never applied: Django then refuses every
host that its settings do not name.

## When to ignore
Ignore it where the image is only for development.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.copies.sources import sources_of
from lightship.facts.installs.requirement_files import requirements_of
from lightship.facts.stages.final_image import Variable, image_env, is_for_development
from lightship.facts.start.read_launches import launches
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.text import Edit

_FLASK = "flask run then offers a Python console to anyone"
_SLOWER = "the program runs slower"
_EFFECTS = {
    "FLASK_DEBUG": _FLASK,
    "FLASK_ENV": "before Flask 2.3, it offers a Python console to anyone",
    "QUART_DEBUG": "Quart shows its internals with each error",
    "QUART_ENV": "Quart shows its internals with each error",
    "WERKZEUG_DEBUG_PIN": "Werkzeug's console needs no PIN",
    "LITESTAR_DEBUG": "Litestar shows its internals with each error",
    "SANIC_DEBUG": "Sanic shows its internals with each error",
    "DJANGO_DEBUG": "Django shows its settings with each error",
    "DEBUG": "errors show internals of the program",
    "UVICORN_RELOAD": "uvicorn watches files that never change in an image",
    "GRANIAN_RELOAD": "granian watches files that never change in an image",
    "LITESTAR_RELOAD": "Litestar watches files that never change in an image",
    "FASTAPI_DEBUG": "FastAPI shows its internals with each error",
    "PYTHONASYNCIODEBUG": _SLOWER,
    "PYTHONDEVMODE": _SLOWER,
    "PYTHONTRACEMALLOC": _SLOWER,
}
# What they switch is up to the program: hosts, static files
_OF_PROGRAM = ("DEBUG", "DJANGO_DEBUG")
_GENERAL = frozenset(
    {"DEBUG", "DJANGO_DEBUG", "FASTAPI_DEBUG"}
)  # they are names that others use too
# What newer releases pass over, and what only costs time
_QUIET = frozenset(
    {"FLASK_ENV", "QUART_ENV"}
    | {name for name, effect in _EFFECTS.items() if effect == _SLOWER}
)
_OF_FLASK = frozenset({"FLASK_ENV", "FLASK_DEBUG"})
# Under them Flask has no console: that is one of its own server
_OTHER_SERVERS = frozenset(
    """uvicorn hypercorn daphne fastapi granian gunicorn uwsgi waitress-serve mod_wsgi-express
    gevent""".split()
)
_OLD_FLASK = regex(r"\s*[=~]=+\s*(?:[01]\.|2\.[0-2](?:\.|$))")
_SETTINGS = (".py", ".toml", ".yaml", ".yml", ".ini", ".cfg")
_OPPOSITE = {
    "1": "0",
    "true": "false",
    "yes": "no",
    "on": "off",
    "development": "production",
    "t": "f",
    "y": "n",
}
_MARKS = ("DEBUG", "FLASK_ENV", "QUART_ENV", "RELOAD", "DEVMODE", "MALLOC")


def check(build: Build) -> Iterator[Finding]:
    if is_for_development(build):
        return
    for name, variable in image_env(build).items():
        if name not in _EFFECTS or not _is_on(name, variable.value):
            continue
        if name in _OF_FLASK and _has_no_console(build, name):
            continue
        if name not in _GENERAL or _is_read(build, name):
            message = f"{name} is on in every container: {_EFFECTS[name]}"
            severity = Severity.INFO if name in _QUIET else None
            yield Finding(variable.pair.span, message, _fix(name, variable), severity)


def _has_no_console(build: Build, name: str) -> bool:
    """Whether another server than Flask's own runs, or Flask is known to have forgotten FLASK_ENV.

    Those who set FLASK_ENV for such a server choose the settings of their program by it.
    """
    if any(launch.program in _OTHER_SERVERS for launch in launches(build)):
        return True
    return name == "FLASK_ENV" and build.context is not None and not _may_be_old(build)


def _is_read(build: Build, name: str) -> bool:
    """Whether the image starts a program in Python, and its sources, where known, name it."""
    if not any(launch.is_python for launch in launches(build)):
        return False
    texts = list(sources_of(build, _SETTINGS))
    return not texts or any(name in text for text in texts)


def _may_be_old(build: Build) -> bool:
    """Whether the project may ask for a Flask before 2.3: one without a version is the newest."""
    for call in build.packages("pip", "uv", "poetry", "pdm", "pipenv"):
        files = requirements_of(build, call)
        if files is None:
            return True

        specifiers: list[str] = []
        for file in files:
            own = [asked for asked in file.dependencies if asked.name == "flask"]
            specifiers += [asked.specifier for asked in own]
        for package in call.does.packages:
            if package.name.lower() == "flask":
                specifiers += [f"{package.operator or ''}{package.version or ''}"]
        if any(map(_fits_old, specifiers)):
            return True
    return False


def _fits_old(specifier: str) -> bool:
    return "<" in specifier or _OLD_FLASK.match(specifier) is not None


def _is_on(name: str, value: str) -> bool:
    if name == "WERKZEUG_DEBUG_PIN":
        return value.lower() == "off"
    if name == "PYTHONTRACEMALLOC":
        return value.isdigit() and value != "0"
    return value.lower() in _OPPOSITE and (
        value.lower() == "development"
    ) == name.endswith("_ENV")


def _fix(name: str, variable: Variable) -> Fix | None:
    """Write the opposite, in the same letters; not where a variable gives the value."""
    word = variable.pair.value
    value = variable.value
    opposite = "0" if value.isdigit() else None
    opposite = _OPPOSITE.get(value.lower(), opposite)
    if word is None or opposite is None or name == "WERKZEUG_DEBUG_PIN":
        return None
    if word.text.strip("\"'") != value:
        return None

    if value[:1].isupper() and len(value) > 1:
        opposite = opposite.capitalize()
    if word.span.end - word.span.start != len(word.text):
        return None
    edit = Edit.replace(word.span, word.text.replace(value, opposite))
    # Without it Django answers no host and serves no static files
    safety = Safety.MANUAL if name in _OF_PROGRAM else Safety.UNSAFE
    return Fix(f"Set {name} to {opposite}", (edit,), safety)


_PYTHON = "FROM python:3.14-slim\nWORKDIR /app\nENV PYTHONUNBUFFERED=1\nUSER 10001\n"
_CMD = 'CMD ["python", "app.py"]'

RULE = Rule(
    id="debug-variable",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    production_only=True,
    scope=RuleScope(text=_MARKS),
    practice=Practice.SECURITY,
    examples=(
        Example(
            bad=f"{_PYTHON}ENV FLASK_DEBUG=1\n{_CMD}",
            fixed=f"{_PYTHON}ENV FLASK_DEBUG=0\n{_CMD}",
        ),
        Example(
            bad=f'{_PYTHON}ENV A=1 \\\n    # for Django\n    DEBUG="True" \\\n    B=2\n{_CMD}',
        ),
        Example(
            bad=f"{_PYTHON}ENV FLASK_ENV development\n{_CMD}",
            fixed=f"{_PYTHON}ENV FLASK_ENV production\n{_CMD}",
        ),
        Example(
            bad="FROM python:3.14-slim AS base\nENV PYTHONASYNCIODEBUG=1\nFROM base\nUSER 10001",
            fixed="FROM python:3.14-slim AS base\nENV PYTHONASYNCIODEBUG=0\nFROM base\nUSER 10001",
        ),
        Example(
            bad=f"{_PYTHON}ENV DJANGO_DEBUG=true\nENTRYPOINT poetry run gunicorn shop:app",
        ),
        Example(
            bad=f"{_PYTHON}ENV UVICORN_RELOAD='on'",
            fixed=f"{_PYTHON}ENV UVICORN_RELOAD='off'",
        ),
        Example(bad=f"{_PYTHON}ARG DEBUG=1\nENV DEBUG=${{DEBUG}}\n{_CMD}"),
        Example(bad=f"{_PYTHON}ENV WERKZEUG_DEBUG_PIN=off"),
        Example(
            bad=f"{_PYTHON}COPY r.txt .\nRUN pip install --no-cache-dir -r r.txt\n"
            f"ENV FLASK_ENV=development\n{_CMD}",
            fixed=f"{_PYTHON}COPY r.txt .\nRUN pip install --no-cache-dir -r r.txt\n"
            f"ENV FLASK_ENV=production\n{_CMD}",
            files={"r.txt": "Flask==2.2.5\n"},
        ),
        Example(
            good=f"{_PYTHON}ENV FLASK_DEBUG=0 DEBUG=False FLASK_ENV=production\n{_CMD}"
        ),
        Example(  # Flask 2.3 has forgotten the variable
            good=f"{_PYTHON}COPY r.txt .\nRUN pip install --no-cache-dir -r r.txt\n"
            f"ENV FLASK_ENV=development\n{_CMD}",
            files={"r.txt": "Flask==3.1.2\n", ".dockerignore": ""},
        ),
        Example(
            good=f'{_PYTHON}ENV FLASK_DEBUG=1\nCMD ["uvicorn", "shop:app", "--host", "::"]'
        ),  # there is no Flask
        Example(  # its settings are chosen by it
            good=f'{_PYTHON}ENV FLASK_ENV=development\nENTRYPOINT ["./entrypoint.sh"]',
            files={
                "entrypoint.sh": "#!/bin/sh\npython manage.py db upgrade\nexec uwsgi --ini a.ini\n"
            },
        ),
        Example(
            good=f"{_PYTHON}ENV DEBUG=1\n{_CMD}",
            files={"app.py": "print('DEVELOPER')\n", ".dockerignore": ""},
        ),  # nothing reads it
        Example(good=f"{_PYTHON}ARG DEBUG=False\nENV DEBUG=$DEBUG\n{_CMD}"),
        Example(
            good="FROM python:3.14-slim AS base\nENV FLASK_DEBUG=1\nFROM base\nENV FLASK_DEBUG=0"
        ),
        Example(good='FROM node:24-slim\nENV DEBUG=1\nUSER node\nCMD ["node", "a.js"]'),
        Example(
            good="FROM python:3.14-slim AS build\nENV FLASK_DEBUG=1\nFROM python:3.14-slim\n"
            "COPY --from=build /a /a"
        ),
        Example(
            good="FROM python:3.14-slim AS dev\nUSER 10001\n"
            f"ENV FLASK_DEBUG=1 PYTHONUNBUFFERED=1\n{_CMD}"
        ),
        Example(good=f"{_PYTHON}RUN FLASK_DEBUG=1 ./test.sh\n{_CMD}"),
    ),
)
