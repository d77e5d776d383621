"""What a Python project should be started with, as far as its build context tells."""

from __future__ import annotations

from lightship.build import Build
from lightship.context.files import Context
from lightship.facts.copies.origins import file_of
from lightship.facts.start.launch import Launch
from lightship.pyproject.project import read_project
from lightship.shell.specs import written

_WSGI = ("gunicorn", "waitress", "uwsgi", "granian", "hypercorn")
_ASGI = ("uvicorn", "hypercorn", "granian", "daphne")


def production_server(build: Build, asgi: bool = False) -> str:
    """The server to name in a message: one that the project asks for, or those that there are."""
    context = build.context
    servers = read_project(context).servers if context is not None else ()
    found = next((name for name in (_ASGI if asgi else _WSGI) if name in servers), None)
    return (
        f"{found}, which the project asks for"
        if found
        else f"a server for production, such as {'uvicorn' if asgi else 'gunicorn'}"
    )


def production_command(build: Build, launch: Launch) -> tuple[str, ...]:
    """gunicorn for what `launch` starts, on the port that it has; empty where the application is not known."""
    context = build.context
    if context is None or "gunicorn" not in read_project(context).servers:
        return ()
    if launch.subcommand == "runserver":
        target, port = _wsgi(build, context, launch), "8000"
    else:
        made = [
            each
            for each in read_project(context).applications
            if each.framework == "flask" and not each.is_factory
        ]
        target, port = made[0].target if len(made) == 1 else "", "5000"
    given = [value for value, _ in launch.values("--port", "-p")]
    given += [
        text.rpartition(":")[2]
        for text in launch.texts[2:3]
        if launch.subcommand == "runserver"
    ]
    port = next((each for each in given if each.isdigit()), port)
    return ("gunicorn", "--bind", f"0.0.0.0:{port}", target) if target else ()


def _wsgi(build: Build, context: Context, launch: Launch) -> str:
    """The module of wsgi.py beside the settings that manage.py names."""
    path = file_of(build, written(launch.words[0]))
    directory = path.rpartition("/")[0]
    package = (
        read_project(context, directory).settings.partition(".")[0] if path else ""
    )
    beside = f"{directory}/{package}/wsgi.py".lstrip("/")
    return f"{package}.wsgi" if package and context.read(beside) is not None else ""
