"""The files on a disk, compared with those of a commit."""

from __future__ import annotations

import hashlib
import os

import pytest
from repositories import Repository, git

from lightship.cache.selection.context_tree import blob_id
from lightship.context.files import FileKind
from lightship.errors import GitError
from lightship.history import open_history


def changed(root, ref="HEAD"):
    """The paths, outside .git, that are not as in the commit; sizes aside, since those of the disk count."""
    history = open_history(str(root))
    disk, commit = seen(history.working_tree(ref)), seen(history.tree(ref))
    return {
        path
        for path in disk.keys() | commit.keys()
        if disk.get(path) != commit.get(path)
    }


def seen(tree):
    return {
        path: (file.kind, file.mode, tree.identity(path))
        for path, file in tree.files.items()
        if file.kind is not FileKind.DIRECTORY and path.split("/")[0] != ".git"
    }


def test_a_clean_working_tree_is_as_its_commit(repository):
    repository.commit({"a": "1", "run": "#!", "d/link": "-> ../a", "d/e": ""})
    assert changed(repository.root) == set()


def test_whatever_a_user_did_is_a_change(repository):
    names = ["text", "mode", "gone", "linked", "same"]
    repository.commit(
        dict.fromkeys(names, "1")
        | {"link": "-> a", "folder": "1", ".gitignore": "ignored\n"}
    )
    repository.write(
        {
            "text": "2",
            "gone": None,
            "linked": "-> same",
            "link": "-> b",
            "folder/x": "1",
            "new": "",
            "ignored": "x",
        }
    )
    (repository.root / "mode").chmod(0o755)
    expected = {
        "text",
        "mode",
        "gone",
        "linked",
        "link",
        "folder",
        "folder/x",
        "new",
        "ignored",
    }
    assert changed(repository.root) == expected


def test_git_s_own_files_are_there_as_docker_sends_them(repository):
    repository.commit({"a": "1", "app/b": "1"})
    tree = open_history(str(repository.root)).working_tree()
    assert tree.read(".git/HEAD") == b"ref: refs/heads/main\n"
    assert tree.files[".git/objects"].kind is FileKind.DIRECTORY
    assert set(open_history(str(repository.root / "app")).working_tree().files) == {"b"}


def test_it_is_compared_with_any_commit(repository):
    repository.commit({"a": "1", "b": "1"})
    repository.commit({"a": "2"})
    assert changed(repository.root, "HEAD~1") == {"a"}
    with pytest.raises(GitError, match="has no commit"):
        open_history(str(repository.root)).working_tree("none")


@pytest.mark.parametrize("how", ["autocrlf", "eol", "text", "auto", "in .git/info"])
def test_line_ends_that_git_makes_are_no_change(repository, tmp_path, how):
    attributes = {
        "eol": "*.txt eol=crlf\n",
        "text": "*.txt text\n",
        "auto": "* text=auto\n",
    }.get(how, "")
    repository.commit(
        {
            "a.txt": "1\n2\n",
            "sub/b.txt": "x\n",
            ".gitattributes": attributes,
            "binary": b"\0\n",
        }
    )
    git(tmp_path, "clone", "--quiet", "--no-checkout", str(repository.root), "clone")
    clone = tmp_path / "clone"
    git(
        clone,
        "config",
        *(("core.autocrlf", "true") if how == "autocrlf" else ("core.eol", "crlf")),
    )
    if how == "in .git/info":
        (clone / ".git" / "info").mkdir(exist_ok=True)
        (clone / ".git" / "info" / "attributes").write_text("*.txt text\n")
    git(clone, "checkout", "--quiet", "main")
    assert (clone / "a.txt").read_bytes() == b"1\r\n2\r\n"
    assert changed(clone) == set()
    (clone / "a.txt").write_bytes(b"1\r\n3\r\n")
    assert changed(clone) == {"a.txt"}
    assert open_history(str(clone)).working_tree().read("a.txt") == b"1\r\n3\r\n"


def test_line_ends_that_a_user_made_are_a_change(repository):
    repository.commit({"a.txt": "1\n"})
    repository.write({"a.txt": "1\r\n"})
    assert changed(repository.root) == {"a.txt"}


def test_a_context_below_the_root_has_the_attributes_above_it(repository):
    repository.commit({".gitattributes": "*.txt text\n", "app/a.txt": "1\n"})
    repository.write({"app/a.txt": "1\r\n"})
    history = open_history(str(repository.root / "app"))
    assert history.working_tree().identity("a.txt") == blob_id(b"1\n")


def test_a_file_of_lfs_is_its_pointer(repository):
    content = os.urandom(5000)
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n"
    pointer = pointer.format(hashlib.sha256(content).hexdigest(), len(content))
    repository.commit({"x.bin": pointer, "y.bin": pointer})
    repository.write({"x.bin": content, "y.bin": content[::-1]})
    tree = open_history(str(repository.root)).working_tree()
    assert tree.identity("x.bin") == blob_id(pointer.encode())
    assert tree.identity("y.bin") == blob_id(content[::-1])
    assert (tree.files["x.bin"].size, tree.read("x.bin")) == (5000, content)


@pytest.mark.parametrize("umask", [0o002, 0o007, 0o022, 0o027, 0o077, 0o000])
def test_a_umask_is_no_change(repository, tmp_path, umask):
    repository.commit({"a": "1", "b": "1", "c": "1", "run": "#!"})
    before = os.umask(umask)
    try:
        git(tmp_path, "clone", "--quiet", str(repository.root), "clone")
    finally:
        os.umask(before)
    clone = tmp_path / "clone"
    assert (clone / "a").stat().st_mode & 0o777 == 0o666 & ~umask
    assert changed(clone) == set()
    (clone / "a").chmod(0o777 & ~umask)
    (clone / "b").chmod(0o604)
    (clone / "run").chmod(0o4755)
    assert changed(clone) == {"a", "b", "run"}


def test_a_long_file_is_hashed_without_memory(repository):
    import resource

    repository.commit({"a": "1"})
    with (repository.root / "a").open("wb") as file:
        file.truncate(1 << 28)
    tree = open_history(str(repository.root)).working_tree()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert len(tree.identity("a")) == 40
    assert tree.files["a"].size == 1 << 28
    assert tree.read("a") is None
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_pipes_and_links_are_neither_opened_nor_followed(repository, tmp_path):
    repository.commit({"a": "1", "b": "1", ".gitattributes": "* text\n"})
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("x")
    repository.write(
        {
            "a": None,
            "loop": "-> .",
            "out": "-> ../outside",
            "dead": "-> nowhere",
            ".gitattributes": None,
        }
    )
    os.mkfifo(repository.root / "a")
    os.mkfifo(repository.root / ".gitattributes")
    repository.write({"b": "1\r\n"})
    tree = open_history(str(repository.root)).working_tree()
    own = {path for path in tree.files if path.split("/")[0] != ".git"}
    assert own == {"a", "b", "loop", "out", "dead", ".gitattributes"}
    assert tree.read("a") is None
    assert tree.identity("a") == "fifo"
    assert (tree.read("out"), tree.identity("loop")) == (b"../outside", blob_id(b"."))
    assert tree.identity("b") == blob_id(b"1\r\n")


def test_the_index_is_neither_needed_nor_read(repository):
    repository.commit({"a": "1"})
    (repository.root / ".git" / "index").write_bytes(b"nothing of git's")
    assert changed(repository.root) == set()


def test_a_submodule_that_is_checked_out_has_its_files(repository, tmp_path):
    inner = Repository(tmp_path / "inner")
    inner.commit({"x": "1"})
    repository.git("submodule", "--quiet", "add", str(inner.root), "inner")
    repository.commit()
    history = open_history(str(repository.root))
    tree = history.working_tree()
    assert (
        tree.files["inner"].kind
        is FileKind.DIRECTORY
        is history.tree().files["inner"].kind
    )
    assert tree.identity("inner/x") == blob_id(b"1")
