"""When gunicorn-heartbeat-on-disk reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings, said

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
        ('timeout = int(os.environ.get("X", "300"))', 1),
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


PLAIN = (
    f"{PYTHON}WORKDIR /app\nCOPY requirements.txt .\n{{}}\nCOPY shop.py .\n"
    'CMD ["gunicorn", "shop:app"]'
)
INSTALL = "RUN pip install -r requirements.txt"


@pytest.mark.parametrize(
    ("run", "requirements", "count"),
    [
        (INSTALL, "flask\nwaitress\n", 0),
        (INSTALL, "flask\nGunicorn==23.0.0\n", 1),
        (INSTALL, "mlflow\n", 1),
        (INSTALL, "flask\n-r other.txt\n", 1),
        (INSTALL, "git+https://example.org/shop.git\n", 1),
        (f"{INSTALL}\nRUN ./more.sh", "flask\n", 1),
        (f"{INSTALL}\nRUN apt-get install -y gunicorn", "flask\n", 1),
        (f"{INSTALL}\nRUN pip install .", "flask\n", 1),
        ("COPY pyproject.toml .\nRUN uv pip install -r pyproject.toml", "flask\n", 1),
    ],
)
def test_where_nothing_installs_gunicorn_it_keeps_no_file(run, requirements, count):
    manifest = '[project]\nname = "shop"\ndependencies = ["gunicorn"]\n'
    files = {"requirements.txt": requirements, "pyproject.toml": manifest}
    files["shop.py"] = ""
    assert len(said(HEARTBEAT, PLAIN.format(run), files)) == count


def test_a_base_image_may_have_gunicorn():
    text = PLAIN.format(INSTALL).replace("python:3.13-slim", "acme/python")
    assert said(HEARTBEAT, text, {"shop.py": "", "requirements.txt": "flask\n"})


WEB = "services:\n  web:\n    build: .\n    command: {}\n"
OPTION = "add --worker-tmp-dir /dev/shm in compose, which replaces CMD"


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ("sh -c 'python manage.py migrate && gunicorn shop:app'", 1),
        ("gunicorn --worker-tmp-dir /dev/shm shop:app", 0),
        ("gunicorn --config conf.py shop:app", 0),
        ("gunicorn $GUNICORN_ARGS shop:app", 0),
        ("daphne shop:app", 0),
    ],
)
def test_the_command_of_the_compose_file_is_judged_where_it_replaces_cmd(
    command, count
):
    text = f'{PYTHON}COPY shop.py .\nCMD ["gunicorn", "shop:app"]'
    found = findings(
        HEARTBEAT, text, {"shop.py": "", "compose.yaml": WEB.format(command)}
    )
    assert len(found) == count
    for finding in found:
        assert finding.message.endswith(OPTION)
        assert len(finding.message) <= 100
        assert finding.fix is None


@pytest.mark.parametrize(
    ("option", "count"),
    [
        ("--timeout 6000", 0),
        ("-t600", 0),
        ("--timeout=0", 0),
        ("--timeout 120", 1),
        ("--timeout ${LONG}", 0),
        ('--timeout "$LONG"', 0),
        ("--timeout ${OTHER:-3600}", 0),
        ("--timeout ${LONG:-30}", 0),
        ("--timeout ${SHORT:-3600}", 1),
        ("--timeout $OTHER", 1),
        ("--timeout " + "9" * 5000, 1),
    ],
)
def test_no_disk_blocks_for_ten_minutes(option, count):
    text = f"{PYTHON}ENV LONG=6000 SHORT=30\nCOPY shop.py start.sh ./\nCMD ./start.sh\n"
    files = {
        "shop.py": "",
        "start.sh": f"#!/bin/sh\nexec gunicorn {option} shop:app\n",
        ".dockerignore": "",
    }
    assert len(findings(HEARTBEAT, text, files)) == count


@pytest.mark.parametrize(("timeout", "count"), [("900", 0), ("0", 0), ("90", 1)])
def test_the_timeout_may_stand_in_the_settings(timeout, count):
    text = f'{PYTHON}COPY shop.py conf.py ./\nCMD ["gunicorn", "-c", "conf.py", "shop:app"]'
    files = {"shop.py": "", "conf.py": f"timeout = {timeout}\n"}
    assert len(findings(HEARTBEAT, text, files)) == count


@pytest.mark.parametrize(
    ("beside", "count"),
    [("jupyter notebook --ip 0.0.0.0", 0), ("jupyter-lab", 0), ("nginx", 1)],
)
def test_an_image_that_starts_jupyter_too_serves_one_person(beside, count):
    text = f"{PYTHON}CMD gunicorn shop:app & {beside}"
    assert len(said(HEARTBEAT, text)) == count


BUILDER = (
    "FROM python:3.13-slim AS builder\nRUN pip install gunicorn flask\n"
    f"{PYTHON}{{}}\nWORKDIR /app\nCOPY shop.py .\n"
)
SITE = "/usr/local/lib/python3.13/site-packages"
COPY_SITE = f"COPY --from=builder {SITE} {SITE}"
START = 'CMD ["gunicorn", "shop:app"]'


@pytest.mark.parametrize(
    ("copies", "start", "count"),
    [
        (COPY_SITE, START, 0),
        (f"{COPY_SITE}/\nCOPY --from=builder /usr/local/bin/flask /bin/", START, 0),
        (f"{COPY_SITE}\nCOPY --from=builder /usr/local/bin /usr/local/bin", START, 1),
        (f"{COPY_SITE}\nCOPY --from=builder /usr/local/bin/gunicorn /bin/", START, 1),
        (f"{COPY_SITE}\nCOPY --from=builder /opt /opt", START, 1),
        (f"{COPY_SITE}\nRUN pip install gunicorn", START, 1),
        (f"{COPY_SITE}\nRUN ./more.sh", START, 1),
        (COPY_SITE, 'CMD ["python", "-m", "gunicorn", "shop:app"]', 1),
        ("COPY --from=builder /usr/local /usr/local", START, 1),
    ],
)
def test_site_packages_alone_bring_no_program(copies, start, count):
    text = BUILDER.format(copies) + start
    assert len(said(HEARTBEAT, text, {"shop.py": ""})) == count


def test_lambda_has_no_directory_in_memory():
    adapter = (
        "COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1 /l /opt/extensions/l\n"
    )
    text = f"{PYTHON}COPY shop.py .\n{{}}{START}"
    assert said(HEARTBEAT, text.format(""), {"shop.py": ""})
    assert said(HEARTBEAT, text.format(adapter), {"shop.py": ""}) == []


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("gcloud run deploy shop --source .", 0),
        ("gcloud beta run services update shop", 0),
        ("uses: google-github-actions/deploy-cloudrun@v3", 0),
        ('resource "google_cloud_run_v2_service" "shop" {', 0),
        ("run: gcloud builds submit", 1),
    ],
)
def test_a_script_or_workflow_deploys_to_cloud_run(line, count):
    files = {"shop.py": "", "conf.py": "workers = 2\n", "infra/deploy.sh": f"{line}\n"}
    assert len(said(HEARTBEAT, SERVER, files)) == count
