"""The final image starts from the full python or node image, where the slim one would do

## What it does
Finds full python and node images in the stages that end in the final image.

The rule is silent where these stages, or others that start from the same image, use something
that only the full one has and that they do not install with apt: a compiler, git, curl, unzip, a
library without wheels such as psycopg2, a script that lightship cannot read, or headers without a
compiler. It is also silent where an image gets no files, or starts no program and gets no
libraries: what will run in it is decided elsewhere, as it is where a Dockerfile below `templates`
or `scaffold` is for others to fill. So it is for a Python that gets no fixes any
more and compiled libraries, which have no wheels for it, for all installs on a Python or Node whose
support ended two and a half years ago, for a tag that names a Debian which ended more than a year
ago (`python:3.9-buster`), and for examples and images to develop in that nobody pulls.

## Why is this bad?
The full images contain what is needed to compile almost anything: compilers, headers, git,
ImageMagick. The full `python:3.13` has 610 packages and is 412 MB to pull (docker/docs#24731);
the slim one is about a tenth of that. What is not there needs no update and cannot be attacked.

## Fix safety
The fix writes the slim tag. It is unsafe: a program may call another that is no longer there, or an
install may have to compile where no wheel fits. Build it and try. Where an install reads
requirements that are not there to read, it is a choice: they may name such a package. So it is
where no compiler is installed and a version is pinned, or has an upper bound, of which it is not
known whether it has a wheel; and for a published image of a worker, such as that of rq, whose users
add the code that it runs.

## When to ignore
Ignore it where the program calls tools of the full image at run time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from lightship.base_images.full import slim_tag
from lightship.base_images.lifetimes import TaggedRelease, parts
from lightship.base_images.reference import Reference, read_reference
from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.expansion.variables import is_plain
from lightship.facts.stages.final_image import is_shipped
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.text import Edit, Span

_YEAR = timedelta(days=365)


def check(build: Build) -> Iterator[Finding]:
    if not build.lineage:
        return
    stage = build.lineage[0]
    image = read_reference(build.evaluation.bases[stage.index].name)
    if not isinstance(image, Reference):
        return
    if build.evaluation.root(stage).system == "windows":
        return  # there is no slim image of Windows
    tag = slim_tag(image)
    if tag is None or image.tag.startswith("2."):
        return  # of many packages there are no wheels for Python 2
    if any(_is_gone(build, part) for part in parts(image)):
        return  # the slim image of that Debian could not install anything, either

    # Most images are slim
    from lightship.facts.full_image.compiled_pins import (  # noqa: PLC0415
        are_wheels_known,
    )

    # As above
    from lightship.facts.full_image.full_image_use import (  # noqa: PLC0415
        is_for_others,
        reads_unknown_files,
        relies_on_full,
    )

    # As above
    from lightship.facts.full_image.stages_on_image import (  # noqa: PLC0415
        stages_on_image,
    )
    from lightship.rules.base_image.full_base_image.others_code import (  # noqa: PLC0415 - as above
        runs_code_of_others,
    )

    if not is_shipped(build) or is_for_others(build):
        return
    if relies_on_full(build, stage, image) is not None:
        return
    slim = f"{image.name}:{tag}"
    message = f"{slim} should be enough: nothing here needs the full image"
    fix = _fix(build, stage, image, tag)
    is_asked = reads_unknown_files(build, stage) or runs_code_of_others(build)
    lacking = stages_on_image(build, stage, image).missing
    is_known = "gcc" not in lacking or are_wheels_known(build, stage)
    if fix is not None and (is_asked or not is_known):
        choice = replace(fix, safety=Safety.MANUAL)
        yield Finding(stage.base.span, message, choices=(choice,))
    else:
        yield Finding(stage.base.span, message, fix)


def _is_gone(build: Build, part: TaggedRelease) -> bool:
    """Whether the tag names a Debian that ended so long ago that the mirrors drop it."""
    release = part.release
    return release.product == "Debian" and build.today - release.ends > _YEAR


def _fix(build: Build, stage: Stage, image: Reference, tag: str) -> Fix | None:
    """Only where the tag is in FROM, or a variable after which no codename can follow."""
    text, span = stage.base.text, stage.base.span
    if image.digest or span.of(build.dockerfile.text) != text:
        return None
    names_image = text.partition(":")[0].endswith(image.name)
    if is_plain(text, build.dockerfile.escape) and text.endswith(f":{image.tag}"):
        edit = Edit.replace(Span(span.end - len(image.tag), span.end), tag)
    elif names_image and text.endswith("}") and tag.endswith("-slim"):
        edit = Edit.insert(span.end, "-slim")
    else:
        return None
    return Fix(f"Start from {image.name}:{tag}", (edit,), Safety.UNSAFE)


_APP = (
    "\nWORKDIR /app\nCOPY requirements.txt .\n"
    "RUN pip install --no-cache-dir -r requirements.txt\n"
    "COPY . .\n"
)
_COMPILES = (
    "RUN apt-get update && apt-get install -y --no-install-recommends "
    "build-essential gfortran libpq-dev\n"
    "RUN pip install psycopg2\nCOPY app.py /\n"
    "CMD serve"
)

RULE = Rule(
    id="full-base-image",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    production_only=True,
    practice=Practice.SIZE,
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "an unknown package may need what only the full image has"
        ),
    },
    examples=(
        Example(
            bad=f"FROM python:3.13{_APP}",
            fixed=f"FROM python:3.13-slim{_APP}",
            files={
                "requirements.txt": "flask==3.1.0\n",
                ".dockerignore": "Dockerfile*\n.d*\n",
            },
        ),
        # What the requirements name is not known
        Example(bad=f"FROM python:3.13{_APP}"),
        Example(
            bad="FROM python:3.13-bookworm\nRUN pip install flask\nCOPY app.py /",
            fixed="FROM python:3.13-slim-bookworm\nRUN pip install flask\nCOPY app.py /",
        ),
        Example(
            bad="FROM node:22-bookworm AS base\nCOPY . .\nRUN npm ci\nFROM base\n"
            'CMD ["node", "."]',
            fixed="FROM node:22-bookworm-slim AS base\nCOPY . .\nRUN npm ci\nFROM base\n"
            'CMD ["node", "."]',
            files={"package.json": "{}", "package-lock.json": "{}"},
        ),
        Example(
            bad=f"FROM python:3.13\n{_COMPILES}",
            fixed=f"FROM python:3.13-slim\n{_COMPILES}",
        ),
        Example(
            bad='FROM python:3.13\nCOPY main.py /\nCMD ["python", "/main.py"]',
            fixed='FROM python:3.13-slim\nCOPY main.py /\nCMD ["python", "/main.py"]',
            files={
                "main.py": "import subprocess\nsubprocess.run(['ls'])\nprint('of git')\n"
            },
        ),
        Example(
            bad="ARG VERSION=3.13\nFROM python:${VERSION}\nCOPY . .\nRUN pip install .",
            fixed="ARG VERSION=3.13\nFROM python:${VERSION}-slim\nCOPY . .\nRUN pip install .",
        ),
        Example(
            bad=f"FROM python:3.13{_APP}",
            fixed=f"FROM python:3.13-slim{_APP}",
            files={
                "Dockerfile": "",
                "requirements.txt": "flask\npsycopg2-binary==2.9.10\n",
            },
        ),
        Example(
            good="FROM python:3.13-slim\nRUN pip install --no-cache-dir flask==3.1.2"
        ),
        Example(
            good="FROM python:3.13-alpine\nRUN pip install --no-cache-dir flask==3.1.2"
        ),
        Example(
            good="FROM python:3.13 AS build\nRUN pip wheel flask\nFROM python:3.13-slim\n"
            "COPY --from=build /w /w"
        ),
        Example(
            good="FROM python:3.13\n"
            "RUN pip install --no-cache-dir git+https://github.com/pallets/flask@3.1.2"
        ),
        Example(
            good='FROM python:3.13\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\n'
            "RUN curl -fsSL https://example.com/a.tar.gz | tar xz"
        ),
        Example(good="FROM python:3.13\nRUN <<EOF\nset -e\nmake install\nEOF"),
        Example(
            good="FROM python:3.13\nRUN sh -c 'git clone -b v1 https://example.com/a.git'"
        ),
        Example(
            good="FROM python:3.13\nENV PYTHONUNBUFFERED=1\n"
            "HEALTHCHECK CMD curl -f http://localhost/\n"
            'USER 10001\nCMD ["python", "app.py"]'
        ),
        Example(good="FROM python:3.13\nRUN ./install.sh"),
        Example(
            good="FROM python:3.13\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends libldap2-dev "
            "&& rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir -r r.txt"
        ),
        Example(
            good="FROM python:3.13 AS base\nFROM base AS build\nRUN gcc -o a a.c\nFROM base\n"
            "COPY --from=build /a /a"
        ),
        Example(
            good=f"FROM python:3.13{_APP}",
            files={
                "requirements.txt": "flask==3.1.2\npsycopg2==2.9.10\n",
                ".dockerignore": "Dockerfile\n.dockerignore\n",
            },
        ),
        Example(
            good="FROM node:22\nWORKDIR /app\nCOPY package.json .\n"
            "RUN npm ci && npm cache clean --force\nCOPY . .\n"
            'USER 10001\nENTRYPOINT ["/app/start.sh"]',
            files={
                ".dockerignore": "Dockerfile\n.dockerignore\n",
                "package.json": "{}",
                "start.sh": "#!/bin/sh\ngit pull\nexec node .\n",
            },
        ),
        # without recommended packages gcc gets no libc6-dev, and compiles nothing
        Example(
            good="FROM python:3.13\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends gcc "
            "&& rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir uwsgi==2.0.30\n"
            "COPY app.py /"
        ),
        # lightgbm loads libgomp1, which only comes with gcc
        Example(
            good="FROM python:3.13\nRUN pip install --no-cache-dir lightgbm==4.6.0\nCOPY app.py /"
        ),
        Example(
            good="FROM python:3.13\nCOPY jail.py /\nENV PYTHONUNBUFFERED=1\nUSER 10001\n"
            'CMD ["socat", "TCP-LISTEN:1337,fork", "EXEC:/jail.py"]',
            files={
                "jail.py": "import os\nos.system('gcc -o /tmp/a /tmp/a.c')\n",
                ".dockerignore": "Dockerfile\n",
            },
        ),
        # a base for others, a sandbox
        Example(good="FROM python:3.13\nRUN pip install --no-cache-dir pyke==1.1.1"),
        Example(good="FROM python:3.13\nCOPY benchmark /benchmark"),
        Example(
            good="FROM ghcr.io/acme/python:3.13\nRUN pip install --no-cache-dir flask==3.1.2"
        ),
    ),
)
