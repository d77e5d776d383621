"""COPY, ADD or a bind mount names a path that the build context does not have

## What it does
Finds sources of COPY, ADD and `RUN --mount=type=bind` that do not exist in the build context.

What may be made before the build is left alone: paths that git ignores, files that a script or a CI
job of the repository makes (`poetry export -o requirements.txt`), those of submodules, what
compilers, bundlers and CI leave behind (`dist/`, `*.whl`, `*.jar`), archives, certificates and
data, names without an ending, patterns (`*.txt`), and names with variables. So is a file of which a
sample lies in the repository (`config.sample.ini`), or of which a comment beside the instruction or
a README says who provides it; and all of a build context that something fills before the build,
since another source of it is missing that has a name of what is made (`target/app.jar`). Where no
file of the repository says how the image is built, the build context is a guess and the finding a
warning. The rule is silent there where several files are missing, where the repository has a file
of that name in another place or a script that names it, and for templates and directories of what
was put aside (`old/`, `.tmp/`): the build has another context then, or a script fills it. A file of
the repository that a manual has people copy beside the Dockerfile is left alone as well, and so is
a template that copies its whole context, in which there is no code: people put it beside their own.

Where no file of the repository says how the image is built, and a script or manifest that is copied
is nowhere in it, the Dockerfile is left over: other rules then tell what stops the build and which
secrets are out, and give no advice.

## Why is this bad?
The build fails at once: BuildKit looks up all sources before it runs the first instruction, and
ends with "failed to calculate checksum: not found". Often the context is another directory than
the one that the Dockerfile was written for, or the file has moved.

There is no fix: only you know whether the path, the context or the file is wrong. Where there is
one file that is most likely meant, the message names it.

## When to ignore
Ignore it where the file is made before the build and git does not ignore it. If the context is
another directory, say so: `--context`, or `[[build]]` in lightship.toml.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.rules.context.copied_file_missing.missing_sources import (
    MissingSource,
    certain_in_guess,
    is_gathered,
    missing_sources,
    waits_for_application,
)
from lightship.wording.lists import listed

_LONGEST = 100


def check(build: Build) -> Iterator[Finding]:
    severity = Severity.WARNING if build.is_guess else None
    if waits_for_application(build):
        return
    sources = iter(_unprovided(build))
    if build.is_guess:
        sources = certain_in_guess(build, sources)
    by_instruction: dict[Instruction, list[MissingSource]] = {}
    for source in sources:
        if not is_gathered(build, source):
            by_instruction.setdefault(source.instruction, []).append(source)

    if not by_instruction:
        return
    # Only findings need it
    from lightship.rules.context.copied_file_missing.missing_folders import (  # noqa: PLC0415
        missing_folder,
        shared_folders,
    )

    # What one instruction lacks has one cause: a folder, or a context that is not the right one
    told: set[str] = set()
    shared = shared_folders(build, list(by_instruction.values()))
    for missing in by_instruction.values():
        folder = missing_folder(build, missing)
        if folder in shared:
            if folder not in told:
                message = f"{folder} is not in the build context, so the build fails"
                yield Finding(missing[0].span, message, severity=severity)
            told.add(folder)
            continue
        message = _message(build, missing)
        yield Finding(missing[0].span, message, severity=severity)


def _unprovided(build: Build) -> list[MissingSource]:
    """The sources that are missing, and that nothing brings before the build."""
    missing = list(missing_sources(build))
    if not missing:
        return []
    # Few sources are missing
    from lightship.rules.context.copied_file_missing.provided_files import (  # noqa: PLC0415
        is_prepared,
        is_provided,
    )

    if is_prepared(build):
        return []
    return [source for source in missing if not is_provided(build, source)]


def _message(build: Build, missing: Sequence[MissingSource]) -> str:
    from lightship.facts.context.near_paths import near  # noqa: PLC0415 - only a finding needs it

    path = missing[0].path
    paths = dict.fromkeys(source.path for source in missing)
    if len(paths) > 1:
        problem = "are not in the build context, so the build fails"
        message = f"{listed(paths, 2)} {problem}"
        return message if len(message) <= _LONGEST else f"{listed(paths, 1)} {problem}"
    message = f"{path} is not in the build context, so the build fails"
    for other in near(build, path, lambda _: False):
        longer = f"{message}; {other.reason}"
        return longer if len(longer) <= _LONGEST else message
    return message


RULE = Rule(
    id="copied-file-missing",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(keywords=("COPY", "ADD"), text=("type=bind",)),
    needs_all_builds=True,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, with the files of another context"
        ),
        "words-in-args": ("a build arg may name another path in the next build"),
    },
    examples=(
        Example(
            bad="FROM python:3.13-slim\nCOPY requirements.txt .\n"
            "RUN pip install --no-cache-dir -r requirements.txt\nCOPY app ./app",
            files={"app/main.py": ""},
        ),
        Example(
            bad="FROM python:3.13-slim\nCOPY src/app.py src/settings.py /app/",
            files={"src/app.py": "", "src/setting.py": ""},
        ),
        Example(
            bad="FROM python:3.13-slim\nRUN --mount=type=bind,source=uv.lock,target=uv.lock "
            "uv sync --locked",
            files={"pyproject.toml": ""},
        ),
        Example(
            bad="ADD config/nginx.conf \\\n    /etc/nginx/",
            files={"config/site.conf": ""},
        ),
        # Whoever builds puts it there
        Example(
            good="# config.ini is not checked in: write your own\nCOPY config.ini /app/",
            files={"app/main.py": ""},
        ),
        Example(
            good="COPY config.ini /app/",
            files={"config.sample.ini": "", "app/main.py": ""},
        ),
        Example(
            good="COPY app.yaml target/app-*.jar /srv/", files={"src/App.java": ""}
        ),
        Example(
            good="COPY app.conf /etc/\nCOPY dist/app.whl *.json /srv/\nUSER 10001",
            files={"app.conf": "", ".dockerignore": "Dockerfile\n.dockerignore\n"},
        ),
    ),
)
