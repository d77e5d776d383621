"""What is taken from a stage in which something around a script was changed: where it comes out the same, it hits."""

from __future__ import annotations

from cache.change import change


def taken(*instructions: str, path: str = "/out") -> str:
    """A Dockerfile that takes a path from a stage."""
    lines = "\n".join(instructions)
    return f"FROM base AS builder\n{lines}\nFROM base\nCOPY --from=builder {path} /\n"


CHANGES = (
    change(
        "effect-of-a-user",
        "who owns it",
        ("RUN", "USER 1000\nRUN"),
        dockerfile=taken("COPY app.py /", "RUN echo x > /tmp/out", path="/tmp/out"),
    ),
    change(
        "effect-of-an-environment",
        "it is echoed",
        ("V=1", "V=2"),
        dockerfile=taken("ENV V=1", "RUN echo $V > /out"),
    ),
    change(
        "effect-of-an-environment-unused",
        "nobody looks",
        ("V=1", "V=2"),
        dockerfile=taken("ENV V=1", "RUN echo x > /out"),
    ),
    change(
        "effect-of-an-environment-written-out",
        "env prints all",
        ("V=1", "V=2"),
        dockerfile=taken("ENV V=1", "RUN env > /out"),
    ),
    change(
        "effect-of-the-shells-variables",
        "set prints all",
        ("V=1", "V=2"),
        dockerfile=taken("ENV V=1", "RUN set > /out"),
    ),
    change(
        "effect-of-exported-variables",
        "export prints all",
        ("V=1", "V=2"),
        dockerfile=taken("ENV V=1", "RUN export > /out"),
    ),
    change(
        "effect-of-the-environments-file",
        "the kernel shows it",
        ("V=1", "V=2"),
        dockerfile=taken("ENV V=1", "RUN cat /proc/self/environ > /out"),
    ),
    change(
        "effect-of-an-environment-by-default",
        "an expansion",
        ("V=1", "V="),
        dockerfile=taken("ENV V=1", "RUN echo ${V:-2} ${V:+3} > /out"),
    ),
    change(
        "effect-of-an-environment-in-quotes",
        "single quotes keep it",
        ("V=1", "V=2"),
        dockerfile=taken("ENV V=1", "RUN echo '$V' > /out"),
        cautious=True,
    ),
    change(
        "effect-of-a-path",
        "which commands are found",
        ("ENV P=/x", "ENV PATH=/x"),
        dockerfile=taken("ENV P=/x", "RUN echo 1 > /out; cat /etc/mark > /out || true"),
        cautious=True,
    ),
    change(
        "effect-of-a-field-separator",
        "how words are split",
        ("S=x", "S=y"),
        dockerfile=taken("ENV V=axbyc", "ARG S=x", "RUN IFS=$S; echo $V > /out"),
    ),
    change(
        "effect-of-a-working-directory-changed",
        "where it writes",
        ("WORKDIR /a", "WORKDIR /b"),
        dockerfile=taken(
            "RUN mkdir /a && echo old > /a/out",
            "WORKDIR /a",
            "RUN echo new > out",
            path="/a/out",
        ),
    ),
    change(
        "effect-of-the-directorys-name",
        "it is echoed",
        ("WORKDIR /a", "WORKDIR /b"),
        dockerfile=taken("WORKDIR /a", "RUN echo $PWD > /out"),
    ),
    change(
        "effect-of-a-shell",
        "how it runs",
        ("COPY app", 'SHELL ["/bin/sh", "-xc"]\nCOPY app'),
        dockerfile=taken("COPY app.py /", "RUN echo x > /out"),
        cautious=True,
    ),
    change(
        "effect-of-a-shell-that-does-nothing",
        "how it runs",
        ("COPY app", 'SHELL ["/bin/true"]\nCOPY app'),
        dockerfile=taken(
            "COPY app.py /",
            "RUN echo old > /out",
            'SHELL ["/bin/sh", "-c"]',
            "COPY src /src/",
            "RUN echo new > /out",
            path="/app.py",
        ),
        cautious=True,
    ),
    change(
        "effect-of-a-base-image",
        "a file of another image",
        ("FROM base AS", "FROM base:2 AS"),
        dockerfile=taken("RUN cat /etc/mark > /out"),
    ),
    change(
        "effect-of-a-base-image-taken",
        "a file of another image",
        ("FROM base AS", "FROM base:2 AS"),
        dockerfile=taken("RUN echo x > /out", path="/etc/mark"),
    ),
    change(
        "effect-of-a-base-image-equal",
        "the same file in another image",
        ("FROM base AS", "FROM base:2 AS"),
        dockerfile=taken("RUN cat /etc/passwd > /out"),
        beyond="what an image holds",
    ),
    change(
        "effect-of-a-cache-mount",
        "what is in it is kept",
        ("echo x", "echo  x"),
        dockerfile=taken(
            "RUN --mount=type=cache,target=/c echo x >> /c/f; cat /c/f > /out"
        ),
    ),
    change(
        "effect-of-a-bind-mount",
        "a file of the context",
        put={"src/a.txt": "x\n"},
        dockerfile=taken("RUN --mount=source=src,target=/src cat /src/a.txt > /out"),
    ),
    change(
        "effect-of-a-secret",
        "a value",
        ("echo x", "echo y"),
        dockerfile=taken(
            "RUN --mount=type=secret,id=k,target=/k cat /k > /out; echo x > /other"
        ),
        files={"key": "1\n"},
        options=(["--secret", "id=k,src=key"], ["--secret", "id=k,src=key"]),
        cautious=True,
    ),
    change(
        "effect-in-exec-form",
        "no shell",
        ("hello", "hello2"),
        dockerfile=taken('RUN ["/bin/sh", "-c", "echo hello > /out"]'),
    ),
    change(
        "effect-in-exec-form-unused",
        "a shell in words",
        ("hello", "hello2"),
        dockerfile=taken('RUN ["/bin/sh", "-c", "echo 1 > /out; echo hello > /other"]'),
        cautious=True,
    ),
    change(
        "effect-of-a-copy-above-a-run",
        "COPY takes another file to the place",
        put={"src/a.txt": "x\n"},
        dockerfile=taken(
            "RUN echo old > /out", "COPY src/a.txt /out", "RUN echo x > /other"
        ),
    ),
    change(
        "effect-of-an-added-archive",
        "what is unpacked",
        ("echo x", "echo y"),
        dockerfile=taken("ADD src/a.txt /d/", "RUN echo x > /other", path="/d"),
    ),
    change(
        "effect-of-a-network",
        "how it runs",
        ("RUN echo", "RUN --network=none echo"),
        dockerfile=taken("RUN echo x > /out"),
    ),
    change(
        "effect-of-a-hosts-file",
        "the builder's own file",
        put={"src/a.txt": "x\n"},
        dockerfile=taken("COPY src /src/", "RUN cat /etc/hosts > /out"),
    ),
    change(
        "effect-of-a-hostname",
        "the builder's own",
        put={"src/a.txt": "x\n"},
        dockerfile=taken("COPY src /src/", "RUN echo $HOSTNAME > /out"),
        cautious=True,
    ),
    change(
        "effect-of-a-process-number",
        "the shell is the first",
        put={"src/a.txt": "x\n"},
        dockerfile=taken("COPY src /src/", "RUN echo $$ > /out"),
        cautious=True,
    ),
    change(
        "effect-of-the-last-background",
        "a number of a process",
        put={"src/a.txt": "x\n"},
        dockerfile=taken("COPY src /src/", "RUN true & echo $! > /out"),
        cautious=True,
    ),
    change(
        "effect-of-noclobber",
        "a second write fails",
        ("set -f", "set -C"),
        dockerfile=taken("RUN set -f; echo 1 > /out; echo 2 > /out || true"),
    ),
    change(
        "effect-of-a-directory-at-a-mount-point",
        "a mount leaves a directory behind",
        ("target=/c", "target=/c/d"),
        dockerfile=taken(
            "RUN mkdir /c",
            "RUN --mount=type=tmpfs,target=/c echo x > /other",
            path="/c",
        ),
    ),
)
