"""Python packages are installed without locked versions

## What it does
Finds installs of requirements that name no version, or only a lowest one. It is reported once for
a file, and for `-r requirements.txt` and `pip install .` only where the build context is known. Of
a name in an ARG the default counts.

An upper bound (`~=2.1`, `>=2,<3`) counts as a deliberate choice. The rule is silent about pip,
setuptools, uv and other tools that install, build or test packages, about lists that are meant to
be new (certifi, tzdata), about packages that the repository publishes itself, about what conda has
installed before, about Python 3.7 and older, which gets no releases any more, about constraints,
and where the newest is meant: with `--pre`, for names after `--upgrade`, from an index of nightly
builds, in a Dockerfile called `latest` or `nightly`. So it is in stages for development and tests
and in examples, also of a requirements file in a directory of examples. It does not speak of a
small matter either: one name beside other installs, or beside two that the same command settles,
two beside a lock file, or a few beside five times as many that the installs of the image pin,
unless the program is built on them, such as torch or Django. It is a note where requirements come
from a file that pins some of them, or from pyproject.toml, as usual for libraries and tools; one
that bounds most of them is not reported.

## Why is this bad?
Two builds of the same Dockerfile may make different images: the second behaves differently, or
fails, although nothing was changed. What was tested is not what is shipped; and a bad release
reaches the image on the day that it is published.

Lock the versions once, including all transitive dependencies, and install from that: `pip-compile
requirements.txt -o locked.txt`, or `uv pip compile`, which takes the same words, best with
`--generate-hashes`; `uv lock` and `uv sync --locked`; `poetry.lock`; or constraints, `pip install
-c`. Over an image that ships a matched set of packages (PyTorch's, vLLM's, an application), or
after installs of stated versions, a lock made elsewhere would replace those: name versions that fit
them, or compile with the `pip freeze` of the image as constraints. `flask=3.1` is not a
requirement: pip stops at it, which is an error.
There is no fix: only you know which versions work.

## When to ignore
Ignore it where the newest versions are wanted, as in a nightly test of dependencies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lightship.build import Build, PackageInvocation
from lightship.evaluation.stages import reachable
from lightship.facts.installs.requirement_files import requirements_of
from lightship.facts.stages.final_image import (
    is_development_name,
    is_mounted_over,
    is_worked_in,
)
from lightship.facts.stages.stage_python import gets_no_releases
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.rules.python.unlocked_requirements.settled_installs import (
    is_of_python_2,
    is_settled,
)

if TYPE_CHECKING:
    from lightship.pyproject.requirements import Requirements

# `Dockerfile-latest`, `nightly/Dockerfile`
_NEWEST = regex(r"(?i)(?:^|[/._-])(?:latest|nightly|edge)(?:[/._-]|$)")

_EXAMPLES = frozenset({"example", "examples"})


def check(build: Build) -> Iterator[Finding]:
    if build.final is None or "install" not in build.dockerfile.text:
        return
    if _is_worked_in(build) or build.repository.is_example:
        return
    if _NEWEST.search(build.path or ""):
        return

    shipped = reachable(build.evaluation.graph, [build.final])
    for call in build.packages("pip", "uv"):
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is None or stage.index not in shipped:
            continue
        if is_development_name(stage.name) or is_settled(build, call):
            continue
        if gets_no_releases(build, stage) or is_of_python_2(build, call):
            continue  # the newest has been the same for years

        files = _requirements(build, call)
        if files is None or _is_of_example(call, files):
            continue
        # Much, for few installs
        from lightship.rules.python.unlocked_requirements.open_names import finding_of  # noqa: PLC0415

        finding = finding_of(build, call, files)
        if finding is not None:
            yield finding
            return


def _is_worked_in(build: Build) -> bool:
    """Whether it is an image to develop in, by a name or the comment at its top."""
    return is_worked_in(build) and not is_mounted_over(build)


def _requirements(
    build: Build, call: PackageInvocation
) -> Sequence[Requirements] | None:
    """The files that an install reads; None where they are not known, or hashes hold them."""
    files = requirements_of(build, call)
    if files is None or any(file.missing for file in files):
        return None
    if any(path.endswith("l") for path in call.does.requirements):
        return None  # no requirements file: pyproject.toml

    options = (option.option for file in files for option in file.options)
    return None if "--require-hashes" in options else files


def _is_of_example(call: PackageInvocation, files: Sequence[Requirements]) -> bool:
    """Whether all that is installed is what an example asks for, to be replaced by one's own."""
    if call.does.packages or not files:
        return False
    paths = [path for file in files for path in file.paths]
    return all(not _EXAMPLES.isdisjoint(path.split("/")[:-1]) for path in paths)


_PYTHON = "FROM python:3.14-slim\nWORKDIR /app\n"
_FILE = f"{_PYTHON}COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt"

RULE = Rule(
    id="unlocked-requirements",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(managers=("pip", "uv")),
    practice=Practice.REPRODUCIBILITY,
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the version may be in the variable"
        ),
    },
    examples=(
        Example(bad=f"{_PYTHON}RUN pip install --no-cache-dir flask"),
        Example(
            bad=f"{_PYTHON}RUN python3 -m pip install --no-cache-dir \\\n    # web\n"
            "    'flask[async]>=3' gunicorn"
        ),
        Example(
            bad=f'{_PYTHON}RUN ["pip3", "install", "--no-cache-dir", "flask==3.1.2", "gunicorn"]'
        ),
        Example(bad=f"{_PYTHON}RUN <<EOF\nset -e\nuv pip install --system flask\nEOF"),
        Example(
            bad=f"{_PYTHON}RUN set -e; sh -c 'pip install -U pip && pip install flask'; rm "
            "-rf ~/.cache"
        ),
        Example(
            bad=f'{_PYTHON}ENV PIP_NO_CACHE_DIR=1\nRUN /venv/bin/pip install "flask" && true'
        ),
        Example(
            bad="FROM python:3.14-slim AS build\nRUN pip install --prefix=/deps flask\n"
            "FROM python:3.14-slim\n"
            "COPY --from=build /deps /usr/local"
        ),
        Example(bad=_FILE, files={"requirements.txt": "flask\ngunicorn>=23\n"}),
        Example(
            bad=_FILE,
            files={
                "requirements.txt": "-r base.txt\ngunicorn==23.0.0\n",
                "base.txt": "flask # web\n",
            },
        ),
        Example(
            bad=f"{_PYTHON}RUN --mount=type=bind,source=reqs/web.txt,target=web.txt "
            "pip install --no-cache-dir -r web.txt",
            files={"reqs/web.txt": "flask\n"},
        ),
        Example(
            bad=f"{_PYTHON}COPY . .\nRUN pip install --no-cache-dir .",
            files={
                "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["flask"]\n'
            },
        ),
        Example(
            bad=f"{_PYTHON}ARG REQUIREMENTS=web.txt\nCOPY $REQUIREMENTS ./\n"
            'RUN pip install --no-cache-dir -r "$REQUIREMENTS"',
            files={"web.txt": "flask\n"},
        ),
        Example(
            good=f"{_PYTHON}ARG REQUIREMENTS\nCOPY $REQUIREMENTS ./\n"
            'RUN pip install --no-cache-dir -r "$REQUIREMENTS"',
            files={"web.txt": "flask\n"},
        ),
        Example(
            good=f"{_PYTHON}RUN pip install --no-cache-dir flask==3.1.2 'gunicorn~=23.0' "
            "'django>=5.2,<6'"
        ),
        Example(
            good=f"{_PYTHON}RUN pip install --no-cache-dir --upgrade pip setuptools wheel"
        ),
        Example(
            good=f"{_PYTHON}COPY locked.txt .\nRUN pip install --no-cache-dir -c locked.txt flask"
        ),
        Example(
            good=f"{_PYTHON}ENV PIP_CONSTRAINT=/locked.txt\nRUN pip install --no-cache-dir flask"
        ),
        Example(
            good=f"{_PYTHON}ARG V=3.1.2\nRUN pip install --no-cache-dir flask==$V $MORE"
        ),
        Example(good=_FILE),  # what the file says is not known
        Example(
            good=_FILE,
            files={"requirements.txt": "flask==3.1.2\n", ".dockerignore": ""},
        ),
        Example(
            good=_FILE,
            files={
                "requirements.txt": "flask --hash=sha256:00\n-c locked.txt\n",
                "locked.txt": "",
            },
        ),
        Example(
            good=_FILE,
            files={
                "requirements.txt": "-c locked.txt\nflask\n",
                "locked.txt": "flask==3.1.2\n",
            },
        ),
        Example(
            good="FROM python:3.14-slim AS test\nRUN pip install --no-cache-dir pytest\n"
            "FROM python:3.14-slim"
        ),
        Example(
            good=f"{_PYTHON}COPY requirements.txt .\n"
            "RUN pip install --no-cache-dir -r requirements.txt\n"
            "COPY pyproject.toml shop.py ./\nRUN pip install --no-cache-dir .",
            files={
                "requirements.txt": "flask==3.1.2\n",
                "shop.py": "",
                "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["flask"]\n',
            },
        ),
        Example(  # it is the one of the file in the end
            good=_FILE.replace(
                "install --no", "install --no-cache-dir numpy && pip install --no"
            ),
            files={"requirements.txt": "numpy==2.4.1\n", ".dockerignore": ""},
        ),
    ),
)
