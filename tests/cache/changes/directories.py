"""Changes of directories and symbolic links that COPY takes."""

from __future__ import annotations

from cache.change import copied

LINKS = {"now": "-> src/a.txt", "lib": "-> src"}


CHANGES = (
    copied(
        "copy-of-a-symlink-retargeted-equal",
        "it is followed: the same bytes",
        "COPY now ./",
        files={"now": "-> src/a.txt", "src/c.txt": "a\n"},
        put={"now": "-> src/c.txt"},
    ),
    copied(
        "copy-of-a-symlink-retargeted",
        "it is followed: other bytes",
        "COPY now ./",
        files=LINKS,
        put={"now": "-> src/b.txt"},
    ),
    copied("copy-of-a-symlink-target-edited", "it is followed", "COPY now ./", files=LINKS, put={"src/a.txt": "x\n"}),
    copied(
        "copy-of-a-symlink-other-edited",
        "nothing that it leads to",
        "COPY now ./",
        files=LINKS,
        put={"src/b.txt": "x\n"},
    ),
    copied(
        "copy-of-a-symlink-instead-of-a-file",
        "the same bytes",
        "COPY app.py ./",
        put={"app.py": "-> src/x.py", "src/x.py": "print(1)\n"},
    ),
    copied(
        "copy-of-a-symlink-to-a-directory", "it is followed", "COPY lib ./lib", files=LINKS, put={"src/a.txt": "x\n"}
    ),
    copied(
        "copy-through-a-symlink",
        "a link on the way is followed",
        "COPY lib/a.txt ./",
        files=LINKS,
        put={"src/a.txt": "x\n"},
    ),
    copied(
        "copy-through-a-symlink-other-edited",
        "a link on the way is followed",
        "COPY lib/a.txt ./",
        files=LINKS,
        put={"src/b.txt": "x\n"},
    ),
    copied(
        "copy-through-a-symlink-retargeted-equal",
        "the same bytes",
        "COPY lib/a.txt ./",
        files={**LINKS, "other/a.txt": "a\n"},
        put={"lib": "-> other"},
    ),
    copied(
        "copy-of-an-absolute-symlink",
        "from the root of the context",
        "COPY now ./",
        files={"now": "-> /src/a.txt"},
        put={"src/a.txt": "x\n"},
    ),
    copied(
        "copy-of-a-symlink-out-of-the-context",
        "it stays inside",
        "COPY now ./",
        files={"now": "-> ../../src/a.txt"},
        put={"src/a.txt": "x\n"},
    ),
    copied(
        "copy-of-a-directory-with-a-symlink-target-edited",
        "the link's text alone",
        "COPY links ./links",
        files={"links/now": "-> ../src/a.txt"},
        put={"src/a.txt": "x\n"},
    ),
    copied(
        "copy-wildcard-symlink",
        "it is followed",
        "COPY no* ./",
        files={"now": "-> src/a.txt"},
        put={"src/a.txt": "x\n"},
    ),
    copied("copy-to-the-same-directory", "relative to WORKDIR", "COPY app.py .", "COPY app.py /app/"),
    copied(
        "copy-from-another-directory",
        "the base name counts, not the directory",
        "COPY src/x.txt .",
        "COPY docs/x.txt .",
        files={"src/x.txt": "x\n", "docs/x.txt": "x\n"},
    ),
    copied("copy-of-a-directory-edited", "its content", "COPY src ./src", put={"src/b.txt": "x\n"}),
    copied("copy-of-a-directory-other-edited", "not below it", "COPY src ./src", put={"docs/notes.md": "x\n"}),
    copied("copy-of-a-directory-with-a-slash", "cleaned", "COPY src ./src", "COPY src/ ./src"),
    copied(
        "copy-of-a-directory-to-a-slash",
        "the destination as written, though the result is the same",
        "COPY src ./src",
        "COPY src ./src/",
    ),
    copied("copy-of-a-directory-with-a-dot", "cleaned", "COPY src ./src", "COPY src/. ./src"),
    copied(
        "copy-of-a-directory-renamed",
        "the base name counts, of a directory too",
        "COPY src ./x",
        "COPY lib ./x",
        put={"src/a.txt": None, "src/b.txt": None, "lib/a.txt": "a\n", "lib/b.txt": "b\n"},
    ),
    copied("copy-of-a-directory-mode", "the directory's own mode", "COPY src ./src", chmod={"src": 0o700}),
    copied("copy-of-a-file-mode-of-its-directory", "not the directory's", "COPY src/a.txt ./", chmod={"src": 0o700}),
    copied(
        "copy-of-a-chain-of-symlinks",
        "they are followed",
        "COPY mid ./",
        files={**LINKS, "mid": "-> now"},
        put={"src/a.txt": "x\n"},
    ),
    copied(
        "copy-of-a-chain-of-symlinks-retargeted-equal",
        "the same bytes",
        "COPY mid ./",
        files={**LINKS, "mid": "-> now"},
        put={"mid": "-> src/a.txt"},
    ),
    copied(
        "copy-of-a-symlink-to-a-directory-with-a-slash",
        "it is followed",
        "COPY lib/ ./lib",
        files=LINKS,
        put={"src/a.txt": "x\n"},
    ),
    copied(
        "copy-of-a-symlink-to-a-directory-other-edited",
        "not below it",
        "COPY lib ./lib",
        files=LINKS,
        put={"app.py": "x\n"},
    ),
    copied(
        "copy-of-a-symlink-to-a-directory-retargeted-equal",
        "the same content",
        "COPY lib ./lib",
        files={**LINKS, "same/a.txt": "a\n", "same/b.txt": "b\n"},
        put={"lib": "-> same"},
    ),
    copied(
        "copy-of-a-symlink-whose-target-is-ignored",
        "the build fails",
        "COPY now ./",
        files=LINKS,
        put={".dockerignore": "src\n"},
    ),
    copied(
        "copy-of-an-empty-directory-filled",
        "its content",
        "COPY tmp ./tmp",
        files={"tmp/": ""},
        put={"tmp/": None, "tmp/x": "1\n"},
    ),
    copied(
        "copy-of-a-directory-that-becomes-empty",
        "its content",
        "COPY docs ./docs",
        put={"docs/notes.md": None, "docs/": ""},
    ),
    copied(
        "copy-of-a-file-in-a-renamed-directory",
        "the base name counts",
        "COPY src/a.txt ./",
        "COPY lib/a.txt ./",
        put={"src/a.txt": None, "lib/a.txt": "a\n"},
    ),
)
