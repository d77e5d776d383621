"""Services of compose files on the disk: what git tracks is taken, and nothing of the developer's."""

from __future__ import annotations

from pathlib import Path

import pytest
from repositories import Repository

from lightship.build import Build
from lightship.dockerfile.parse import parse
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


def plan_at(root: Path, **options: str) -> ServicesPlan | None:
    dockerfile = root / "Dockerfile"
    app = ServedApp(
        Build(parse(dockerfile.read_text())), str(dockerfile), str(dockerfile.parent)
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
