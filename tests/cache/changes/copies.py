"""Changes of COPY: operands and flags."""

from __future__ import annotations

from cache.change import change, copied

CHANGES = (
    copied("copy-source-respelled", "cleaned", "COPY app.py .", "COPY ./app.py ./"),
    copied(
        "copy-source-absolute",
        "from the root of the context",
        "COPY app.py .",
        "COPY /app.py .",
    ),
    copied("copy-source-with-dots", "cleaned", "COPY app.py .", "COPY src/../app.py ."),
    copied(
        "copy-in-json-form", "the same words", "COPY app.py .", 'COPY ["app.py", "."]'
    ),
    copied("copy-quoted", "quotes go", "COPY app.py .", 'COPY "app.py" .'),
    copied("copy-with-blanks", "words", "COPY app.py .", "COPY   app.py   ."),
    copied(
        "copy-to-a-path-without-a-slash",
        "a slash says that it is a directory",
        "COPY app.py ./",
        "COPY app.py /app",
    ),
    copied(
        "copy-to-a-file", "the destination", "COPY app.py .", "COPY app.py /app/app.py"
    ),
    copied("copy-elsewhere", "the destination", "COPY app.py .", "COPY app.py /srv/"),
    copied(
        "copy-variable-in-destination",
        "what it expands to",
        "ARG V=/srv\nCOPY app.py $V/",
        "ARG V=/opt\nCOPY app.py $V/",
    ),
    copied(
        "copy-then-chown",
        "an owner",
        "COPY app.py .",
        "COPY --chown=1000:1000 app.py .",
    ),
    copied(
        "copy-chown-of-root",
        "an owner that is said is not none",
        "COPY app.py .",
        "COPY --chown=0:0 app.py .",
    ),
    copied(
        "copy-chown-group-left-out",
        "no group is not the same number",
        "COPY --chown=1000:1000 app.py .",
        "COPY --chown=1000 app.py .",
    ),
    copied(
        "copy-chown-by-name",
        "a name is not its number",
        "COPY --chown=1000:1000 app.py .",
        "COPY --chown=app:app app.py .",
    ),
    copied(
        "copy-chown-in-quotes",
        "quotes go",
        "COPY --chown=1000 app.py .",
        'COPY --chown="1000" app.py .',
    ),
    copied("copy-chmod", "a mode", "COPY app.py .", "COPY --chmod=600 app.py ."),
    copied(
        "copy-chmod-as-it-is",
        "a mode is not none",
        "COPY app.py .",
        "COPY --chmod=644 app.py .",
    ),
    copied(
        "copy-chmod-with-a-zero",
        "the same number",
        "COPY --chmod=644 app.py .",
        "COPY --chmod=0644 app.py .",
    ),
    copied(
        "copy-chmod-over-a-files-mode",
        "the file's own mode is hashed too",
        "COPY --chmod=644 app.py .",
        chmod={"app.py": 0o600},
    ),
    copied(
        "copy-chmod-symbolic",
        "this frontend drops it",
        "COPY app.py .",
        "COPY --chmod=u+x app.py .",
        beyond="newer frontends read it",
    ),
    copied(
        "copy-flags-swapped",
        "no order",
        "COPY --chown=1 --chmod=644 app.py .",
        "COPY --chmod=644 --chown=1 app.py .",
    ),
    copied(
        "copy-link",
        "no effect on this store",
        "COPY app.py .",
        "COPY --link app.py .",
        beyond="the store decides",
    ),
    copied(
        "copy-of-another-name",
        "the base name counts",
        "COPY src/x.txt .",
        "COPY src/y.txt .",
        files={"src/x.txt": "x\n", "src/y.txt": "x\n"},
    ),
    copied(
        "copy-of-another-name-to-a-file",
        "the base name counts, though the destination names the file",
        "COPY src/x.txt z",
        "COPY src/y.txt z",
        files={"src/x.txt": "x\n", "src/y.txt": "x\n"},
    ),
    copied(
        "copy-two-sources-swapped",
        "in their order",
        "COPY src/a.txt src/b.txt ./",
        "COPY src/b.txt src/a.txt ./",
    ),
    copied(
        "copy-two-sources-split",
        "two steps",
        "COPY src/a.txt src/b.txt ./",
        "COPY src/a.txt ./\nCOPY src/b.txt ./",
    ),
    copied(
        "copy-two-sources-joined",
        "one step",
        "COPY src/a.txt ./\nCOPY src/b.txt ./",
        "COPY src/a.txt src/b.txt ./",
    ),
    copied(
        "copy-source-twice",
        "two actions",
        "COPY src/a.txt ./",
        "COPY src/a.txt src/a.txt ./",
    ),
    copied(
        "copy-of-several-one-edited",
        "any of them",
        "COPY app.py requirements.txt src ./",
        put={"src/b.txt": "x\n"},
    ),
    copied(
        "copy-of-several-other-edited",
        "none of them",
        "COPY app.py requirements.txt ./",
        put={"src/b.txt": "x\n"},
    ),
    copied(
        "copy-one-source-more",
        "another step",
        "COPY app.py ./",
        "COPY app.py requirements.txt ./",
    ),
    copied("copy-all-by-a-slash", "the root of the context", "COPY . .", "COPY / ."),
    copied("copy-all-by-a-star", "a wildcard is another step", "COPY . .", "COPY * ./"),
    copied(
        "copy-all-mode-of-the-root",
        "the root itself is not sent",
        "COPY . ./",
        chmod={".": 0o750},
    ),
    copied(
        "copy-of-nothing", "the build fails", "COPY app.py ./", put={"app.py": None}
    ),
    change(
        "copy-behind-another-run",
        "another parent",
        ("echo a", "echo b"),
        dockerfile="FROM base\nRUN echo a\nCOPY app.py /\nRUN echo c\n",
    ),
    change(
        "copies-swapped",
        "both",
        ("COPY src/a.txt /\nCOPY src/b.txt /", "COPY src/b.txt /\nCOPY src/a.txt /"),
        dockerfile="FROM base\nCOPY src/a.txt /\nCOPY src/b.txt /\nRUN echo a\n",
    ),
    change(
        "copy-chown-by-name-behind-another-run",
        "passwd and group of the parent are the same, the parent not",
        ("echo a", "echo b"),
        dockerfile="FROM base\nRUN echo a\nCOPY --chown=app app.py /\nRUN echo c\n",
    ),
    change(
        "copy-of-copied",
        "the second takes a file that did not change",
        put={"src/a.txt": "x\n"},
        dockerfile="FROM base\nCOPY src /src/\nCOPY app.py /\n",
    ),
    change(
        "copy-that-changes-nothing",
        "the same bytes over themselves, from a new file",
        put={"src/a.txt": "x\n"},
        dockerfile="FROM base\nCOPY src/a.txt /x\nCOPY src/b.txt /x\nRUN cat /x\n",
    ),
)
