"""Bad changes that an audit of the proofs had found, whether they were seen then or not."""

from __future__ import annotations

from proof.blind_spots.case import (
    BAD_MODE,
    GOOD_MODE,
    Case,
    by_mode,
    recipe,
    web,
)

BROKEN = ("broken",)
WORSE = ("worse", "mixed", "broken")
TEMPLATE = """\
def answer(path, method, sent):
    try:
        text = open("templates/page.html").read()
    except OSError:
        return 500, [("Content-Type", "text/html")], b"no template"
    return 200, [("Content-Type", "text/html")], text.encode()
"""
TOKEN_PAGE = """\
def answer(path, method, sent):
    token = f'<input name="csrf" value="{secrets.token_hex(16)}">'
    text = "<h1>Something went wrong</h1>" if BAD else "<h1>Orders</h1><form>"
    return 200, [("Content-Type", "text/html")], f"{text}{token}".encode()
"""
ZONE = """\
import zoneinfo
def answer(path, method, sent):
    zone = zoneinfo.ZoneInfo("Europe/Berlin")
    return 200, [("Content-Type", "text/plain")], str(zone).encode()
"""
TOOL = """\
import subprocess
def answer(path, method, sent):
    said = subprocess.run(["report"], capture_output=True).stdout
    return 200, [("Content-Type", "text/plain")], said
"""
TOOLS = "RUN mkdir /old /new && printf '#!/bin/sh\\necho new report\\n' > /new/report \\\n \
 && printf '#!/bin/sh\\necho old report\\n' > /old/report && chmod +x /old/report /new/report"
DATA = """\
def answer(path, method, sent):
    found = sorted(each.name for each in pathlib.Path("data").glob("*.csv"))
    return 200, [("Content-Type", "application/json")], json.dumps(found).encode()
"""
DYING = """\
def die():
    time.sleep(2)
    os._exit(1)

if BAD:
    threading.Thread(target=die, daemon=True).start()

def answer(path, method, sent):
    return 200, [("Content-Type", "text/plain")], b"hello"
"""
TYPED = """\
def answer(path, method, sent):
    kind = [] if BAD else [("Content-Type", "application/json")]
    return 200, kind, b'{"orders": []}'
"""
CHILD = """\
import signal, subprocess, sys
child = subprocess.Popen([sys.executable, "app.py"])
def stop(*_):
    child.kill() if len(sys.argv) > 1 else child.terminate()
    sys.exit(1 if child.wait() else 0)
signal.signal(signal.SIGTERM, stop)
signal.pause()
"""
WORKER = "import time\nfor n in range(10**6):\n    print('job', n, flush=True)\n    time.sleep(0.5)\n"
STOPPING = "import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit())\n"
PROBE = "HEALTHCHECK --interval=5s --timeout=9s --retries=2 CMD"
PYTHON_PROBE = (
    f'{PROBE} ["python3", "-c", "import urllib.request as u; '
    "u.urlopen('http://127.0.0.1:8000/')\"]"
)
START_SCRIPT = (
    "#!/bin/sh\npython3 app.py &\ntrap 'kill $!; wait; exit 0' TERM\nwait $!\n"
)
DEAF_SCRIPT = "#!/bin/sh\ntrap '' TERM\npython3 app.py &\nwait $!\n"
PRIVATE_KEY = (
    "-----BEGIN OPENSSH PRIVATE KEY-----\n"
    + "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n" * 6
    + "-----END OPENSSH PRIVATE KEY-----\n"
)

FROM_AUDIT = (
    Case(
        "a-search-path-in-another-order",
        "another program of that name is found first",
        BROKEN,
        recipe(f"{TOOLS}\nENV PATH=/new:/old:$PATH"),
        recipe(f"{TOOLS}\nENV PATH=/old:/new:$PATH"),
        web(TOOL),
        audit=True,
    ),
    Case(
        "a-working-directory-without-templates",
        "the program no longer finds its template",
        BROKEN,
        recipe(),
        recipe("WORKDIR /", 'CMD ["python3", "/app/app.py"]'),
        web(TEMPLATE, **{"templates/page.html": "<h1>Shop</h1>"}),
        audit=True,
    ),
    Case(
        "no-time-zones",
        "the data of time zones are gone",
        BROKEN,
        recipe(),
        recipe("RUN rm -rf /usr/share/zoneinfo"),
        web(ZONE),
        audit=True,
    ),
    Case(
        "a-file-that-the-user-cannot-read",
        "COPY --chmod=600 and another user",
        BROKEN,
        recipe("COPY templates templates\nUSER 1000"),
        recipe("COPY --chmod=600 templates/page.html templates/page.html\nUSER 1000"),
        web(TEMPLATE, **{"templates/page.html": "<h1>Shop</h1>"}),
        audit=True,
    ),
    Case(
        "data-that-is-ignored",
        "the ignore file leaves away what the program reads",
        BROKEN,
        recipe(),
        {**recipe(), ".dockerignore": "Dockerfile\n.dockerignore\n**/*.csv\n"},
        web(DATA, **{"data/a.csv": "1\n", "data/b.csv": "2\n"}),
        audit=True,
    ),
    Case(
        "deaf-to-its-signal",
        "trap '' TERM: it is killed after the grace period",
        WORSE,
        recipe(start='CMD ["sh", "start.sh"]'),
        recipe(start='CMD ["sh", "deaf.sh"]'),
        web(**{"start.sh": START_SCRIPT, "deaf.sh": DEAF_SCRIPT}),
        audit=True,
    ),
    Case(
        "stopped-by-a-kill",
        "STOPSIGNAL SIGKILL: nothing is finished, exit 137 in place of 0",
        WORSE,
        recipe(),
        recipe("STOPSIGNAL SIGKILL"),
        web(),
        audit=True,
    ),
    Case(
        "a-child-that-is-killed",
        "on SIGTERM it kills its child: exit 1 in place of 0",
        WORSE,
        recipe(start='CMD ["python3", "parent.py"]'),
        recipe(start='CMD ["python3", "parent.py", "kill"]'),
        web(**{"parent.py": CHILD}),
        audit=True,
    ),
    Case(
        "no-content-type",
        "a browser shows JSON as text, a client refuses it",
        BROKEN,
        GOOD_MODE,
        BAD_MODE,
        by_mode(TYPED),
        audit=True,
    ),
    Case(
        "dies-after-its-start",
        "it answers, and ends two seconds later",
        BROKEN,
        GOOD_MODE,
        BAD_MODE,
        by_mode(DYING),
        audit=True,
    ),
    Case(
        "a-page-with-a-token-and-an-error",
        "a form with a random token says that something went wrong, with 200",
        BROKEN,
        GOOD_MODE,
        BAD_MODE,
        by_mode(TOKEN_PAGE),
        audit=True,
    ),
    Case(
        "a-health-tool-that-is-gone",
        "HEALTHCHECK calls what is not in the image",
        BROKEN,
        recipe(PYTHON_PROBE),
        recipe(f"{PROBE} curl -f http://127.0.0.1:8000/"),
        web(),
        audit=True,
    ),
    Case(
        "listens-where-nobody-reaches-it",
        "it listens on loopback alone",
        BROKEN,
        recipe(),
        recipe("ENV HOST=127.0.0.1"),
        web(),
        audit=True,
    ),
    Case(
        "a-worker-that-dies",
        "a worker without a port has lost a module",
        BROKEN,
        {**recipe(start='CMD ["python3", "worker.py"]'), "jobs.py": STOPPING},
        recipe(start='CMD ["python3", "worker.py"]'),
        {"worker.py": f"import jobs\n{WORKER}"},
        audit=True,
        run={"patience": 5},
    ),
    Case(
        "a-secret-in-a-lower-layer",
        "a key is copied, and removed by a later line",
        WORSE,
        {**recipe(), ".dockerignore": "Dockerfile\n.dockerignore\nid_rsa\n"},
        recipe("RUN rm id_rsa"),
        web(id_rsa=PRIVATE_KEY),
        audit=True,
    ),
)
