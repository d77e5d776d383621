"""Changes that .dockerignore decides on, and changes of it."""

from __future__ import annotations

from cache.change import change

NONE = {".dockerignore": None}
KEPT = {
    ".dockerignore": "*.log\n"
}  # Dockerfile and .dockerignore are themselves in the context
COMMENT = ("FROM base\n", "# a comment\nFROM base\n")


def ignoring(*patterns: str) -> dict[str, str]:
    """A .dockerignore of these patterns, that is not sent either."""
    return {
        ".dockerignore": "\n".join(("Dockerfile", ".dockerignore", *patterns)) + "\n"
    }


ALLOWED = ignoring("*", "!src", "!app.py", "!requirements.txt")

CHANGES = (
    change(
        "ignored-file-edited",
        "it is not sent",
        put={"debug.log": "2\n"},
        also=["classic", "buildah"],
    ),
    change("ignored-file-added", "it is not sent", put={"other.log": "2\n"}),
    change("ignored-file-removed", "it was not sent", put={"debug.log": None}),
    change(
        "ignored-below-the-root-is-not",
        "*.log is the root's alone",
        put={"src/x.log": "2\n"},
    ),
    change(
        "ignore-comment",
        ".dockerignore is not sent",
        put=ignoring("# why", "*.log"),
        also=["classic", "buildah"],
    ),
    change(
        "ignore-comment-sent",
        ".dockerignore is sent",
        files=KEPT,
        put={".dockerignore": "# why\n*.log\n"},
    ),
    change(
        "dockerfile-comment-sent",
        "the Dockerfile is sent",
        COMMENT,
        files=KEPT,
        also=["classic", "buildah"],
    ),
    change(
        "dockerfile-cmd-sent",
        "the Dockerfile is sent",
        ("RUN cat app.py\n", 'RUN cat app.py\nCMD ["x"]\n'),
        files=KEPT,
    ),
    change(
        "dockerfile-comment-outside",
        "the Dockerfile is not in the context",
        COMMENT,
        files=NONE,
        path=(None, None),
    ),
    change(
        "dockerfile-moved",
        "it is sent, under another name",
        files=KEPT,
        path=("Dockerfile", "docker/Dockerfile"),
    ),
    change(
        "dockerfile-moved-ignored",
        "neither is sent",
        files=ignoring("docker"),
        path=("Dockerfile", "docker/Dockerfile"),
    ),
    change("ignore-added", "it is a file of the context itself", files=NONE, put=KEPT),
    change("ignore-removed", "what it ignored is sent", files=KEPT, put=NONE),
    change(
        "ignore-of-a-directory",
        "docs is sent no more",
        put=ignoring("*.log", "docs"),
        also=["classic"],
    ),
    change("ignore-no-longer", "debug.log is sent", put=ignoring()),
    change(
        "ignore-of-nothing", "no such file", put=ignoring("*.log", "nothing", "build/")
    ),
    change("ignore-respelled", "the same files", put=ignoring("/*.log", "./other")),
    change(
        "ignore-reordered",
        "the last match wins",
        files=ignoring("*.log", "!debug.log"),
        put=ignoring("!debug.log", "*.log"),
    ),
    change("ignore-for-all-depths", "the same files", put=ignoring("**/*.log")),
    change(
        "ignored-directory-edited",
        "not sent",
        files=ignoring("docs"),
        put={"docs/notes.md": "2\n", "docs/x": ""},
    ),
    change(
        "ignored-directory-removed",
        "not sent",
        files=ignoring("docs"),
        put={"docs/notes.md": None},
    ),
    change(
        "ignored-content-removed",
        "docs itself is sent, empty, before and after",
        files=ignoring("docs/*"),
        put={"docs/notes.md": None, "docs/": ""},
    ),
    change(
        "ignored-content-and-directory-removed",
        "docs itself was sent",
        files=ignoring("docs/*"),
        put={"docs/notes.md": None},
    ),
    change(
        "ignored-by-suffix-and-directory-removed",
        "docs was sent",
        files=ignoring("**/*.md"),
        put={"docs/notes.md": None},
    ),
    change(
        "directory-with-ignored-files-alone",
        "an empty directory is sent",
        files=ignoring("**/*.md"),
        put={"more/x.md": "1\n"},
    ),
    change(
        "re-included-file",
        "docs/keep.md is sent, though docs is not",
        files={**ignoring("docs", "!docs/keep.md"), "docs/keep.md": "1\n"},
        put={"docs/keep.md": "2\n"},
    ),
    change(
        "beside-a-re-included-file",
        "docs/notes.md is not sent",
        files={**ignoring("docs", "!docs/keep.md"), "docs/keep.md": "1\n"},
        put={"docs/notes.md": "2\n"},
    ),
    change(
        "allowed-file",
        "what is allowed is sent",
        files=ALLOWED,
        put={"src/a.txt": "2\n"},
    ),
    change(
        "beside-allowed-files",
        "all else is not",
        files=ALLOWED,
        put={"README.md": "2\n", "docs/x": "1\n"},
    ),
    change(
        "new-file-in-an-allowed-directory",
        "it is sent",
        files=ALLOWED,
        put={"src/c.txt": "2\n"},
    ),
    change(
        "mode-of-an-allowed-directory",
        "it is sent",
        files=ALLOWED,
        chmod={"src": 0o700},
    ),
    change("allow-list-instead-of-a-deny-list", "docs is sent no more", put=ALLOWED),
    change(
        "own-ignore-file-wins",
        "Dockerfile.dockerignore alone counts",
        files={"Dockerfile.dockerignore": "*.log\nDockerfile*\n.dockerignore\n"},
        put={".dockerignore": "src\n"},
    ),
    change(
        "own-ignore-file-added",
        "Dockerfile.dockerignore takes over",
        put={"Dockerfile.dockerignore": "docs\n*.log\nDockerfile*\n.dockerignore\n"},
    ),
    change(
        "ignore-of-what-is-copied", "COPY requirements.txt fails", put=ignoring("*.txt")
    ),
)
