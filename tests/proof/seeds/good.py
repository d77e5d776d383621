"""Good changes: what each of them makes better."""

from __future__ import annotations

from proof.seed import FAT, KEY, Seed
from proof.seeds.bad import COMMAND, INSTALL, LARGE, SLOW

from lightship.proof.proof import VerdictKind

BETTER = VerdictKind.BETTER
START = "#!/bin/sh\nset -e\n{}python app.py\n"
WITH_START = (
    ("COPY tools/report", "COPY tools/report tools/start"),
    (COMMAND, 'CMD ["start"]'),
)
COMPILER = "RUN head -c 20000000 /dev/urandom > /usr/lib/compiler\n"
BUILD = "FROM python:3.13-slim AS build\n" + COMPILER
IN_CACHE = "test -e /kept/tool || { sleep 4; touch /kept/tool; }"

GOOD = (
    Seed(
        "dependencies-first",
        "an edit of the code installs nothing",
        BETTER,
        ("edit",),
        before=(
            SLOW,
            ("COPY requirements.txt ./\nCOPY vendor vendor\n", "COPY . .\n"),
            ("COPY templates templates\nCOPY app.py ./\n", ""),
        ),
        after=(SLOW,),
        scenarios=("edit",),
    ),
    Seed(
        "a-cache-mount",
        "what was built once stays where the next install finds it",
        BETTER,
        ("dependency",),
        before=(("RUN pip", f"RUN mkdir /kept && {IN_CACHE} && pip"),),
        after=(("RUN pip", f"RUN --mount=type=cache,target=/kept {IN_CACHE} && pip"),),
        scenarios=("dependency",),
    ),
    Seed(
        "a-needless-step-gone",
        "a build with nothing in the cache has one step less",
        BETTER,
        ("cold",),
        before=(("COPY tools", "RUN sleep 6\nCOPY tools"),),
        cold=True,
    ),
    Seed(
        "exec-in-the-script",
        "process 1 is the program, and gets the signal",
        BETTER,
        ("ends", "stop"),
        before=WITH_START,
        after=WITH_START,
        files=(
            {"tools/start": START.format("")},
            {"tools/start": START.format("exec ")},
        ),
    ),
    Seed(
        "a-user",
        "no process is root's",
        BETTER,
        ("user",),
        before=(("USER 1000\n", ""),),
        after=(
            ("RUN mkdir", "RUN useradd --uid 1000 app\nRUN mkdir"),
            ("USER 1000", "USER app"),
        ),
    ),
    Seed(
        "an-ignore-file",
        "what the program does not need is not sent, and not copied",
        BETTER,
        ("context-bytes", "content"),
        before=(("COPY app.py ./", "COPY . ."),),
        after=(("COPY app.py ./", "COPY . ."),),
        files=(
            {"build/data.bin": LARGE},
            {"build/data.bin": LARGE, ".dockerignore": "build\n"},
        ),
    ),
    Seed(
        "cleaned-in-the-same-run",
        "what no one needs is in no layer",
        BETTER,
        ("waste", "content"),
        before=((INSTALL, f"{COMPILER}{INSTALL}RUN rm /usr/lib/compiler\n"),),
        after=(
            (
                INSTALL,
                f"{COMPILER.rstrip()} && {INSTALL.removeprefix('RUN ').rstrip()} && rm /usr/lib/compiler\n",
            ),
        ),
    ),
    Seed(
        "two-stages",
        "the compiler stays behind",
        BETTER,
        ("content",),
        before=((INSTALL, COMPILER + INSTALL),),
        after=(
            ("FROM python:3.13-slim\n", BUILD),
            (INSTALL, INSTALL.replace("install", "install --target /libraries")),
            (
                "COPY tools",
                (
                    "FROM python:3.13-slim\nWORKDIR /app\n"
                    "COPY --from=build /libraries /usr/local/lib/python3.13/site-packages\nCOPY tools"
                ),
            ),
        ),
    ),
    Seed(
        "a-slimmer-base",
        "the same program on less",
        BETTER,
        ("content",),
        before=(("FROM python:3.13-slim", f"FROM {FAT}"),),
    ),
    Seed(
        "a-secret-mounted",
        "it is there for one step, and in no layer",
        BETTER,
        ("secrets",),
        before=(
            (
                "USER 1000",
                "COPY deploy.pem /deploy.pem\nRUN test -e /deploy.pem\nUSER 1000",
            ),
        ),
        after=(
            (
                "USER 1000",
                "RUN --mount=type=bind,source=deploy.pem,target=/deploy.pem test -e /deploy.pem\nUSER 1000",
            ),
        ),
        files=({"deploy.pem": KEY}, {"deploy.pem": KEY}),
    ),
    Seed(
        "a-health-check",
        "whoever looks after it can tell that it works",
        BETTER,
        ("healthy",),
        before=(("HEALTHCHECK CMD", "# CMD"),),
    ),
    Seed(
        "setuid-taken-away",
        "the install needs the program, nobody else",
        BETTER,
        ("setuid",),
        before=(
            (
                "USER 1000",
                "RUN cp /bin/cat /bin/peek && chmod u+s /bin/peek\nUSER 1000",
            ),
        ),
        after=(("USER 1000", "RUN cp /bin/cat /bin/peek\nUSER 1000"),),
    ),
    Seed(
        "listens-everywhere",
        "others than the container itself reach it",
        BETTER,
        ("listens",),
        before=(("HOST=0.0.0.0", "HOST=localhost"),),
    ),
    Seed(
        "it-builds-now",
        "a line that failed is mended",
        BETTER,
        ("builds",),
        before=(("RUN mkdir data", "RUN mkdri data"),),
    ),
    Seed(
        "it-starts-now",
        "the command is one that there is",
        BETTER,
        ("starts",),
        before=((COMMAND, 'CMD ["gunicorn", "app:app"]'),),
    ),
    Seed(
        "it-answers-now",
        "where it writes its user may write",
        BETTER,
        ("answer",),
        before=(
            ("RUN mkdir data && chown 1000 data", "RUN mkdir data && chown 2000 data"),
        ),
    ),
    Seed(
        "a-quick-start",
        "what was done at each start is done by the build",
        BETTER,
        ("start",),
        before=((COMMAND, 'CMD ["sh", "-c", "sleep 2; exec python app.py"]'),),
    ),
)
