"""Where a base image, an earlier install or a stale lock settles what unlocked-requirements says."""

from __future__ import annotations

import pytest
from judged import said

from lightship.repository_facts import MountedVolume

HEAD = "FROM python:3.13-slim\n"
LOCK = '[[package]]\nname = "shop"\nversion = "{}"\nsource = {{ editable = "." }}\n'


@pytest.mark.parametrize(
    ("version", "advice"),
    [
        ("1.2", "install from uv.lock with uv sync --locked"),
        ("1.1", "run uv lock, then install from it with uv sync --locked"),
    ],
)
def test_a_lock_of_another_version_of_the_project_is_made_again_first(version, advice):
    project = '[project]\nname = "shop"\nversion = "1.2"\ndependencies = ["flask"]\n'
    metadata = '[package.metadata]\nrequires-dist = [{ name = "flask" }]\n'
    files = {"pyproject.toml": project, "uv.lock": LOCK.format(version) + metadata}
    [message] = said(
        "unlocked-requirements", f"{HEAD}COPY . .\nRUN uv pip install .\n", files
    )
    assert message.endswith(f": {advice}")


@pytest.mark.parametrize(
    ("before", "count"),
    [
        ("pip install -r /shop/requirements.txt", 0),
        ("grep -v torch requirements.txt > r.txt && pip install -r r.txt", 0),
        ("pip install -r requirements.txt", 1),
    ],
)
def test_files_that_are_not_known_may_have_settled_what_is_named_later(before, count):
    text = f"{HEAD}COPY requirements.txt ./\nRUN {before}\nRUN pip install torch flask"
    found = said("unlocked-requirements", text, {"requirements.txt": "attrs==1.0\n"})
    assert len(found) == count
    assert all(message.endswith("fit what is installed") for message in found)


@pytest.mark.parametrize("image", ["acme/better-pytorch:2.6", "acme/gpu:12-torch2.6"])
def test_an_image_with_torch_has_a_matched_set(image):
    [message] = said(
        "unlocked-requirements", f"FROM {image}\nRUN pip install flask gunicorn"
    )
    assert message.endswith("name versions that fit the base image")


@pytest.mark.parametrize(("option", "count"), [("--upgrade ", 0), ("", 1)])
def test_who_works_in_an_image_may_want_the_newest(option, count):
    text = f"{HEAD}COPY dev.txt ./\nRUN pip install {option}-r dev.txt\n"
    mounted = (MountedVolume("/app", from_host=True),)
    found = said(
        "unlocked-requirements",
        text.replace("COPY", "WORKDIR /app\nCOPY . .\nCOPY"),
        {"dev.txt": "flask\ngunicorn\n"},
        path="docker/development/Dockerfile",
        volumes=mounted,
    )
    assert len(found) == count
