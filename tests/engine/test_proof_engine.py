"""Builds, containers and leftovers of a proof, on a real engine."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from engine.busybox import base_of
from engine.engine_listing import listing_of
from engine.engine_process import Engine, engine, engine_folder
from images import file, layer

from lightship.docker.awaiting import NOBODY_ASKS
from lightship.docker.connection import address, connected
from lightship.docker.leftovers import begin, clean, sweep
from lightship.docker.poller import MOST
from lightship.docker.proof_builds import build, engine_name
from lightship.docker.proof_containers import run
from lightship.errors import EngineError, UsageError
from lightship.processes import core_count
from lightship.proof.measure_plan import (
    CheckScript,
    MeasurePlan,
    Running,
    VersionSource,
)
from lightship.proof.measured import Answer, MeasuredBuild, Ran
from lightship.wording.counts import count

pytestmark = [
    pytest.mark.engine,
    # docker's SDK leaves a socket open that finds nobody, as where the engine went away
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"
    ),
]
RUN = "lightship-0123456789ab"
ASKED = MeasurePlan(options=("--network", "host"))  # the tests' engine has no other
SERVER = """\
import signal, socket, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
time.sleep(float(sys.argv[1]))
listening = socket.create_server(("127.0.0.1", 8000))
asked = 0
while True:
    connection, _ = listening.accept()
    connection.recv(4096)
    asked += 1
    status = b"200 OK" if asked > int(sys.argv[2]) else b"503 Later"
    head = b"HTTP/1.1 " + status + b"\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n"
    connection.sendall(head + b"3\\r\\nhe\\xff\\r\\n2\\r\\nlo\\r\\n0\\r\\n\\r\\n")
    connection.close()
"""
HTTPD = """\
FROM base
RUN echo hello > /index.html && busybox ln -s busybox /bin/httpd
HEALTHCHECK CMD busybox wget -q -O- http://127.0.0.1:8000/
CMD ["httpd", "-f", "-p", "8000", "-h", "/"]
"""
PYTHON = """\
FROM debian
COPY --from=base /bin/busybox /usr/bin/sh
COPY --from=base /etc/passwd /etc/passwd
COPY server.py /
USER 1000
CMD ["python3", "/server.py", "0", "0"]
"""
BARE = """\
FROM scratch
COPY --from=base /bin/busybox /httpd
CMD ["/httpd", "-f", "-p", "8000"]
"""
FOREIGN = (
    b"\x7fELF\2\1\1" + bytes(9) + b"\2\0\xb7\0\1\0\0\0" + bytes(40)
)  # a program for arm64, its header alone


ASKS_ITSELF = 'python3 -c \'import socket; s = socket.create_connection(("127.0.0.1", 8000)); s.send(b"x")\''


@pytest.fixture(scope="module")
def docker(
    docker: Engine,
    debian: Path,
    busybox: bytes,
    tmp_path_factory: pytest.TempPathFactory,
) -> Engine:
    """The engine, with images that have a shell; a Python as well; nothing but a server."""
    folder = tmp_path_factory.mktemp("base")
    (folder / "base.tar").write_bytes(base_of(busybox, "x"))
    (folder / "foreign.tar").write_bytes(layer(file("x", FOREIGN, mode=0o755)))
    (folder / "server.py").write_text(SERVER, encoding="utf-8")
    docker.docker("import", str(folder / "base.tar"), "base")
    docker.docker("import", str(debian), "debian")
    docker.docker(
        "import",
        "--platform",
        "linux/arm64",
        "--change",
        'CMD ["/x"]',
        str(folder / "foreign.tar"),
        "foreign",
    )
    for name, text in (("httpd", HTTPD), ("python", PYTHON), ("bare", BARE)):
        (folder / "Dockerfile").write_text(text, encoding="utf-8")
        docker.build(folder, name)
    return docker


@pytest.fixture(autouse=True)
def nothing_is_left(docker: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`docker` and the SDK talk to the tests' engine, and after a run is cleaned nothing of it is there."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{docker.socket}")
    before = listing_of(docker)
    yield
    monkeypatch.setenv("DOCKER_HOST", f"unix://{docker.socket}")
    clean(RUN)
    assert listing_of(docker) == before


def source(folder: Path, text: str, **files: str) -> VersionSource:
    context = folder / "context"
    context.mkdir(exist_ok=True)
    (folder / "Dockerfile").write_text(text, encoding="utf-8")
    for name, content in files.items():
        (context / name).write_text(content, encoding="utf-8")
    return VersionSource("x", str(context), str(folder / "Dockerfile"))


def built(
    version: VersionSource,
    scenario: str = "cold",
    key: str = "before",
    asked: MeasurePlan = ASKED,
) -> MeasuredBuild:
    fresh = scenario == "cold"
    tag = f"lightship-proof/{RUN}:{key}" + ("" if fresh else f"-{scenario}")
    return build(version, scenario, tag, asked, RUN, fresh)


def ran(image: str, **more) -> Ran:
    return run(image, Running(**{"grace": 1.0, **more}), RUN)


def cached(found: MeasuredBuild) -> dict[str, bool]:
    return {
        step.name.partition("] ")[2]: step.cached
        for step in found.steps
        if step.name.startswith("[2/") or "3/3]" in step.name
    }


def test_builds_say_what_took_how_long_and_what_was_sent(
    docker: Engine, tmp_path: Path
) -> None:
    text = "FROM base\nRUN sleep 0.4\nCOPY . /x\n"
    version = source(tmp_path, text, a="a" * 100_000)
    cold = built(version)
    assert (cold.scenario, cold.error) == ("cold", "")
    assert cold.image.startswith("sha256:")
    assert 100_000 <= cold.sent < 110_000
    assert cached(cold) == {"RUN sleep 0.4": False, "COPY . /x": False}
    slept = next(step for step in cold.steps if "sleep" in step.name)
    assert 0.4 <= slept.seconds <= cold.seconds
    nothing = built(version, "nothing")
    assert nothing.image == cold.image
    assert cached(nothing) == {"RUN sleep 0.4": True, "COPY . /x": True}
    assert all(step.seconds == 0 for step in nothing.steps if step.cached)
    edit = built(source(tmp_path, text, a="b"), "edit")
    assert cached(edit) == {"RUN sleep 0.4": True, "COPY . /x": False}
    assert (
        docker.docker(
            "image",
            "inspect",
            "--format",
            "{{.Id}}",
            f"lightship-proof/{RUN}:before-edit",
        )
        == edit.image
    )
    again = built(version)
    assert cached(again) == {"RUN sleep 0.4": False, "COPY . /x": False}
    assert (
        docker.docker("image", "inspect", "--format", "{{.Id}}", cold.image)
        == cold.image
    )  # still there to compare


def test_cache_mounts_are_those_of_the_version_and_the_users_stay(
    docker: Engine, tmp_path: Path
) -> None:
    text = "FROM base\nRUN --mount=type=cache,target=/c echo mine > /c/user\n"
    source(tmp_path, text)
    user = (
        "buildx",
        "build",
        *ASKED.options,
        "--file",
        str(tmp_path / "Dockerfile"),
        str(tmp_path / "context"),
    )
    others = nameless(docker)
    docker.docker(*user)
    before = listing_of(docker).mounts
    assert before
    look = "FROM base\nCOPY . /x\nRUN --mount=type=cache,target=/c ls /c > /seen; echo x > /c/$(cat /x/mark)\n"

    def seen(scenario: str, key: str, mark: str) -> str:
        return (
            ran(
                built(source(tmp_path, look, mark=mark), scenario, key).image,
                command=("cat", "/seen"),
            )
            .answers[0]
            .text
        )

    assert seen("cold", "before", "one") == ""
    assert seen("edit", "before", "two") == "one\n"
    assert seen("edit", "after", "three") == ""
    assert seen("cold", "before", "four") == ""
    clean(RUN)
    assert listing_of(docker).mounts == before
    source(
        tmp_path,
        "FROM base\nRUN --mount=type=cache,target=/c [ $(cat /c/user) = mine ]\n",
    )
    docker.docker(*user)
    docker.docker("buildx", "prune", "--force", "--filter", "type=exec.cachemount")
    for image in nameless(docker) - others:
        docker.docker("rmi", image)


def nameless(docker: Engine) -> set[str]:
    """Images without a name, such as other tests have left in the engine."""
    return set(docker.docker("images", "--quiet", "--filter", "dangling=true").split())


def test_a_build_that_fails_is_an_answer(tmp_path: Path) -> None:
    text = "FROM base\nARG PASSWORD\nRUN echo said $PASSWORD; printf '\\033[31mred\\n'; exit 3\n"
    version = source(tmp_path, text)
    found = built(
        VersionSource("x", version.folder, version.dockerfile, {"PASSWORD": "s3cr3t"})
    )
    first, *log = found.error.splitlines()
    assert first.startswith("[2/2] RUN echo said")
    assert first.endswith(": exit code 3")
    assert log == ["  said ********", "  \\x1b[31mred"]
    assert not found.image
    assert "RUNX" in built(source(tmp_path, "FROM base\nRUNX a\n")).error
    assert "absent" in built(source(tmp_path, "FROM base\nCOPY absent /\n")).error
    with pytest.raises(UsageError, match="cannot be handed to a build"):
        built(version, asked=MeasurePlan(options=("--push",)))


def processes(word: str) -> int:
    """How many processes have `word` in their command line."""
    count = 0
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has just ended
            count += word in path.read_bytes().replace(b"\0", b" ").decode(
                errors="replace"
            )
    return count


def until(done) -> None:
    for _ in range(6000):
        if done():
            return
        time.sleep(0.05)
    raise AssertionError("never")


def test_a_build_that_hangs_is_ended(tmp_path: Path) -> None:
    found = built(
        source(tmp_path, "FROM base\nRUN sleep 41.4159\n"),
        asked=MeasurePlan(options=ASKED.options, patience=2),
    )
    assert found.error == "it did not end within 2 s, and was stopped"
    assert found.seconds < 40
    assert not processes(str(tmp_path))
    until(lambda: not processes("sleep 41.4159"))


def test_an_interrupt_ends_the_build_and_goes_on(tmp_path: Path) -> None:
    version = source(tmp_path, "FROM base\nRUN sleep 42.4159\n")
    call = f"""
from lightship.docker.proof_builds import *
source = VersionSource("x", {version.folder!r}, {version.dockerfile!r})
build(source, "cold", "lightship-proof/{RUN}:x", MeasurePlan(options={ASKED.options!r}), {RUN!r}, True)
"""
    with subprocess.Popen(
        (sys.executable, "-c", call), stderr=subprocess.PIPE
    ) as process:
        until(lambda: processes("sleep 42.4159"))
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert b"KeyboardInterrupt" in said
    assert not processes(str(tmp_path))
    until(lambda: not processes("sleep 42.4159"))


def test_a_program_is_started_asked_and_stopped() -> None:
    found = ran(
        "python",
        port=8000,
        paths=("/", "/b"),
        checks=("echo out; echo err >&2; exit 3", "sleep 9"),
        patience=5,
    )
    answer = "he\xfflo"
    assert found.error == ""
    assert [*map(without_time, found.answers[:2])] == [
        Answer("/", 200, answer, again=answer, again_status=200),
        Answer("/b", 200, answer, again=answer, again_status=200),
    ]
    assert found.answers[2] == Answer("echo out; echo err >&2; exit 3", 3, "out\nerr\n")
    assert found.answers[3].error == "it did not end within 5 s"
    assert found.start is not None
    assert (found.code, found.killed, found.healthy) == (7, False, None)
    assert found.stop is not None
    assert 1 << 20 < (found.memory or 0) < 100 << 20
    assert (found.first, found.users, found.listens) == (
        "python3 /server.py 0 0",
        ("1000",),
        "loopback",
    )


def without_time(answer: Answer) -> Answer:
    assert answer.seconds is not None
    return replace(answer, seconds=None)


def test_scripts_run_by_the_program_of_their_first_line() -> None:
    scripts = (
        CheckScript("a.sh", "echo out\necho err >&2\nexit 3\n"),
        CheckScript("b.py", "#!/usr/bin/env python3\nimport os\nprint(os.getuid())\n"),
        CheckScript("c.sh", "#!/bin/bash\ntrue\n"),
    )
    found = ran("python", port=8000, paths=("/",), scripts=scripts, settle=0)
    assert [(each.question, each.status, each.text) for each in found.answers[1:3]] == [
        ("a.sh", 3, "out\nerr\n"),
        ("b.py", 0, "1000\n"),
    ]
    assert found.answers[3].error == "this image has no bash to run it"


def test_what_stops_answering_is_seen_at_a_second_look() -> None:
    """It still runs, and listens."""
    deaf = SERVER.replace("while True:", "while asked < 5:") + "time.sleep(99)\n"
    found = ran(
        "python",
        port=8000,
        paths=("/",),
        command=("python3", "-c", deaf, "0", "0"),
        patience=3,
        checks=(ASKS_ITSELF,) * 2,
    )
    assert found.start is not None
    assert found.error == "it answered at first, but no longer at a second look"


def test_start_is_the_time_to_the_first_good_answer() -> None:
    found = ran(
        "python", port=8000, paths=("/",), command=("python3", "/server.py", "1.5", "3")
    )
    assert found.start is not None
    assert 1.5 <= found.start < 30
    assert not found.at_once
    page = Answer("/", 200, "he\xfflo", again="he\xfflo", again_status=200)
    assert [*map(without_time, found.answers)] == [page]


def test_a_shell_asks_where_there_is_no_python() -> None:
    found = ran("httpd", port=8000, paths=("/index.html", "/absent"), checks=("id -u",))
    page, _, _ = found.answers
    assert (page.text, page.again, page.again_status) == ("hello\n", "hello\n", 200)
    assert "content-type: text/html" in page.headers
    assert found.ports == (8000,)
    assert found.answers[1].status == 404
    assert (found.healthy, found.listens) == (True, "everywhere")
    assert found.start is not None
    assert (found.code, found.killed) == (
        137,
        True,
    )  # as process 1 it has no handler of its own
    assert found.stop is not None
    assert found.stop >= 1


@pytest.mark.parametrize(
    "more",
    [
        {
            "ready": "busybox wget -q -O- http://127.0.0.1:8000/index.html",
            "command": ("sh", "-c", "sleep 1; exec httpd -f -p 8000"),
        },
        {
            "command": ("sh", "-c", "sleep 1; cd /; exec httpd -f -p 8000")
        },  # its health check
    ],
)
def test_a_command_says_when_it_is_ready(more) -> None:
    found = ran("httpd", **more)
    assert found.start is not None
    assert 0.9 <= found.start < 30
    assert (found.error, found.healthy) == ("", True)


def test_without_anything_to_ask_it_must_only_live() -> None:
    found = ran("base", port=8000, command=("sleep", "60"))
    assert (found.start, found.error, found.answers) == (None, "", ())
    assert found.first == "sleep 60"


def test_without_a_port_it_runs_to_its_end() -> None:
    command = ("sh", "-c", "echo $NAME; echo err >&2; exit 4")
    found = ran("base", command=command, env={"NAME": "v\xe4lue"})
    assert found.answers == (Answer("exit", 4, "v\xe4lue\n"),)
    assert (found.code, found.error) == (4, "")
    assert sorted(found.log.splitlines()) == ["err", "v\xe4lue"]


def test_a_worker_without_a_port_lives_and_stops() -> None:
    found = ran("base", command=("sleep", "60"), patience=1, grace=1)
    assert (found.lives, found.error, found.answers) == (True, "", ())
    assert found.first == "sleep 60"
    assert found.stop is not None


def test_an_image_in_which_nothing_can_ask_is_not_called_broken() -> None:
    found = ran("bare", **WEB)
    assert (found.error, found.unknown) == ("", NOBODY_ASKS)


WEB = {"port": 8000, "paths": ("/",), "patience": 2}
ELSEWHERE = {**WEB, "port": 9000}
ARM = r"\(the image is for arm64, the engine is amd64\)"


def by_shell(script: str, **more):
    return {"command": ("sh", "-c", script), **more}


@pytest.mark.parametrize(
    ("image", "more", "said"),
    [
        (
            "base",
            {"command": ("absent",)},
            'it cannot be started: .*"absent": executable file not found',
        ),
        ("base", {}, "it cannot be started: no command specified"),
        ("foreign", {"port": 1}, f"exec format error.*{ARM}|{ARM}.*exec format error"),
        ("foreign", {}, ARM),
        (
            "base",
            by_shell("echo why; exit 3", port=1),
            "by itself, with exit code 3, before its first answer: why",
        ),
        ("httpd", ELSEWHERE, "nothing listens there, but at 8000"),
        ("python", ELSEWHERE, "nothing listens there, but at 8000"),
        (
            "python",
            {**WEB, "command": ("python3", "/server.py", "0", "9999"), "patience": 12},
            "last answer was HTTP/1.1 503 Later",
        ),
        (
            "httpd",
            {"ready": "echo never; exit 2", "patience": 4},
            "within 4 s: it last ended with exit code 2: never",
        ),
        (
            "httpd",
            {"ready": "sleep 99", "patience": 2},
            "did not succeed within 2 s: it did not end",
        ),
        (
            "base",
            by_shell('x=$(tr "\\0" a < /dev/zero)', memory=20 << 20),
            "it was killed: it needs more than 20 MiB",
        ),
        (
            "python",
            {**WEB, "patience": 20, "checks": ("kill 1; sleep 9",)},
            "with exit code 7, while it was asked",
        ),
    ],
)
def test_what_is_wrong_with_an_image_is_said(image: str, more, said: str) -> None:
    found = ran(image, **more)
    assert re.search(said, found.error), found.error


def test_signals_that_are_ignored_end_in_a_kill() -> None:
    found = ran(
        "base",
        port=1,
        command=("sh", "-c", 'trap "" TERM; while :; do sleep 1; done'),
        grace=2.0,
    )
    assert found.killed
    assert found.stop is not None
    assert 2 <= found.stop < 30
    stopped = ran(
        "base",
        port=1,
        command=("sh", "-c", "trap 'exit 5' TERM; while :; do sleep 0.1; done"),
        grace=60.0,
    )
    assert (stopped.killed, stopped.code) == (False, 5)


def test_a_flood_is_bounded(docker: Engine) -> None:
    flood = "while :; do echo floooooooooooooooooooooooood; done"
    found = ran("base", command=("sh", "-c", flood), patience=3)
    assert found.lives
    assert 0 < len(found.log) <= 4000
    asked = ran(
        "base",
        port=1,
        command=("sleep", "60"),
        checks=(flood, "head -c 1000000 /dev/zero"),
        patience=3,
    )
    assert asked.answers[0].error
    assert len(asked.answers[0].text) <= MOST
    assert len(asked.answers[1].text) == MOST


def test_limits_are_set(docker: Engine) -> None:
    files = "/sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max"  # of cgroup v1, of v2
    text = f"ulimit -c; cat {files} 2>/dev/null; ls /sys/class/net"
    found = ran("base", command=("sh", "-c", text), memory=100 << 20)
    assert found.answers[0].text.split() == ["0", str(100 << 20), "lo"]
    forks = "for i in 1 2 3 4 5 6 7 8 9; do sleep 1 & done; wait; echo all"
    assert (
        "all"
        not in ran("base", command=("sh", "-c", forks), processes=4).answers[0].text
    )


def test_an_image_or_network_that_there_is_not_is_no_fault_of_the_program() -> None:
    with pytest.raises(EngineError, match="No such image"):
        ran("absent")
    with pytest.raises(EngineError, match="network absent not found"):
        ran("base", command=("true",), network="absent")


def test_the_host_asks_where_nothing_inside_can(docker: Engine) -> None:
    docker.docker("network", "create", "asked")
    try:
        found = ran("bare", port=8000, paths=("/httpd",), network="asked")
    finally:
        docker.docker("network", "rm", "asked")
    assert (found.error, found.answers[0].status, found.listens) == (
        "",
        200,
        "everywhere",
    )
    assert len(found.answers[0].text) <= MOST


@contextmanager
def between(path: Path, target: Path) -> Iterator[socket.socket]:
    """A socket that leads to another, until it is shut down."""
    ends: list[socket.socket] = []

    def pump(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        with suppress(OSError):
            while True:
                one, other = listening.accept()[0], socket.socket(socket.AF_UNIX)
                ends.extend((one, other))
                other.connect(str(target))
                for pair in ((one, other), (other, one)):
                    threading.Thread(target=pump, args=pair, daemon=True).start()

    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listening
        finally:
            path.unlink()
            for end in (listening, *ends):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            thread.join()
            for end in ends:
                end.close()


def test_an_engine_that_goes_away_is_an_error(
    docker: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught: list[str] = []

    def tried(work) -> None:
        try:
            caught.append(work().error)  # where its last answer came just before
        except EngineError as error:
            caught.append(str(error))

    version = source(tmp_path, "FROM base\nRUN sleep 43.4159\n")
    works = (
        (lambda: ran("python", port=9000, paths=("/",)), "/server.py"),
        (lambda: ran("base", command=("sleep", "44.4159")), "sleep 44.4159"),
        (lambda: built(version), "sleep 43.4159"),
    )
    for number, (work, word) in enumerate(works, 1):
        with engine_folder() as folder, between(folder / "s", docker.socket):
            monkeypatch.setenv("DOCKER_HOST", f"unix://{folder}/s")
            thread = threading.Thread(target=tried, args=(work,))
            thread.start()
            until(lambda: processes(word))  # noqa: B023 - called here
        thread.join(180)
        assert len(caught) == number
        assert caught[-1]
    monkeypatch.setenv("DOCKER_HOST", f"unix://{docker.socket}")
    clean(RUN)
    until(lambda: not processes("sleep 43.4159"))


@pytest.fixture
def small(
    docker: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    """An engine with a disk of 40 MB."""
    (tmp_path / "base.tar").write_bytes(export(docker, "base"))
    with engine_folder() as place:
        subprocess.run(
            ("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", place), check=True
        )
        with engine(place) as started:
            started.docker("load", "--input", str(tmp_path / "base.tar"))
            monkeypatch.setenv("DOCKER_HOST", f"unix://{started.socket}")
            yield started
            clean(RUN)
        subprocess.run(("umount", "--lazy", place), check=True)


def export(docker: Engine, image: str) -> bytes:
    environment = {**os.environ, "DOCKER_HOST": f"unix://{docker.socket}"}
    return subprocess.run(
        ("docker", "save", image), env=environment, stdout=subprocess.PIPE, check=True
    ).stdout


def test_a_full_disk_is_said_in_the_engines_words(
    small: Engine, tmp_path: Path
) -> None:
    version = source(tmp_path, "FROM base\nCOPY . /x\n", large="x" * 60_000_000)
    with pytest.raises(EngineError, match=r"(?i)no space left on device"):
        built(version)


def stored(podman: tuple[str | Path, ...]) -> list[bytes]:
    """The ids of all images in a store of podman's, those of single steps too."""
    words = ("images", "--all", "--quiet", "--no-trunc")
    done = subprocess.run((*podman, *words), stdout=subprocess.PIPE, check=True)
    return sorted(done.stdout.split())


@pytest.mark.skipif(shutil.which("podman") is None, reason="there is no podman")
def test_podman_builds_where_it_is_the_engine(
    docker: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "base.tar").write_bytes(export(docker, "base"))
    with engine_folder() as place:
        podman = (
            "podman",
            "--root",
            place / "root",
            "--runroot",
            place / "run",
            "--storage-driver",
            "vfs",
        )
        subprocess.run(
            (*podman, "load", "--quiet", "--input", tmp_path / "base.tar"), check=True
        )
        service = subprocess.Popen(
            (*podman, "system", "service", "--time", "0", f"unix://{place}/s")
        )
        try:
            until((place / "s").exists)
            monkeypatch.setenv("DOCKER_HOST", f"unix://{place}/s")
            assert engine_name().startswith("Podman ")
            before = stored(podman)
            version = source(tmp_path, "FROM base\nCOPY a /x\n", a="a")
            found = built(version)
            assert found.error == ""
            assert found.image.startswith("sha256:")
            assert built(version, "nothing").image == found.image
            # Its first step stays as an image without a name
            half = source(tmp_path, "FROM base\nCOPY b /y\nCOPY absent /x\n", b="b")
            assert "absent" in built(half).error
            clean(RUN)
            # Of images without a name, which each step leaves, none stays either
            assert stored(podman) == before
        finally:
            service.terminate()
            service.wait()


def test_without_an_engine_each_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = source(tmp_path, "FROM base\n")
    with monkeypatch.context() as changed:
        changed.setenv("DOCKER_HOST", f"unix://{tmp_path}/none")
        for work in (
            engine_name,
            sweep,
            lambda: clean(RUN),
            lambda: built(version),
            lambda: ran("base"),
        ):
            with pytest.raises(EngineError, match="no Docker engine answers"):
                work()


def test_the_engine_is_named() -> None:
    name, kind, *rest = engine_name().split(", ")
    assert name.startswith("Docker ")
    assert kind == "BuildKit"
    # The engine runs on the same processors as the tests, which may be pinned to some
    assert rest[-1] == count(core_count(), "CPU")


def test_what_is_not_ours_stays(docker: Engine, tmp_path: Path) -> None:
    """A container, volumes, a network, tags that look alike, and a tag of an image that is ours as well."""
    foreign = (
        f"users/lightship-proof/{RUN}:x",
        "lightship-proof/lightship-0123456789ac:x",
        f"{RUN}:x",
    )
    for tag in foreign:
        docker.docker("tag", "base", tag)
    docker.docker(
        "run",
        "--detach",
        "--name",
        f"{RUN}-users",
        "--network",
        "none",
        "base",
        "sleep",
        "600",
    )
    docker.docker("volume", "create", f"{RUN}-users")
    docker.docker("volume", "create", "--label", "lightship.proof=data", "data")
    docker.docker("network", "create", "--label", "lightship.proof=data", "users")
    before = listing_of(docker)
    image = built(source(tmp_path, "FROM base\nRUN echo shared > /x\n")).image
    docker.docker("tag", image, "users:own")
    gone = built(source(tmp_path, "FROM base\nRUN echo ours > /x\n"), key="after").image
    ran(image, command=("true",))
    clean(RUN)
    assert sweep() == ()
    assert (
        docker.docker("images", "--no-trunc", "--format", "{{.ID}}", "users:own")
        == image
    )
    assert docker.tried("image", "inspect", gone).status
    docker.docker("rmi", "users:own")
    assert listing_of(docker) == before
    docker.docker("rm", "--force", f"{RUN}-users")
    docker.docker("volume", "rm", f"{RUN}-users", "data")
    docker.docker("network", "rm", "users")
    docker.docker("rmi", *foreign)


def test_an_image_that_the_user_has_without_a_name_stays(
    docker: Engine, tmp_path: Path
) -> None:
    version = source(tmp_path, "FROM base\nRUN echo loose > /x\n")
    loose = docker.docker(
        "buildx",
        "build",
        "--quiet",
        *ASKED.options,
        "--file",
        version.dockerfile,
        version.folder,
    )
    before = listing_of(docker).images
    assert f"{loose} <none>:<none>" in before
    assert built(version, "nothing").image == loose
    assert listing_of(docker).images != before
    clean(RUN)
    assert listing_of(docker).images == before
    docker.docker("rmi", loose)


def test_a_later_run_removes_what_a_killed_one_left(
    docker: Engine, tmp_path: Path
) -> None:
    before = listing_of(docker)
    with connected(address()) as client:
        begin(client, RUN)  # of a process that lives
    dead = "lightship-ba9876543210"
    version = source(
        tmp_path, "FROM base\nRUN --mount=type=cache,target=/c echo x > /c/x\n"
    )
    call = f"""
from lightship.docker.proof_builds import *
from lightship.docker.proof_containers import *
from lightship.proof.measure_plan import Running
source = VersionSource("x", {version.folder!r}, {version.dockerfile!r})
found = build(source, "cold", "lightship-proof/{dead}:x", MeasurePlan(options={ASKED.options!r}), {dead!r}, True)
run(found.image, Running(port=1, command=("sleep", "45.4159"), checks=("sleep 46.4159",)), {dead!r})
"""
    (tmp_path / "call.py").write_text(
        call, encoding="utf-8"
    )  # the words that are looked for are not in its command line
    with subprocess.Popen((sys.executable, str(tmp_path / "call.py"))) as process:
        until(lambda: processes("sleep 46.4159"))
        assert sweep() == ()
        process.kill()
        process.wait()
    assert sweep() == (dead,)
    assert sweep() == ()
    with connected(address()) as client:
        assert client.inspect_volume(RUN)
    clean(RUN)
    assert listing_of(docker) == before
    until(lambda: not processes("sleep 45.4159"))
