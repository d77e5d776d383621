"""The server listens on an address that cannot be reached from outside the container

## What it does
Finds servers that listen on 127.0.0.1 or another loopback address.

Many Python servers do so by default: uvicorn, hypercorn, daphne, granian, `flask run`, `litestar
run`, `manage.py runserver`, `fastapi dev`, Jupyter, MLflow, and gunicorn as long as no variable
PORT is set (that is reported where a port is exposed: platforms that set PORT need none).
`fastapi run`, Streamlit and waitress listen everywhere.

The rule is silent where a proxy or several servers are in the image, where the network of the host
or of another container is used, where a comment or a test says that a loopback address is meant,
where a variable or a file may name the address, where the image expects arguments (ENTRYPOINT
without CMD), and for what a script starts only sometimes.

## Why is this bad?
127.0.0.1 is the container itself. A server that is bound to it starts, logs that it is ready, and
does not answer requests that come through a published port or from another container: `docker run
-p` connects to the container's own address.

## Fix safety
The fix adds `--host 0.0.0.0` or the equivalent, or replaces the address; for gunicorn without any
address it sets PORT, so that a platform can still set its own. It is unsafe: the server may be
meant only for another process in the same network namespace, such as a sidecar in the same pod.
An address that is written out is only shown with its cure, and left to you, unless the image
exposes a port or a container publishes one: on the host's network it keeps the server private.

## When to ignore
Ignore it where the server is meant for a sidecar in the same pod.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.facts.copies.origins import file_of
from lightship.facts.start.bindings import (
    LOOPBACK,
    RUNSERVER,
    SCRIPT,
    Binding,
    bindings,
    is_loopback,
)
from lightship.facts.start.built_services import built_services
from lightship.facts.start.launch import Launch
from lightship.facts.start.really_started import commands_of, really_started
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.shell.specs import written


def check(build: Build) -> Iterator[Finding]:
    everything = really_started(build)
    listening: list[tuple[Launch, tuple[Binding, ...]]] = []
    for launch in everything:
        listens = bindings(build, launch)
        if listens:
            listening.append((launch, listens))
    if len(listening) != 1:
        return

    pythons = (launch for launch in everything if launch.is_python)
    if any(launch.is_background or launch.is_branch for launch in pythons):
        return

    launch, listens = listening[0]
    if not all(is_loopback(listen.address) for listen in listens):
        return
    binding = listens[0]
    if not _is_fine(build, everything, launch, binding):
        yield _finding(build, launch, binding)


def _is_fine(
    build: Build, everything: Sequence[Launch], launch: Launch, binding: Binding
) -> bool:
    """Whether the server is still reached, or is meant to be reached from inside alone."""
    # Few servers listen there
    from lightship.rules.runtime.server_on_loopback.meant_loopback import (  # noqa: PLC0415
        has_proxy,
        is_meant,
        is_set_elsewhere,
    )

    # As above
    from lightship.rules.runtime.server_on_loopback.opened_address import ALL  # noqa: PLC0415

    for service in built_services(build):
        if any(ALL in line for line in commands_of(service)):
            return True  # a compose file starts it so
    if has_proxy(build, everything) or is_set_elsewhere(build, launch, binding):
        return True
    return is_meant(build, launch)


def _finding(build: Build, launch: Launch, binding: Binding) -> Finding:
    # As above
    from lightship.rules.runtime.server_on_loopback.opened_address import (  # noqa: PLC0415
        opened,
        opened_by_port,
    )

    host = next(name for name in LOOPBACK if binding.address.startswith(name))
    word = binding.word
    if binding.server is SCRIPT:
        message = (
            f"{file_of(build, launch.texts[0])} listens on {host}, unreachable "
            "from outside the container"
        )
        return Finding(launch.place, f'{message}: use host="0.0.0.0"')

    name = "runserver" if binding.server is RUNSERVER else launch.program
    where = f"in {launch.path}: " if launch.path else ""
    is_default = word is None or (
        binding.server is RUNSERVER and written(word).isdigit()
    )
    if launch.program == "gunicorn" and is_default:
        message = (
            "without PORT, gunicorn listens on 127.0.0.1, unreachable from outside"
        )
        return Finding(
            launch.place,
            f"{where}{message}: add --bind",
            opened_by_port(build, launch),
            Severity.INFO,
        )

    listens = "listens by default" if is_default else "listens"
    message = (
        f"{where}{name} {listens} on {host}, unreachable from outside: "
        f"{_advice(binding)}"
    )
    span = word.span if word is not None and launch.script is not None else launch.place
    return Finding(span, message, opened(build, launch, binding))


def _advice(binding: Binding) -> str:
    # As above
    from lightship.rules.runtime.server_on_loopback.opened_address import ALL  # noqa: PLC0415

    if binding.server is RUNSERVER:
        port = written(binding.word) if binding.word is not None else ""
        return f"use {ALL}:{port if port.isdigit() else binding.server.port}"
    return f"use {binding.server.options[0]} 0.0.0.0" + (
        f":{binding.server.port}" if binding.server.with_port else ""
    )


_PYTHON = "FROM python:3.14-slim\nWORKDIR /app\nENV PYTHONUNBUFFERED=1\nUSER 10001\n"
_SHM = "--worker-tmp-dir /dev/shm"

RULE = Rule(
    id="server-on-loopback",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    examples=(
        Example(
            bad=f'{_PYTHON}CMD ["uvicorn", "shop:app", "--port", "80"]',
            fixed=f'{_PYTHON}CMD ["uvicorn", "shop:app", "--port", "80", "--host", "0.0.0.0"]',
        ),
        Example(
            bad=f"{_PYTHON}EXPOSE 8080\nCMD set -e; exec gunicorn -w 2 \\\n    # only here\n"
            "    --bind=127.0.0.1:8080 shop:app",
            fixed=f"{_PYTHON}EXPOSE 8080\nCMD set -e; exec gunicorn -w 2 \\\n    # only here\n"
            "    --bind=0.0.0.0:8080 shop:app",
        ),
        Example(
            bad=f'{_PYTHON}ENTRYPOINT ["tini", "--"]\n'
            'CMD ["sh", "-c", "poetry run hypercorn shop:app"]',
            fixed=f'{_PYTHON}ENTRYPOINT ["tini", "--"]\n'
            'CMD ["sh", "-c", "poetry run hypercorn shop:app --bind 0.0.0.0:8000"]',
        ),
        Example(
            bad=f'{_PYTHON}ENTRYPOINT ["python", "-m", "flask"]\nCMD ["run", "--port=80"]',
            fixed=f'{_PYTHON}ENTRYPOINT ["python", "-m", "flask"]\n'
            'CMD ["run", "--port=80", "--host", "0.0.0.0"]',
        ),
        Example(
            bad=f'{_PYTHON}CMD ["python", "manage.py", "runserver", "8080"]',
            fixed=f'{_PYTHON}CMD ["python", "manage.py", "runserver", "0.0.0.0:8080"]',
        ),
        Example(
            bad=f"{_PYTHON}CMD python manage.py migrate && python manage.py runserver --noreload",
            fixed=f"{_PYTHON}CMD python manage.py migrate && python manage.py runserver "
            "--noreload 0.0.0.0:8000",
        ),
        Example(
            bad=f'{_PYTHON}COPY shop.py .\nEXPOSE 8000\n# WSGI\nCMD ["gunicorn", "shop:app"]',
            fixed=f"{_PYTHON}COPY shop.py .\nEXPOSE 8000\nENV PORT=8000\n# WSGI\n"
            'CMD ["gunicorn", "shop:app"]',
            files={"shop.py": ""},
        ),
        Example(
            bad=f'{_PYTHON}COPY shop.py .\nEXPOSE 8000\nENTRYPOINT ["tini", "--"]\n'
            'CMD ["gunicorn", "shop:app"]',
            fixed=f"{_PYTHON}COPY shop.py .\nEXPOSE 8000\nENV PORT=8000\n"
            'ENTRYPOINT ["tini", "--"]\nCMD ["gunicorn", "shop:app"]',
            files={"shop.py": ""},
        ),
        Example(
            bad=f"{_PYTHON}CMD jupyter lab --no-browser",
            fixed=f"{_PYTHON}CMD jupyter lab --no-browser --ip 0.0.0.0",
        ),
        Example(
            bad=f'{_PYTHON}COPY start.sh .\nENTRYPOINT ["./start.sh"]',
            files={"start.sh": "#!/bin/sh\nexec uvicorn shop:app --host 127.0.0.1\n"},
        ),
        Example(
            bad=f'{_PYTHON}COPY app.py .\nCMD ["python", "app.py"]',
            files={"app.py": "import uvicorn\nuvicorn.run('shop:app', port=8000)\n"},
        ),
        Example(good=f'{_PYTHON}CMD ["uvicorn", "shop:app", "--host", "::"]'),
        Example(good=f'{_PYTHON}CMD ["fastapi", "run", "shop.py"]'),
        Example(good=f'{_PYTHON}ENV UVICORN_HOST=0.0.0.0\nCMD ["uvicorn", "shop:app"]'),
        Example(
            good=f'{_PYTHON}ENTRYPOINT ["uvicorn", "shop:app"]'
        ),  # the address may be given when it is run
        # Platforms such as Cloud Run and Heroku set PORT, and expose nothing
        Example(
            good=f'{_PYTHON}COPY shop.py .\nCMD ["gunicorn", "{_SHM.replace(" ", "=")}", '
            '"shop:app"]',
            files={"shop.py": "", ".dockerignore": ""},
        ),
        Example(
            good=f'{_PYTHON}ENV PORT=8080\nCMD ["gunicorn", "{_SHM.replace(" ", "=")}", "shop:app"]'
        ),
        Example(
            good=f'{_PYTHON}CMD ["sh", "-c", "exec gunicorn {_SHM} -b unix:/run/a -b '
            '127.0.0.1:80 shop:app"]'
        ),
        Example(
            good=f'{_PYTHON}CMD ["sh", "-c", "exec uvicorn shop:app $UVICORN_OPTIONS"]'
        ),
        Example(good=f'{_PYTHON}CMD ["sh", "-c", "nginx && exec uvicorn shop:app"]'),
        Example(
            good=f'{_PYTHON}CMD ["sh", "-c", "uvicorn api:app & exec streamlit run shop.py"]'
        ),
        Example(
            good=f"{_PYTHON}COPY gunicorn.conf.py .\n"
            f'CMD ["gunicorn", "{_SHM.replace(" ", "=")}", "shop:app"]',
            files={"gunicorn.conf.py": "bind = '0.0.0.0:80'\n", ".dockerignore": ""},
        ),
        Example(
            good=f'{_PYTHON}COPY app.py .\nCMD ["python", "app.py"]',
            files={
                "app.py": "import uvicorn\nuvicorn.run('shop:app', host=HOST)\n",
                ".dockerignore": "",
            },
        ),
    ),
)
