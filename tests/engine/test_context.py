"""What a real engine gets of a build context is what `lightship context` says: which files, and how many bytes."""

from __future__ import annotations

import os
import re
import shutil
import stat
from pathlib import Path

import pytest
from engine.engine_process import Engine

from lightship.build import Build
from lightship.context.files import FileKind
from lightship.dockerfile.parse import parse
from lightship.files.folder_context import open_whole_context
from lightship.inspection.context.context_report import ContextReport
from lightship.inspection.context.inspect_context import inspect_context

pytestmark = pytest.mark.engine

IGNORE = "gone\n!gone/but\nhollow\n!hollow/a\nhollow\n**/*.md\n"
SIZES = {
    "src/a.py": 40_000,
    "src/deep/b.py": 20_000,
    "data/x.csv": 300_000,
    "data/y.csv": 70_000,
    "req.txt": 500,
}
SIZES |= {"docs/c.pdf": 90_000, "old/src/a.py": 30_000}
UNITS = {"B": 1, "kB": 1000, "MB": 1_000_000}
SENT = re.compile(r"transferring context: ([0-9.]+)([kM]?B) .*done")


def report_of(root: Path) -> ContextReport:
    text = (root / "Dockerfile").read_text(encoding="utf-8")
    context, walked = open_whole_context(str(root), str(root / "Dockerfile"))
    return inspect_context(Build(parse(text), context, {}, None, "Dockerfile"), walked)


def awkward(root: Path) -> None:
    """A context with all that a file system has."""
    for path in (
        "a.txt",
        "gone/a",
        "gone/but/b",
        "gone/but/c.md",
        "hollow/a",
        "hollow/b",
        "deep/er/c",
        ".git/HEAD",
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path, encoding="utf-8")
    (root / "empty/inside").mkdir(parents=True)
    (root / os.fsdecode(b"no\xffutf8")).write_text("1")
    os.link(root / "a.txt", root / "hard")
    for name, target in {
        "link": "a.txt",
        "broken": "nowhere",
        "folder": "deep",
        "up": "../..",
        "loop": "loop",
    }.items():
        (root / name).symlink_to(target)
    os.mkfifo(root / "pipe")
    os.mknod(root / "device", 0o600 | stat.S_IFCHR, os.makedev(1, 3))
    # made as bind() would make it, which takes short paths only
    os.mknod(root / "sock", 0o600 | stat.S_IFSOCK)
    (root / ".dockerignore").write_text(IGNORE, encoding="utf-8")
    (root / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")


def arrived(root: Path) -> tuple[dict[str, os.stat_result], set[str]]:
    """Each entry but directories, and the directories."""
    files, directories = {}, set()
    for at, folders, names in os.walk(root):
        for name in (*folders, *names):
            path = os.path.join(at, name)
            relative = os.path.relpath(path, root)
            status = os.lstat(path)
            if stat.S_ISDIR(status.st_mode):
                directories.add(relative)
            else:
                files[relative] = status
    return files, directories


def test_what_arrives_is_what_we_say(
    docker: Engine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = Path("/tmp") / f"c{os.getpid()}"  # the name of a socket is short
    folder.mkdir()
    out = tmp_path_factory.mktemp("out")
    try:
        awkward(folder)
        report = report_of(folder)
        docker.docker(
            "buildx", "build", "--output", f"type=local,dest={out}", str(folder)
        )
    finally:
        shutil.rmtree(folder)
    files, directories = arrived(out)
    assert sorted(files) == [file.path for file in report.sent]
    assert sorted(directories) == list(report.directories)
    hollow = dict(report.hollow)
    assert set(hollow) == {"hollow/a", "sock"}
    for file in report.sent:
        status = files[file.path]
        assert stat.S_ISLNK(status.st_mode) == (file.kind is FileKind.SYMLINK)
        if file.kind is FileKind.FILE:
            assert status.st_size == (0 if file.path in hollow else file.size)
            assert stat.S_IMODE(status.st_mode) == file.mode
        kind = report.walked.kinds.get(file.path, "")
        assert (stat.S_ISFIFO(status.st_mode), stat.S_ISCHR(status.st_mode)) == (
            kind == "fifo",
            kind == "device",
        )


@pytest.mark.parametrize(
    "text",
    [
        "COPY src /s/",
        "COPY data/*.csv req.txt /s/",
        "COPY now /s/",
        "COPY links/* /s/",
        "ADD ./src/../docs /s/",
        "COPY . /s/",
        "COPY src/a.py /s/\nCOPY src /t/",
        "COPY nothing* req.txt /s/",
    ],
)
def test_the_bytes_that_are_sent_are_those_we_say(
    docker: Engine, tmp_path: Path, text: str
) -> None:
    for path, size in SIZES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(os.urandom(size))
    (tmp_path / "now").symlink_to("old")
    (tmp_path / "links").mkdir()
    (tmp_path / "links/r.txt").symlink_to("../data/y.csv")
    (tmp_path / "Dockerfile").write_text(f"FROM scratch\n{text}\n", encoding="utf-8")
    found = report_of(tmp_path).transfer
    assert found is not None
    options = ("--progress", "plain", "--output", "type=cacheonly")
    done = docker.tried("buildx", "build", *options, str(tmp_path), both=True)
    assert done.status == 0, done.output
    number, unit = SENT.findall(done.output.partition("load build context")[2])[-1]
    overhead = float(number) * UNITS[unit] - found.amount.size
    assert 0 <= overhead <= 3000 + found.amount.size * 0.01
