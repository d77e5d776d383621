"""What `lightship prove` leaves of others' things, and how it ends, whatever happens: on a real engine."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from engine.busybox import base_of
from engine.engine_listing import cached, listing_of
from engine.engine_process import Engine, engine, engine_folder, why_not

from lightship.report.proof.formats import FORMATS

pytestmark = pytest.mark.engine
OLD = 'FROM base\nCOPY app.txt /\nCMD ["cat", "/app.txt"]\n'
NEW = f"{OLD}LABEL a=b\n"
SLOW = 'FROM base\nRUN sleep {seconds}\nCOPY app.txt /\nCMD ["cat", "/app.txt"]\n'
QUICK = ("--quick", "--no-attribute", "--network=host", "--no-config", "--color=never")
PROVE = ("prove", "Dockerfile", "Dockerfile.new", *QUICK)
IMPROVE = ("improve", "--quick", "--network=host", "--no-config", "--no-run")
FIX = ("fix", "Dockerfile", "--prove", "--network=host", "--no-config", "--no-run")
LEFT = "not all that was made is removed: the next run on this engine does that"
SECRET, PASSWORD, LABEL = (
    "xK2-9fq_Zt7-secret",
    "v8Wd-41Lm-password",
    "m3Tz-77Qy-argument",
)


@pytest.fixture(scope="module")
def docker(
    busybox: bytes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """An engine with a small base, and things of a user: images, a container, a volume, a network, a build cache."""
    if reason := why_not():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("base")
    (folder / "base.tar").write_bytes(base_of(busybox, "x"))
    with engine_folder() as place, engine(place) as started:
        started.docker("import", str(folder / "base.tar"), "base")
        (folder / "Dockerfile").write_text(
            "FROM base\nRUN --mount=type=cache,target=/c echo mine > /c/mine; echo > /y\n"
        )
        started.build(folder, "mine:1")
        (folder / "Dockerfile").write_text("FROM base\nRUN echo nameless > /x\n")
        started.build(folder, "mine:2")
        started.build(
            folder, "mine:2", "--label", "x=y"
        )  # the one before has no name any more
        started.docker("create", "--name", "mine", "mine:1", "true")
        started.docker("volume", "create", "mine")
        records = cached(started)
        yield started
        assert cached(started) >= records


class Place:
    """A project with two Dockerfiles, and where temporary files go."""

    def __init__(self, docker: Engine, root: Path) -> None:
        self.docker, self.project, self.temporary = (
            docker,
            root / "project",
            root / "tmp",
        )
        self.project.mkdir()
        self.temporary.mkdir()
        self.write(OLD, NEW)
        (self.project / "app.txt").write_text("hello\n")

    def write(self, old: str, new: str) -> None:
        (self.project / "Dockerfile").write_text(old, encoding="utf-8")
        (self.project / "Dockerfile.new").write_text(new, encoding="utf-8")

    def start(
        self,
        *options: str,
        host: str = "",
        command: tuple[str, ...] = PROVE,
        **environment: str,
    ) -> subprocess.Popen[str]:
        host = host or f"unix://{self.docker.socket}"
        environment = {
            **os.environ,
            "DOCKER_HOST": host,
            "TMPDIR": str(self.temporary),
            **environment,
        }
        pipe = subprocess.PIPE
        return subprocess.Popen(
            (sys.executable, "-m", "lightship", *command, *options),
            cwd=self.project,
            env=environment,
            stdout=pipe,
            stderr=pipe,
            text=True,
            encoding="utf-8",
        )

    def run(
        self,
        *options: str,
        host: str = "",
        command: tuple[str, ...] = PROVE,
        **environment: str,
    ) -> subprocess.CompletedProcess[str]:
        process = self.start(*options, host=host, command=command, **environment)
        out, said = process.communicate(timeout=300)
        return subprocess.CompletedProcess(process.args, process.returncode, out, said)

    def proof(self, *options: str, code: int = 0) -> dict:
        done = self.run("--format=json", *options)
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout)

    def own(self) -> dict[str, str]:
        """The user's files, and what is in them."""
        found = (path for path in sorted(self.project.rglob("*")) if path.is_file())
        paths = {str(path.relative_to(self.project)): path for path in found}
        return {
            name: f"{path.stat().st_mode:o} {hashlib.sha256(path.read_bytes()).hexdigest()}"
            for name, path in paths.items()
            if not name.startswith(".lightship/")
        }


@pytest.fixture
def place(docker: Engine, tmp_path: Path) -> Iterator[Place]:
    """A project; at the end nothing of the user's is another, and nothing is left of ours."""
    found = Place(docker, tmp_path)
    before = listing_of(docker)
    yield found
    until(
        lambda: listing_of(docker) == before, lambda: f"{listing_of(docker)}\n{before}"
    )
    assert list(found.temporary.iterdir()) == []
    assert {path.name for path in found.project.iterdir()} <= {
        "Dockerfile",
        "Dockerfile.new",
        "app.txt",
        ".lightship",
    }


def test_the_cache_of_the_builder_is_as_it_was(place: Place) -> None:
    """The user's own records stay, and what the proof's builds left is removed."""
    place.write(
        "FROM base\nRUN echo before > /x\nCOPY app.txt /\n",
        "FROM base\nRUN --mount=type=cache,target=/c echo after > /x\nCOPY app.txt /\n",
    )
    before = cached(place.docker)
    place.proof("--no-run")
    assert cached(place.docker) == before


def until(done, why=lambda: "never") -> None:
    for _ in range(3000):
        if done():
            return
        time.sleep(0.1)
    raise AssertionError(why())


def sleeps(seconds: str) -> bool:
    """Whether a process waits so long: a number that no other program names."""
    found = subprocess.run(
        ("ps", "-e", "-o", "args"),
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    ).stdout
    return f"sleep {seconds}" in found.splitlines()


def test_nothing_that_others_made_is_another_afterwards(place: Place) -> None:
    before = place.own()
    done = place.run()
    assert done.returncode == 0, done.stderr
    assert "the answer is the same" in done.stdout or done.stdout.startswith(
        "NO DIFFERENCE"
    )
    assert place.own() == before
    kept = [path.name for path in (place.project / ".lightship" / "proofs").iterdir()]
    assert len(kept) == 1
    assert (place.project / ".lightship" / ".gitignore").read_text(
        encoding="utf-8"
    ) == "*\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_ends_clean_and_can_be_gone_on_with(
    place: Place, number: signal.Signals
) -> None:
    place.write(OLD, SLOW.format(seconds="31.4159"))
    before = place.own()
    process = place.start()
    until(lambda: sleeps("31.4159"))
    process.send_signal(number)
    out, said = process.communicate(timeout=300)
    assert (process.returncode, out) == (130, "")
    assert said.splitlines()[-1].startswith("interrupted: what was made is removed")
    assert "Traceback" not in said
    assert not sleeps("31.4159")
    assert list(place.temporary.iterdir()) == []
    assert place.own() == before


def test_a_second_interrupt_does_not_stop_the_cleaning(place: Place) -> None:
    place.write(OLD, SLOW.format(seconds="33.4159"))
    process = place.start()
    until(lambda: sleeps("33.4159"))
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    out, said = process.communicate(timeout=300)
    assert (process.returncode, out) == (130, "")
    assert said.splitlines()[-1].startswith("interrupted: what was made is removed")
    # That nothing is left is looked at where `place` ends


def test_what_was_interrupted_is_gone_on_with_and_only_that(place: Place) -> None:
    assert "no proof was interrupted here" in place.run("--resume").stderr
    mark = "28.4159"
    place.write(OLD, SLOW.format(seconds=mark))
    process = place.start()
    until(lambda: sleeps(mark))
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=300)
    other = place.run("--resume", "--env=A=b")
    assert other.returncode == 2
    assert "files or options have changed" in other.stderr
    done = place.run("--resume", "--format=json")
    assert done.returncode == 0, done.stderr
    assert re.search(r"continuing after \d measurements", done.stderr)
    assert "Dockerfile: cold" not in done.stderr.splitlines()
    builds = json.loads(done.stdout)["before"]["builds"]
    assert [each["scenario"] for each in builds] == ["cold", "nothing"]
    assert "no proof was interrupted here" in place.run("--resume").stderr


def test_the_next_run_removes_what_a_killed_one_left(place: Place) -> None:
    mark = "2400.4159"  # longer than anything here waits for
    place.write(OLD, SLOW.format(seconds=mark))
    empty = listing_of(place.docker)
    process = place.start()
    until(lambda: sleeps(mark))
    process.kill()
    process.communicate(timeout=300)
    assert listing_of(place.docker) != empty
    assert len(list(place.temporary.glob("lightship-proof-*"))) == 1
    assert sleeps(mark), "the engine builds on: nobody has told it to stop"
    place.write(OLD, NEW)
    assert place.run().returncode == 0
    until(lambda: not sleeps(mark))


def test_two_at_once_do_not_disturb_each_other(place: Place, tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    second = Place(place.docker, tmp_path / "second")
    second.write(OLD, SLOW.format(seconds="2"))
    place.write(OLD, SLOW.format(seconds="1"))
    running = [each.start("--format=json") for each in (place, second)]
    for process in running:
        out, said = process.communicate(timeout=300)
        assert process.returncode == 0, said
        assert json.loads(out)["facts"][-1]["change"] in ("same", "other")
        assert not [
            built
            for side in ("before", "after")
            for built in json.loads(out)[side]["builds"]
            if built["error"]
        ]
    assert list(second.temporary.iterdir()) == []


TELLING = """\
FROM base
ARG TOKEN
ARG MARK
RUN --mount=type=secret,id=token echo said $(cat /run/secrets/token) $TOKEN {end}
RUN echo "$MARK" > /mark
CMD ["sh", "-c", "echo $PASSWORD; cat /told"]
"""


def test_secrets_are_nowhere(place: Place, tmp_path: Path) -> None:
    """Though a build prints them, keeps one in a file, and a program says it."""
    place.write(TELLING.format(end="> /told"), TELLING.format(end="; exit 3"))
    (tmp_path / "token").write_text(f"{SECRET}\n", encoding="utf-8")
    options = (
        f"--secret=id=token,src={tmp_path / 'token'}",
        f"--build-arg=TOKEN={PASSWORD}",
        f"--build-arg=MARK={LABEL}",
        f"--env=PASSWORD={PASSWORD}",
    )
    found = ""
    for form in FORMATS:
        done = place.run(*options, f"--format={form}")
        assert done.returncode == 0, done.stderr
        found += done.stdout + done.stderr
    assert "exit code 3" in found
    place.write(
        TELLING.format(end="> /told"),
        f"{TELLING.format(end='> /told')}RUN sleep 29.4159\n",
    )
    process = place.start(*options)
    until(lambda: sleeps("29.4159"))
    process.send_signal(signal.SIGINT)
    found += "".join(process.communicate(timeout=300))
    kept = [
        path for path in (place.project / ".lightship").rglob("*") if path.is_file()
    ]
    assert {path.suffix for path in kept} >= {".json", ".journal"}
    found += "".join(path.read_text(encoding="utf-8") for path in kept)
    for value in (SECRET, PASSWORD, LABEL):
        assert value not in found, re.search(f".{{0,200}}{value}.{{0,80}}", found)


def test_without_an_engine_one_sentence_says_so(place: Place) -> None:
    done = place.run(host=f"unix://{place.temporary}/none")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: no Docker engine answers at ")
    assert len(done.stderr.splitlines()) == 1


# The shell form of a server is an unsafe fix
FIXABLE = "FROM base\nRUN sleep {seconds}\nCOPY app.txt /\nCMD httpd -f -p 60 -h /\n"
RUNS = OLD.replace('"cat", "/app.txt"', '"sleep", "{seconds}"')
LOST = {
    "prove builds, the engine is stopped": (PROVE, SLOW, signal.SIGTERM),
    "prove builds, the engine is killed": (PROVE, SLOW, signal.SIGKILL),
    "prove runs, the engine is stopped": (PROVE, RUNS, signal.SIGTERM),
    "prove runs, the engine is killed": (PROVE, RUNS, signal.SIGKILL),
    "improve builds": (IMPROVE, SLOW, signal.SIGTERM),
    "fix --prove builds": (FIX, FIXABLE, signal.SIGKILL),
}
# The others are of the same kinds
BRIEF = ("prove runs, the engine is killed", "fix --prove builds")


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, marks=[] if case in BRIEF else [pytest.mark.builds])
        for case in LOST
    ],
)
def test_an_engine_that_goes_away_is_one_sentence_and_the_next_run_sweeps(
    place: Place, case: str
) -> None:
    command, dockerfile, number = LOST[case]
    mark = f"2{sorted(LOST).index(case)}.4159"
    slow = dockerfile.format(seconds=mark)
    place.write(OLD if command is PROVE else slow, slow)
    before = place.own()
    with engine_folder() as folder:
        with engine(folder) as other:
            image = folder / "base.tar"
            place.docker.docker("save", "--output", str(image), "base")
            other.docker("load", "--input", str(image))
            empty = listing_of(other)
            process = place.start(host=f"unix://{other.socket}", command=command)
            until(lambda: sleeps(mark))
            os.kill(int((folder / "pid").read_text(encoding="utf-8")), number)
            out, said = process.communicate(timeout=120)

        assert (process.returncode, out) == (2, ""), said
        assert LEFT in said
        assert said.splitlines()[-1].startswith("error: "), said
        assert "Traceback" not in said
        assert list(place.temporary.iterdir()) == []
        assert place.own() == before

        place.write(OLD, NEW)
        with engine(folder) as again:
            done = place.run(host=f"unix://{again.socket}")
            assert done.returncode == 0, done.stderr
            assert listing_of(again) == empty


@pytest.mark.parametrize("command", [IMPROVE, FIX], ids=["improve", "fix --prove"])
def test_an_interrupt_of_a_search_leaves_nothing_and_writes_nothing(
    place: Place, command: tuple[str, ...]
) -> None:
    mark = f"34.{len(command[0])}159"
    slow = FIXABLE.format(seconds=mark)
    place.write(slow, slow)
    before = place.own()
    process = place.start(command=command)
    until(lambda: sleeps(mark))
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    out, said = process.communicate(timeout=300)
    assert (process.returncode, out) == (130, ""), said
    assert said.splitlines()[-1].startswith("interrupted: ")
    assert "Traceback" not in said
    assert place.own() == before
    assert list(place.temporary.iterdir()) == []
    # That nothing is left in the engine is looked at where `place` ends


def test_a_build_that_hangs_is_broken_in_time(place: Place) -> None:
    place.write(OLD, SLOW.format(seconds="26.4159"))
    found = place.proof("--timeout=3")
    assert found["verdict"]["kind"] == "broken"
    assert "did not end within 3 s" in found["verdict"]["reasons"][0]
    until(lambda: not sleeps("26.4159"))


def test_a_program_that_ignores_signals_is_killed_and_worse(place: Place) -> None:
    program = 'FROM base\nCMD ["sh", "-c", "trap {what} TERM; while true; do sleep 0.1; done"]\n'
    place.write(program.format(what="'exit 0'"), program.format(what="''"))
    found = place.proof("--ready=true", "--grace=1")
    assert (found["verdict"]["kind"], found["after"]["runs"][0]["killed"]) == (
        "worse",
        True,
    )
    assert any("had to be killed" in reason for reason in found["verdict"]["reasons"])


def test_a_worker_that_dies_is_broken_and_one_that_lives_is_not(place: Place) -> None:
    worker = 'FROM base\nCMD ["sh", "-c", "{what}"]\n'
    options = ("--patience=3", "--grace=1")
    place.write(worker.format(what="sleep 60"), worker.format(what="exit 1"))
    found = place.proof(*options, "--require=better", code=1)
    assert found["verdict"]["kind"] == "broken"
    assert found["verdict"]["reasons"] == ["it does not start: ends with exit code 1"]

    place.write(worker.format(what="sleep 60"), worker.format(what="sleep 61"))
    found = place.proof(*options)
    starts = [fact for fact in found["facts"] if fact["key"] == "starts"]
    assert [fact["after"] for fact in starts] == ["keeps running"]
    assert found["verdict"]["kind"] not in ("broken", "cannot tell")


def test_where_neither_version_starts_nothing_is_called_better(place: Place) -> None:
    program = 'FROM base\nRUN head -c {size} /dev/zero > /data\nCMD ["absent"]\n'
    place.write(program.format(size=30_000_000), program.format(size=10))
    found = place.proof("--require=not-broken", code=3)
    assert found["verdict"]["kind"] == "cannot tell"
    assert found["verdict"]["reasons"][0].startswith("neither starts: ")


@contextmanager
def taken(port: int) -> Iterator[None]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", port))
        listening.listen()
        yield


def test_a_port_that_the_host_uses_is_in_nobodys_way(place: Place) -> None:
    server = (
        "FROM base\nRUN echo {word} > /index.html && busybox ln -s busybox /bin/httpd\n"
        'CMD ["httpd", "-f", "-p", "8321", "-h", "/"]\n'
    )
    place.write(server.format(word="hello"), server.format(word="goodbye"))
    with taken(8321):
        found = place.proof("--port=8321", "--path=/index.html", "--grace=1")
    assert [each["before"] for each in found["facts"] if each["key"] == "answer"] == [
        "200 hello"
    ]
    assert found["verdict"]["kind"] == "broken"


def test_an_image_for_another_architecture_is_said(place: Place) -> None:
    place.write(f"{OLD}RUN true\n", f"{NEW}RUN true\n")
    found = place.run("--platform=linux/arm64", "--format=json")
    said = found.stdout + found.stderr
    assert "Traceback" not in said
    assert found.returncode in (2, 3), said
    assert re.search(
        r"exec format error|no match for platform|does not provide|failed to (resolve|do request)",
        said,
    ), said


@contextmanager
def mirror(answers: int) -> Iterator[str]:
    """A server on the host that answers `/a` so many times, and is overloaded from then on."""
    left = iter(range(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_served = self.path == "/a" and next(left, None) is not None
            self.send_response(200 if is_served else 503)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """It says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


FETCHES = "FROM base\nRUN busybox wget -q -O /a {}\n"


def test_a_network_that_fails_meanwhile_tells_nothing_of_the_change(
    place: Place,
) -> None:
    """Before is built, then the mirror fails for after, for after again and for before."""
    with mirror(answers=1) as url:
        old = FETCHES.format(f"{url}/a")
        place.write(old, f"{old}RUN true\n")
        found = place.proof("--no-run", "--require=not-broken", code=3)
    assert found["verdict"]["kind"] == "cannot tell"
    assert "503 Service Unavailable" in found["verdict"]["reasons"][0]


def test_a_network_that_failed_once_is_asked_again(place: Place) -> None:
    with mirror(answers=99) as url:
        place.write(FETCHES.format(f"{url}/a"), FETCHES.format(f"{url}/moved"))
        done = place.run("--no-run", "--format=json")
    assert "so it is built again" in done.stderr
    assert "built again, to see whether hosts are reached" in done.stderr
    found = json.loads(done.stdout)
    assert found["verdict"]["kind"] == "broken"


def test_a_registry_that_only_the_change_asks_is_its_own_fault(place: Place) -> None:
    place.write(OLD, "FROM localhost:1/absent:1\n")
    found = place.proof("--no-run")
    assert found["verdict"]["kind"] == "broken"
    assert "refused" in found["verdict"]["reasons"][0]


def test_a_full_disk_is_one_sentence(place: Place) -> None:
    with engine_folder() as folder:
        subprocess.run(
            ("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", folder), check=True
        )
        try:
            with engine(folder) as small:
                image = place.temporary / "base.tar"
                place.docker.docker("save", "--output", str(image), "base")
                small.docker("load", "--input", str(image))
                image.unlink()
                empty = listing_of(small)
                (place.project / "app.txt").write_text("x" * 60_000_000)
                done = place.run(host=f"unix://{small.socket}")
                assert listing_of(small) == empty
        finally:
            subprocess.run(("umount", "--lazy", folder), check=True)
    assert (done.returncode, done.stdout) == (2, ""), done.stdout[:2000]
    assert "no space left on device" in done.stderr.lower()
    assert "Traceback" not in done.stderr


def test_a_builder_that_does_not_start_is_one_sentence(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its image is not there, and no registry has one of that name."""
    monkeypatch.setenv("BUILDX_CONFIG", str(tmp_path / "buildx"))
    image = "--driver-opt=image=localhost:1/absent:1"
    words = ("create", "--driver=docker-container", "--name=lost", image)
    place.docker.docker("buildx", *words)
    done = place.run("--builder=lost")
    place.docker.docker("buildx", "rm", "--force", "lost")
    assert (done.returncode, done.stdout) == (2, "")
    [*_, last] = done.stderr.splitlines()
    assert last.startswith("error: the builder lost does not start: ")
    assert last.endswith(": see `docker buildx inspect --bootstrap lost`")
    assert "Traceback" not in done.stderr

    done = place.run("--builder=absent")
    [*_, last] = done.stderr.splitlines()
    assert last.startswith("error: the builder absent does not start: no builder")


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[None]:
    mount = ("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place))
    subprocess.run(mount, check=True)
    try:
        yield
    finally:
        subprocess.run(("umount", "--lazy", str(place)), check=True)


@pytest.mark.parametrize("command", [PROVE, FIX], ids=["prove", "fix --prove"])
def test_a_full_disk_of_ours_is_one_sentence(
    place: Place, command: tuple[str, ...]
) -> None:
    slow = FIXABLE.format(seconds="0")
    place.write(slow, slow.replace("60", "61"))
    (place.project / "app.txt").write_text("x" * 6_000_000)
    before = place.own()
    with small_disk(place.temporary, "2m"):
        done = place.run(command=command)
        assert list(place.temporary.iterdir()) == []
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    [*_, last] = done.stderr.splitlines()
    assert re.match(r"error: cannot write .*: No space left on device", last)
    assert place.own() == before


def test_a_proof_that_cannot_be_saved_is_shown(place: Place) -> None:
    kept = place.project / ".lightship"
    kept.mkdir()
    with small_disk(kept, "4k"):
        done = place.run()
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("NO DIFFERENCE")
    notes = [line for line in done.stderr.splitlines() if line.startswith("note: ")]
    assert len(notes) == 2
    assert notes[0].endswith(": --resume cannot continue this proof")
    assert notes[1].endswith(": this proof is not saved")
