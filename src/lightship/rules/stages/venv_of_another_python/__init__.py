"""Python packages are copied to a stage with another Python than the one that installed them

## What it does
Finds `COPY --from` of a virtual environment, `site-packages`, or what `pip install --user`,
`--prefix` and `--target` have filled, into a stage with another Python.

The rule knows the python images, those of uv and distroless, and the Python of Debian, Ubuntu and
Alpine. Where a stage may have another Python than that (pyenv, conda, one that uv was told to
fetch) it is silent.

## Why is this bad?
A virtual environment belongs to one interpreter: `bin/python` is a link to it, and the packages
are under `lib/python3.12`. With another one it does not work:

- another minor version looks in another directory, so no package is found;
- an interpreter at another path (`/usr/bin/python3` of Debian, `/usr/local/bin/python` of the
  python images) leaves the link pointing at nothing: "no such file or directory";
- Alpine has musl, the others glibc: packages with compiled parts do not load.

uv's documentation says of its own example: the path to the Python executable must be the same in
both stages.

Start both stages from the same image. No fix is applied automatically, because only you know
which of the two versions is meant; both are offered, where the images are written out.

## When to ignore
Ignore it where the stage gets a matching Python in a way that the Dockerfile does not show.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.pythons import Python
from lightship.build import Build
from lightship.facts.copies.stage_copies import StageCopy, stage_copies
from lightship.facts.stages.package_trees import Arrival, Tree, arrivals
from lightship.facts.stages.stage_python import least_minor, other_minor, stage_python
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.record import record
from lightship.regex import regex
from lightship.rules.stages.venv_of_another_python.mended_links import is_mended
from lightship.rules.stages.venv_of_another_python.python_in_stage import (
    has_own,
    python_here,
)

_OF_VERSION = regex(r"/lib/python(3\.[0-9]+)(?:/|$)")


@record
class Trouble:
    """What is wrong, and how bad it is."""

    message: str
    severity: Severity


def check(build: Build) -> Iterator[Finding]:
    reported: set[StageCopy] = set()
    for arrival in arrivals(build):
        copy = arrival.copy
        maker = arrival.before.python
        if maker is None or copy in reported:
            continue
        if copy.stage not in build.lineage:
            continue
        if is_mended(build, arrival):
            continue
        here = python_here(build, copy.stage, maker)
        if here is None:
            continue

        trouble = _trouble(build, arrival.after, maker, here)
        if trouble is not None:
            reported.add(copy)
            yield _finding(build, arrival, trouble, maker, here)

    yield from _others(build, reported)


def _others(build: Build, reported: set[StageCopy]) -> Iterator[Finding]:
    """What is made by a Python of which less is known, and `site-packages` alone."""
    for arrival in arrivals(build):
        if arrival.copy not in reported:
            yield from _of_moving(build, arrival)
    for copy in stage_copies(build):
        if copy not in reported and copy.stage in build.lineage:
            yield from _packages_finding(build, copy)


def _of_moving(build: Build, arrival: Arrival) -> Iterator[Finding]:
    """A finding for what `python:3` has made, of which only the oldest version is known."""
    copy = arrival.copy
    tree = arrival.before
    least = least_minor(build, copy.origin)
    # uv may have fetched another Python
    if not least or tree.python is not None or tree.tool.startswith("uv"):
        return
    here = stage_python(build, copy.stage)
    if here is None or copy.stage not in build.lineage:
        return
    if has_own(build, copy.stage, here) or is_mended(build, arrival):
        return
    maker = other_minor(build, copy.origin, here.minor)
    if maker:
        trouble = _compiled(f"Python {maker}", here.minor)
        yield Finding(copy.word.span, trouble.message, None, trouble.severity)


def _finding(
    build: Build, arrival: Arrival, trouble: Trouble, maker: Python, here: Python
) -> Finding:
    # Only a finding needs it
    from lightship.rules.stages.venv_of_another_python.same_version import (  # noqa: PLC0415
        same_version,
    )

    copy = arrival.copy
    cures: tuple[Fix, ...] = ()
    if arrival.before.kind != "venv" or maker.prefix == here.prefix:
        cures = tuple(same_version(build, copy, maker, here))
    return Finding(
        copy.word.span,
        trouble.message,
        cures[0] if cures else None,
        trouble.severity,
        cures[1:],
    )


def _trouble(build: Build, tree: Tree, maker: Python, here: Python) -> Trouble | None:
    """What is wrong with a tree in a stage whose Python is `here`."""
    final = build.evaluation.finals[build.lineage[-1].index]
    on_path = tree.path in final.env.get("PYTHONPATH", "")
    if maker.minor and here.minor and maker.minor != here.minor:
        if tree.kind == "target" or on_path:
            return _compiled(f"Python {maker.minor}", here.minor)
        message = (
            f"created with Python {maker.minor}, but this stage has {here.minor}, which "
            "finds no packages there"
        )
        return Trouble(message, Severity.ERROR)

    is_elsewhere = maker.prefix != here.prefix and here.slim
    if tree.kind == "venv" and not on_path and is_elsewhere:
        message = (
            f"its bin/python is a link into {maker.prefix}/bin, where this stage has "
            "no Python"
        )
        return Trouble(message, Severity.ERROR)
    return _compiled(maker.libc, here.libc) if maker.libc != here.libc else None


def _compiled(maker: str, here: str) -> Trouble:
    return Trouble(
        f"built for {maker}, but this stage has {here}: compiled packages do not load",
        Severity.WARNING,
    )


def _packages_finding(build: Build, copy: StageCopy) -> Iterator[Finding]:
    """A finding for a copy of `site-packages` that does not fit."""
    if "/lib/python" not in copy.source:
        return
    trouble = _with_packages(build, copy)
    if trouble is not None:
        yield Finding(copy.word.span, trouble.message, None, trouble.severity)


def _with_packages(build: Build, copy: StageCopy) -> Trouble | None:
    """What is wrong with a copy of `site-packages`, or of what is in there."""
    maker = stage_python(build, copy.origin)
    here = stage_python(build, copy.stage)
    source = _OF_VERSION.search(copy.source)
    if maker is None or here is None or source is None:
        return None
    if source[1] != maker.minor or has_own(build, copy.stage, here):
        return None

    target = _OF_VERSION.search(f"{copy.destination}/")
    is_library = copy.destination.startswith(f"{here.prefix}/lib/")
    if target is not None and is_library and here.minor not in ("", target[1]):
        message = f"this stage has Python {here.minor}, which does not look in {copy.destination}"
        return Trouble(message, Severity.ERROR)
    if here.minor and maker.minor != here.minor:
        return _compiled(f"Python {maker.minor}", here.minor)
    if maker.libc == here.libc:
        return None
    return _compiled(maker.libc, here.libc)


def _example(build: str, final: str, path: str = "/opt/venv", between: str = "") -> str:
    return (
        f"FROM {build} AS build\n{between or f'RUN python3 -m venv {path}'}\n"
        f"FROM {final}\nENV PYTHONUNBUFFERED=1\nCOPY --from=build {path} {path}\nUSER 10001\n"
        f'CMD ["{path}/bin/python", "-m", "app"]'
    )


_APT = (
    "RUN apt-get update && apt-get install -y --no-install-recommends {} && rm -rf "
    "/var/lib/apt/lists/*"
)
_PACKAGES = (
    "FROM python:{} AS build\nRUN pip install --no-cache-dir flask==3.1.0\nFROM python:{}\n"
    'ENV PYTHONUNBUFFERED=1\nCOPY --from=build {} {}\nUSER 10001\nCMD ["python", "-m", "app"]'
)
_SITE = "/usr/local/lib/python3.{}/site-packages"

RULE = Rule(
    id="venv-of-another-python",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(text=("--from=",)),
    missed={
        "in-onbuild": (
            "a trigger runs in another build: what it makes or takes is not in this image"
        ),
        "argument-in-a-shell-variable": (
            "the operand is the mistake, and shell variables are not followed"
        ),
        "absolute-path": (
            "in one example that path is another Python than the one in the image"
        ),
    },
    examples=(
        Example(bad=_example("python:3.12-slim", "python:3.13-slim")),
        Example(bad=_example("python:3.13", "python:3.13-alpine")),
        Example(bad=_example("python:3.13-alpine", "python:3.13-slim")),
        Example(
            bad=_example(
                "python:3.11-slim", "gcr.io/distroless/python3-debian12:nonroot"
            )
        ),
        Example(bad=_example("python:3.13-slim", "debian:trixie-slim")),
        Example(
            bad=_example(
                "debian:trixie-slim",
                "python:3.13-slim",
                between=_APT.format("python3 python3-venv")
                + "\nRUN python3 -m venv /opt/venv",
            )
        ),
        Example(
            bad=_example(
                "ghcr.io/astral-sh/uv:0.9.11-python3.12-trixie-slim",
                "python:3.13-slim",
                "/app/.venv",
                "WORKDIR /app\nRUN <<EOF\nset -e\nuv sync --locked --no-dev\nEOF",
            )
        ),
        Example(
            bad="ARG PYTHON=3.12\nFROM python:${PYTHON}-slim AS base\nFROM base AS build\n"
            "ENV VENV=/venv\n"
            'RUN python -m venv \\\n    # beside the sources\n    "$VENV"\n'
            "FROM python:3.13-slim\nCOPY --from=build /venv/ /venv/\nUSER 10001\n"
            'CMD ["/venv/bin/gunicorn", "app:app"]'
        ),
        Example(
            bad="FROM python:3.12-slim AS build\n"
            "RUN pip install --no-cache-dir --prefix=/install flask==3.1.0\n"
            "FROM python:3.13-slim\nCOPY --from=build /install /usr/local\nUSER 10001\n"
            'CMD ["flask", "--version"]'
        ),
        Example(
            bad="FROM python:3.12-slim AS build\n"
            "RUN pip install --no-cache-dir -t /deps flask==3.1.0\n"
            "FROM python:3.13-slim\nCOPY --from=build /deps /app\nUSER 10001\n"
            'CMD ["python", "/app/main.py"]'
        ),
        Example(
            bad="FROM python:3-slim AS build\n"
            "RUN pip install --no-cache-dir --target=/app requests==2.32.5\n"
            "FROM gcr.io/distroless/python3-debian12:nonroot\n"
            'COPY --from=build /app /app\nCMD ["/app/main.py"]'
        ),
        Example(
            bad=_PACKAGES.format(
                "3.12-slim", "3.13-slim", _SITE.format(12), _SITE.format(12)
            )
        ),
        Example(
            bad=_PACKAGES.format(
                "3.12-slim", "3.13-slim", _SITE.format(12), _SITE.format(13)
            )
        ),
        Example(
            bad=_PACKAGES.format(
                "3.13-slim", "3.13-alpine", _SITE.format(13), _SITE.format(13)
            )
        ),
        Example(good=_example("python:3.13", "python:3.13-slim")),
        Example(
            good=_example(
                "ghcr.io/astral-sh/uv:0.9.11-python3.13-trixie-slim",
                "python:3.13-slim-trixie",
            )
        ),
        Example(
            good=_PACKAGES.format(
                "3.13", "3.13-slim", _SITE.format(13), _SITE.format(13)
            )
        ),
        Example(
            good=_example(
                "debian:trixie-slim",
                "gcr.io/distroless/python3-debian13:nonroot",
                between=_APT.format("python3 python3-venv")
                + "\nRUN python3 -m venv /opt/venv",
            )
        ),
        # Which Python the stage has is not known: another one may be at the same place
        Example(good=_example("python:3.12-slim", "ghcr.io/acme/python:3.13")),
        Example(
            good=_example(
                "python:3.12-slim",
                "python:3.13-slim",
                "/env",
                "COPY install.sh /\nRUN conda create -p /env python=3.13",
            )
        ),
        # The interpreter comes along, or the link is set anew
        Example(
            good="FROM python:3.13-slim AS build\nRUN python -m venv /opt/venv\n"
            "FROM debian:trixie-slim\n"
            "COPY --from=build /usr/local /usr/local\nCOPY --from=build /opt/venv /opt/venv\n"
            'USER 10001\nCMD ["/opt/venv/bin/python", "-m", "app"]'
        ),
        Example(
            good="FROM python:3.11-slim AS build\nRUN python -m venv /opt/venv\n"
            "FROM gcr.io/distroless/python3-debian12:nonroot\n"
            "COPY --from=build /opt/venv /opt/venv\n"
            'ENV PYTHONPATH=/opt/venv/lib/python3.11/site-packages\nUSER 65532\nCMD ["-m", "app"]'
        ),
        # uv fetches the Python that it is asked for, and it is copied too
        Example(
            good="FROM debian:trixie-slim AS build\n"
            "COPY --from=ghcr.io/astral-sh/uv:0.9.11 /uv /bin/\n"
            "ENV UV_COMPILE_BYTECODE=1 UV_PYTHON_INSTALL_DIR=/python "
            "UV_PROJECT_ENVIRONMENT=/app/.venv\n"
            "RUN uv sync --locked --no-dev\n"
            "FROM debian:trixie-slim\nCOPY --from=build /python /python\n"
            "COPY --from=build /app/.venv /app/.venv\n"
            'USER 10001\nCMD ["/app/.venv/bin/python", "-m", "app"]'
        ),
    ),
)
