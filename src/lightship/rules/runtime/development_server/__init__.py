"""The container starts a server that is meant for development

## What it does
Finds start commands such as `flask run`, `manage.py runserver`, `fastapi dev` and `--reload`.

The rule reads entrypoint scripts, and a script that Python runs (`app.run(debug=True)`), where
the context has them. It is silent where the final stage, the Dockerfile or its directory is named
as one for development; where a compose file mounts the sources over the image and nobody publishes
it, or another Dockerfile beside it is for deployment (`Dockerfile.prod`); for `--reload` where the
sources that COPY brings are mounted over; for what a script starts only sometimes; and for CMD
where all compose services of the image have a command of their own and the sources are mounted
over it.

## Why is this bad?
`flask run` and `manage.py runserver` serve one developer: their documentation asks not to use
them in production, because they are neither secure nor fast (flask.palletsprojects.com/deploying,
docs.djangoproject.com/ref/django-admin). With debugging on, Flask's shows a console that runs
Python to anyone who makes a page fail. `--reload` and `fastapi dev` watch all files, in a second
process, for changes that never happen in an image.

Use gunicorn or waitress for WSGI, uvicorn for ASGI: the message names the one that the project
already depends on, where the build context is known.

## Fix safety
The fix removes `--reload` and similar options, or writes `fastapi run`. It is unsafe: the sources
may be mounted over those of the image. Where gunicorn and the application are known from the
context, the command to start instead is shown, and not applied: static files, and settings for
debugging, are then up to you.

## When to ignore
Ignore it where the image is only for development.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.copies.origins import file_of
from lightship.facts.stages.final_image import (
    is_beside_deployed,
    is_for_development,
    is_mounted_over,
)
from lightship.facts.start.launch import Launch
from lightship.facts.start.really_started import commands_instead, really_started
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.rules.runtime.development_server.handed_on_reload import of_handed_on
from lightship.rules.runtime.development_server.mounted_sources import (
    are_sources_mounted,
)
from lightship.rules.runtime.development_server.reload_options import RELOADS, of_reload
from lightship.shell.commands import Word
from lightship.shell.specs import written
from lightship.text import Edit, Span

_DJANGO = frozenset({"manage.py", "django-admin", "django-admin.py", "django"})
_RUNSERVERS = frozenset({"runserver", "runserver_plus"})
_WATCHERS = frozenset({"watchmedo", "nodemon", "watchfiles"})


def check(build: Build) -> Iterator[Finding]:
    if is_for_development(build) or _is_worked_on(build):
        return

    is_found = False
    is_worked_on = is_mounted_over(build) and bool(commands_instead(build))
    for launch in really_started(build):
        if is_worked_on and launch.instruction.keyword == "CMD":
            continue  # no container starts what CMD says
        finding = None if launch.is_branch else _of_launch(build, launch)
        if finding is not None:
            is_found = True
            yield finding
    if is_found:
        return

    handed_on = of_handed_on(build)
    if handed_on is not None:
        yield handed_on


def _is_worked_on(build: Build) -> bool:
    """Whether compose mounts the sources over an image that nobody publishes, or that has another
    beside it for deployment.
    """
    if not build.is_published and are_sources_mounted(build):
        return True
    return is_beside_deployed(build)


def _of_launch(build: Build, launch: Launch) -> Finding | None:
    name, action = launch.program, launch.subcommand
    if name in ("flask", "quart") and action == "run":
        what = f"{name} run starts {name.capitalize()}'s development server"
        return _instead(build, launch, what)
    if action in _RUNSERVERS and (name in _DJANGO or launch.interpreter):
        return _instead(build, launch, f"{action} is a development server")
    if name == "fastapi" and action == "dev":
        return _of_fastapi(launch)
    if name in RELOADS:
        return of_reload(build, launch, _where(launch))

    names = [name, *(starter.name for starter in launch.starters)]
    watchers = [name for name in names if name in _WATCHERS]
    if watchers:
        problem = f"{watchers[0]} waits for file changes, which an image never has"
        return Finding(launch.place, f"{problem}: start the program")
    return _of_script(build, launch) if launch.interpreter else None


def _span(launch: Launch, word: Word) -> Span:
    """From the program to a word of it, or where the Dockerfile names a script of the context."""
    start, end = launch.place.start, word.span.end
    if launch.script is None or end <= start:
        return launch.place
    return Span(start, end)


def _word(launch: Launch, text: str) -> Word:
    return next(word for word in launch.words if written(word) == text)


def _instead(build: Build, launch: Launch, what: str) -> Finding:
    """The finding of a server that has another in its place."""
    word = _word(launch, launch.subcommand)
    server = _server(build, launch.program == "quart")
    message = f"{_where(launch)}{what}: start {server}"
    return Finding(_span(launch, word), message, _start(build, launch))


def _start(build: Build, launch: Launch) -> Fix | None:
    """The other server's command; None where more than a command line would change."""
    # Only a finding needs it
    from lightship.rules.runtime.development_server.production_server import (  # noqa: PLC0415
        production_command,
    )

    command = production_command(build, launch)
    if not command or launch.script is None or launch.starters:
        return None

    end = launch.words[-1].span.end
    if end <= launch.place.start:
        return None  # it stands in a script of the context

    first = launch.interpreter[0] if launch.interpreter else launch.words[0]
    text = " ".join(command)
    if launch.script.shell == "exec":
        text = ", ".join(f'"{word}"' for word in command)
    edit = Edit.replace(Span(first.span.start, end), text)
    return Fix(f"Start {command[0]}", (edit,), Safety.MANUAL)


def _server(build: Build, asgi: bool) -> str:
    """What to start in its place."""
    # Only a finding needs it
    from lightship.rules.runtime.development_server.production_server import (  # noqa: PLC0415
        production_server,
    )

    return production_server(build, asgi)


def _of_fastapi(launch: Launch) -> Finding:
    from lightship.facts.edits.word_edits import inside  # noqa: PLC0415 - only a finding needs it

    word = _word(launch, "dev")
    edit = inside(word, "dev", "run") if launch.script is not None else None
    fix = Fix("Use fastapi run", (edit,), Safety.UNSAFE) if edit else None
    message = f"{_where(launch)}fastapi dev is for development: use fastapi run"
    return Finding(_span(launch, word), message, fix)


def _where(launch: Launch) -> str:
    """The script of the context that it is about."""
    return f"in {launch.path}: " if launch.path else ""


def _of_script(build: Build, launch: Launch) -> Finding | None:
    """`python app.py`, where app.py starts a server itself."""
    if launch.program == "manage.py" and launch.subcommand:
        return None  # the server is that of another command

    name = launch.texts[0]
    path = f"{name.replace('.', '/')}.py" if launch.is_module else name
    path = file_of(build, path)
    if not path or build.context is None:
        return None

    from lightship.facts.start.python_main import serving  # noqa: PLC0415 - few starts get here

    main = serving(build.context, path)
    if main is None or (main.server == "uvicorn" and not main.debug):
        return None
    if main.server == "uvicorn":
        message = f"{path} starts uvicorn with reload=True, which is for development"
        return Finding(launch.place, message)

    server = _server(build, main.server == "Quart")
    what = "development server"
    if main.debug:
        what = "debugger, which runs anyone's code"
    message = f"{path} starts {main.server}'s {what}: use {server}"
    return Finding(launch.place, message)


_PYTHON = "FROM python:3.14-slim\nWORKDIR /app\nENV PYTHONUNBUFFERED=1\nUSER 10001\n"
_MANAGE = (
    'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n'
)
_APP = "from flask import Flask\napp = Flask(__name__)\n"

RULE = Rule(
    id="development-server",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    production_only=True,
    practice=Practice.PERFORMANCE,
    examples=(
        Example(
            bad=f'{_PYTHON}CMD ["uvicorn", "shop:app", "--host", "0.0.0.0", "--reload", '
            '"--port", "80"]',
            fixed=f'{_PYTHON}CMD ["uvicorn", "shop:app", "--host", "0.0.0.0", "--port", "80"]',
        ),
        Example(
            bad=f"{_PYTHON}CMD exec gunicorn --reload \\\n    # the socket\n"
            "    --bind=:80 shop:app",
            fixed=f"{_PYTHON}CMD exec gunicorn \\\n    # the socket\n    --bind=:80 shop:app",
        ),
        Example(
            bad=f'{_PYTHON}ENTRYPOINT ["tini", "--"]\n'
            'CMD ["uv", "run", "fastapi", "dev", "--host", "::"]',
            fixed=f'{_PYTHON}ENTRYPOINT ["tini", "--"]\n'
            'CMD ["uv", "run", "fastapi", "run", "--host", "::"]',
        ),
        Example(
            bad=f"{_PYTHON}CMD cd /app; sh -c 'python -m uvicorn --reload --reload-dir /app "
            "shop:app --host ::'",
            fixed=f"{_PYTHON}CMD cd /app; sh -c 'python -m uvicorn shop:app --host ::'",
        ),
        Example(
            bad=f'{_PYTHON}CMD ["flask", "--app", "shop", "run", "--host", "0.0.0.0"]'
        ),
        Example(
            bad=f"{_PYTHON}CMD poetry run python manage.py migrate && poetry run python "
            "manage.py runserver ::1"
        ),
        Example(
            bad=f'{_PYTHON}ENTRYPOINT ["python", "-u"]\n'
            'CMD ["manage.py", "runserver", "0.0.0.0:8000"]'
        ),
        Example(
            bad="FROM python:3.14-slim AS base\n"
            'CMD ["python3", "-m", "flask", "run", "-h", "::"]\nFROM base\nUSER 1'
        ),
        Example(
            bad=f'{_PYTHON}COPY . .\nCMD ["python", "manage.py", "runserver", "0.0.0.0:8000"]',
            files={
                "manage.py": _MANAGE,
                "shop/wsgi.py": "",
                "requirements.txt": "django==5.2\ngunicorn==23.0.0\n",
            },
        ),
        Example(
            bad=f'{_PYTHON}COPY . .\nENTRYPOINT ["./start.sh"]',
            files={
                "start.sh": "#!/bin/sh\nset -e\npython manage.py migrate\n"
                "exec python manage.py runserver 0:8000\n"
            },
        ),
        Example(
            bad=f'{_PYTHON}COPY app.py .\nCMD ["python", "app.py"]',
            files={
                "app.py": f"{_APP}if __name__ == '__main__':\n"
                "    app.run(host='0.0.0.0', debug=True)\n"
            },
        ),
        Example(
            bad=f'{_PYTHON}COPY . .\nENTRYPOINT ["./start.sh"]\n'
            'CMD ["--workers", "1", "--reload", "--host", "::"]',
            fixed=f'{_PYTHON}COPY . .\nENTRYPOINT ["./start.sh"]\n'
            'CMD ["--workers", "1", "--host", "::"]',
            files={"start.sh": '#!/bin/sh\nset -e\nexec uvicorn shop:app "$@"\n'},
        ),
        Example(
            bad=f'{_PYTHON}COPY . .\nENTRYPOINT ["./start.sh"]\n'
            'CMD ["--host :: --reload --port 80"]',
            fixed=f'{_PYTHON}COPY . .\nENTRYPOINT ["./start.sh"]\n'
            'CMD ["--host :: --port 80"]',
            files={
                "start.sh": '#!/bin/bash\nargs="$@"\nif [ -n "$args" ]; then\n'
                '  exec uvicorn shop:app $(eval echo "$args")\nfi\n'
            },
        ),
        Example(
            good=f'{_PYTHON}COPY --chmod=755 start.sh .\nENTRYPOINT ["./start.sh"]\n'
            'CMD ["--reload"]',
            files={
                "start.sh": '#!/bin/sh\nexec shop "$@"\n',
                ".dockerignore": "",
            },
        ),
        Example(good=f'{_PYTHON}CMD ["uvicorn", "shop:app", "--host", "0.0.0.0"]'),
        Example(good=f'{_PYTHON}CMD ["fastapi", "run", "shop.py"]'),
        # What it starts is not known
        Example(good=f'{_PYTHON}CMD ["python", "app.py"]'),
        Example(
            good="FROM python:3.14-slim AS dev\nUSER 10001\n"
            'CMD ["flask", "run", "--host", "0.0.0.0"]'
        ),
        Example(good=f'{_PYTHON}CMD ["python", "manage.py", "migrate"]'),
        Example(
            good=f'{_PYTHON}COPY --chmod=755 start.sh .\nCMD ["./start.sh"]',
            files={
                "start.sh": '#!/bin/sh\nif [ -n "$DEV" ]; then\n  exec flask run\nfi\n'
                "exec waitress-serve shop:app\n",
                ".dockerignore": "",
            },
        ),
        Example(  # which of the two is started is decided there
            good=f'{_PYTHON}COPY app.py .\nCMD ["python", "app.py"]',
            files={
                "app.py": "from flask import Flask\nfrom waitress import serve\n"
                "app = Flask(__name__)\n"
                "if os.environ['ENV'] == 'prod':\n    serve(app)\nelse:\n    app.run(debug=True)\n",
                ".dockerignore": "",
            },
        ),
        Example(
            good=f'{_PYTHON}COPY app.py .\nCMD ["waitress-serve", "app:app"]',
            files={
                "app.py": f"{_APP}if __name__ == '__main__':\n    app.run(debug=True)\n"
            },
        ),
    ),
)
