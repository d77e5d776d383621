from __future__ import annotations

import os
import stat

import pytest

from lightship import workspace
from lightship.cache.tree import blob_id
from lightship.errors import FileError


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make(root, *paths):
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("FROM scratch\n")


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile",
        "dockerfile",
        "Dockerfile.dev",
        "api.Dockerfile",
        "api.dockerfile",
        "Containerfile",
        "Containerfile.x",
    ],
)
def test_what_is_a_dockerfile(name):
    assert workspace.is_dockerfile(name)


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile.dockerignore",
        "Dockerfile.j2",
        "Dockerfile.md",
        "Dockerfile~",
        "Dockerfiles",
        "MyDockerfile",
        ".dockerignore",
    ],
)
def test_what_is_not(name):
    assert not workspace.is_dockerfile(name)


def test_directories_are_searched_in_order(root):
    make(
        root,
        "b/Dockerfile",
        "a/x.Dockerfile",
        "a/Dockerfile",
        "Dockerfile",
        "a/README.md",
        "a/z/Containerfile",
    )
    assert list(workspace.find(["."])) == [
        "Dockerfile",
        "a/Dockerfile",
        "a/x.Dockerfile",
        "a/z/Containerfile",
        "b/Dockerfile",
    ]
    assert list(workspace.find(["b", "a/README.md", "b/Dockerfile"])) == [
        "b/Dockerfile",
        "a/README.md",
    ]


def test_gitignore_is_honoured_at_every_level(root):
    make(
        root,
        "out/Dockerfile",
        "a/Dockerfile",
        "a/keep/Dockerfile",
        "a/drop/Dockerfile",
        "b/c.Dockerfile",
        "b/d.Dockerfile",
    )
    (root / ".gitignore").write_text("out/\n*.Dockerfile\n/a/drop\n")
    (root / "b/.gitignore").write_text("!d.Dockerfile\n")
    assert list(workspace.find(["."])) == [
        "a/Dockerfile",
        "a/keep/Dockerfile",
        "b/d.Dockerfile",
    ]


def test_gitignore_above_counts_inside_a_repository_alone(root):
    make(root, "repo/sub/a.Dockerfile", "repo/sub/b.Dockerfile")
    (root / ".gitignore").write_text("b.Dockerfile\n")
    (root / "repo/.gitignore").write_text("a.Dockerfile\n")
    assert len(list(workspace.find(["repo/sub"]))) == 2
    (root / "repo/.git").mkdir()
    assert list(workspace.find(["repo/sub"])) == ["repo/sub/b.Dockerfile"]


def test_what_is_named_is_wanted_even_when_it_is_ignored(root):
    (root / ".git").mkdir()
    make(root, "out/Dockerfile")
    (root / ".gitignore").write_text("out/\n")
    assert list(workspace.find(["out"])) == ["out/Dockerfile"]
    assert list(workspace.find(["out/Dockerfile"])) == ["out/Dockerfile"]
    assert list(workspace.find(["."])) == []


def test_excluded_patterns(root):
    make(root, "vendor/Dockerfile", "a/vendor/Dockerfile", "b/Dockerfile")
    assert list(
        workspace.find(["."], [workspace.gitignored(str(root), ["/vendor/"])])
    ) == [
        "a/vendor/Dockerfile",
        "b/Dockerfile",
    ]


def test_links_make_no_loops_and_dangling_ones_no_errors(root):
    make(root, "a/Dockerfile", ".git/Dockerfile", "node_modules/x/Dockerfile")
    os.symlink(root, root / "a/loop")
    os.symlink("nowhere", root / "a/Dockerfile.dangling")
    os.symlink("Dockerfile", root / "a/Dockerfile.linked")
    assert list(workspace.find(["."])) == ["a/Dockerfile", "a/Dockerfile.linked"]


def test_pipes_are_not_found(root):
    os.mkfifo(root / "Dockerfile")
    assert list(workspace.find(["."])) == []


def test_a_file_that_cannot_be_read_is_an_error_of_ours(root):
    for path in ("nowhere", ".", "a\0b"):
        with pytest.raises(FileError, match="cannot read"):
            workspace.read(path)


def test_writing_keeps_mode_and_link_and_leaves_nothing_behind(root):
    make(root, "real/Dockerfile")
    (root / "real/Dockerfile").chmod(0o604)
    os.symlink("real/Dockerfile", root / "Dockerfile")
    workspace.write("Dockerfile", b"FROM a\r\n\xff")
    assert (root / "real/Dockerfile").read_bytes() == b"FROM a\r\n\xff"
    assert stat.S_IMODE((root / "real/Dockerfile").stat().st_mode) == 0o604
    assert (root / "Dockerfile").is_symlink()
    assert os.listdir(root / "real") == ["Dockerfile"]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away"
)
def test_writing_keeps_the_owner(root):
    make(root, "Dockerfile")
    os.chown("Dockerfile", 1234, 2345)
    workspace.write("Dockerfile", b"")
    assert (os.stat("Dockerfile").st_uid, os.stat("Dockerfile").st_gid) == (1234, 2345)


def test_a_new_file_gets_the_usual_mode(root):
    before = os.umask(0o027)
    try:
        workspace.write("new", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat("new").st_mode) == 0o640


def test_a_write_that_fails_leaves_the_file_as_it_was(root, monkeypatch):
    make(root, "Dockerfile")
    monkeypatch.setattr(
        os,
        "fsync",
        lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")),
    )
    with pytest.raises(FileError, match="cannot write Dockerfile: No space left"):
        workspace.write("Dockerfile", b"half")
    assert (root / "Dockerfile").read_text() == "FROM scratch\n"
    assert os.listdir(root) == ["Dockerfile"]


@pytest.mark.parametrize("path", ["no/where", "."])
def test_where_nothing_can_be_written(root, path):
    with pytest.raises(FileError, match="cannot write"):
        workspace.write(path, b"")


def test_a_context_reads_only_regular_files(root):
    make(root, "app/a/b.txt", "app/.git/config")
    os.mkfifo(root / "app/pipe")
    os.symlink("a", root / "app/link")
    context = workspace.open_context("app", "app/Dockerfile")
    assert context.read("a/b.txt") == "FROM scratch\n"
    assert context.read("pipe") is None
    assert context.read("../Dockerfile") is None
    assert {(file.path, file.kind.value) for file in context.files} == {
        (".git", "closed"),
        ("a/b.txt", "file"),
        ("link", "symlink"),
        ("pipe", "file"),
    }
    assert context.dockerfile == "Dockerfile"


def test_a_context_that_is_no_directory(root):
    with pytest.raises(FileError, match="cannot read the build context nowhere"):
        workspace.open_context("nowhere", "Dockerfile")


@pytest.mark.parametrize(
    ("path", "root_path", "expected"),
    [
        ("a/Dockerfile", "a", "Dockerfile"),
        ("a/b", ".", "a/b"),
        ("b", "a", None),
        ("..x/b", ".", "..x/b"),
    ],
)
def test_a_path_inside(root, path, root_path, expected):
    assert workspace.path_inside(path, root_path) == expected


def test_a_tree_of_a_folder_is_all_that_lies_below_it(root):
    make(root, "app/a/b.txt", "app/.git/config", "app/node_modules/x", "app/run.sh")
    os.mkfifo(root / "app/pipe")
    os.symlink("../..", root / "app/a/loop")
    (root / "app/run.sh").chmod(0o750)
    (root / "app/empty").mkdir()
    tree = workspace.folder_tree("app")
    assert {path: file.kind.value for path, file in tree.files.items()} == {
        ".git": "directory",
        ".git/config": "file",
        "a": "directory",
        "a/b.txt": "file",
        "a/loop": "symlink",
        "empty": "directory",
        "node_modules": "directory",
        "node_modules/x": "file",
        "pipe": "file",
        "run.sh": "file",
    }
    assert list(tree.files) == sorted(tree.files)
    assert (tree.files["run.sh"].mode, tree.files["a/b.txt"].size) == (0o750, 13)
    assert (
        tree.identity("a/b.txt")
        == tree.identity("run.sh")
        == blob_id(b"FROM scratch\n")
    )
    assert (tree.identity("a/loop"), tree.read("a/loop")) == (
        blob_id(b"../.."),
        b"../..",
    )
    assert (
        tree.identity("pipe"),
        tree.read("pipe"),
        tree.identity("a"),
        tree.read("a"),
    ) == ("fifo", None, "", None)
    assert tree.read("none") is None


def test_a_file_of_a_tree_that_became_something_else_is_an_error(root):
    make(root, "app/a", "app/b", "app/c")
    tree = workspace.folder_tree("app")
    os.replace("app/b", "app/a")
    os.mkfifo("app/b")
    assert tree.identity("a") == blob_id(b"FROM scratch\n")
    with pytest.raises(FileError, match="cannot read app/b: not a regular file"):
        tree.identity("b")
    os.unlink("app/c")
    os.symlink("b", "app/c")
    with pytest.raises(FileError, match="cannot read app/c"):
        tree.identity("c")


def test_a_tree_of_no_folder(root):
    with pytest.raises(FileError, match="cannot read the directory nowhere"):
        workspace.folder_tree("nowhere")
