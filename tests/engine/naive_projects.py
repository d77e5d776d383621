"""Three programs with the Dockerfiles that people write first, and those that a careful person makes of them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from engine.projects import PROJECTS

NOT_SENT = ".git\n.venv\n**/__pycache__\nDockerfile\n.dockerignore\n*.sql\n"
USER = "RUN useradd --uid 10001 --create-home app\n"


@dataclass(frozen=True)
class NaiveProject:
    """`files` by their paths, with the first Dockerfile; `by_hand` is the one that they might become."""

    files: dict[str, str]
    by_hand: str
    edit: str

    def write(self, folder: Path, *, by_hand: bool = False) -> Path:
        """The project on a developer's machine, in a repository of git."""
        files = {**self.files, ".venv/lib/left_over.py": "x = 1\n" * 200_000}
        if by_hand:
            files |= {"Dockerfile": self.by_hand, ".dockerignore": NOT_SENT}
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
            who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
            subprocess.run(["git", *who, *command], cwd=folder, check=True)
        return folder


def _django() -> dict[str, str]:
    folder = PROJECTS / "django-static"
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    texts = {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in paths
    }
    texts.pop("project.toml")
    return {name: text for name, text in texts.items() if "__pycache__" not in name}


FASTAPI = NaiveProject(
    files={
        "Dockerfile": """\
FROM python:3.13
WORKDIR /app
COPY . .
RUN apt-get update && apt-get install -y curl build-essential
RUN pip install -r requirements.txt
EXPOSE 8000
CMD uvicorn main:app --host 0.0.0.0 --port 8000
""",
        "main.py": """\
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def root() -> dict[str, str]:
    return {"hello": "world"}


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}
""",
        "requirements.txt": "fastapi==0.115.6\nuvicorn==0.34.0\n",
        "shop.sql": "insert into orders values (1, 'lamp');\n" * 200_000,
    },
    by_hand=f"""\
FROM python:3.13-slim
WORKDIR /app
{USER}COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
USER 10001
EXPOSE 8000
CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]
""",
    edit="main.py",
)
DJANGO = NaiveProject(
    files=_django(),
    by_hand=f"""\
FROM python:3.13-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /code
{USER}COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
RUN python manage.py collectstatic --noinput
USER 10001
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "site_.wsgi:application"]
""",
    edit="shop/views.py",
)
PSYCOPG = NaiveProject(
    files={
        "Dockerfile": """\
FROM python:3.13
WORKDIR /app
COPY . .
RUN apt-get update && apt-get install -y gcc libpq-dev libjpeg-dev zlib1g-dev
RUN pip install -r requirements.txt
EXPOSE 8000
CMD ["python", "main.py"]
""",
        "main.py": """\
import io
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2
from PIL import Image


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        picture = io.BytesIO()
        Image.new("RGB", (8, 8)).save(picture, "JPEG")
        has_database = psycopg2.extensions.libpq_version() > 0
        text = f"{has_database} {len(picture.getvalue()) > 0}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


ThreadingHTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
""",
        "requirements.txt": "psycopg2==2.9.10\npillow==11.0.0\n",
    },
    by_hand=f"""\
FROM python:3.13-slim AS build
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

FROM python:3.13-slim
WORKDIR /app
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*
{USER}COPY --from=build /opt/venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY . .
USER 10001
EXPOSE 8000
CMD ["python", "main.py"]
""",
    edit="main.py",
)
