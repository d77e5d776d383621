"""`lightship explore` in a real terminal: a pseudo-terminal, with the keys typed."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner
from images import docker_archive, file, layer, oci_archive, oci_blobs
from short import short_folder

from lightship.cli import cli

LONGEST_SILENCE = 300  # seconds, on a machine that has much else to do
EVIL = b"f\x1b]0;owned\x07\x9b2J"


def talk(command, answers):
    """Run a command of a shell in a terminal, and type the keys for each of the words once it shows them.

    Gives what it wrote, and its exit code.
    """
    child, terminal = pty.fork()
    if not child:
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLUMNS": "120",
            "LINES": "40",
        }
        os.execve("/bin/sh", ["sh", "-c", command], environment)
    written, answers = b"", dict(answers)
    while select.select([terminal], [], [], LONGEST_SILENCE)[0]:
        try:
            data = os.read(terminal, 1 << 16)
        except OSError:  # the other end was closed
            break
        written += data
        if not data:
            break
        for words in [words for words in answers if words in written]:
            os.write(terminal, answers.pop(words))
    os.close(terminal)
    return written, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "app.tar"
    path.write_bytes(
        docker_archive(layer(file("usr/big", 5000), file(b"etc/" + EVIL, b"x")))
    )
    return path


LIGHTSHIP = f"{sys.executable} -m lightship"


def test_it_runs_in_a_terminal_and_leaves_with_q(archive):
    written, code = talk(f"exec {LIGHTSHIP} explore {archive}", {b"big": b"q"})
    assert code == 0, written
    assert b"]0;owned" in written
    assert b"\x1b]0;owned" not in written
    assert EVIL not in written
    assert b"\x9b2J" not in written


def test_an_image_of_standard_input_leaves_the_keys_to_the_terminal(archive):
    written, code = talk(f"cat {archive} | {LIGHTSHIP} explore -", {b"big": b"\x03"})
    assert code == 0, written
    assert b"big" in written


def test_a_file_of_a_compressed_layer_can_be_read(tmp_path):
    path = tmp_path / "app.tar"
    path.write_bytes(oci_archive(layer(file("only", b"these are the words"))))
    keys = {b"only": b"\tv", b"these are the words": b"\x03"}
    written, code = talk(f"exec {LIGHTSHIP} explore {path}", keys)
    assert code == 0, written


def test_the_screen_stands_while_standard_input_says_nothing_yet_and_q_leaves():
    """The shell waits for both ends of the pipe, so that what feeds it must see that the viewer is gone."""
    feed = f"{sys.executable} -c 'import select; p = select.poll(); p.register(1, 0); p.poll(100_000)'"
    written, code = talk(f"{feed} | {LIGHTSHIP} explore -", {b"reading": b"q"})
    assert code == 0, written
    assert b"sorted by size" in written
    assert b"Traceback" not in written


def test_it_can_be_left_while_an_engine_says_nothing():
    folder = short_folder("lightship-engine-")
    with socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(folder / "engine"))
        engine.listen()
        host = f"DOCKER_HOST=unix://{folder}/engine"
        written, code = talk(
            f"{host} exec {LIGHTSHIP} explore docker://app", {b"reading": b"q"}
        )
    shutil.rmtree(folder)
    assert code == 0, written
    assert b"sorted by size" in written
    assert b"Traceback" not in written


def test_it_can_be_left_while_a_registry_says_nothing():
    with socket.socket() as registry:
        registry.bind(("127.0.0.1", 0))
        registry.listen()
        name = f"registry://127.0.0.1:{registry.getsockname()[1]}/app:1"
        written, code = talk(
            f"exec {LIGHTSHIP} explore --plain-http {name}", {b"reading": b"\x03"}
        )
    assert code == 0, written
    assert b"Traceback" not in written


STALLED = """
import http.server, json, sys, time

blobs = {name: bytes.fromhex(data) for name, data in json.load(sys.stdin).items()}

class Registry(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.rpartition("/")[2]
        data = blobs.get(name)
        self.send_response(200 if data else 404)
        self.send_header("Content-Type", "application/vnd.oci.image.manifest.v1+json")
        self.send_header("Content-Length", str(len(data) if data else 0))
        self.end_headers()
        if data and data[:1] != b"{":
            data = data[:-100]
        self.wfile.write(data or b"")
        self.wfile.flush()
        if data and data[:1] != b"{":
            time.sleep(300)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
print(server.server_port, flush=True)
server.serve_forever()
"""


def test_it_can_be_left_while_threads_wait_for_layers_that_stop_in_the_middle():
    image = oci_blobs(layer(file("big", 3000)), layer(file("other", 4000)))
    blobs = {name: data.hex() for name, data in image.blobs.items()} | {
        "1": image.blobs[image.top["digest"]].hex()
    }
    with subprocess.Popen(
        [sys.executable, "-c", STALLED], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as registry:
        registry.stdin.write(json.dumps(blobs).encode())
        registry.stdin.close()
        name = f"registry://127.0.0.1:{int(registry.stdout.readline())}/app:1"
        written, code = talk(
            f"exec {LIGHTSHIP} explore --plain-http {name}", {b" of ": b"q"}
        )
        registry.kill()
    assert code == 0, written
    assert b"Traceback" not in written


def test_what_is_no_image_is_said_in_one_line_once_the_screen_is_gone(tmp_path):
    path = tmp_path / "app.tar"
    path.write_bytes(b"no archive" * 1000)
    written, code = talk(f"exec {LIGHTSHIP} explore {path}", {})
    assert code == 2, written
    said = written.rpartition(b"\x1b[?1049l")[2]
    assert said.count(b"error: ") == 1
    assert b"Traceback" not in written


def test_without_a_terminal_it_says_what_to_do(archive):
    result = CliRunner().invoke(cli, ["explore", str(archive)])
    assert result.exit_code == 2
    assert "explore needs a terminal; use `lightship inspect`" in result.output


def test_without_textual_it_says_what_to_install(archive, monkeypatch):
    monkeypatch.setitem(sys.modules, "textual", None)
    result = CliRunner().invoke(cli, ["explore", str(archive)])
    assert result.exit_code == 2
    assert (
        "needs the extra `tui`, which is not installed: pip install 'lightship[tui]'"
        in result.output
    )


def test_help_needs_no_textual():
    result = CliRunner().invoke(cli, ["explore", "--help"])
    assert result.exit_code == 0
    assert "The keys are those of dive" in result.output
