"""Findings that are wrong or right by what is around them: other stages, files, comments, builds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.build import MountedVolume
from lightship.builds.discover import discover
from lightship.builds.workspace import Workspace
from lightship.lint.all_builds import united
from lightship.lint.diagnostic import JudgedBuild, Report
from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.finding import Severity
from lightship.lint.registry import all_rules

RULES = {rule.id: rule for rule in all_rules()}
WARNING, INFO = Severity.WARNING, Severity.INFO
PYTHON = "FROM python:3.13-slim\n"
BIG = "x" * 1_500_000


def found(rule, text, files=None, **fields):
    build = replace(build_of(text, files), **fields)
    return lint(build, [RULES[rule]])


def said(rule, text, files=None, **fields):
    return [item.finding.message for item in found(rule, text, files, **fields)]


# Needless files

NEEDLESS = "needless-files-copied"
BUILDER = "FROM debian:13 AS build\nWORKDIR /src\nCOPY . .\n"
LAST = "FROM debian:13\nCOPY --from=build {} /app\n"
DOCS = {"main.c": "", "docs/a.md": BIG, ".dockerignore": "Dockerfile\n.dockerignore\n"}


@pytest.mark.parametrize("taken", ["/src/out", "/src/out/*.whl", "/opt/venv"])
def test_what_stays_in_a_build_stage_is_not_in_the_image(taken):
    assert said(NEEDLESS, BUILDER + LAST.format(taken), DOCS) == []


@pytest.mark.parametrize("taken", ["/src", "/src/d*", "/", "$A"])
def test_what_another_stage_takes_is_in_the_image(taken):
    text = f"ARG A\n{BUILDER}{LAST.format(taken)}"
    assert said(NEEDLESS, text, DOCS) == [
        "copies docs into the image: .dockerignore does not exclude it"
    ]


def test_files_reach_the_image_through_several_stages():
    middle = "FROM build AS next\nFROM debian:13 AS pack\nCOPY --from=next /src /b\n"
    last = "FROM debian:13\nCOPY --from=pack {} /app\n"
    assert said(NEEDLESS, BUILDER + middle + last.format("/b"), DOCS)
    assert said(NEEDLESS, BUILDER + middle + last.format("/c"), DOCS) == []


@pytest.mark.parametrize("run", ["make", "pip install .", "npm run build"])
def test_needless_files_run_a_costly_run_of_a_build_stage_again(run):
    text = f"{BUILDER}RUN true\nRUN {run}\n{LAST.format('/opt/out')}"
    assert said(NEEDLESS, text, DOCS) == [
        "changes to docs rerun line 5: .dockerignore does not exclude it"
    ]


def test_a_foreign_node_modules_in_a_build_stage_is_reported():
    text = (
        "FROM node:24 AS build\nWORKDIR /src\nCOPY package.json .\nRUN npm install\n"
        f"COPY . .\n{LAST.format('/src/out')}"
    )
    files = {"package.json": "{}", "node_modules/": "", "a.js": ""}
    assert said(NEEDLESS, text, files) == [
        "copies node_modules into a build stage: there is no .dockerignore"
    ]


@pytest.mark.parametrize(("content", "count"), [("x", 0), (BIG, 1)])
def test_a_few_tests_in_the_last_layer_are_not_worth_a_word(content, count):
    text = "FROM debian:13\nCOPY . /app\n"
    assert len(said(NEEDLESS, text, {"a.c": "", "tests/a.c": content})) == count


def test_a_few_tests_before_an_install_are_reported():
    text = f"{PYTHON}COPY . /app\nRUN pip install -r /app/requirements.txt"
    files = {"requirements.txt": "", "tests/a.txt": "x"}
    assert len(said(NEEDLESS, text, files)) == 1


def test_tracked_files_are_needed_where_git_tells_the_version():
    text = f"{PYTHON}COPY . /app\nRUN pip install /app"
    files = {
        "pyproject.toml": '[build-system]\nrequires = ["hatch-vcs"]\n',
        ".git/HEAD": "",
        "docs/a.md": BIG,
    }
    assert said(NEEDLESS, text, files) == []
    cached = {**files, "a/__pycache__/a.pyc": ""}
    assert said(NEEDLESS, text, cached) == [
        "copies __pycache__ into the image: there is no .dockerignore"
    ]


@pytest.mark.parametrize("purpose", ["development", "test", "ci"])
def test_an_image_to_work_with_holds_the_whole_project(purpose):
    text = "FROM debian:13\nCOPY . /app\n"
    files = {"a.c": "", ".git/HEAD": ""}
    assert said(NEEDLESS, text, files, purpose=purpose) == []
    assert said(NEEDLESS, text, files, purpose="production")


def test_a_fuzzing_image_is_for_tests():
    workspace = Workspace.of({".clusterfuzzlite/Dockerfile": "FROM debian:13\n"})
    assert [build.purpose for build in discover(workspace).builds] == ["test"]


# gunicorn's heartbeat

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


# Consecutive RUN

RUNS = "consecutive-runs"


@pytest.mark.parametrize(
    ("comment", "count"),
    [
        ("Break down the steps, so we have more but smaller image layers", 0),
        ("Split into steps on purpose", 0),
        ("What the server needs", 1),
        ("All in a single layer", 1),
    ],
)
def test_a_comment_tells_that_layers_are_meant(comment, count):
    text = f"FROM fedora:44\n# {comment}\nRUN dnf -y install a\nRUN dnf -y install b"
    assert len(said(RUNS, text)) == count


def test_an_update_of_its_own_is_reported_once():
    text = "FROM alpine:3.22\nRUN apk update\nRUN apk add --no-cache git"
    assert said(RUNS, text) == []
    assert said("update-alone", text)


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        ("apt-get clean", "rm -rf /var/lib/apt/lists/*", 0),
        ("rm -rf /opt/a/b", "mv /srv/b /opt/a/b", 0),
        ("chown root:a /opt/a/b", "chmod 750 /opt/a/b", 0),
        ("chown -R root:a /opt/a/b", "chmod -R 750 /opt/a/b", 1),
        ("cp -r /srv/b /opt/a/b", "chmod 750 /opt/a/b", 1),
        ("apt-get update && apt-get install -y git", "apt-get clean", 1),
    ],
)
def test_joining_saves_only_what_the_first_run_makes(first, second, count):
    assert len(said(RUNS, f"FROM debian:13\nRUN {first}\nRUN {second}")) == count


@pytest.mark.parametrize("rule", [RUNS, "relative-destination"])
def test_a_test_fixture_is_left_as_it_is(rule):
    text = "FROM debian:13\nCOPY a a\nRUN cp /srv/b /opt/a/b\nRUN chmod 750 /opt/a/b"
    assert said(rule, text)
    assert said(rule, text, purpose="test") == []
    assert said(rule, text, path="tests/test_data/a/Dockerfile") == []


# Relative destinations

RELATIVE = "relative-destination"


@pytest.mark.parametrize(
    ("run", "count"),
    [
        ("./install.sh && rm ./install.sh", 0),
        ("sh install.sh && rm install.sh", 0),
        ("./install.sh", 1),
        ("/install.sh && rm ./install.sh", 1),
        ("true", 1),
    ],
)
def test_a_script_that_is_used_and_removed_needs_no_path(run, count):
    text = f"FROM debian:13\nCOPY scripts/install.sh .\nRUN {run}"
    assert len(said(RELATIVE, text)) == count


@pytest.mark.parametrize(
    ("taken", "count"),
    [("/venv", 0), ("/requirements.txt", 1), ("/", 1), ("/*.txt", 1)],
)
def test_a_file_that_stays_in_its_stage_needs_no_path(taken, count):
    text = (
        f"{PYTHON}COPY requirements.txt .\nRUN pip install -r requirements.txt\n"
        f"{PYTHON}COPY --from=0 {taken} /app/"
    )
    assert len(said(RELATIVE, text)) == count


# Sources before dependencies

EARLY = "sources-before-dependencies"
NODE = {"package.json": '{"dependencies": {"a": "1", "b": "1"}}', "a.js": ""}


@pytest.mark.parametrize(
    ("target", "count"), [("/var/www/node.sh", 0), ("/opt/node", 1)]
)
def test_a_link_into_the_sources_may_be_needed_by_the_install(target, count):
    text = (
        f"FROM debian:13\nRUN ln -s {target} /usr/bin/node\nWORKDIR /var/www\n"
        "COPY . /var/www\nRUN npm install"
    )
    assert len(found(EARLY, text, NODE)) == count


@pytest.mark.parametrize(
    ("purpose", "target", "from_host", "count"),
    [
        ("development", "/app/src", True, 0),
        ("development", "/app", True, 0),
        ("production", "/app", True, 1),
        ("development", "/data", True, 1),
        ("development", "/app/data", False, 1),
    ],
)
def test_sources_that_compose_mounts_over_are_not_built(
    purpose, target, from_host, count
):
    text = "FROM node:24\nWORKDIR /app\nCOPY . .\nRUN npm install"
    volumes = (MountedVolume(target, from_host),)
    messages = said(EARLY, text, NODE, purpose=purpose, volumes=volumes)
    assert len(messages) == count


# Certificates and signatures


def test_a_certificate_of_a_ca_is_checked_by_its_sum():
    text = f"{PYTHON}RUN curl -k -O https://ca.example.org/certs/root.crt"
    [item] = found("tls-check-off", text)
    message = "curl accepts any CA certificate: compare its checksum"
    assert (item.finding.message, item.finding.cures) == (message, ())


@pytest.mark.parametrize(
    ("start", "is_there"),
    [
        ("FROM python:3.13-slim", True),
        ("FROM node:24", True),
        ("FROM node:24-slim", False),
        ("FROM debian:13", False),
        ("FROM debian:13\nRUN apt-get install -y ca-certificates curl", True),
    ],
)
def test_certificates_that_are_there_need_no_install(start, is_there):
    text = f"{start}\nRUN curl -k -O https://example.org/a.conf"
    [message] = said("tls-check-off", text)
    assert message.endswith("remove -k") is is_there


@pytest.mark.parametrize(
    ("packages", "count"),
    [
        ("https://example.org/release-10.noarch.rpm", 0),
        ("http://example.org/release-10.noarch.rpm", 1),
        ("https://example.org/release-10.noarch.rpm git", 1),
    ],
)
def test_dnf_does_not_check_the_signature_of_a_package_from_an_address(packages, count):
    text = f"FROM fedora:44\nRUN dnf install -y --nogpgcheck {packages}"
    assert len(said("signature-check-off", text)) == count


# Ignore files


@pytest.mark.parametrize(
    ("rule", "line", "expected"),
    [
        ("ignore-pattern-without-match", "../tests/", INFO),
        ("ignore-pattern-without-match", "notes", WARNING),
        ("ignore-comment-read-as-pattern", " # settings", INFO),
        ("ignore-comment-read-as-pattern", "*.log # noisy", WARNING),
        ("ignore-comment-read-as-pattern", "*.tmp # noisy", INFO),
    ],
)
def test_a_line_without_effect_is_a_note(rule, line, expected):
    files = {"a.py": "", "b.log": "", "Notes/a": "", ".dockerignore": f"{line}\n"}
    [item] = found(rule, "FROM debian:13\nCOPY . /app", files)
    assert item.severity is expected


# Groups


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("ALL ALL = (ALL) NOPASSWD: ALL", 0),
        ("app ALL=(ALL) NOPASSWD:ALL", 0),
        ("%sudo ALL=(ALL) NOPASSWD:ALL", 1),
    ],
)
def test_sudo_does_not_need_the_group_where_users_have_a_line(line, count):
    text = (
        "FROM debian:13\nRUN useradd app && usermod -aG sudo app && "
        f'echo "{line}" >> /etc/sudoers\nUSER app:app\nCMD ["/app/server"]'
    )
    assert len(said("user-drops-groups", text)) == count


# Several targets


def test_a_target_with_more_layers_says_it_for_the_one_that_it_starts_from():
    text = (
        "FROM alpine:3.22 AS base\nRUN apk add curl\n"
        "FROM base AS plus\nRUN apk add -U chromium"
    )
    reports = []
    for target in ("base", "plus"):
        build = replace(build_of(text), target=target)
        judged = JudgedBuild("compose.yaml", ".", target)
        diagnostics = tuple(lint(build, [RULES["apk-cache-kept"]]))
        reports.append(Report("Dockerfile", text, diagnostics, builds=(judged,)))
    [item] = united(reports).diagnostics
    assert "line 4" in item.finding.message
    assert item.only_in == ()
