"""The output of a Python program is buffered, and lost if the container is killed

## What it does
Finds images that start a Python server or script without PYTHONUNBUFFERED, on a base image that
is known not to set it.

Where the build context is known, the rule speaks only if every normal run of the program prints
without `flush=True`, and the program keeps running: it is a server, or it has a loop or a call such
as `app.run()`. It follows the code at the top of the file that is started and of those that it
imports, and what that calls without an `if` around it. Pages and handlers that a framework is given
count; branches, exceptions, tasks of Celery and functions that nobody is seen to call do not. What
a script prints that ends is written when it ends, and so is what is printed directly before `raise`
or `sys.exit()`. A file that also logs prints but a banner, and one that calls `sys.stdout.flush()`
sees to its output itself.
It is silent for a tool that people run on their own files, where every service of the compose files
has `tty: true`, where the program takes the buffer away
(`sys.stdout.reconfigure(line_buffering=True)`) or shows its output in a window. It knows
`python -u`, output that a script sends to a file, and variables that an entrypoint script exports.

## Why is this bad?
Where standard output is not a terminal, Python collects the output until 8 KiB are full
(docs.python.org, sys.stdout). A container has none unless it is asked for: lines appear late and in
bursts in `docker logs`, and those still buffered when the program is killed are lost, which are the
last ones, which say why. A program that prints 200 lines and waits has shown none of them when
it is killed by SIGTERM or SIGKILL (measured, Python 3.11); with PYTHONUNBUFFERED, all. Output of
`logging` is not affected.

## Fix safety
The fix sets the variable above the start command, where it invalidates no layer. It is unsafe: a
program that prints a lot gets slower (200,000 lines: 1.3 to 2.0 s instead of 0.25 s).

## When to ignore
Ignore it for a tool that prints once, at its end.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.copies.origins import file_of
from lightship.facts.edits import moves
from lightship.facts.stages.final_image import image_env, is_for_development
from lightship.facts.start.built_services import built_services
from lightship.facts.start.command_line_tool import is_command_line_tool
from lightship.facts.start.launch import Launch
from lightship.facts.start.really_started import really_started
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.regex import regex
from lightship.rules.python.python_output_buffered.python_base import (
    brings_python,
    sets_no_python_variable,
)

_VARIABLE = "PYTHONUNBUFFERED"
_SERVERS = frozenset(
    "gunicorn uvicorn hypercorn daphne granian waitress-serve flask quart litestar sanic fastapi"
    " streamlit".split()
)
# Modules and scripts that end by themselves, or that write nothing with print
_OTHERS = frozenset(
    "pip venv pytest unittest tox nox build compileall http.server celery supervisord jupyter"
    " ipython jupyterlab notebook setup.py debugpy IPython awslambdaric".split()
)
_DEPLOYED_BY = (
    "compose.yaml",
    "compose.yml",
    "docker-compose.yaml",
    "docker-compose.yml",
    # Where a platform builds the image, its file sets what the container sees
    "fly.toml",
    "render.yaml",
    "railway.toml",
    "railway.json",
    "app.yaml",
    ".do/app.yaml",
)

# Python collects no output for a terminal
_TERMINAL = regex(r"(?m)^[ \t]+[\"']?tty[\"']?:[ \t]*[\"']?(?:true|yes|on)\b")


def check(build: Build) -> Iterator[Finding]:
    if build.final is None or _VARIABLE in image_env(build):
        return
    if is_for_development(build) or is_command_line_tool(build):
        return

    launch = next(filter(_prints, really_started(build)), None)
    if launch is None or _VARIABLE in launch.assigned:
        return
    if not sets_no_python_variable(build) or not brings_python(build):
        return

    place = _where(build, launch)
    if place is None:
        return

    what = f"output of {place}" if place else "what the program prints"
    message = (
        f"{what} is buffered, and lost if the container is killed: set {_VARIABLE}=1"
    )
    yield Finding(launch.place, message, _fix(build, launch))


def _prints(launch: Launch) -> bool:
    """Whether it is a program that runs on, in Python, with a buffer."""
    if launch.is_branch or launch.takes_more or launch.is_redirected:
        return False
    if launch.has("--help", "-h", "--version"):
        return False  # a tool, whose arguments its user gives
    if any(_is_unbuffered(word.text) for word in launch.interpreter):
        return False
    if launch.program in _SERVERS:
        return True
    name = launch.texts[0].partition(".")[0]
    if launch.program in _OTHERS or name in _OTHERS or not launch.interpreter:
        return False
    if launch.program in ("manage.py", "django"):
        return launch.subcommand in ("runserver", "runserver_plus")
    return True


def _is_unbuffered(text: str) -> bool:
    """`-u`, also among other letters."""
    text = text.strip("\"'")
    if not text.startswith("-") or text[1:2] in "-XW":
        return False
    return "u" in text and text[1:].isalpha()


def _where(build: Build, launch: Launch) -> str | None:
    """A file in the image that prints without flushing.

    Empty where that is not known, None where nothing needs to be flushed.
    """
    context = build.context
    if context is None:
        return ""

    if any(_VARIABLE in (context.read(name) or "") for name in _DEPLOYED_BY):
        return None
    services = built_services(build)
    if any(_VARIABLE in service for service in services):
        return None
    if services and not build.is_published and all(map(_TERMINAL.search, services)):
        return None
    if not context.is_whole:
        return None

    main = file_of(build, launch.texts[0]) if launch.interpreter else ""
    if not main and not any(file.path.endswith(".py") for file in context.sent):
        return None  # what prints there is not the project

    # Few starts get here
    from lightship.rules.python.python_output_buffered.imported_files import (  # noqa: PLC0415
        files_of_start,
        text_of,
    )

    # As above
    from lightship.rules.python.python_output_buffered.own_output import (  # noqa: PLC0415
        sees_to_its_output,
    )

    files = files_of_start(build, launch, main)
    texts = {path: text_of(context, path) for path in files.paths}
    if sees_to_its_output(texts.values()):
        return None

    # As above
    from lightship.rules.python.python_output_buffered.printing import printing_file  # noqa: PLC0415

    is_server = launch.program in _SERVERS or launch.subcommand.startswith("runserver")
    return printing_file(context, files, is_server=is_server)


def _fix(build: Build, launch: Launch) -> Fix:
    lines = (f"ENV {_VARIABLE}=1",)
    edit = moves.before_block(build.dockerfile, launch.instruction, lines)
    return Fix(f"Set {_VARIABLE}", (edit,), Safety.UNSAFE)


_PYTHON = "FROM python:3.14-slim\nWORKDIR /app\nUSER 10001\n"
_ENV = "ENV PYTHONUNBUFFERED=1\n"

RULE = Rule(
    id="python-output-buffered",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    production_only=True,
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "it is not known which packages are installed"
        ),
    },
    examples=(
        Example(
            bad=f'{_PYTHON}CMD ["python", "app.py"]',
            fixed=f'{_PYTHON}{_ENV}CMD ["python", "app.py"]',
        ),
        Example(
            bad=f"{_PYTHON}ENV A=1\n\n# Starts it\nCMD exec gunicorn --worker-tmp-dir=/dev/shm \\\n"
            "    -b :80 shop:app",
            fixed=f"{_PYTHON}ENV A=1\n\n{_ENV}\n# Starts it\n"
            "CMD exec gunicorn --worker-tmp-dir=/dev/shm \\\n"
            "    -b :80 shop:app",
        ),
        Example(
            bad=f'{_PYTHON}ENTRYPOINT ["tini", "--", "python"]\nCMD ["-m", "shop"]',
            fixed=f'{_PYTHON}ENTRYPOINT ["tini", "--", "python"]\n{_ENV}CMD ["-m", "shop"]',
        ),
        Example(
            bad=f"{_PYTHON}CMD set -e; sh -c 'uv run uvicorn --host :: shop:app'",
            fixed=f"{_PYTHON}{_ENV}CMD set -e; sh -c 'uv run uvicorn --host :: shop:app'",
        ),
        Example(
            bad='FROM python:3.14-slim AS base\nUSER 10001\nCMD ["python3", "app.py"]\nFROM base\n'
            "ENV A=1",
            fixed=f'FROM python:3.14-slim AS base\nUSER 10001\n{_ENV}CMD ["python3", "app.py"]\n'
            "FROM base\nENV A=1",
        ),
        Example(
            bad='RUN apt-get install -y python3\nUSER 10001\nCMD ["python3", "app.py"]',
            fixed=f'RUN apt-get install -y python3\nUSER 10001\n{_ENV}CMD ["python3", "app.py"]',
        ),
        Example(
            bad=f'{_PYTHON}COPY . .\nENTRYPOINT ["./start.sh"]\nCMD ["python", "app.py"]',
            fixed=f'{_PYTHON}COPY . .\nENTRYPOINT ["./start.sh"]\n{_ENV}CMD ["python", "app.py"]',
            files={
                "start.sh": '#!/bin/sh\n./migrate\nexec "$@"\n',
                "app.py": "while True:\n    print('ready')\n",
            },
        ),
        Example(
            bad=f'{_PYTHON}COPY shop shop\nCMD ["uvicorn", "--host", "::", "shop.main:app"]',
            fixed=f"{_PYTHON}COPY shop shop\n"
            f'{_ENV}CMD ["uvicorn", "--host", "::", "shop.main:app"]',
            files={
                "shop/main.py": "from shop import (\n    orders,\n)\n",
                "shop/orders.py": "print('ordered')\n",
            },
        ),
        Example(  # nothing runs what prints
            good=f'{_PYTHON}COPY shop shop\nCMD ["uvicorn", "--host", "::", "shop.main:app"]',
            files={
                "shop/main.py": "app.register_blueprint(shop)\n",
                "shop/solve.py": "print('solved')\n",
                ".dockerignore": "",
            },
        ),
        Example(  # an example in a docstring, and a directory that Python cannot import from
            good=f'{_PYTHON}COPY . .\nCMD ["waitress-serve", "--host=0.0.0.0", "shop.wsgi:app"]',
            files={
                "shop/wsgi.py": 'os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"\n',
                "shop/times.py": '"""\n>>> print(seconds("3w"))\n"""\n',
                "static-pages/build.py": "print('built')\n",
                ".dockerignore": "",
            },
        ),
        Example(  # what it serves is not known
            good=f'{_PYTHON}COPY . .\nCMD ["gunicorn", "-c", "gunicorn.py", "-b", "0.0.0.0:80"]',
            files={
                "gunicorn.py": "worker_tmp_dir = '/dev/shm'\n",
                "play.py": "print('played')\n",
                ".dockerignore": "",
            },
        ),
        Example(  # nothing calls what prints, or it is another program
            good=f'{_PYTHON}COPY shop shop\nCMD ["uvicorn", "--host", "::", "shop.main:app"]',
            files={
                "shop/__init__.py": "",
                "shop/main.py": "from shop import orders, commands\norders.take()\n",
                "shop/orders.py": "def take():\n    pass\n\n\ndef dump():\n    print('all')\n",
                "shop/management/commands/clean.py": "print('cleaned')\n",
                "shop/other/__main__.py": "print('other')\n",
                ".dockerignore": "",
            },
        ),
        Example(  # only where its options ask for it, and in the worker of Celery
            good=f'{_PYTHON}COPY shop shop\nCMD ["uvicorn", "--host", "::", "shop.main:app"]',
            files={
                "shop/main.py": "from shop import tasks\nif options.init_only:\n    print('made')\n"
                "tasks.count.delay()\n",
                "shop/tasks.py": "from celery import shared_task\n@shared_task\ndef count():\n"
                "    print('counted')\n",
                ".dockerignore": "",
            },
        ),
        Example(  # it ends, and all is written then
            good=f'{_PYTHON}COPY hello.py .\nCMD ["python", "hello.py"]',
            files={"hello.py": "print('hello')\n", ".dockerignore": ""},
        ),
        Example(good=f'{_PYTHON}{_ENV}CMD ["python", "app.py"]'),
        Example(
            good="FROM python:3.14-slim AS base\nENV PYTHONUNBUFFERED=1\nFROM base\nUSER 1\n"
            'CMD ["python", "a.py"]'
        ),
        Example(good=f'{_PYTHON}CMD ["python", "-u", "app.py"]'),
        Example(good=f'{_PYTHON}CMD ["python", "-Ium", "app"]'),
        Example(
            good=f'{_PYTHON}CMD ["sh", "-c", "PYTHONUNBUFFERED=1 exec python app.py"]'
        ),
        Example(
            good='FROM example.com/python:1\nUSER 1\nCMD ["python", "app.py"]'
        ),  # it may be set there
        Example(
            good=f'{_PYTHON}ENTRYPOINT ["python", "-m", "shop"]'
        ),  # a tool that is given arguments
        Example(good=f'{_PYTHON}CMD ["pytest"]'),
        Example(
            good=f'{_PYTHON}COPY app.py .\nCMD ["python", "app.py"]',
            files={
                "app.py": "import logging\nprint('ready', flush=True)\n",
                ".dockerignore": "",
            },
        ),
        Example(
            good=f'{_PYTHON}COPY --chmod=755 app.py start.sh ./\nENTRYPOINT ["./start.sh"]\n'
            'CMD ["python", "app.py"]',
            files={
                "start.sh": '#!/bin/sh\nexport PYTHONUNBUFFERED=1\nexec "$@"\n',
                "app.py": "print('ready')\n",
                ".dockerignore": "",
            },
        ),
    ),
)
