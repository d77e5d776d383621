"""What shows that a program writes beside its code, so that its user must own the directory."""

from __future__ import annotations

import time

import pytest
from judged import found, said

from lightship.build import Build
from lightship.builds.discover import discover
from lightship.builds.workspace import Workspace
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.lint.examples import build_of
from lightship.lint.finding import Safety
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection
from lightship.repository_facts import MountedVolume, RepositoryFacts
from lightship.rules.security.root_user.program_writes import (
    owned_by_program,
    written_beside,
)
from lightship.rules.security.root_user.project_signs import is_run_as_root
from lightship.rules.security.root_user.source_writes import (
    SourceWrites,
    source_writes,
)

RULE = next(rule for rule in all_rules() if rule.id == "root-user")
HEAD = "FROM python:3.13-slim\nWORKDIR /app\n"
COPY = "COPY . ."
START = 'CMD ["python", "main.py"]'


def build(source: str, dockerfile: str = HEAD, path: str = "app/main.py") -> Build:
    return Build(
        parse(f"{dockerfile}COPY . .\nCMD python main.py\n"), Context.of({path: source})
    )


@pytest.mark.parametrize(
    "line",
    [
        'open("x.txt", "w")',
        'open(\n    "x.txt",\n    mode="ab",\n)',
        'sqlite3.connect("orders.db")',
        'URL = "sqlite:///./orders.db"',
        'URL = "sqlite+aiosqlite:///orders.db"',
        'os.makedirs("uploads", exist_ok=True)',
        'logging.FileHandler("app.log")',
        'logging.basicConfig(filename="app.log")',
    ],
)
def test_writes_beside_its_code(line):
    assert source_writes(build(line)) == SourceWrites(is_known=True, is_beside=True)
    assert written_beside(build(line))


@pytest.mark.parametrize(
    "line",
    [
        'open("x.txt")',
        "open(path)",
        'open("x.txt", "r")',
        'open("x.txt", encoding="utf-8")',
        'open("/tmp/x.txt", "w")',
        "path.open()",
        'zipped.open("name")',
        'URL = "sqlite://"',
        'os.makedirs("/tmp/x")',
        "user.save()",
        "form.save(commit=False)",
        'text.replace("a", "b")',
        "session.exec(query)",
        "logger.add(sys.stderr)",
        "import flask, sqlalchemy.orm as orm\nfrom . import other\nfrom app.main import x",
        "port = 8000",
    ],
)
def test_writes_nothing(line):
    assert source_writes(build(line)) == SourceWrites(is_known=True)


@pytest.mark.parametrize(
    "line",
    [
        # Paths that are computed, or lie elsewhere
        'open(path, "wb")',
        "open(path, mode)",
        'open(\n    join(dirname(abspath(__file__)), "a"),\n    mode="w",\n)',
        "with open(os.path.join('uploads', name), 'w') as file:\n    pass",
        'open("../x.txt", "w")',
        'open("/data/x.txt", "w")',
        "Path('x').open('a')",
        "Path(name).write_text(text)",
        "path.rename(other)",
        "path.replace(other)",
        "os.remove(name)",
        "os.makedirs(UPLOADS, exist_ok=True)",
        'sqlite3.connect("/data/orders.db")',
        'URL = "sqlite:////data/orders.db"',
        'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}',
        'LOGGING = {"class": "logging.handlers.RotatingFileHandler"}',
        'frame.to_csv("out.csv")',
        'figure.savefig("out.png")',
        "image.save(target)",
        'logger.add("app.log")',
        'app.config["UPLOAD_FOLDER"] = "uploads"',
        'MEDIA_ROOT = BASE_DIR / "media"',
        "photo = models.ImageField()",
        'tempfile.mkstemp(dir="x")',
        # Other programs, and code that cannot be read here
        "import subprocess",
        "import shutil",
        "os.system(line)",
        "exec(code)",
        "importlib.import_module(name)",
        # Packages of which nothing is known
        "import chromadb",
        "from huggingface_hub import snapshot_download",
        # What only root may open or bind
        'Client("unix:///var/run/docker.sock")',
        "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
        "app.run(host=host, port=80)",
        'os.environ.get("PORT", 443)',
        "def f(:",
    ],
)
def test_what_is_written_is_not_known(line):
    assert not source_writes(build(line)).is_known


def test_sources_that_cannot_be_read_are_not_known():
    text = f"{HEAD}COPY . .\n{START}"
    assert not source_writes(Build(parse(text))).is_known
    assert not source_writes(Build(parse(text), Context.of({"a.txt": ""}))).is_known
    files = {f"m{number}.py": "" for number in range(301)}
    assert not source_writes(Build(parse(text), Context.of(files))).is_known
    closed = Context.of({"main.py": ""}, modes={"main.py": 0o600})
    assert not source_writes(Build(parse(text), closed)).is_known


@pytest.mark.parametrize(
    "path",
    ["tests/test_main.py", "setup.py", "conftest.py", "app/data.bin"],
)
def test_what_the_program_does_not_run_shows_nothing(path):
    source = Context.of({"main.py": "", path: "Path(name).write_text(text)"})
    text = f"{HEAD}COPY . .\n{START}"
    assert source_writes(Build(parse(text), source)).is_known


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
    files = {"Dockerfile": text, "main.py": "print(1)\n", **(files or {})}
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
        # Places for data, which may be volumes
        f"ENV HUGGINGFACE_HUB_CACHE=/data\n{COPY}\n{START}",
        f'{COPY}\nCMD ["gunicorn", "a:b", "--log-file", "/var/log/gunicorn/a.log"]',
        # Ports that only root may bind in some clusters
        f"EXPOSE 80\n{COPY}\n{START}",
        f"{COPY}\nCMD gunicorn --bind=0.0.0.0:443 main:app",
        # Programs and steps of which nothing is known
        f'{COPY}\nCMD ["server"]',
        f'{COPY}\nENTRYPOINT ["python", "main.py"]',
        f"{COPY}\nRUN ./setup.sh\n{START}",
        f"{COPY}\nRUN curl https://example.com/install.sh | sh\n{START}",
        f'{COPY}\nRUN uv sync\nCMD ["uv", "run", "main.py"]',
        f"{COPY}\nCMD pip install -r extra.txt && python main.py",
        f"{COPY}\nCMD python main.py > /app/log.txt",
        f"FROM tiangolo/meinheld-gunicorn:python3.9\n{COPY}\n{START}",
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
        {"README.md": "docker run -v data:/data acme/app\n"},
        {
            "docs/run.md": "FROM acme/app\n",
            "Makefile": "x:\n\tdocker run --privileged a\n",
        },
        {"deploy/app.yaml": "spec:\n  volumeMounts:\n  - mountPath: /data\n"},
        {"fly.toml": '[mounts]\nsource = "data"\n'},
        {
            "other/compose.yaml": "services:\n  a:\n    image: acme/a\n    volumes:\n      - d:/d\n"
        },
        {"compose.yaml": "services:\n  app:\n    build: .\n    cap_add: [NET_ADMIN]\n"},
        {"logging.ini": "[handler_file]\nclass=FileHandler\n"},
        {"settings.py": 'DATABASES = {"NAME": "/data/db.sqlite3"}\n'},
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


def test_a_step_of_python_is_known_however_it_is_written():
    install = f"RUN python -I -m pip install flask\nRUN python -mcompileall .\n{COPY}\n{START}"
    assert "USER" in " ".join(users_of(install))
    collected = f"{COPY}\nRUN python -u manage.py collectstatic\n{START}"
    assert "USER" in " ".join(users_of(collected))
    assert users_of(f"RUN python -I -m nltk.downloader punkt\n{COPY}\n{START}") == []


def test_no_user_where_a_file_is_executable_for_its_owner_alone():
    text = f'{HEAD}{COPY}\nCMD ["./start.sh"]\n'
    files = {"start.sh": "#!/bin/sh\nexec python main.py\n", "main.py": ""}
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
        f'{COPY}\nRUN uv sync --no-dev\nCMD ["uv", "run", "--no-sync", "main.py"]',
        f"{COPY}\nRUN chmod +x main.py\nCMD exec python main.py",
        f"RUN rm -rf /root/.cache\n{COPY}\n{START}",
        f"ENV APP_HOME=/app PYTHONPATH=/app/lib\n{COPY}\n{START}",
        f"EXPOSE 8000\n{COPY}\nCMD gunicorn --bind :8000 main:app",
        f'{COPY}\nENTRYPOINT ["fastapi", "run", "--port", "5000", "main.py"]',
        f'{COPY}\nCMD ["python", "-m", "main"]',
    ],
)
def test_a_user_where_nothing_speaks_against_it(body):
    assert any(line.startswith("USER ") for line in users_of(body))


def test_sources_that_compose_mounts_for_development_are_read():
    compose = (
        "services:\n  app:\n    build: .\n    volumes:\n      - .:/app\n"
        "      - ./settings.toml:/app/settings.toml\n      - ./conf:/conf:ro\n"
        "      - /app/node_modules\n  db:\n    image: postgres:18\n    volumes:\n"
        "      - ./db:/var/lib/postgresql\n"
    )
    files = {"compose.yaml": compose}
    assert users_of(f"{COPY}\n{START}", files)
    # What is written there belongs to a user of the host
    assert not users_of(f"{COPY}\n{START}", {"main.py": "open('a', 'w')", **files})
    # A tool that writes migrations among the sources
    tools = {"requirements.txt": "flask\naerich==0.6.3\n", **files}
    assert not users_of(f"{COPY}\n{START}", tools)
    assert users_of(f"{COPY}\n{START}", {"requirements.txt": "flask\n", **files})


def test_no_user_where_a_service_keeps_a_schedule_beside_the_program():
    compose = "services:\n  app:\n    build: .\n    command: celery -A app {}\n"
    for words, is_offered in (("worker", True), ("beat -l info", False)):
        files = {"compose.yaml": compose.format(words)}
        assert bool(users_of(f"{COPY}\n{START}", files)) is is_offered


def test_no_user_for_an_image_that_others_build_upon():
    files = {"Dockerfile": "", "main.py": "", "README.md": "    FROM acme/app:1\n"}
    text = f"{HEAD}{COPY}\n{START}\n"
    own = RepositoryFacts(frozenset({"docker.io/acme/app"}))
    for repository, is_offered in ((RepositoryFacts(), True), (own, False)):
        build = Build(
            parse(text), Context.of(files), path="Dockerfile", repository=repository
        )
        fixed = fix(build, RuleSelection((RULE,)), UNSAFE).text
        assert ("USER" in fixed) is is_offered


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


@pytest.mark.parametrize(
    "text",
    [
        "# docker run -v /var/run/docker.sock:/var/run/docker.sock tutor\n",
        "RUN apt-get update && apt-get install -y docker-ce-cli\n",
        "COPY --from=docker:29-cli /usr/local/bin/docker /usr/local/bin/\n",
        "RUN apt-get update && apt-get install -y wireguard-tools\n",
    ],
)
def test_a_container_that_works_on_its_host_is_root(text):
    start = 'CMD ["python3", "app.py"]\n'
    assert list(RULE.check(Build(parse(f"FROM python:3.13-slim\n{start}"))))
    build = Build(parse(f"FROM python:3.13-slim\n{text}{start}"))
    assert not list(RULE.check(build))


def test_the_socket_of_docker_that_compose_mounts_is_for_root():
    volume = MountedVolume("/var/run/docker.sock", from_host=True)
    text = 'FROM python:3.13-slim\nCMD ["python3", "app.py"]\n'
    assert not list(RULE.check(Build(parse(text), volumes=(volume,))))


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("client = DockerClient.from_env()", 0),
        ("client = docker.from_env()", 0),
        ("client = shop.from_env()", 1),
    ],
)
def test_a_program_that_talks_to_the_engine_needs_its_socket(line, count):
    text = 'FROM python:3.13-slim\nCOPY app.py .\nCMD ["python3", "app.py"]\n'
    made = Build(parse(text), Context.of({"app.py": f"import docker\n{line}\n"}))
    assert len(list(RULE.check(made))) == count


def test_a_database_image_with_a_user_of_its_own_needs_none():
    text = 'FROM {}:8.0\nCOPY my.cnf /etc/my.cnf\nCMD ["mysqld"]\n'
    own = text.format("percona/percona-server")
    assert not list(RULE.check(Build(parse(own))))
    unknown = text.format("acme/percona-server")
    assert list(RULE.check(Build(parse(unknown))))


PYTHON = "FROM python:3.13-slim\n"
SCRIPT = 'COPY start.sh /\nCMD ["/start.sh"]'


@pytest.mark.parametrize(
    "comment",
    [
        "# The container will be running in root (easy for rootless deployments)",
        "# Using 'root' inside the container.",
        "# This runs as root on purpose",
        "# The program needs root to manage the host",
        "# It must be root",
    ],
)
def test_a_comment_that_says_that_root_is_meant_silences_the_rule(comment):
    assert said("root-user", f"{comment}\n{PYTHON}CMD python app.py") == []


@pytest.mark.parametrize(
    "comment",
    [
        "# Do not run as root",
        "# TODO: stop running as root",
        "# Run as root to install packages",
        "# Make sure we build as the root user.",
        "# We don't need root",
        "# Runs as non-root",
    ],
)
def test_a_comment_that_says_something_else_of_root_does_not(comment):
    assert said("root-user", f"{comment}\n{PYTHON}CMD python app.py")


def test_an_image_whose_work_is_to_change_owners_must_be_root():
    text = 'FROM alpine:3.24\nCOPY own.sh /usr/local/bin/own\nENTRYPOINT ["own"]'
    script = '#!/bin/sh\nset -e\nfor path in $@; do\n  chown -R 1000 "$path"\ndone\n'
    assert said("root-user", text, {"own.sh": script}) == []
    assert said("root-user", text, {"own.sh": f"{script}python3 app.py\n"})


@pytest.mark.parametrize(
    ("command", "is_silent"),
    [
        ('["sh", "-c", "mkdir -p /srv && rm -rf /srv/* && cp -r /build/. /srv"]', True),
        ('["cp", "-r", "/build/.", "/srv"]', True),
        ("cp -n /app/default.ini /data/ && exec python app.py", False),
        ('["mkdir", "/srv"]', False),
    ],
)
def test_an_image_that_only_fills_a_volume_writes_to_what_is_roots(command, is_silent):
    found_ = said("root-user", f"FROM alpine:3.24\nCOPY . /build\nCMD {command}\n")
    assert (found_ == []) is is_silent


def test_a_shell_to_work_in_may_be_the_one_of_root():
    text = "FROM example.org/base:1\nUSER root\nRUN make\n"
    assert said("root-user", f"{text}CMD /bin/bash\n") == []
    assert said("root-user", f"{text}CMD /app/serve\n")
    # What starts is not known: a program of the base image
    assert said("root-user", text)


def test_a_script_that_gets_another_name_is_read_too():
    text = f"{PYTHON}COPY own.sh /usr/local/bin/own\nCMD own && python app.py"
    [item] = found("root-user", text, {"own.sh": "#!/bin/sh\nchown app /data\n"})
    assert item.finding.fix is None


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        ("useradd -r app", False),
        ("useradd -r -m app", True),
        ("useradd app && mkdir /home/app", True),
        ("adduser --disabled-password app", True),
    ],
)
def test_a_user_without_a_home_cannot_start_what_keeps_a_cache_there(make, expected):
    text = f"FROM python:3.13\nRUN {make}\nCOPY app.py /\n{SCRIPT}"
    files = {"app.py": "", "start.sh": "#!/bin/sh\nexec uv run --no-sync app.py\n"}
    [item] = found("root-user", text, files)
    assert (item.finding.fix is not None) == expected
    [item] = found(
        "root-user", text, {**files, "start.sh": "#!/bin/sh\npython app.py\n"}
    )
    assert item.finding.fix is not None


ENTRYPOINT = 'COPY entrypoint drop-privs /sbin/\nENTRYPOINT ["/sbin/entrypoint"]'


def test_an_entrypoint_whose_helper_drops_root_may_start_as_root():
    text = f"FROM debian:13\nUSER root\n{ENTRYPOINT}"
    files = {
        "entrypoint": '#!/bin/bash\nexec \\\n  drop-privs \\\n  "$@"\n',
        "drop-privs": "#!/bin/bash\nexec setpriv --reuid=app $@\n",
    }
    assert said("root-user", text, files) == []
    files["entrypoint"] = '#!/bin/bash\nexec /server "$@"\n'
    assert said("root-user", text, files)


def test_a_python_entrypoint_that_ends_in_gosu_drops_root():
    text = f'{PYTHON}COPY start.py /\nENTRYPOINT ["/start.py"]'
    gosu = "#!/usr/local/bin/python\nimport os\nos.execv('/usr/sbin/gosu', ['gosu', 'app'])\n"
    assert said("root-user", text, {"start.py": gosu}) == []
    assert said("root-user", text, {"start.py": "#!/usr/local/bin/python\nprint(1)\n"})


@pytest.mark.parametrize("path", ["Dockerfile", "actions/scan/Dockerfile"])
def test_an_action_of_github_must_be_root(path):
    folder = path.removesuffix("Dockerfile")
    files = {f"{folder}action.yml": "runs:\n  using: docker\n  image: Dockerfile\n"}
    text = f'{PYTHON}COPY run.py /\nENTRYPOINT ["python", "/run.py"]'
    assert said("root-user", text, files, path=path) == []
    files = {f"{folder}action.yml": "runs:\n  using: node20\n"}
    assert said("root-user", text, files, path=path)


def test_a_lambda_runs_as_a_user_of_aws():
    text = 'FROM public.ecr.aws/lambda/python:3.13\nCOPY app.py .\nCMD ["app.handler"]'
    assert said("root-user", text) == []


def test_where_it_is_not_known_what_the_program_writes_the_user_is_a_choice():
    text = f"{HEAD}COPY . .\nCMD python main.py\n"
    known = found("root-user", text, {"main.py": "print(1)\n"})[0].finding
    assert known.fix is not None
    assert known.choices == ()

    sources = {"main.py": "import shop_client\nshop_client.run()\n"}
    unknown = found("root-user", text, sources)[0].finding
    assert unknown.fix is None
    assert [choice.safety for choice in unknown.choices] == [Safety.MANUAL]
    assert unknown.choices[0].edits == known.fix.edits


def test_logins_of_the_system_and_devices_of_the_host_need_root():
    text = f"{PYTHON}COPY app.py /\nCMD python app.py"
    files = {"app.py": ""}
    assert said("root-user", text, files)
    logins = text.replace("COPY", "RUN apt-get install -y sssd libpam-sss\nCOPY")
    assert said("root-user", logins, files) == []

    repository = RepositoryFacts(images=frozenset({"acme/fans"}))
    compose = "services:\n  db:\n    image: acme/fans\n    privileged: true\n"
    run = {**files, "docker-compose.yml": compose}
    assert said("root-user", text, run, repository=repository) == []
    run["docker-compose.yml"] = compose.replace("acme/fans", "postgres")
    assert said("root-user", text, run, repository=repository)


def test_root_works_on_the_files_of_who_calls_a_tool():
    text = f'{HEAD}COPY . .\nENTRYPOINT ["python", "-m", "shop"]'
    called = {"README.md": "docker run --rm -v $PWD:/work shop\n"}
    assert said("root-user", text, called) == []
    assert said("root-user", f'{text}\nCMD ["--help"]', {"README.md": ""}) == []
    assert said("root-user", text, {"README.md": "docker run -d shop\n"})


@pytest.mark.parametrize(
    ("end", "files", "count"),
    [
        ("", {}, 0),
        ("", {"README.md": "docker run -d shop\n"}, 0),
        ("", {"compose.yaml": "services:\n  shop:\n    build: .\n"}, 1),
        ("EXPOSE 80\n", {}, 1),
        ('CMD ["serve"]\n', {}, 1),
    ],
)
def test_a_command_of_the_own_package_is_given_its_arguments(end, files, count):
    text = f'{HEAD}COPY . .\nRUN pip install .\nENTRYPOINT ["shop"]\n{end}'
    project = '[project]\nname = "shop"\n[project.scripts]\nshop = "shop:main"\n'
    told = said("root-user", text, {"pyproject.toml": project, **files})
    assert len(told) == count


@pytest.mark.parametrize(
    ("call", "count"),
    [
        ("docker run -v $HOME/out:/out acme/shop export -p http://node\n", 0),
        ("docker run -v $HOME/out:/out -p 80:80 acme/shop export\n", 1),
        ("docker run -d nginx\ndocker run --rm acme/shop export\n", 0),
    ],
)
def test_options_of_a_tool_are_none_of_docker(call, count):
    text = f'{HEAD}COPY . .\nENTRYPOINT ["python", "-m", "shop"]'
    own = RepositoryFacts(images=frozenset({"acme/shop"}))
    told = said("root-user", text, {"README.md": call}, repository=own)
    assert len(told) == count


@pytest.mark.parametrize(
    ("beside", "target", "count"),
    [("Dockerfile.prod", "/app", 0), ("Dockerfile.prod", "/data", 1), ("a", "/app", 1)],
)
def test_an_image_beside_the_deployed_one_is_worked_in(beside, target, count):
    text = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nCMD python app.py"
    files = {"app.py": "", beside: text, "Dockerfile": text}
    volumes = (MountedVolume(target, from_host=True),)
    told = said("root-user", text, files, path="Dockerfile", volumes=volumes)
    assert len(told) == count


def test_an_example_may_run_as_root():
    text = f"{HEAD}{COPY}\n{START}"
    assert said("root-user", text)
    assert said("root-user", text, repository=RepositoryFacts(is_example=True)) == []


@pytest.mark.parametrize(
    ("manual", "writes"),
    [
        ("docker compose run web pytest --cov=shop\n", True),
        ("docker-compose exec web python manage.py makemigrations\n", True),
        ("docker compose run web\n", False),
        ("pytest --cov=shop\n", False),
    ],
)
def test_what_a_manual_has_written_in_the_container(manual, writes):
    build = build_of(f"{HEAD}{COPY}\n{START}", {"app.py": "", "README.md": manual})
    assert is_run_as_root(build) is writes


_AS_CALLER = "docker run --rm -v $PWD:/data --user $(id -u):$(id -g) $IMAGE"


@pytest.mark.parametrize(
    ("path", "text", "count"),
    [
        ("Snakefile", f'shell: "{_AS_CALLER}"\n', 0),
        ("run.sh", f"{_AS_CALLER}\ndocker run \\\n  -u $UID acme/tool\n", 0),
        ("run.sh", f"{_AS_CALLER}\ndocker run acme/tool\n", 1),
        ("run.sh", "docker run --user root acme/tool\n", 1),
    ],
)
def test_a_container_that_is_run_as_its_caller_is_not_root(path, text, count):
    files = {"main.py": "print(1)\n", ".dockerignore": "", path: text}
    assert len(said("root-user", f"{HEAD}{COPY}\n{START}\n", files)) == count


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("user = pwd.getpwnam('nobody')\nos.setuid(user.pw_uid)\n", 0),
        ("user = pwd.getpwnam('nobody')\nprint(user)\n", 1),
    ],
)
def test_a_program_may_give_root_up_by_itself(code, count):
    files = {"main.py": "import shop.drop\n", "shop/drop.py": code, ".dockerignore": ""}
    assert len(said("root-user", f"{HEAD}{COPY}\n{START}\n", files)) == count


_LEFT = "# No USER directive here: the runtime uid comes from the chart.\n"
_GIVEN = "RUN mkdir /cache && chown -R 10001:10001 /cache\n"
_CHART = "worker:\n  securityContext:\n    runAsUser: 10001\n"


@pytest.mark.parametrize(
    ("head", "chart", "count"),
    [
        (_LEFT + _GIVEN, _CHART, 0),
        ("# USER is left out on purpose\n" + _GIVEN, _CHART, 0),
        (_GIVEN, _CHART, 1),
        (_LEFT, _CHART, 1),
        (_LEFT + _GIVEN, _CHART.replace("10001", "1000"), 1),
        (_LEFT + _GIVEN, _CHART.replace("10001", "0"), 1),
        (_LEFT + _GIVEN, "", 1),
        ("# No cache: every USER of it waits\n" + _GIVEN, "", 1),
    ],
)
def test_a_manifest_may_say_who_runs_the_container(head, chart, count):
    text = f"{HEAD}{COPY}\n{head}{START}\n"
    files = {"main.py": "print(1)\n", ".dockerignore": "", "chart/values.yaml": chart}
    assert len(said("root-user", text, files)) == count


@pytest.mark.parametrize(
    ("image", "count"),
    [
        ("gaiaadm/pumba:0.11", 0),
        ("traefik:3.6", 0),
        ("containrrr/watchtower", 0),
        ("portainer/portainer-ce:2.33.0", 0),
        ("gcr.io/cadvisor/cadvisor:v0.52.0", 0),
        ("acme/shop:1", 1),
    ],
)
def test_some_images_work_by_the_socket_of_their_host(image, count):
    text = f'FROM {image}\nCOPY a.yml /\nENTRYPOINT ["/start"]'
    assert len(said("root-user", text)) == count


_POD = "kind: Pod\nspec:\n  image: acme/fans\n  hostPath: {path: /run/docker.sock}\n"


@pytest.mark.parametrize(
    ("path", "text", "count"),
    [
        ("pod.yaml", _POD, 0),
        ("pod.yaml", _POD.replace("fans", "fans-ui"), 1),
        ("pod.yaml", _POD.replace("  hostPath", "---\nkind: Pod\n  hostPath"), 1),
        ("run.sh", "docker run -v /run/docker.sock:/s acme/fans\n", 0),
        ("run.sh", "docker run -v /run/docker.sock:/s ctop\ndocker run acme/fans\n", 1),
    ],
)
def test_the_socket_may_be_mounted_into_an_image_of_the_repository(path, text, count):
    files = {"main.py": "print(1)\n", ".dockerignore": "", path: text}
    own = RepositoryFacts(images=frozenset({"acme/fans"}))
    dockerfile = f"{HEAD}{COPY}\n{START}\n"
    assert len(said("root-user", dockerfile, files, repository=own)) == count


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('subprocess.run(["mount", "-o", "loop", image, place])', 0),
        ('check_call(f"umount {place}", shell=True)', 0),
        ('os.system("/sbin/modprobe dummy")', 0),
        ('subprocess.run(\n    ["chroot", root])', 0),
        ("os.chown(path, 1000, 1000)", 0),
        ("os.setuid(1000)", 0),
        ("libc.mount(source, place, kind, 0, None)", 0),
        ('subprocess.run(["mountpoint", place])', 1),
        ('app.mount("/static", files)', 1),
        ('subprocess.run(["ls", place])', 1),
        ("if os.geteuid() == 0:\n    os.chown(path, 1, 1)", 1),
        ("os.chmod(path, 0o600)", 1),
    ],
)
@pytest.mark.parametrize("start", [START, 'ENTRYPOINT ["/app/main.py"]'])
def test_what_only_root_may_do_needs_root(source, count, start):
    files = {"main.py": f"#!/usr/bin/env python3\n{source}\n"}
    assert len(said("root-user", f"{HEAD}{COPY}\n{start}\n", files)) == count


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("tc qdisc add dev eth0 root htb", 0),
        ("if true; then mount -a; fi", 0),
        ("sysctl -w net.ipv4.ip_forward=1", 0),
        ("echo mount", 1),
        ("ip addr", 1),
    ],
)
def test_a_script_may_do_what_needs_root(line, count):
    text = 'FROM alpine:3.24\nCOPY start /\nENTRYPOINT ["/start"]\n'
    script = {"start": f"#!/bin/sh\nset -e\n{line}\n/usr/bin/serve\n"}
    assert len(said("root-user", text, script)) == count
    assert len(said("root-user", f"FROM alpine:3.24\nCMD {line} && serve\n")) == count


@pytest.mark.parametrize(
    ("line", "script", "count"),
    [
        ("RUN pip install awslambdaric", "exec serve", 0),
        (
            "ADD https://example.org/aws-lambda-rie /usr/bin/aws-lambda-rie",
            "exec serve",
            0,
        ),
        ("RUN make", 'exec python -m awslambdaric "$1"', 0),
        ("RUN make", "# no awslambdaric here\nexec serve", 1),
        ("# As awslambdaric would have it", "exec serve", 1),
    ],
)
def test_lambda_runs_its_functions_as_a_user_of_its_own(line, script, count):
    text = f'{PYTHON}{line}\nCOPY entry.sh /\nENTRYPOINT ["/entry.sh"]\nCMD ["main.handler"]'
    files = {"entry.sh": f"#!/bin/sh\n{script}\n"}
    assert len(said("root-user", text, files)) == count


@pytest.mark.parametrize(
    ("source", "count"),
    [('subprocess.run(["mount", place])', 0), ("os.chown(path, 1, 1)", 1)],
)
def test_a_module_of_the_program_may_mount(source, count):
    """To change an owner is what a library also does that need not."""
    files = {"main.py": "import disks\n", "disks.py": f"{source}\n"}
    assert len(said("root-user", f"{HEAD}{COPY}\n{START}\n", files)) == count


@pytest.mark.parametrize(("has_user", "count"), [(True, 0), (False, 1)])
def test_services_may_all_set_a_user(has_user, count):
    files = {"main.py": "print(1)\n"}
    facts = RepositoryFacts(has_user=has_user)
    text = f"{HEAD}{COPY}\n{START}\n"
    assert len(said("root-user", text, files, repository=facts)) == count


@pytest.mark.parametrize(
    ("image", "count"),
    [
        ("rasa/rasa-sdk:${VERSION}", 0),
        ("postgres:${VERSION}", 0),
        ("centos/python-36-centos7", 0),
        ("acme/shop:${VERSION}", 1),
        ("python:${VERSION}", 1),
    ],
)
def test_the_user_of_a_name_holds_for_all_its_tags(image, count):
    text = f"ARG VERSION\nFROM {image}\nCOPY main.py .\n{START}\n"
    assert len(said("root-user", text, {"main.py": "print(1)\n"})) == count


def test_a_service_says_what_a_script_hands_on_to():
    text = 'FROM debian:13\nCOPY env.sh /\nENTRYPOINT ["/env.sh"]\n'
    files = {"env.sh": '#!/bin/sh\n. /opt/env\nexec "$@"\n'}
    assert said("root-user", text, files) == []
    compose = "services:\n  shop:\n    build: .\n    command: /opt/shop/server\n"
    files["compose.yaml"] = compose
    assert said("root-user", text, files)


@pytest.mark.parametrize(
    ("line", "is_said"),
    [
        ("cron", False),
        ("/usr/sbin/crond -b", False),
        ("migrate && service cron start", False),
        ("/etc/init.d/cron start", False),
        ("# cron", True),
        ("crontab -l", True),
        ("echo no cron", True),
    ],
)
def test_a_script_that_starts_cron_needs_root(line, is_said):
    text = 'FROM debian:13\nCOPY run.sh /\nENTRYPOINT ["/run.sh"]\n'
    files = {"run.sh": f"#!/bin/sh\n{line}\nexec /server\n"}
    assert bool(said("root-user", text, files)) is is_said


ADD_ON = "name: Shop\nslug: shop\narch:\n  - amd64\nmap:\n  - config:rw\n"


@pytest.mark.parametrize(
    ("head", "files"),
    [
        (HEAD, {"config.yaml": ADD_ON}),
        (HEAD, {"config.json": '{"slug": "shop", "x": 1,\n"arch": ["amd64"]}'}),
        (f'{HEAD}LABEL io.hass.type="addon"\n', {}),
        ("FROM ghcr.io/home-assistant/amd64-base:3.20\n", {}),
    ],
)
def test_an_add_on_of_home_assistant_works_on_directories_of_root(head, files):
    text = f"{head}{COPY}\n{START}"
    assert said("root-user", text, {"main.py": "", **files}) == []


@pytest.mark.parametrize("settings", ["slug: shop\n", "arch: x86\n", "name: Shop\n"])
def test_other_settings_do_not_make_an_add_on(settings):
    files = {"main.py": "", "config.yaml": settings}
    assert said("root-user", f"{HEAD}{COPY}\n{START}", files)
