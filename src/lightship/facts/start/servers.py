"""Which commands are servers: programs that run until somebody stops them.

What each does is said in the manual of the program. A name that also stands for something short
(`python`, `node`, `java`) counts only with what it is told to run.
"""

from __future__ import annotations

from collections.abc import Sequence

from lightship.shell.commands import Command
from lightship.shell.programs import program_of
from lightship.shell.specs import written
from lightship.shell.words import Word

_SERVERS = frozenset(
    """gunicorn uvicorn hypercorn daphne granian waitress-serve uwsgi nginx httpd apache2 lighttpd
    caddy haproxy traefik envoy php-fpm puma unicorn passenger thin catalina.sh redis-server mongod
    mysqld mariadbd postgres memcached rabbitmq-server etcd consul vault minio prometheus
    grafana-server node_exporter tensorboard dagster-webserver dagster-daemon http-server nodemon
    pm2-runtime rqworker arq dramatiq huey_consumer huey_consumer.py sphinx-autobuild torchserve
    tritonserver text-generation-launcher chainlit apache2-foreground httpd-foreground vllm sshd
    cron crond supervisord http.server jupyter-lab jupyter-notebook sanic""".split()
)
# Programs that are servers with one of these words
_ACTIONS = {
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
    "npm": "start",
    "yarn": "start",
    "pnpm": "start",
    "bun": "start",
    "next": "start",
    "nest": "start",
}
# Servers that set no handler for SIGTERM, which the kernel then keeps from them as process 1
# (werkzeug/serving.py: only the reloader has one; mlflow/server/__init__.py: it waits for a child;
# waitress/server.py: it ends by an exception alone; cron of Debian and Ubuntu, cron.c: it has
# handlers for SIGCHLD and SIGHUP)
_DEAF = frozenset(
    ("flask run", "mlflow server", "mlflow ui", "waitress-serve", "http.server", "cron")
)
_RELOADS = frozenset({"--debug", "--reload", "--debugger"})
_QUERIES = frozenset({"--version", "--help"})
# They only look at their settings with `-t`
_TESTED = frozenset({"nginx", "httpd", "apache2", "php-fpm", "haproxy"})
_TESTS = frozenset({"-t", "-T", "-v", "-V"})
_INTERPRETERS = frozenset({"node", "ruby", "php", "deno", "bun", "dotnet"})


def server_of(command: Command) -> str | None:
    """The server that `command` starts, by its name; None where it starts none that is known."""
    program = program_of(command.words)
    name = program.name
    arguments = program.words[1:]
    if name in _SERVERS:
        if _only_asks(name, arguments):
            return None
        return name

    values = {word.value for word in arguments}
    for action in _ACTIONS.get(name, "").split():
        if action in values:
            return f"{name} {action}"
    return None


def ignores_stop(command: Command, server: str) -> bool:
    """Whether a server would not end by SIGTERM as process 1 either."""
    values = {word.value for word in command.words}
    return server in _DEAF and values.isdisjoint(_RELOADS)


def _only_asks(server: str, arguments: Sequence[Word]) -> bool:
    """Whether it prints something and ends."""
    values = {word.value for word in arguments}
    if not values.isdisjoint(_QUERIES):
        return True
    return server in _TESTED and not values.isdisjoint(_TESTS)


def runs_file(command: Command) -> bool:
    """Whether an interpreter is given a file or a module: `python app.py`, `java -jar app.jar`."""
    program = program_of(command.words)
    if program.interpreter:
        return bool(program.words)
    name = program.name.rstrip("0123456789.")
    values = [written(word) for word in program.words[1:]]
    if name in _INTERPRETERS:
        return any(not value.startswith("-") for value in values[:3])
    return name == "java" and bool(values)
