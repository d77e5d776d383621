"""Fixes that broke a public project are not offered where the same may happen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.context.files import Context
from lightship.lint.examples import build_of
from lightship.lint.fixes import UNSAFE, UnfixedReason, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection

RULES = {rule.id: rule for rule in all_rules()}
PYTHON = "FROM python:3.13-slim\nWORKDIR /app\n"
APT = "RUN apt-get update && apt-get install -y"
KEY = (
    "-----BEGIN RSA PRIVATE KEY-----\n"
    + "MIIEowIBAAKCAQEAx1Y0b9q2" * 4
    + "\n-----END RSA PRIVATE KEY-----\n"
)


def fixed(rule, text, files=None):
    build = build_of(text, files) if files is not None else build_of(text)
    return fix(build, RuleSelection((RULES[rule],)), UNSAFE)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        # Not every server has TLS, and not every image certificates
        (
            "plain-http-download",
            "RUN wget http://nz2.archive.ubuntu.com/ubuntu/pool/main/o/openssl/a.deb",
        ),
        # The base image may be one without Python
        (
            "distribution-python",
            f"ARG IMAGE=python:3.13-slim\nFROM $IMAGE\n{APT} python3 git",
        ),
        # What packages only recommend is what they work with
        ("apt-recommends", f"{APT} chromium chromium-driver"),
        ("apt-recommends", f"{APT} /tmp/google-chrome-stable.deb"),
        ("apt-recommends", f"ENV DEPS='software-properties-common'\n{APT} $DEPS"),
        ("apt-recommends", f"{APT} devscripts git-buildpackage"),
        # An image that others build upon, with pip
        ("apt-recommends", f"FROM ubuntu:24.04\n{APT} python3-pip python3-dev"),
        # Templates are in the sources, and in no package
        (
            "editable-install",
            f'{PYTHON}COPY . .\nRUN pip install -e .\nCMD ["python", "app.py"]',
        ),
        # Django answers no host then
        ("debug-variable", f"{PYTHON}ENV DEBUG=True\nCMD python manage.py runserver"),
        # People work with them
        ("debugging-tools-shipped", f"{APT} curl nano\nCMD curl example.com"),
        # Another build takes them from elsewhere
        (
            "sources-before-dependencies",
            f"{PYTHON}ARG SRC=.\nCOPY ${{SRC}} .\nRUN pip install -r requirements.txt",
        ),
        # An old package has no wheels for a Python of today
        ("end-of-life-image", "FROM python:3.6-slim\nRUN pip install pymilvus==2.0.0"),
    ],
)
def test_no_fix_where_a_project_broke(rule, text):
    files = {
        "setup.py": "python_requires='>=3.6'",
        "app.py": "",
        "requirements.txt": "flask==3.1.2\n",
    }
    assert not fixed(rule, text, files).applied


def test_git_gets_certificates_where_nothing_is_known_of_the_image():
    text = f"FROM images.example.com/jammy\n{APT} git ffmpeg"
    [left] = fixed("apt-recommends", text).left
    assert left.reason is UnfixedReason.MANUAL
    shown = left.diagnostic.finding.fix
    assert [edit.text for edit in shown.edits] == [
        " --no-install-recommends",
        " ca-certificates",
    ]
    for image in ("nvcr.io/nvidia/pytorch:24.01-py3", "example.com/docker/python:3.13"):
        text = f"FROM {image}\n{APT} git ffmpeg"
        assert "ca-certificates" not in fixed("apt-recommends", text).text


def test_the_braces_begin_at_the_question():
    asked = "command -v gpgconf && gpgconf --kill all || true && ls"
    text = f"FROM python:3.13\nRUN curl -O https://a.com/x && {asked}"
    made = fixed("failure-swallowed", text).text
    assert "{ command -v gpgconf && gpgconf --kill all || true; } && ls" in made


def test_a_key_that_the_program_reads_stays():
    files = {
        "Dockerfile": "",
        "moto/proxy/ca.key": KEY,
        "moto/proxy/certificates.py": 'join(here, "ca.key")',
        **{f"moto/m{number}/a.py": "" for number in range(250)},
    }
    assert not fixed("secret-file-copied", f"{PYTHON}COPY . .", files).files
    files["moto/proxy/certificates.py"] = ""
    assert fixed("secret-file-copied", f"{PYTHON}COPY . .", files).files


MANY = {f"docs/{number}.md": "#" * 100_000 for number in range(60)}
TESTS = {f"tests/test_{number}.py": "#" * 100_000 for number in range(60)}


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("app.py", 'path = runtime_path("docs", name)'),
        ("index.js", "app.use('/a.json', express.static('docs/a.json'));"),
    ],
)
def test_documentation_that_the_program_serves_stays(path, source):
    files = {"Dockerfile": "", ".dockerignore": "Dockerfile\n", **MANY}
    text = f"{PYTHON}COPY . ."
    before = fixed("needless-files-copied", text, files)
    assert "docs" in dict(before.files)[".dockerignore"]
    after = fixed("needless-files-copied", text, {**files, path: source})
    assert "docs" not in (dict(after.files).get(".dockerignore") or "")


WORKFLOW = 'run: docker run --entrypoint sh jobs/a:latest -c "flake8 . && pytest"\n'


@pytest.mark.parametrize(("texts", "are_excluded"), [((), True), ((WORKFLOW,), False)])
def test_tests_stay_that_a_workflow_above_the_context_runs(texts, are_excluded):
    files = {"Dockerfile": "", ".dockerignore": "Dockerfile\n", "a.py": "", **TESTS}
    build = build_of(f"{PYTHON}COPY . .", files)
    context = Context(
        build.context.entries, build.context.reader, run_texts=lambda: texts
    )
    built = replace(build, context=context)
    made = fix(built, RuleSelection((RULES["needless-files-copied"],)), UNSAFE)
    ignore = dict(made.files).get(".dockerignore") or ""
    assert ("tests" in ignore) is are_excluded


def test_tests_stay_that_a_script_of_functions_runs():
    script = (
        "#!/bin/sh\n_dc() { docker compose exec web $@; }\ntest() { _dc pytest; }\n"
    )
    files = {"Dockerfile": "", ".dockerignore": "Dockerfile\n", "a.py": "", **TESTS}
    build = build_of(f"{PYTHON}COPY . .", files)
    context = Context(
        build.context.entries, build.context.reader, run_texts=lambda: (script,)
    )
    rules = RuleSelection((RULES["needless-files-copied"],))
    made = fix(replace(build, context=context), rules, UNSAFE)
    assert "tests" not in (dict(made.files).get(".dockerignore") or "")


def test_stages_of_one_image_move_together():
    text = (
        "FROM python:3.12-alpine3.17 AS build\nRUN pip wheel -w /w cwltool\n"
        "FROM python:3.12-alpine3.17\nRUN apk add --no-cache an-unknown-package\n"
        "COPY --from=build /w /w\n"
    )
    assert not fixed("end-of-life-image", text, {"a.py": ""}).applied


@pytest.mark.parametrize(
    ("rule", "text", "files", "other"),
    [
        # docker-cli is only recommended there
        (
            "apt-recommends",
            "FROM debian:13-slim\nRUN apt-get update && apt-get install -y docker.io\n",
            {},
            ("docker.io", "ffmpeg"),
        ),
        # where the agent of gpg has another name
        (
            "apt-recommends",
            ("FROM ubuntu:14.04\nRUN apt-get update && "
            "apt-get install -y ffmpeg software-properties-common && add-apt-repository ppa:a/b\n"),
            {},
            ("14.04", "24.04"),
        ),
        # the `cd` did nothing, and what follows was written so
        (
            "cd-in-run",
            "FROM debian:13-slim\nWORKDIR /src\nRUN cd shop/\nRUN ./shop/configure\n",
            {},
            ("./shop/configure", "./configure"),
        ),
        # the program itself shows its last commit
        (
            "needless-files-copied",
            f"{PYTHON}COPY . .\nCMD python app.py\n",
            {
                ".git/HEAD": "ref: refs/heads/main\n",
                "app.py": "import subprocess\nsubprocess.run('git log -1', shell=True)\n",
            },
            None,
        ),
        # in UTF-16, which pip reads
        (
            "full-base-image",
            ("FROM python:3.13\nWORKDIR /app\nCOPY requirements.txt .\n"
            "RUN pip install -r requirements.txt\nCMD python\n"),
            {"requirements.txt": "f\0l\0a\0s\0k\0"},
            None,
        ),
        # the start script runs what was installed
        (
            "build-tools-in-final-stage",
            ("FROM python:3.13-alpine\nRUN apk add --no-cache gcc musl-dev make\n"
            "COPY requirements.txt start.sh /\nRUN pip install -r /requirements.txt\n"
            'RUN chmod +x /start.sh\nCMD ["/start.sh"]\n'),
            {
                "requirements.txt": "psycopg2==2.9.10\n",
                "start.sh": "#!/bin/sh\nmake serve\n",
            },
            None,
        ),
    ],
)  # fmt: skip
def test_no_fix_where_public_projects_would_break(rule, text, files, other):
    made = fixed(rule, text, files)
    assert ".git\n" not in (dict(made.files).get(".dockerignore") or "")
    assert not made.applied or rule == "needless-files-copied"
    if other is not None:
        assert fixed(rule, text.replace(*other), files).applied


def test_certificates_are_not_removed_with_what_brought_them():
    text = (
        "FROM debian:13-slim\nRUN apt-get update && apt-get install -y git ffmpeg && "
        "git clone https://example.com/a && apt-get purge -y git\n"
    )
    made = fixed("apt-recommends", text).text
    assert "--no-install-recommends git ca-certificates ffmpeg" in made
    assert made.endswith("purge -y git\n")
