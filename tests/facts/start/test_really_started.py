"""What is started where compose files give another command than that of the image."""

from __future__ import annotations

from dataclasses import replace

import pytest
from judged import said

from lightship.facts.start.really_started import really_started
from lightship.lint.examples import build_of
from lightship.repository_facts import RepositoryFacts

TEXT = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER 10001\n"
GUNICORN = f'{TEXT}CMD ["gunicorn", "-b", ":80", "shop:app"]'
RUNSERVER = f'{TEXT}CMD ["python", "manage.py", "runserver", "0.0.0.0:80"]'
WEB = "services:\n  web:\n    build: .\n{}"
CELERY = "  worker:\n    build: .\n    command: celery -A shop worker\n"
INSTEAD = "    command: gunicorn --worker-tmp-dir /dev/shm shop:app\n"
DAPHNE = "    command:\n    - daphne\n    - shop:app\n    ports: []\n"


def _programs(text: str, compose: str, **more: str) -> list[str]:
    build = build_of(text, {"compose.yaml": compose, **more})
    return [launch.program for launch in really_started(build)]


@pytest.mark.parametrize(
    "instead",
    [
        "    command: python manage.py runserver\n",
        "    command: >\n      sh -c 'python manage.py migrate &&\n      daphne shop:app'\n",
        '    entrypoint: ["/app/run.sh"]\n',
        DAPHNE,
    ],
)
def test_a_cmd_that_every_service_replaces_is_not_started(instead):
    assert _programs(GUNICORN, WEB.format(instead) + CELERY) == []
    assert (
        said(
            "gunicorn-heartbeat-on-disk",
            GUNICORN,
            {"compose.yaml": WEB.format(instead)},
        )
        == []
    )


@pytest.mark.parametrize(
    "compose",
    [
        WEB.format("    ports: [80]\n") + CELERY,
        WEB.format("    healthcheck:\n      test: [CMD, x]\n"),
        WEB.format("    command: gunicorn -w 4 shop:app\n"),
        "services:\n  web:\n    image: acme/web\n    command: daphne\n",
    ],
)
def test_a_cmd_that_a_service_keeps_is_started(compose):
    assert _programs(GUNICORN, compose) == ["gunicorn"]


def test_what_is_run_in_another_way_starts_what_its_cmd_says():
    compose = WEB.format(DAPHNE)
    assert _programs(
        GUNICORN, compose, **{"README.md": "docker run -p 80:80 web\n"}
    ) == ["gunicorn"]
    assert _programs(GUNICORN, compose, **{"web.yaml": "kind: Deployment\n"}) == [
        "gunicorn"
    ]
    build = replace(build_of(GUNICORN, {"compose.yaml": compose}), is_published=True)
    assert [launch.program for launch in really_started(build)] == ["gunicorn"]


def test_an_image_of_others_that_is_run_is_not_this_one():
    manual = "docker run -d \\\n  --name db -p 5432:5432 \\\n  postgres:18\n"
    assert _programs(GUNICORN, WEB.format(DAPHNE), **{"README.md": manual}) == []
    manual += "docker run -p 80:80 --name nginx web\n"
    assert _programs(GUNICORN, WEB.format(DAPHNE), **{"README.md": manual}) == [
        "gunicorn"
    ]


def test_an_entrypoint_stays_where_only_the_command_is_another():
    text = f'{TEXT}ENTRYPOINT ["gunicorn", "shop:app"]'
    assert _programs(text, WEB.format("    command: --reload\n")) == ["gunicorn"]


def test_a_server_for_development_that_compose_replaces_is_no_finding():
    assert (
        said("development-server", RUNSERVER, {"compose.yaml": WEB.format(INSTEAD)})
        == []
    )
    assert said("development-server", RUNSERVER, {"compose.yaml": WEB.format("")})


@pytest.mark.parametrize(
    ("pulled", "programs"),
    [
        ("    image: ghcr.io/acme/web:1\n    command: daphne\n", []),
        ("    image: $IMAGE\n    command: daphne\n", []),
        ("    image: ghcr.io/acme/web:${TAG}\n", ["gunicorn"]),
        ("    image: redis:8\n    command: redis-server\n", ["gunicorn"]),
    ],
)
def test_services_that_pull_a_published_image_replace_its_cmd_too(pulled, programs):
    compose = WEB.format(DAPHNE) + f"  other:\n{pulled}"
    build = replace(
        build_of(GUNICORN, {"compose.yaml": compose}),
        is_published=True,
        repository=RepositoryFacts(images=frozenset({"ghcr.io/acme/web"})),
    )
    assert [launch.program for launch in really_started(build)] == programs


@pytest.mark.parametrize(
    ("image", "programs"),
    [
        ("certbot/certbot:v5.1.0 certonly", []),
        ("certbot/certbot", []),
        ("acme/web", ["gunicorn"]),
        ("web/web", ["gunicorn"]),  # a service of the repository
    ],
)
def test_a_program_that_its_maker_publishes_is_not_the_image(image, programs):
    manual = f"    docker run -it --rm -v certs:/etc/certs {image}\n"
    build = replace(
        build_of(GUNICORN, {"compose.yaml": WEB.format(DAPHNE), "README.md": manual}),
        repository=RepositoryFacts(names=frozenset({"web"})),
    )
    assert [launch.program for launch in really_started(build)] == programs


@pytest.mark.parametrize(
    ("image", "programs"),
    [
        ("ghcr.io/mlflow/mlflow:v2.17.2 mlflow server", []),
        ("quay.io/prometheus/node-exporter", []),
        (
            "registry.example.com/acme/web:1",
            ["gunicorn"],
        ),  # a service of the repository
        ("ghcr.io/acme/other", ["gunicorn"]),  # published beside it
        ("web", ["gunicorn"]),
    ],
)
def test_an_image_with_the_host_of_a_registry_is_known_by_its_name(image, programs):
    manual = f"docker run -d -p 80:80 {image} \\\n  --port 80\n"
    facts = RepositoryFacts(
        images=frozenset({"ghcr.io/acme/web"}), names=frozenset({"web"})
    )
    build = replace(
        build_of(GUNICORN, {"compose.yaml": WEB.format(DAPHNE), "README.md": manual}),
        repository=facts,
    )
    assert [launch.program for launch in really_started(build)] == programs
