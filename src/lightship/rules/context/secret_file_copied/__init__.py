"""COPY copies a file with secrets into the image

## What it does
Finds COPY instructions that copy `.env`, private keys, `.netrc`, `.pypirc`, `.npmrc` with a
token, and directories such as `.ssh` and `.aws`.

The rule goes by names, and by content where a name is not enough: a `.pem` file counts where it
contains a private key. Samples (`.env.example`) and files of tests are left alone, and so are
`.env.production` and similar files beside a package.json, which are meant to be public there, and a
`.env` in which no variable looks like a secret by its name or value, or is one that goes into the
page (`VITE_…`, `NEXT_PUBLIC_…`) or that everybody may know (`SENTRY_DSN`), or in which the values
are placeholders (`YOUR_KEY`), paths, test keys that a vendor publishes, or defaults that everybody
guesses (`POSTGRES_PASSWORD=postgres`, `1234`, the name of the user, also in addresses), a `.pypirc`
without a password, and a `.htpasswd` whose login a README or a comment gives to everybody. One that
is not in the repository is left alone in a stage that is not shipped, where the sources read
variables of their pages. So are keys of certificates for `localhost` and other names that no host
of the internet has (`shop.local`, `example.com`, a single word such as `CN=postgres`), keys that a
script makes by `openssl req -x509`, keys below `templates`, keys of a directory that a README calls
examples, and keys that MANIFEST.in names, that the code reads and that are data of a Python
package, or for development by name. A symbolic link in a copied directory stays a link, without
the content. Files for development (`.env.dev`, `dev.key`) and images for development or tests are
left alone, but not `.env.local`, where many keep real keys.

## Why is this bad?
Anyone with the image can read its layers, even if a later instruction removes the file. Such files
belong to the place where the container runs, not into the image. In a stage that is not shipped
only the build cache keeps them, which is a note, unless the final stage copies them too. A build
that needs one can use `RUN --mount=type=secret`.

## Fix safety
The fix adds the file to `.dockerignore`. It is unsafe: a program may read the file at run time.
There is none where COPY names the file itself or a directory that is there for such files, such
as `certs`, where code beside a key or its settings name it or its directory, where the start
command chooses it
(`--env=docker` loads `.env.docker`), nor where the build reads its version from git, which would
miss a tracked file.

## When to ignore
Ignore it where the file contains no real secret.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from posixpath import basename, dirname

from lightship.build import Build
from lightship.context.secret_files import is_for_work
from lightship.evaluation.copies import Copying, Operand
from lightship.facts.context.generated_ignore import is_generated
from lightship.facts.context.git_questions import reads_history
from lightship.facts.context.ignore_edits import ignore_edit
from lightship.facts.context.takings import alike
from lightship.facts.copies.sources import names_directory
from lightship.facts.stages.final_image import is_for_development
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.record import record
from lightship.rules.context.secret_file_copied.example_keys import are_examples
from lightship.rules.context.secret_file_copied.needed_secrets import (
    KEYS,
    are_packaged,
    are_public,
    are_read,
    is_chosen_at_start,
    is_loaded,
    is_named,
)
from lightship.rules.context.secret_file_copied.page_variables import (
    reads_public_variables,
)
from lightship.rules.context.secret_file_copied.published_logins import are_published
from lightship.rules.context.secret_file_copied.secret_lines import (
    by_name,
    meant_lines,
    secrets_among,
    taken_files,
)
from lightship.rules.context.secret_file_copied.shipped_copies import (
    is_built,
    is_shipped,
)
from lightship.wording.lists import listed


@record
class _SecretCopy:
    """A source of a COPY, the paths of the secrets that it takes, and what keeps them out."""

    copying: Copying
    source: Operand
    paths: Collection[str]
    fix: Fix | None
    choices: tuple[Fix, ...]


def check(build: Build) -> Iterator[Finding]:
    if is_for_development(build):
        return

    found = list(_copies(build))
    in_image: set[str] = set()
    for copy in found:
        if is_shipped(build, copy.copying):
            in_image.update(copy.paths)
    for copy in found:
        if _is_of_final(build, copy) or not in_image.issuperset(copy.paths):
            yield _finding(build, copy)


def _is_of_final(build: Build, copy: _SecretCopy) -> bool:
    """Whether what it takes is in the image, or in one that starts from it: `ONBUILD COPY`."""
    stage = build.dockerfile.stage_of(copy.copying.instruction)
    return stage in build.lineage or is_shipped(build, copy.copying)


def _copies(build: Build) -> Iterator[_SecretCopy]:
    """Each source of a COPY that takes secrets, in a stage that is built."""
    groups = alike(build.copyings())
    named = {path for path, *_ in groups}
    taken = {key: taken_files(build, copies) for key, copies in groups.items()}
    meant = meant_lines(build, taken)
    for key, copies in groups.items():
        path, files = key[0], taken[key]
        secrets = secrets_among(build, path, files or by_name(build, path))
        paths = secrets.values()
        if not secrets or _opens_nothing(build, paths):
            continue

        fix = None
        choices: tuple[Fix, ...] = ()
        is_fixable = files and meant.isdisjoint(secrets)
        if is_fixable and not _is_needed(build, paths):
            fix = _fix(build, list(secrets), named)
        if fix is not None and is_loaded(build, paths):
            choices = (replace(fix, safety=Safety.MANUAL),)
            fix = None
        for copying, source in copies:
            if not files and _is_for_pages(build, copying, path):
                continue
            if is_built(build, copying):
                yield _SecretCopy(copying, source, paths, fix, choices)


def _opens_nothing(build: Build, paths: Collection[str]) -> bool:
    """Whether all of the files are for work, examples, or public anyway."""
    if all(map(_is_for_work, paths)):
        return True
    are_keys = all(path.endswith(KEYS) for path in paths)
    if are_keys and (are_examples(build, paths) or are_packaged(build, paths)):
        return True
    if are_published(build, paths):
        return True
    return are_read(build, paths) and are_public(build, paths)


def _is_for_work(path: str) -> bool:
    """Whether a file is for work on the project, and hardly holds what opens more than that."""
    return is_for_work(path) and not path.endswith(".local")


def _is_needed(build: Build, paths: Collection[str]) -> bool:
    """Whether something is seen that would miss the files in the image or in the build."""
    if are_read(build, paths) or is_chosen_at_start(build, paths):
        return True
    return is_named(build, paths) or _is_directory_read(build, paths)


def _is_directory_read(build: Build, paths: Collection[str]) -> bool:
    """Whether the program reads all that lies in the directory of a key, by its name."""
    keys = [path for path in paths if path.endswith(KEYS)]
    names = {basename(dirname(path)) for path in keys} - {""}
    return any(names_directory(build, name) for name in names)


def _is_for_pages(build: Build, copying: Copying, path: str) -> bool:
    """Whether a `.env` that is not there yet holds what a build writes into its pages."""
    if basename(path) != ".env" or build.context is None:
        return False
    if is_shipped(build, copying):
        return False
    return build.once(reads_public_variables)


def _finding(build: Build, copy: _SecretCopy) -> Finding:
    paths, span = copy.paths, copy.source.word.span
    what = "it" if len(paths) == 1 else "them"
    names = listed(paths)
    if is_shipped(build, copy.copying):
        message = f"copies {names} into the image, where anyone can read {what}"
        return Finding(span, message, copy.fix, choices=copy.choices)

    # Who builds the image has the files anyway
    message = f"copies {names} into this stage, and the build cache keeps {what}"
    return Finding(span, message, copy.fix, Severity.INFO, copy.choices)


def _fix(build: Build, lines: list[str], named: set[str]) -> Fix | None:
    """None where COPY names one of them: the build would fail."""
    if build.context is None or reads_history(build, build.context):
        return None

    endings = tuple(f"/{line.removeprefix('**/')}" for line in lines)
    if any(f"/{path}".endswith(endings) for path in named):
        return None
    if is_generated(build):
        return None
    edits = ignore_edit(build.context, lines)
    return Fix(f"Exclude {listed(lines)}", edits, Safety.UNSAFE)


_IGNORE = {".dockerignore": "Dockerfile\n.dockerignore\n"}
_BODY = "MIIEowIBAAKCAQEAx1Y0b9q2" * 4
_KEY = f"-----BEGIN RSA PRIVATE KEY-----\n{_BODY}\n-----END RSA PRIVATE KEY-----\n"

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
