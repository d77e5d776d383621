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
from itertools import pairwise
from re import MULTILINE

from lightship.build import Build
from lightship.dockerfile.places import comments_near
from lightship.dockerfile.tree import Instruction
from lightship.facts.copies.origins import file_of
from lightship.facts.edits import moves
from lightship.facts.edits.word_edits import at_end, inside
from lightship.facts.stages.final_image import is_for_development
from lightship.facts.start.bindings import (
    LOOPBACK,
    RUNSERVER,
    SCRIPT,
    Binding,
    bindings,
    is_loopback,
)
from lightship.facts.start.built_services import built_services
from lightship.facts.start.container_lines import container_lines, run_texts
from lightship.facts.start.launch import Launch
from lightship.facts.start.really_started import commands_of, really_started
from lightship.facts.start.start_scripts import start_scripts
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.regex import regex
from lightship.shell.commands import Word
from lightship.shell.specs import written
from lightship.text import Edit

# What may stand in front of the server, or run beside it
_PROXIES = """nginx haproxy apache2 httpd caddy traefik envoy supervisor s6-overlay
    runit circus honcho pm2 squid varnish lighttpd openresty stunnel socat ngrok
    cloudflared tailscale oauth2-proxy dapr jupyterhub""".split()
# Their settings, which `COPY . .` may bring
_PROXY_FILES = frozenset(
    ("nginx.conf", "Caddyfile", "haproxy.cfg", "supervisord.conf", "envoy.yaml")
)
_ABOUT_LOOPBACK = regex(
    r"loopback|localhost|127\.0\.0\.1|proxy|sidecar|host(?:'s)? network|network[ =]host"
    r"|\bnot (?:be )?(?:exposed|reachable|published)"
)
_SAYS_LOOPBACK = regex(r"(?i)\bloopback\b|\b127\.0\.0\.1\b")
# The container is in the network of the host, or of another one
_HOST_NETWORK = regex(
    r"--net(?:work)?[ =](?:host|container:)|hostNetwork:\s*true"
    r"|network_mode:\s*[\"']?(?:host|service|container)"
)
_PORTS = regex(r"(?m)^\s*[\"']?(?:ports|expose)[\"']?:")
_PUBLISHED = regex(r"(?:^|\s)(?:-p|--publish|--expose)[ =]?\S")
_TEST_FILE = regex(r"(?:test_.*|.*_test)\.py|.*\.bats|.*\.test\.[jt]s")
_MOST_TESTS = 200
_ALL = "0.0.0.0"  # noqa: S104 - it is what the fix writes
_ALL_OF = {"[::1]": "[::]", "::1": "::"}
# What in a compose file gives another address
_ADDRESSES = (_ALL, "_HOST")
_PORT_IS_SET = regex(r"^[ \t]*(?:- *)?[\"']?PORT[\"']?[ \t]*[=:]", MULTILINE)
_COMPOSE = tuple(
    f"{name}.{end}" for name in ("compose", "docker-compose") for end in ("yaml", "yml")
)


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
    for service in built_services(build):
        if any(_ALL in line for line in commands_of(service)):
            return  # a compose file starts it so

    binding = listens[0]
    if _has_proxy(build, everything) or _is_set_elsewhere(build, launch, binding):
        return
    if _is_meant(build, launch):
        return
    yield _finding(build, launch, binding)


def _is_set_elsewhere(build: Build, launch: Launch, binding: Binding) -> bool:
    """Whether an address that is only a default is changed, or another rule speaks of it."""
    if binding.word is not None:
        return False
    if launch.program == "gunicorn" and not any(build.each("EXPOSE")):
        return True  # platforms set PORT
    if launch.program == "gunicorn" and _sets_port(build):
        return True
    if launch.program == "fastapi" and not is_for_development(build):
        return True  # fastapi dev is another rule's
    return _is_composed(build)


def _is_meant(build: Build, launch: Launch) -> bool:
    """Whether a comment, a test or the network of its containers says that it is for loopback."""
    dockerfile = build.dockerfile
    if _ABOUT_LOOPBACK.search(comments_near(dockerfile, launch.instruction)):
        return True
    comments = (item.text(dockerfile.text) for item in dockerfile.comments)
    if any(map(_SAYS_LOOPBACK.search, comments)):
        return True
    texts = run_texts(build) or ()
    if any(map(_HOST_NETWORK.search, texts)):
        return True
    return _is_tested(build)


def _is_tested(build: Build) -> bool:
    """Whether a test reads the Dockerfile and speaks of a loopback address."""
    context = build.context
    if context is None:
        return False
    tests = [file for file in context.files if _TEST_FILE.fullmatch(file.name)]
    for file in tests[:_MOST_TESTS]:
        text = context.read(file.path) or ""
        if "Dockerfile" in text and any(host in text for host in LOOPBACK):
            return True
    return False


def _sets_port(build: Build) -> bool:
    """Whether a compose or environment file sets PORT, which gunicorn then listens on."""
    context = build.context
    if context is None:
        return False
    paths = [file.path for file in context.sent if file.name.endswith(".env")]
    for path in (*paths, *_COMPOSE):
        text = context.read(path) or ""
        if _PORT_IS_SET.search(text):
            return True
    return False


def _has_proxy(build: Build, everything: Sequence[Launch]) -> bool:
    texts = [build.dockerfile.text]
    for launch in everything:
        path = file_of(build, launch.texts[0]) if launch.interpreter else ""
        if path and build.context is not None:
            texts.append(build.context.read(path) or "")

    texts += [script or "" for script in start_scripts(build)]
    if build.context is not None:
        texts += [file.name for file in build.context.sent if file.name in _PROXY_FILES]

    text = "\n".join(texts).lower()
    programs = {launch.program for launch in everything}
    return any(name in text or name in programs for name in _PROXIES)


def _is_composed(build: Build) -> bool:
    """Whether a compose file gives another address."""
    if build.context is None:
        return False
    for name in _COMPOSE:
        text = build.context.read(name) or ""
        if any(mark in text for mark in _ADDRESSES):
            return True
    return False


def _finding(build: Build, launch: Launch, binding: Binding) -> Finding:
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
            _port(build, launch),
            Severity.INFO,
        )

    listens = "listens by default" if is_default else "listens"
    message = (
        f"{where}{name} {listens} on {host}, unreachable from outside: "
        f"{_advice(binding)}"
    )
    span = word.span if word is not None and launch.script is not None else launch.place
    return Finding(span, message, _fix(build, launch, binding))


def _advice(binding: Binding) -> str:
    if binding.server is RUNSERVER:
        port = written(binding.word) if binding.word is not None else ""
        return f"use {_ALL}:{port if port.isdigit() else binding.server.port}"
    return f"use {binding.server.options[0]} 0.0.0.0" + (
        f":{binding.server.port}" if binding.server.with_port else ""
    )


def _fix(build: Build, launch: Launch, binding: Binding) -> Fix | None:
    if launch.script is None:
        return None

    edits: tuple[Edit, ...] | None
    server = binding.server
    word = binding.word
    safety = Safety.UNSAFE
    if word is not None:
        is_written = not written(word).isdigit()
        if is_written and not _is_published(build):
            safety = Safety.MANUAL
        edit = _open(word, binding)
        edits = (edit,) if edit else None
    else:
        address = f"{_ALL}:{server.port}" if server.with_port else _ALL
        edits = at_end(launch.script, launch.words, *server.options[:1], address)
    if not edits:
        return None
    return Fix("Listen on all addresses of the container", edits, safety)


def _is_published(build: Build) -> bool:
    """Whether something says that the port is reached from outside the container."""
    if any(build.each("EXPOSE")):
        return True
    if any(map(_PORTS.search, built_services(build))):
        return True
    return any(map(_PUBLISHED.search, container_lines(build) or ()))


def _open(word: Word, binding: Binding) -> Edit | None:
    """All addresses in the place of the one in the word."""
    text = written(word)
    if text.isdigit():
        return inside(word, text, f"{_ALL}:{text}")
    host = next(name for name in LOOPBACK if binding.address.startswith(name))
    return inside(word, host, _ALL_OF.get(host, _ALL))


def _port(build: Build, launch: Launch) -> Fix | None:
    """PORT, where no other port is exposed: gunicorn then listens everywhere on it."""
    exposed: set[str] = set()
    for instruction in build.each("EXPOSE"):
        exposed.update(word.text.partition("/")[0] for word in instruction.args)
    if launch.script is None or (exposed and "8000" not in exposed):
        return None
    lines = ("ENV PORT=8000",)
    edit = moves.before_block(build.dockerfile, _start_of(build, launch), lines)
    return Fix("Set PORT", (edit,), Safety.UNSAFE)


def _start_of(build: Build, launch: Launch) -> Instruction:
    """The ENTRYPOINT directly before a CMD: nothing is put between the two."""
    last = launch.instruction
    stage = build.dockerfile.stage_of(last)
    items = stage.instructions if stage is not None else ()
    for before, item in pairwise(items):
        if item is last and before.keyword == "ENTRYPOINT":
            return before
    return last


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
