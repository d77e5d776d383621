"""A change that is known to be bad or good, as two small builds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BASE = "python:3.13-slim"
START = 'CMD ["python3", "app.py"]'
# Serves what `answer` of pages.py says; it ends by itself, with 0, when it is told to
SERVER = """\
import http.server, os, signal, sys
from pages import answer

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = os.environ.get("SERVER", "shop/1.0")
    sys_version = ""

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(length)
        status, headers, body = answer(self.path.partition("?")[0], self.command, sent)
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_POST = do_HEAD = do_GET

    def log_message(self, *_):
        pass

def main(host="0.0.0.0", port=8000):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    server = http.server.ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    server.serve_forever()

if __name__ == "__main__":
    main(os.environ.get("HOST", "0.0.0.0"))
"""
HELLO = """\
def answer(path, method, sent):
    if path != "/":
        return 404, [("Content-Type", "text/plain")], b"no such page"
    return 200, [("Content-Type", "text/html; charset=utf-8")], b"<h1>Shop</h1>"
"""
PAGES_LINE = "import os, json, time, secrets, threading, random, sys, pathlib\n"


@dataclass(frozen=True)
class Case:
    """One change: `files` are of both sides, `before` and `after` of one of them.

    `kinds` are the verdicts that are right. `audit` says that an audit of the proofs had found it earlier; all others
    were written down before anybody looked at how a proof judges them. `run` are fields of RunOptions. `rebuilds` tells that
    it is about builds, `says` what the proof has to say besides, `timed` that seconds decide.
    """

    name: str
    about: str
    kinds: tuple[str, ...]
    before: Mapping[str, str]
    after: Mapping[str, str]
    files: Mapping[str, str] = field(default_factory=dict)
    audit: bool = False
    run: Mapping[str, Any] = field(default_factory=dict)
    rebuilds: bool = False
    says: tuple[str, ...] = ()
    timed: bool = False

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Both sides, as directories in `folder`."""
        sides = (("before", self.before), ("after", self.after))
        for name, own in sides:
            for path, text in {**self.files, **own}.items():
                place = folder / name / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(
                    text.encode("latin-1" if path.endswith(".bin") else "utf-8")
                )
        return folder / "before", folder / "after"


def recipe(lines: str = "", start: str = START, base: str = BASE) -> dict[str, str]:
    """A Dockerfile for the program, with `lines` before its command; a worker and a job have no port."""
    is_served = "worker.py" not in start and "job.py" not in start
    copied = "WORKDIR /app\nCOPY . .\n" + "EXPOSE 8000\n" * is_served
    extra = f"{lines}\n" if lines else ""
    return {"Dockerfile": f"FROM {base}\n{copied}{extra}{start}\n"}


def web(pages: str = HELLO, **more: str) -> dict[str, str]:
    """The program's files: it serves what the function `answer` of `pages` says."""
    ignored = {".dockerignore": "Dockerfile\n.dockerignore\n"}
    return {"app.py": SERVER, "pages.py": PAGES_LINE + pages, **ignored, **more}


def by_mode(pages: str) -> dict[str, str]:
    """Files of a program that reads the variable MODE: `good` or `bad`, which stands for what the image lost."""
    return web(f'BAD = os.environ.get("MODE") == "bad"\n{pages}')


GOOD_MODE, BAD_MODE = recipe("ENV MODE=good"), recipe("ENV MODE=bad")
