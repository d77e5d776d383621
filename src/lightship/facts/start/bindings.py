"""Where servers of Python listen: their options, variables and defaults.

Read on 2026-11-24 in the sources of uvicorn 0.54 (main.py), Hypercorn 0.18 (config.py), gunicorn 27
(config.py), daphne 4.2 (cli.py), granian 2.8 (cli.py), Flask 3.1 and Quart (cli.py), Litestar
(cli/commands/core.py), Sanic (cli/arguments.py), Django 5.2 (runserver.py), fastapi-cli 0.0.34
(cli.py), jupyter_server (serverapp.py), waitress 3.0 (adjustments.py), and MLflow (cli: --host).
"""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import basename

from lightship.build import Build
from lightship.context.wildcards import has_wildcards
from lightship.facts.copies.origins import file_of
from lightship.facts.stages.final_image import image_env
from lightship.facts.start.launch import Launch
from lightship.record import record
from lightship.shell.commands import Word
from lightship.shell.specs import written

_EVERYWHERE = "0.0.0.0"  # noqa: S104 - where these servers listen
LOOPBACK = (
    "127.0.0.1",
    "localhost",
    "[::1]",
    "::1",
)
_LOOPBACK_AND_PORT = tuple(f"{name}:" for name in LOOPBACK)


@record
class Server:
    """One server and its command line.

    `options` say where it listens; the first is written when one is added, and `with_port` says
    that a port is part of its value. `others` are other ways to say it, or name files that may.
    `variables` set the same. `default` is where it listens otherwise, and `port` the port then.
    """

    options: tuple[str, ...]
    default: str = "127.0.0.1"
    port: str = "8000"
    with_port: bool = False
    others: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()


_UVICORN = Server(
    ("--host",),
    others=("--uds", "--fd"),
    variables=("UVICORN_HOST", "UVICORN_UDS", "UVICORN_FD"),
)
_FLASK = Server(("--host", "-h"), port="5000", variables=("FLASK_RUN_HOST",))
_JUPYTER = Server(
    ("--ip", "--ServerApp.ip", "--NotebookApp.ip"),
    default="localhost",
    port="8888",
    others=("--config", "--ServerApp.sock", "--sock"),
)
# By program, or program and subcommand
SERVERS: Mapping[str, Server] = {
    "uvicorn": _UVICORN,
    "hypercorn": Server(
        ("--bind", "-b"),
        with_port=True,
        others=("-c", "--config", "--insecure-bind", "--quic-bind"),
    ),
    "gunicorn": Server(
        ("--bind", "-b"),
        with_port=True,
        others=("--paste", "--paster"),
        variables=("PORT", "GUNICORN_CMD_ARGS"),
    ),
    "daphne": Server(
        ("--bind", "-b"), others=("-u", "--unix-socket", "--fd", "-e", "--endpoint")
    ),
    "granian": Server(
        ("--host",), others=("--uds",), variables=("GRANIAN_HOST", "GRANIAN_UDS")
    ),
    "flask run": _FLASK,
    "quart run": Server(("--host", "-h"), port="5000", variables=("QUART_RUN_HOST",)),
    "litestar run": Server(
        ("--host", "-H"),
        others=("-F", "--fd", "--file-descriptor", "-U", "--uds"),
        variables=("LITESTAR_HOST",),
    ),
    "sanic": Server(("--host", "-H"), others=("-u", "--unix", "-s", "--simple")),
    "fastapi dev": Server(("--host",)),
    "fastapi run": Server(("--host",), default=_EVERYWHERE),
    "mlflow server": Server(
        ("--host", "-h"),
        port="5000",
        others=("--uvicorn-opts", "--gunicorn-opts"),
        variables=("MLFLOW_HOST",),
    ),
    "mlflow ui": Server(("--host", "-h"), port="5000", variables=("MLFLOW_HOST",)),
    "jupyter lab": _JUPYTER,
    "jupyter notebook": _JUPYTER,
    "jupyter server": _JUPYTER,
    "jupyter-lab": _JUPYTER,
    "jupyter-notebook": _JUPYTER,
    "streamlit run": Server(("--server.address",), default="", port="8501"),
    "waitress-serve": Server(("--listen", "--host"), default=_EVERYWHERE, port="8080"),
    "http.server": Server(("--bind", "-b"), default=""),
}

_DJANGO = frozenset({"manage.py", "django-admin", "django-admin.py", "django"})
# Where the Dockerfile has one of them, Jupyter may be configured
_JUPYTER_MARKS = (
    "_config.",
    ".jupyter",
    "App.",
    "JUPYTER_",
    "generate-config",
)
RUNSERVER = Server((), with_port=True)
SCRIPT = Server(())


@record
class Binding:
    """Where a launch listens: `address` as it is written, and `word` with it.

    Without a word, it is the default.
    """

    server: Server
    address: str
    word: Word | None


def bindings(build: Build, launch: Launch) -> tuple[Binding, ...]:
    """Where a launch is told to listen, or its default; nothing where that is not known."""
    if launch.subcommand == "runserver":
        binding = _of_runserver(launch)
        return () if binding is None else (binding,)

    server = _server_of(launch)
    if server is None:
        return _of_script(build, launch)

    told = []
    for value, word in launch.values(*server.options):
        binding = Binding(server, value, word)
        told.append(binding)
    if told or _may_be_told_otherwise(build, launch, server):
        return tuple(told)
    return (Binding(server, server.default, None),)


def is_loopback(address: str) -> bool:
    """Whether only the container itself reaches that address, with a port or without."""
    return address in LOOPBACK or address.startswith(_LOOPBACK_AND_PORT)


def _server_of(launch: Launch) -> Server | None:
    server = SERVERS.get(launch.program)
    if server is not None:
        return server
    return SERVERS.get(f"{launch.program} {launch.subcommand}")


def _may_be_told_otherwise(build: Build, launch: Launch, server: Server) -> bool:
    """Whether other options, variables or files may say where it listens."""
    if launch.has_hidden_options or launch.takes_more:
        return True
    if launch.has(*server.others):
        return True
    variables = image_env(build)
    for name in server.variables:
        if name in variables:
            return True
        if name in launch.assigned:
            return True
    return _may_be_configured(build, launch)


def _of_runserver(launch: Launch) -> Binding | None:
    """Where Django's `runserver [address:]port` listens."""
    if launch.program not in _DJANGO and not launch.interpreter:
        return None
    # Flask-Script has a command of that name too
    if launch.has("-h", "--host", "-p", "--port"):
        return None
    if launch.has_hidden_options:
        return None

    at = launch.texts.index("runserver")
    for word in launch.words[at + 1 :]:
        address = written(word)
        if address.startswith("-"):
            continue
        if address.isdigit():
            address = f"127.0.0.1:{address}"
        return Binding(RUNSERVER, address, word)
    if launch.takes_more:
        return None
    return Binding(RUNSERVER, "127.0.0.1", None)


def _of_script(build: Build, launch: Launch) -> tuple[Binding, ...]:
    """`python app.py`, where app.py serves."""
    context = build.context
    if context is None or not launch.interpreter:
        return ()
    name = launch.texts[0]
    if not name.endswith(".py"):
        return ()
    path = file_of(build, name)
    if not path:
        return ()
    from lightship.facts.start.python_main import serving  # noqa: PLC0415 - few starts get here

    served = serving(context, path)
    if served is None or served.host is None:
        return ()
    return (Binding(SCRIPT, served.host, None),)


def _may_be_configured(build: Build, launch: Launch) -> bool:
    """Whether a file may say where it listens, or what starts the container."""
    if launch.program.startswith("jupyter"):
        return _may_configure_jupyter(build)
    if launch.program == "gunicorn":
        settings = gunicorn_settings(build, launch)
        return settings is None or "bind" in settings
    if launch.program in ("flask", "quart"):
        return _has_flask_variables(build)
    return False


def _may_configure_jupyter(build: Build) -> bool:
    image = build.root_image(build.lineage[-1])
    if image is None or not image.official:
        return True
    text = build.dockerfile.text
    return any(mark in text for mark in _JUPYTER_MARKS)


def _has_flask_variables(build: Build) -> bool:
    """Whether a file that Flask reads variables from has the host."""
    if build.context is None:
        return False
    for name in (".flaskenv", ".env"):
        text = build.context.read(name) or ""
        if "RUN_HOST" in text:
            return True
    return False


def gunicorn_settings(build: Build, launch: Launch) -> str | None:
    """The text of gunicorn's configuration file.

    Empty where there is none, None where it is not known.
    """
    named = ""
    for value, _ in launch.values("--config", "-c"):
        named = value.removeprefix("file:")
        break
    if named.startswith("python:"):
        return None
    if launch.has("--paste", "--paster"):
        return None

    context = build.context
    if context is None:
        is_known = not named and not _takes_unknown_files(build)
        return "" if is_known else None
    path = file_of(build, named or "gunicorn.conf.py")
    if path:
        return context.read(path)
    if named:
        return None
    return ""


def _takes_unknown_files(build: Build) -> bool:
    """Whether COPY or ADD takes a directory, so that it is not known which files are there."""
    for copying in build.copyings():
        for source in copying.sources:
            path = source.value or ""
            if has_wildcards(path):
                return True
            name = basename(path)
            if "." not in name.strip("."):
                return True
    return False
