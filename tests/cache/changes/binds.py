"""Changes of RUN's bind mounts, and of what they mount."""

from __future__ import annotations

from cache.change import change, mounted

BIND = "type=bind,source=requirements.txt,target=/r"
FROM_STAGE = """\
FROM base AS one
RUN echo x > /f
FROM base
RUN --mount=from=one,source=/f,target=/f cat /f
RUN echo a
"""

CHANGES = (
    mounted("bind-added", "a mount more", "", BIND),
    mounted(
        "bind-file-touched",
        "times are in no key",
        BIND,
        BIND,
        touch=["requirements.txt"],
    ),
    mounted(
        "bind-file-edited",
        "the content is in the key",
        BIND,
        BIND,
        put={"requirements.txt": "x\n"},
    ),
    mounted(
        "bind-other-file-edited",
        "only what is mounted",
        BIND,
        BIND,
        put={"app.py": "x\n"},
    ),
    mounted(
        "bind-source-mode",
        "the mode is in the key",
        BIND,
        BIND,
        chmod={"requirements.txt": 0o600},
    ),
    mounted(
        "bind-source-moved",
        "the source's path is not in the key",
        BIND,
        "type=bind,source=src/r.txt,target=/r",
        put={"src/r.txt": "flask\n", "requirements.txt": None},
    ),
    mounted(
        "bind-source-other-bytes",
        "another content",
        BIND,
        "type=bind,source=src/a.txt,target=/r",
    ),
    mounted(
        "bind-source-copied",
        "the same bytes elsewhere in the same context",
        BIND,
        "type=bind,source=src/r.txt,target=/r",
        files={"src/r.txt": "flask\n"},
    ),
    mounted(
        "bind-target", "the target", BIND, "type=bind,source=requirements.txt,target=/s"
    ),
    mounted(
        "bind-default-type",
        "bind is the default",
        BIND,
        BIND.removeprefix("type=bind,"),
    ),
    mounted("bind-readonly", "what it is anyway", BIND, f"{BIND},ro"),
    mounted("bind-writable", "a flag of the mount", BIND, f"{BIND},rw"),
    mounted(
        "bind-writable-file-edited",
        "the content",
        f"{BIND},rw",
        f"{BIND},rw",
        put={"requirements.txt": "x\n"},
    ),
    mounted(
        "bind-writable-other-file-edited",
        "only what is mounted",
        f"{BIND},rw",
        f"{BIND},rw",
        put={"app.py": "x\n"},
    ),
    mounted(
        "bind-context-edited",
        "all of the context is in the key",
        "target=/c",
        "target=/c",
        put={"docs/notes.md": "x\n"},
    ),
    mounted(
        "bind-context-touched",
        "times are in no key",
        "target=/c",
        "target=/c",
        touch=["*"],
    ),
    mounted(
        "bind-context-ignored-file-edited",
        "it is not sent",
        "target=/c",
        "target=/c",
        put={"debug.log": "x\n"},
    ),
    mounted(
        "bind-directory-edited",
        "its content",
        "source=src,target=/c",
        "source=src,target=/c",
        put={"src/a.txt": "x\n"},
    ),
    mounted(
        "bind-directory-new-file",
        "its content",
        "source=src,target=/c",
        "source=src,target=/c",
        put={"src/c.txt": "x\n"},
    ),
    mounted(
        "bind-directory-other-file-edited",
        "not below it",
        "source=src,target=/c",
        "source=src,target=/c",
        put={"app.py": "x\n"},
    ),
    mounted(
        "bind-directory-with-a-slash",
        "cleaned",
        "source=src,target=/c",
        "source=src/,target=/c",
    ),
    mounted(
        "bind-symlink-retargeted",
        "links are followed",
        "source=now,target=/c",
        "source=now,target=/c",
        files={"now": "-> src/a.txt"},
        put={"now": "-> src/b.txt"},
    ),
    mounted(
        "bind-symlink-target-edited",
        "links are followed",
        "source=now,target=/c",
        "source=now,target=/c",
        files={"now": "-> src/a.txt"},
        put={"src/a.txt": "x\n"},
    ),
    mounted(
        "bind-symlink-instead-of-a-file",
        "links are followed",
        BIND,
        BIND,
        put={"requirements.txt": "-> src/r.txt", "src/r.txt": "flask\n"},
    ),
    mounted(
        "bind-source-gone",
        "the build fails",
        BIND,
        BIND,
        put={"requirements.txt": None},
    ),
    change(
        "bind-file-and-run-before",
        "the parent is not hashed by content",
        ("echo x", "echo  x"),
        dockerfile="FROM base\nRUN echo x\nRUN --mount=source=requirements.txt,target=/r cat /r\n",
    ),
    change(
        "bind-from-a-stage-equal",
        "the stage ran anew, to the same bytes",
        ("echo x", "echo  x"),
        dockerfile=FROM_STAGE,
    ),
    change(
        "bind-from-a-stage-edited",
        "other bytes",
        ("echo x", "echo y"),
        dockerfile=FROM_STAGE,
    ),
    change(
        "bind-from-a-stage-other-file",
        "not the file that is mounted",
        ("echo y", "echo z"),
        dockerfile=FROM_STAGE.replace("x > /f\n", "x > /f\nRUN echo y > /g\n"),
    ),
    change(
        "bind-whole-stage-equal",
        "the stage ran anew, to the same bytes",
        ("echo x", "echo  x"),
        dockerfile="FROM base AS one\nRUN echo x > /f\nFROM base\nRUN --mount=from=one,target=/one cat /one/f\n",
    ),
    change(
        "bind-writable-from-a-stage-equal",
        "by content, though it can be written to",
        ("echo x", "echo  x"),
        dockerfile="FROM base AS one\nRUN echo x > /f\nFROM base\nRUN --mount=from=one,target=/one,rw cat /one/f\n",
    ),
    change(
        "bind-from-an-image",
        "a different image",
        ("from=base:1", "from=base:2"),
        dockerfile="FROM base\nRUN --mount=from=base:1,source=/etc/passwd,target=/p cat /p\n",
        beyond="what an image holds: /etc/passwd is the same in both",
    ),
    mounted(
        "bind-directory-mode",
        "modes are in the key",
        "source=src,target=/c",
        "source=src,target=/c",
        chmod={"src": 0o700},
    ),
    mounted(
        "bind-directory-new-empty-directory",
        "its content",
        "source=src,target=/c",
        "source=src,target=/c",
        put={"src/x/": ""},
    ),
    mounted(
        "bind-context-mode-of-the-root",
        "the root itself is not sent",
        "target=/c",
        "target=/c",
        chmod={".": 0o700},
    ),
    mounted(
        "bind-directory-renamed",
        "the source's path is not in the key",
        "source=src,target=/c",
        "source=lib,target=/c",
        put={
            "src/a.txt": None,
            "src/b.txt": None,
            "lib/a.txt": "a\n",
            "lib/b.txt": "b\n",
        },
    ),
    mounted(
        "bind-target-relative",
        "below the working directory",
        "source=src,target=/app/c",
        "source=src,target=c",
    ),
    change(
        "binds-swapped",
        "mounts are sorted",
        (
            "source=src,target=/c --mount=source=docs,target=/d",
            "source=docs,target=/d --mount=source=src,target=/c",
        ),
        dockerfile="FROM base\nRUN --mount=source=src,target=/c --mount=source=docs,target=/d echo a\n",
    ),
    change(
        "bind-sources-swapped",
        "which is mounted where",
        (
            "source=src,target=/c --mount=source=docs,target=/d",
            "source=docs,target=/c --mount=source=src,target=/d",
        ),
        dockerfile="FROM base\nRUN --mount=source=src,target=/c --mount=source=docs,target=/d echo a\n",
    ),
    change(
        "bind-one-of-two-edited",
        "either",
        put={"docs/notes.md": "x\n"},
        dockerfile="FROM base\nRUN --mount=source=src,target=/c --mount=source=docs,target=/d echo a\n",
    ),
    change(
        "bind-with-a-cache-mount-edited",
        "the content is in the key",
        put={"src/a.txt": "x\n"},
        dockerfile="FROM base\nRUN --mount=source=src,target=/c --mount=type=cache,target=/d echo a\n",
    ),
    change(
        "bind-source-with-a-variable",
        "the environment",
        ("V=src", "V=docs"),
        dockerfile="FROM base\nARG V=src\nRUN --mount=source=$V,target=/c echo a\n",
    ),
)
