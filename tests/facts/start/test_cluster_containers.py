"""Containers of Kubernetes' manifests, and what they start instead of CMD."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.facts.start.cluster_containers import cluster_containers
from lightship.facts.start.really_started import commands_instead, really_started
from lightship.lint.examples import build_of
from lightship.repository_facts import RepositoryFacts

TEXT = 'FROM python:3.13-slim\nCOPY . .\nCMD ["gunicorn", "shop:app"]'
FACTS = RepositoryFacts(
    images=frozenset({"ghcr.io/acme/shop", "ghcr.io/acme/front"}),
    names=frozenset({"ghcr.io/acme/shop:1"}),
)
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
{}
      volumes:
        - name: a
"""
OWN = """\
        - name: web
          image: ghcr.io/acme/shop:2  # ours
"""
DAPHNE = """\
          command: ["daphne"]
          args:
          - shop:app
"""
FRONT = "        - image: ghcr.io/acme/front\n          name: front\n"
REDIS = "        - image: redis:8\n"
UNKNOWN = "        - image: team/thing\n"
TEMPLATE = '        - image: "{{ .Values.image }}"\n          command: [daphne]\n'


def _build(*containers: str, **more: str):
    text = MANIFEST.format("".join(containers).rstrip("\n"))
    build = build_of(TEXT, {"deploy/web.yaml": text, **more})
    return replace(build, repository=FACTS, is_published=True)


def _programs(*containers: str, **more: str) -> list[str]:
    build = _build(*containers, **more)
    return [launch.program for launch in really_started(build)]


@pytest.mark.parametrize(
    ("containers", "programs"),
    [
        ((OWN, DAPHNE), []),
        ((OWN, DAPHNE, REDIS, FRONT), []),
        ((OWN, '          args: ["daphne", "shop:app"]\n'), []),
        (("        - command: [daphne]\n          image: acme/shop\n",), []),
        ((OWN,), ["gunicorn"]),
        ((OWN, DAPHNE, OWN), ["gunicorn"]),
        ((OWN, DAPHNE, UNKNOWN), ["gunicorn"]),  # it may be the image under another name
        ((OWN, "          command: [gunicorn, -w4, 'shop:app']\n"), ["gunicorn"]),
        ((OWN, "          livenessProbe:\n            exec:\n", DAPHNE.replace("  ", "    ")), ["gunicorn"]),
        ((TEMPLATE,), ["gunicorn"]),
        ((REDIS,), ["gunicorn"]),
        ((FRONT, DAPHNE), ["gunicorn"]),
    ],
)  # fmt: skip
def test_a_container_with_a_command_of_its_own_keeps_no_cmd(containers, programs):
    assert _programs(*containers) == programs


def test_what_a_container_starts_is_told_as_it_is_written():
    build = _build(OWN, DAPHNE, REDIS)
    (container,) = cluster_containers(build)
    assert container.image == "ghcr.io/acme/shop:2"
    assert container.is_sure
    assert container.instead == '["daphne"]  - shop:app'
    assert commands_instead(build) == (container.instead,)


def test_a_manual_that_runs_the_image_starts_its_cmd():
    manual = {"README.md": "docker run -p 80:80 shop\n"}
    assert _programs(OWN, DAPHNE, **manual) == ["gunicorn"]


def test_manifests_of_others_do_not_start_the_image():
    compose = "services:\n  web:\n    build: .\n    command: daphne shop:app\n"
    text = MANIFEST.format(REDIS.rstrip("\n"))
    build = build_of(TEXT, {"compose.yaml": compose, "redis.yaml": text})
    assert really_started(build) == ()
