"""Changes of which stages there are, and of what they start from."""

from __future__ import annotations

from cache.change import change

OTHERS = ("classic", "buildah")
BUILDER = """\
FROM base AS builder
COPY src /src/
RUN cat /src/a.txt > /out
FROM base
RUN echo final
COPY --from=builder /out /
RUN cat /out
"""
EQUAL = BUILDER.replace("cat /src/a.txt > /out", "echo same > /out")
DEAD = "FROM base AS dead\nCOPY src /src/\nRUN echo dead\nFROM base\nCOPY app.py /\nRUN echo a\n"
CHAIN = "FROM base AS one\nCOPY requirements.txt /\nRUN echo one\nFROM one AS two\nCOPY app.py /\nRUN echo two\n"
TWINS = (
    "FROM base AS one\nCOPY app.py /\nRUN echo same\nRUN echo 1 > /one\n"
    "FROM base AS two\nCOPY app.py /\nRUN echo same\nRUN echo 2 > /two\n"
    "FROM base\nCOPY --from=one /one /\nCOPY --from=two /two /\n"
)
TARGETS = (
    "FROM base AS deps\nCOPY requirements.txt /\nRUN echo deps\n"
    "FROM deps AS test\nCOPY docs /docs/\nRUN echo test\n"
    "FROM deps AS app\nCOPY app.py /\nRUN echo app\n"
)
TWO_STAGES = """\
FROM base AS a
RUN echo 1 > /a
FROM base AS b
RUN echo 2 > /b
FROM base
COPY --from=a /a /
COPY --from=b /b /
"""
TAKEN_AND_BASE = """\
FROM base AS one
COPY requirements.txt /
FROM one AS two
RUN echo two > /f
FROM one
COPY --from=two /f /
"""

CHANGES = (
    change("stages-nothing", "all hit", dockerfile=BUILDER, also=["classic"]),
    change(
        "final-run-changed",
        "the builder hits, COPY --from has another parent",
        ("echo final", "echo end"),
        dockerfile=BUILDER,
        also=["classic"],
    ),
    change(
        "copy-from-flags",
        "an owner",
        ("COPY --from=builder", "COPY --from=builder --chown=1000"),
        dockerfile=BUILDER,
    ),
    change(
        "copy-from-by-number",
        "the same stage",
        ("--from=builder", "--from=0"),
        dockerfile=BUILDER,
    ),
    change(
        "copy-from-by-name-in-upper-case",
        "the same stage",
        ("--from=builder", "--from=BUILDER"),
        dockerfile=BUILDER,
    ),
    change(
        "stage-renamed",
        "names are in no key",
        ("AS builder", "AS build"),
        ("--from=builder", "--from=build"),
        dockerfile=BUILDER,
    ),
    change(
        "final-stage-named",
        "names are in no key",
        ("FROM base\n", "FROM base AS app\n"),
        dockerfile=BUILDER,
    ),
    change(
        "stage-inserted-before",
        "numbers are in no key",
        (
            "FROM base AS builder",
            "FROM scratch AS new\nCOPY app.py /\nFROM base AS builder",
        ),
        dockerfile=BUILDER,
    ),
    change(
        "stages-swapped",
        "order is in no key",
        (
            "FROM base AS a\nRUN echo 1 > /a\nFROM base AS b\nRUN echo 2 > /b\n",
            "FROM base AS b\nRUN echo 2 > /b\nFROM base AS a\nRUN echo 1 > /a\n",
        ),
        dockerfile=TWO_STAGES,
    ),
    change(
        "dead-stage-edited",
        "BuildKit and buildah do not build it",
        ("echo dead", "echo very dead"),
        dockerfile=DEAD,
        also=OTHERS,
    ),
    change(
        "dead-stage-files-edited",
        "nobody asks for it",
        put={"src/a.txt": "x\n"},
        dockerfile=DEAD,
        also=OTHERS,
    ),
    change(
        "dead-stage-removed",
        "nobody asks for it",
        ("FROM base AS dead\nCOPY src /src/\nRUN echo dead\n", ""),
        dockerfile=DEAD,
        also=["classic"],
    ),
    change(
        "dead-stage-comes-alive",
        "it was not built before",
        ("COPY app.py /\n", "COPY --from=dead /src /\nCOPY app.py /\n"),
        dockerfile=DEAD,
    ),
    change(
        "stage-from-stage-first-edited",
        "all behind it",
        put={"requirements.txt": "x\n"},
        dockerfile=CHAIN,
        also=["classic"],
    ),
    change(
        "stage-from-stage-second-edited",
        "the second alone",
        put={"app.py": "x\n"},
        dockerfile=CHAIN,
        also=["classic"],
    ),
    change(
        "stage-from-stage-env",
        "the environment goes on",
        ("COPY req", "ENV A=1\nCOPY req"),
        dockerfile=CHAIN,
    ),
    change(
        "stage-from-stage-arg",
        "an ARG goes on: it is an environment of its RUNs",
        ("COPY req", "ARG A=1\nCOPY req"),
        dockerfile=CHAIN.replace("RUN echo one\n", ""),
    ),
    change(
        "stage-from-stage-workdir-and-user",
        "both go on",
        ("COPY req", "WORKDIR /w\nUSER 1000\nCOPY req"),
        dockerfile=CHAIN.replace("RUN echo one\n", ""),
    ),
    change(
        "stage-from-stage-merged",
        "the same steps",
        ("FROM one AS two\n", ""),
        dockerfile=CHAIN,
    ),
    change("twin-stages", "their common steps are one", dockerfile=TWINS),
    change("twin-stages-file-edited", "both", put={"app.py": "x\n"}, dockerfile=TWINS),
    change(
        "twin-stages-one-changed",
        "the other hits",
        ("echo 1", "echo 3"),
        dockerfile=TWINS,
    ),
    change(
        "stage-that-repeats-another",
        "its steps are known from the first build",
        (
            "FROM base\nCOPY --from=one /one",
            "FROM base AS three\nCOPY app.py /\nRUN echo same\nRUN echo 1 > /one\nFROM base\nCOPY --from=three /one",
        ),
        dockerfile=TWINS,
    ),
    change(
        "target-nothing",
        "the test stage is not built",
        put={"docs/notes.md": "x\n"},
        dockerfile=TARGETS,
        target=("app", "app"),
    ),
    change(
        "target-in-the-middle",
        "what it needs is known",
        dockerfile=TARGETS,
        target=("app", "test"),
        also=OTHERS,
    ),
    change(
        "target-in-the-middle-edited",
        "the stage itself",
        put={"docs/notes.md": "x\n"},
        dockerfile=TARGETS,
        target=("test", "test"),
    ),
    change(
        "target-default", "the last stage", dockerfile=TARGETS, target=("app", None)
    ),
    change(
        "stage-behind-the-target-edited",
        "nobody asks for it",
        ("echo app", "echo apps"),
        dockerfile=TARGETS,
        target=("test", "test"),
        also=["classic"],
    ),
    change(
        "base-of-a-stage-changed",
        "that stage, and what takes from it",
        ("FROM base AS builder", "FROM base:2 AS builder"),
        dockerfile=EQUAL,
    ),
    change(
        "stage-edited-and-reverted",
        "the cache keeps both",
        put={"src/a.txt": "x\n"},
        dockerfile=BUILDER,
        revert=True,
    ),
    change(
        "stage-from-stage-shell",
        "the shell goes on",
        ("COPY req", 'SHELL ["/bin/sh", "-ec"]\nCOPY req'),
        dockerfile=CHAIN.replace("RUN echo one\n", ""),
    ),
    change(
        "stage-from-stage-arg-given",
        "an ARG goes on",
        args=({}, {"A": "2"}),
        dockerfile=CHAIN.replace("COPY req", "ARG A=1\nCOPY req"),
    ),
    change(
        "stage-from-stage-arg-declared-again",
        "its default counts no more: it has the value",
        ("FROM one AS two\n", "FROM one AS two\nARG A\n"),
        dockerfile=CHAIN.replace("COPY req", "ARG A=1\nCOPY req"),
    ),
    change(
        "stage-from-stage-label",
        "config alone",
        ("COPY req", "LABEL a=b\nCOPY req"),
        dockerfile=CHAIN,
    ),
    change(
        "stage-from-scratch-stage",
        "nothing below",
        put={"app.py": "x\n"},
        dockerfile="FROM scratch AS one\nCOPY src /src/\nFROM one\nCOPY app.py /\n",
    ),
    change(
        "stage-taken-and-started-from",
        "both",
        put={"requirements.txt": "x\n"},
        dockerfile=TAKEN_AND_BASE,
    ),
)
