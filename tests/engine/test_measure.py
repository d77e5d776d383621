"""What a real build says of its steps: measured by us, and as a plain log; what it leaves behind, and how it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from engine.busybox import base_of
from engine.engine_process import Engine

from lightship.build import Build
from lightship.cache.times.read_times import read_times
from lightship.docker.measure import measure
from lightship.dockerfile.parse import parse
from lightship.errors import EngineError, UsageError

pytestmark = pytest.mark.engine
HOST = ("--network", "host")  # the tests' engine has no other
DOCKERFILE = """\
ARG V=1
FROM base AS builder
ARG V
WORKDIR /work
RUN sleep 0.3; echo "one $V" > one
RUN sleep 0.6 && \\
    echo two > two

FROM base
WORKDIR /
WORKDIR /app
RUN sleep 0.4
COPY "a.txt" /app/
COPY --from=builder /work/one /work/two /app/
RUN <<EOF
sleep 0.5
EOF
ADD a.txt /b.txt
CMD ["true"]
"""
LEAST = {5: 0.3, 6: 0.6, 12: 0.4, 13: 0.0, 14: 0.0, 15: 0.5, 18: 0.0}


@pytest.fixture(scope="module")
def docker(
    docker: Engine, busybox: bytes, tmp_path_factory: pytest.TempPathFactory
) -> Engine:
    """The engine, with an image that has a shell and nothing else."""
    archive = tmp_path_factory.mktemp("base") / "base.tar"
    archive.write_bytes(base_of(busybox, "x"))
    docker.docker("import", str(archive), "base")
    return docker


@pytest.fixture
def context(docker: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build context, with `docker` talking to the tests' engine."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{docker.socket}")
    (tmp_path / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    (tmp_path / "a.txt").write_text("a")
    return tmp_path


def dockerfile(context: Path, text: str) -> str:
    (context / "Dockerfile").write_text(text, encoding="utf-8")
    return str(context / "Dockerfile")


def measured(context: Path, text: str, **more) -> str:
    return measure(
        str(context),
        dockerfile(context, text),
        more.pop("args", {}),
        options=HOST,
        **more,
    )


def check(seconds, least) -> None:
    """These steps have a time, and none is faster than it sleeps."""
    assert seconds.keys() == least.keys()
    assert all(
        seconds[line] >= low - 0.05 for line, low in least.items()
    )  # a plain log has one decimal


def made_images(docker: Engine) -> list[str]:
    """The images of this Dockerfile: other tests make some of theirs meanwhile."""
    history = ("history", "--no-trunc", "--format", "{{.CreatedBy}}")
    names = docker.docker("image", "ls", "--all", "--quiet").split()
    return [
        name for name in names if "sleep 0.4" in docker.tried(*history, name).output
    ]


def test_a_measured_build_says_every_step(
    docker: Engine, context: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    docker.docker(
        "buildx", "build", *HOST, str(context)
    )  # what is in the cache is built all the same
    before = made_images(docker)
    found = read_times(
        measured(context, DOCKERFILE, args={"V": "7"}),
        Build(parse(DOCKERFILE)),
        "a build",
    )
    check(found.seconds, LEAST)
    assert not found.estimated
    assert made_images(docker) == before
    said = capsys.readouterr().err.splitlines()
    assert (
        sum(
            's  [builder 3/4] RUN sleep 0.3; echo "one 7" > one' in line
            for line in said
        )
        == 1
    )
    assert not any("[internal]" in line for line in said)


def test_a_plain_log_says_the_same_steps(docker: Engine, context: Path) -> None:
    command = (
        "buildx",
        "build",
        "--no-cache",
        "--progress=plain",
        "--output=type=cacheonly",
        *HOST,
        str(context),
    )
    log = docker.tried(*command, both=True).output
    found = read_times(log, Build(parse(DOCKERFILE)), "build.log")
    check(found.seconds, LEAST)
    assert not found.estimated


def test_steps_that_were_cached_have_no_time(docker: Engine, context: Path) -> None:
    command = (
        "buildx",
        "build",
        "--progress=rawjson",
        "--output=type=cacheonly",
        *HOST,
        str(context),
    )
    docker.docker(*command)
    (context / "a.txt").write_text("other")
    found = read_times(
        docker.tried(*command, both=True).output, Build(parse(DOCKERFILE)), "x"
    )
    check(found.seconds, {line: LEAST[line] for line in (13, 14, 15, 18)})


def test_only_the_target_is_built(context: Path) -> None:
    found = read_times(
        measured(context, DOCKERFILE, target="builder"), Build(parse(DOCKERFILE)), "x"
    )
    check(found.seconds, {line: LEAST[line] for line in (5, 6)})


def test_secrets_are_handed_on(context: Path) -> None:
    text = "FROM base\nRUN --mount=type=secret,id=key,required=true cat /run/secrets/key > /dev/null\n"
    secret = ("--secret", f"id=key,src={context / 'a.txt'}")
    found = measure(
        str(context), dockerfile(context, text), {}, options=(*HOST, *secret)
    )
    assert read_times(found, Build(parse(text)), "x").seconds.keys() == {2}


TRIGGERS = """\
FROM base AS a
ONBUILD RUN sleep 0.4
RUN sleep 0.1
FROM a
RUN sleep 0.6
FROM scratch
COPY --from=1 /bin/sh /
"""


def test_triggers_and_scratch_are_counted_as_the_engine_counts(context: Path) -> None:
    found = read_times(measured(context, TRIGGERS), Build(parse(TRIGGERS)), "x")
    check(found.seconds, {2: 0.4, 3: 0.1, 5: 0.6, 7: 0.0})
    assert not found.estimated


def test_a_build_that_fails_is_an_error_with_the_step_and_its_log(
    context: Path,
) -> None:
    with pytest.raises(EngineError) as caught:
        measured(
            context, "FROM base\nRUN echo said; printf '\\033[31mred\\n'; exit 3\n"
        )
    first, *log = str(caught.value).splitlines()
    assert "failed: [2/2] RUN echo said" in first
    assert first.endswith(": exit code 3")
    assert log == ["  said", "  \\x1b[31mred"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("FROM base\nCOPY absent /\n", "absent"),
        ("FROM base\nRUNX a\n", "RUNX"),
        ("FROM none:absent/x\n", "none:absent/x"),
    ],
)
def test_what_the_engine_refuses_is_said_in_its_words(
    text: str, said: str, context: Path
) -> None:
    with pytest.raises(EngineError, match=said):
        measured(context, text)


@pytest.mark.parametrize(
    "option",
    [
        "--tag=x",
        "-tx",
        "--push",
        "--load",
        "-o=x",
        "--cache-to=x",
        "--progress=tty",
        "path",
    ],
)
def test_an_option_that_would_leave_something_behind_is_refused(
    option: str, context: Path
) -> None:
    with pytest.raises(UsageError, match="cannot be handed to a build"):
        measure(str(context), str(context / "Dockerfile"), {}, options=(option,))


def test_without_docker_or_its_engine_the_error_says_so(
    context: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    with pytest.raises(EngineError, match="Cannot connect"):
        measured(context, DOCKERFILE)
    monkeypatch.setenv("PATH", str(context))
    with pytest.raises(EngineError, match="docker cannot be started"):
        measured(context, DOCKERFILE)


def processes(word: str) -> int:
    """How many processes have `word` in their command line."""
    count = 0
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has just ended
            count += word in path.read_bytes().replace(b"\0", b" ").decode(
                errors="replace"
            )
    return count


def test_an_interrupt_ends_the_build(context: Path) -> None:
    file = dockerfile(context, "FROM base\nRUN sleep 33.4159\n")
    call = "import sys; from lightship.docker.measure import measure; measure(*sys.argv[1:3], {}, None, sys.argv[3:])"
    command = (sys.executable, "-c", call, str(context), file, *HOST)
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        while not processes("sleep 33.4159"):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert b"KeyboardInterrupt" in said
    assert not processes(str(context))
    for _ in range(6000):
        if not processes("sleep 33.4159"):
            return
        time.sleep(0.05)
    raise AssertionError("the step still runs")
