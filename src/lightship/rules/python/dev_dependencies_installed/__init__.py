"""Development dependencies are installed into the final image

## What it does
Finds installs that put dependency groups for development into the final image. `uv sync`, `poetry
install` and `pdm install` install them unless told otherwise.

With a build context the rule reads which groups the project has, and is silent where none of them
is for development, as it is without one. Options such as `pipenv install --dev`, a requirements
file for development, and `.[dev]` are evidence in themselves. The last `uv sync` of a stage counts,
and stages whose environment is not copied do not. After a `uv sync` that names groups, `uv run` may
install them.

A group that the command names (`--with dev`) is meant, and so is one where the option that leaves
it out is commented out beside the install, where a comment there says that they are included or
needed (`# dev is needed for the admin pages`), or where the compose files that build the image set
`DEBUG`; and an extra in a RUN of its own below a comment that speaks of tests or development. An
extra that the project does not have installs nothing. Images for development, by the name of their
stage, their Dockerfile or the script that they start, or because the sources are mounted over it
and a `Dockerfile.prod` is beside it, are left alone; so is one that starts a program of the
group, that a build arg makes one for tests, or in which a Makefile, a page or a CI job runs such a
program (`docker compose run app pytest`), or whose start script does (`case "$1" in test) pytest`).
So is a requirements file beside other signs of work: pytest or a notebook by name, or the project
as an editable install.

## Why is this bad?
Test runners, linters, type checkers and their dependencies make the image bigger and slower to
pull, and all of them are code that an attacker finds there and that a scanner reports.

## Fix safety
The fix adds the option that excludes the groups (`--no-dev`, `--only main`, `--prod`), or removes
the one that includes them; `uv run` in CMD gets `--no-sync`, because it would install them again.
It is unsafe: the program may use an excluded package, which then belongs to the dependencies of
the project.

Where something is seen to use one, it is only a choice: a later RUN, CMD, a compose file, CI, a
task file or a manual that runs a tool in a container, or the program, which imports it; where
scripts call `uv run`; and where the image gets tests or their settings by name, or a stage for
development starts from the same one.

## When to ignore
Ignore it where the image runs the tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.facts.installs.dependencies import Install
from lightship.facts.installs.project_commands import (
    project_installs,
    runs_at_start,
    ships,
)
from lightship.facts.stages.final_image import is_beside_deployed, is_for_development
from lightship.facts.start.purpose import runs_program
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.rules.python.dev_dependencies_installed.group_installs import (
    TOOLS,
    GroupTool,
    counts,
    installs_groups,
    is_judged,
)
from lightship.rules.python.dev_dependencies_installed.images_for_tests import (
    may_be_for_tests,
    runs_tests,
    starts_for_development,
    starts_one,
)
from lightship.rules.python.dev_dependencies_installed.meant_extras import is_chosen
from lightship.rules.python.dev_dependencies_installed.requirements_for_work import (
    requirements_for_work,
)
from lightship.rules.python.dev_dependencies_installed.unasked_groups import (
    UnaskedGroups,
    unasked_groups,
)
from lightship.shell.packages import Option

# Words in the names of files with requirements that no program needs
_NAMES = ("dev", "test", "lint")
_MOST = 100  # commands that are looked at


def check(build: Build) -> Iterator[Finding]:
    named = any(word in build.dockerfile.text for word in _NAMES)
    if not named and not project_installs(build):
        return
    if is_for_development(build) or not runs_program(build):
        return
    if is_beside_deployed(build):
        return  # the other Dockerfile makes the image that people get
    if runs_tests(build) or may_be_for_tests(build):
        return  # the image is there to run the tests
    if starts_for_development(build):
        return

    all_installs = project_installs(build)
    judged = [install for install in all_installs if is_judged(install)]
    shipped = [install for install in judged if ships(build, install)]
    for tool, about in TOOLS.items():
        own = [install for install in shipped if install.tool == tool]
        wanted = [install for install in own if install.does.name in about.names]
        last = wanted[-_MOST:]
        loose = [install for install in last if installs_groups(build, about, install)]
        if not loose or _is_asked_for(about, loose[-1], all_installs):
            continue
        if counts(build, loose[-1], wanted):
            yield from _judge(build, about, loose)

    if named:
        yield from requirements_for_work(build)


def _is_asked_for(about: GroupTool, run: Install, installs: Sequence[Install]) -> bool:
    """Whether it is a `uv run` after an install that names the groups: they are wanted."""
    earlier = [install for install in installs if install.tool == run.tool]
    if run.does.name != "run" or run.does.option(*about.asks):
        return False
    options = (*about.asks, "--group")
    return any(install.does.option(*options) for install in earlier)


def _judge(
    build: Build, about: GroupTool, loose: Sequence[Install]
) -> Iterator[Finding]:
    """The finding of installs that bring groups for development: it is said of the last one."""
    last = loose[-1]
    asked = last.does.option(*about.asks)
    if asked is not None:
        yield _of_option(build, about, last, asked)
        return

    groups = unasked_groups(build, last)
    if groups is not None and is_chosen(build, loose):
        return
    if groups is not None and not starts_one(build, groups.packages):
        yield _of_groups(build, loose, groups)


def _of_option(
    build: Build, about: GroupTool, install: Install, asked: Option
) -> Finding:
    """The finding of an option that asks for the groups, such as `--dev`."""
    # Only a finding needs it
    from lightship.rules.python.dev_dependencies_installed.groups_left_out import (  # noqa: PLC0415
        without_option,
    )

    # As above
    from lightship.rules.python.dev_dependencies_installed.used_tools import (  # noqa: PLC0415
        finding,
    )

    option = asked.word.text
    # Without the option uv installs them too
    cure = f"use {about.leave_out}" if about.leave_out else "remove it"
    message = f"{option} installs development dependencies into the image: {cure}"
    fix = without_option(build, about, install, asked)
    return finding(build, install, asked.span, message, fix)


def _of_groups(
    build: Build, loose: Sequence[Install], groups: UnaskedGroups
) -> Finding:
    """The finding of groups that the tool installs unless it is told otherwise."""
    # Only a finding needs it
    from lightship.rules.python.dev_dependencies_installed.groups_left_out import (  # noqa: PLC0415
        is_run_again,
        option_for,
        with_option,
    )

    # As above
    from lightship.rules.python.dev_dependencies_installed.used_tools import (  # noqa: PLC0415
        finding,
    )

    last = loose[-1]
    option = option_for(build, last.tool, groups.names, not groups.are_all)
    message = f"{last.title} also installs {groups.title}: add {option}"
    fix = with_option(build, loose, option)
    is_of_uv = last.tool == "uv" and option == "--no-dev"
    if is_of_uv and is_run_again(build):
        cure = "set UV_NO_DEV=1"
        message = f"{last.title} also installs {groups.title}, as does a script: {cure}"
        fix = None
    elif is_of_uv and runs_at_start(build):
        # The one for the install, the other for the start
        cure = "add --no-dev and --no-sync"
        message = f"{last.title} and uv run install {groups.title}: {cure}"

    place = last.does.subcommand.span
    return finding(build, last, place, message, fix, groups.packages)


_UV = (
    "FROM python:3.14-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\n"
    "ENV UV_COMPILE_BYTECODE=1 UV_NO_CACHE=1\n"
)
_UV += "WORKDIR /app\n"
_POETRY = "FROM python:3.14-slim\nRUN pip install --no-cache-dir poetry==2.2.1\nWORKDIR /app\n"
_END = '\nUSER 10001\nCMD ["python", "-u", "-m", "shop"]'
_PROJECT = "[project]\nname = 'shop'\nversion = '1'\ndependencies = []\n"
_GROUPS = (
    f"{_PROJECT}[dependency-groups]\ndev = ['pytest', 'ruff', 'mypy']\n"
    "docs = ['sphinx']\nall = ['gunicorn']\n"
)
_OPTIONAL = (
    "[tool.poetry.group.dev]\noptional = true\n[tool.poetry.group.dev.dependencies]\n"
    "pytest = '*'\n"
)
_FILES = {
    "pyproject.toml": _GROUPS,
    "uv.lock": "",
    "poetry.lock": "",
    "pdm.lock": "",
    "shop.py": "",
}
_COPY_UV = "COPY pyproject.toml uv.lock ./\n"
_COPY_POETRY = "COPY pyproject.toml poetry.lock ./\n"
_BUILD = f"{_UV.replace('-slim', '-slim AS build')}{_COPY_UV}"
_IN_PROJECT = (
    f"{_POETRY.replace('-slim', '-slim AS build')}ENV "
    f"POETRY_VIRTUALENVS_IN_PROJECT=1\n{_COPY_POETRY}"
)
_FINAL = f"\nFROM python:3.14-slim\nCOPY --from=build /app/.venv /app/.venv{_END}"

RULE = Rule(
    id="dev-dependencies-installed",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=(*_NAMES, *TOOLS)),
    production_only=True,
    practice=Practice.SIZE,
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the operand is the mistake, and its value is not known"
        ),
        "if-branch": "it may be meant for another build",
    },
    examples=(
        Example(
            bad=f"{_UV}{_COPY_UV}RUN uv sync --locked{_END}",
            fixed=f"{_UV}{_COPY_UV}RUN uv sync --no-dev --locked{_END}",
            files=_FILES,
        ),
        Example(
            bad=f'{_UV}{_COPY_UV}RUN ["uv", "sync", "--locked"]{_END}',
            fixed=f'{_UV}{_COPY_UV}RUN ["uv", "sync", "--no-dev", "--locked"]{_END}',
            files=_FILES,
        ),
        Example(
            bad=f"{_UV}{_COPY_UV}RUN set -e; uv sync \\\n  # not yet\n"
                "  --locked --no-install-project\nCOPY . .\n"
            f"RUN <<EOF\nuv sync --locked\nEOF{_END}",
            fixed=f"{_UV}{_COPY_UV}RUN set -e; uv sync --no-dev \\\n  # not yet\n"
                  "  --locked --no-install-project\n"
            f"COPY . .\nRUN <<EOF\nuv sync --no-dev --locked\nEOF{_END}",
            files=_FILES,
        ),
        Example(
            bad=f"{_UV.replace('-slim', '-slim AS build')}{_COPY_UV}RUN uv sync --locked\n"
                "FROM python:3.14-slim\n"
            f"COPY --from=build /app/.venv /app/.venv{_END}",
            fixed=f"{_UV.replace('-slim', '-slim AS build')}{_COPY_UV}RUN uv sync --no-dev "
                  "--locked\n"
            f"FROM python:3.14-slim\nCOPY --from=build /app/.venv /app/.venv{_END}",
            files={**_FILES, "pyproject.toml": f"{_PROJECT}[tool.uv]\n"
                                               "dev-dependencies = ['pytest']\n"},
        ),
        Example(
            bad=f"{_UV}{_COPY_UV}RUN sh -c 'uv sync --locked --dev'{_END}",
            fixed=f"{_UV}{_COPY_UV}RUN sh -c 'uv sync --locked --no-dev'{_END}",
        ),
        Example(
            bad=f"{_UV}{_COPY_UV}RUN uv sync --locked{_END}",
            fixed=f"{_UV}{_COPY_UV}RUN uv sync --no-group dev --no-group docs --locked{_END}",
            files={**_FILES, "pyproject.toml": f"{_GROUPS}[tool.uv]\ndefault-groups = 'all'\n"},
        ),
        # `uv run` in CMD would install them again
        Example(
            bad=f'{_UV}{_COPY_UV}RUN uv sync --locked\nUSER 10001\nCMD ["uv", "run", "shop"]',
            fixed=f'{_UV}{_COPY_UV}RUN uv sync --no-dev --locked\nUSER 10001\n'
                  'CMD ["uv", "run", "--no-sync", "shop"]',
            files=_FILES,
        ),
        # what `uv run` needs it installs first, the groups for development with it
        Example(
            bad=f"{_UV}{_COPY_UV}RUN uv sync --locked --no-dev && uv run --locked a.py{_END}",
            fixed=f"{_UV}{_COPY_UV}RUN uv sync --locked --no-dev && uv run --no-dev --locked "
                  f"a.py{_END}",
            files=_FILES,
        ),
        # What groups the project has is not known
        Example(good=f"{_BUILD}RUN uv sync --locked{_FINAL}"),
        Example(good=f"{_IN_PROJECT}RUN poetry install --compile --no-root{_FINAL}"),
        Example(
            bad=f"{_POETRY}{_COPY_POETRY}RUN poetry install --no-root{_END}",
            fixed=f"{_POETRY}{_COPY_POETRY}RUN poetry install --without dev,docs --no-root{_END}",
            files=_FILES,
        ),
        Example(
            bad=f"{_POETRY}{_COPY_POETRY}RUN poetry install --no-root --with server{_END}",
            fixed=f"{_POETRY}{_COPY_POETRY}RUN poetry install --without dev,docs --no-root "
            f"--with server{_END}",
            files=_FILES,
        ),
        Example(
            bad="FROM python:3.14-slim\nRUN pip install --no-cache-dir pdm==2.26.0\nWORKDIR /app\n"
            f"COPY pyproject.toml pdm.lock ./\nRUN pdm install --check{_END}",
            fixed="FROM python:3.14-slim\nRUN pip install --no-cache-dir pdm==2.26.0\n"
                  "WORKDIR /app\n"
            f"COPY pyproject.toml pdm.lock ./\nRUN pdm install --prod --check{_END}",
            files=_FILES,
        ),
        Example(
            bad="FROM python:3.14-slim\nRUN pip install --no-cache-dir pipenv==2026.0.0\n"
                "WORKDIR /app\n"
            f"COPY Pipfile Pipfile.lock ./\nRUN pipenv install --system --deploy --dev{_END}",
            fixed="FROM python:3.14-slim\nRUN pip install --no-cache-dir pipenv==2026.0.0\n"
                  "WORKDIR /app\n"
            f"COPY Pipfile Pipfile.lock ./\nRUN pipenv install --system --deploy{_END}",
        ),
        Example(
            bad="FROM python:3.14-slim\nCOPY requirements/ /req/\n"
            f"RUN pip install --no-cache-dir -r /req/base.txt -r /req/dev.txt{_END}"
        ),
        Example(
            bad="FROM python:3.14-slim\nWORKDIR /app\nCOPY . .\n"
            f"RUN pip install --no-cache-dir '.[cpu,dev]'{_END}",
            fixed="FROM python:3.14-slim\nWORKDIR /app\nCOPY . .\n"
            f"RUN pip install --no-cache-dir '.[cpu]'{_END}",
        ),
        Example(
            bad="FROM python:3.14-slim\nWORKDIR /app\nCOPY . .\n"
            f"RUN pip install --no-cache-dir -e .[test]{_END}",
            fixed="FROM python:3.14-slim\nWORKDIR /app\nCOPY . .\n"
            f"RUN pip install --no-cache-dir -e .{_END}",
        ),
        Example(
            good="FROM python:3.14-slim\nWORKDIR /app\nCOPY pyproject.toml ./\n"
            f"RUN pip install --no-cache-dir '.[cpu,all]'{_END}",
        ),
        Example(
            good="FROM python:3.14-slim\nWORKDIR /app\nCOPY pyproject.toml ./\n"
            f'RUN ([ "$DEBUG" != yes ] || pip install --no-cache-dir .[dev]) && ls{_END}',
        ),
        Example(good=f"{_BUILD}RUN uv sync --locked --no-dev{_FINAL}"),
        Example(good=f"{_BUILD}ENV UV_NO_DEV=1\nRUN uv sync --locked{_FINAL}"),
        Example(good=f"{_BUILD}RUN UV_NO_DEV=1 uv sync --locked --no-install-project{_FINAL}"),
        Example(good=f"{_BUILD}RUN uv sync "
                     f"--locked{_FINAL}", files={**_FILES, "pyproject.toml": _PROJECT}),
        Example(
            good=f"{_BUILD}RUN uv sync --locked{_FINAL}",
            files={**_FILES, "pyproject.toml": f"{_GROUPS}[tool.uv]\ndefault-groups = []\n"},
        ),
        Example(
            good=f"{_IN_PROJECT}RUN poetry install --compile --no-root{_FINAL}",
            files={**_FILES, "pyproject.toml": _OPTIONAL},
        ),
        Example(good=f"{_IN_PROJECT}RUN poetry install --compile --no-root --only=main{_FINAL}"),
        # a choice that the build has
        Example(
            good="FROM python:3.14-slim\nARG TEST\nCOPY requirements-test.txt /\n"
            f"RUN if [ $TEST ]; then pip install --no-cache-dir -r /requirements-test.txt; fi{_END}"
        ),
        # the tests run in the stage, and the last sync takes their tools away again
        Example(good=f"{_BUILD}RUN uv sync --locked && .venv/bin/pytest && uv sync --locked "
                     f"--no-dev{_FINAL}"),
        # only what was built leaves the stage
        Example(good=f"{_BUILD}RUN uv sync --locked && uv "
                     f"build{_FINAL}".replace("/app/.venv", "/app/dist")),
        Example(good=f"{_UV.replace('-slim', '-slim AS dev')}{_COPY_UV}RUN uv sync "
                     f"--locked{_END}", files=_FILES),
        # it is there to run the tests
        Example(
            good="FROM python:3.14-slim\nWORKDIR /app\nCOPY requirements-test.txt .\n"
            'RUN pip install --no-cache-dir -r requirements-test.txt\nCOPY test_shop.py .\n'
            'USER 10001\nCMD ["pytest"]',
            files={
                "requirements-test.txt": "pytest==9.0.2\n",
                "test_shop.py": "",
                ".dockerignore": "",
            },
        ),
        # an image to work in: it starts nothing
        Example(good=f'{_UV}{_COPY_UV}RUN uv sync --locked\nUSER 10001\nCMD ["bash"]'),
        Example(good=f"{_BUILD}ARG FLAGS\nRUN uv sync --locked $FLAGS{_FINAL}"),
        Example(good="FROM python:3.14-slim\nCOPY devpi/req.txt /\n"
                     f"RUN pip install --no-cache-dir -r /req.txt{_END}"),
    ),
)  # fmt: skip
