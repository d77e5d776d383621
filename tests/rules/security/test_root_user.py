"""What shows that a program writes beside its code, so that its user must own the directory."""

from __future__ import annotations

import time

import pytest

from lightship.build import Build, MountedVolume, RepositoryFacts
from lightship.builds.discover import discover
from lightship.builds.workspace import Workspace
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection
from lightship.rules.security.root_user.program_writes import (
    owned_by_program,
    written_beside,
)

RULE = next(rule for rule in all_rules() if rule.id == "root-user")
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


def whole(body: str, files=None) -> Build:
    text = f"{HEAD}{body}\n"
    if files is None:
        return Build(parse(text), path="Dockerfile")
    files = {"Dockerfile": text, **files}
    definition, *_ = discover(Workspace.of(files)).builds
    return Build(
        parse(text), Context.of(files), path="Dockerfile", volumes=definition.volumes
    )


def users_of(body: str, files=None) -> list[str]:
    """The lines that the fix of this rule alone adds or changes."""
    before = whole(body, files)
    after = fix(before, RuleSelection((RULE,)), UNSAFE).text
    old = before.dockerfile.text.split("\n")
    return [line for line in after.split("\n") if line not in old]


COPY = "COPY . ."
START = 'CMD ["python", "main.py"]'


@pytest.mark.parametrize(
    "body",
    [
        # HOME stays root's
        f"ENV HOME=/opt/deploy/bbot\n{COPY}\n{START}",
        # Images that hand their files out
        f'{COPY}\nENTRYPOINT ["mv", "/app/dist/", "/artifacts"]',
        f'{COPY}\nCMD ["sh", "-c", "cp -r /app/dist/* /out"]',
        # Closed to others
        f"{COPY}\nRUN chmod u+x start\nCMD exec ./start",
        f"{COPY}\nRUN chmod 744 start\nCMD exec ./start",
        f"{COPY}\nRUN chmod u+x bin/*\nCMD exec bin/start",
        f"{COPY}\nRUN chmod -R 700 /app\n{START}",
        f"COPY --chmod=700 . .\n{START}",
        # `uv run` installs at the start what the build left out
        f'{COPY}\nRUN uv sync --no-dev\nCMD ["uv", "run", "main.py"]',
        # Below /root
        f"RUN mkdir /root/.aws\n{COPY}\n{START}",
        f"RUN echo 'c = 1' > /root/.jupyter/config.py\n{COPY}\n{START}",
        f"RUN cat settings > ~/.x/settings\n{COPY}\n{START}",
        f"RUN python -m nltk.downloader punkt\n{COPY}\n{START}",
        f"RUN python -c 'SentenceTransformer(\"a\")'\n{COPY}\n{START}",
        f"RUN huggingface-cli download acme/model\n{COPY}\n{START}",
        f"{COPY}\nRUN python download_models.py\n{START}",
        # Raw packets
        f"RUN apt-get update && apt-get install -y tcpdump\n{COPY}\n{START}",
        # It compiles its pages when it starts
        f"{COPY}\nCMD [ -d alembic ] && reflex db migrate; reflex run --env prod",
        # Caches beside the sources
        f'FROM node:24-slim\nWORKDIR /app\n{COPY}\nCMD ["npx", "react-scripts", "start"]',
        # Places that others write to as well
        f'{COPY}\nCMD ["gunicorn", "a:b", "--pid", "/run/app.pid"]',
    ],
)
def test_no_user_where_the_image_shows_that_it_needs_root(body):
    assert users_of(body) == []


@pytest.mark.parametrize(
    "files",
    [
        {"action.yml": "runs:\n  using: 'docker'\n  image: Dockerfile\n"},
        {"README.md": "docker run -v $PWD/cache:/root/.cache acme/khoj\n"},
        {"README.md": "    docker run -ti -v c:/Users/me/sets:/datasets acme/odm\n"},
        {"README.md": "docker run \\\n  -v $(pwd)/out:/app/out -p 80:80 acme/odm\n"},
        {"settings.py": 'MEDIA_ROOT = "/media"\n'},
        {"settings.py": 'LOGGING = {"filename": "/var/log/app.log"}\n'},
        {
            "compose.yaml": "services:\n  app:\n    build: .\n    volumes:\n"
            "      - ~/.khoj:/root/.khoj\n"
        },
        {
            "compose.yaml": "services:\n  app:\n    build: .\n    volumes:\n"
            "      - khoj:/root/.khoj\n"
        },
        {
            "compose.yaml": "services:\n  app:\n    build: .\n    volumes:\n"
            "      - ./data:/data\n"
        },
        {
            "compose.yaml": "services:\n  app:\n    build: .\n    volumes:\n"
            "      - /var/run/docker.sock:/var/run/docker.sock\n"
        },
    ],
)
def test_no_user_where_files_beside_it_show_that_it_needs_root(files):
    assert users_of(f"{COPY}\n{START}", {"main.py": "", **files}) == []


def test_no_user_where_a_script_starts_a_development_server():
    body = f'FROM node:24-slim\nWORKDIR /app\n{COPY}\nCMD ["npm", "start"]'
    scripts = {"package.json": '{"scripts": {"start": "react-scripts start"}}'}
    assert users_of(body, scripts) == []
    scripts = {"package.json": '{"scripts": {"start": "node server.js"}}'}
    assert users_of(body, scripts)


def test_no_user_where_a_file_is_executable_for_its_owner_alone():
    text = f'{HEAD}{COPY}\nCMD ["./start.sh"]\n'
    files = {"start.sh": "#!/bin/sh\nexec python main.py\n"}
    for mode, is_offered in ((0o744, False), (0o755, True)):
        context = Context.of(files, modes={"start.sh": mode})
        build = Build(parse(text), context, path="Dockerfile")
        fixed = fix(build, RuleSelection((RULE,)), UNSAFE).text
        assert ("USER" in fixed) is is_offered


@pytest.mark.parametrize(
    ("body", "files", "command"),
    [
        # A mode that somebody chose stays
        (
            f"RUN mkdir -p -m 700 /data\n{COPY}\n{START}",
            None,
            "chown 10001:10001 /data",
        ),
        (
            f"RUN mkdir -p /data && chmod 2777 /data\n{COPY}\n{START}",
            None,
            "chown 10001:10001 /data",
        ),
        # Places for data that ENV and the start command name
        (
            f"ENV HUGGINGFACE_HUB_CACHE=/data\n{COPY}\n{START}",
            None,
            "install -d -o 10001 -g 10001 /data",
        ),
        (
            f"ENV ARCHIVE_PATH=/data\n{COPY}\n{START}",
            {
                "main.py": "",
                "compose.yaml": "services:\n  app:\n    build: .\n    volumes:\n"
                "      - archive:/data\n",
            },
            "install -d -o 10001 -g 10001 /data",
        ),
        (
            f'{COPY}\nCMD ["gunicorn", "a:b", "--log-file", "/var/log/gunicorn/a.log"]',
            None,
            "install -d -o 10001 -g 10001 /var/log/gunicorn",
        ),
        (
            f"{COPY}\n{START}",
            {"settings.py": 'DATABASES = {"NAME": "/data/db.sqlite3"}\n'},
            "install -d -o 10001 -g 10001 /data",
        ),
        # twistd writes its PID there
        (
            f'{COPY}\nCMD ["twistd", "-ny", "buildbot.tac"]',
            None,
            "install -d -o 10001 -g 10001 /app",
        ),
        # celery beat keeps its schedule in the working directory
        (
            f"{COPY}\nCMD celery -A app worker -B",
            None,
            "install -d -o 10001 -g 10001 /app",
        ),
    ],
)
def test_the_user_gets_the_places_that_the_program_writes_to(body, files, command):
    assert any(line.endswith(f"&& {command}") for line in users_of(body, files))


@pytest.mark.parametrize(
    "body",
    [
        f'{COPY}\nRUN uv sync\nCMD ["uv", "run", "main.py"]',
        f'{COPY}\nRUN uv sync --no-dev\nCMD ["uv", "run", "--no-sync", "main.py"]',
        f"{COPY}\nRUN chmod +x start\nCMD exec ./start",
        f"ENV HF_HOME=/models\nRUN hf download acme/model\n{COPY}\n{START}",
        f"RUN python -m nltk.downloader -d /usr/share/nltk_data punkt\n{COPY}\n{START}",
        f"RUN rm -rf /root/.cache\n{COPY}\n{START}",
        f"ENV APP_HOME=/app PYTHONPATH=/app/lib\n{COPY}\n{START}",
    ],
)
def test_a_user_where_nothing_speaks_against_it(body):
    assert any(line.startswith("USER ") for line in users_of(body))


@pytest.mark.parametrize(
    "words",
    [
        "-v $PWD:/app",
        "-v $(pwd)/conf:/conf:ro",
        "-v data:/data",
        "--volume ./settings.toml:/app/settings.toml",
    ],
)
def test_mounts_of_the_readme_that_need_no_root(words):
    files = {"main.py": "", "README.md": f"Run it: docker run {words} acme/app\n"}
    assert users_of(f"{COPY}\n{START}", files)


def test_sources_that_compose_mounts_for_development_are_read():
    compose = (
        "services:\n  app:\n    build: .\n    volumes:\n      - .:/app\n"
        "      - ./settings.toml:/app/settings.toml\n      - ./conf:/conf:ro\n"
        "      - /app/node_modules\n  db:\n    image: postgres:18\n    volumes:\n"
        "      - ./db:/var/lib/postgresql\n"
    )
    assert users_of(f"{COPY}\n{START}", {"main.py": "", "compose.yaml": compose})


def test_volumes_of_the_services_that_are_built_here():
    compose = (
        "services:\n  app:\n    build: {context: ., dockerfile: Dockerfile}\n"
        "    volumes:\n      - data:/data/\n      - type: bind\n        source: ./x\n"
        "        target: /x\n      - type: tmpfs\n        target: /t\n"
        "  other:\n    build: ./other\n    volumes: ['./y:/y']\n"
    )
    build = whole(f"{COPY}\n{START}", {"compose.yaml": compose})
    assert build.volumes == (MountedVolume("/data", False), MountedVolume("/x", True))


@pytest.mark.parametrize(
    "text", ["services: [", "services: 1", "a: &a [*a]", "\0build volumes"]
)
def test_a_compose_file_that_cannot_be_read_says_nothing(text):
    files = {"compose.yaml": f"{text}\n# build volumes\n"}
    assert whole(COPY, files).volumes == ()


@pytest.mark.parametrize(
    "text",
    [
        "FROM acme/base:1\nCMD python app.py\n",
        "FROM acme/base:1\nUSER root\nRUN make install\n",
    ],
)
def test_the_user_of_a_base_that_the_project_builds_is_set_there(text):
    assert list(RULE.check(Build(parse(text))))
    own = RepositoryFacts(images=frozenset(("acme/base",)))
    assert not list(RULE.check(Build(parse(text), repository=own)))


@pytest.mark.parametrize(
    ("text", "contexts"),
    [
        ("ARG BASE=acme/base:1\nFROM $BASE\nCMD python app.py\n", ()),
        ("FROM base\nCMD python app.py\n", ("base",)),
        ("FROM base\nCMD python app.py\n", ()),
    ],
)
def test_nothing_is_guessed_of_a_base_that_the_build_passes(text, contexts):
    build = Build(parse(text), contexts=frozenset(contexts))
    assert not list(RULE.check(build))


def test_an_image_without_a_program_is_worked_in_whoever_its_user_is():
    text = "FROM debian:13\nUSER root\nRUN make install\n"
    assert not list(RULE.check(Build(parse(text))))
    assert list(RULE.check(Build(parse(f'{text}CMD ["/app"]\n'))))
