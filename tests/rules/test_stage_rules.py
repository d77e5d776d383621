"""What examples cannot show of the rules about stages, copies between them and what layers keep."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.base_images.pythons import Python, image_python
from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.lint.engine import lint
from lightship.lint.finding import Safety, Severity
from lightship.lint.registry import all_rules

RULES = {rule.id: rule for rule in all_rules()}
PYTHON = "FROM python:3.13-slim\n"


def build(text: str, files=None) -> Build:
    context = Context.of({"Dockerfile": text} | files) if files is not None else None
    return Build(parse(text), context, path="Dockerfile" if files is not None else None)


def found(rule: str, text: str, files=None):
    return [item.finding for item in lint(build(text, files), [RULES[rule]])]


@pytest.mark.parametrize(
    ("image", "python"),
    [
        ("python:3.12-slim-bookworm", Python("3.12", "glibc", "/usr/local")),
        ("python:3.12.4", Python("3.12", "glibc", "/usr/local", slim=False)),
        (
            "python:3.13-alpine3.22@sha256:" + "0" * 64,
            Python("3.13", "musl", "/usr/local"),
        ),
        (
            "public.ecr.aws/docker/library/python:3.11-slim",
            Python("3.11", "glibc", "/usr/local"),
        ),
        (
            "ghcr.io/astral-sh/uv:0.9.11-python3.13-alpine",
            Python("3.13", "musl", "/usr/local"),
        ),
        ("ghcr.io/astral-sh/uv:0.9.11", None),
        ("gcr.io/distroless/python3-debian12:nonroot", Python("3.11", "glibc", "/usr")),
        ("gcr.io/distroless/python3", Python("", "glibc", "/usr")),
        ("python:3", None),
        ("python:3.13-windowsservercore", None),
        ("pypy:3.11-slim", None),
    ],
)
def test_the_python_of_an_image(image, python):
    assert image_python(read_reference(image)) == python


MOVED = f"{PYTHON[:-1]} AS build\nRUN python -m venv /opt/venv\n{PYTHON}COPY --from=build /opt/venv /venv\n"


@pytest.mark.parametrize(
    ("end", "severity"),
    [
        ('CMD ["gunicorn", "app:app"]', None),
        ('ENTRYPOINT ["tini", "--"]\nCMD ["/venv/bin/celery", "worker"]', None),
        ('CMD ["python", "-m", "gunicorn"]', Severity.INFO),
        ('CMD ["./start.sh"]', Severity.INFO),
        ("", Severity.INFO),
    ],
)
def test_a_moved_environment_is_as_bad_as_what_is_started(end, severity):
    assert [each.severity for each in found("venv-moved", MOVED + end)] == [severity]


@pytest.mark.parametrize(
    "more",
    [
        "RUN chown -R 10001 /venv",  # works on the directory
        "COPY app /venv/app",  # goes there too
        "RUN cd venv && ls",  # names it in another way
        "RUN uv pip install flask",
    ],
)
def test_a_moved_environment_is_not_put_back_where_that_may_be_wrong(more):
    assert [each.fix for each in found("venv-moved", f"{MOVED}{more}\n")] == [None]


def test_two_pythons_leave_a_choice():
    text = MOVED.replace("/opt/venv /venv", "/opt/venv /opt/venv").replace(
        "3.13-slim AS", "3.12-slim AS"
    )
    (finding,) = found("venv-of-another-python", text)
    assert finding.fix.safety is Safety.MANUAL
    assert [each.message for each in finding.cures] == [
        "Use Python 3.13 in both stages: FROM python:3.13-slim",
        "Use Python 3.12 in both stages: FROM python:3.12-slim",
    ]


def test_of_a_chain_of_unused_stages_the_last_is_named():
    text = "FROM debian AS base\nFROM base AS deps\nFROM deps AS builder\nFROM debian"
    assert [each.span.of(text) for each in found("unused-stage", text)] == ["builder"]


@pytest.mark.parametrize(
    "files",
    [
        {"docker-bake.hcl": 'target "builder" {\n  target = "builder"\n}\n'},
        {"deploy/compose.prod.yaml": "build: {context: ., target: builder}\n"},
        {"Makefile": "wheels:\n\tdocker build --target builder .\n"},
        {".github/workflows/ci.yml": "with:\n  target: builder\n"},
    ],
)
def test_a_stage_that_somebody_builds_by_its_name_is_used(files):
    text = "FROM debian AS builder\nFROM debian"
    assert found("unused-stage", text, {"compose.yaml": "target: other\n"})
    assert not found("unused-stage", text, files)


OWNED = "FROM {}\nRUN useradd --uid 10001 app\nWORKDIR /app\nCOPY . .\nRUN chown -R {} /app\n"


@pytest.mark.parametrize(
    ("image", "owner", "safety"),
    [
        ("python:3.13-slim", "app:app", Safety.SAFE),
        ("python:3.13-slim", "10001:10001", Safety.SAFE),
        ("python:3.13-slim", "app", Safety.SAFE),
        ("python:3.13-slim", "app:", Safety.SAFE),
        ("example.com/python:1", "10001:10001", Safety.UNSAFE),
        ("python:3.13-slim", "app:staff", None),  # the group is not known
        ("python:3.13-slim", "www:www", None),
        ("python:3.13-slim", "$OWNER", None),
        ("python:3.13-slim", "--from=root app", None),
    ],
)
def test_an_owner_in_copy_is_the_same_owner(image, owner, safety):
    findings = found("ownership-changed-after-copy", OWNED.format(image, owner))
    assert [each.fix and each.fix.safety for each in findings] == (
        [safety] if "--from" not in owner else []
    )


@pytest.mark.parametrize(
    "between",
    [
        "RUN make",
        "RUN echo 1 > version",
        "RUN npm ci",
        "COPY --chown=root:root extra /app/extra",
        "VOLUME /app",
        "WORKDIR /app/src",
        "RUN mkdir -p data/cache",
    ],
)
def test_an_owner_stays_with_chown_where_more_is_there(between):
    text = OWNED.format("python:3.13-slim", "app:app").replace(
        "RUN chown", f"{between}\nRUN chown"
    )
    assert [each.fix for each in found("ownership-changed-after-copy", text)] == [None]


def test_how_much_a_change_of_owner_stores():
    text = OWNED.format("python:3.13-slim", "app:app")
    (much,) = found(
        "ownership-changed-after-copy",
        text,
        {"a.bin": "x" * 12_300_000, ".dockerignore": "Dockerfile\n"},
    )
    assert much.message == (
        "chown duplicates all of /app in this layer, 12.3 MB: use COPY --chown"
    )
    assert much.severity is Severity.WARNING
    assert not found(
        "ownership-changed-after-copy",
        text,
        {"a.bin": "x" * 9_300_000, ".dockerignore": "Dockerfile\n"},
    )


@pytest.mark.parametrize("remove", ["rm -rf /app", "mv /app /old && mkdir /app"])
def test_the_owner_of_what_was_removed_in_between_is_not_that_of_a_copy(remove):
    text = OWNED.format("python:3.13-slim", "app:app")
    text = text.replace("RUN chown", f"RUN {remove} && make install\nRUN chown")
    assert not found("ownership-changed-after-copy", text)


def test_a_download_takes_its_mode_with_add():
    (finding,) = found(
        "ownership-changed-after-copy",
        "FROM debian:13\nADD https://example.com/kubectl /usr/bin/kubectl\n"
        "RUN chmod +x /usr/bin/kubectl\n",
    )
    assert finding.message.endswith("use ADD --chmod")


@pytest.mark.parametrize(
    "run",
    [
        "chmod +x /tmp/a.deb && dpkg -i /tmp/a.deb && rm /tmp/a.deb",
        "dpkg -i /tmp/a.deb; rm /tmp/a.deb",
        "dpkg -i /tmp/a.deb && rm /tmp/a.deb && true",
        "dpkg -i /tmp/a.deb && rm /tmp/a.deb /tmp/b",
        "cd /tmp && sed -i s/a/b/ a.deb && rm /tmp/a.deb",
    ],
)
def test_a_file_is_not_mounted_where_a_command_may_write_to_it(run):
    assert [
        each.fix
        for each in found(
            "removed-in-later-layer", f"FROM debian\nCOPY a.deb /tmp/\nRUN {run}"
        )
    ] == [None]


SCRATCH = "FROM scratch AS files\n{}\nFROM debian\nCOPY --from=files {} /x\n"


@pytest.mark.parametrize(
    ("stage", "path", "files", "absent"),
    [
        ("COPY a.txt /etc/", "/etc/a.txt", None, False),
        ("COPY a.txt /etc/", "/etc", None, False),
        ("COPY a.txt /etc/", "/etc/b.txt", None, True),
        ("COPY a.txt /etc", "/etc/b.txt", None, True),
        ("COPY dir /etc/", "/etc/b.txt", None, False),
        ("COPY dir /etc/", "/etc/b.txt", {"dir/a.txt": ""}, True),
        ("COPY dir /etc/", "/etc/a.txt", {"dir/a.txt": ""}, False),
        ("COPY dir /etc/", "/etc/a.txt", {"other": ""}, False),  # not there yet
        ("COPY *.txt /etc/", "/etc/b.txt", {"a.txt": ""}, False),
        ("COPY <<EOF /etc/\n1\nEOF", "/etc/EOF", None, False),
        ("COPY <<a.txt /etc/\n1\na.txt", "/etc/b.txt", None, True),
        ("ADD rootfs.tar /", "/etc/a.txt", None, False),
        ("ADD https://example.com/a.txt /etc/", "/srv", None, True),
        ("WORKDIR /srv/www", "/srv", None, False),
        ("COPY --from=debian /bin/sh /bin/\nRUN make", "/srv", None, False),
        ("ONBUILD COPY a /a", "/a", None, False),
        ("ENV A=1", "/a", None, True),
    ],
)
def test_what_a_stage_from_scratch_has(stage, path, files, absent):
    text = SCRATCH.format(stage, path)
    assert bool(found("copied-path-never-made", text, files)) is absent


def test_an_environment_comes_from_the_context_perhaps():
    stage = "FROM python:3.13-slim AS build\nWORKDIR /app\nCOPY . .\nRUN python -m venv /venv\n"
    text = f"{stage}FROM python:3.13-slim\nCOPY --from=build /app/.venv /app/.venv\n"
    assert not found("copied-path-never-made", text)
    assert found("copied-path-never-made", text, {"main.py": ""})
    assert not found("copied-path-never-made", text, {".venv/": ""})


def test_an_additional_context_stands_in_the_place_of_a_stage():
    text = (
        "FROM scratch AS code\nFROM code AS copy\nFROM debian:13\n"
        "COPY --from=code /src /src\nCOPY --from=copy /lib /lib\n"
    )
    assert len(found("copied-path-never-made", text)) == 2
    given = replace(build(text, None), contexts=frozenset({"code"}))
    assert not lint(given, [RULES["copied-path-never-made"]])
