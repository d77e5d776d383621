"""When debugging-tools-shipped reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said

from lightship.files.folder_context import open_context
from lightship.repository_facts import MountedVolume

APP = 'CMD ["/app/server"]'
PYTHON = "FROM python:3.13-slim\n"


@pytest.mark.parametrize(
    "packages",
    ["\\\n  # to debug live containers\n  nano", "fish vim", "fd-find vim zsh"],
)
def test_tools_that_are_meant_for_people_stay(packages):
    text = f"{PYTHON}RUN apt-get install -y {packages}\n{APP}"
    assert said("debugging-tools-shipped", text) == []


@pytest.mark.parametrize(
    ("install", "files"),
    [
        ("sudo vim", {}),
        ("vim", {"start.sh": "#!/bin/sh\nexec jupyter lab --ip 0.0.0.0\n"}),
        ("vim", {"compose.yaml": "services:\n  app:\n    build: .\n"}),
    ],
)
def test_an_image_that_people_work_in_has_its_tools(install, files):
    text = (
        f"{PYTHON}WORKDIR /work\nRUN apt-get install -y {install}\nCOPY . .\n"
        'CMD ["./start.sh"]'
    )
    volumes = (
        (MountedVolume("/work", from_host=True),) if "compose.yaml" in files else ()
    )
    files = {"start.sh": "#!/bin/sh\nexec ./server\n", **files}
    assert said("debugging-tools-shipped", text, files, volumes=volumes) == []
    plain = {"start.sh": "#!/bin/sh\nexec ./server\n"}
    assert said("debugging-tools-shipped", text.replace("sudo ", ""), plain)


def test_an_editor_that_the_program_opens_stays(tmp_path):
    image = tmp_path / "release/docker"
    image.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    source = tmp_path / "shop.py"
    source.write_text('for editor in "sensible-editor", "nano", "vi": ...\n')
    context = open_context(str(image), str(image / "Dockerfile"))
    text = f"{PYTHON}RUN apt-get install -y {{}}\n{APP}"
    nano, htop = text.format("nano"), text.format("htop")
    assert said("debugging-tools-shipped", nano, context=context) == []
    assert said("debugging-tools-shipped", htop, context=context)
    source.write_text("# nano, as a banana\n")
    assert said("debugging-tools-shipped", nano, context=context)
