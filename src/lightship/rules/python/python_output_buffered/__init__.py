"""The output of a Python program is buffered, and lost if the container is killed

## What it does
Finds images that start a Python server or script without PYTHONUNBUFFERED, on a base image that
is known not to set it.

Where the build context is known, the rule is silent if none of the files that the program
imports, tests and scripts aside, prints without `flush=True` in code that something calls, and if
a script does not keep running: its output is written when it ends. Neither does it count what is
printed directly before `raise` or `sys.exit()`. It knows `python -u`, output that a script sends
to a file, and variables that an entrypoint script exports.

## Why is this bad?
Where standard output is not a terminal, Python collects the output until 8 KiB are full
(docs.python.org, sys.stdout). In a container that is always so: lines appear late and in bursts
in `docker logs`, and those still buffered when the program is killed are lost, which are the last
ones, the ones that say why. A program that prints 200 lines and waits has shown none of them when
it is killed by SIGTERM or SIGKILL (measured, Python 3.11); with PYTHONUNBUFFERED, all. Output of
`logging` is not affected.

## Fix safety
The fix sets the variable above the start command, where it invalidates no layer. It is unsafe: a
program that prints a lot gets slower (200,000 lines: 1.3 to 2.0 s instead of 0.25 s).

## When to ignore
Ignore it for a tool that prints once, at its end.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from posixpath import dirname

from lightship.build import Build
from lightship.context.files import Context, copied
from lightship.facts.copies.origins import file_of
from lightship.facts.edits import moves
from lightship.facts.stages.final_image import image_env, is_for_development
from lightship.facts.start.launch import Launch
from lightship.facts.start.read_launches import launches
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.regex import regex
from lightship.rules.python.python_output_buffered.printing import (
    RunFiles,
    printing_file,
)
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
_COMPOSE = (
    "compose.yaml",
    "compose.yml",
    "docker-compose.yaml",
    "docker-compose.yml",
)
_MOST_FILES = 300
_IMPORT = regex(
    r"^[ \t]*(?:from[ \t]+(?P<package>[\w.]+)[ \t]+import[ \t]+(?P<names>\([^)]*\)|.*)"
    r"|import[ \t]+(?P<modules>.*))",
    re.MULTILINE,
)
_NAME = regex(r"[\w.]+")
# What is in a script that does not end by itself, or not soon
_GOES_ON = (
    "while ",
    "sleep(",
    "run(",
    "serve(",
    "serve_",
    "start(",
    "forever",
    "schedule",
    "fit(",
    "train",
    "poll",
    "consume",
)
# Files that a server does not run
_ASIDE = frozenset(
    """test tests doc docs script scripts example examples tool tools migrations benchmark
    benchmarks setup.py conftest.py manage.py""".split()
)


def check(build: Build) -> Iterator[Finding]:
    if build.final is None or _VARIABLE in image_env(build):
        return
    if is_for_development(build):
        return
    launch = next(filter(_prints, launches(build)), None)
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
    if any(_VARIABLE in _text(context, name) for name in _COMPOSE):
        return None
    if not context.is_whole:
        return ""

    main = file_of(build, launch.texts[0]) if launch.interpreter else ""
    files = _run_files(build, launch, main)
    texts = {path: _text(context, path) for path in files.paths}
    if main and launch.program not in _SERVERS:
        # A script that ends by itself writes then all that it has printed
        goes_on = any(_goes_on(text) for text in texts.values())
        if not goes_on:
            return None
    return printing_file(context, files)


def _goes_on(text: str) -> bool:
    return any(mark in text for mark in _GOES_ON)


def _run_files(build: Build, launch: Launch, main: str) -> RunFiles:
    """The files of the build context that are run, as far as imports tell."""
    context = build.context
    assert context is not None, "the caller has looked"
    paths = _python_files(build, context)
    first: list[str] = []
    if main:
        first.append(main)
    else:
        for text in launch.texts:
            first += _started(paths, text.partition(":")[0])
        mains = [path for path in first if path.endswith("/__main__.py")]
        main = mains[0] if launch.is_module and mains else ""
    if len(paths) > _MOST_FILES:
        return RunFiles(first, first, main)
    return RunFiles(_imported(context, paths, first), first, main)


def _started(paths: Sequence[str], module: str) -> list[str]:
    """The files with which a module starts, where it is named on a command line."""
    own = _named(paths, module)
    return own + _named(paths, f"{module}.__main__") if module else []


def _python_files(build: Build, context: Context) -> list[str]:
    """The files of Python that are copied, but for those that a server does not run."""
    sources: set[str] = set()
    for copying in build.copyings():
        sources |= {source.value or "" for source in copying.local}
    paths = [file.path for file in copied(context, sorted(sources))]
    return [path for path in paths if path.endswith(".py") and not _is_aside(path)]


def _is_aside(path: str) -> bool:
    """Whether a file is for tests, documentation or people, by a name in its path."""
    if "/management/commands/" in f"/{path}":
        return True
    for name in path.split("/"):
        if name in _ASIDE or name.startswith(("test_", "playground")):
            return True
        if name.endswith("_test.py"):
            return True
    return False


def _imported(
    context: Context, paths: Sequence[str], first: Sequence[str]
) -> list[str]:
    """The files that a program runs, by the imports in them.

    Django finds its own by their names: with it these are all that can be imported.
    """
    run = list(dict.fromkeys(first))
    roots = {dirname(path) for path in first}
    for path in run:  # which grows while it is read
        text = _text(context, path)
        if "DJANGO_SETTINGS_MODULE" in text:
            modules = [path for path in paths if _is_module(path)]
            modules = [path for path in modules if not path.endswith("__main__.py")]
            return list(dict.fromkeys((*run, *modules)))
        for module in _modules(text):
            for imported in _imported_by(paths, path, module, roots):
                if imported not in run:
                    run.append(imported)
    return run


def _imported_by(
    paths: Sequence[str], path: str, module: str, roots: Collection[str]
) -> Iterator[str]:
    """The files of a module that a file imports; leading dots count from its own package.

    `roots` are the directories of what is started, which may be packages themselves.
    """
    name = module.lstrip(".")
    dots = len(module) - len(name)
    directory = dirname(path)
    for _ in range(dots - 1):
        directory = dirname(directory)
    for imported in _named(paths, name):
        if imported.endswith("/__main__.py"):
            continue  # another program
        root = _root_of(imported, name)
        if dots and root != directory:
            continue
        is_in_package = f"{root}/__init__.py".lstrip("/") in paths
        if dots or not is_in_package or root in roots:
            yield imported


def _root_of(path: str, module: str) -> str:
    """The directory that a module is imported from, by the path of its file."""
    place = path.removesuffix(".py").removesuffix("/__init__")
    return place.removesuffix(module.replace(".", "/")).rstrip("/")


def _is_module(path: str) -> bool:
    """Whether Python can import it by a name: no part of one has a hyphen."""
    names = path.removesuffix(".py").split("/")
    return all(name.isidentifier() for name in names)


def _modules(text: str) -> Iterator[str]:
    """The modules that a file imports, and the names from them, which may be modules too."""
    for match in _IMPORT.finditer(text):
        package = match["package"] or ""
        yield package
        for name in _NAME.findall(match["names"] or match["modules"] or ""):
            is_dots = not package.strip(".")
            yield f"{package}{name}" if is_dots else f"{package}.{name}"


def _named(paths: Sequence[str], module: str) -> list[str]:
    """The files of a module, by the end of their path."""
    if not module:
        return []
    place = module.replace(".", "/")
    ends = (f"/{place}.py", f"/{place}/__init__.py")
    return [path for path in paths if f"/{path}".endswith(ends)]


def _text(context: Context, path: str) -> str:
    return (context.read(path) or "") if path else ""


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
