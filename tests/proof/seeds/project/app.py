"""A small web program: a page from a template, what a library, a program and a database say, a note that it writes."""

import os
import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template

import greeting

HERE = Path(__file__).parent
HELD = b"x" * (int(os.environ.get("HELD_MB", "0")) << 20)


def page():
    template = Template((HERE / "templates" / "page.html").read_text(encoding="utf-8"))
    return template.substitute(name=os.environ.get("SHOP_NAME", "nobody"))


def note():
    path = HERE / "data" / "note"
    path.write_text("kept")
    return path.read_text(encoding="utf-8")


def report():
    return subprocess.run(
        ("report",), capture_output=True, text=True, check=True, encoding="utf-8"
    ).stdout


def count():
    import sqlite3

    with sqlite3.connect(":memory:") as database:
        return str(database.execute("select 1 + 1").fetchone()[0])


PAGES = {
    "/health": lambda: "ok",
    "/": page,
    "/greeting": greeting.hello,
    "/note": note,
    "/report": report,
}
PAGES["/count"] = count


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path not in PAGES:
            return self.answer(404, "no such page")
        try:
            return self.answer(200, PAGES[self.path]())
        except (OSError, ImportError) as error:
            return self.answer(500, type(error).__name__)

    def answer(self, status, text):
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    address = (os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8000")))
    ThreadingHTTPServer(address, Handler).serve_forever()
