"""Which commands are servers: programs that run until somebody stops them.

What each does is said in the manual of the program; a name that also stands for something short (`python`, `node`,
`java`) counts only with what it is told to run.
"""

from __future__ import annotations

from lightship.shell.commands import Command
from lightship.shell.programs import program_of
from lightship.shell.specs import written

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
_INTERPRETERS = frozenset({"node", "ruby", "php", "deno", "bun", "dotnet"})


def server_of(command: Command) -> str | None:
    """The server that `command` starts, by its name; None where it starts none that is known."""
    program = program_of(command.words)
    name, rest = program.name, program.words[1:]
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
    program = program_of(command.words)
    if program.interpreter:
        return bool(program.words)
    name = program.name.rstrip("0123456789.")
    values = [written(word) for word in program.words[1:]]
    if name in _INTERPRETERS:
        return any(not value.startswith("-") for value in values[:3])
    return name == "java" and bool(values)
