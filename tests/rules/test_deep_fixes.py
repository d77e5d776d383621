"""Root-user, and what the fixes that rebuild a Dockerfile make together."""

from __future__ import annotations

from pathlib import Path

import laws
import pytest

from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.finding import Severity
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection, select

RULES = {rule.id: rule for rule in all_rules()}
ORDER, STAGES, USER = (
    RULES[name]
    for name in (
        "sources-before-dependencies",
        "build-tools-in-final-stage",
        "root-user",
    )
)
IGNORE = {".dockerignore": "Dockerfile\n.dockerignore\n", "Dockerfile": ""}
ORDERS = Path(__file__).parents[2] / "examples" / "orders"


def fixed(rule, text, files=None):
    """What the rule alone makes of the text; the laws hold on the way."""
    build = build_of(text, None if files is None else IGNORE | files)
    return laws.hold(build, [rule], UNSAFE).text


def found(rule, text, files=None):
    return [
        item.finding
        for item in lint(
            build_of(text, None if files is None else IGNORE | files), [rule]
        )
    ]


def lines(*parts):
    return "\n".join(parts)


# Root

SHADOW = (
    "RUN groupadd --gid 10001 app && useradd --uid 10001 --gid app --create-home app"
)
BUSYBOX = "RUN addgroup -g 10001 app && adduser -D -u 10001 -G app app"
BASES = {
    "debian:trixie-slim": [SHADOW, "USER 10001:10001"],
    "python:3.13": [SHADOW, "USER 10001:10001"],
    "node:24-slim": [],
    "ubuntu:24.04": [SHADOW, "USER 10001:10001"],
    "registry.access.redhat.com/ubi9/ubi:9.6": [],
    "almalinux:10": [],
    "alpine:3.22": [BUSYBOX, "USER 10001:10001"],
    "python:3.13-alpine": [BUSYBOX, "USER 10001:10001"],
    "scratch": [],
    "gcr.io/distroless/python3-debian12": [],
    "registry.access.redhat.com/ubi9/ubi-minimal": [],
    "amazonlinux:2023": [],
}


@pytest.mark.parametrize("base", BASES)
def test_a_user_is_made_with_what_the_base_has(base):
    start = 'CMD ["python3", "main.py"]'
    head = [f"FROM {base}", "WORKDIR /app"]
    rest = ["", "EXPOSE 8000", start]
    text = lines(*head, "COPY main.py ./", *rest)
    *make, use = BASES[base] or [""]
    used = ["", use] if use else []
    wanted = lines(*head, *make, "COPY main.py ./", *used, *rest)
    files = {"main.py": "print(1)"}
    assert fixed(USER, text, files) == wanted
    assert found(USER, text, files)


@pytest.mark.parametrize(
    "base",
    [
        "gcr.io/distroless/static:nonroot",
        "cgr.dev/chainguard/python",
        "bitnami/python:3.13",
        "nginxinc/nginx-unprivileged",
        "quay.io/jupyter/scipy-notebook",
        "postgres:18",
        "redis:8",
        "elasticsearch:9.1.0",
    ],
)
def test_bases_that_are_not_root_or_give_it_up(base):
    assert not found(USER, f'FROM {base}\nCOPY main.py /\nCMD ["/main.py"]\n')


def test_an_unknown_base_is_a_note_without_a_fix():
    (finding,) = found(
        USER, 'FROM example.com/base\nCOPY main.py /\nCMD ["/main.py"]\n'
    )
    assert (finding.severity, finding.fix) == (Severity.INFO, None)


@pytest.mark.parametrize(
    "line",
    [
        "VOLUME /data",
        "RUN pip install --user flask",
        "RUN poetry install",
        "WORKDIR /root/app",
        "RUN curl -sSL https://example.com/x -o /root/bin/x",
        'SHELL ["/bin/bash", "-c"]',
        "RUN useradd a && useradd b",
        "RUN groupadd app",
    ],
)
def test_no_fix_where_it_would_break(line):
    (finding,) = found(
        USER, f'FROM python:3.13-slim\n{line}\nCMD ["python", "main.py"]\n'
    )
    assert finding.fix is None


@pytest.mark.parametrize(
    ("script", "fixes"),
    [
        ("exec gunicorn main:app\n", True),
        ("chown app /data\nexec gunicorn main:app\n", False),
        ("apt-get install x\n", False),
    ],
)
def test_start_scripts_are_read(script, fixes):
    text = 'FROM python:3.13-slim\nCOPY docker/start.sh /start.sh\nCMD ["/start.sh"]\n'
    (finding,) = found(USER, text, {"docker/start.sh": script, "main.py": ""})
    assert (finding.fix is not None) == fixes


def test_no_fix_where_the_start_script_cannot_be_read():
    (finding,) = found(
        USER, 'FROM python:3.13-slim\nCOPY start.sh /\nCMD ["/start.sh"]\n'
    )
    assert finding.fix is None


def test_a_start_script_that_changes_the_user_is_right():
    text = 'FROM python:3.13-slim\nCOPY start.sh /\nENTRYPOINT ["/start.sh"]\n'
    assert not found(USER, text, {"start.sh": 'exec gosu app "$@"\n'})


def test_the_last_instruction_may_lack_its_line_end():
    text = 'FROM python:3.13-slim\nCMD ["python", "/a.py"]\nCOPY a.py /'
    assert fixed(USER, text, {"a.py": ""}).endswith("app\nUSER 10001:10001")


# All of them


def context_of(directory):
    return {
        path.relative_to(directory).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(directory.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_orders_project_is_put_right():
    files = context_of(ORDERS)
    build = build_of(files["Dockerfile"], files)
    default = RuleSelection(select(all_rules(), ()))
    result = fix(build, default, UNSAFE)
    deep = {ORDER.id, STAGES.id, USER.id}
    assert deep <= {item.rule for item in result.applied}
    assert not {item.diagnostic.rule.id for item in result.left} & deep
    text = result.text
    parts = [
        "FROM base AS build",
        "COPY requirements.txt .",
        "RUN pip install",
        "FROM base\n",
        "libpq5",
    ]
    parts += [
        "COPY --from=build /opt/venv /opt/venv",
        "COPY . .",
        "USER 10001:10001",
        "CMD [",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert not fix(result.build, default, UNSAFE).applied
