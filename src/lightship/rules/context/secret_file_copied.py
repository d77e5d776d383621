"""COPY copies a file with secrets into the image

## What it does
Finds COPY instructions that copy `.env`, private keys, `.netrc`, `.pypirc`, `.npmrc` with a
token, and directories such as `.ssh` and `.aws`.

The rule goes by names, and by content where a name is not enough: a `.pem` file counts where it
contains a private key. Samples (`.env.example`) and files of tests are left alone, and so are
`.env.production` and similar files beside a package.json, which are meant to be public there, and
a `.env` in which no variable looks like a secret by its name or value, or is one that goes into
the page (`VITE_…`, `NEXT_PUBLIC_…`).

## Why is this bad?
Anyone with the image can read its layers, even if a later instruction removes the file. Such
files belong to the place where the container runs, not into the image. A build that needs one can
use `RUN --mount=type=secret`.

## Fix safety
The fix adds the file to `.dockerignore`. It is unsafe: a program may read the file at run time.
There is none where COPY names the file itself or a directory that is there for such files, such
as `certs`, nor where the build reads its version from git, which would miss a tracked file.

## When to ignore
Ignore it where the file contains no real secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from posixpath import basename, dirname
from re import IGNORECASE

from lightship.build import Build
from lightship.context.files import File
from lightship.context.needless import secret
from lightship.context.wildcards import has_wildcards
from lightship.evaluation.copies import Copying, Operand
from lightship.facts.context.ignore_edits import ignore_edit
from lightship.facts.context.needless_files import reads_history
from lightship.facts.context.takings import Key, alike, files_of
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.regex import regex
from lightship.wording.lists import listed


def check(build: Build) -> Iterator[Finding]:
    groups = alike(build.copyings())
    named = {path for path, *_ in groups}
    taken = {key: _files(build, given) for key, given in groups.items()}
    wanted = _wanted(build, taken)
    shipped = build.shipped
    for key, given in groups.items():
        path, files = key[0], taken[key]
        lines = _secrets(build, files or _by_name(build, path))
        if not lines:
            continue

        names = listed(line.removeprefix("**/") for line in lines)
        fix = None
        if files and wanted.isdisjoint(lines):
            fix = _fix(build, lines, named)
        what = "it" if len(lines) == 1 else "them"
        for copying, source in given:
            place = "this stage and its build cache"
            if copying.instruction in shipped:
                place = "the image"
            message = f"copies {names} into {place}, where anyone can read {what}"
            yield Finding(source.word.span, message, fix)


def _by_name(build: Build, path: str) -> tuple[File, ...]:
    """Without a context, or where nothing of that name is there yet, the name itself is all there
    is.
    """
    ignored = build.context is not None and build.context.ignore.matches(path)
    return () if ignored else (File(path),)


def _secrets(build: Build, files: tuple[File, ...]) -> list[str]:
    """The lines of an ignore file that would keep the secrets among `files` out."""
    lines: dict[str, None] = {}
    for file in files:
        line = secret(build.context, file)
        if line is not None:
            lines[line] = None
    return list(lines)


def _files(build: Build, given: Sequence[tuple[Copying, Operand]]) -> tuple[File, ...]:
    """What sources that take the same take, as far as it is there."""
    if build.context is None:
        return ()
    copying, source = given[0]
    return files_of(build.context, copying, source)


def _wanted(build: Build, taken: Mapping[Key, tuple[File, ...]]) -> set[str]:
    """The lines of an ignore file that would take from a COPY what it is there for."""
    lines: set[str] = set()
    for (path, *_), files in taken.items():
        if files and _is_meant(build, path, files):
            lines.update(_secrets(build, files))
    return lines


def _is_meant(build: Build, path: str, files: tuple[File, ...]) -> bool:
    """Whether a COPY is there for the secrets: of `certs`, or of nothing but keys."""
    directory = path if not has_wildcards(path) else dirname(path)
    if _FOR_SECRETS.fullmatch(basename(directory)):
        return True
    if not path:
        return False
    others = [file for file in files if not file.name.endswith(_PUBLIC)]
    return all(secret(build.context, file) is not None for file in others)


def _fix(build: Build, lines: list[str], named: set[str]) -> Fix | None:
    """None where COPY names one of them: the build would fail."""
    if build.context is None or reads_history(build, build.context):
        return None

    endings = tuple(f"/{line.removeprefix('**/')}" for line in lines)
    if any(f"/{path}".endswith(endings) for path in named):
        return None
    edits = ignore_edit(build.context, lines)
    return Fix(f"Exclude {listed(lines)}", edits, Safety.UNSAFE)


# Directories of keys and certificates, and what stands in them beside keys
_FOR_SECRETS = regex(
    r"\.?(?:certs?|certificates?|keys?|ssl|tls|pki|secrets?)", IGNORECASE
)
_PUBLIC = (".crt", ".cer", ".pem", ".pub", ".csr", ".ca-bundle")

_IGNORE = {".dockerignore": "Dockerfile\n.dockerignore\n"}
_KEY = "-----BEGIN RSA PRIVATE KEY-----\n"

RULE = Rule(
    id="secret-file-copied",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.SECURITY,
    examples=(
        Example(bad="COPY .env /app/", on_page=True),
        Example(
            bad="COPY main.py .env /app/", files={".env": "TOKEN=a\n", "main.py": ""}
        ),
        Example(bad="ADD id_rsa /root/.ssh/id_rsa"),
        Example(bad="COPY .kube/config /root/.kube/config"),
        Example(bad="COPY .docker/config.json /root/.docker/"),
        Example(
            bad="COPY . /app",
            fixed="COPY . /app",
            files={
                "Dockerfile": "",
                "main.py": "",
                ".env": "TOKEN=a\n",
                ".env.example": "TOKEN=\n",
            },
            fixed_files={".dockerignore": ".env\n.dockerignore\n"},
            on_page=True,
        ),
        Example(
            bad="FROM golang:1.25 AS build\nCOPY . /src\nRUN go build",
            fixed="FROM golang:1.25 AS build\nCOPY . /src\nRUN go build",
            files={
                "certs/server.key": _KEY,
                "api/.env": "TOKEN=1\n",
                ".dockerignore": "docs",
            },
            fixed_files={".dockerignore": "docs\n**/.env\ncerts/server.key\n"},
        ),
        Example(
            bad="COPY home/ /root/",
            fixed="COPY home/ /root/",
            files={
                "home/.ssh/deploy": "",
                "home/.ssh/known_hosts": "",
                "home/.npmrc": "//r/:_authToken=abc\n",
            },
            fixed_files={".dockerignore": "home/.npmrc\nhome/.ssh\n.dockerignore\n"},
        ),
        # Without the key, nothing of this COPY is left to serve
        Example(
            bad="COPY ./certs/* /certs/",
            files={"certs/server.key": _KEY, "certs/server.crt": "", **_IGNORE},
        ),
        Example(
            bad="COPY . /app\nCOPY ./certs/* /certs/",
            files={"certs/server.key": _KEY, "certs/server.crt": "", **_IGNORE},
        ),
        Example(
            bad="COPY deploy /deploy",
            files={"deploy/deploy.key": _KEY, "deploy/deploy.pub": "", **_IGNORE},
        ),
        Example(good="COPY .env.example /app/.env"),
        Example(
            good="COPY . /app", files={".env.dev-sample": "A=1\n", "b": "", **_IGNORE}
        ),
        Example(good="COPY . /app"),
        Example(
            good="COPY . /app",
            files={
                ".env": "A=1\n",
                ".dockerignore": ".env\nDockerfile\n.dockerignore\n",
            },
        ),
        Example(
            good="COPY . /app\nRUN pytest",
            files={
                "ca.pem": "-----BEGIN CERTIFICATE-----\n",
                "tests/server.key": _KEY,
                **_IGNORE,
            },
        ),
        Example(
            good="COPY . /app",
            files={
                "package.json": "{}",
                ".env.production": "VITE_API=/api\n",
                **_IGNORE,
            },
        ),
        Example(
            good="COPY . /app",
            files={
                "web/.env": "# shown in the page\nVITE_API=/api\nexport VITE_KEY='a'\n",
                "web/.env.production": "A=1\n",
                "web/package.json": "{}",
                "api/.env.template": "TOKEN=a\n",
                "api/.env": "TOKEN=\nDEBUG=1\nAUTH_METHOD=cookie\nKEY_FILE=/run/key\n"
                "CLASS=shop.Production\n",
                ".dockerignore": "Dockerfile\n.dockerignore\n",
            },
        ),
        Example(
            good="COPY . /app",
            files={".npmrc": "//npm.example.org/:_authToken=${NPM_TOKEN}\n", **_IGNORE},
        ),
        Example(good="COPY ssh/.ssh/authorized_keys ssh/.ssh/deploy.pub /root/.ssh/"),
        Example(good="RUN --mount=type=secret,id=env,target=/app/.env ./configure"),
        Example(
            good="FROM golang:1.25 AS build\nFROM debian:trixie-slim\n"
            "COPY --from=build /etc/.env /app/"
        ),
    ),
)
