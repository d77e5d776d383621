"""Which commands are servers: programs that run until somebody stops them.

What each does is said in the manual of the program; a name that also stands for something short (`python`, `node`,
`java`) counts only with what it is told to run.
"""

from __future__ import annotations

from collections.abc import Sequence

from lightship.shell.commands import Command
from lightship.shell.words import Word

_SERVERS = frozenset(
    """gunicorn uvicorn hypercorn daphne granian waitress-serve uwsgi nginx httpd apache2 lighttpd caddy haproxy traefik
    envoy php-fpm puma unicorn passenger thin catalina.sh redis-server mongod mysqld mariadbd postgres memcached
    rabbitmq-server etcd consul vault minio prometheus grafana-server node_exporter tensorboard dagster-webserver
    dagster-daemon http-server nodemon pm2-runtime rqworker arq dramatiq huey_consumer huey_consumer.py
    sphinx-autobuild torchserve tritonserver text-generation-launcher chainlit apache2-foreground httpd-foreground
    vllm sshd cron crond supervisord""".split()
)
# Programs that are servers with one of these words
_WITH = {
    "flask": "run",
    "fastapi": "run dev",
    "django-admin": "runserver",
    "manage.py": "runserver runserver_plus rqworker qcluster run_huey",
    "celery": "worker beat flower",
    "streamlit": "run",
    "airflow": "webserver scheduler api-server standalone triggerer celery",
    "mlflow": "server ui",
    "prefect": "server worker agent",
    "jupyter": "lab notebook server",
    "mkdocs": "serve",
    "rails": "server s",
    "rq": "worker",
    "bentoml": "serve",
    "litestar": "run",
    "panel": "serve",
    "bokeh": "serve",
    "chroma": "run",
    "sanic": "",
    "npm": "start",
    "yarn": "start",
    "pnpm": "start",
    "bun": "start",
    "next": "start",
    "nest": "start",
    "http.server": "",
    "jupyter-lab": "",
    "jupyter-notebook": "",
}
_TESTED = frozenset(
    {"nginx", "httpd", "apache2", "php-fpm", "haproxy"}
)  # `-t` only looks at their settings
# They run the command behind them, with the words that come before it
_RUNNERS = {
    "poetry": "run",
    "uv": "run",
    "pipenv": "run",
    "pdm": "run",
    "hatch": "run",
    "rye": "run",
    "bundle": "exec",
    "conda": "run",
    "mamba": "run",
    "micromamba": "run",
    "newrelic-admin": "run-program",
    "ddtrace-run": "",
    "opentelemetry-instrument": "",
    "npx": "",
}
_MOST_RUNNERS = 4
_OF_RUNNERS = frozenset(
    "-n --name -p --prefix --with --group --extra --directory --project --env-file --python".split()
)


def server_of(command: Command) -> str | None:
    """The server that `command` starts, by its name; None where it starts none that is known."""
    words: Sequence[Word] = command.words
    for _ in range(_MOST_RUNNERS):
        name, rest = _program(words)
        wanted = _RUNNERS.get(name)
        if wanted is None or (wanted and not (rest and rest[0].value == wanted)):
            break
        words = _behind_options(rest[1:] if wanted else rest)
    name, rest = _program(words)
    if name in _SERVERS:
        only = (
            "--version",
            "--help",
            *(("-t", "-T", "-v", "-V") if name in _TESTED else ()),
        )
        return None if any(word.value in only for word in rest) else name
    actions = _WITH.get(name)
    if actions is None:
        return None
    values = [word.value for word in rest]
    found = next((action for action in actions.split() if action in values), None)
    return name if not actions else found and f"{name} {found}"


def runs_file(command: Command) -> bool:
    """Whether an interpreter is given a file or a module to run: `python app.py`, `java -jar app.jar`."""
    name = command.name.rstrip("0123456789.")
    values = [word.value or word.text for word in command.args]
    if name in ("python", "pypy", "node", "ruby", "php", "deno", "bun", "dotnet"):
        return (
            any(not value.startswith("-") for value in values[:3])
            and "-c" not in values
        )
    return name == "java" and bool(values)


def _program(words: Sequence[Word]) -> tuple[str, Sequence[Word]]:
    """Its name and its arguments; of `python -m NAME` and `python manage.py` those of what Python runs."""
    if not words:
        return "", ()
    name = (words[0].value or "").rpartition("/")[2]
    if name.startswith("python") and not name.removeprefix("python").strip(
        "0123456789."
    ):
        for at, word in enumerate(words[1:], 1):
            if word.value == "-m":
                return (
                    (words[at + 1].value or "") if at + 1 < len(words) else ""
                ), words[at + 2 :]
            if not (word.value or "").startswith("-"):
                return (word.value or "").rpartition("/")[2], words[at + 1 :]
    return name, words[1:]


def _behind_options(words: Sequence[Word]) -> Sequence[Word]:
    """What stands behind the options of a runner."""
    at = 0
    while at < len(words):
        value = words[at].value or ""
        if not value.startswith("-"):
            break
        at += 2 if value in _OF_RUNNERS else 1
    return words[at:]
