"""When gunicorn-heartbeat-on-disk reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said

PYTHON = "FROM python:3.13-slim\n"
HEARTBEAT = "gunicorn-heartbeat-on-disk"
SERVER = (
    f'{PYTHON}WORKDIR /app\nCOPY . .\nCMD ["gunicorn", "-c", "conf.py", "shop:app"]'
)
PIPELINE = "apiVersion: deploy.cloud.google.com/v1\nkind: DeliveryPipeline\n"
MEMORY = (
    "volumeMounts:\n  - mountPath: /tmp\n    name: ram\nvolumes:\n  - name: ram\n"
    "    emptyDir:\n      medium: 'Memory'\n"
)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("devops/gcp/clouddeploy.yaml", PIPELINE),
        ("service.yaml", "apiVersion: serving.knative.dev/v1\nkind: Service\n"),
        ("deploy/a.yml", "annotations:\n  run.googleapis.com/ingress: all\n"),
        ("kustomize/base/deployment.yaml", MEMORY),
        ("compose.yaml", "services:\n  a:\n    tmpfs:\n      - /tmp\n"),
        ("compose.yaml", "services:\n  a:\n    tmpfs: /tmp:size=64m\n"),
    ],
)
def test_a_manifest_tells_that_tmp_is_in_memory(path, text):
    files = {"shop.py": "", "conf.py": "workers = 2\n"}
    assert said(HEARTBEAT, SERVER, files)
    assert said(HEARTBEAT, SERVER, {**files, path: text}) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("clouddeploy.yaml", f"{PIPELINE}gke:\n  cluster: a\n"),
        ("a.yaml", MEMORY.replace("/tmp", "/cache")),
        ("a.yaml", MEMORY.replace("medium: 'Memory'", "{}")),
        ("compose.yaml", "services:\n  a:\n    tmpfs:\n      - /tmp/cache\n"),
    ],
)
def test_other_manifests_say_nothing_of_tmp(path, text):
    files = {"shop.py": "", "conf.py": "workers = 2\n", path: text}
    assert said(HEARTBEAT, SERVER, files)


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("timeout = 0", 0),
        ('timeout = int(os.environ.get("X", "0"))  # none', 0),
        ("timeout = int(os.getenv('X', 0))", 0),
        ('"""For Cloud Run."""', 0),
        ("timeout = 30", 1),
        ('timeout = int(os.environ.get("X", "600"))', 1),
        ("graceful_timeout = 0", 1),
    ],
)
def test_without_a_timeout_no_worker_is_killed(line, count):
    files = {"shop.py": "", "conf.py": f"import os\n{line}\n"}
    assert len(said(HEARTBEAT, SERVER, files)) == count


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ('["gunicorn"]', 0),
        ('["gunicorn", "-b", ":80"]', 0),
        ('["gunicorn", "--preload", "shop.wsgi"]', 1),
        ('["gunicorn", "-w", "2", "shop:app"]', 1),
    ],
)
def test_a_base_image_names_no_application(command, count):
    text = f"{PYTHON}RUN pip install gunicorn\nCMD {command}"
    assert len(said(HEARTBEAT, text)) == count
