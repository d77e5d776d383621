"""An image over whose sources compose mounts those of the host is one to work with."""

from __future__ import annotations

import pytest
from builds.repository import found

DOCKERFILE = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n"
CODE = {
    "api/app.py": "",
    "api/settings.py": "",
    "api/shop/models.py": "",
    "api/shop/views.py": "",
    "api/shop/forms.py": "",
    "api/plugins/mail.py": "",
    "api/requirements.txt": "flask\n",
}


def purpose_of(
    service: str, command: str = 'CMD ["python", "app.py"]', **files: str
) -> str:
    own = {
        "compose.yaml": f"services:\n  api: {{build: ./api, {service}}}\n",
        "api/Dockerfile": f"{DOCKERFILE}{command}\n",
    }
    builds = found(own | CODE | files).builds
    [build] = [item for item in builds if item.dockerfile == "api/Dockerfile"]
    return build.purpose.value


@pytest.mark.parametrize(
    "service",
    [
        'volumes: ["./api:/app"]',
        'volumes: ["./api:/app:ro"]',
        'volumes: ["./api/:/app/", "db:/data"]',
        'volumes: ["$PWD/api:/app"]',
        "volumes: [{type: bind, source: ./api, target: /app}]",
        'volumes: ["./:/src", "./api:/app"]',
        'volumes: ["./api:/app"], restart: "no"',
    ],
)
def test_the_only_build_mounts_its_sources_over_the_copied_ones(service):
    assert purpose_of(service) == "development"


@pytest.mark.parametrize(
    "service",
    [
        # Not where COPY puts them, or nothing that is a program
        'volumes: ["./api:/code"]',
        'volumes: ["./api/data:/app/data"]',
        'volumes: ["./api/plugins:/app/plugins"]',
        'volumes: ["./api/settings.py:/app/settings.py"]',
        'volumes: ["./api/requirements.txt:/app/requirements.txt"]',
        'volumes: ["api:/app"]',
        # It is deployed so, or may be pushed
        'volumes: ["./api:/app"], restart: always',
        'volumes: ["./api:/app"], restart: unless-stopped',
        'volumes: ["./api:/app"], deploy: {replicas: 2}',
        'volumes: ["./api:/app"], image: acme/api',
        'volumes: ["./api:/app"], command: gunicorn app:app',
    ],
)
def test_it_may_be_deployed_otherwise(service):
    assert purpose_of(service) == "unknown"


@pytest.mark.parametrize(
    ("command", "purpose"),
    [
        ("CMD gunicorn app:app", "unknown"),
        ("CMD ./start.sh", "unknown"),
        ('CMD ["node", "."]', "development"),
    ],
)
def test_a_server_for_production_says_more(command, purpose):
    script = {"api/start.sh": "#!/bin/sh\nmigrate && exec gunicorn app:app\n"}
    assert purpose_of('volumes: ["./api:/app"]', command, **script) == purpose


def test_the_program_itself_may_stay_the_copied_one():
    parts = 'volumes: ["./api/shop:/app/shop", "./api/settings.py:/app/settings.py"]'
    assert purpose_of(parts) == "unknown"
    assert purpose_of(parts, 'CMD ["python", "-m", "shop"]') == "development"
    assert purpose_of(f"{parts}, command: python /app/app.py") == "unknown"


def test_another_service_that_has_the_copied_sources_says_more():
    compose = (
        "services:\n"
        '  api: {build: ./api, volumes: ["./api:/app"]}\n'
        "  worker: {build: ./api}\n"
    )
    assert purpose_of("", **{"compose.yaml": compose}) == "unknown"


def test_who_else_builds_it_may_ship_it():
    mounted = 'volumes: ["./api:/app"]'
    script = {"deploy.sh": "docker build -t api api\n"}
    assert purpose_of(mounted, **script) == "unknown"
    platform = {"api/fly.toml": "[build]\n"}
    assert purpose_of(mounted, **platform) == "production"


def test_another_dockerfile_of_the_same_files_is_deployed():
    served = "CMD gunicorn app:app"
    mounted = 'volumes: ["./api:/app"]'
    files = {"api/Dockerfile.prod": DOCKERFILE}
    assert purpose_of(mounted, served, **files) == "development"


def test_the_first_format_of_compose_has_services_at_its_top():
    compose = 'api:\n  build: ../api\n  volumes: ["../api:/app"]\n'
    files = {"docker/docker-compose.yml": compose, "compose.yaml": ""}
    assert purpose_of("", **files) == "development"


def test_a_build_in_a_comment_is_none():
    compose = (
        "services:\n"
        "  api:\n"
        "    # build: ./api\n"
        "    image: postgres:17\n"
        '    volumes: ["./api:/app"]\n'
    )
    files = {"compose.yaml": compose, "api/Dockerfile": DOCKERFILE}
    [build] = found(files | CODE).builds
    assert build.kind.value == "guess"


def test_sources_need_not_be_copied_where_another_dockerfile_is_deployed():
    head = "FROM python:3.13-slim\nCOPY requirements.txt /\nRUN pip install -r /requirements.txt\n"
    files = {
        "web.dockerfile": f"{head}WORKDIR /app\n",
        "heroku.dockerfile": f"{head}WORKDIR /app\nCOPY . .\nUSER 10001\n",
        "heroku.yml": "build:\n  docker:\n    web: heroku.dockerfile\n",
        "requirements.txt": "flask\n",
        "compose.yaml": "services:\n  web:\n    build: {context: ., dockerfile: web.dockerfile}\n"
        '    command: /start\n    volumes: ["PLACE:/app"]\n',
    }

    def purposes(place: str) -> dict[str, str]:
        changed = files | {
            "compose.yaml": files["compose.yaml"].replace("PLACE", place)
        }
        return {
            item.dockerfile: item.purpose.value
            for item in found(changed | CODE).builds
            if item.dockerfile.endswith(".dockerfile")
        }

    assert purposes(".") == {
        "web.dockerfile": "development",
        "heroku.dockerfile": "production",
    }
    assert purposes("./api")["web.dockerfile"] == "unknown"


@pytest.mark.parametrize(
    ("start", "stage", "purpose"),
    [
        ("/app/docker/start_dev", "", "development"),
        ("/app/docker/start_dev", " AS final", "development"),
        ("/app/docker/start_dev", " AS production", "production"),
        ("yarn development", "", "development"),
        ("npm run watch", "", "development"),
        ("/app/docker/start", "", "unknown"),
        ("/app/docker/start_dev && gunicorn app:app", " AS final", "unknown"),
        ("server --dev/null", "", "unknown"),
    ],
)
def test_what_all_services_start_is_called_so(start, stage, purpose):
    files = {
        "compose.yaml": f"services:\n  web:\n    build: .\n    command: {start}\n",
        "Dockerfile": f'FROM python:3.13-slim{stage}\nCOPY . /app\nENTRYPOINT ["/entry"]\n',
    }
    [build] = found(files).builds
    assert build.purpose.value == purpose


TEST_CASE = {"api/tests/test_app.py": ""}


@pytest.mark.parametrize(
    ("service", "purpose"),
    [
        ('volumes: ["./api/tests:/app/tests"]', "development"),
        ('volumes: ["./api/tests:/tests:ro", "db:/data"]', "development"),
        ('volumes: ["./api/testdata:/app/tests"]', "unknown"),
        ('volumes: ["./api/tests:/app/tests"], restart: always', "unknown"),
        ('volumes: ["./api/tests:/app/tests"], image: acme/api', "unknown"),
    ],
)
def test_who_mounts_the_tests_runs_them_in_the_container(service, purpose):
    assert purpose_of(service, **TEST_CASE) == purpose


def test_a_directory_without_code_holds_no_tests():
    assert purpose_of('volumes: ["./api/tests:/app/tests"]') == "unknown"
