"""Where what package managers keep costs nothing, the rules about it are silent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from judged import said
from made import findings, fixed

from lightship.build import Build
from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.registry import all_rules
from lightship.repository_facts import RepositoryFacts

RULES = {rule.id: rule for rule in all_rules()}
UV = "FROM python:3.14-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\n"
KEPT = {
    "apt-lists-kept": "RUN apt-get update && apt-get install -y git",
    "conda-cache-kept": "FROM condaforge/miniforge3:25.9.1-0\nRUN conda install -y numpy",
    "pip-cache-kept": "FROM python:3.14-slim\nRUN pip install flask==3.1.2",
    "rpm-cache-kept": "FROM fedora:43\nRUN dnf install -y git",
    "uv-cache-kept": f"{UV}RUN uv pip install --system flask==3.1.2",
}


def messages(rule: str, build: Build) -> list[str]:
    return [item.finding.message for item in lint(build, [RULES[rule]])]


@pytest.mark.parametrize("rule", KEPT)
@pytest.mark.parametrize("purpose", ["development", "test", "ci"])
def test_an_image_that_nobody_pulls_may_keep_its_caches(rule, purpose):
    build = build_of(KEPT[rule])
    assert messages(rule, build)
    assert not messages(rule, replace(build, purpose=purpose))
    # Every job of CI pulls its image; one to develop or test with is pulled by few
    published = replace(build, purpose=purpose, is_published=True)
    assert bool(messages(rule, published)) == (purpose == "ci")


@pytest.mark.parametrize("rule", KEPT)
def test_an_example_may_keep_its_caches(rule):
    example = RepositoryFacts(is_example=True)
    build = replace(build_of(KEPT[rule]), repository=example)
    assert not messages(rule, build)
    assert messages(rule, replace(build, is_published=True))


@pytest.mark.parametrize("rule", KEPT)
def test_an_image_whose_first_comment_names_developers_may_keep_its_caches(rule):
    text = build_of(KEPT[rule]).dockerfile.text
    assert not messages(rule, build_of(f"# Development image\n\n{text}"))


@pytest.mark.parametrize(
    "install",
    [
        "pip install --upgrade pip",
        "pip3 install 'setuptools~=78.1.0' wheel",
        "pip install --no-deps -U /deps/*.whl",
        "pip install ./*.whl",
        "pip install --no-deps --find-links /wheels app",
        "pip install --no-deps .",
        "pip install --no-cache-dir -r requirements.txt && pip install ./src",
        "pip3 install absl-py==2.1",
        "pip install DateTime PyYAML",
        "pip install -r tools.txt",
    ],
)
def test_a_download_of_a_megabyte_is_not_spoken_of(install):
    text = f"FROM python:3.14-slim\nCOPY . .\nRUN {install}"
    files = {"tools.txt": "requests==2.32.3\n# small\nclick\n"}
    assert not messages("pip-cache-kept", build_of(text, files))


@pytest.mark.parametrize(
    "install",
    [
        "pip install .",
        "pip install dist/app-1.0-py3-none-any.whl",
        "pip install --no-cache-dir -r requirements.txt && pip install '.[ml]'",
        "pip install --no-deps torch",
        "pip install pip flask",
        "pip install 'requests[socks]'",
        "pip install datetime pyyaml docker",
    ],
)
def test_what_may_bring_more_is_spoken_of(install):
    text = f"FROM python:3.14-slim\nCOPY . .\nRUN {install}"
    assert messages("pip-cache-kept", build_of(text))


def test_the_fix_of_a_large_install_mends_the_small_ones_too():
    text = "FROM python:3.14-slim\nRUN pip install -U pip\nRUN pip install flask"
    assert fixed(RULES["pip-cache-kept"], text).count("--no-cache-dir") == 2


def test_a_tool_that_nobody_pulls_may_keep_its_caches():
    text = "FROM debian:13\nRUN apt-get update && apt-get install -y gcc\n"
    build = build_of(text)
    assert messages("apt-lists-kept", build)
    tool = replace(build, purpose="tool")
    assert not messages("apt-lists-kept", tool)
    assert messages("apt-lists-kept", replace(tool, is_published=True))


def test_of_an_update_alone_the_install_is_named_that_reads_its_index():
    text = "FROM debian:13\nRUN apt-get update\nRUN apt-get install -y git\n"
    [item] = lint(build_of(text), [RULES["apt-lists-kept"]])
    assert item.finding.message.startswith("apt's index stays in the image")
    assert item.finding.span.of(text) == "apt-get install"


def test_the_layers_with_an_index_are_one_finding():
    update = "RUN apt-get update && apt-get install -y "
    text = f"FROM debian:13\n{update}git\nRUN apt-get install -y jq\n{update}curl\n"
    assert len(set(messages("apt-lists-kept", build_of(text)))) == 1


def test_the_place_is_that_of_the_first_install_that_brings_something():
    text = "FROM python:3.14-slim\nRUN pip install -U pip\nRUN pip install django"
    [item] = lint(build_of(text), [RULES["pip-cache-kept"]])
    assert item.finding.span.start > text.index("\nRUN pip install django")


@pytest.mark.parametrize(
    ("rule", "setting"),
    [("pip-cache-kept", "PIP_NO_CACHE_DIR"), ("uv-cache-kept", "UV_NO_CACHE")],
)
def test_a_base_image_of_the_repository_may_switch_the_cache_off(rule, setting):
    facts = RepositoryFacts(cache_settings=frozenset({setting}))
    assert not messages(rule, replace(build_of(KEPT[rule]), repository=facts))


def test_a_script_that_the_build_runs_may_switch_the_cache_off():
    text = (
        "FROM python:3.14-slim\nCOPY install /install\n"
        "RUN /install/pip.sh && pip install flask"
    )
    other = {"install/pip.sh": "apt-get update"}
    assert messages("pip-cache-kept", build_of(text, other))
    settings = {"install/pip.sh": "cat > /etc/pip.conf\nno-cache-dir = false\n"}
    assert not messages("pip-cache-kept", build_of(text, settings))


def test_a_cache_that_another_command_works_on_is_wanted():
    uv = (
        "FROM python:3.13-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\n"
        "ENV UV_CACHE_DIR=/home/app/.uv_cache UV_LINK_MODE=copy\nCOPY pyproject.toml uv.lock ./\n"
        "RUN uv sync --locked --no-dev\n"
    )
    touched = 'RUN find "${UV_CACHE_DIR}" -print0 | xargs -0 chown app\n'
    removed = 'RUN rm -rf "${UV_CACHE_DIR}"\n'
    end = 'CMD ["python", "app.py"]\n'
    assert said("uv-cache-kept", f"{uv}{touched}{end}") == []
    assert said("uv-cache-kept", f"{uv}{removed}{end}")

    pip = "FROM python:3.13-slim\nENV PIP_CACHE_DIR=/cache\nRUN pip install -r r.txt\n"
    assert said("pip-cache-kept", f"{pip}RUN chown -R app $PIP_CACHE_DIR\n{end}") == []
    assert said("pip-cache-kept", f"{pip}{end}")


@pytest.mark.parametrize(
    ("install", "is_said"),
    [
        ("RUN uv sync --frozen", False),
        ("RUN uv sync --frozen --link-mode=copy", True),
        ("ENV UV_LINK_MODE=copy\nRUN uv sync --frozen", True),
        ("RUN uv sync --frozen && uv pip install django", True),
    ],
)
def test_hard_links_of_a_lock_file_weigh_nothing(install, is_said):
    text = f"{UV}COPY pyproject.toml uv.lock ./\n{install}"
    assert bool(said("uv-cache-kept", text)) is is_said


@pytest.mark.parametrize(
    ("image", "is_said"),
    [
        ("nvidia/cuda:13.0.1-devel-ubuntu24.04", False),
        ("docker.io/pytorch/pytorch:2.9.1-cuda13.0-cudnn9-runtime", False),
        ("ubuntu:24.04", True),
        ("acme/pytorch:1", True),
    ],
)
def test_the_index_of_apt_is_nothing_beside_gigabytes(image, is_said):
    text = f"FROM {image}\n{KEPT['apt-lists-kept']}"
    assert bool(said("apt-lists-kept", text)) is is_said


def test_a_layer_is_emptied_whatever_the_next_one_empties():
    text = (
        "FROM fedora:44\nRUN dnf install -y git\n\nRUN dnf install -y curl\nUSER 1001\n"
    )
    after = fixed(RULES["rpm-cache-kept"], text)
    assert after.count("&& dnf clean all\n") == 2
    assert said("rpm-cache-kept", after) == []


@pytest.mark.parametrize(
    ("script", "is_fixed"),
    [
        ("cd /tmp/a && conda install -y numpy && rm -rf /tmp/a", False),
        ("cd /tmp/a/b && conda install -y numpy && rm -r ../../a", False),
        ('cd "$AT" && conda install -y numpy && rm -rf "$AT"', False),
        ("cd /tmp/a && conda install -y numpy && cd / && rm -rf /tmp/a", True),
        ("cd /tmp/a && conda install -y numpy && rm -rf /tmp/b", True),
    ],
)
def test_nothing_is_started_in_a_directory_that_was_removed(script, is_fixed):
    text = f"FROM condaforge/miniforge3:25.9.1-0\nRUN {script}"
    (finding,) = findings(RULES["conda-cache-kept"], text)
    assert (finding.fix is not None) is is_fixed


@pytest.mark.parametrize(
    ("options", "count"),
    [("-i", 1), ("--index-cache -y", 1), ("-i -t -y", 0), ("-a", 0), ("-tiy", 0)],
)
def test_conda_without_its_index_keeps_its_downloads(options, count):
    text = f"{KEPT['conda-cache-kept']} && conda clean {options}"
    assert len(said("conda-cache-kept", text)) == count


def test_a_later_run_that_cleans_the_index_alone_removes_no_downloads():
    text = KEPT["conda-cache-kept"]
    (message,) = said("conda-cache-kept", f"{text}\nRUN conda clean -i")
    assert "in a later layer" not in message
    (message,) = said("conda-cache-kept", f"{text}\nRUN conda clean -a")
    assert "in a later layer" in message


def test_the_fix_keeps_no_cache_of_an_earlier_sync_either():
    text = (
        f"{UV}RUN uv sync --frozen --no-install-project\nCOPY . .\n"
        "RUN uv sync --frozen && uv tool install ruff==0.14.0"
    )
    [item] = lint(build_of(text), [RULES["uv-cache-kept"]])
    edits = item.finding.fix.edits
    assert [edit.text.strip() for edit in edits] == ["--no-cache"] * 3


CUDA = "FROM nvidia/cuda:12.4.1-base-ubuntu22.04\n"
ON_MUCH = {
    "apt-lists-kept": "RUN apt-get update && apt-get install -y git",
    "npm-cache-kept": "RUN npm install -g pm2@6.0.13",
    "pip-cache-kept": "RUN pip install flask==3.1.2",
    "rpm-cache-kept": "RUN dnf install -y git",
}


@pytest.mark.parametrize("rule", ON_MUCH)
def test_on_an_image_of_gigabytes_a_few_megabytes_are_nothing(rule):
    assert messages(rule, build_of(f"FROM example.org/base:1\n{ON_MUCH[rule]}"))
    assert not messages(rule, build_of(f"{CUDA}{ON_MUCH[rule]}"))


@pytest.mark.parametrize("rule", ON_MUCH)
@pytest.mark.parametrize("name", ["base-manual", "$BASE"])
def test_an_image_of_the_repository_may_be_built_on_gigabytes(rule, name):
    text = f"ARG BASE\nFROM {name}\n{ON_MUCH[rule]}"
    for other, is_said in ((CUDA, False), ("FROM debian:13\n", True)):
        build = build_of(text, {"base/Dockerfile": other})
        assert bool(messages(rule, build)) is is_said


def test_much_on_an_image_of_gigabytes_is_spoken_of():
    assert messages("pip-cache-kept", build_of(f"{CUDA}RUN pip install torch"))
    assert messages("npm-cache-kept", build_of(f"{CUDA}COPY . .\nRUN npm ci"))


@pytest.mark.parametrize("base", ["acme/min_reqs", "ghcr.io/acme/shop-deps:3"])
def test_an_image_that_is_named_for_its_packages_has_them(base):
    install = "COPY requirements.txt .\nRUN pip install -r requirements.txt"
    assert not messages("pip-cache-kept", build_of(f"FROM {base}\n{install}"))
    assert messages("pip-cache-kept", build_of(f"FROM acme/shop\n{install}"))


@pytest.mark.parametrize("rule", KEPT)
def test_of_what_is_pushed_another_build_counts_no_more(rule):
    facts = RepositoryFacts(has_pushed_build=True)
    build = replace(build_of(KEPT[rule]), repository=facts)
    assert not messages(rule, build)
    assert messages(rule, replace(build, is_published=True))


@pytest.mark.parametrize(
    ("install", "is_said"),
    [
        ("uv pip install --system requests click", False),
        ("uv pip install --system requests flask", True),
        ("uv pip install --system -r requirements.txt", True),
    ],
)
def test_small_packages_leave_little_of_uv_too(install, is_said):
    assert bool(messages("uv-cache-kept", build_of(f"{UV}RUN {install}"))) is is_said


def test_uv_beside_the_cache_of_another_is_told_to_mount_its_own():
    mount = "--mount=type=cache,target=/root/.cache/pip"
    text = f"{UV}RUN {mount} uv pip install --system numpy==2.3.0"
    (finding,) = findings(RULES["uv-cache-kept"], text)
    assert finding.fix is None
    place = "mount /root/.cache/uv in place of /root/.cache/pip"
    assert finding.message == f"this layer keeps uv's cache: {place}"
