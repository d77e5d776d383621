"""Services of compose files on the disk: what git tracks is taken, and nothing of the developer's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from repositories import Repository

from lightship.build import Build
from lightship.dockerfile.parse import parse
from lightship.errors import UsageError
from lightship.flows.proof.requests import ServiceOptions
from lightship.flows.proof.services import ServedApp, services_of
from lightship.proof.services.services_plan import ServicesPlan

SECRET = "live-credential-4711"
COMPOSE = """\
services:
  web:
    build: .
    env_file: conf/settings.env
    depends_on: [db]
  db:
    image: redis:7
    volumes: ["./conf:/etc/conf", "./hooks:/hooks"]
    configs: [settings]
configs:
  settings: {file: ./conf/other.yaml}
"""


def plan_at(root: Path, **options: Any) -> ServicesPlan | None:
    dockerfile = root / "Dockerfile"
    app = ServedApp(
        Build(parse(dockerfile.read_text(encoding="utf-8"))),
        str(dockerfile),
        str(dockerfile.parent),
    )
    return services_of(app, ServiceOptions(**options))


@pytest.mark.parametrize("is_tracked", [True, False])
def test_a_link_does_not_hand_over_what_git_does_not_track(tmp_path, is_tracked):
    """Where no index tells, the name of what a link leads to does."""
    repository = Repository(tmp_path)
    links = ("settings.env", "other.yaml", "more.ini", "x.compose.yaml")
    repository.write(
        {
            "Dockerfile": "FROM a\n",
            "compose.yaml": COMPOSE,
            "conf/plain.ini": "[shop]\n",
            "conf/plain-link.ini": "-> plain.ini",
            ".env": f"TOKEN={SECRET}\n",
            "hooks": "-> .git",
            **{f"conf/{name}": "-> ../.env" for name in links},
        }
    )
    if is_tracked:
        repository.git("add", "Dockerfile", "compose.yaml", "conf", "hooks")

    plan = plan_at(tmp_path)
    assert plan is not None
    assert SECRET not in repr(plan)
    [service] = plan.services
    assert [file.path for file in service.files] == [
        "/etc/conf/plain-link.ini",
        "/etc/conf/plain.ini",
    ]


OF_TEAM = """\
services:
  web:
    build: .
    environment: {DATABASE_URL: "postgres://shop:team-own-1@db/shop", API_KEY: team-key-2}
    depends_on: [db]
  db:
    image: postgres:17
    environment: {POSTGRES_PASSWORD: team-own-1, POSTGRES_USER: shopkeeper}
"""


def test_secrets_of_a_compose_file_that_git_ignores_are_to_be_hidden(tmp_path):
    """Those that everybody can read in git would only take words out of reports."""
    repository = Repository(tmp_path)
    repository.write({"Dockerfile": "FROM a\n", "compose.yaml": OF_TEAM})
    repository.git("add", "Dockerfile")
    plan = plan_at(tmp_path)
    assert plan is not None
    assert set(plan.secrets) == {"team-own-1", "team-key-2"}

    repository.git("add", "compose.yaml")
    plan = plan_at(tmp_path)
    assert plan is not None
    assert plan.secrets == ()


@pytest.mark.parametrize("has_file", [True, False])
def test_secrets_of_services_that_the_user_names_are_to_be_hidden(tmp_path, has_file):
    repository = Repository(tmp_path)
    files = {"compose.yaml": OF_TEAM} if has_file else {}
    repository.write({"Dockerfile": "FROM a\n", **files})
    repository.git("add", ".")
    named = "postgres:17,db,POSTGRES_PASSWORD=my-own-3,POSTGRES_USER=shopkeeper"
    plan = plan_at(tmp_path, service=(named,))
    assert plan is not None
    assert plan.secrets == ("my-own-3",)


def test_what_stands_in_and_what_is_shown_anyway_is_not_hidden(tmp_path):
    repository = Repository(tmp_path)
    repository.write({"Dockerfile": "FROM a\n"})
    words = "POSTGRES_PASSWORD=postgres,A_TOKEN=lightship,MY_ALLOW_EMPTY_PASSWORD=true"
    plan = plan_at(tmp_path, service=(f"postgres:17,db,{words}",))
    assert plan is not None
    assert plan.secrets == ()


def test_an_error_has_no_gap_where_the_dockerfile_has_no_path(tmp_path, monkeypatch):
    """As with two directories."""
    monkeypatch.chdir(tmp_path)
    Repository(tmp_path).write({"compose.yaml": OF_TEAM})
    app = ServedApp(Build(parse("FROM a\n")), "", str(tmp_path))
    with pytest.raises(UsageError) as raised:
        services_of(app, ServiceOptions(services_files=("compose.yaml",)))
    assert "built from the Dockerfile that is proven: name one with" in str(
        raised.value
    )


OVER = """\
services:
  web: {command: "gunicorn --reload", environment: [MODE=over]}
"""


@pytest.fixture
def two_files(tmp_path):
    repository = Repository(tmp_path)
    files = {"compose.yaml": OF_TEAM, "compose.override.yaml": OVER}
    repository.write({"Dockerfile": "FROM a\n", **files})
    repository.git("add", "Dockerfile", "compose.yaml")
    return repository


def test_an_override_in_git_is_taken_as_compose_does(two_files, tmp_path):
    two_files.git("add", "compose.override.yaml")
    plan = plan_at(tmp_path)
    assert plan is not None
    assert plan.file == "compose.yaml, compose.override.yaml"
    assert plan.app.environment["MODE"] == "over"
    assert plan.app.command is None
    [named] = [text for text in plan.replaced if "override" in text]
    assert named.startswith("web: command of compose.override.yaml left out")


def test_an_override_that_git_does_not_have_is_one_developers_own(two_files, tmp_path):
    plan = plan_at(tmp_path)
    assert plan is not None
    assert plan.file == "compose.yaml"
    assert "MODE" not in plan.app.environment
    assert plan.replaced[-1] == (
        "compose.override.yaml is not read: it is not in git, and so one developer's own: "
        "--services compose.yaml --services compose.override.yaml adds it"
    )


def test_files_that_the_user_names_are_all_that_is_read(two_files, tmp_path):
    two_files.git("add", "compose.override.yaml")
    first, second = (
        str(tmp_path / name) for name in ("compose.yaml", "compose.override.yaml")
    )
    one = plan_at(tmp_path, services_files=(first,))
    assert one is not None
    assert (one.file, "MODE" in one.app.environment) == ("compose.yaml", False)
    assert not [text for text in one.replaced if "override" in text]
    both = plan_at(tmp_path, services_files=(first, second))
    assert both is not None
    assert both.app.command == ("gunicorn", "--reload")
    assert both.file == "compose.yaml, compose.override.yaml"
