"""What of a full image a build uses, by subject."""

from __future__ import annotations

import pytest

from lightship.base_images.reference import read_reference
from lightship.facts.full_image.called_tools import called_tools
from lightship.facts.full_image.compiled_pins import (
    are_wheels_known,
    compiled_pins,
    unknown_wheels,
)
from lightship.facts.full_image.ended_python import (
    compiled_library,
    has_ended,
    install_of_another_time,
)
from lightship.facts.full_image.full_image_use import (
    is_for_others,
    reads_unknown_files,
    relies_on_full,
)
from lightship.facts.full_image.install_needs import install_needs
from lightship.facts.full_image.manifest_texts import manifest_texts, project_texts
from lightship.facts.full_image.run_time_use import asked_at_run_time
from lightship.facts.full_image.stages_on_image import stages_on_image
from lightship.lint.examples import build_of

PIP = "COPY r.txt .\nRUN pip install -r r.txt\nCOPY app.py /\nCMD python /app.py"


def build(body: str, requirements: str = "", image: str = "python:3.13", **files: str):
    named = {name.replace("_", "."): text for name, text in files.items()}
    return build_of(
        f"FROM {image}\n{body}", {"r.txt": requirements, "app.py": "", **named}
    )


def stages(one):
    root = one.dockerfile.stages[0]
    return stages_on_image(one, root, one.root_image(root))


@pytest.mark.parametrize(
    ("body", "requirements", "used"),
    [
        (PIP, "flask==3.1.0", None),
        (PIP, "psycopg2==2.9.10", "psycopg2"),
        (PIP, "psycopg[binary]==3.2.1", None),
        ("RUN git clone https://example.com/a", "", "git"),
        (
            "RUN apt-get update && apt-get install -y git && git clone https://example.com/a",
            "",
            None,
        ),
        ("RUN apt-get install -y libpq-dev", "", "libpq-dev"),
        ("RUN ./install.sh", "", "./install.sh"),
        ("COPY app.py /\nHEALTHCHECK CMD curl -f http://localhost/", "", "curl"),
    ],
)
def test_what_a_build_uses_of_the_full_image(body, requirements, used):
    one = build(body, requirements)
    root = one.dockerfile.stages[0]
    assert relies_on_full(one, root, read_reference("python:3.13")) == used


@pytest.mark.parametrize(
    ("body", "called"),
    [
        ("RUN tar xf a.tar.xz", ["xz"]),
        ("RUN python setup.py install", ["setup.py"]),
        ("RUN ls", []),
        ("RUN hg clone https://example.com/a", ["hg"]),
    ],
)
def test_the_commands_that_a_slim_image_lacks(body, called):
    assert list(called_tools(stages(build(body)))) == called


def test_the_packages_of_apt_bring_commands_and_a_replaced_cmd_does_not_count():
    one = stages(build("RUN apt-get install -y curl\nCMD git pull\nCMD python"))
    assert one.installed == {"curl"}
    assert "curl" not in one.missing
    assert "git" in one.missing
    assert [item.keyword for item in one.instructions].count("CMD") == 1


@pytest.mark.parametrize(
    ("requirements", "needs"),
    [
        ("flask\n", []),
        ("uwsgi\n", ["uwsgi"]),
        ("a @ git+https://example.com/a\n", ["git"]),
    ],
)
def test_what_installs_need_of_the_system(requirements, needs):
    assert list(install_needs(stages(build(PIP, requirements)))) == needs


@pytest.mark.parametrize(
    ("requirements", "image", "compiled", "unknown"),
    [
        ("numpy==1.21.6\n", "python:3.13", ["numpy"], ["numpy==1.21.6"]),
        ("numpy\nflask==3.1.0\n", "python:3.13", [], []),
        ("acme-core==1.0\n", "python:3.13-slim", [], ["acme-core==1.0"]),
        ("acme-core>=1.0\n", "python:3.13", [], []),
    ],
)
def test_pinned_packages_without_a_known_wheel(requirements, image, compiled, unknown):
    one = build(PIP, requirements, image)
    root = one.dockerfile.stages[0]
    (call,) = one.packages("pip")
    assert list(compiled_pins(one, call)) == compiled
    assert list(unknown_wheels(one, root)) == unknown
    assert are_wheels_known(one, root) is (not unknown)


@pytest.mark.parametrize(
    ("image", "ended", "library", "install"),
    [
        ("python:3.13", False, "lxml", None),
        ("python:3.7", True, "lxml", "pip"),
        ("python:3.9", True, "lxml", None),
    ],
)
def test_a_python_of_another_time(image, ended, library, install):
    one = build(PIP, "lxml\n", image)
    instructions = one.dockerfile.stages[0].instructions
    assert has_ended(one) is ended
    assert compiled_library(one, instructions) == library
    assert install_of_another_time(one, instructions) == install


def test_the_manifests_that_an_install_reads():
    one = build("COPY . .\nRUN pip install .", pyproject_toml="[project]\nname = 'a'\n")
    calls = list(one.packages("pip"))
    assert "[project]\nname = 'a'\n" in manifest_texts(one, calls)
    assert list(project_texts(one, calls)) == ["[project]\nname = 'a'\n"]
    assert manifest_texts(build_of("RUN pip install ."), calls) == []


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("import torch\nf = torch.compile(g)\n", ["torch.compile"]),
        (
            "from ctypes.util import find_library\nfind_library('magic')\n",
            ["find_library"],
        ),
        ("import tkinter\n", ["tkinter"]),
        ("print(1)\n", []),
    ],
)
def test_what_a_program_asks_for_while_it_runs(code, asked):
    one = build("COPY app.py /", app_py=code)
    assert list(asked_at_run_time(one, (), {"gcc"})) == asked


def test_files_that_are_not_there_and_images_for_others():
    known = build(PIP, "flask\n")
    unknown = build_of("FROM python:3.13\nCOPY x.txt .\nRUN pip install -r x.txt", {})
    root = unknown.dockerfile.stages[0]
    assert reads_unknown_files(unknown, root)
    assert not reads_unknown_files(known, known.dockerfile.stages[0])
    assert is_for_others(build_of("FROM python:3.13\nRUN pip install a", {}))
    assert not is_for_others(known)
