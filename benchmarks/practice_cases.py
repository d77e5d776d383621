"""Small builds that each break one practice; `practices.py` measures what its fix brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

REQUIREMENTS = (
    "fastapi==0.115.12\nuvicorn[standard]==0.34.2\nsqlalchemy==2.0.40\nhttpx==0.28.1\n"
)
APP = """from fastapi import FastAPI

app = FastAPI()


@app.get("/health")
def health():
    return {"ok": True}
"""
PROJECT = {
    "requirements.txt": REQUIREMENTS,
    "main.py": APP,
    ".dockerignore": "Dockerfile\n.dockerignore\n",
}
SERVE = 'CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]\n'


@dataclass(frozen=True)
class Case:
    """A Dockerfile with its context, and the rules whose fixes are made.

    `after` is the Dockerfile to compare with where no rule writes it. `edit` are files and what they become for a
    rebuild. `big` are files of that many bytes. `stop` says that it is a server to be started and stopped.
    """

    name: str
    rules: Sequence[str]
    dockerfile: str
    files: Mapping[str, str] = field(default_factory=lambda: PROJECT)
    big: Mapping[str, int] = field(default_factory=dict)
    edit: Mapping[str, str] = field(default_factory=dict)
    build_args: Sequence[str] = ()
    rebuild_args: Sequence[str] = ()
    stop: bool = False


CASES = (
    Case(
        "recommended packages and lists",
        ("apt-recommends", "apt-lists-kept"),
        "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y build-essential libpq-dev git\n",
    ),
    Case(
        "the lists alone",
        ("apt-lists-kept",),
        "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y --no-install-recommends libpq5\n",
    ),
    Case(
        "sources before dependencies: an edit of the code",
        ("sources-before-dependencies",),
        "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nRUN pip install --no-cache-dir -r requirements.txt\n"
        + SERVE,
        edit={"main.py": APP + "\n# edited\n"},
    ),
    Case(
        "build tools in the final image",
        ("build-tools-in-final-stage",),
        "FROM python:3.13-slim\n"
        "RUN apt-get update && apt-get install -y --no-install-recommends build-essential libpq-dev"
        " && rm -rf /var/lib/apt/lists/*\n"
        "WORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY main.py .\n"
        + SERVE,
        files={**PROJECT, "requirements.txt": REQUIREMENTS + "psycopg2==2.9.10\n"},
    ),
    Case(
        "chown -R behind COPY",
        ("ownership-changed-after-copy",),
        "FROM python:3.13-slim\nRUN useradd --uid 10001 --no-log-init app\nWORKDIR /app\nCOPY . /app/\n"
        "RUN chown -R app:app /app\nUSER 10001\n",
        big={"model.bin": 50_000_000},
    ),
    Case(
        "no .dockerignore",
        ("needless-files-copied",),
        "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n",
        files={
            "main.py": APP,
            ".git/HEAD": "ref: refs/heads/main\n",
            ".venv/pyvenv.cfg": "home = /usr/bin\n",
        },
        big={
            ".git/objects/pack/pack-1.pack": 30_000_000,
            ".venv/lib/python3.13/site-packages/one.so": 40_000_000,
        },
    ),
    Case(
        "an entry point without exec: docker stop",
        ("entrypoint-without-exec",),
        "FROM python:3.13-slim\nWORKDIR /app\nCOPY requirements.txt main.py ./\n"
        'RUN pip install --no-cache-dir -r requirements.txt\nCOPY --chmod=755 start.sh /\nENTRYPOINT ["/start.sh"]\n'
        'CMD ["uvicorn", "main:app", "--port", "8000"]\n',
        files={**PROJECT, "start.sh": '#!/bin/sh\nset -e\necho starting\n"$@"\n'},
        stop=True,
    ),
    Case(
        "no cache mount: a new dependency",
        ("cache-mount-missing", "cache-mount-unused"),
        "FROM python:3.13-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n",
        edit={"requirements.txt": REQUIREMENTS + "orjson==3.10.16\n"},
    ),
    Case(
        "the commit's number before the installs: the next commit",
        ("early-changing-variable",),
        "FROM python:3.13-slim\nARG GIT_COMMIT=none\nENV GIT_COMMIT=$GIT_COMMIT\nWORKDIR /app\nCOPY requirements.txt .\n"
        "RUN pip install --no-cache-dir -r requirements.txt\nCOPY main.py .\n" + SERVE,
        build_args=("GIT_COMMIT=1",),
        rebuild_args=("GIT_COMMIT=2",),
    ),
    Case(
        "an archive that is copied, unpacked and removed",
        ("removed-in-later-layer",),
        "FROM python:3.13-slim\nCOPY data.bin /tmp/data.bin\nRUN cp /tmp/data.bin /opt/data.bin && rm /tmp/data.bin\n",
        big={"data.bin": 20_000_000},
    ),
)
