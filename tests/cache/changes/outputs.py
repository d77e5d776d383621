"""Changes of stages that others take from."""

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
ARGUED = "FROM base AS builder\nARG V=1\nRUN echo same > /out\nFROM base\nCOPY --from=builder /out /\nRUN cat /out\n"
MODES = "FROM base AS one\nRUN mkdir /d && echo x > /d/f\nFROM base\nCOPY --from=one /d /d/\nRUN echo a\n"
THREE = """\
FROM base AS a
RUN echo x > /f
FROM base AS b
COPY --from=a /f /
RUN cat /f > /g
FROM base
COPY --from=b /g /
"""
TWO_OF_ONE = """\
FROM base AS a
RUN echo 1 > /f; echo x > /g
FROM base
COPY --from=a /g /
COPY --from=a /f /
RUN echo a
"""

CHANGES = (
    change(
        "builder-edited",
        "the builder's COPY, and what its output changes",
        put={"src/a.txt": "x\n"},
        dockerfile=BUILDER,
        also=OTHERS,
    ),
    change(
        "builder-edited-output-equal",
        "it runs again, to the same bytes: COPY --from hits",
        put={"src/a.txt": "x\n"},
        dockerfile=EQUAL,
        also=OTHERS,
    ),
    change(
        "builder-edited-output-unchanged",
        "another file of it was read",
        put={"src/b.txt": "x\n"},
        dockerfile=BUILDER,
        also=["classic"],
    ),
    change(
        "builder-run-respelled-output-equal",
        "it runs again, to the same bytes",
        ("echo same", "echo  same"),
        dockerfile=EQUAL,
        also=OTHERS,
    ),
    change(
        "builder-arg-unused",
        "it runs again, to the same bytes",
        args=({}, {"V": "2"}),
        dockerfile=ARGUED,
        also=OTHERS,
    ),
    change(
        "builder-arg-used",
        "other bytes",
        args=({}, {"V": "2"}),
        dockerfile=ARGUED.replace("same", "$V"),
    ),
    change(
        "builder-output-mode",
        "modes are in the key",
        ("same > /out", "same > /out && chmod 700 /out"),
        dockerfile=EQUAL,
    ),
    change(
        "builder-output-owner",
        "owners are in the key of COPY --from",
        ("same > /out", "same > /out && chown 1000 /out"),
        dockerfile=EQUAL,
    ),
    change(
        "builder-output-elsewhere",
        "another file of it",
        ("same > /out", "same > /out && echo x > /other"),
        dockerfile=EQUAL,
    ),
    change(
        "builder-output-renamed",
        "the base name counts",
        ("> /out", "> /put"),
        ("COPY --from=builder /out /\n", "COPY --from=builder /put /out\n"),
        dockerfile=EQUAL,
    ),
    change(
        "builder-output-moved",
        "the directory does not",
        ("> /out", "> /tmp/out"),
        ("/out /\n", "/tmp/out /\n"),
        dockerfile=EQUAL,
    ),
    change(
        "builder-fails",
        "what needs it does not run",
        ("cat /src/a.txt", "cat /src/nothing"),
        dockerfile=BUILDER,
    ),
    change(
        "directory-made-again",
        "a directory has no size and no time",
        ("echo x", "echo  x"),
        dockerfile=MODES,
    ),
    change(
        "directory-with-one-file-more",
        "its content",
        ("echo x > /d/f", "echo x > /d/f && echo > /d/g"),
        dockerfile=MODES,
    ),
    change(
        "whole-stage-taken-equal",
        "the stage ran again, to the same bytes",
        ("echo x", "echo  x"),
        dockerfile="FROM base AS one\nRUN echo x > /f\nFROM scratch\nCOPY --from=one / /\n",
    ),
    change(
        "whole-stage-taken-one-file-more",
        "its content",
        ("echo x > /f", "echo x > /f; echo > /g"),
        dockerfile="FROM base AS one\nRUN echo x > /f\nFROM scratch\nCOPY --from=one / /\n",
    ),
    change(
        "three-stages-chain-equal",
        "the first runs again, the second takes the same bytes",
        ("echo x", "echo  x"),
        dockerfile=THREE,
    ),
    change(
        "two-copies-from-one-stage",
        "each by its own content",
        ("echo 1", "echo 2"),
        dockerfile=TWO_OF_ONE,
    ),
    change(
        "copy-from-path-respelled",
        "from the root of the stage",
        ("--from=builder /out", "--from=builder out"),
        dockerfile=BUILDER,
    ),
    change(
        "copy-from-directory-with-a-slash",
        "cleaned",
        ("--from=one /d /d/", "--from=one /d/ /d/"),
        dockerfile=MODES,
    ),
)
