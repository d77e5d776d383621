"""What a Python project should be started with, as far as its build context tells."""

from __future__ import annotations

from lightship.build import Build
from lightship.context.files import Context
from lightship.facts.copies.origins import file_of
from lightship.facts.stages.final_image import image_env
from lightship.facts.start.launch import Launch
from lightship.pyproject.project import Project, read_project
from lightship.shell.specs import written

# Those that are named first are the usual ones
_WSGI = (
    "gunicorn",
    "waitress",
    "uwsgi",
    "granian",
    "hypercorn",
)
_ASGI = (
    "uvicorn",
    "hypercorn",
    "granian",
    "daphne",
)


def production_server(build: Build, asgi: bool = False) -> str:
    """The server to name in a message: one that the project asks for, or an example."""
    names = _ASGI if asgi else _WSGI
    context = build.context
    if context is not None:
        project = read_project(context)
        for name in names:
            if name in project.servers:
                return f"{name}, which the project asks for"
    return f"a production server such as {names[0]}"


def production_command(build: Build, launch: Launch) -> tuple[str, ...]:
    """gunicorn for what `launch` starts, on the port that it has.

    Empty where the application is not known.
    """
    context = build.context
    if context is None:
        return ()
    project = read_project(context)
    if "gunicorn" not in project.servers:
        return ()

    if launch.subcommand == "runserver":
        target = _django_target(build, context, launch)
        port = _port(launch, "8000")
    else:
        target = _as_told(build, _flask_target(project))
        port = _port(launch, "5000")
    if not target:
        return ()
    return ("gunicorn", "--bind", f"0.0.0.0:{port}", target)


def _port(launch: Launch, default: str) -> str:
    """The port that it is told to listen on: an option, or Django's `runserver [address:]port`."""
    for value, _ in launch.values("--port", "-p"):
        if value.isdigit():
            return value
    if launch.subcommand == "runserver":
        for address in launch.texts[2:3]:
            _, _, port = address.rpartition(":")
            if port.isdigit():
                return port
    return default


def _flask_target(project: Project) -> str:
    """The project's application, where it has one."""
    targets = []
    for application in project.applications:
        if application.is_factory:
            continue
        if application.framework == "flask":
            targets.append(application.target)
    return targets[0] if len(targets) == 1 else ""


def _as_told(build: Build, target: str) -> str:
    """A target by the module that FLASK_APP names; empty where that is another one."""
    variable = image_env(build).get("FLASK_APP")
    if not target or variable is None:
        return target
    told = variable.value
    module, _, name = target.partition(":")
    named, colon, own_name = told.partition(":")
    named = named.removesuffix(".py").strip("./").replace("/", ".")
    if named != module and not named.endswith(f".{module}"):
        return ""
    if colon and own_name != name:
        return ""
    return f"{named}:{name}"


def _django_target(build: Build, context: Context, launch: Launch) -> str:
    """The module of wsgi.py beside the settings that manage.py names."""
    path = file_of(build, written(launch.words[0]))
    if not path:
        return ""
    directory, _, _ = path.rpartition("/")
    project = read_project(context, directory)
    package, _, _ = project.settings.partition(".")
    if not package:
        return ""
    wsgi = f"{directory}/{package}/wsgi.py"
    if context.read(wsgi.lstrip("/")) is None:
        return ""
    return f"{package}.wsgi"
