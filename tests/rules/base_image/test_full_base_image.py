"""When full-base-image reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings, said

from lightship.repository_facts import RepositoryFacts
from lightship.text import decode

APP_FILES = "COPY app.py /\nCMD python /app.py"


@pytest.mark.parametrize("package", ["rasterio", "titiler.xarray", "rio-tiler"])
def test_what_loads_libexpat_needs_the_full_image(package):
    text = (
        f"FROM python:3.13\nRUN pip install {package}==1.0\nCOPY a.py /\n"
        'CMD ["uvicorn", "a:b"]'
    )
    assert said("full-base-image", text, {"a.py": ""}) == []
    assert said("full-base-image", text.replace(package, "flask"), {"a.py": ""})


@pytest.mark.parametrize(
    ("text", "is_silent"),
    [
        ("FROM python:2.7\nRUN pip install linkchecker\n", True),
        ("FROM python:3.8\nRUN pip install spacy==3.6.1\n", True),
        ("FROM python:3.8\nRUN pip install flask==2.0.0\n", False),
        ("FROM python:3.14\nRUN pip install numpy==2.4.0\n", False),
        # Which of its packages had wheels then is not known
        ("FROM python:3.6\nRUN pip install ujson==1.35\n", True),
        ("FROM python:3.6\nRUN pip install flask\n", True),
        ("FROM python:3.6\n", False),
        ("FROM node:12\nRUN npm ci\n", True),
        ("FROM node:22\nRUN npm ci\n", False),
        ("FROM python:3.14\nRUN echo\n# %include-run-task\n", True),
        ("# For local development\nFROM python:3.14\nRUN pip install flask\n", True),
    ],
)
def test_a_full_image_that_is_needed_in_other_ways(text, is_silent):
    assert (said("full-base-image", f"{text}{APP_FILES}") == []) is is_silent


def test_a_full_image_that_gets_no_files_is_for_others():
    text = 'FROM python:3.14\nRUN pip install py-spy\nENTRYPOINT ["py-spy"]'
    assert said("full-base-image", text) == []


@pytest.mark.parametrize(
    ("requirement", "is_silent"),
    [
        ("flask-mysqldb==2.0.0", True),
        ("wand==0.6.13", True),
        ("pdfplumber==0.5.28", True),
        ("pdfplumber~=0.5", True),
        ("pdfplumber==0.11.4", False),
        ("pdfplumber", False),
    ],
)
def test_a_library_that_needs_libraries_of_the_full_image(requirement, is_silent):
    text = (
        "FROM python:3.13\nCOPY requirements.txt .\n"
        f"RUN pip install -r requirements.txt\n{APP_FILES}"
    )
    files = {"requirements.txt": f"{requirement}\n", "app.py": ""}
    assert (said("full-base-image", text, files) == []) is is_silent


def test_poetry_asks_for_an_old_pdfplumber_too():
    text = f"FROM python:3.13\nCOPY pyproject.toml .\nRUN pip install .\n{APP_FILES}"
    project = '[tool.poetry.dependencies]\npdfplumber = "^{}"\n'
    for version, is_silent in [("0.5.28", True), ("0.11.0", False)]:
        files = {"pyproject.toml": project.format(version), "app.py": ""}
        assert (said("full-base-image", text, files) == []) is is_silent


@pytest.mark.parametrize(
    ("service", "is_silent"),
    [
        (
            'build: .\n    healthcheck:\n      test: ["CMD", "curl", "-f", "http://a"]',
            True,
        ),
        ("build: .\n    command: sh -c 'git pull && python app.py'", True),
        ("build: .\n    environment:\n      URL: https://a.example/a.git", False),
        (
            'image: es:9\n    healthcheck:\n      test: ["CMD", "curl", "-f", "a"]',
            False,
        ),
    ],
)
def test_a_command_of_a_service_may_need_the_full_image(service, is_silent):
    text = f"FROM python:3.13\nRUN pip install flask==3.1.2\n{APP_FILES}"
    compose = f"services:\n  shop:\n    {service}\n"
    files = {"docker/compose.yml": compose, "app.py": "", ".dockerignore": "docker\n"}
    assert (said("full-base-image", text, files) == []) is is_silent


@pytest.mark.parametrize(
    ("start", "files"),
    [
        (
            'COPY start.sh /\nENTRYPOINT ["/start.sh"]',
            {"start.sh": "npm install\nng serve\n"},
        ),
        (
            'COPY start.sh /\nENTRYPOINT ["/start.sh"]',
            {"start.sh": "yarn && yarn start\n"},
        ),
        ("COPY a.js /\nCMD npm install && node /a.js", {"a.js": ""}),
        ('COPY a.js /\nCMD ["sh", "-c", "npm ci && node /a.js"]', {"a.js": ""}),
    ],
)
def test_an_install_at_the_start_may_need_what_only_the_full_image_has(start, files):
    text = f"FROM node:24\nRUN npm install -g @angular/cli@20.0.0\n{start}"
    assert said("full-base-image", text, files) == []
    installing = ("npm install\n", "yarn && ", "npm install && ", "npm ci && ")
    for command in installing:
        text = text.replace(command, "")
        files = {name: content.replace(command, "") for name, content in files.items()}
    assert said("full-base-image", text, files)


@pytest.mark.parametrize(
    ("address", "needs_git"),
    [
        ("git+https://example.com/a.git", True),
        ("git://example.com/a.git", True),
        ("https://example.com/o/a.git#v1", True),
        ("gitlab:o/a", True),
        ("o/a", True),
        ("o/a#semver:^1", True),
        ("^1.0.0", False),
        ("https://example.com/a.tgz", False),
        ("npm:@o/a@1", False),
        ("file:../a", False),
    ],
)
def test_a_git_dependency_of_node_needs_git(address, needs_git):
    manifest = (
        f'{{"repository": "o/a", "dependencies": {{"a": "{address}", "b": "1"}}}}'
    )
    text = 'FROM node:24\nCOPY . .\nRUN npm install\nCMD ["node", "a.js"]'
    files = {"package.json": manifest, "a.js": ""}
    assert (said("full-base-image", text, files) == []) is needs_git


@pytest.mark.parametrize(
    ("install", "is_silent"),
    [
        ("pip install -r requirements.txt", False),
        ("pip install -r gpu/requirements.txt", True),
        ("pip install -r requirements.txt -r gpu/requirements.txt", True),
        ("pip install -r requirements.txt && pip install ./gpu", True),
        ("pip install -r requirements.txt -r gone.txt", True),
        ("uv sync", True),
    ],
)
def test_of_several_manifests_only_those_that_are_installed_count(install, is_silent):
    files = {
        "requirements.txt": "flask==3.1.0\n",
        "gpu/requirements.txt": "rasterio==1.4.0\n",
        "app.py": "",
    }
    text = f"FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN {install}\nCMD python app.py"
    assert (said("full-base-image", text, files) == []) is is_silent


@pytest.mark.parametrize(
    ("package", "final", "is_told"),
    [
        ("psycopg2==2.9.10", "", False),
        ("psycopg2-binary==2.9.10", "", True),
        ("psycopg2==2.9.10", "RUN apt-get update && apt-get install -y libpq5\n", True),
        ("uwsgi==2.0.30", "", True),
    ],
)
def test_what_another_stage_has_compiled_may_load_a_library(package, final, is_told):
    text = (
        "FROM python:3.13 AS build\nCOPY requirements.txt .\n"
        "RUN pip install --target /packages -r requirements.txt\n"
        f"FROM python:3.13\n{final}COPY --from=build /packages /packages\n"
        "COPY app.py /\nENV PYTHONPATH=/packages\nCMD python /app.py\n"
    )
    files = {"requirements.txt": f"{package}\n", "app.py": ""}
    assert bool(said("full-base-image", text, files)) is is_told


@pytest.mark.parametrize(
    ("pin", "is_silent"),
    [
        ("zprofile==1.0.12", True),
        ("zprofile==1.0.13", False),
        ("numpy==1.23.1", True),
        ("numpy==2.3.2", False),
    ],
)
def test_a_pin_without_a_wheel_is_compiled(pin, is_silent):
    text = (
        "FROM python:3.13\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n"
        f"{APP_FILES}"
    )
    files = {"requirements.txt": f"{pin}\n", "app.py": "", ".dockerignore": ""}
    assert (said("full-base-image", text, files) == []) is is_silent


_INSTALLED = (
    f"FROM python:3.13\nCOPY . .\nRUN pip install -r requirements.txt\n{APP_FILES}"
)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_requirements_are_decoded_as_pip_decodes_them(encoding):
    comment = "# -*- coding: cp1252 -*- für\n" if encoding == "cp1252" else ""
    for requirement, is_silent in [("psycopg2==2.9.11", True), ("flask==3.1", False)]:
        data = f"{comment}{requirement}\n".encode(encoding)
        files = {"requirements.txt": decode(data), "app.py": ""}
        assert (said("full-base-image", _INSTALLED, files) == []) is is_silent


def test_the_slim_image_is_a_choice_where_requirements_cannot_be_decoded():
    data = "flask==3.1.0\n".encode("utf-16-le")
    files = {"requirements.txt": decode(data), "app.py": ""}
    (finding,) = findings("full-base-image", _INSTALLED, files)
    assert finding.fix is None
    assert finding.choices


@pytest.mark.parametrize(
    "settings",
    [
        '[tool.pdm]\nversion = { source = "scm" }\n',
        "[tool.pdm.version]\nsource = 'scm'\nfallback_version = '0'\n",
        "[tool.setuptools_scm]\n",
        '[tool.hatch.version]\nsource = "vcs"\n[build-system]\nrequires = ["hatch-vcs"]\n',
        "[tool.poetry-dynamic-versioning]\nenable = true\n",
    ],
)
@pytest.mark.parametrize("own", ["-e ./", ".", "-e .", "./"])
def test_the_version_of_a_local_requirement_may_need_git(own, settings):
    files = {"requirements.txt": f"flask==3.1\n{own}\n", "app.py": ""}
    files["pyproject.toml"] = settings
    assert said("full-base-image", _INSTALLED, files) == []

    # nobody asks git where the version is said, or there is nothing to ask
    told = _INSTALLED.replace(
        "COPY", "ENV SETUPTOOLS_SCM_PRETEND_VERSION=1 PDM_BUILD_SCM_VERSION=1\nCOPY"
    )
    assert said("full-base-image", told, files)
    assert said("full-base-image", _INSTALLED, {**files, ".dockerignore": ".git\n"})
    assert said("full-base-image", _INSTALLED, {**files, "pyproject.toml": ""})


def test_a_tool_for_versions_among_the_requirements_asks_nothing_of_git():
    files = {"requirements.txt": "setuptools-scm==9.2\npbr==7.0\n", "app.py": ""}
    assert said("full-base-image", _INSTALLED, files)


def test_psycopg2_is_compiled_though_its_wheels_are_there_under_another_name():
    both = "psycopg2==2.9.11\npsycopg2-binary==2.9.11\n"
    files = {"requirements.txt": both, "app.py": ""}
    assert said("full-base-image", _INSTALLED, files) == []

    # the lock file of SQLAlchemy names both among its extras
    lock = 'postgresql = ["psycopg2 (>=2.7)"]\nbinary = ["psycopg2-binary"]\n'
    files = {"poetry.lock": lock, "pyproject.toml": "", "app.py": ""}
    text = _INSTALLED.replace("pip install -r requirements.txt", "poetry install")
    assert said("full-base-image", text, files)


def test_of_python_2_there_are_too_few_wheels_for_a_slim_image():
    text = "FROM python:{}\nCOPY a.py /\nRUN pip install flask==1.1.4\nCMD a"
    assert said("full-base-image", text.format("2.7")) == []
    assert said("full-base-image", text.format("3.14"))


def test_what_is_there_already_is_installed_without_an_index():
    text = f"FROM python:3.13\nRUN {{}}apt-get install -y git\n{APP_FILES}"
    assert said("full-base-image", text.format(""), {"app.py": ""}) == []
    assert said("full-base-image", text.format("apt-get update && "), {"app.py": ""})


@pytest.mark.parametrize(
    ("path", "is_said"),
    [
        ("acme/templates/runtime/python3.13/Dockerfile", False),
        ("acme/scaffold/Dockerfile", False),
        ("service-template/Dockerfile", False),
        ("{{cookiecutter.slug}}/Dockerfile", False),
        ("acme/templating/Dockerfile", True),
        ("Dockerfile", True),
    ],
)
def test_what_users_of_a_template_add_may_need_the_full_image(path, is_said):
    text = f"FROM python:3.13\n{APP_FILES}"
    place = RepositoryFacts(dockerfile=path)
    found = said("full-base-image", text, {"app.py": ""}, repository=place)
    assert bool(found) is is_said
    pushed = {"repository": place, "is_published": True}
    assert said("full-base-image", text, {"app.py": ""}, **pushed)


@pytest.mark.parametrize(
    ("tag", "is_silent"),
    [("3.9-buster", True), ("3.9-bookworm", False), ("3.13", False)],
)
def test_a_debian_that_the_mirrors_have_dropped_is_not_advised(tag, is_silent):
    text = f"FROM python:{tag}\nRUN pip install flask\n{APP_FILES}"
    assert (said("full-base-image", text) == []) is is_silent


@pytest.mark.parametrize(
    ("requirement", "is_silent"),
    [
        ("numpy==1.24.3", True),
        ("insightface==0.7.3", True),
        ("flask==3.1.0", False),
        ("numpy==2.5.2", False),
    ],
)
def test_the_newest_python_compiles_what_is_pinned_to_an_old_version(
    requirement, is_silent
):
    text = f"FROM python:3\nRUN pip install {requirement}\n{APP_FILES}"
    assert (said("full-base-image", text) == []) is is_silent
