"""Changes of what COPY has put into a stage that others take from."""

from __future__ import annotations

from cache.change import change

TWO_FILES = "FROM scratch AS files\nCOPY . /\nFROM base\nCOPY --from=files /src/a.txt /\nRUN cat /a.txt\n"
PUT_BY_COPY = """\
FROM base AS one
RUN echo x > /x
COPY src/a.txt /a
FROM base
COPY --from=one /a /
RUN cat /a
"""

CHANGES = (
    change(
        "scratch-stage-other-file-edited",
        "the file that is taken is the same",
        put={"src/b.txt": "x\n"},
        dockerfile=TWO_FILES,
        also=["classic"],
    ),
    change(
        "scratch-stage-file-edited",
        "the file that is taken",
        put={"src/a.txt": "x\n"},
        dockerfile=TWO_FILES,
    ),
    change(
        "scratch-stage-file-touched",
        "times are in no key",
        touch=["src/a.txt"],
        dockerfile=TWO_FILES,
    ),
    change(
        "scratch-stage-file-mode",
        "modes are",
        chmod={"src/a.txt": 0o600},
        dockerfile=TWO_FILES,
    ),
    change(
        "scratch-stage-directory-mode",
        "not that of its directory",
        chmod={"src": 0o700},
        dockerfile=TWO_FILES,
    ),
    change(
        "scratch-stage-directory-taken",
        "its content",
        put={"src/b.txt": "x\n"},
        dockerfile=TWO_FILES.replace("/src/a.txt /", "/src /").replace(
            "cat /a", "cat /a"
        ),
    ),
    change(
        "scratch-stage-wildcard-added",
        "it matches",
        put={"src/c.txt": "x\n"},
        dockerfile=TWO_FILES.replace("/src/a.txt", "/src/*.txt"),
    ),
    change(
        "scratch-stage-wildcard-other-added",
        "it does not match",
        put={"src/c.md": "x\n"},
        dockerfile=TWO_FILES.replace("/src/a.txt", "/src/*.txt"),
    ),
    change(
        "copied-by-copy-and-taken",
        "what COPY put there, behind a RUN that ran again",
        ("echo x", "echo y"),
        dockerfile=PUT_BY_COPY,
    ),
    change(
        "copied-by-copy-with-an-owner-and-taken",
        "the owner of COPY --chown counts",
        ("--chown=1 ", "--chown=2 "),
        dockerfile="FROM base AS one\nCOPY --chown=1 src/a.txt /a\nFROM base\nCOPY --from=one /a /\nRUN cat /a\n",
    ),
    change(
        "copied-by-copy-under-another-name-and-taken",
        "the bytes and the base name",
        ("COPY src/a.txt /a", "COPY src/c.txt /a"),
        files={"src/c.txt": "a\n"},
        dockerfile="FROM base AS one\nCOPY src/a.txt /a\nFROM base\nCOPY --from=one /a /\nRUN cat /a\n",
    ),
    change(
        "copied-from-a-base-image-file",
        "a file of the image behind a RUN that ran again",
        ("echo x", "echo y"),
        dockerfile="FROM base AS one\nRUN echo x > /x\nFROM base\nCOPY --from=one /etc/passwd /p\nRUN cat /p\n",
    ),
    change(
        "copied-from-an-image",
        "another image, the same file in it",
        ("base:1", "base:2"),
        dockerfile="FROM base\nCOPY --from=base:1 /etc/passwd /p\nRUN cat /p\n",
        beyond="what an image holds",
    ),
    change(
        "copied-directory-and-taken",
        "the content that COPY has put there",
        put={"src/a.txt": "x\n"},
        dockerfile="FROM base AS one\nCOPY src /d/\nFROM base\nCOPY --from=one /d /d/\n",
    ),
    change(
        "copied-directory-other-file-and-taken",
        "not what is taken",
        put={"src/a.txt": "x\n"},
        dockerfile="FROM base AS one\nCOPY src /d/\nFROM base\nCOPY --from=one /d/b.txt /d/\n",
    ),
    change(
        "copied-with-a-mode-and-taken",
        "the mode of COPY --chmod counts",
        ("--chmod=644", "--chmod=600"),
        dockerfile="FROM base AS one\nCOPY --chmod=644 src/a.txt /a\nFROM base\nCOPY --from=one /a /\n",
    ),
    change(
        "copied-with-a-mode-over-another-and-taken",
        "the mode of COPY --chmod counts, not the file's",
        chmod={"src/a.txt": 0o600},
        dockerfile="FROM base AS one\nCOPY --chmod=644 src/a.txt /a\nFROM base\nCOPY --from=one /a /\n",
        cautious=True,
    ),
    change(
        "copied-over-and-taken",
        "what lies below does not count",
        put={"src/a.txt": "x\n"},
        dockerfile="FROM base AS one\nCOPY src/a.txt /x\nCOPY src/b.txt /x\nFROM base\nCOPY --from=one /x /\n",
        cautious=True,
    ),
    change(
        "copied-two-ways-and-taken",
        "the same files by another COPY",
        ("COPY src/a.txt src/b.txt /d/", "COPY src /d/"),
        dockerfile="FROM base AS one\nCOPY src/a.txt src/b.txt /d/\nFROM base\nCOPY --from=one /d /d/\n",
        cautious=True,
    ),
    change(
        "copied-by-add-and-taken",
        "the same file by ADD",
        ("COPY src/a.txt /a", "ADD src/a.txt /a"),
        dockerfile="FROM base AS one\nCOPY src/a.txt /a\nFROM base\nCOPY --from=one /a /\n",
        cautious=True,
    ),
    change(
        "copied-to-a-working-directory-and-taken",
        "the same file at the same place",
        ("WORKDIR /w\nCOPY src/a.txt .", "COPY src/a.txt /w/\nWORKDIR /w"),
        dockerfile="FROM base AS one\nWORKDIR /w\nCOPY src/a.txt .\nFROM base\nCOPY --from=one /w/a.txt /\n",
        cautious=True,
    ),
    change(
        "working-directory-taken-with-another-owner",
        "owners are in the key of COPY --from",
        ("WORKDIR", "USER 1000\nWORKDIR"),
        dockerfile="FROM base AS one\nWORKDIR /w\nCOPY src/a.txt .\nFROM base\nCOPY --from=one /w /w/\n",
    ),
    change(
        "heredoc-and-taken",
        "the body",
        ("one two", "one three"),
        dockerfile="FROM base AS one\nCOPY <<EOF /x\none two\nEOF\nFROM base\nCOPY --from=one /x /\n",
    ),
    change(
        "heredoc-of-the-same-bytes-and-taken",
        "the same bytes by another instruction",
        ("COPY src/a.txt /x\n", "COPY <<EOF /x\na\nEOF\n"),
        dockerfile="FROM base AS one\nCOPY src/a.txt /x\nFROM base\nCOPY --from=one /x /\n",
        cautious=True,
    ),
    change(
        "symlink-copied-and-taken",
        "the link is followed",
        put={"src/a.txt": "x\n"},
        files={"d/now": "-> ../src/a.txt"},
        dockerfile="FROM base AS one\nCOPY . /all/\nFROM base\nCOPY --from=one /all/d/now /\n",
    ),
    change(
        "symlinks-directory-copied-and-taken",
        "the link's text alone",
        put={"src/a.txt": "x\n"},
        files={"d/now": "-> ../src/a.txt"},
        dockerfile="FROM base AS one\nCOPY . /all/\nFROM base\nCOPY --from=one /all/d /d/\n",
    ),
)
