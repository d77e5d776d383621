"""Real repositories for tests, made by git itself with no configuration but their own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path


class Repository:
    """A repository with a working tree; `write` and `commit` are what a user does."""

    def __init__(self, root: Path, *init: str) -> None:
        self.root = root
        self.now = 1_700_000_000
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main", *init)

    def git(self, *arguments: str, stdin: bytes | None = None) -> str:
        return git(self.root, *arguments, stdin=stdin, now=self.now)

    def write(self, files: dict[str, str | bytes | None]) -> None:
        """Files by path; None removes one, `-> x` makes a symlink, `#!` a program."""
        for path, content in files.items():
            full = self.cleared(path)
            data = content.encode() if isinstance(content, str) else content
            if data is not None:
                os.makedirs(os.path.dirname(full), exist_ok=True)
            if data is not None and data.startswith(b"-> "):
                os.symlink(data[3:], full)
            elif data is not None:
                with open(full, "wb") as file:
                    file.write(data)
                if data.startswith(b"#!"):
                    os.chmod(full, 0o755)

    def cleared(self, path: str) -> bytes:
        """The place of a path on the disk, after what stands there or, as a file, on the way there was removed."""
        place = os.fsencode(self.root)
        names = os.fsencode(path).split(b"/")
        for name in names:
            place = os.path.join(place, name)
            if os.path.islink(place) or os.path.isfile(place):
                os.unlink(place)
        if os.path.isdir(place):
            shutil.rmtree(place)
        return place

    def commit(
        self,
        files: dict[str, str | bytes | None] | None = None,
        message: str = "a change",
    ) -> str:
        """The id of a new commit of everything in the working tree, after these files were written."""
        self.write(files or {})
        self.now += 60
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def tree(self, rows: list[tuple[str, bytes, str]]) -> str:
        """A tree object of (mode, name, id), which need not be one that git would write."""
        data = b"".join(
            mode.encode() + b" " + name + b"\0" + bytes.fromhex(id_)
            for mode, name, id_ in rows
        )
        return self.git(
            "hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=data
        )

    def blob(self, content: bytes) -> str:
        return self.git("hash-object", "-w", "--stdin", stdin=content)

    def commit_tree(self, tree: str, *parents: str, message: str = "made") -> str:
        above = [word for parent in parents for word in ("-p", parent)]
        made = self.git("commit-tree", tree, *above, "-m", message)
        self.git("update-ref", "refs/heads/main", made)
        return made


def git(
    where: Path, *arguments: str, stdin: bytes | None = None, now: int = 1_700_000_000
) -> str:
    """What git prints, without the last line's end."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(where),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "A. Author",
        "GIT_AUTHOR_EMAIL": "author@example.com",
        "GIT_COMMITTER_NAME": "C. Committer",
        "GIT_COMMITTER_EMAIL": "committer@example.com",
        "GIT_AUTHOR_DATE": f"{now} +0000",
        "GIT_COMMITTER_DATE": f"{now} +0000",
    }
    command = ["git", "-c", "protocol.file.allow=always", *arguments]
    done = subprocess.run(
        command,
        cwd=where,
        env=environment,
        input=stdin,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, (arguments, done.stderr.decode())
    return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")
