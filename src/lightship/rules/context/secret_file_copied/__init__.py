"""COPY copies a file with secrets into the image

## What it does
Finds COPY instructions that copy `.env`, private keys, `.netrc`, `.pypirc`, `.npmrc` with a
token, and directories such as `.ssh` and `.aws`.

The rule goes by names, and by content where a name is not enough: a `.pem` file counts where it
contains a private key. Samples (`.env.example`) and files of tests are left alone, and so are
`.env.production` and similar files beside a package.json, which are meant to be public there, and
a `.env` in which no variable looks like a secret by its name or value, or is one that goes into
the page (`VITE_…`, `NEXT_PUBLIC_…`), or in which the values are placeholders (`YOUR_KEY`), paths
or defaults that everybody guesses (`POSTGRES_PASSWORD=postgres`), and a `.pypirc` without a
password. One that is not in the repository is left alone in a stage that is not shipped, where the
sources read variables of their pages. So are keys of certificates for `localhost` and other names
that no host of the internet has (`shop.local`, `example.com`), keys that a script makes by `openssl
req -x509`, keys below `templates`, keys of a directory that a README calls examples, and keys that
the code reads and that are data of a Python package, or for development by name. A symbolic link in
a copied directory stays a link, without the content. Files for development (`.env.dev`, `dev.key`)
and images for development or tests are left alone, but not `.env.local`, where many keep real keys.

## Why is this bad?
Anyone with the image can read its layers, even if a later instruction removes the file. Such
files belong to the place where the container runs, not into the image. In a stage that is not
shipped only the build cache keeps them, which is a note. A build that needs one can
use `RUN --mount=type=secret`.

## Fix safety
The fix adds the file to `.dockerignore`. It is unsafe: a program may read the file at run time.
There is none where COPY names the file itself or a directory that is there for such files, such
as `certs`, where code beside a key or its settings name it, where the start command chooses it
(`--env=docker` loads `.env.docker`), nor where the build reads its version from git, which would
miss a tracked file.

## When to ignore
Ignore it where the file contains no real secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from posixpath import basename, dirname
from re import IGNORECASE

from lightship.build import Build
from lightship.context.files import Context, File, FileKind
from lightship.context.needless import secret
from lightship.context.secret_files import is_for_work
from lightship.context.wildcards import has_wildcards
from lightship.evaluation.copies import Copying, Operand
from lightship.evaluation.paths import and_above, in_workdir
from lightship.evaluation.stages import reachable
from lightship.facts.context.generated_ignore import is_generated
from lightship.facts.context.ignore_edits import ignore_edit
from lightship.facts.context.needless_files import reads_history
from lightship.facts.context.takings import Key, alike, files_of
from lightship.facts.copies.stage_copies import stage_copies
from lightship.facts.stages.final_image import is_for_development
from lightship.facts.start.purpose import start_commands
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.regex import regex
from lightship.rules.context.secret_file_copied.example_keys import are_examples
from lightship.rules.context.secret_file_copied.page_variables import (
    reads_public_variables,
)
from lightship.wording.lists import listed


def check(build: Build) -> Iterator[Finding]:
    if is_for_development(build):
        return
    groups = alike(build.copyings())
    named = {path for path, *_ in groups}
    taken = {key: _files(build, given) for key, given in groups.items()}
    wanted = _wanted(build, taken)
    built = _built(build)
    for key, given in groups.items():
        path, files = key[0], taken[key]
        secrets = _secrets(build, path, files or _by_name(build, path))
        if not secrets or all(map(_is_for_work, secrets.values())):
            continue

        paths = secrets.values()
        if all(path.endswith(_KEYS) for path in paths) and are_examples(build, paths):
            continue
        are_read = _are_read(build, secrets)
        if are_read and _are_public(build, secrets):
            continue
        lines = list(secrets)
        fix = None
        is_kept = are_read or _is_chosen_at_start(build, secrets)
        is_fixable = files and wanted.isdisjoint(lines) and not is_kept
        is_needed = _is_named(build, secrets) or _is_loaded(build, secrets)
        if is_fixable and not is_needed:
            fix = _fix(build, lines, named)
        for copying, source in given:
            stage = build.dockerfile.stage_of(copying.instruction)
            if not files and _is_for_pages(build, copying, path):
                continue
            if stage is None or stage.index in built:
                message = _message(build, copying, secrets)
                # Who builds the image has the files anyway
                is_shipped = _is_shipped(build, copying)
                severity = None if is_shipped else Severity.INFO
                yield Finding(source.word.span, message, fix, severity)


def _is_for_work(path: str) -> bool:
    """Whether a file is for work on the project, and hardly holds what opens more than that."""
    return is_for_work(path) and not path.endswith(".local")


def _built(build: Build) -> frozenset[int]:
    """The numbers of the stages that the image needs: no other one is built."""
    final = build.final
    if final is None:
        return frozenset()
    return reachable(build.evaluation.graph, [final])


def _message(build: Build, copying: Copying, secrets: Mapping[str, str]) -> str:
    what = "it" if len(secrets) == 1 else "them"
    names = listed(secrets.values())
    if _is_shipped(build, copying):
        return f"copies {names} into the image, where anyone can read {what}"
    return f"copies {names} into this stage, and the build cache keeps {what}"


def _is_shipped(build: Build, copying: Copying) -> bool:
    """Whether the final image has what is copied."""
    return copying.instruction in build.shipped or _is_handed_on(build, copying)


def _is_for_pages(build: Build, copying: Copying, path: str) -> bool:
    """Whether a `.env` that is not there yet holds what a build writes into its pages."""
    if basename(path) != ".env" or build.context is None:
        return False
    if _is_shipped(build, copying):
        return False
    return build.once(reads_public_variables)


def _is_handed_on(build: Build, copying: Copying) -> bool:
    """Whether the final image takes the directory that the files were copied to."""
    target = copying.destination.value
    before = copying.before
    if target is None or before is None:
        return False
    stage = build.dockerfile.stage_of(copying.instruction)
    if stage is None:
        return False
    handed_on = build.once(_handed_on)
    place = in_workdir(before.workdir, target)
    return any((stage.index, path) in handed_on for path in and_above(place))


def _handed_on(build: Build) -> frozenset[tuple[int, str]]:
    """What the final image takes: a path, and the number of each stage that it may be from."""
    paths: set[tuple[int, str]] = set()
    for copy in stage_copies(build):
        if copy.copying.instruction in build.shipped:
            stages = build.lineage_of(copy.origin)
            paths.update((stage.index, copy.source) for stage in stages)
    return frozenset(paths)


def _are_read(build: Build, secrets: Mapping[str, str]) -> bool:
    """Whether code names a key, so that it reads it.

    Code in the directory of the key, or the one above, says its name; settings elsewhere its path.
    """
    context = build.context
    if context is None:
        return False
    keys = [path for path in secrets.values() if path.endswith(_KEYS)]
    if not keys:
        return False
    code = build.once(_code)
    settings = [file for file in code if _SETTINGS.search(file.path)]
    for path in keys:
        folders = (dirname(path), dirname(dirname(path)))
        near = [file for file in code if dirname(file.path) in folders]
        if _any_names(context, near, basename(path)):
            return True
        if "/" in path and _any_names(context, settings, path):
            return True
    return False


def _any_names(context: Context, code: Sequence[File], name: str) -> bool:
    return any(name in (context.read(file.path) or "") for file in code[:_MOST_FILES])


def _is_named(build: Build, secrets: Mapping[str, str]) -> bool:
    """Whether a RUN works on the files or their directory, or another Dockerfile copies them."""
    names = set(secrets.values())
    names |= {dirname(path) for path in names}
    names -= {"", *and_above(build.path or "")}
    for call in build.commands():
        for word in call.command.args:
            if any(name in word.text for name in names):
                return True
    return any(name in text for text in _other_dockerfiles(build) for name in names)


def _is_loaded(build: Build, secrets: Mapping[str, str]) -> bool:
    """Whether the program reads its settings from a `.env` of the image, as dotenv does."""
    context = build.context
    names = map(basename, secrets.values())
    if context is None or not any(name.startswith(".env") for name in names):
        return False
    code = build.once(_code)[:_MOST_FILES]
    return any(_DOTENV.search(context.read(file.path) or "") for file in code)


def _other_dockerfiles(build: Build) -> Iterator[str]:
    """The texts of those that may be built in the same context, with the same ignore file."""
    context = build.context
    if context is None:
        return
    for file in context.files:
        if file.path != build.path and _DOCKERFILE.search(file.name):
            yield context.read(file.path) or ""


def _is_chosen_at_start(build: Build, secrets: Mapping[str, str]) -> bool:
    """Whether a word of the start command is the end of the name of a `.env.docker`."""
    endings = {
        basename(path).removeprefix(".env.")
        for path in secrets.values()
        if basename(path).startswith(".env.")
    }
    if not endings:
        return False
    values = [value or "" for item in start_commands(build) for value in item.values]
    words = {word for value in values for word in _BETWEEN_WORDS.split(value)}
    return not endings.isdisjoint(words)


def _are_public(build: Build, secrets: Mapping[str, str]) -> bool:
    """Whether keys that the program reads are data of a Python package: anyone can install it."""
    context = build.context
    if context is None:
        return False
    paths = secrets.values()
    return all(context.exists(f"{dirname(path)}/__init__.py") for path in paths)


def _by_name(build: Build, path: str) -> tuple[File, ...]:
    """Without a context, or where nothing of that name is there yet, the name itself is all there
    is.
    """
    ignored = build.context is not None and build.context.ignore.matches(path)
    return () if ignored else (File(path),)


def _code(build: Build) -> tuple[File, ...]:
    context = build.context
    if context is None:
        return ()
    return tuple(file for file in context.sent if file.name.endswith(_CODE))


def _secrets(build: Build, source: str, files: tuple[File, ...]) -> dict[str, str]:
    """The lines of an ignore file that would keep the secrets among `files` out.

    Each has the path of the first file that it is for; a directory stands for its files.
    """
    secrets: dict[str, str] = {}
    for file in files:
        if file.kind is FileKind.SYMLINK and file.path != source:
            continue  # only what a COPY names itself is followed
        line = secret(build.context, file)
        if line is None:
            continue
        path = file.path if line.startswith("**/") else line
        secrets.setdefault(line, path)
    return secrets


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
            lines.update(_secrets(build, path, files))
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
    if is_generated(build):
        return None
    edits = ignore_edit(build.context, lines)
    return Fix(f"Exclude {listed(lines)}", edits, Safety.UNSAFE)


# Directories of keys and certificates, and what stands in them beside keys
_FOR_SECRETS = regex(
    r"\.?(?:certs?|certificates?|keys?|ssl|tls|pki|secrets?)", IGNORECASE
)
_PUBLIC = (".crt", ".cer", ".pem", ".pub", ".csr", ".ca-bundle")
_KEYS = (".key", ".pem", ".p8", ".ppk", ".p12", ".pfx")
_CODE = (".py", ".js", ".mjs", ".cjs", ".ts", ".go", ".rb")
_SETTINGS = regex(r"(?:settings|config)[\w-]*(?:/[^/]+)?\.\w+$")
_BETWEEN_WORDS = regex(r"[\s=:,/'\"]+|\.env\.")
_MOST_FILES = 200

_DOTENV = regex(r"\bdotenv\b|load_dotenv|\benv_file\s*=")
_DOCKERFILE = regex(r"(?i)^dockerfile|\.dockerfile$")

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
