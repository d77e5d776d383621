"""COPY copies a file with secrets into the image

## What it does
Finds COPY instructions that copy `.env`, private keys, `.netrc`, `.pypirc`, `.npmrc` with a
token, and directories such as `.ssh` and `.aws`.

The rule goes by names, and by content where a name is not enough: a `.pem` file counts where it
contains a private key. Samples (`.env.example`) and files of tests are left alone, and so are
`.env.production` and similar files beside a package.json, which are meant to be public there, and a
`.env` in which no variable looks like a secret by its name or value, or is one that goes into the
page (`VITE_…`, `NEXT_PUBLIC_…`) or that everybody may know (`SENTRY_DSN`), or in which the values
are placeholders (`YOUR_KEY`), paths, words with a number (`bike-forecast-472820`), test keys that a
vendor publishes, or defaults that everybody guesses (`POSTGRES_PASSWORD=postgres`, `1234`, the name
of the user, also in addresses, four letters for a database or a server on `localhost`, or the words
of the name again, as in `SITE_API_SECRET=site_secret`), a `.pypirc` without a password, and a
`.htpasswd` whose login a README or a comment gives to everybody. One that is not in the repository
is left alone in a stage that is not shipped, where the sources read variables of their pages. So
are keys of certificates for `localhost` and other names that no host of the internet has
(`shop.local`, `example.com`, a single word such as `CN=postgres`, `127.0.0.1`), task definitions of
ECS in `.aws`, keys that a script makes by `openssl req -x509`, keys below `templates`, keys of a
directory that a README calls examples, and keys that MANIFEST.in names, that the code reads and
that are data of a Python package, or for development by name. A symbolic link in a copied directory
stays a link, without the content. Files for development (`.env.dev`, `dev.key`) and images for
development or tests are left alone, but not `.env.local`, where many keep real keys.

## Why is this bad?
Anyone with the image can read its layers, even if a later instruction removes the file. Such files
belong to the place where the container runs, not into the image. In a stage that is not shipped
only the build cache keeps them, which is a note, unless the final stage copies them too. A build
that needs one can use `RUN --mount=type=secret`.

## Fix safety
The fix adds the file to `.dockerignore`. It is unsafe: a program may read the file at run time.
There is none where COPY names the file itself or a directory that is there for such files, such
as `certs`, where code beside a key or its settings name it or its directory, where settings, a
script, compose or an instruction name the place that it has in the image, where the start command
chooses it (`--env=docker` loads `.env.docker`), nor where the build reads its version from git,
which would miss a tracked file.

## When to ignore
Ignore it where the file contains no real secret.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.context.takings import alike
from lightship.facts.stages.final_image import is_for_development
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.rules.context.secret_file_copied.secret_lines import (
    by_name,
    secrets_among,
    taken_files,
)


def check(build: Build) -> Iterator[Finding]:
    if is_for_development(build):
        return

    groups = alike(build.copyings())
    taken = {key: taken_files(build, copies) for key, copies in groups.items()}
    secrets = {
        key: secrets_among(build, key[0], files or by_name(build, key[0]))
        for key, files in taken.items()
    }
    if not any(secrets.values()):
        return
    # Few Dockerfiles copy any
    from lightship.rules.context.secret_file_copied.secret_copies import (  # noqa: PLC0415
        secret_findings,
    )

    yield from secret_findings(build, groups, taken, secrets)


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
