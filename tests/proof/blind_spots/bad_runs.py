"""Bad changes that show in how a container runs and ends, and changes of which nothing can be said."""

from __future__ import annotations

from proof.blind_spots.bad import BROKEN, PROBE, WORSE
from proof.blind_spots.case import BAD_MODE, GOOD_MODE, Case, by_mode, recipe, web

UNKNOWN = ("cannot tell",)
# The images are compared all the same; the proof has to say that the answers prove nothing
SAID = ("cannot tell", "no difference")
JOB = 'CMD ["python3", "job.py"]'
JOB_TEXT = """\
import os, pathlib, sys
print("3 orders exported")
if not pathlib.Path("rates.csv").exists():
    print("no rates", file=sys.stderr)
    sys.exit(3)
"""
UNHEALTHY = """\
def answer(path, method, sent):
    if path == "/ready":
        return (503 if BAD else 200), [("Content-Type", "text/plain")], b"state"
    return 200, [("Content-Type", "text/html")], b"<h1>Shop</h1>"
"""
READY_PROBE = (
    f'{PROBE} ["python3", "-c", "import urllib.request as u; '
    "u.urlopen('http://127.0.0.1:8000/ready')\"]"
)
THIRD = """\
asked = [0]
def answer(path, method, sent):
    asked[0] += 1
    if BAD and asked[0] == 3:
        os._exit(2)
    return 200, [("Content-Type", "text/html")], b"<h1>Shop</h1>"
"""
LEAVING = """\
def leave():
    time.sleep(1)
    os._exit(0)
def answer(path, method, sent):
    if BAD:
        threading.Thread(target=leave, daemon=True).start()
    return 200, [("Content-Type", "text/html")], b"<h1>Shop</h1>"
"""
LATE = """\
time.sleep(5 if BAD else 0)
def answer(path, method, sent):
    return 200, [("Content-Type", "text/html")], b"<h1>Shop</h1>"
"""
CONNECTS = """\
import socket
socket.create_connection(("127.0.0.1", 6379))
def answer(path, method, sent):
    return 200, [], b""
"""
LOGS = """\
import time
for n in range(10**6):
    print("job", n)
    time.sleep(0.5)
"""
HUNGRY = """\
kept = bytearray(os.urandom(1024) * 90_000) if BAD else b""
def answer(path, method, sent):
    return 200, [("Content-Type", "text/html")], b"<h1>Shop</h1>"
"""
WORKER = "import time\nfor n in range(10**6):\n    print('job', n, flush=True)\n    time.sleep(0.5)\n"
WORKER_START = 'CMD ["python3", "worker.py"]'
BUFFERED = "python3 -u worker.py"

RUNS = (
    Case(
        "an-exit-code-of-a-job",
        "a job prints the same, and ends with 3 in place of 0",
        BROKEN,
        recipe(start=JOB),
        recipe("RUN rm rates.csv", JOB),
        {"job.py": JOB_TEXT, "rates.csv": "1\n"},
    ),
    Case(
        "a-health-check-that-fails",
        "HEALTHCHECK asks a page that says 503; / is the same",
        BROKEN,
        recipe(f"ENV MODE=good\n{READY_PROBE}"),
        recipe(f"ENV MODE=bad\n{READY_PROBE}"),
        by_mode(UNHEALTHY),
    ),
    Case(
        "ends-at-the-third-request",
        "two answers, and then it is gone",
        BROKEN,
        GOOD_MODE,
        BAD_MODE,
        by_mode(THIRD),
    ),
    Case(
        "ends-well-after-an-answer",
        "it ends with exit code 0 a second after its first answer",
        BROKEN,
        GOOD_MODE,
        BAD_MODE,
        by_mode(LEAVING),
    ),
    Case(
        "starts-five-seconds-later",
        "nothing else differs",
        WORSE,
        GOOD_MODE,
        BAD_MODE,
        by_mode(LATE),
        timed=True,
    ),
    Case(
        "a-log-that-is-held-back",
        "a worker's lines wait in a buffer",
        WORSE,
        recipe("ENV PYTHONUNBUFFERED=1", WORKER_START),
        recipe(start=WORKER_START),
        {"worker.py": LOGS},
        run={"patience": 5},
    ),
    Case(
        "ninety-megabytes-more-memory",
        "it holds them all the time",
        WORSE,
        GOOD_MODE,
        BAD_MODE,
        by_mode(HUNGRY),
        timed=True,
    ),
    Case(
        "a-worker-that-ends-early",
        "a worker ends with 0 where it ran on",
        BROKEN,
        recipe(start=WORKER_START),
        recipe("RUN echo 'print(1)' > worker.py", WORKER_START),
        {"worker.py": WORKER},
        run={"patience": 5},
    ),
    Case(
        "a-start-script-of-windows",
        "CRLF: the kernel finds no interpreter",
        BROKEN,
        {
            **recipe("RUN chmod +x start.sh", 'CMD ["./start.sh"]'),
            "start.sh": "#!/bin/sh\nexec python3 app.py\n",
        },
        {
            **recipe("RUN chmod +x start.sh", 'CMD ["./start.sh"]'),
            "start.sh": "#!/bin/sh\r\nexec python3 app.py\r\n",
        },
        web(),
    ),
    Case(
        "neither-starts",
        "both need what is not there; after has lost a module too",
        UNKNOWN,
        recipe(),
        recipe("RUN rm pages.py"),
        web(CONNECTS),
        run={"patience": 5},
    ),
    Case(
        "neither-builds",
        "the same line fails on both sides",
        UNKNOWN,
        recipe("RUN false"),
        recipe("LABEL a=b\nRUN false"),
        web(),
    ),
    Case(
        "no-page-on-either-side",
        "the one path that is asked is 404 twice: it proves nothing",
        SAID,
        GOOD_MODE,
        BAD_MODE,
        web(),
        run={"requested": ("/nowhere",)},
        says=("no answer proves",),
    ),
    Case(
        "no-tool-for-the-check",
        "the one check is 127 twice: it proves nothing",
        SAID,
        GOOD_MODE,
        BAD_MODE,
        web(),
        run={"requested": ("/nowhere",), "checks": ("curl -f http://127.0.0.1:8000/",)},
        says=("no answer proves",),
    ),
)
