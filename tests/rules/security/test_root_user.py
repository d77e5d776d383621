"""What shows that a program writes beside its code, so that its user must own the directory."""

from __future__ import annotations

import time

import pytest

from lightship.build import Build
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.rules.security.root_user.program_writes import (
    owned_by_program,
    written_beside,
)

HEAD = "FROM python:3.13-slim\nWORKDIR /app\n"


def build(source: str, dockerfile: str = HEAD, path: str = "app/main.py") -> Build:
    return Build(
        parse(f"{dockerfile}COPY . .\nCMD python main.py\n"), Context.of({path: source})
    )


@pytest.mark.parametrize(
    "line",
    [
        'open("x.txt", "w")',
        'open(path, mode="ab")',
        "with open(os.path.join('uploads', name), 'w') as file:",
        "Path('x').open('a')",
        "Path(name).write_text(text)",
        'sqlite3.connect("orders.db")',
        'URL = "sqlite:///./orders.db"',
        'URL = "sqlite+aiosqlite:///orders.db"',
        'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}',
        "os.makedirs(UPLOADS, exist_ok=True)",
        "Path('uploads').mkdir()",
        'logging.FileHandler("app.log")',
        'frame.to_csv("out.csv")',
        'figure.savefig("out.png")',
        'app.config["UPLOAD_FOLDER"] = "uploads"',
        'MEDIA_ROOT = BASE_DIR / "media"',
    ],
)
def test_writes_beside_its_code(line):
    assert written_beside(build(line))


@pytest.mark.parametrize(
    "line",
    [
        'open("x.txt")',
        'open("x.txt", "r")',
        'open("x.txt", encoding="utf-8")',
        'open("/tmp/x.txt", "w")',
        'sqlite3.connect(":memory:")',
        'sqlite3.connect("/data/orders.db")',
        'URL = "sqlite:////data/orders.db"',
        'URL = "sqlite://"',
        'os.makedirs("/tmp/x")',
        "user.save()",
        "image.save(data, kind)",
    ],
)
def test_writes_nothing_or_elsewhere(line):
    assert not written_beside(build(line))


@pytest.mark.parametrize(
    "path",
    ["tests/test_main.py", "docs/conf.py", "setup.py", "conftest.py", "app/data.bin"],
)
def test_what_the_program_does_not_run_shows_nothing(path):
    assert not written_beside(build('open("x", "w")', path=path))


def test_the_environment_may_name_the_file():
    assert written_beside(build("", f"{HEAD}ENV DATABASE_URL=sqlite:///orders.db\n"))


def test_nothing_is_known_without_a_context():
    assert not written_beside(Build(parse(f"{HEAD}COPY . .\n")))


@pytest.mark.parametrize(
    ("runs", "owned"),
    [
        ("", []),
        ("RUN mkdir -p /data uploads", ["/data", "/app/uploads"]),
        ("RUN mkdir /etc/app /usr/share/app /root/.ssh", []),
        ("RUN mkdir /code\nCOPY src /code/", []),
        ("RUN mkdir /app", []),
        ("RUN mkdir $DATA '/a b'", []),
    ],
)
def test_directories_that_are_made_and_left_empty(runs, owned):
    assert owned_by_program(build("", f"{HEAD}{runs}\n")) == owned


def test_the_working_directory_comes_first():
    assert owned_by_program(build("open('x', 'w')", f"{HEAD}RUN mkdir /data\n")) == [
        "/app",
        "/data",
    ]


@pytest.mark.parametrize(
    "dockerfile",
    [
        "FROM python:3.13-slim\n",
        f"{HEAD}RUN python manage.py migrate\n",
        f"{HEAD}RUN flask db upgrade\n",
    ],
)
def test_no_user_could_write_there(dockerfile):
    assert owned_by_program(build("sqlite3.connect('x')", dockerfile)) is None


@pytest.mark.parametrize(
    "text",
    [
        "open(" * 40_000,
        "open(" + "," * 190_000,
        "open(x," * 27_000,
        "open(" + "(x)" * 60_000,
    ],
)
def test_long_lines_are_read_fast(text):
    start = time.process_time()
    written_beside(build(text))
    owned_by_program(build(text))
    assert time.process_time() - start < 1
