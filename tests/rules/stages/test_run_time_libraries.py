"""Which libraries a second stage gets for what the first one has installed."""

from __future__ import annotations

import pytest
from judged import findings

from lightship.text import apply_edits


@pytest.mark.parametrize(
    ("wanted", "has_openmp"), [("autogluon.tabular>=1.0", True), ("flask==3.1", False)]
)
def test_requirements_are_read_where_they_are_copied_from(wanted, has_openmp):
    text = (
        "FROM python:3.13-slim\nWORKDIR /app\n"
        "RUN apt-get update && apt-get install -y gcc libpq-dev && rm -rf /var/lib/apt/lists/*\n"
        "COPY backend/requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n"
        'COPY backend/ .\nCMD ["python", "app.py"]\n'
    )
    requirements = f"psycopg2==2.9.10\n{wanted}\n"
    files = {
        "backend/requirements.txt": requirements,
        "backend/app.py": "import psycopg2\n",
    }
    [finding] = findings("build-tools-in-final-stage", text, files)
    edits = "".join(edit.text for edit in finding.fix.edits)
    assert "libpq5" in edits
    assert ("libgomp1" in edits) is has_openmp


@pytest.mark.parametrize(
    ("requirements", "has_libpq"),
    [
        ("psycopg2==2.9.10\n", True),
        ("psycopg[c]==3.2\n", True),
        ("psycopg==3.2\n", True),
        ("sqlalchemy[postgresql]\n", True),
        ("procrastinate==3.0\n", True),
        ("langgraph-checkpoint-postgres\n", True),
        ("psycopg2-binary==2.9.9\nflask\n", False),
        ("psycopg[binary,pool]==3.2\n", False),
        ("sqlalchemy[asyncio,postgresql-asyncpg]\nasyncpg==0.30\n", False),
        ("flask==3.1\n", False),
    ],
)
def test_libpq_is_installed_only_for_what_loads_it(requirements, has_libpq):
    text = (
        "FROM python:3.13-slim\nWORKDIR /app\n"
        "RUN apt-get update && apt-get install -y gcc libpq-dev && rm -rf /var/lib/apt/lists/*\n"
        "COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n"
        'COPY app.py .\nCMD ["python", "app.py"]\n'
    )
    files = {"requirements.txt": requirements, "app.py": ""}
    [finding] = findings("build-tools-in-final-stage", text, files)
    edits = "".join(edit.text for edit in finding.fix.edits)
    assert ("libpq5" in edits) is has_libpq


def test_a_banner_of_the_build_goes_to_the_build_stage():
    banner = "###############\n# BUILD IMAGE #\n###############\n"
    text = (
        "FROM python:3.13-slim\nWORKDIR /app\n\n# Compilers\n"
        "RUN apt-get update && apt-get install -y gcc && rm -rf /var/lib/apt/lists/*\n"
        "COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n"
        'COPY app.py .\nCMD ["python", "app.py"]\n'
    )
    files = {"requirements.txt": "flask==3.1\n", "app.py": ""}
    [finding] = findings("build-tools-in-final-stage", banner + text, files)
    after = apply_edits(banner + text, finding.fix.edits)
    assert after.startswith("FROM python:3.13-slim AS base\n")
    assert f"\n\n{banner}FROM base AS build\n" in after


@pytest.mark.parametrize(
    ("comment", "goes_along"),
    [
        ("# PDF export needs libpango-1.0-0\n# and shared-mime-info.\n", True),
        ("# gcc compiles what has no wheel\n", False),
        ("# System packages\n", False),
    ],
)
def test_a_comment_goes_where_the_packages_go_that_it_names(comment, goes_along):
    text = (
        f"FROM python:3.13-slim\nWORKDIR /app\n\n{comment}"
        "RUN apt-get update && apt-get install -y --no-install-recommends gcc "
        "libpango-1.0-0 shared-mime-info && rm -rf /var/lib/apt/lists/*\n\n"
        "COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n"
        'COPY app.py .\nCMD ["python", "app.py"]\n'
    )
    files = {"requirements.txt": "flask==3.1\n", "app.py": ""}
    [finding] = findings("build-tools-in-final-stage", text, files)
    after = apply_edits(text, finding.fix.edits)
    assert after.count(comment) == 1
    base, _, build = after.partition("FROM base AS build")
    assert f"{comment}RUN apt-get update" in (base if goes_along else build)


def test_requirements_of_another_context_are_found_by_their_name():
    text = (
        "FROM python:3.13-slim\nWORKDIR /app\n"
        "RUN apt-get update && apt-get install -y gcc && rm -rf /var/lib/apt/lists/*\n"
        "COPY backend/requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n"
        'COPY main.py .\nCMD ["python", "main.py"]\n'
    )
    for wanted, has_openmp in (("lightgbm>=4", True), ("flask==3.1", False)):
        files = {"requirements.txt": f"{wanted}\n", "main.py": ""}
        [finding] = findings("build-tools-in-final-stage", text, files)
        edits = "".join(edit.text for edit in finding.fix.edits)
        assert ("libgomp1" in edits) is has_openmp


_STAGE = (
    "FROM python:3.13-slim\nWORKDIR /app\n"
    "RUN apt-get update && apt-get install -y gcc default-libmysqlclient-dev "
    "&& rm -rf /var/lib/apt/lists/*\n"
    "COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n"
)


@pytest.mark.parametrize(
    ("requirements", "has_library"),
    [
        ("mysqlclient==2.2.7\n", True),
        ("mariadb==1.1.12\n", True),
        ("flask-mysqldb\n", True),
        ("sqlalchemy[mysql]\n", True),
        ("aiomysql==0.2.0\nflask\n", False),
        ("PyMySQL==1.1.1\nsqlalchemy[pymysql]\n", False),
    ],
)
def test_libmariadb_is_installed_only_for_what_loads_it(requirements, has_library):
    text = f'{_STAGE}COPY app.py .\nCMD ["python", "app.py"]\n'
    files = {"requirements.txt": requirements, "app.py": ""}
    [finding] = findings("build-tools-in-final-stage", text, files)
    edits = "".join(edit.text for edit in finding.fix.edits)
    assert ("libmariadb3" in edits) is has_library


@pytest.mark.parametrize(
    ("name", "text", "is_split"),
    [
        (
            "start.sh",
            "docker compose exec -T web sh -lc 'alembic upgrade head'\n",
            False,
        ),
        ("start.sh", "docker exec -it web bash -l\n", False),
        ("Makefile", "migrate:\n\tdocker exec web bash --login -c 'flask db'\n", False),
        ("README.md", "Run `docker exec web su - app -c alembic`.\n", False),
        (
            "compose.yml",
            'services:\n  web:\n    command: ["bash", "-lc", "a"]\n',
            False,
        ),
        ("start.sh", "docker compose exec -T web sh -c 'alembic upgrade head'\n", True),
        ("ci.yml", "jobs:\n  a:\n    steps:\n    - run: bash -l x.sh\n", True),
    ],
)
def test_a_login_shell_would_not_find_the_environment(name, text, is_split):
    dockerfile = f'{_STAGE}COPY app.py .\nCMD ["python", "app.py"]\n'
    files = {"requirements.txt": "flask\n", "app.py": "", name: text}
    [finding] = findings("build-tools-in-final-stage", dockerfile, files)
    assert (finding.fix is not None) is is_split


def test_cron_would_not_find_the_environment():
    files = {"requirements.txt": "flask\n", "app.py": "", "jobs": ""}
    for line, is_split in (
        ("COPY jobs /etc/x", True),
        ("RUN crontab /app/jobs", False),
    ):
        text = f'{_STAGE}COPY app.py .\n{line}\nCMD ["python", "app.py"]\n'
        [finding] = findings("build-tools-in-final-stage", text, files)
        assert (finding.fix is not None) is is_split
