"""Good changes, and changes that do nothing: what varies by itself, by machine or by moment must not be called a fault."""

from __future__ import annotations

from proof.blind_spots.bad import CHILD, PROBE, PYTHON_PROBE, WORKER
from proof.blind_spots.case import (
    BASE,
    GOOD_MODE,
    HELLO,
    START,
    Case,
    by_mode,
    recipe,
    web,
)

# A slower build or start is no fault of these: they only must not be called worse or broken
FINE = ("better", "no difference")
BETTER = ("better",)
COMMENT = recipe("# nothing")
FAT = f"FROM {BASE}\nRUN head -c 60000000 /dev/urandom > /usr/lib/compiler\n"
BODY = "WORKDIR /app\nCOPY . .\nEXPOSE 8000\n"
IGNORED = "Dockerfile\n.dockerignore\n"


def idle(name: str, about: str, pages: str) -> Case:
    """A comment more, for a program whose answers vary by themselves."""
    return Case(name, about, FINE, recipe(), COMMENT, web(pages))


FROM_AUDIT = (
    Case(
        "exec-form",
        "the shell no longer stands between",
        FINE,
        recipe(start="CMD python3 app.py"),
        recipe(),
        web(),
        audit=True,
        timed=True,
    ),
    Case(
        "a-user",
        "it no longer runs as root",
        BETTER,
        recipe(),
        recipe("USER 1000"),
        web(),
        audit=True,
    ),
    Case(
        "chown-while-copying",
        "no second copy of the files",
        BETTER,
        {
            "Dockerfile": f"FROM {BASE}\n{BODY}RUN chown -R 1000 /app\nUSER 1000\n{START}\n"
        },
        {
            "Dockerfile": f"FROM {BASE}\nWORKDIR /app\nCOPY --chown=1000 . .\nEXPOSE 8000\nUSER 1000\n{START}\n"
        },
        web(**{"data.bin": "x" * 4_000_000}),
        audit=True,
    ),
    Case(
        "health-that-is-mended",
        "the check calls a tool that is there",
        BETTER,
        recipe(f"{PROBE} curl -f http://127.0.0.1:8000/"),
        recipe(PYTHON_PROBE),
        web(),
        audit=True,
    ),
    Case(
        "a-slimmer-base",
        "compilers are left away",
        BETTER,
        {"Dockerfile": f"{FAT}{BODY}{START}\n"},
        recipe(),
        web(),
        audit=True,
    ),
    Case(
        "a-mount-in-place-of-a-copy",
        "a file that only the build reads is mounted",
        BETTER,
        {
            "Dockerfile": f"FROM {BASE}\nCOPY big.bin /tmp/big.bin\nRUN head -c 9 /tmp/big.bin > /head\n"
            f"WORKDIR /app\nCOPY app.py pages.py ./\nEXPOSE 8000\n{START}\n"
        },
        {
            "Dockerfile": f"FROM {BASE}\nRUN --mount=type=bind,source=big.bin,target=/tmp/big.bin "
            f"head -c 9 /tmp/big.bin > /head\nWORKDIR /app\nCOPY app.py pages.py ./\nEXPOSE 8000\n{START}\n"
        },
        web(**{"big.bin": "x" * 6_000_000}),
        audit=True,
    ),
    Case(
        "two-stages",
        "only what runs is copied from the stage that builds",
        BETTER,
        {
            "Dockerfile": f"{FAT}RUN mkdir /built && echo 1 > /built/lib\n{BODY}{START}\n"
        },
        {
            "Dockerfile": f"{FAT.replace(BASE, f'{BASE} AS build')}RUN mkdir /built && echo 1 > /built/lib\n"
            f"FROM {BASE}\nCOPY --from=build /built /built\n{BODY}{START}\n"
        },
        web(),
        audit=True,
    ),
    Case(
        "bytecode",
        "modules are compiled while building",
        (*FINE, "mixed"),
        recipe(),
        recipe("RUN python3 -m compileall -q ."),
        web(),
        audit=True,
        timed=True,
    ),
)
VARYING = (
    idle(
        "time-counter-and-identifiers",
        "a time, a number and an identifier in text and headers",
        """\
turns = [0]
def answer(path, method, sent):
    turns[0] += 1
    own = [("X-Request-Id", secrets.token_hex(16)), ("ETag", f'"{time.time()}"'),
           ("Last-Modified", time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime()))]
    text = f"<h1>Shop</h1><p>visit {turns[0]} at {time.ctime()}, pid {os.getpid()}</p>"
    return 200, [("Content-Type", "text/html"), *own], text.encode()
""",
    ),
    idle(
        "cookies-with-tokens",
        "the values of cookies and of a form are random",
        """\
def answer(path, method, sent):
    token = secrets.token_urlsafe(24)
    kept = [("Set-Cookie", f"session={token}; HttpOnly; Max-Age=3600; Path=/"), ("Vary", "Cookie")]
    text = f'<form><input name="csrf" value="{secrets.token_urlsafe(32)}"></form>'
    return 200, [("Content-Type", "text/html"), *kept], text.encode()
""",
    ),
    idle(
        "the-machine-in-json",
        "the name of the container, its memory and its age",
        """\
import platform, resource
BORN = time.time()
def answer(path, method, sent):
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said = {"host": platform.node(), "age": time.time() - BORN, "memory": used, "status": "ok"}
    return 200, [("Content-Type", "application/json")], json.dumps(said).encode()
""",
    ),
    idle(
        "a-shuffled-list",
        "the items of a list come in random order",
        """\
ITEMS = ["lamp", "chair", "table", "shelf", "clock", "mirror", "carpet", "candle"]
def answer(path, method, sent):
    return 200, [], json.dumps(random.sample(ITEMS, len(ITEMS))).encode()
""",
    ),
    idle(
        "one-of-two-texts",
        "a page has one of two texts, by chance",
        """\
TEXTS = ["<p>Welcome back to the shop</p>", "<p>Ten per cent off today</p>"]
def answer(path, method, sent):
    return 200, [("Content-Type", "text/html")], random.choice(TEXTS).encode()
""",
    ),
    idle(
        "a-slow-first-answer",
        "the first answer fills a cache",
        """\
filled = []
def answer(path, method, sent):
    if not filled:
        time.sleep(1.5)
        filled.append(1)
    return 200, [("Content-Type", "text/html")], b"<h1>Shop</h1>"
""",
    ),
    idle(
        "a-count-of-visits",
        "each request changes the state that the page shows",
        """\
turns = [0]
def answer(path, method, sent):
    turns[0] += 1
    return 200, [("Content-Type", "text/plain")], b"visits: %d" % turns[0]
""",
    ),
    Case(
        "the-age-of-files",
        "ETag and Last-Modified come from the time of the file",
        FINE,
        recipe(),
        COMMENT,
        web("""\
def answer(path, method, sent):
    found = os.stat("pages.py")
    own = [("ETag", f'"{found.st_mtime_ns:x}"'), ("Last-Modified", time.ctime(found.st_mtime))]
    return 200, [("Content-Type", "text/html"), *own], b"<h1>Shop</h1>"
"""),
    ),
    Case(
        "another-version-in-a-header",
        "Server: shop/1.1 in place of shop/1.0",
        FINE,
        recipe("ENV SERVER=shop/1.0"),
        recipe("ENV SERVER=shop/1.1"),
        web(),
    ),
    Case(
        "a-duration-in-the-output",
        "a job says how long it took",
        FINE,
        recipe(start='CMD ["python3", "job.py"]'),
        recipe("# nothing", 'CMD ["python3", "job.py"]'),
        {
            "job.py": "import time\na = time.time()\ntime.sleep(0.2)\n"
            "print('3 orders exported in', time.time() - a, 's')\n"
        },
    ),
    Case(
        "a-worker-that-runs",
        "it has no port, and counts its lines",
        FINE,
        recipe(start='CMD ["python3", "worker.py"]'),
        recipe("# nothing", 'CMD ["python3", "worker.py"]'),
        {"worker.py": WORKER},
        run={"patience": 5},
    ),
    Case(
        "no-tool-in-two-checks",
        "one check cannot run on either side, the page is the same",
        FINE,
        recipe(),
        COMMENT,
        web(),
        run={"requested": ("/",), "checks": ("curl -f http://127.0.0.1:8000/",)},
    ),
)
HARDENED = """\
SAFE = [("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "default-src 'self'")]
def answer(path, method, sent):
    old = os.environ.get("MODE") == "bad"
    flags = "" if old else "; HttpOnly; Secure; SameSite=Lax"
    kept = [("Set-Cookie", f"session={secrets.token_hex(16)}{flags}"), *([] if old else SAFE)]
    return 200, [("Content-Type", "text/html"), *kept], b"<h1>Shop</h1>"
"""
NEW_ROUTE = """\
class Flask:
    pages = {}
    def route(self, path, methods=("GET",)):
        return lambda function: self.pages.setdefault(path, function)
app = Flask()

@app.route("/")
def index():
    return "<h1>Shop</h1>"
"""
NEW_PART = """
@app.route("/offers")
def offers():
    return "<h1>Offers</h1>"
"""
ANSWERING = """
def answer(path, method, sent):
    found = app.pages.get(path)
    body = found().encode() if found else b"no such page"
    return (200 if found else 404), [("Content-Type", "text/html")], body
"""
FAILING = """\
def answer(path, method, sent):
    if path == "/" and not os.path.exists("shop.html"):
        return 500, [("Content-Type", "text/html")], b"Internal Server Error"
    return 200, [("Content-Type", "text/html")], b"<h1>Shop</h1>"
"""
INTERRUPTED = """\
import app, signal, sys
signal.signal(signal.SIGINT, lambda *_: sys.exit())
signal.signal(signal.SIGTERM, signal.SIG_IGN)
server = app.http.server.ThreadingHTTPServer(("0.0.0.0", 8000), app.Handler)
server.serve_forever()
"""
WAITING = "#!/bin/sh\npython3 app.py\n"
HANDING_OVER = "#!/bin/sh\nexec python3 app.py\n"
SCRIPT = 'CMD ["sh", "start.sh"]'
INSTALL = "RUN sleep 2 && mkdir -p /lib/installed && cp requirements.txt /lib/installed"

CHANGED = (
    Case(
        "an-ignore-file",
        "a dump is no longer sent and copied",
        BETTER,
        recipe(),
        {**recipe(), ".dockerignore": f"{IGNORED}*.sql\n"},
        web(**{"dump.sql": "x" * 5_000_000}),
    ),
    Case(
        "dependencies-first",
        "an edit of the code no longer installs again",
        (*BETTER, "mixed"),
        {"Dockerfile": f"FROM {BASE}\n{BODY}{INSTALL}\n{START}\n"},
        {
            "Dockerfile": f"FROM {BASE}\nWORKDIR /app\nCOPY requirements.txt .\n{INSTALL}\nCOPY . .\n"
            f"EXPOSE 8000\n{START}\n"
        },
        web(**{"requirements.txt": "flask==3.1.0\n"}),
        rebuilds=True,
        timed=True,
    ),
    Case(
        "the-signal-that-it-knows",
        "STOPSIGNAL SIGINT: it ends by itself",
        BETTER,
        recipe(start='CMD ["python3", "own.py"]'),
        recipe("STOPSIGNAL SIGINT", 'CMD ["python3", "own.py"]'),
        web(**{"own.py": INTERRUPTED}),
    ),
    Case(
        "a-script-that-hands-over",
        "exec: the signal reaches the program",
        BETTER,
        {**recipe(start=SCRIPT), "start.sh": WAITING},
        {**recipe(start=SCRIPT), "start.sh": HANDING_OVER},
        web(),
    ),
    Case(
        "a-parent-that-is-kind",
        "its child is told, not killed: exit 0 in place of 1",
        FINE,
        recipe(start='CMD ["python3", "parent.py", "kill"]'),
        recipe(start='CMD ["python3", "parent.py"]'),
        web(**{"parent.py": CHILD}),
    ),
    Case(
        "a-health-check", "there was none", FINE, recipe(), recipe(PYTHON_PROBE), web()
    ),
    Case(
        "a-list-removed-where-it-is-made",
        "no layer keeps what a later one removes",
        BETTER,
        recipe("RUN head -c 9000000 /dev/urandom > /var/lists\nRUN rm /var/lists"),
        recipe("RUN head -c 9000000 /dev/urandom > /var/lists && rm /var/lists"),
        web(),
    ),
    Case(
        "a-start-that-is-mended",
        "a module was left away",
        BETTER,
        recipe("RUN rm pages.py"),
        recipe(),
        web(),
        run={"patience": 5},
    ),
    Case(
        "a-page-that-is-mended",
        "500 became 200",
        BETTER,
        recipe("RUN rm shop.html"),
        recipe(),
        web(FAILING, **{"shop.html": "x"}),
    ),
    Case(
        "stricter-headers",
        "a policy and flags of the cookie were added",
        FINE,
        recipe("ENV MODE=bad"),
        GOOD_MODE,
        by_mode(HARDENED),
    ),
    Case(
        "an-entrypoint",
        "the command is split in two",
        FINE,
        recipe(),
        recipe(start='ENTRYPOINT ["python3"]\nCMD ["app.py"]'),
        web(),
    ),
    Case(
        "a-route-more",
        "only after has it: nothing to compare it with",
        FINE,
        {**recipe(), "pages.py": f"import os\n{NEW_ROUTE}{ANSWERING}"},
        {**recipe(), "pages.py": f"import os\n{NEW_ROUTE}{NEW_PART}{ANSWERING}"},
        {name: text for name, text in web(HELLO).items() if name != "pages.py"},
    ),
    Case(
        "labels",
        "nothing that runs differs",
        FINE,
        recipe(),
        recipe("LABEL a=b c=d"),
        web(),
    ),
    Case(
        "a-build-that-is-mended",
        "a line failed",
        BETTER,
        recipe("RUN false"),
        recipe(),
        web(),
    ),
)
