"""build-cache-missing: only where a cache would save something that is slow."""

from __future__ import annotations

import pytest

from lightship.builds.ci.ci_builds import ci_builds
from lightship.builds.ci.ci_file import CiFile
from lightship.builds.workspace import Workspace
from lightship.facts.ci.example_workflow import workflow
from lightship.lint.ci_engine import examine_ci
from lightship.lint.ci_fixes import fix_ci
from lightship.lint.examples import ci_file_of
from lightship.lint.fixes import UNSAFE
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection
from tests.made import build

RULE = next(rule for rule in all_rules() if rule.id == "build-cache-missing")
HEAD = """on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
"""
BUILD = f"{HEAD}      - run: docker build -t app .\n"
SLOW = "RUN pip install -r requirements.txt\n"
START = "FROM python:3.13-slim\nWORKDIR /app\n"
COPIED = "COPY requirements.txt .\n"
FILES = {"requirements.txt": "torch\n", "src/app.py": "", "run.sh": "true\n"}


def messages(workflow: str, dockerfile: str, **files: str) -> list[str]:
    repository = {**FILES, "Dockerfile": dockerfile, **files}
    file = ci_file_of(workflow, repository)
    found = examine_ci(file, RuleSelection((RULE,)))[0]
    return [item.finding.message for item in found]


@pytest.mark.parametrize(
    "above",
    ["COPY . .\n", f"{COPIED}COPY src src\n", f"{COPIED}COPY . /all\n"],
    ids=["context", "directory of sources", "context beside the manifest"],
)
def test_what_runs_below_the_sources_runs_again_with_any_cache(above):
    assert messages(BUILD, f"{START}{above}{SLOW}") == []
    assert messages(BUILD, f"{START}{COPIED}{SLOW}{above}")


def test_a_single_file_seldom_changes():
    assert messages(BUILD, f"{START}{COPIED}COPY run.sh .\n{SLOW}")


def test_the_git_directory_is_in_a_context_without_an_ignore_file():
    dockerfile = f"{START}COPY . .\n{SLOW}"
    manifest = {"src/app.py": "", ".dockerignore": ".git\nsrc\n"}
    assert messages(BUILD, dockerfile, **{"src/app.py": ""}) == []
    assert messages(BUILD, dockerfile, **manifest)


def test_a_stage_made_of_the_sources_changes_what_copies_from_it():
    built = f"FROM python:3.13-slim AS build\nCOPY . .\n{START}{COPIED}COPY --from=build /a /a\n"
    assert messages(BUILD, f"{built}{SLOW}") == []
    assert messages(BUILD, f"{built.replace('COPY . .', 'RUN true')}{SLOW}")


def test_a_bind_mount_of_the_sources_changes_a_run():
    mounted = SLOW.replace("RUN", "RUN --mount=type=bind,target=/app")
    one = SLOW.replace(
        "RUN",
        "RUN --mount=type=bind,source=requirements.txt,target=requirements.txt",
    )
    assert messages(BUILD, f"{START}{mounted}") == []
    assert messages(BUILD, f"{START}{one}")


def test_an_argument_with_the_commit_runs_all_below_it_again():
    workflow = (
        f"{HEAD}      - run: docker build --build-arg SHA=${{{{ github.sha }}}} .\n"
    )
    above = f"{START}ARG SHA\n{COPIED}{SLOW}"
    below = f"{START}{COPIED}{SLOW}ARG SHA\n"
    assert messages(workflow, above) == []
    assert messages(workflow, below)
    assert messages(BUILD, above)


def test_only_what_a_cache_saves_is_counted():
    dockerfile = (
        f"{START}RUN apt-get install -y build-essential\n"
        f"{COPIED}{SLOW}COPY . .\nRUN pip install -r requirements.txt .\n"
    )
    (message,) = messages(BUILD, dockerfile)
    assert "Dockerfile:3 and 1 more slow RUN" in message


@pytest.mark.parametrize(
    "install",
    [
        "pip install gunicorn",
        "pip install numpy",
        "apt-get update && apt-get install -y curl procps",
        "apk add --no-cache tini",
        "apt-get update && apt-get install -y curl && pip install flask",
    ],
)
def test_a_few_small_packages_are_not_slow(install):
    assert messages(BUILD, f"{START}RUN {install}\n") == []


@pytest.mark.parametrize(
    "install",
    [
        "pip install torch",
        "pip install $PACKAGES",
        "pip install git+https://example.com/a.git@v1.2",
        "apt-get update && apt-get upgrade -y && apt-get install -y curl",
        "apt-get install -y build-essential",
        "pip install flask && make",
    ],
)
def test_what_is_large_or_not_known_is_slow(install):
    assert messages(BUILD, f"{START}RUN {install}\n")


def test_small_packages_are_slow_on_an_emulated_processor():
    action = f"""{HEAD}      - uses: docker/setup-buildx-action@v3
      - uses: docker/build-push-action@v6
        with:
          platforms: linux/amd64,linux/arm64
"""
    dockerfile = f"{START}RUN apt-get install -y curl\n"
    assert messages(action, dockerfile)
    assert messages(action.replace(",linux/arm64", ""), dockerfile) == []


def _two(second: str) -> str:
    return f"{BUILD}      - run: docker build -f worker.Dockerfile {second}.\n"


def test_the_same_first_steps_were_run_by_the_build_before():
    first = f"{START}{COPIED}{SLOW}CMD api\n"
    second = f"{START}{COPIED}{SLOW}CMD worker\n"
    assert len(messages(_two(""), first, **{"worker.Dockerfile": second})) == 1

    another = second.replace("/app", "/srv")
    assert len(messages(_two(""), first, **{"worker.Dockerfile": another})) == 2


def test_another_job_starts_empty():
    first = f"{START}{COPIED}{SLOW}"
    job = "  other:\n    runs-on: ubuntu-latest\n    steps:\n"
    again = f"{BUILD}{job}      - run: docker build .\n"
    assert len(messages(again, first)) == 2


def test_another_value_of_an_argument_above_is_another_build():
    dockerfile = f"{START}ARG UID\n{COPIED}{SLOW}"
    below = f"{START}{COPIED}{SLOW}ARG UID\n"
    workflow = (
        f"{HEAD}      - run: docker build --build-arg UID=1 .\n"
        "      - run: docker build --build-arg UID=2 .\n"
    )
    assert len(messages(workflow, dockerfile)) == 2
    assert len(messages(workflow, below)) == 1
    assert len(messages(workflow.replace("UID=2", "UID=1"), dockerfile)) == 1


def test_two_builds_with_other_arguments_get_scopes_of_their_own():
    step = "      - uses: docker/build-push-action@v6\n        with:\n          context: .\n"
    rows = [f"{step}          build-args: UID={number}\n" for number in (1, 2)]
    workflow = f"{HEAD}      - uses: docker/setup-buildx-action@v3\n{rows[0]}{rows[1]}"
    files = {**FILES, "Dockerfile": f"{START}ARG UID\n{COPIED}{SLOW}"}

    def reread(text: str):
        return ci_file_of(text, files)

    fixed = fix_ci(reread(workflow), reread, RuleSelection((RULE,)), UNSAFE)
    assert "cache-to: type=gha\n" in fixed.text
    assert "cache-to: type=gha,scope=image-2\n" in fixed.text


URL = "https://github.com/acme/shop.git"
OWN = {"pyproject.toml": '[project]\nname = "shop"\n'}
GIT = "FROM python:3.13-slim\nRUN apt-get install -y build-essential\n"
FETCHES = [
    f"RUN git clone {URL} /shop && pip install /shop",
    f"RUN git clone -b main {URL} /shop && pip install /shop",
    f"RUN pip install git+{URL}",
    "RUN pip install shop",
]


@pytest.mark.parametrize("fetch", FETCHES)
def test_a_cache_would_ship_old_code_of_the_project_itself(fetch):
    assert messages(BUILD, f"{GIT}COPY run.sh .\n{fetch}\n", **OWN) == []


@pytest.mark.parametrize(
    "fetch",
    [
        f"RUN git clone -b v1.2 {URL} /shop && pip install /shop",
        f"RUN git clone {URL} /shop && git -C /shop reset --hard 1a2b3c4",
        f"RUN pip install git+{URL}@1a2b3c4",
        "RUN pip install shop==1.2",
    ],
)
def test_a_version_of_the_project_stays_the_same(fetch):
    assert messages(BUILD, f"{GIT}COPY run.sh .\n{fetch}\n", **OWN)


@pytest.mark.parametrize("fetch", FETCHES[:3])
def test_a_fetch_of_other_code_counts_for_nothing_and_leaves_no_fix(fetch):
    action = workflow("context: .\npush: true\n")
    file = ci_file_of(action, {**FILES, "Dockerfile": f"{GIT}COPY run.sh .\n{fetch}\n"})
    (found,) = examine_ci(file, RuleSelection((RULE,)))[0]
    assert found.finding.message.endswith(
        "runs Dockerfile:2 again (no fix: a cache would keep what line 4 of the Dockerfile fetches)"
    )
    assert found.finding.fix is None
    assert messages(BUILD, f"{GIT}{fetch}\n") == []


DOWNLOAD = "      - uses: actions/download-artifact@v5\n        with: {path: "


@pytest.mark.parametrize(
    "steps",
    [
        f"{DOWNLOAD}app}}\n",
        f"{DOWNLOAD}app/wheels}}\n",
        "      - working-directory: app\n        run: uv build\n",
        "      - run: git rev-parse HEAD > app/VERSION\n",
    ],
)
def test_what_the_job_makes_is_another_one_in_each_run(steps):
    build = "      - run: docker build app\n"
    files = {
        "Dockerfile": "",
        "app/run.sh": "true\n",
        "app/.dockerignore": "*.py\n.git",
    }
    files["app/Dockerfile"] = f"{START}COPY . .\nRUN pip install torch\n"
    assert messages(f"{HEAD}{build}", "", **files)
    assert messages(f"{HEAD}{steps}{build}", "", **files) == []
    elsewhere = steps.replace("app", "other")
    assert messages(f"{HEAD}{elsewhere}{build}", "", **files)


def test_a_step_whose_condition_contradicts_that_of_its_job_never_runs():
    job = "    if: github.ref == 'refs/heads/main'\n    steps:\n"
    head = HEAD.replace("    steps:\n", job)
    branch = "        if: github.ref == 'refs/heads/{}'\n"
    step = "      - run: docker build -t app .\n"
    dockerfile = f"{START}{COPIED}{SLOW}"
    assert messages(f"{head}{step}{branch.format('main')}", dockerfile)
    assert messages(f"{head}{step}{branch.format('develop')}", dockerfile) == []


LOCK = """version = 1
[[package]]
name = "shop"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "NAME" }]
[[package]]
name = "NAME"
version = "1"
source = { registry = "https://example.com/simple" }
"""
SYNC = f"{START}COPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-install-project\n"
MANIFEST = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["NAME"]\n'


@pytest.mark.parametrize(
    ("name", "push", "speaks"),
    [
        ("httpx", "", False),
        ("torch", "", True),
        ("httpx", "      - run: docker push app\n", True),
    ],
)
def test_a_short_sync_of_an_image_that_is_not_pushed_is_not_slow(name, push, speaks):
    files = {
        "pyproject.toml": MANIFEST.replace("NAME", name),
        "uv.lock": LOCK.replace("NAME", name),
    }
    assert bool(messages(f"{BUILD}{push}", SYNC, **files)) is speaks


def test_a_few_packages_of_alpine_are_slow_only_for_an_image_that_is_pushed():
    dockerfile = "FROM python:3.13-alpine\nRUN apk add --no-cache git py3-pip\n"
    assert messages(BUILD, dockerfile) == []
    assert messages(f"{BUILD}      - run: docker push app\n", dockerfile)


def test_system_packages_alone_are_little_where_the_project_is_installed_below_its_sources():
    tools = f"{START}RUN apt-get install -y g++\nCOPY . .\n"
    assert messages(BUILD, tools)
    assert messages(BUILD, f"{tools}RUN pip install flask\n")
    assert messages(BUILD, f"{tools}RUN pip install scipy\n") == []
    big = tools.replace("g++", "openjdk-17-jdk")
    assert messages(BUILD, f"{big}RUN pip install scipy\n")


def test_an_image_on_a_base_that_ci_makes_anew_has_nothing_to_keep():
    base = f"{HEAD}      - run: docker build -t acme/base -f base.Dockerfile .\n"
    files = {"base.Dockerfile": "FROM debian\nCOPY . .\n"}
    text = f"{base}      - run: docker build -t app .\n"
    on_it = f"FROM acme/base\n{COPIED}{SLOW}"
    assert messages(text, on_it, **files) == []
    pinned = on_it.replace("acme/base", "acme/base:1.2")
    assert messages(text, pinned, **files)
    assert messages(text, on_it.replace("base", "tools"), **files)


INPUTS = "context: .\npush: true\n"


@pytest.mark.parametrize(
    ("comment", "speaks"),
    [
        ("# cache-from: type=gha", False),
        ("#cache-to: type=gha,mode=max", False),
        ("# - cache-from=type=gha", False),
        ("# no cache: see the wiki", True),
    ],
)
def test_a_cache_that_is_commented_out_is_meant_to_be(comment, speaks):
    dockerfile = f"{START}{COPIED}{SLOW}"
    inside = workflow(f"context: .\n{comment}\npush: true\n")
    assert bool(messages(inside, dockerfile)) is speaks
    before = workflow(INPUTS, before=f"{comment}\n- run: ls\n")
    assert messages(before, dockerfile)


def test_commands_for_a_minikube_are_left_alone():
    run = "      - run: |\n          {}\n          docker build -t app .\n"
    dockerfile = f"{START}{COPIED}{SLOW}"
    assert messages(HEAD + run.format("eval $(minikube docker-env)"), dockerfile) == []
    assert messages(HEAD + run.format("minikube start"), dockerfile)


def test_the_commands_of_one_script_are_one_finding():
    other = f"{START}ENV A=1\n{COPIED}{SLOW}"
    run = (
        "      - run: |\n          docker build -t app .\n"
        "          docker build -t worker -f worker.Dockerfile .\n"
    )
    (both,) = messages(
        HEAD + run, f"{START}{COPIED}{SLOW}", **{"worker.Dockerfile": other}
    )
    assert "runs Dockerfile:4 and worker.Dockerfile:5 again" in both
    same = {"worker.Dockerfile": f"{START}{COPIED}{SLOW}CMD worker\n"}
    (one,) = messages(HEAD + run, f"{START}{COPIED}{SLOW}", **same)
    assert "runs Dockerfile:4 again (no fix" in one


def test_two_services_of_one_command_are_both_named():
    compose = "services:\n  api: {build: api}\n  job: {build: job}\n"
    image = f"{START}{COPIED}{SLOW}"
    files = {"api/Dockerfile": image, "job/Dockerfile": image, "compose.yaml": compose}
    files |= {"api/requirements.txt": "torch\n", "job/requirements.txt": "torch\n"}
    (message,) = messages(f"{HEAD}      - run: docker buildx bake\n", "", **files)
    assert "runs api/Dockerfile:4 and job/Dockerfile:4 again" in message


GITLAB = "build:\n  services: [docker:dind]\n  script: [docker build -t app .]\n"


@pytest.mark.parametrize(
    ("changes", "speaks"),
    [
        ("[Dockerfile, requirements.txt, .gitlab-ci.yml]", False),
        ("[Dockerfile, src/**/*]", True),
        ("['*']", True),
    ],
)
def test_a_job_that_gitlab_starts_for_dockerfiles_alone(changes, speaks):
    text = f"{GITLAB}  rules: [{{changes: {changes}}}]\n"
    assert bool(gitlab(text)) is speaks
    assert gitlab(GITLAB)


@pytest.mark.parametrize(
    ("starts", "speaks"),
    [
        ("rules: [{if: $CI_COMMIT_TAG}]", False),
        ("rules: [{if: $CI_COMMIT_TAG, when: manual}, {when: never}]", False),
        ("rules: [{if: '$CI_PIPELINE_SOURCE == \"schedule\"'}]", False),
        ("rules: [{if: $CI_COMMIT_TAG}, {if: '$CI_COMMIT_BRANCH == \"main\"'}]", True),
        ("when: manual", False),
        ("when: on_success", True),
        ("only: [tags]", False),
        ("only: tags", False),
        ("only: {refs: [tags, schedules]}", False),
        ("only: [tags, main]", True),
        ("only: {changes: [src/**]}", True),
    ],
)
def test_a_job_that_no_commit_starts_on_gitlab(starts, speaks):
    assert bool(gitlab(f"{GITLAB}  {starts}\n")) is speaks


def gitlab(text: str) -> list[str]:
    """The messages about a pipeline of GitLab."""
    files = {**FILES, "Dockerfile": f"{START}{COPIED}{SLOW}", ".gitlab-ci.yml": text}
    workspace = Workspace.of(files)
    found = ci_builds(workspace)
    image = build(files["Dockerfile"], files)
    file = CiFile(".gitlab-ci.yml", text, found, found, lambda _build: image)
    items = examine_ci(file, RuleSelection((RULE,)))[0]
    return [item.finding.message for item in items]


@pytest.mark.parametrize(
    ("condition", "speaks"),
    [
        ("steps.tag.outputs.not_yet_exists == 1", False),
        ("steps.tag.outputs.exists == 'false'", False),
        ("steps.tag.outputs.exists != 'true'", False),
        ("steps.tag.outputs.exists == 'true'", True),
        ("steps.changes.outputs.docker == 'true'", True),
    ],
)
def test_a_build_of_a_missing_image_alone_needs_no_cache(condition, speaks):
    step = f"      - run: docker build -t app .\n        if: {condition}\n"
    assert bool(messages(f"{HEAD}{step}", f"{START}{COPIED}{SLOW}")) is speaks


@pytest.mark.parametrize(
    ("condition", "speaks"),
    [
        ("steps.release.outputs.release_created", False),
        ("steps.release.outputs.api--release_created == 'true'", False),
        ("!needs.release.outputs.released", True),
        ("needs.release.outputs.releases_created == 'true'", False),
        ("${{ needs.semantic.outputs.new_release_published == 'true' }}", False),
        ("needs.release.outputs.released == 'true'", False),
        ("needs.check.outputs.version_changed == 'true'", False),
        ("needs.release.outputs.released == 'false'", True),
        ("needs.release.outputs.released != 'true'", True),
        ("needs.release.outputs.released == 'true' || github.ref_name == 'main'", True),
        ("needs.release.outputs.release_notes != ''", True),
    ],
)
def test_a_build_after_a_release_alone_needs_no_cache(condition, speaks):
    step = f"      - run: docker build -t app .\n        if: {condition}\n"
    assert bool(messages(f"{HEAD}{step}", f"{START}{COPIED}{SLOW}")) is speaks


PUBLISH = "      - uses: pypa/gh-action-pypi-publish@release/v1\n"


@pytest.mark.parametrize(
    ("steps", "speaks"),
    [
        (PUBLISH, False),
        ("      - run: uv build && uv publish\n", False),
        (f"{PUBLISH}        if: github.ref_type == 'tag'\n", True),
        (f"{PUBLISH}        with: {{skip-existing: true}}\n", True),
        ("      - run: twine upload --repository testpypi dist/*\n", True),
    ],
)
def test_what_follows_a_published_package_runs_once_for_a_version(steps, speaks):
    dockerfile = f"{START}{COPIED}{SLOW}"
    build = "      - run: docker build -t app .\n"
    assert bool(messages(f"{HEAD}{steps}{build}", dockerfile)) is speaks

    package = f"  package:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
    needs = HEAD.replace("    steps:", "    needs: package\n    steps:")
    assert bool(messages(f"{needs}{build}{package}", dockerfile)) is speaks


@pytest.mark.parametrize(
    ("condition", "speaks"),
    [
        ("", False),
        ("    if: github.event_name == 'release'\n", True),
    ],
)
def test_an_image_beside_a_published_package_is_built_once_for_a_version(
    condition, speaks
):
    dockerfile = f"{START}{COPIED}{SLOW}"
    package = (
        f"  package:\n{condition}    runs-on: ubuntu-latest\n    steps:\n{PUBLISH}"
    )
    assert bool(messages(f"{BUILD}{package}", dockerfile)) is speaks
    assert messages(f"{BUILD}{PUBLISH}", dockerfile) == []


SCAN = (
    "      - uses: aquasecurity/trivy-action@0.33.1\n        with: {image-ref: app}\n"
)


@pytest.mark.parametrize(
    ("after", "speaks"),
    [
        (SCAN, False),
        (f"{SCAN}      - uses: github/codeql-action/upload-sarif@v3\n", False),
        ("      - run: docker run --rm aquasec/trivy image app\n", False),
        ("      - run: grype app\n", False),
        (f"      - run: docker run app pytest\n{SCAN}", True),
        (f"{SCAN}      - run: docker push app\n", True),
        (f"{SCAN}      - uses: ./.github/actions/deploy\n", True),
        (f"      - run: kind load docker-image app\n{SCAN}", True),
        ("", True),
    ],
)
@pytest.mark.parametrize(
    "build",
    [
        "run: docker build -t app .\n",
        "uses: docker/build-push-action@v6\n        with: {context: ., load: true}\n",
    ],
    ids=["command", "action"],
)
def test_an_image_that_is_only_scanned_needs_none(build, after, speaks):
    text = f"{HEAD}      - {build}{after}"
    assert bool(messages(text, f"{START}{COPIED}{SLOW}")) is speaks


def test_a_script_that_builds_and_scans():
    run = "      - run: |\n          docker build -t app .\n          {}\n"
    dockerfile = f"{START}{COPIED}{SLOW}"
    assert messages(HEAD + run.format("trivy image app"), dockerfile) == []
    assert messages(HEAD + run.format("# trivy image app"), dockerfile)


def test_a_scanned_image_that_is_pushed_is_built_for_others():
    text = workflow("context: .\npush: true\ntags: acme/app:1\n") + SCAN
    assert messages(text, f"{START}{COPIED}{SLOW}")


@pytest.mark.parametrize(
    ("base", "pull", "speaks"),
    [
        ("python", "true", False),
        ("python:latest", "true", False),
        ("python:3.13-slim", "true", True),
        ("python", "false", True),
        ("python", "${{ github.ref_name == 'main' }}", True),
    ],
)
def test_who_asks_for_the_newest_base_of_all_gets_no_cache(base, pull, speaks):
    text = workflow(f"context: .\npull: {pull}\npush: true\n")
    dockerfile = f"FROM {base}\n{COPIED}{SLOW}"
    assert bool(messages(text, dockerfile)) is speaks
    final = (
        f"FROM {base} AS build\n{COPIED}{SLOW}FROM scratch\nCOPY --from=build /a /a\n"
    )
    assert bool(messages(text, final)) is speaks


WHEEL = f"{START}COPY {{}} wheels/\nRUN pip install torch wheels/*.whl\n"


@pytest.mark.parametrize(
    ("source", "files", "speaks"),
    [
        ("dist/*.whl", {}, False),
        ("dist/", {}, False),
        ("dist/*.whl", {"dist/app.whl": ""}, True),
        # One of them may be missing
        ("requirements.txt dist/*.whl", {}, True),
    ],
)
def test_what_is_not_in_the_commit_the_job_makes(source, files, speaks):
    assert bool(messages(BUILD, WHEEL.format(source), **files)) is speaks


@pytest.mark.parametrize(
    ("command", "speaks"),
    [
        ("cp /tmp/baipp/dist/*.whl dist/", False),
        ("mv -f $HOME/app.whl dist/app.whl", False),
        ("poetry build -f wheel", False),
        ("cp README.md dist/", True),
        ("cp /tmp/log logs/", True),
    ],
)
@pytest.mark.parametrize("separator", ["\n      - run: ", "\n          "])
def test_a_directory_into_which_the_job_puts_other_files(command, speaks, separator):
    script = f"      - run: |\n          {command}{separator}docker build -t app .\n"
    text = script.replace("run: |\n          ", "run: ", 1)
    script = text if separator.endswith("run: ") else script
    files = {"dist/old.whl": ""}
    said = messages(f"{HEAD}{script}", WHEEL.format("dist/*.whl"), **files)
    assert bool(said) is speaks


@pytest.mark.parametrize(
    ("base", "speaks"),
    [
        ("fedora:rawhide", False),
        ("debian:sid-slim", False),
        ("alpine:edge", False),
        ("opensuse/tumbleweed", False),
        ("rust:nightly", False),
        ("debian:trixie-slim", True),
        ("nvidia/cuda:13.0.0-base-ubuntu24.04", True),
        ("acme/reside:1", True),
        ("fedora:42", True),
    ],
)
def test_a_base_of_each_day_misses_each_day(base, speaks):
    dockerfile = f"FROM {base}\n{COPIED}{SLOW}"
    assert bool(messages(BUILD, dockerfile)) is speaks
    digest = f"FROM {base}@sha256:{'0' * 64}\n{COPIED}{SLOW}"
    assert messages(BUILD, digest)


@pytest.mark.parametrize("manager", ["dnf", "microdnf", "yum", "zypper", "apt-get"])
def test_tools_of_any_system_are_a_small_part_of_what_is_installed_below(manager):
    tools = f"{START}RUN {manager} install -y git\nCOPY . .\n"
    assert messages(BUILD, tools)
    assert messages(BUILD, f"{tools}{SLOW}") == []


@pytest.mark.parametrize(
    ("on", "pull", "speaks"),
    [
        ("push", "false", True),
        ("push", "true", False),
        ("{push: , schedule: [{cron: 0 3 * * 0}]}", "false", False),
    ],
)
@pytest.mark.parametrize("upgrade", ["apt-get -y upgrade", "dnf -y update"])
def test_upgrades_that_a_pull_or_schedule_is_to_renew(on, pull, speaks, upgrade):
    text = workflow(f"context: .\npull: {pull}\npush: true\n", on)
    dockerfile = f"{START}RUN {upgrade}\n{COPIED}{SLOW}"
    assert bool(messages(text, dockerfile)) is speaks
    assert messages(text, f"{START}{COPIED}{SLOW}")
    other = f"{START}RUN pip install --upgrade pip && apt-get upgrade -y openssl\n"
    assert messages(text, f"{other}{COPIED}{SLOW}")


@pytest.mark.parametrize(
    ("name", "step", "speaks"),
    [
        ("Reproducible builds", "Build", False),
        ("Image", "Check reproducibility", False),
        ("Image", "Build", True),
    ],
)
def test_a_check_of_reproducible_builds_starts_from_nothing(name, step, speaks):
    text = f"name: {name}\n{HEAD}      - name: {step}\n        run: docker build -t app .\n"
    assert bool(messages(text, f"{START}{COPIED}{SLOW}")) is speaks


def test_a_base_image_that_is_built_for_changes_of_its_own_file():
    on = "{push: {paths: [docker/AppBase, pyproject.toml, '.github/workflows/base.yml']}}"
    text = HEAD.replace("on: push", f"on: {on}")
    text += "      - run: docker build -f docker/AppBase -t acme/base .\n"
    files = {"docker/AppBase": f"{START}{COPIED}{SLOW}"}
    assert messages(text, "", **files) == []
    assert messages(text.replace("[docker/AppBase", "[src/app.py"), "", **files)


@pytest.mark.parametrize(
    ("condition", "file", "speaks"),
    [
        ("needs.changes.outputs.tool == 'true'", "VERSION", False),
        ("steps.filter.outputs.tool == 'true' || inputs.force", "VERSION", False),
        ("needs.changes.outputs.tool == 'true'", "main.py", True),
        ("needs.changes.outputs.other == 'true'", "VERSION", True),
    ],
)
def test_an_image_without_sources_that_is_built_for_changes_of_its_directory(
    condition, file, speaks
):
    command = "docker build -t tool -f images/tool/Dockerfile images/tool"
    text = f"{HEAD}      - if: {condition}\n        run: {command}\n"
    dockerfile = f"{START}RUN pip install torch\nCOPY {file} .\n"
    files = {"images/tool/Dockerfile": dockerfile, f"images/tool/{file}": ""}
    assert bool(messages(text, "", **files)) is speaks
