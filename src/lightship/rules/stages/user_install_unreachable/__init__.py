"""Packages of `pip install --user` are where the container does not find them

## What it does
Finds installs with `pip install --user` whose packages the running container cannot import or
start. pip does the same without `--user` where it may not write to the directory of the image:
after a USER other than root.

## Why is this bad?
`pip install --user` puts packages below the home directory of the current user: as root into
`/root/.local`. Three things then go wrong:

- The container runs as another user. `/root` is readable only by root, and Python looks below the
  home directory of the user that runs it, so no package is found.
- The directory was copied to another home than that of the user that runs the container.
- Programs such as `gunicorn` are in `.local/bin`, which is not on PATH: "executable file
  not found".

It is best to create a virtual environment (`python -m venv /opt/venv`) and copy that.

## Fix safety
In a single stage the fix removes `--user`; where a user has a home directory, the packages are
copied there instead, and `.local/bin` is put on PATH. All of it is unsafe: something else may
rely on the old place. Nothing is offered where the home directory is not known.

## When to ignore
Ignore it where PYTHONPATH or PYTHONUSERBASE is set when the container starts. The rule is silent
where the Dockerfile or a file of the build context names PYTHONUSERBASE.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from lightship.build import Build, PackageInvocation
from lightship.evaluation.paths import below, clean
from lightship.evaluation.state import State
from lightship.facts.copies.stage_copies import stage_copies
from lightship.facts.start.gives_root_up import gives_root_up
from lightship.facts.users.accounts import ROOT
from lightship.facts.users.current_user import base_user, home_of_user
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.text import Span

if TYPE_CHECKING:
    from lightship.facts.stages.package_trees import Tree

# Programs that packages of that name, or nearly, bring
_SCRIPTS = frozenset(
    """airflow alembic celery chainlit daphne dagster django-admin dramatiq fastapi
    flask gradio granian gunicorn hypercorn ipython jupyter jupyter-lab jupyter-notebook
    litestar locust mkdocs mlflow panel prefect pserve pytest rq sanic scrapy streamlit
    superset twistd uvicorn uwsgi waitress-serve""".split()
)
_BASE = "PYTHONUSERBASE"
_PREFIXES = ("/usr", "/usr/local")
_MOST_FILES = 500  # that are searched for it
_LONGEST = 1 << 16  # bytes of each
_OPENING = ("chmod", "chown", "setfacl")
_OF_PYTHON = ("pip", "poetry", "conda")


def check(build: Build) -> Iterator[Finding]:
    final = build.final
    if final is None or _BASE in build.dockerfile.text:
        return
    if not build.has_instruction("USER") and not build.mentions("--user", "PIP_USER"):
        return  # pip installs for a user where it is told to, or runs as another than root
    # Few Dockerfiles get here
    from lightship.facts.stages.package_trees import trees  # noqa: PLC0415

    for tree in trees(build, final).values():
        if tree.kind == "user" and not build.once(_sets_base):
            yield from _judge(build, tree, build.evaluation.finals[final.index])


def _sets_base(build: Build) -> bool:
    """Whether a file of the build context says where such packages are looked for."""
    context = build.context
    if context is None:
        return False
    for file in islice(context.sent, _MOST_FILES):
        if file.size <= _LONGEST and _BASE in (context.read(file.path) or ""):
            return True
    return False


def _judge(build: Build, tree: Tree, state: State) -> Iterator[Finding]:
    # Few install for a user
    from lightship.rules.stages.user_install_unreachable import reaching_edits  # noqa: PLC0415

    user = state.user.partition(":")[0] or base_user(build, build.lineage[-1])
    home = state.env.get("HOME") or home_of_user(build, build.lineage, user)
    place = _place(build, tree)
    if place is None or not user or "$" in user:
        return

    if user in ROOT and gives_root_up(build):
        return  # the program starts as somebody else, with a home of its own
    if user not in ROOT and below(tree.path, "/root") is not None:
        if not _is_opened(build):
            message = (
                f"these packages are in {tree.path}, which only root can read, and the "
                f"container runs as {user}"
            )
            yield Finding(
                place, message, reaching_edits.reaching_fix(build, tree, home)
            )
        return
    if home is None:
        return

    home = clean(home)
    if tree.path in _PREFIXES:
        return  # the interpreter's own place, where it always looks
    python_path = state.env.get("PYTHONPATH", "")
    if tree.path == f"{home}/.local" or tree.path in python_path:
        yield from _programs(build, tree, state)
        return
    message = (
        f"Python looks for the packages of {user} in {home}/.local, not in {tree.path}"
    )
    yield Finding(place, message, reaching_edits.reaching_fix(build, tree, home))


def _programs(build: Build, tree: Tree, state: State) -> Iterator[Finding]:
    """Programs that are started by a name that PATH does not lead to."""
    folders = state.env.get("PATH", "").split(":")
    leading = (f"{tree.path}/bin", "~/.local/bin", "$HOME/.local/bin")
    if any(folder in leading for folder in folders):
        return

    from lightship.facts.start.start_programs import programs  # noqa: PLC0415 - as above

    # As above
    from lightship.rules.stages.user_install_unreachable import reaching_edits  # noqa: PLC0415

    for command in programs(build):
        word = command.words[0]
        if word.value not in _SCRIPTS or _comes_otherwise(build):
            continue

        edits = reaching_edits.path_edits(build, tree)
        fix = Fix("Add it to PATH", edits, Safety.UNSAFE) if edits else None
        message = f"{word.value} is in {tree.path}/bin, which is not on PATH"
        yield Finding(word.span, message, fix)
        return


def _installs(build: Build, tree: Tree) -> list[PackageInvocation]:
    """The installs of the RUN that made it."""
    return [
        call
        for call in build.packages("pip")
        if call.instruction is tree.maker and call.does.installs
    ]


def _place(build: Build, tree: Tree) -> Span | None:
    """The destination of the COPY that brings it, or the option that makes it; None where it is
    in no layer.
    """
    # As above
    from lightship.rules.stages.user_install_unreachable import reaching_edits  # noqa: PLC0415

    arrival = reaching_edits.arrival_of(build, tree)
    if arrival is not None:
        return arrival.copy.copying.destination.word.span

    installs = _installs(build, tree)
    if not installs or build.dockerfile.stage_of(tree.maker) not in build.lineage:
        return None
    first = installs[0].does
    option = first.option("--user")
    return option.span if option is not None else first.subcommand.span


def _is_opened(build: Build) -> bool:
    """Whether a RUN may let others into /root."""
    for stage in build.lineage:
        for instruction in stage.instructions:
            text = instruction.span.of(build.dockerfile.text)
            if "/root" in text and any(name in text for name in _OPENING):
                return True
    return False


def _comes_otherwise(build: Build) -> bool:
    """Whether the image may have programs of Python from elsewhere too."""
    from lightship.facts.stages.package_trees import trees  # noqa: PLC0415 - as above

    here = trees(build, build.lineage[-1]).values()
    if any(tree.kind != "user" for tree in here):
        return True

    makers = {tree.maker for tree in here}
    for call in build.package_commands:
        does = call.does
        if not does.installs or does.facts.spelling not in _OF_PYTHON:
            continue
        run = call.instruction
        if run not in makers and build.dockerfile.stage_of(run) in build.lineage:
            return True

    copies = [copy for copy in stage_copies(build) if copy.stage in build.lineage]
    targets = [copy.destination for copy in copies]
    return "/" in targets or any(below(path, "/usr") is not None for path in targets)


_BUILD = (
    "FROM python:3.13-slim AS build\nRUN pip install --no-cache-dir --user celery==5.6.0\n"
    "FROM python:3.13-slim\n"
)
_APP = 'USER app\nCMD ["celery", "-A", "app", "worker"]'
_ONE = "FROM python:3.13-slim\nRUN pip install --no-cache-dir{} celery==5.6.0\n"
_PATH = "ENV PATH=/root/.local/bin:$PATH\n"

RULE = Rule(
    id="user-install-unreachable",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("pip",)),
    missed={
        "in-onbuild": (
            "a trigger runs in another build: what it makes or takes is not in this image"
        ),
        "argument-in-a-shell-variable": (
            "the operand is the mistake, and shell variables are not followed"
        ),
        "sudo": "sudo may change its home and its environment",
    },
    examples=(
        Example(
            bad=f"{_ONE.format(' --user')}{_PATH}RUN useradd --create-home app\n{_APP}",
            fixed=f"{_ONE.format('')}{_PATH}RUN useradd --create-home app\n{_APP}",
        ),
        Example(
            bad=f"{_BUILD}RUN useradd --create-home app\n"
            f"COPY --from=build /root/.local /root/.local\n{_PATH}{_APP}",
            fixed=f"{_BUILD}RUN useradd --create-home app\n"
            "COPY --from=build /root/.local /home/app/.local\n"
            f"ENV PATH=/home/app/.local/bin:$PATH\n{_APP}",
        ),
        Example(
            bad=f"{_BUILD}COPY --from=build /root/.local /root/.local\n{_PATH}WORKDIR /app\n"
            f"RUN useradd --create-home app && chown app /app\n{_APP}",
            fixed=f"{_BUILD}ENV PATH=/home/app/.local/bin:$PATH\nWORKDIR /app\n"
            "RUN useradd --create-home app && chown app /app\n"
            f"COPY --from=build /root/.local /home/app/.local\n{_APP}",
        ),
        Example(
            bad=f"{_BUILD}COPY --from=build /root /root\n{_PATH}USER 10001:10001\n"
            'CMD ["celery", "-A", "app", "worker"]'
        ),
        # Nothing runs as app: the packages are in a home where root does not look
        Example(
            bad=f"{_BUILD}RUN useradd --create-home app\n"
            "COPY --from=build /root/.local /home/app/.local\n"
            'ENV PATH=/home/app/.local/bin:$PATH\nUSER root\nCMD ["celery", "-A", "app", "worker"]',
            fixed=f"{_BUILD}RUN useradd --create-home app\n"
            "COPY --from=build /root/.local /root/.local\n"
            'ENV PATH=/root/.local/bin:$PATH\nUSER root\nCMD ["celery", "-A", "app", "worker"]',
        ),
        Example(
            bad=f"{_BUILD}RUN useradd -m -d /srv/app app\n"
            f"COPY --from=build --chown=app:app /root/.local/ /srv/app/.local/\n{_APP}",
            fixed=f"{_BUILD}RUN useradd -m -d /srv/app app\n"
            "COPY --from=build --chown=app:app /root/.local/ /srv/app/.local/\n"
            f"ENV PATH=/srv/app/.local/bin:$PATH\n{_APP}",
        ),
        Example(
            bad="FROM python:3.13-slim\nRUN useradd --create-home app\nUSER app\n"
            "RUN set -e; \\\n    # for app alone\n"
            "    python -m pip install --no-cache-dir uvicorn==0.38.0\n"
            "CMD exec uvicorn main:app",
            fixed="FROM python:3.13-slim\nRUN useradd --create-home app\nUSER app\n"
            "RUN set -e; \\\n    # for app alone\n"
            "    python -m pip install --no-cache-dir uvicorn==0.38.0\n"
            "ENV PATH=/home/app/.local/bin:$PATH\nCMD exec uvicorn main:app",
        ),
        Example(
            bad="FROM python:3.13-slim AS build\nENV PIP_USER=1\n"
            "RUN <<EOF\nset -e\npip install --no-cache-dir celery==5.6.0\nEOF\n"
            "FROM python:3.13-slim\nCOPY --from=build /root/.local /root/.local\n"
            'ENTRYPOINT ["celery", "worker"]',
            fixed="FROM python:3.13-slim AS build\nENV PIP_USER=1\n"
            "RUN <<EOF\nset -e\npip install --no-cache-dir celery==5.6.0\nEOF\n"
            "FROM python:3.13-slim\nCOPY --from=build /root/.local /root/.local\n"
            'ENV PATH=/root/.local/bin:$PATH\nENTRYPOINT ["celery", "worker"]',
        ),
        Example(
            good=f'{_ONE.format("")}USER 10001\nCMD ["celery", "-A", "app", "worker"]'
        ),
        Example(
            good=f"{_BUILD}RUN useradd --create-home app\n"
            "COPY --from=build /root/.local /home/app/.local\n"
            f"ENV PATH=/home/app/.local/bin:$PATH\n{_APP}"
        ),
        Example(
            good="FROM python:3.13-slim\nRUN useradd --create-home app\nUSER app\n"
            "ENV PATH=/home/app/.local/bin:$PATH\n"
            "RUN pip install --no-cache-dir --user celery==5.6.0\n"
            'CMD ["celery", "-A", "app", "worker"]'
        ),
        # By the interpreter no PATH is needed
        Example(
            good="FROM python:3.13-slim\nRUN useradd --create-home app\nUSER app\n"
            "RUN pip install --no-cache-dir celery==5.6.0\n"
            'CMD ["python", "-m", "celery", "-A", "app", "worker"]'
        ),
        Example(
            good=f"{_BUILD}COPY --from=build /root/.local /opt/packages\n"
            "ENV PYTHONUNBUFFERED=1 PYTHONPATH=/opt/packages/lib/python3.13/site-packages\n"
            "USER 10001\n"
            'CMD ["python", "-m", "app"]'
        ),
        Example(
            good=f"{_BUILD}COPY --from=build /root/.local /packages\nENV PYTHONUSERBASE=/packages\n"
            'ENV PATH=/packages/bin:$PATH\nUSER 10001\nCMD ["celery", "-A", "app", "worker"]'
        ),
        # A stage for tests is not the image
        Example(
            good="FROM python:3.13-slim AS test\n"
            "RUN pip install --no-cache-dir --user pytest==9.0.0\n"
            "RUN python -m pytest\nFROM python:3.13-slim\nCOPY --from=test /app /app\nUSER 10001"
        ),
    ),
)
