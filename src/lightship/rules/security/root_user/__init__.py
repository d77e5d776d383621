"""The container runs as root

## What it does
Finds images whose program runs as root.

The rule looks at the last USER of the final stage and of the stages that it starts from. Without
any USER it knows which images run as another user by themselves, or start as root and drop it, as
the servers of databases do. For an unknown base image it is only a note, and nothing is said where
the project builds that image itself or passes its whole name. The rule is silent in examples, and
for a command-line tool that people run on their own files (`docker run --rm -v $PWD:/work tool`, or
a command of the project's package that ENTRYPOINT starts alone): those belong to the caller; and
where a compose file mounts the sources over the image, and another Dockerfile beside it is for
deployment (`Dockerfile.prod`). It is silent as well where the image starts no program of its own,
because others then start from it or work in it, also where all of ENTRYPOINT is a script that
prepares the shell for `exec "$@"`, where all that it starts is to copy its files to where others
find them (`cp -r /build/. /srv`), where the start command must be root, or changes the user itself
(`gosu`, `su-exec`, `setpriv`, `uid` of uWSGI), also in a script that it calls or that changes the
user, for an action of GitHub, which must run as root, for an add-on of Home Assistant, whose /data
belongs to root, for a function of AWS Lambda (`awslambdaric`), which runs as a user of its own,
where it works with the socket of Docker, as Traefik, Portainer and their like do, the network, the
devices or the logins of its host, where a comment says that USER is left out and a manifest runs it
as the user to whom `chown` gives files (`runAsUser`), where every `docker run` of the repository
passes the caller's user (`--user $(id -u)`), where all that builds it are services of compose with
a `user:` of their own, where the project's own code becomes another user (`os.setuid`) or does what
only root may (`mount`, `modprobe`, `chroot`, `tc` or `os.chown` in what is started), and where a
comment says that the container runs as root on purpose.

## Why is this bad?
An intruder who takes over a process of root is root in the container: they can change every file
of the image, install tools, and are one kernel bug, one mount or one socket away from the host.
Kubernetes refuses such an image where `runAsNonRoot` asks for it.

## Fix safety
The fix creates a user with a fixed number, 10001, which no user of the host is likely to have,
and writes the number: Kubernetes cannot tell from a name that it is not root. The user is made
before the sources are copied, so that an edit does not make it again; USER comes after the last
step that needs root. A user that the Dockerfile has created or used already is used
instead. The new user has a home directory, because many programs write caches there.

All other files stay with root, so that the program cannot change its own code, unless its sources
write beside them, by a path such as `"app.log"`, or keep a SQLite file there. Then the working
directory and what is copied into it belong to the user too; so do directories that a RUN creates
and nothing fills.

It is unsafe, and offered only where all that the program writes is known:

- the base image is one of Python, uv, Debian, Ubuntu or Alpine, and RUN does no more than install
  packages and arrange files: nothing below /root, no program of which nothing is known;
- what is started is a Python server such as gunicorn, celery, or a Python file of the build
  context, by itself or by a script that does nothing else; `uv run` only with `--no-sync`;
- all Python files of the build context can be read, are readable for all, and import only
  the standard library and packages known to write nothing by themselves, such as Flask or
  SQLAlchemy;
- they start no programs, and write to relative paths and below /tmp only, none of them computed;
- ENV, the start command and settings name no other place for data, no log, no database file;
- no port below 1024: Docker opens those to all users since 20.10, Kubernetes may not;
- nothing in the repository mounts a volume into its containers, gives them a device or a
  capability, or builds upon the image: no compose file, manifest, manual or script. What root has
  written to a volume before is closed to another user.

Elsewhere the same change is a choice that `fix` does not make by itself, unless something is known
to need root. Find out what the program writes, create a user, and give it that directory with
`install -d -o 10001 DIRECTORY` before USER, not with `chown -R` of everything, which stores every
file again.

## When to ignore
Ignore it where the program must be root, such as one that manages the host.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.facts.users.accounts import Account, shipped_accounts
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.rules.security.root_user.known_program import is_known
from lightship.rules.security.root_user.root_run import RootRun, root_run
from lightship.rules.security.root_user.user_edits import plan
from lightship.text import Edit, Span

_UNPROVEN = "Run as a user with a fixed number; check first what the program writes"


def check(build: Build) -> Iterator[Finding]:
    run = root_run(build)
    if run is None:
        return
    edits = plan(build) if run.sure else ()
    fix: Fix | None = None
    choices: tuple[Fix, ...] = ()
    if edits and is_known(build):
        fix = Fix("Run as a user with a fixed number", edits, Safety.UNSAFE)
    elif edits:
        choices = (Fix(_UNPROVEN, edits, Safety.MANUAL),)

    severity = None if run.sure else Severity.INFO
    place = _place(build, run)
    yield Finding(place, _message(build, run, edits), fix, severity, choices)


def _place(build: Build, run: RootRun) -> Span:
    """The user that the last USER names, or the image that the final stage starts from."""
    stage = build.lineage[-1]
    line, word = stage.from_, stage.base
    if run.step is not None:
        line = run.step.instruction
        word = line.args[0] if line.args else word
    return on_first_line(build.dockerfile, line, word.span)


def _message(build: Build, run: RootRun, edits: Sequence[Edit]) -> str:
    if not run.sure:
        return "no USER is set, so the container runs as root unless the base image says otherwise"
    if run.step is not None:
        return "the container runs as root: the last USER is root"
    made = shipped_accounts(build)
    if len(made) != 1 or not _uses(edits, made[0]):
        return "the container runs as root: set USER to another user"

    account = made[0]
    line = build.dockerfile.lines.line(account.call.command.span.start)
    return (
        f"the container runs as root, although line {line} creates {account.name}: "
        f"add USER {account.text}"
    )


def _uses(edits: Sequence[Edit], account: Account) -> bool:
    """Whether the fix ends with the USER that the Dockerfile makes itself."""
    use = f"USER {account.text}"
    return any(edit.text.rstrip().endswith(use) for edit in edits)


_CMD = 'CMD ["python3", "app.py"]'
_APP = {"app.py": "print(1)\n"}

RULE = Rule(
    id="root-user",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    production_only=True,
    aliases=(
        "DL3002",
        "DS-0002",
        "AVD-DS-0002",
        "CKV_DOCKER_3",
        "CKV_DOCKER_8",
        "CIS-DI-0001",
        "semgrep/missing-user",
        "semgrep/missing-user-entrypoint",
        "semgrep/last-user-is-root",
        "parfum/DL3002",
    ),
    practice=Practice.SECURITY,
    missed={"words-in-args": "who passes the whole name of a base knows its user"},
    examples=(
        Example(
            files=_APP,
            bad=f"FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n\nEXPOSE 8000\n{_CMD}",
            fixed="FROM python:3.13-slim\nWORKDIR /app\n"
            "RUN groupadd --gid 10001 app && useradd --uid 10001 --gid app --create-home app\n"
            "COPY . .\n\n"
            f"USER 10001:10001\n\nEXPOSE 8000\n{_CMD}",
        ),
        # A paragraph with a comment of its own stays one
        Example(
            files=_APP,
            bad="FROM python:3.13-slim\nWORKDIR /app\n\n# The application\nCOPY . .\n\n"
            f"# Starts it\n{_CMD}",
            fixed="FROM python:3.13-slim\nWORKDIR /app\n\n"
            "RUN groupadd --gid 10001 app && useradd --uid 10001 --gid app --create-home app\n\n"
            f"# The application\nCOPY . .\n\nUSER 10001:10001\n\n# Starts it\n{_CMD}",
        ),
        Example(
            files=_APP,
            bad="FROM alpine:3.22\nRUN apk add --no-cache python3\nCOPY app.py .\n"
            f"# Starts it\n{_CMD}",
            fixed="FROM alpine:3.22\nRUN apk add --no-cache python3\n"
            "RUN addgroup -g 10001 app && adduser -D -u 10001 -G app app\nCOPY app.py .\n"
            f"USER 10001:10001\n# Starts it\n{_CMD}",
        ),
        # No edit of the sources makes the user again; what it writes to is there later
        Example(
            files=_APP,
            bad="FROM python:3.13-slim\nWORKDIR /app\nCOPY requirements.txt .\n"
            "RUN pip install -r requirements.txt\n\n# The sources\nCOPY . .\n"
            f"RUN python -m compileall . && mkdir /data\n{_CMD}",
            fixed="FROM python:3.13-slim\nWORKDIR /app\nCOPY requirements.txt .\n"
            "RUN pip install -r requirements.txt\n\n"
            "RUN groupadd --gid 10001 app && useradd --uid 10001 --gid app --create-home app\n\n"
            "# The sources\nCOPY . .\nRUN python -m compileall . && mkdir /data\n"
            f"RUN install -d -o 10001 -g 10001 /data\nUSER 10001:10001\n{_CMD}",
        ),
        # It writes beside its code, and to a directory that was made for it
        Example(
            bad="FROM python:3.13-slim\nWORKDIR /app\nRUN mkdir -p /data/in /code\nCOPY . .\n"
            f"{_CMD}",
            fixed="FROM python:3.13-slim\nWORKDIR /app\nRUN mkdir -p /data/in /code\n"
            "RUN groupadd --gid 10001 app && useradd --uid 10001 --gid app --create-home app "
            "&& install -d -o 10001 -g 10001 /app /data/in /code\n"
            f"COPY --chown=10001:10001 . .\nUSER 10001:10001\n{_CMD}",
            files={"app.py": "import sqlite3\nsqlite3.connect('orders.db')\n"},
        ),
        Example(
            bad="FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nRUN python manage.py migrate\n"
            f"{_CMD}",
            files={
                "settings.py": "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3'}}\n"
            },
        ),
        Example(
            bad='FROM scratch\nCOPY --from=build /server /\nENTRYPOINT ["/server"]',
        ),
        Example(
            bad='FROM gcr.io/distroless/python3-debian12\nCOPY . /\nCMD ["/app.py"]',
        ),
        Example(
            files=_APP,
            bad=f"RUN useradd --uid 10002 shop\nCOPY . .\n{_CMD}",
            fixed=f"RUN useradd --uid 10002 shop\nCOPY . .\nUSER 10002\n{_CMD}",
        ),
        Example(
            files=_APP,
            bad=f"USER 10001\nCOPY . .\nUSER root\nRUN apt-get update\n{_CMD}",
            fixed=f"USER 10001\nCOPY . .\nUSER root\nRUN apt-get update\nUSER 10001\n{_CMD}",
        ),
        Example(
            files=_APP,
            bad=f"COPY . .\nUSER app\nUSER 0:0\n{_CMD}",
            fixed=f"COPY . .\nUSER app\nUSER app\n{_CMD}",
        ),
        # What it writes is not known
        Example(bad=f"FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n{_CMD}"),
        Example(
            bad=f"FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n{_CMD}",
            files={"app.py": "import pathlib\npathlib.Path(name).write_text(text)\n"},
        ),
        Example(
            bad=f"FROM debian:13 AS base\nUSER root\nFROM base\n{_CMD}\nVOLUME /data"
        ),
        Example(bad="RUN pip install --user flask\nCMD flask run"),
        # Poetry and Pipenv install below /root, unless they are told otherwise
        Example(
            bad="FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nRUN pipenv install --deploy\n"
            f"{_CMD}"
        ),
        Example(
            files=_APP,
            bad="FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n"
            f"RUN pipenv install --system --deploy\n{_CMD}",
            fixed="FROM python:3.13-slim\nWORKDIR /app\n"
            "RUN groupadd --gid 10001 app && useradd --uid 10001 --gid app --create-home app\n"
            "COPY . .\nRUN pipenv install --system --deploy\n"
            f"USER 10001:10001\n{_CMD}",
        ),
        Example(
            files=_APP,
            bad="FROM python:3.13-slim\nWORKDIR /app\n"
            "RUN poetry config virtualenvs.create false\nCOPY . .\n"
            f"RUN poetry install\n{_CMD}",
            fixed="FROM python:3.13-slim\nWORKDIR /app\n"
            "RUN groupadd --gid 10001 app && useradd --uid 10001 --gid app --create-home app\n"
            "RUN poetry config virtualenvs.create false\nCOPY . .\n"
            "RUN poetry install\n"
            f"USER 10001:10001\n{_CMD}",
        ),
        Example(
            bad='COPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]',
            files={"entrypoint.sh": "chown app /data\n/server\n"},
        ),
        Example(bad='FROM example.com/base\nCMD ["/app"]'),
        Example(good=f"COPY . /app\nUSER 10001:10001\n{_CMD}"),
        Example(good="RUN ./install-python.sh"),
        Example(
            good='RUN ./install-python.sh\nENTRYPOINT ["docker-entrypoint.sh"]\nCMD ["python3"]'
        ),
        Example(good=f"FROM debian:13 AS base\nUSER 10001\nFROM base\n{_CMD}"),
        Example(
            good="FROM debian:13 AS build\nUSER root\nRUN ./build\n"
            'FROM debian:13-slim\nCOPY --from=build /app /app\nUSER 10001\nCMD ["/app/server"]'
        ),
        Example(good=f"ARG APP_USER\nUSER $APP_USER\n{_CMD}"),
        Example(good='FROM gcr.io/distroless/static:nonroot\nCMD ["/app"]'),
        Example(good="FROM postgres:18\nCOPY init.sql /docker-entrypoint-initdb.d/"),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends gosu "
            "&& rm -rf /var/lib/apt/lists/*\n"
            'COPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]'
        ),
        Example(
            good='COPY run.sh /\nCMD ["/run.sh"]',
            files={
                "run.sh": "#!/bin/sh\nexec setpriv --reuid=10001 /app\n",
                ".dockerignore": "Dockerfile\n",
            },
        ),
        # All that it does needs root
        Example(
            good='COPY own.sh /\nENTRYPOINT ["/own.sh"]',
            files={"own.sh": '#!/bin/sh\nset -e\nchown -R 1000 "$@"\n'},
        ),
        Example(good='CMD ["/usr/sbin/sshd", "-D"]'),
        Example(good='USER root\nCMD ["/usr/sbin/cron", "-f"]'),
        # Its user says what is started
        Example(
            good='COPY env.sh /\nENTRYPOINT ["/env.sh"]',
            files={
                "env.sh": "#!/bin/bash\n. /opt/conda/etc/profile.d/conda.sh\n"
                'conda activate py313\nexec "$@"\n'
            },
        ),
        # Cron runs the jobs of all users
        Example(
            good='COPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]',
            files={"entrypoint.sh": "#!/bin/sh\ncron\nexec /server --foreground\n"},
        ),
    ),
)
