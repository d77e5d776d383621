"""The file of the build context that the image starts with, and what may have changed it."""

from __future__ import annotations

import pytest

from lightship.build import Build
from lightship.facts.start.later_changes import may_be_made_executable, may_be_rewritten
from lightship.facts.start.start_files import (
    StartFile,
    interpreter_of,
    script_of,
    start_files,
)
from lightship.lint.examples import build_of

SCRIPT = '#!/bin/sh\nexec "$@"\n'


@pytest.mark.parametrize(
    ("text", "by", "origin"),
    [
        ('COPY run.sh /\nENTRYPOINT ["/run.sh"]', "kernel", "run.sh"),
        ('COPY run.sh /usr/local/bin/\nENTRYPOINT ["run.sh"]', "kernel", "run.sh"),
        ('WORKDIR /app\nCOPY . .\nCMD ["./docker/start"]', "kernel", "docker/start"),
        (
            'WORKDIR /app\nCOPY . .\nCMD ["bash", "-x", "docker/start"]',
            "shell",
            "docker/start",
        ),
        ("COPY run.sh /\nCMD /run.sh", "starter", "run.sh"),
        (
            'COPY run.sh /\nENTRYPOINT ["tini", "--"]\nCMD ["/run.sh"]',
            "starter",
            "run.sh",
        ),
        ('COPY *.sh /scripts/\nENTRYPOINT ["/scripts/run.sh"]', "kernel", "run.sh"),
        (
            'FROM debian:13 AS a\nCOPY . /src\nFROM debian:13\nCOPY --from=a /src/docker /d\nCMD ["/d/start"]',
            "kernel",
            "docker/start",
        ),
    ],
)
def test_the_file_that_is_started(text, by, origin):
    files = {"run.sh": SCRIPT, "docker/start": SCRIPT}
    [found] = start_files(build_of(text, files))
    assert (found.started.by, found.origin) == (by, origin)


@pytest.mark.parametrize(
    "text",
    [
        'COPY run.sh /\nENTRYPOINT ["/other.sh"]',
        'COPY run.sh /\nENTRYPOINT ["run.sh"]',  # not on PATH
        'FROM example.com/base:1\nCOPY run.sh /\nCMD ["/run.sh"]',  # it may have an ENTRYPOINT
        'COPY run.sh /\nENTRYPOINT ["python"]\nCMD ["/run.sh"]',
        'COPY run.sh /\nCOPY --from=example.com/a:1 / /\nENTRYPOINT ["/run.sh"]',
        'ADD run.tar /\nENTRYPOINT ["/run.sh"]',
        "COPY run.sh /\nENTRYPOINT /run.sh && /stop.sh",
    ],
)
def test_a_file_that_is_not_known_to_be_started(text):
    assert not start_files(build_of(text, {"run.sh": SCRIPT, "run.tar": ""}))


def only(body: str, text: str = SCRIPT) -> tuple[Build, StartFile]:
    build = build_of(body, {"run.sh": text})
    [found] = start_files(build)
    return build, found


@pytest.mark.parametrize(
    ("start", "init"),
    [
        ('ENTRYPOINT ["/run.sh"]', False),
        ('ENTRYPOINT ["tini", "--", "/run.sh"]', True),
        ('ENTRYPOINT ["dumb-init", "--"]\nCMD ["/run.sh"]', True),
        ('ENTRYPOINT ["gosu", "app"]\nCMD ["/run.sh"]', False),
    ],
)
def test_an_init_is_process_1(start, init):
    _, found = only(f"COPY run.sh /\n{start}")
    assert found.started.init == init


def test_how_a_file_came_there_through_a_stage():
    body = (
        "FROM debian:13 AS a\nCOPY . /src\nRUN make\nFROM debian:13\n"
        'COPY --from=a /src/run.sh /start\nRUN ls\nCMD ["/start"]'
    )
    _, found = only(body)
    assert (found.name, found.origin) == ("start", "run.sh")
    assert len(found.copyings) == 2
    assert [run.operand.text for run in found.later] == ["ls", "make"]


@pytest.mark.parametrize(
    ("run", "rewritten", "executable"),
    [
        ("apt-get update", False, False),
        ("chmod +x /run.sh", False, True),
        ("chmod 755 /other", False, False),
        ("chmod -R a+x /", False, True),
        ("sed -i s/a/b/ /run.sh", True, True),
        ("echo exec nginx >> /run.sh", True, True),
        ("cat < /run.sh", False, False),
        ("mv /tmp/x .", True, True),
        ("./configure", False, True),
    ],
)
def test_what_a_later_run_may_change(run, rewritten, executable):
    build, found = only(f'COPY run.sh /\nRUN {run}\nENTRYPOINT ["/run.sh"]')
    assert may_be_rewritten(build, found) == rewritten
    assert may_be_made_executable(build, found) == executable


def test_copy_may_say_what_mode_it_has():
    build, found = only('COPY --chmod=755 run.sh /\nENTRYPOINT ["/run.sh"]')
    assert may_be_made_executable(build, found)


@pytest.mark.parametrize(
    ("start", "text", "name"),
    [
        ('["/run.sh"]', "#!/bin/bash -e\nnginx\n", "bash"),
        ('["/run.sh"]', "#!/bin/bash\r\nnginx\r\n", "bash"),
        ('["/run.sh"]', "#!/usr/bin/env python3\n", "python3"),
        ('["/run.sh"]', "nginx\n", "sh"),
        ('["dash", "/run.sh"]', "#!/bin/bash\n", "dash"),
    ],
)
def test_what_reads_the_script(start, text, name):
    _, found = only(f"COPY run.sh /\nENTRYPOINT {start}", text)
    assert interpreter_of(found, text).name == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (SCRIPT, [""]),
        ("#!/bin/sh\nmigrate\nexec nginx\n", ["migrate", "nginx"]),
        ("#!/usr/bin/python3\nprint()\n", None),
        ("#!/bin/sh\nif\n", None),
        ("\x7fELF\0", None),
    ],
)
def test_the_script_in_it(text, names):
    build, found = only('COPY run.sh /\nENTRYPOINT ["/run.sh"]', text)
    script = script_of(build, found)
    assert names == (script and [command.name for command in script.commands])
