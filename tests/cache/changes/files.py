"""Changes of the build context's files."""

from __future__ import annotations

from cache.change import change

LINKS = {"now": "-> app.py", "gone": "-> nowhere", "lib": "-> src"}
LARGE = b"0123456789" * 300_000
OTHERS = ("classic", "buildah")

CHANGES = (
    change("nothing", "the same tree in another folder: all hit", also=OTHERS),
    change("nothing-same-folder", "the same build again: all hit", same_path=True),
    change("touch", "the time of change is in no key", touch=["app.py"], also=OTHERS),
    change(
        "touch-same-folder",
        "the file is sent again, and is the same",
        touch=["app.py"],
        same_path=True,
    ),
    change("touch-all", "times are in no key", touch=["*"]),
    change(
        "edit", "COPY . . and what follows", put={"app.py": "print(2)\n"}, also=OTHERS
    ),
    change("edit-same-folder", "as edit", put={"app.py": "print(2)\n"}, same_path=True),
    change(
        "edit-of-a-manifest",
        "the first COPY and what follows",
        put={"requirements.txt": "django\n"},
        also=OTHERS,
    ),
    change(
        "edit-of-both",
        "the first COPY and what follows",
        put={"requirements.txt": "x\n", "app.py": "x\n"},
    ),
    change(
        "edit-of-the-same-size",
        "another time, another folder",
        put={"app.py": "print(3)\n"},
    ),
    change(
        "edit-of-the-same-size-same-folder",
        "another time: sent",
        put={"app.py": "print(3)\n"},
        same_path=True,
    ),
    change(
        "edit-of-the-same-size-and-time",
        "another folder: all is sent",
        put={"app.py": "print(3)\n"},
        same_time=True,
        also=OTHERS,
    ),
    change(
        "stale-edit",
        "the engine's stale hit: same size and time in the same folder, so that the file is not sent",
        put={"app.py": "print(3)\n"},
        same_time=True,
        same_path=True,
    ),
    change("edit-to-empty", "a file without bytes", put={"app.py": ""}),
    change("edit-of-line-ends", "bytes, not text", put={"app.py": "print(1)\r\n"}),
    change(
        "edit-of-the-last-byte-of-much",
        "every byte counts",
        files={"model.bin": LARGE},
        put={"model.bin": LARGE[:-1] + b"x"},
    ),
    change("chmod-600", "the mode is in the key", chmod={"app.py": 0o600}, also=OTHERS),
    change("chmod-executable", "as chmod-600", chmod={"app.py": 0o755}),
    change(
        "chmod-by-umask", "a checkout with another umask: 0664", chmod={"app.py": 0o664}
    ),
    change("chmod-set-uid", "as chmod-600", chmod={"app.py": 0o4644}),
    change(
        "chmod-of-a-manifest", "from its own COPY on", chmod={"requirements.txt": 0o600}
    ),
    change(
        "chmod-same-folder",
        "a file whose mode differs is sent again",
        chmod={"app.py": 0o600},
        same_path=True,
    ),
    change(
        "chmod-of-a-directory",
        "as that of a file",
        chmod={"src": 0o700},
        also=["classic"],
    ),
    change(
        "stale-chmod-of-a-directory",
        "the engine's stale hit: in the same folder the mode of a directory alone is not seen",
        chmod={"src": 0o700},
        same_path=True,
    ),
    change(
        "chmod-of-the-root",
        "the root of the context is a directory of it",
        chmod={".": 0o700},
    ),
    change(
        "chown-on-the-host", "the client sends no owners", chown=["app.py"], also=OTHERS
    ),
    change(
        "rename", "names are in the key", put={"src/a.txt": None, "src/c.txt": "a\n"}
    ),
    change(
        "rename-in-case", "names are exact", put={"src/a.txt": None, "src/A.txt": "a\n"}
    ),
    change(
        "rename-of-a-directory",
        "paths are in the key",
        put={"docs/notes.md": None, "doc/notes.md": "notes\n"},
    ),
    change(
        "move-up",
        "paths are in the key",
        put={"docs/notes.md": None, "notes.md": "notes\n"},
    ),
    change(
        "swap-of-contents",
        "which name has which bytes",
        put={"src/a.txt": "b\n", "src/b.txt": "a\n"},
    ),
    change("new-file", "COPY . . takes it", put={"src/c.txt": "c\n"}, also=OTHERS),
    change("new-empty-file", "a name alone counts", put={"src/c.txt": ""}),
    change("removed-file", "COPY . . misses it", put={"src/b.txt": None}),
    change("removed-directory", "with its last file", put={"docs/notes.md": None}),
    change(
        "removed-file-directory-stays",
        "the directory is left, empty",
        put={"docs/notes.md": None, "docs/": ""},
    ),
    change(
        "new-empty-directory",
        "directories are in the key",
        put={"tmp/": ""},
        also=["classic"],
    ),
    change(
        "new-empty-directory-same-folder",
        "as in another folder",
        put={"tmp/": ""},
        same_path=True,
    ),
    change(
        "removed-empty-directory",
        "as a new one",
        files={"tmp/": ""},
        put={"tmp/": None},
    ),
    change(
        "file-becomes-directory",
        "another type",
        put={"app.py": None, "app.py/": ""},
        dockerfile="FROM base\nCOPY . /x/\n",
    ),
    change(
        "file-becomes-symlink",
        "in a directory a link is hashed as a link",
        put={"src/b.txt": "-> a.txt"},
    ),
    change(
        "symlink-retargeted",
        "the target's text counts",
        files=LINKS,
        put={"now": "-> src/a.txt"},
    ),
    change(
        "symlink-respelled",
        "the target's text counts",
        files=LINKS,
        put={"now": "-> ./app.py"},
    ),
    change(
        "symlink-dangling-retargeted",
        "the target need not exist",
        files=LINKS,
        put={"gone": "-> nothing"},
    ),
    change(
        "symlink-target-edited",
        "the target is a file of the context too",
        files=LINKS,
        put={"app.py": "x\n"},
    ),
    change("symlink-touched", "times are in no key", files=LINKS, touch=["now", "lib"]),
    change("symlink-removed", "a name less", files=LINKS, put={"gone": None}),
    change("new-hard-link", "a name more", put={"src/c.txt": "=> a.txt"}),
    change(
        "hard-link-instead-of-a-copy",
        "not how names share their bytes",
        files={"src/c.txt": "a\n"},
        put={"src/c.txt": "=> a.txt"},
    ),
    change(
        "odd-names",
        "blanks and letters",
        files={"ä b.txt": "1\n"},
        put={"ä b.txt": "2\n"},
    ),
    change("deep", "any depth", files={"x/y/z/f": "1\n"}, put={"x/y/z/f": "2\n"}),
    change(
        "not-copied",
        "no COPY takes it",
        dockerfile="FROM base\nCOPY requirements.txt /\nRUN cat requirements.txt\nCOPY src /src/\nRUN cat /src/a.txt\n",
        put={"app.py": "print(2)\n", "new": "1\n"},
        also=OTHERS,
    ),
    change(
        "edit-and-revert",
        "the cache keeps both",
        put={"app.py": "print(2)\n"},
        revert=True,
    ),
    change(
        "edit-and-revert-same-folder",
        "as in others",
        put={"app.py": "print(2)\n"},
        revert=True,
        same_path=True,
    ),
)
