"""What ENTRYPOINT or CMD starts, where it stands, and what brings it there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.build import Build
from lightship.facts.start.file_trails import Trail, covers, trail_of
from lightship.facts.start.made_scripts import (
    base_lacks,
    is_made_by_nothing,
    may_make,
    script_started,
)
from lightship.facts.start.manuals import manuals
from lightship.facts.start.mounted_files import is_mounted
from lightship.facts.start.started import Started, paths_of, started
from lightship.repository_facts import MountedVolume
from tests.made import build

SOURCES = "FROM alpine AS a\nCOPY . /src\nRUN true\n"
FILES = {"run.sh": "#!/bin/sh\n", "app/main.py": "", "scripts/go.sh": ""}


def made(body: str, **files: str) -> Build:
    text = body if body.startswith("FROM") else f"FROM python:3.13-slim\n{body}"
    return build(text, {**FILES, **files})


def starts(body: str) -> list[Started]:
    return list(started(made(body)))


@pytest.mark.parametrize(
    ("body", "word", "by", "init"),
    [
        ('ENTRYPOINT ["/run.sh"]', "/run.sh", "kernel", False),
        ('ENTRYPOINT ["sh", "/run.sh"]', "/run.sh", "shell", False),
        ('ENTRYPOINT ["bash", "-eu", "/run.sh", "-x"]', "/run.sh", "shell", False),
        ("ENTRYPOINT /run.sh", "/run.sh", "starter", False),
        ("ENTRYPOINT exec '/run.sh'", "/run.sh", "starter", False),
        ('ENTRYPOINT ["tini", "--", "/run.sh"]', "/run.sh", "starter", True),
        ('ENTRYPOINT ["tini", "--"]\nCMD ["/run.sh"]', "/run.sh", "starter", True),
        ('ENTRYPOINT ["gosu", "a"]\nCMD ["/run.sh"]', "/run.sh", "starter", False),
        ('FROM debian\nCMD ["/run.sh"]', "/run.sh", "kernel", False),
        ('ENTRYPOINT ["/run.sh"]\nCMD ["/other.sh"]', "/run.sh", "kernel", False),
    ],
)
def test_what_is_started(body, word, by, init):
    (found,) = starts(body)
    assert (found.word.value, found.by, found.init) == (word, by, init)


@pytest.mark.parametrize(
    "body",
    [
        'FROM acme/base\nCMD ["/run.sh"]',  # the base may have an ENTRYPOINT
        'ENTRYPOINT ["sh", "-c", "/run.sh"]',
        "ENTRYPOINT a && b",
        "ENTRYPOINT $RUN",
        "RUN true",
        'ENTRYPOINT ["tini", "--"]',
    ],
)
def test_what_is_started_is_not_known(body):
    assert starts(body) == []


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ('ENTRYPOINT ["/app/../run.sh"]', ["/run.sh"]),
        ('WORKDIR /app\nENTRYPOINT ["./run.sh"]', ["/app/run.sh"]),
        ('WORKDIR /app\nENTRYPOINT ["sh", "run.sh"]', ["/app/run.sh"]),
        ('ENV PATH=/a:.:/b\nENTRYPOINT ["run"]', ["/a/run", "/b/run"]),
        ('FROM acme/base\nENTRYPOINT ["./run.sh"]', []),  # its WORKDIR is not known
    ],
)
def test_where_it_may_stand(body, paths):
    image = made(body)
    (found,) = started(image)
    assert list(paths_of(image, found)) == paths


@pytest.mark.parametrize(
    ("body", "path", "origin", "later"),
    [
        ("COPY run.sh /", "/run.sh", "run.sh", 0),
        ("COPY . /app\nRUN chmod +x /app/run.sh", "/app/run.sh", "run.sh", 1),
        ("WORKDIR /app\nCOPY ['scripts', './bin']", "/app/bin/go.sh", "", 0),
        (
            'WORKDIR /app\nCOPY ["scripts", "./bin"]',
            "/app/bin/go.sh",
            "scripts/go.sh",
            0,
        ),
        ("COPY app /run.sh\nCOPY run.sh /", "/run.sh", "run.sh", 0),
        ("COPY scripts /s", "/s/run.sh", "", 0),
        ("ADD run.sh /", "/run.sh", "run.sh", 0),
        (
            f"{SOURCES}FROM debian\nCOPY --from=a /src/scripts /bin/",
            "/bin/go.sh",
            "scripts/go.sh",
            1,
        ),
        (
            "FROM alpine AS a\nCOPY run.sh /x\nFROM debian\nCOPY --from=a /x /run.sh",
            "/run.sh",
            "run.sh",
            0,
        ),
    ],
)
def test_how_a_file_came_to_its_place(body, path, origin, later):
    image = made(body)
    found = trail_of(image, image.lineage, path, 0)
    assert found.origin == origin
    assert len(found.later) == later
    assert bool(found.copyings) is bool(origin)


@pytest.mark.parametrize(
    "body",
    [
        "ADD app.tar.gz /app",
        "COPY --from=acme/tools / /app",
        "COPY $WHAT /app",
        "FROM alpine AS a\nRUN make\nFROM debian\nCOPY --from=a /a* /app/",
    ],
)
def test_a_way_that_cannot_be_followed(body):
    image = made(body)
    (copying,) = image.copyings()
    assert covers(copying, "/app/run.sh")
    assert not covers(copying, "/other/run.sh")
    assert trail_of(image, image.lineage, "/app/run.sh", 0) is None
    assert trail_of(image, image.lineage, "/other/run.sh", 0) == Trail("", ())


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ('ENTRYPOINT ["/run.sh"]', "/run.sh"),
        ('ENTRYPOINT ["python", "-u", "app.py"]', "app.py"),
        ('ENTRYPOINT ["python3.13", "-X", "dev", "app.py"]', "app.py"),
        ('ENTRYPOINT ["node", "--inspect", "app.js"]', "app.js"),
        ('ENTRYPOINT ["python", "-m", "app.py"]', None),
        ('ENTRYPOINT ["python", "-c", "app.py"]', None),
        ('ENTRYPOINT ["node", "-e", "app.js"]', None),
        ('ENTRYPOINT ["/server"]', None),
    ],
)
def test_the_script_that_is_started(body, word):
    (found,) = starts(body)
    script = script_started(found)
    assert (script and script.word.value) == word


@pytest.mark.parametrize(
    ("base", "path", "expected"),
    [
        ("scratch", "/usr/bin/run.sh", True),
        ("debian:13", "/usr/bin/run.sh", True),
        ("python:3.13", "/app/run.sh", True),
        ("python:3.13", "/usr/local/bin/run.sh", True),  # it has no script of its own
        ("postgres:17", "/usr/local/bin/run.sh", False),
        ("postgres:17", "/run.sh", False),
        ("postgres:17", "/app/run.sh", True),
        ("acme/base", "/app/run.sh", False),
    ],
)
def test_whether_the_base_has_nothing_there(base, path, expected):
    assert base_lacks(build(f"FROM {base}\nRUN true"), path) is expected


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("RUN chmod +x /app/run.sh", False),
        ("RUN echo a > /app/run.sh", True),
        ("RUN echo a > /app/other", False),
        ("RUN make", True),
        ("RUN 'make' all", True),
        ("RUN apt-get install -y git && rm -rf /tmp/a", False),
        ("RUN <<EOF\n#!/usr/bin/python3\nprint(1)\nEOF", True),
        ("VOLUME /app", True),
        ('VOLUME ["/data", "/app/"]', True),
        ("VOLUME /data", False),
        ("ADD a.tgz /", True),
        ("ADD a.txt /", False),
        ("ENV A=1", False),
    ],
)
def test_instructions_that_may_make_the_file(instruction, expected):
    image = build(f"FROM debian\n{instruction}")
    *_, step = image.shipped_steps
    assert may_make(image, step, "/app/run.sh") is expected


LOST = 'WORKDIR /app\nCOPY app .\nENTRYPOINT ["./run.sh"]'


@pytest.mark.parametrize(
    ("body", "files", "expected"),
    [
        (LOST, {}, True),
        (LOST.replace("COPY app .", "COPY . ."), {}, False),
        (LOST.replace("COPY app .", "RUN ./make"), {}, False),
        (LOST.replace('["./run.sh"]', '["./run"]'), {}, False),
        (LOST, {"compose.yaml": "services:\n  a:\n    build: .\n"}, True),
    ],
)
def test_a_script_that_nothing_makes(body, files, expected):
    image = made(body, **files)
    assert is_made_by_nothing(image, next(started(image))) is expected


def test_a_script_in_a_volume_is_there():
    image = made(LOST)
    volume = MountedVolume("/app", from_host=False)
    assert not is_made_by_nothing(
        replace(image, volumes=(volume,)), next(started(image))
    )


def speaking(text: str) -> Build:
    image = made(LOST)
    return replace(image, context=replace(image.context, run_texts=lambda: [text]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("docker run -v ./app:/app acme/app", True),
        ("docker run --volume=./run.sh:/app/run.sh:ro acme/app", True),
        ('docker run -v "$PWD:/app" acme/app', True),
        ("docker run -v ./data:/data acme/app", False),
        ("docker run -v ./app:/application acme/app", False),
        ("- mountPath: /app\n", True),
        ("'target': '/app'", True),
        ("FROM debian\nRUN --mount=type=bind,target=/app make", False),
        ("see /app/run.sh", False),
    ],
)
def test_files_that_a_text_mounts(text, expected):
    assert is_mounted(speaking(text), "/app/run.sh") is expected


def test_a_name_of_which_the_repository_knows_nothing_is_not_mounted():
    image = speaking("docker run -v ./app:/app acme/app")
    context = replace(image.context, is_staged=lambda name: name == "known.sh")
    assert not is_mounted(replace(image, context=context), "/app/run.sh")
    assert is_mounted(replace(image, context=context), "/app/known.sh")


def test_the_pages_that_say_how_it_is_started():
    image = made(
        "RUN true",
        **{"README.md": "one", "docs/Readme.rst": "two", "docs/guide.md": "three"},
        **{"DOCKER.md": "four", "CHANGELOG.md": "five"},
    )
    assert sorted(manuals(image)) == ["four", "one", "two"]
    assert manuals(build("FROM debian")) == ()
