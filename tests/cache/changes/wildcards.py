"""Changes of what the wildcards of COPY match, and of what ADD takes."""

from __future__ import annotations

import io
import tarfile

from cache.change import copied


def archive(content: str, name: str = "f", time: int = 0) -> bytes:
    """A tar archive with one file."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as made:
        info = tarfile.TarInfo(name)
        info.size, info.mtime = len(content), time
        made.addfile(info, io.BytesIO(content.encode()))
    return buffer.getvalue()


TAR = {"x.tar": archive("1")}
DATA = {
    "data/a.txt": "a\n",
    "data/b.txt": "b\n",
    "data/c.md": "c\n",
    "data/sub/d.txt": "d\n",
}
STAR = "COPY data/*.txt ./"

CHANGES = (
    copied(
        "copy-of-a-directory-by-wildcard",
        "a pattern is another step",
        "COPY src ./",
        "COPY src/* ./",
    ),
    copied(
        "copy-wildcard-other-edited",
        "it does not match",
        STAR,
        files=DATA,
        put={"data/c.md": "x\n"},
    ),
    copied(
        "copy-wildcard-other-added",
        "it does not match",
        STAR,
        files=DATA,
        put={"data/e.md": "x\n", "data/sub/e.txt": "x\n"},
    ),
    copied(
        "copy-wildcard-edited",
        "it matches",
        STAR,
        files=DATA,
        put={"data/a.txt": "x\n"},
    ),
    copied(
        "copy-wildcard-added", "it matches", STAR, files=DATA, put={"data/e.txt": "x\n"}
    ),
    copied(
        "copy-wildcard-removed",
        "it matched",
        STAR,
        files=DATA,
        put={"data/b.txt": None},
    ),
    copied(
        "copy-wildcard-renamed",
        "names are in the key",
        STAR,
        files=DATA,
        put={"data/b.txt": None, "data/e.txt": "b\n"},
    ),
    copied(
        "copy-wildcard-swapped",
        "names are in the key",
        STAR,
        files=DATA,
        put={"data/b.txt": "a\n", "data/a.txt": "b\n"},
    ),
    copied(
        "copy-wildcard-touched", "times are in no key", STAR, files=DATA, touch=["*"]
    ),
    copied(
        "copy-wildcard-directory-added",
        "a directory matches, with all below it",
        STAR,
        files=DATA,
        put={"data/e.txt/f": "x\n"},
    ),
    copied(
        "copy-wildcard-directory-edited",
        "a directory matches",
        "COPY data/s* ./",
        files=DATA,
        put={"data/sub/d.txt": "x\n"},
    ),
    copied(
        "copy-wildcard-of-directories",
        "it matches",
        "COPY */a.txt ./",
        files=DATA,
        put={"data/a.txt": "x\n"},
    ),
    copied(
        "copy-wildcard-of-directories-moved",
        "the same name and bytes in another directory",
        "COPY d*/a.txt ./",
        files=DATA,
        put={"data/a.txt": None, "docs/a.txt": "a\n"},
    ),
    copied(
        "copy-wildcard-instead-of-a-name",
        "another step",
        "COPY data/a.txt ./",
        "COPY data/a.tx* ./",
        files=DATA,
    ),
    copied(
        "copy-wildcard-respelled",
        "another pattern, the same files",
        STAR,
        "COPY data/?.txt ./",
        files=DATA,
    ),
    copied(
        "copy-wildcard-class",
        "one character of a class",
        "COPY data/[ab].txt ./",
        files=DATA,
        put={"data/c.txt": "x\n"},
    ),
    copied(
        "copy-wildcard-of-another-directory",
        "the base name of the pattern counts",
        STAR,
        "COPY other/*.txt ./",
        files={**DATA, "other/a.txt": "a\n", "other/b.txt": "b\n"},
    ),
    copied(
        "copy-wildcard-matches-nothing",
        "the build fails",
        STAR,
        files=DATA,
        put={"data/a.txt": None, "data/b.txt": None},
    ),
    copied(
        "copy-wildcard-matches-nothing-at-the-root",
        "the root is always there, and empty",
        "COPY data.* ./",
        files={"data.txt": "1\n"},
        put={"data.txt": None},
    ),
    copied(
        "copy-wildcard-matches-nothing-before-and-after",
        "nothing is taken",
        "COPY data.* ./",
        put={"app.py": "x\n"},
    ),
    copied(
        "copy-wildcard-matches-nothing-in-a-sent-directory",
        "its directory is there for another COPY",
        f"{STAR}\nCOPY data/sub ./sub",
        files=DATA,
        put={"data/a.txt": None, "data/b.txt": None},
    ),
    copied(
        "copy-wildcard-of-an-optional-file",
        "it is there now",
        "COPY app.py optional* ./",
        put={"optional.txt": "1\n"},
    ),
    copied(
        "copy-wildcard-of-an-optional-file-still-none",
        "it matches nothing before and after",
        "COPY app.py optional* ./",
        put={"other.txt": "1\n"},
    ),
    copied("add-instead-of-copy", "an ADD may unpack", "COPY app.py .", "ADD app.py ."),
    copied("add-file-edited", "as COPY", "ADD app.py .", put={"app.py": "x\n"}),
    copied(
        "add-directory-edited", "as COPY", "ADD src ./src", put={"src/a.txt": "x\n"}
    ),
    copied("add-directory-touched", "as COPY", "ADD src ./src", touch=["*"]),
    copied(
        "add-archive-edited",
        "its bytes",
        "ADD x.tar ./",
        files=TAR,
        put={"x.tar": archive("2")},
    ),
    copied(
        "add-archive-touched", "as COPY", "ADD x.tar ./", files=TAR, touch=["x.tar"]
    ),
    copied(
        "add-archive-with-other-times-inside",
        "its bytes, not what it holds",
        "ADD x.tar ./",
        files=TAR,
        put={"x.tar": archive("1", time=9)},
    ),
    copied(
        "add-archive-renamed",
        "the base name",
        "ADD x.tar ./",
        "ADD y.tar ./",
        files=TAR,
        put={"x.tar": None, "y.tar": archive("1")},
    ),
    copied(
        "copy-archive-instead-of-add",
        "it is not unpacked",
        "ADD x.tar ./",
        "COPY x.tar ./",
        files=TAR,
    ),
    copied(
        "copy-wildcard-of-a-symlink-to-a-directory",
        "it is followed",
        "COPY li* ./",
        files={"lib": "-> src"},
        put={"src/a.txt": "x\n"},
    ),
    copied(
        "copy-wildcard-below-a-symlink",
        "it is followed",
        "COPY lib/*.txt ./",
        files={"lib": "-> src"},
        put={"src/a.txt": "x\n"},
    ),
    copied(
        "copy-wildcard-below-a-symlink-new-file",
        "it is followed",
        "COPY lib/*.txt ./",
        files={"lib": "-> src"},
        put={"src/c.txt": "x\n"},
    ),
    copied(
        "copy-wildcards-that-overlap",
        "either",
        "COPY data/a* data/*.txt ./",
        files=DATA,
        put={"data/b.txt": "x\n"},
    ),
    copied(
        "copy-wildcard-of-hidden-files",
        "a star matches a dot",
        "COPY * ./",
        put={".hidden": "x\n"},
    ),
    copied(
        "copy-wildcard-in-two-places",
        "every one",
        "COPY */*.txt ./",
        files=DATA,
        put={"data/b.txt": "x\n"},
    ),
    copied(
        "copy-wildcard-mode-of-a-directory-above",
        "not that of a directory above",
        STAR,
        files=DATA,
        chmod={"data": 0o700},
    ),
    copied(
        "copy-wildcard-mode-of-a-match",
        "modes are in the key",
        STAR,
        files=DATA,
        chmod={"data/a.txt": 0o600},
    ),
    copied(
        "copy-wildcard-empty-directory-added",
        "it matches",
        STAR,
        files=DATA,
        put={"data/e.txt/": ""},
    ),
    copied(
        "copy-wildcard-directory-mode",
        "it matches",
        "COPY data/s* ./",
        files=DATA,
        chmod={"data/sub": 0o700},
    ),
)
