"""Unsafe fixes are made only where it is known that nothing depends on what they take away."""

from __future__ import annotations

import pytest
from judged import findings

from lightship.lint.finding import Safety

APP = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n"
FILES = {
    "main.py": "",
    "requirements.txt": "flask==3.1.0\n",
    "tests/test_main.py": "",
    ".git/HEAD": "",
}
MANUAL = "# Shop\n\nStart it with `docker compose up`.\n\n## Tests\n\nRun `pytest` in the shell.\n"
FAR = "Built with docker.\n" + "A line.\n" * 30 + "Run `pytest`.\n"


def ignored(finding):
    """The lines that the fix adds to the ignore file."""
    return finding.fix.edits[0].text.split() if finding.fix is not None else []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", MANUAL),
        ("check.sh", "docker compose up --detach\n./wait\nruff check tests\n"),
        ("docs.txt", "Open a shell in the container\nand call tox\n"),
        ("Makefile", "check:\n\tpodman run --rm shop make tests\n"),
    ],
)
def test_tests_that_somebody_may_run_in_the_image_are_a_choice(path, text):
    [finding] = findings("needless-files-copied", APP, FILES | {path: text})
    assert "tests" not in ignored(finding)
    assert ".git" in ignored(finding)
    [asked, *_] = finding.choices
    assert asked.safety is Safety.MANUAL
    assert "tests" in asked.edits[0].text.split()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "# Shop\n\nRun `pytest`.\n"),
        ("README.md", FAR),
        ("tests/README.md", "Call pytest here, or docker\n"),
    ],
)
def test_tests_of_which_nothing_speaks_beside_the_image_are_excluded(path, text):
    [finding] = findings("needless-files-copied", APP, FILES | {path: text})
    assert "tests" in ignored(finding)


def test_documentation_that_a_script_builds_for_the_image_is_a_choice():
    files = FILES | {"docs/index.md": "", "release.sh": "cd docs/\ndocker build .\n"}
    [finding] = findings("needless-files-copied", APP, files)
    assert "docs" not in ignored(finding)


@pytest.mark.parametrize(
    ("requirements", "safety"),
    [
        ("flask\nratelimiter\n", Safety.UNSAFE),
        ("flask==3.1.0\nnumpy==2.2.1\npsycopg2-binary==2.9.10\n", Safety.UNSAFE),
        ("flask==3.1.0\nratelimiter==1.2.0.post0\n", None),
        ("numpy<1.20\n", None),
        ("somecodec~=1.4\n", None),
    ],
)
def test_a_slim_base_is_a_choice_where_a_pin_may_have_no_wheel(requirements, safety):
    text = (
        "FROM python:3.13\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n"
        'COPY main.py .\nCMD ["python", "main.py"]\n'
    )
    files = {"requirements.txt": requirements, "main.py": "import flask\n"}
    for finding in findings("full-base-image", text, files):
        if safety is None:
            assert finding.fix is None
        else:
            assert finding.fix.safety is safety


@pytest.mark.parametrize(
    ("base", "safety"),
    [("debian:13", Safety.UNSAFE), ("registry.example.com/base", Safety.MANUAL)],
)
def test_recommendations_are_left_out_where_the_release_is_known(base, safety):
    text = f'FROM {base}\nRUN apt-get update && apt-get install -y ffmpeg\nCMD ["ffmpeg"]\n'
    for finding in findings("apt-recommends", text):
        assert finding.fix.safety is safety


def test_pip_is_a_name_of_the_package_that_recommends_a_compiler():
    text = "FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y {}\n"
    rest = "COPY requirements.txt .\nRUN pip install -r requirements.txt\nCMD python3 a.py\n"
    for name in ("pip", "python3-pip"):
        for finding in findings("apt-recommends", text.format(name) + rest, {}):
            assert finding.fix is None


def test_keys_that_the_program_reads_with_their_directory_are_not_excluded():
    body = "MIIEowIBAAKCAQEAx1Y0b9q2" * 4
    key = f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\n"
    files = {
        "main.py": "import os\nkeys = os.listdir(os.path.join(BASE, 'known_keys'))\n",
        "data/known_keys/router.key": key,
        ".dockerignore": "Dockerfile\n",
    }
    for finding in findings("secret-file-copied", "COPY . /app", files):
        assert finding.fix is None
    files["main.py"] = ""
    [finding] = findings("secret-file-copied", "COPY . /app", files)
    assert finding.fix is not None


def test_a_stage_for_the_build_is_a_choice_where_requirements_are_missing():
    text = (
        "FROM python:3.13-slim\nWORKDIR /app\n"
        "RUN apt-get update && apt-get install -y build-essential\n"
        "COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n"
        'USER 1000\nCMD ["python", "main.py"]\n'
    )
    for files, safety in (
        ({"main.py": ""}, Safety.MANUAL),
        ({"main.py": "", "requirements.txt": "flask\n"}, Safety.UNSAFE),
    ):
        [finding] = findings("build-tools-in-final-stage", text, files)
        assert finding.fix.safety is safety


FLASK = "import flask\napp = flask.Flask(__name__)\n"
SERVED = "FROM python:3.13-slim\nWORKDIR /app\nCOPY app.py .\n{}\n"


@pytest.mark.parametrize(
    ("start", "is_made"),
    [
        ("CMD gunicorn -b 0.0.0.0:8000 app:app", True),
        ("ENV PORT=8080\nCMD gunicorn -b 0.0.0.0:$PORT app:app", True),
        ("CMD gunicorn -b 0.0.0.0:${PORT:-8080} app:app", True),
        # A port below 1024 may be for root alone, and one that is not known may be such a port
        ("CMD gunicorn -b 0.0.0.0:80 app:app", False),
        ("ENV PORT=80\nCMD gunicorn -b 0.0.0.0:$PORT app:app", False),
        ("CMD gunicorn -b 0.0.0.0:${PORT:-80} app:app", False),
        ("CMD gunicorn -b 0.0.0.0:$PORT app:app", False),
    ],
)
def test_a_user_is_added_where_the_port_is_known_to_be_for_all(start, is_made):
    [finding] = findings("root-user", SERVED.format(start), {"app.py": FLASK})
    assert (finding.fix is not None) is is_made


@pytest.mark.parametrize(
    "line",
    [
        "app.config['CACHE_TYPE'] = 'FileSystemCache'",
        "app.config['SESSION_FILE_DIR'] = 'sessions'",
    ],
)
def test_no_user_is_added_where_settings_say_that_files_are_kept(line):
    text = SERVED.format("CMD gunicorn -b 0.0.0.0:8000 app:app")
    [finding] = findings("root-user", text, {"app.py": f"{FLASK}{line}\n"})
    assert finding.fix is None


@pytest.mark.parametrize(("tag", "is_made"), [("3.2", False), ("3.3", True)])
def test_apk_gets_no_option_that_it_does_not_know(tag, is_made):
    text = f"FROM alpine:{tag}\nRUN apk update && apk add curl\nCMD curl a\n"
    for finding in findings("apk-cache-kept", text):
        assert (finding.fix is not None) is is_made


@pytest.mark.parametrize(
    ("tag", "is_made"),
    [("3.12-slim-buster", True), ("3-slim-buster", False), ("slim-buster", False)],
)
def test_no_release_is_left_where_the_version_of_python_would_change_too(tag, is_made):
    text = f'FROM python:{tag}\nCOPY main.py /\nCMD ["python", "main.py"]\n'
    files = {"main.py": "print()\n", "pyproject.toml": "[project]\nname = 'a'\n"}
    [finding] = findings("end-of-life-image", text, files)
    assert (finding.fix is not None) is is_made


YARN = "FROM node:22-slim\nWORKDIR /app\nCOPY package.json yarn.lock ./\n{}RUN yarn install\n"


@pytest.mark.parametrize(
    ("step", "files", "is_found"),
    [
        ("", {}, True),
        # A later Yarn writes the lock file anew
        ("RUN yarn set version berry\n", {}, False),
        ("RUN corepack prepare yarn@4.1.0 --activate\n", {}, False),
        ("", {".yarnrc.yml": "nodeLinker: node-modules\n"}, False),
        ("", {"package.json": '{"packageManager": "yarn@4.1.0"}'}, False),
    ],
)
def test_a_lock_file_of_yarn_1_is_not_held_for_a_later_yarn(step, files, is_found):
    given = {"package.json": "{}", "yarn.lock": "# yarn lockfile v1\n"} | files
    assert bool(findings("node-lock-not-checked", YARN.format(step), given)) is is_found


def test_a_database_stays_on_the_release_that_its_data_was_sorted_on():
    [finding] = findings("end-of-life-image", "FROM postgres:16-bullseye\n")
    assert finding.fix is None


@pytest.mark.parametrize(
    ("builder", "is_made"),
    [("python:3.11.2-slim-buster", True), ("python:3.11.2", False)],
)
def test_a_stage_keeps_its_release_where_packages_come_from_another_image(
    builder, is_made
):
    text = (
        f"FROM {builder} AS build\nRUN pip wheel --wheel-dir /wheels httptools\n"
        "FROM python:3.11.2-slim-buster\nCOPY --from=build /wheels /wheels\n"
        'COPY main.py /\nCMD ["python", "main.py"]\n'
    )
    found = findings("end-of-life-image", text, {"main.py": "print()\n"})
    assert found
    assert all((finding.fix is not None) is is_made for finding in found)
