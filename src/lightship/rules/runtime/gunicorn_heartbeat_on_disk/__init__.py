"""gunicorn keeps the heartbeat of its workers in a file on disk

## What it does
Finds gunicorn commands whose heartbeat files are in /tmp.

The rule looks at options, GUNICORN_CMD_ARGS and the configuration file, and is silent where one of
them is not known, where the command names no application, where the build installs no gunicorn or
the image gets site-packages without its program, where the start command starts Jupyter beside it,
and with a timeout of ten minutes or more, or of 0, which kills no worker. Where every service of
the compose files, and every container of Kubernetes' manifests, has a command of its own, that is
what it judges. Google's Cloud Run keeps all files in memory: the rule is silent where the
Dockerfile, the README.md, gunicorn's configuration, a YAML file of the build context or a workflow
mentions Cloud Run, and where a manifest or compose file mounts a file system in memory at /tmp. AWS
Lambda has no /dev/shm: it is silent with the adapter of Lambda.

## Why is this bad?
Each worker touches a file about every second, and gunicorn kills one that does not for 30
seconds. The file is in /tmp, which in a container is on the disk of the host: where that is slow
or full, the touch blocks, and healthy workers are killed: "WORKER TIMEOUT", and a request that
hangs for half a minute (gunicorn issue 1194; babybuddy issue 227). gunicorn's FAQ recommends a
directory in memory ("How do I avoid blocking in os.fchmod?"; since 22.0 it is os.utime, on the
same file). /dev/shm is one, in every container; it also exists with a read-only root file system.

## Fix safety
The fix adds `--worker-tmp-dir /dev/shm`. It is unsafe, although only the place of these files
changes: gunicorn does not start where that directory is missing.

## When to ignore
Ignore it where /tmp is mounted as a tmpfs.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.stages.final_image import image_env
from lightship.facts.start.bindings import gunicorn_settings
from lightship.facts.start.launch import Launch
from lightship.facts.start.purpose import start_commands
from lightship.facts.start.really_started import commands_instead, really_started
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.regex import regex

_OPTION = "--worker-tmp-dir"
# The one directory of a container that is in memory
_MEMORY = "/dev/shm"  # noqa: S108 - nothing is written there
_VARIABLES = ("GUNICORN_CMD_ARGS", "TMPDIR")
_APPLICATION = regex(r"[A-Za-z_][\w.]*:[A-Za-z_]")
_GUNICORN = regex(r"(?<![\w.-])gunicorn(?![\w-])")
# In the command of a service: the option, a file of settings, a variable that stands for options
_MAY_TELL = regex(
    rf"{_OPTION}(?![\w-])|(?<![\w-])(?:-c|--config)(?![\w-])|\$\{{?\w*(?:ARGS|OPT)"
)
_NOTEBOOKS = frozenset({"jupyter", "jupyter-lab", "jupyter-notebook"})
# Options without a value
_FLAGS = frozenset(
    {"--preload", "--reload", "--daemon", "-D", "--enable-stdio-inheritance"}
)


def check(build: Build) -> Iterator[Finding]:
    for launch in really_started(build):
        if launch.program != "gunicorn" or launch.is_branch or _is_told(build, launch):
            continue
        if _is_in_memory(build) or _is_beside_notebook(build):
            continue
        if _is_missing(build, launch):
            continue

        fix: Fix | None = None
        message = (
            f"gunicorn's heartbeat file is on disk: add {_OPTION} {_MEMORY} in compose, "
            "which replaces CMD"
        )
        if launch.instruction.keyword != "CMD" or not commands_instead(build):
            fix = _fix(launch)
            message = (
                "gunicorn's heartbeat file is on disk, in /tmp, and may block there: "
                f"add {_OPTION} {_MEMORY}"
            )
        elif all(map(_is_told_instead, commands_instead(build))):
            continue
        yield Finding(launch.place, message, fix)


def _is_beside_notebook(build: Build) -> bool:
    """Whether the image starts Jupyter too: that serves one person at work."""
    return any(command.name in _NOTEBOOKS for command in start_commands(build))


def _is_told_instead(command: str) -> bool:
    """Whether the command of a service starts another program, or may say where the file is."""
    gunicorn = _GUNICORN.search(command)
    return gunicorn is None or _MAY_TELL.search(command, gunicorn.end()) is not None


def _is_missing(build: Build, launch: Launch) -> bool:
    """Whether the image surely has no gunicorn, or not the program that is called."""
    # As below
    from lightship.rules.runtime.gunicorn_heartbeat_on_disk.installed_server import (  # noqa: PLC0415
        surely_lacks_gunicorn,
        surely_lacks_program,
    )

    if not launch.is_module and build.once(surely_lacks_program):
        return True
    return build.once(surely_lacks_gunicorn)


def _is_in_memory(build: Build) -> bool:
    """Whether /tmp is in memory where the image runs, or /dev/shm is not there."""
    # Most images start no gunicorn
    from lightship.rules.runtime.gunicorn_heartbeat_on_disk.tmp_in_memory import (  # noqa: PLC0415
        has_tmp_in_memory,
        is_for_cloud_run,
        is_for_lambda,
    )

    if is_for_lambda(build):
        return True
    return is_for_cloud_run(build) or has_tmp_in_memory(build)


def _is_told(build: Build, launch: Launch) -> bool:
    """Whether something says where the file is, or may say it."""
    if launch.has(_OPTION, "--help", "--version", "--check-config", "--print-config"):
        return True
    if launch.has_hidden_options or launch.takes_more:
        return True
    # As above
    from lightship.rules.runtime.gunicorn_heartbeat_on_disk.long_timeout import (  # noqa: PLC0415
        is_set_long,
        is_timeout_long,
    )

    if is_timeout_long(build, launch):
        return True
    if any(name in image_env(build) or name in launch.assigned for name in _VARIABLES):
        return True
    settings = gunicorn_settings(build, launch)
    if settings is None or "worker_tmp_dir" in settings:
        return True
    # As above
    from lightship.rules.runtime.gunicorn_heartbeat_on_disk.tmp_in_memory import (  # noqa: PLC0415
        names_cloud_run,
    )

    if is_set_long(settings) or names_cloud_run(settings):
        return True
    return not _names_application(launch, settings)


def _names_application(launch: Launch, settings: str) -> bool:
    """Whether it is known what gunicorn serves; else that is a base image, whose users start it
    with a command of their own.
    """
    if "wsgi_app" in settings:
        return True
    before = ""
    for text in launch.texts[1:]:
        is_value = before.startswith("-") and "=" not in before and before not in _FLAGS
        if not text.startswith("-") and (_APPLICATION.match(text) or not is_value):
            return True
        before = text
    return False


def _fix(launch: Launch) -> Fix | None:
    from lightship.facts.edits.word_edits import at_end  # noqa: PLC0415 - only a finding needs it

    if launch.script is None:
        return None
    edits = at_end(launch.script, launch.words[:1], _OPTION, _MEMORY)
    return Fix("Keep the heartbeat in memory", edits, Safety.UNSAFE) if edits else None


_PYTHON = "FROM python:3.14-slim\nWORKDIR /app\nENV PYTHONUNBUFFERED=1\nUSER 10001\n"
_COPY = f"{_PYTHON}COPY shop.py .\n"

RULE = Rule(
    id="gunicorn-heartbeat-on-disk",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    production_only=True,
    practice=Practice.PERFORMANCE,
    examples=(
        Example(
            bad=f'{_COPY}CMD ["gunicorn", "-b", ":80", "shop:app"]',
            fixed=f'{_COPY}CMD ["gunicorn", "--worker-tmp-dir", "/dev/shm", "-b", ":80", '
            '"shop:app"]',
        ),
        Example(
            bad=f"{_COPY}CMD exec /venv/bin/gunicorn \\\n    # two of them\n"
            "    -w 2 -b :80 shop:app",
            fixed=f"{_COPY}CMD exec /venv/bin/gunicorn --worker-tmp-dir /dev/shm \\\n"
            "    # two of them\n"
            "    -w 2 -b :80 shop:app",
        ),
        Example(
            bad=f'{_PYTHON}ENTRYPOINT ["tini", "--"]\n'
            'CMD ["poetry", "run", "python", "-m", "gunicorn", "-b=:80", "a"]',
            fixed=f'{_PYTHON}ENTRYPOINT ["tini", "--"]\n'
            'CMD ["poetry", "run", "python", "-m", "gunicorn", "--worker-tmp-dir", "/dev/shm", '
            '"-b=:80", "a"]',
        ),
        Example(
            bad=f'{_PYTHON}CMD ["sh", "-c", "set -e; ./migrate && exec gunicorn --bind=:$PORT '
            'shop:app"]',
            fixed=f'{_PYTHON}CMD ["sh", "-c", "set -e; ./migrate && '
            'exec gunicorn --worker-tmp-dir /dev/shm --bind=:$PORT shop:app"]',
        ),
        Example(
            bad=f'{_PYTHON}COPY . .\nENTRYPOINT ["gunicorn", "-b", ":80"]\nCMD ["shop:app"]',
            fixed=f'{_PYTHON}COPY . .\nENTRYPOINT ["gunicorn", "--worker-tmp-dir", "/dev/shm", '
            '"-b", ":80"]\n'
            'CMD ["shop:app"]',
            files={"shop.py": ""},
        ),
        Example(
            bad=f'{_PYTHON}COPY shop.py conf.py ./\nCMD ["gunicorn", "-c", "conf.py", "shop:app"]',
            fixed=f"{_PYTHON}COPY shop.py conf.py ./\n"
            'CMD ["gunicorn", "--worker-tmp-dir", "/dev/shm", "-c", "conf.py", "shop:app"]',
            files={"shop.py": "", "conf.py": "bind = ':80'\n"},
        ),
        Example(
            bad=f'{_PYTHON}COPY . .\nENTRYPOINT ["./start.sh"]',
            files={
                "start.sh": "#!/bin/sh\npython manage.py migrate\nexec gunicorn -b :80 shop.wsgi\n"
            },
        ),
        Example(
            good=f'{_COPY}CMD ["gunicorn", "--worker-tmp-dir=/dev/shm", "-b", ":80", "shop:app"]'
        ),
        Example(
            good=f'{_COPY}ENV GUNICORN_CMD_ARGS="--worker-tmp-dir /dev/shm -b :80"\n'
            'CMD ["gunicorn", "shop:app"]'
        ),
        Example(
            good=f'{_COPY}CMD ["sh", "-c", "exec gunicorn $GUNICORN_OPTIONS shop:app"]'
        ),
        Example(
            good=f'{_PYTHON}COPY shop shop\nCMD ["gunicorn", "-b", ":80", "shop:app"]'
        ),  # may hold gunicorn.conf.py
        Example(
            good=f'{_PYTHON}COPY gunicorn.conf.py .\nCMD ["gunicorn", "shop:app"]',
            files={
                "gunicorn.conf.py": "bind = ':80'\nworker_tmp_dir = '/dev/shm'\n",
                ".dockerignore": "",
            },
        ),
        Example(
            good=f'{_COPY}# For Cloud Run\nCMD ["gunicorn", "-b", ":8080", "shop:app"]'
        ),  # all is in memory there
        Example(
            good=f'{_COPY}CMD ["gunicorn", "--timeout=0", "-b", ":80", "shop:app"]'
        ),
        Example(good=f'{_COPY}CMD ["uvicorn", "--host", "0.0.0.0", "shop:app"]'),
    ),
)
