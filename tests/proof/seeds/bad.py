"""Bad changes: what each of them breaks or makes worse."""

from __future__ import annotations

from proof.seed import KEY, Seed

from lightship.proof.proof import VerdictKind

BROKEN, WORSE = VerdictKind.BROKEN, VerdictKind.WORSE
INSTALL = "RUN pip install --no-cache-dir --no-index --find-links vendor --requirement requirements.txt\n"
SLOW = ("RUN pip", "RUN sleep 4 && pip")
COMMAND = 'CMD ["python", "app.py"]'
IN_VENV = (
    INSTALL,
    (
        "RUN python -m venv --without-pip /venv\n"
        "RUN pip --python /venv/bin/python install --no-cache-dir --no-index --find-links vendor -r requirements.txt\n"
        "ENV PATH=/venv/bin:$PATH\n"
    ),
)
LARGE = b"\x89" * 3_000_000

BAD = (
    Seed(
        "a-dependency-left-out",
        "nothing is installed, and the program imports a library",
        BROKEN,
        ("starts",),
        after=((INSTALL, ""),),
    ),
    Seed(
        "a-wrong-path-to-the-venv",
        "another Python is found first, which has no libraries",
        BROKEN,
        ("starts",),
        before=(IN_VENV,),
        after=(IN_VENV, ("PATH=/venv/bin", "PATH=/app/venv/bin")),
    ),
    Seed(
        "a-run-time-library-missing",
        "cleaned away after the install",
        BROKEN,
        ("answer",),
        after=(("RUN mkdir", "RUN rm /usr/lib/*/libsqlite3.so*\nRUN mkdir"),),
    ),
    Seed(
        "a-program-missing",
        "a page is made by a program that is not copied any more",
        BROKEN,
        ("answer",),
        after=(("COPY tools/report /usr/local/bin/\n", ""),),
    ),
    Seed(
        "a-template-left-out",
        "the page has no template",
        BROKEN,
        ("answer",),
        after=(("COPY templates templates\n", ""),),
    ),
    Seed(
        "a-user-that-cannot-write",
        "the directory that it writes to is root's",
        BROKEN,
        ("answer",),
        after=((" && chown 1000 data", ""),),
    ),
    Seed(
        "a-variable-removed",
        "the page greets somebody else",
        BROKEN,
        ("answer",),
        after=(("ENV SHOP_NAME=Harbour ", "ENV "),),
    ),
    Seed(
        "a-command-with-a-typo",
        "there is no such file",
        BROKEN,
        ("starts",),
        after=((COMMAND, 'CMD ["python", "ap.py"]'),),
    ),
    Seed(
        "another-port",
        "nobody listens where the image says",
        BROKEN,
        ("starts",),
        after=(("ENV SHOP", "ENV PORT=9000 SHOP"),),
    ),
    Seed(
        "a-version-that-there-is-not",
        "the install fails",
        BROKEN,
        ("builds",),
        files=({}, {"requirements.txt": "greeting==2.0\n"}),
    ),
    Seed(
        "a-shell-that-loses-signals",
        "process 1 is a shell, which hands SIGTERM to nobody",
        WORSE,
        ("ends", "stop"),
        after=((COMMAND, "CMD python app.py | cat"),),
    ),
    Seed(
        "loopback-only",
        "from outside of the container nobody reaches it",
        BROKEN,
        ("listens",),
        after=(("HOST=0.0.0.0", "HOST=127.0.0.1"),),
    ),
    Seed(
        "a-health-check-that-fails",
        "it asks for a page that there is not",
        BROKEN,
        ("healthy",),
        after=(("8000/health'", "8000/healthz'"),),
    ),
    Seed("back-to-root", "no USER", WORSE, ("user",), after=(("USER 1000\n", ""),)),
    Seed(
        "a-setuid-program",
        "whoever runs it is root",
        WORSE,
        ("setuid",),
        after=(
            (
                "USER 1000",
                "RUN cp /bin/cat /usr/local/bin/peek && chmod u+s /usr/local/bin/peek\nUSER 1000",
            ),
        ),
    ),
    Seed(
        "a-secret-in-a-layer",
        "copied, used, and removed by the next line",
        WORSE,
        ("secrets",),
        files=({"deploy.pem": KEY}, {"deploy.pem": KEY}),
        after=(("USER 1000", "COPY deploy.pem ./\nRUN rm deploy.pem\nUSER 1000"),),
    ),
    Seed(
        "a-compiler-kept",
        "it is needed for the install alone",
        WORSE,
        ("content",),
        after=(
            (
                INSTALL,
                f"RUN head -c 20000000 /dev/urandom > /usr/lib/compiler\n{INSTALL}",
            ),
        ),
    ),
    Seed(
        "removed-by-a-later-line",
        "a layer keeps what another takes away",
        WORSE,
        ("waste", "content"),
        before=(
            (
                INSTALL,
                f"RUN head -c 9000000 /dev/urandom > /var/list && rm /var/list\n{INSTALL}",
            ),
        ),
        after=(
            (
                INSTALL,
                f"RUN head -c 9000000 /dev/urandom > /var/list\n{INSTALL}RUN rm /var/list\n",
            ),
        ),
    ),
    Seed(
        "an-ignore-file-removed",
        "the builder is sent what no instruction takes",
        WORSE,
        ("context-bytes",),
        files=({"data.bin": LARGE, ".dockerignore": "*.bin\n"}, {"data.bin": LARGE}),
    ),
    Seed(
        "sources-before-the-install",
        "each edit of the code installs everything anew",
        WORSE,
        ("edit",),
        before=(SLOW,),
        after=(
            SLOW,
            ("COPY app.py ./\n", ""),
            ("COPY requirements.txt ./", "COPY requirements.txt app.py ./"),
        ),
        scenarios=("edit",),
    ),
    Seed(
        "a-slow-step-behind-the-manifest",
        "each edit of the dependencies does it anew",
        WORSE,
        ("dependency",),
        before=(("COPY requirements", "RUN sleep 4\nCOPY requirements"),),
        after=(("COPY vendor", "RUN sleep 4\nCOPY vendor"),),
        scenarios=("dependency",),
    ),
    Seed(
        "a-slow-start",
        "the command does something else first",
        WORSE,
        ("start",),
        after=((COMMAND, 'CMD ["sh", "-c", "sleep 3; exec python app.py"]'),),
    ),
    Seed(
        "more-memory",
        "the program holds 96 MiB more",
        WORSE,
        ("memory",),
        after=(("ENV SHOP", "ENV HELD_MB=96 SHOP"),),
    ),
    Seed(
        "a-system-without-fixes",
        "a base image whose life has ended",
        WORSE,
        ("system",),
        before=(("USER 1000", "RUN sed -i s/13/12/ /usr/lib/os-release\nUSER 1000"),),
        after=(("USER 1000", "RUN sed -i s/13/10/ /usr/lib/os-release\nUSER 1000"),),
    ),
)
