"""What is taken from compose files, what is replaced, and what is left: a case for each kind."""

from __future__ import annotations

import pytest
from proof.services.plans import plan_of, shown

from lightship.context.files import LONGEST_READ
from lightship.proof.services.binds import (
    DEEPEST,
    MOST_BYTES,
    MOST_FILES,
    MOST_LOOKED_AT,
)

DJANGO = """\
services:
  web:
    build: .
    command: gunicorn shop.wsgi --bind 0.0.0.0:8000
    container_name: shop-web
    restart: always
    ports: ["8080:8000"]
    env_file: .env
    environment:
      DATABASE_URL: postgres://shop:${DB_PASSWORD}@db/shop
      DEBUG: "0"
    volumes:
      - .:/app
      - media:/app/media
    depends_on:
      db: {condition: service_healthy}
      migrate: {condition: service_completed_successfully}
  migrate:
    build: .
    command: python manage.py migrate
    environment:
      DATABASE_URL: postgres://shop:${DB_PASSWORD}@db/shop
    depends_on: [db]
  db:
    image: postgres:16
    container_name: shop-db
    ports: ["5432:5432"]
    environment:
      POSTGRES_USER: shop
      POSTGRES_PASSWORD: ${DB_PASSWORD}
    healthcheck:
      test: pg_isready -U $$POSTGRES_USER
    volumes:
      - data:/var/lib/postgresql/data
      - ./db/init.sql:/docker-entrypoint-initdb.d/init.sql:ro
  adminer:
    image: adminer
    depends_on: [db]
volumes: {data: {}, media: {}}
"""
WITH_DJANGO = {
    "compose.yaml": DJANGO,
    ".env": "DB_PASSWORD=real\nKEY=real\n",
    ".env.example": "DB_PASSWORD=example\nKEY=x\n",
    "db/init.sql": "create extension pg_trgm;\n",
}


def test_an_application_with_its_database_and_its_migrations():
    plan = plan_of(WITH_DJANGO, private=[".env"])
    assert (
        shown(plan)
        == """\
app web (own)
  command: gunicorn shop.wsgi --bind 0.0.0.0:8000
  waits_for: db migrate
  DB_PASSWORD=example
  KEY=x
  DATABASE_URL=postgres://shop:example@db/shop
  DEBUG=0
  volume media at /app/media
  aliases: shop-web
data db postgres:16
  health: CMD-SHELL pg_isready -U $POSTGRES_USER
  POSTGRES_USER=shop
  POSTGRES_PASSWORD=example
  volume data at /var/lib/postgresql/data
  file /docker-entrypoint-initdb.d/init.sql 644 'create extension pg_trgm;\\n'
  aliases: shop-db
job migrate (own)
  command: python manage.py migrate
  waits_for: db
  DATABASE_URL=postgres://shop:example@db/shop
replaced: web: .:/app is not mounted: it would hide the image's own files
replaced: .env is not read: .env.example is in its place"""
    )
    assert plan is not None
    assert plan.port == 8000
    assert plan.services[0].probe is not None
    assert plan.services[0].probe.commands[0][-2:] == ("-U", "shop")


def test_variables_of_the_users_win_over_all_files():
    plan = plan_of(WITH_DJANGO, private=[".env"], given="DB_PASSWORD=mine\n")
    assert plan is not None
    assert plan.app.environment["DATABASE_URL"] == "postgres://shop:mine@db/shop"
    assert plan.services[0].environment["POSTGRES_PASSWORD"] == "mine"
    assert plan.app.environment["KEY"] == "x"


def test_what_nobody_says_has_a_stand_in_that_is_the_same_for_all():
    files = {name: text for name, text in WITH_DJANGO.items() if "env" not in name}
    plan = plan_of(files)
    assert plan is not None
    assert plan.app.environment["DATABASE_URL"] == "postgres://shop:lightship@db/shop"
    assert plan.services[0].environment["POSTGRES_PASSWORD"] == "lightship"
    assert "stand-ins for DB_PASSWORD" in plan.replaced
    assert plan.left == (
        (
            ".env is not in git, and has no example beside it: give what is needed of it "
            "with --env or --env-file"
        ),
    )


def test_the_developers_own_variables_are_never_read():
    files = {name: text for name, text in WITH_DJANGO.items() if "example" not in name}
    plan = plan_of(files, private=[".env"])
    assert "real" not in repr(plan)
    assert plan is not None
    assert (
        ".env is not read: it may hold credentials, and is not in git" in plan.replaced
    )


ODDITIES = """\
services:
  app:
    image: shop/app
    build: {context: .}
    privileged: true
    network_mode: bridge
    networks: [inner, shared]
    tmpfs: /run/app
    user: "1000:1000"
    working_dir: /app
    entrypoint: ["tini", "--"]
    command: python -m shop --port 9000
    secrets:
      - key
      - {source: token, target: /run/token}
      - outer
    configs:
      - {source: settings, target: /app/settings.toml}
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock
      - /etc/localtime:/etc/localtime:ro
      - ~/.aws:/root/.aws
      - ./conf:/etc/shop
      - ./data:/data
      - type: tmpfs
        target: /scratch
      - kept:/kept
    environment:
      - API_KEY
      - HOST=redis://cache:6379/0
      - LEVEL=${LEVEL:-info}
      - WHERE=${WHERE}
    depends_on:
      proxy: {condition: service_started}
      odd: {condition: service_started}
      later: {condition: service_started, required: false}
      search: {condition: service_healthy}
      queue: {condition: service_started}
      missing: {condition: service_started}
  proxy: {image: "nginx:1"}
  odd: {image: "mongo:7", network_mode: host}
  later: {image: "mysql:8", profiles: [later]}
  search: {build: ./search}
  queue: {image: "rabbitmq:${RABBIT}"}
  cache: {image: "valkey/valkey:8", command: valkey-server --save ""}
  tasks: {image: shop/app, command: celery worker, depends_on: [cache]}
networks: {inner: {}, shared: {external: true}}
volumes: {kept: {external: true}}
secrets:
  key: {file: ./secrets/key}
  token: {environment: TOKEN}
  outer: {external: true}
configs:
  settings: {content: "level = 1"}
"""


def test_what_cannot_be_taken_is_said_with_what_to_do():
    files = {"compose.yaml": ODDITIES, "conf/shop.ini": "[shop]\n"}
    plan = plan_of(files, in_image=["main.py", "conf/shop.ini"])
    assert (
        shown(plan)
        == """\
app app (own)
  entrypoint: tini --
  command: python -m shop --port 9000
  user: 1000:1000
  folder: /app
  waits_for: search cache
  API_KEY=lightship-stand-in-0123456789abcdef0123456789abcdef
  HOST=redis://cache:6379/0
  LEVEL=info
  WHERE=
  volume (its own) at /root/.aws
  volume (its own) at /data
  volume kept at /kept
  tmpfs at /scratch
  tmpfs at /run/app
  file /etc/shop/shop.ini 644 '[shop]\\n'
  file /run/secrets/key 444 'lightship-stand-in-0123456789abcdef0123456789abcdef'
  file /run/token 444 'lightship-stand-in-0123456789abcdef0123456789abcdef'
  file /run/secrets/outer 444 'lightship'
  file /app/settings.toml 444 'level = 1'
data search shop-search
data cache valkey/valkey:8
  command: valkey-server --save \n\
replaced: app: /etc/localtime:/etc/localtime:ro is not mounted
replaced: secret key is not in git: a stand-in is in its place
replaced: secret outer is external: a stand-in is in its place
replaced: volume kept is external: it is empty here
replaced: stand-ins for API_KEY, TOKEN
replaced: empty, as nothing sets them: WHERE
left: proxy: nginx:1 only looks at others, and is not needed
left: odd: it uses the host's network: give it a network of its own, or --service
left: later: its profile later is not active
left: missing, on which app depends, is in no file
left: app: the engine's socket is never given to a container
left: app: ~/.aws:/root/.aws lies outside the repository: /root/.aws is empty here
left: app: privileged is not given to a container of a proof
left: network shared is external: what is only reachable there is missing: add it with --service IMAGE,NAME
left: queue: its image is not known: RABBIT is not set; build it, and name its image: --service IMAGE,queue"""
    )


def test_images_that_the_user_names_stand_in_for_services_or_are_added():
    plan = plan_of(
        {"compose.yaml": ODDITIES},
        extra=["rabbitmq:4,queue,RABBITMQ_DEFAULT_USER=a", "postgres:17"],
    )
    assert plan is not None
    images = {service.name: service.image for service in plan.services}
    assert images == {
        "postgres": "postgres:17",
        "search": "shop-search",
        "queue": "rabbitmq:4",
        "cache": "valkey/valkey:8",
    }
    named = {service.name: service for service in plan.services}
    assert named["queue"].environment == {"RABBITMQ_DEFAULT_USER": "a"}
    assert named["postgres"].environment == {"POSTGRES_HOST_AUTH_METHOD": "trust"}


def test_another_service_of_the_image_can_be_the_application():
    plan = plan_of({"compose.yaml": ODDITIES}, name="tasks")
    assert plan is not None
    assert (plan.app.name, plan.port) == ("tasks", 0)
    assert [service.name for service in plan.services] == ["cache"]
    assert plan_of({"compose.yaml": ODDITIES}, name="none") is None


def test_a_file_that_builds_something_else_gives_nothing():
    text = "services:\n  web: {build: ./other}\n  db: {image: postgres}\n"
    assert plan_of({"compose.yaml": text, "other/Dockerfile": ""}) is None


def test_an_application_that_names_nothing_needs_all_data_services():
    text = (
        "services:\n  bot: {build: .}\n  mongo: {image: 'mongo:4'}\n"
        "  nginx: {image: nginx}\n  other: {image: acme/other}\n"
        "  cache: {image: redis, profiles: [cache]}\n"
    )
    plan = plan_of({"compose.yaml": text})
    assert plan is not None
    assert [service.name for service in plan.services] == ["mongo"]


@pytest.mark.parametrize(
    ("image", "more", "words"),
    [
        ("redis:7", "command: redis-server --port 6380", "ping -p 6380"),
        ("postgres", "command: postgres -p 5433", "-h 127.0.0.1 -p 5433"),
        ("postgres", "command: -c port=5433", "-h 127.0.0.1 -p 5433"),
        ("postgres", "healthcheck: {test: pg_isready}", "-h 127.0.0.1"),
        # A server that is started once is ready where its own check says so
        ("redis:7", "healthcheck: {test: redis-cli ping}", None),
        ("acme/thing", "restart: always", None),
    ],
)
def test_a_known_image_is_asked_at_its_port(image, more, words):
    text = (
        "services:\n  web: {build: ., depends_on: [one]}\n"
        f"  one:\n    image: {image}\n    {more}\n"
    )
    plan = plan_of({"compose.yaml": text})
    assert plan is not None
    [service] = plan.services
    if words is None:
        assert service.probe is None
    else:
        assert service.probe is not None
        assert " ".join(service.probe.commands[0]).endswith(words)


def test_the_whole_project_is_not_copied_into_a_database():
    text = (
        "services:\n  web: {build: ., depends_on: [db]}\n"
        "  db: {image: postgres, volumes: ['.:/app', '/usr/bin/x:/usr/bin/x', '/srv/x:/srv/x']}\n"
    )
    plan = plan_of({"compose.yaml": text})
    assert plan is not None
    assert plan.services[0].files == ()
    assert plan.services[0].volumes == {"/srv/x": ""}


def test_a_lifetime_is_a_number_though_it_speaks_of_tokens():
    text = (
        "services:\n  web: {build: ., environment: [ACCESS_TOKEN_EXPIRE_MINUTES, JWT_ALGORITHM]}\n"
        "  db: {image: postgres}\n"
    )
    plan = plan_of({"compose.yaml": text})
    assert plan is not None
    assert plan.app.environment == {
        "ACCESS_TOKEN_EXPIRE_MINUTES": "60",
        "JWT_ALGORITHM": "HS256",
    }


def test_an_override_stands_on_the_usual_file():
    files = {
        "compose.yaml": "services:\n  web: {build: ., depends_on: [db]}\n"
        "  db: {image: 'postgres:16', environment: {A: a, B: b}}\n",
        "compose.override.yaml": "services:\n  db: {environment: {B: c}}\n"
        "  web: {environment: [X=1]}\n",
    }
    plan = plan_of(files, path="compose.override.yaml")
    assert plan is not None
    assert plan.app.environment == {"X": "1"}
    assert plan.services[0].environment["B"] == "c"


@pytest.mark.parametrize(
    ("command", "job"),
    [
        ("python manage.py migrate", True),
        ("sh -c 'alembic upgrade head'", True),
        ("sh -c 'python manage.py migrate && python manage.py collectstatic'", True),
        ("sh -c 'python manage.py migrate && gunicorn shop.wsgi'", False),
        ("celery -A shop worker", False),
    ],
)
def test_a_service_of_the_same_image_that_only_migrates_is_a_job(command, job):
    text = (
        "services:\n  web: {build: ., ports: [8000], depends_on: [db]}\n"
        "  db: {image: postgres}\n"
        f'  other: {{build: ., command: "{command}", depends_on: [db]}}\n'
    )
    plan = plan_of({"compose.yaml": text})
    assert plan is not None
    roles = {service.name: str(service.role) for service in plan.services}
    assert roles == ({"db": "data", "other": "job"} if job else {"db": "data"})


@pytest.mark.parametrize(
    ("command", "port"),
    [
        ("gunicorn app:app -b 0.0.0.0:5000", 5000),
        ("gunicorn app:app --bind :5000 --timeout 600", 5000),
        ("uvicorn app:app --port 5000", 5000),
        ("uvicorn app:app --port=5000", 5000),
        ("celery -A shop worker --concurrency 4", 0),
        ("python -m rq worker", 0),
        ("python -m shop", None),
        ("python -m shop --db db:5432/shop", None),
    ],
)
def test_where_it_listens_is_read_from_its_command(command, port):
    text = f"services:\n  web: {{build: ., command: {command}}}\n"
    plan = plan_of({"compose.yaml": text})
    assert plan is not None
    assert plan.port == port


BASE = """\
services:
  web:
    build: .
    command: gunicorn shop
    environment: {A: base, B: base}
    depends_on: [db]
  db: {image: "postgres:16", volumes: ["data:/data"]}
volumes: {data: {}}
"""
OVERRIDE = """\
services:
  web:
    build: {target: dev}
    image: shop:dev
    command: gunicorn shop --reload
    user: root
    environment: [B=over]
    depends_on: [cache]
    volumes: [".:/app", "media:/media"]
    healthcheck: {test: ["CMD", "true"]}
    ports: ["8000:8000"]
  db: {command: postgres -c fsync=off, environment: {POSTGRES_DB: shop}}
  cache: {image: "redis:7"}
"""


def test_an_override_says_what_is_needed_and_not_how_a_developer_starts_it():
    """Of a service that is not built here all of it counts."""
    files = {"compose.yaml": BASE, "compose.override.yaml": OVERRIDE}
    plan = plan_of(files, override="compose.override.yaml")
    assert plan is not None
    assert plan.file == "compose.yaml, compose.override.yaml"
    app = plan.app
    assert (app.command, app.user) == (("gunicorn", "shop"), "")
    assert app.environment == {"A": "base", "B": "over"}
    assert dict(app.volumes) == {"/media": "media"}
    assert app.health == ("CMD", "true")
    assert {service.name: service.command for service in plan.services} == {
        "db": ("postgres", "-c", "fsync=off"),
        "cache": None,
    }
    said = [text for text in plan.replaced if "left out" in text]
    assert said == [
        (
            "web: command, user, build, image of compose.override.yaml left out, so that the "
            "image is run as it is: --services compose.yaml --services compose.override.yaml "
            "takes all of it"
        )
    ]


def test_two_files_that_are_named_are_merged_whole_in_their_order():
    files = {"compose.yaml": BASE, "extra/dev.yaml": OVERRIDE}
    plan = plan_of(files, over=["extra/dev.yaml"])
    assert plan is not None
    assert plan.file == "compose.yaml, extra/dev.yaml"
    assert plan.app.command == ("gunicorn", "shop", "--reload")
    assert plan.app.user == "root"
    assert not [text for text in plan.replaced if "left out" in text]
    other = plan_of(files, path="extra/dev.yaml", over=["compose.yaml"])
    assert other is None  # paths count from the first one: extra has no Dockerfile


def test_a_service_that_only_the_override_has_is_taken_whole():
    """Also how it is built and started: nobody else says it."""
    override = "services:\n  web: {build: ., command: gunicorn a, depends_on: [db]}\n"
    base = "services:\n  db: {image: redis}\n"
    files = {"compose.yaml": base, "compose.override.yaml": override}
    plan = plan_of(files, override="compose.override.yaml")
    assert plan is not None
    assert plan.app.command == ("gunicorn", "a")


def test_a_later_file_says_what_a_volume_is_and_resets_what_was():
    over = (
        "services:\n  web:\n    environment: !override {C: c}\n    depends_on: !reset []\n"
        "  db: {volumes: !override [other:/data]}\n"
    )
    plan = plan_of({"compose.yaml": BASE, "x.yaml": over}, over=["x.yaml"])
    assert plan is not None
    assert plan.app.environment == {"C": "c"}
    assert plan.services[0].volumes["/data"] == "other"


def bound(source: str, target: str = "/x") -> str:
    return (
        "services:\n  web: {build: ., depends_on: [db]}\n"
        f"  db: {{image: redis, volumes: ['{source}:{target}']}}\n"
    )


@pytest.mark.parametrize("path", [".env", "Caddyfile", "conf/settings.ini"])
def test_a_file_that_git_does_not_have_is_no_empty_directory(path):
    plan = plan_of(
        {"compose.yaml": bound(f"./{path}", f"/srv/{path}"), path: "TOKEN=real\n"},
        private=[path],
    )
    assert plan is not None
    [service] = plan.services
    assert (service.files, dict(service.volumes)) == ((), {})
    assert f"{path} is not in git, so it is not mounted" in plan.left
    assert "real" not in repr(plan)


def test_a_directory_without_files_of_git_is_an_empty_volume():
    """Whatever its name is."""
    files = {"compose.yaml": bound("./conf.d"), "conf.d/a": "real"}
    plan = plan_of(files, private=["conf.d/a"])
    assert plan is not None
    assert plan.services[0].volumes == {"/x": ""}
    assert plan.left == ()


def test_a_file_of_some_megabytes_is_mounted():
    text = "a" * (3 << 20)
    plan = plan_of({"compose.yaml": bound("./dump.sql"), "dump.sql": text})
    assert plan is not None
    assert plan.left == ()
    [file] = plan.services[0].files
    assert (file.path, len(file.data)) == ("/x", 3 << 20)


def test_what_is_too_much_to_mount_is_said_and_not_that_git_lacks_it():
    name = "d/" * DEEPEST + "d/d/deep"
    files = {
        **{f"many/{number:04}": "" for number in range(MOST_FILES + 1)},
        **{f"large/{number}": "b" * (8 << 20) for number in range(9)},
        "dump.sql": "a" * (LONGEST_READ + 1),
        name: "",
    }
    sources = ("./dump.sql", "./many", "./large", "./d")
    mounts = ", ".join(f"'{source}:/x/{source[2:]}'" for source in sources)
    compose = (
        "services:\n  web: {build: ., depends_on: [db]}\n"
        f"  db: {{image: redis, volumes: [{mounts}]}}\n"
    )
    plan = plan_of({"compose.yaml": compose, **files})
    assert plan is not None
    assert plan.left == (
        "dump.sql is larger than 8.39 MB, so it is not mounted",
        f"many has more than {MOST_FILES} files: the first ones are mounted",
        (
            "bind mounts have more than 64.0 MB of files: "
            "large/7 and those after it are not mounted"
        ),
        f"d has more than {DEEPEST} levels of directories: deeper files are not mounted",
    )
    [service] = plan.services
    assert sum(len(file.data) for file in service.files) <= MOST_BYTES
    assert len(service.files) == MOST_FILES + 7
    assert "/x/dump.sql" not in service.volumes


def test_a_directory_of_more_names_than_are_looked_at_is_noted():
    names = [f"data/{number}" for number in range(MOST_LOOKED_AT + 1)]
    files = {"compose.yaml": bound("./data"), **dict.fromkeys(names, "")}
    plan = plan_of(files, private=set(names))
    assert plan is not None
    assert plan.left == (
        f"data has more than {MOST_LOOKED_AT} names: the first ones are looked at",
    )


@pytest.mark.parametrize(
    ("image", "project", "published", "is_own"),
    [
        ("redis:7", "redis", ("acme/redis",), False),
        ("redis:7", "redis", ("redis",), False),
        ("acme/redis:7", "redis", ("acme/redis",), False),
        ("python:3.13", "python", (), False),
        ("nginx", "nginx", (), False),
        ("acme/other", "shop", ("acme/shop",), False),
        ("acme/shop:latest", "shop", (), True),
        ("ghcr.io/acme/shop", "Shop", (), True),
        ("acme/thing", "shop", ("acme/thing",), True),
        ("thing", "shop", ("thing",), True),
        ("ghcr.io/acme/thing", "shop", ("thing",), True),
    ],
)
def test_an_image_is_the_proven_one_only_by_a_name_that_cannot_be_anothers(
    image, project, published, is_own
):
    text = (
        "services:\n  web: {build: ., ports: [80], depends_on: [other]}\n"
        f"  other: {{image: '{image}'}}\n"
    )
    plan = plan_of({"compose.yaml": text}, project=project, images=published)
    assert plan is not None
    others = [service for service in plan.services if service.name == "other"]
    assert any(service.is_own for service in others) is is_own
