"""Where servers of Python listen: their options, variables and defaults.

Read on 2026-11-24 in the sources of uvicorn 0.54 (main.py), Hypercorn 0.18 (config.py), gunicorn 27 (config.py), daphne
4.2 (cli.py), granian 2.8 (cli.py), Flask 3.1 and Quart (cli.py), Litestar (cli/commands/core.py), Sanic
(cli/arguments.py), Django 5.2 (runserver.py), fastapi-cli 0.0.34 (cli.py), jupyter_server (serverapp.py), waitress 3.0
(adjustments.py), and MLflow (cli: --host).
"""

from __future__ import annotations

from collections.abc import Mapping

from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.context.wildcards import has_wildcards
from lightship.facts.copies.origins import file_of
from lightship.facts.stages.final_image import image_env
from lightship.facts.start.launch import Launch
from lightship.facts.start.python_main import serving
from lightship.record import record
from lightship.shell.commands import Word
from lightship.shell.specs import written

_EVERYWHERE = "0.0.0.0"  # noqa: S104 - where these servers listen
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


@record
class Server:
    """One server and its command line.

    `options` name where it listens, what is written first when one is added; `with_port` says that a port is part of
    the value. `others` are other ways to say it, or files that may. `variables` set the same. `default` is where it
    listens untold, and `port` the port then.
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
RUNSERVER = Server((), with_port=True)
SCRIPT = Server(())


@record
class Binding:
    """Where a launch listens: `address` as it is written, and `word` with it; no word where it is the default."""

    server: Server
    address: str
    word: Word | None


def bindings(build: Build, launch: Launch) -> tuple[Binding, ...]:
    """Where it is told to listen, or its default where nothing says otherwise; nothing where that is not known."""
    if launch.subcommand == "runserver":
        found = _of_runserver(launch)
        return () if found is None else (found,)
    server = SERVERS.get(launch.program) or SERVERS.get(
        f"{launch.program} {launch.subcommand}"
    )
    if server is None:
        return _of_script(build, launch)
    given = tuple(
        Binding(server, value, word) for value, word in launch.values(*server.options)
    )
    if (
        given
        or launch.has(*server.others)
        or launch.has_hidden_options
        or launch.takes_more
    ):
        return given
    if any(
        name in image_env(build) or name in launch.assigned for name in server.variables
    ):
        return ()
    return (
        ()
        if _may_be_configured(build, launch)
        else (Binding(server, server.default, None),)
    )


def is_loopback(address: str) -> bool:
    """Whether only the container itself reaches that address, with a port or without."""
    return any(address == name or address.startswith(f"{name}:") for name in LOOPBACK)


def _of_runserver(launch: Launch) -> Binding | None:
    """Django's `[address:]port` behind it."""
    at = launch.texts.index("runserver")
    rest = [word for word in launch.words[at + 1 :] if written(word)[:1] != "-"]
    is_django = launch.program in _DJANGO or bool(launch.interpreter)
    if not is_django or launch.has_hidden_options or (not rest and launch.takes_more):
        return None
    if launch.has(
        "-h", "--host", "-p", "--port"
    ):  # Flask-Script has a command of that name too
        return None
    if not rest:
        return Binding(RUNSERVER, "127.0.0.1", None)
    text = written(rest[0])
    return Binding(RUNSERVER, f"127.0.0.1:{text}" if text.isdigit() else text, rest[0])


def _of_script(build: Build, launch: Launch) -> tuple[Binding, ...]:
    """`python app.py`, where app.py serves."""
    context, name = build.context, launch.texts[0]
    if context is None or not launch.interpreter or not name.endswith(".py"):
        return ()
    path = file_of(build, name)
    found = serving(context, path) if path else None
    return (
        (Binding(SCRIPT, found.host, None),)
        if found is not None and found.host is not None
        else ()
    )


def _may_be_configured(build: Build, launch: Launch) -> bool:
    """Whether a file may say where it listens, or what starts the container."""
    context, text = build.context, build.dockerfile.text
    if launch.program.startswith("jupyter"):
        image = read_reference(build.evaluation.root(build.lineage[-1]).name)
        own = isinstance(image, str) or not image.official
        return own or any(
            mark in text
            for mark in ("_config.", ".jupyter", "App.", "JUPYTER_", "generate-config")
        )
    if launch.program == "gunicorn":
        settings = gunicorn_settings(build, launch)
        return settings is None or "bind" in settings
    if context is None:
        return False
    if launch.program in ("flask", "quart"):
        return any(
            "RUN_HOST" in (context.read(name) or "") for name in (".flaskenv", ".env")
        )
    return False


def gunicorn_settings(build: Build, launch: Launch) -> str | None:
    """The text of gunicorn's configuration file; empty where there is none, None where it is not known."""
    context = build.context
    named = next(
        (value for value, _ in launch.values("--config", "-c")), ""
    ).removeprefix("file:")
    if named.startswith("python:") or launch.has("--paste", "--paster"):
        return None
    if context is None:
        return None if named or _takes_unknown_files(build) else ""
    path = file_of(build, named or "gunicorn.conf.py")
    return context.read(path) if path else None if named else ""


def _takes_unknown_files(build: Build) -> bool:
    """Whether COPY or ADD takes a directory, so that it is not known which files are there."""
    taken = build.copyings()
    names = [source.value or "" for copying in taken for source in copying.sources]
    return any(
        "." not in name.rpartition("/")[2].strip(".") or has_wildcards(name)
        for name in names
    )
