"""The files of a commit."""

from __future__ import annotations

import pytest
from amounts import share_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from locales import IN_UTF_8
from repositories import Repository

from lightship.cache.selection.context_tree import blob_id
from lightship.context.files import LONGEST_READ, File, FileKind
from lightship.errors import GitError
from lightship.history import open_history


def test_files_have_their_sizes_modes_and_ids(repository):
    repository.commit({"run.sh": "#!/bin/sh\n", "a/b/c.txt": "text", "link": "-> a/b"})
    tree = open_history(str(repository.root)).tree("HEAD")
    assert dict(tree.files) == {
        "run.sh": File("run.sh", 10, 0o755),
        "a/b/c.txt": File("a/b/c.txt", 4, 0o644),
        "link": File("link", 3, 0o777, FileKind.SYMLINK),
    }
    assert (
        tree.identity("a/b/c.txt")
        == blob_id(b"text")
        == repository.git("rev-parse", "HEAD:a/b/c.txt")
    )
    assert tree.identity("link") == blob_id(b"a/b")
    assert (
        tree.read("a/b/c.txt"),
        tree.read("link"),
        tree.read("a/b"),
        tree.read("none"),
    ) == (
        b"text",
        b"a/b",
        None,
        None,
    )


def test_a_file_that_is_too_long_has_a_size_and_no_bytes(repository):
    repository.commit(
        {"most": b"\0" * LONGEST_READ, "more": b"\0" * (LONGEST_READ + 1)}
    )
    tree = open_history(str(repository.root)).tree()
    assert len(tree.read("most")) == LONGEST_READ
    assert tree.read("more") is None
    assert tree.files["more"].size == LONGEST_READ + 1


def test_a_context_in_a_subdirectory_has_only_its_own_files(repository):
    first = repository.commit(
        {
            "other": "1",
            "deep/app/a": "1",
            "deep/app/sub/b": "2",
            "deep/application": "3",
        }
    )
    repository.commit(
        {"deep/app/a": None, "deep/app/sub/b": None, "deep/app": "now a file"}
    )
    repository.write({"deep/app": None, "deep/app/new": ""})
    history = open_history(str(repository.root / "deep" / "app"))
    assert (history.root, history.prefix) == (str(repository.root), "deep/app")
    assert set(history.tree(first).files) == {"a", "sub/b"}
    assert set(history.tree("HEAD").files) == set()
    assert history.read(first, "other") == b"1"


def test_a_context_behind_a_symlink_is_where_the_symlink_leads(repository, tmp_path):
    repository.commit({"app/a": "1"})
    (tmp_path / "link").symlink_to(repository.root / "app")
    assert open_history(str(tmp_path / "link")).prefix == "app"


@IN_UTF_8
def test_names_that_are_not_utf_8_are_as_the_disk_has_them(repository):
    name = b"caf\xe9/\xff.txt".decode("utf-8", "surrogateescape")
    repository.commit({name: "1", "café": "2", "two\nlines": "3"})
    history = open_history(str(repository.root))
    assert set(history.tree().files) == {name, "café", "two\nlines"}
    assert history.read("HEAD", name) == b"1"
    assert {
        path for path in history.working_tree().files if not path.startswith(".git")
    } >= {
        name,
        "café",
        "two\nlines",
    }


def test_a_submodule_is_an_empty_directory(repository, tmp_path):
    inner = Repository(tmp_path / "inner")
    inner.commit({"x": "1"})
    repository.commit({"a": "1"})
    repository.git("submodule", "--quiet", "add", str(inner.root), "libs/inner")
    repository.commit()
    history = open_history(str(repository.root))
    assert history.tree().files["libs/inner"] == File(
        "libs/inner", 0, 0o755, FileKind.DIRECTORY
    )
    assert history.tree().read("libs/inner") is None
    assert history.tree().identity("libs/inner") == ""
    inside = open_history(str(repository.root / "libs" / "inner"))
    assert (inside.root, set(inside.tree().files)) == (
        str(repository.root / "libs" / "inner"),
        {"x"},
    )


def test_symlinks_are_followed_by_read_and_never_out_of_the_repository(repository):
    repository.commit(
        {
            "docker/Dockerfile.prod": "FROM scratch",
            "Dockerfile": "-> docker/Dockerfile.prod",
            "docker/up": "-> ../Dockerfile",
            "folder": "-> docker",
            "out": "-> ../../etc/passwd",
            "absolute": "-> /etc/passwd",
            "loop": "-> loop",
            "loop1": "-> loop2/x",
            "loop2": "-> loop1/x",
        }
    )
    history = open_history(str(repository.root))
    for path in (
        "Dockerfile",
        "docker/up",
        "folder/up",
        "./folder//Dockerfile.prod",
        "docker/../Dockerfile",
    ):
        assert history.read("HEAD", path) == b"FROM scratch", path
    for path in (
        "out",
        "absolute",
        "loop",
        "loop1",
        "docker",
        "none",
        "none/x",
        "../x",
        "Dockerfile/x",
        "",
    ):
        assert history.read("HEAD", path) is None, path


def test_entries_that_git_never_checks_out_are_left_out_and_named(repository):
    blob = repository.blob(b"x")
    inner = repository.tree([("100644", b"file", blob)])
    rows = [
        ("100644", b"good", blob),
        ("100644", b"..", blob),
        ("40000", b".git", inner),
        ("100644", b"a/b", blob),
    ]
    repository.commit_tree(repository.tree(rows))
    history = open_history(str(repository.root))
    assert set(history.tree().files) == {"good"}
    assert ".., .git, a/b" in " ".join(history.walk(1).notes)


def test_modes_of_the_first_versions_of_git_are_files(repository):
    blob = repository.blob(b"x")
    repository.commit_tree(
        repository.tree([("100664", b"a", blob), ("100775", b"b", blob)])
    )
    assert [
        file.mode for file in open_history(str(repository.root)).tree().files.values()
    ] == [0o644, 0o755]


@pytest.mark.parametrize("mode", ["0", "10644", "140000"])
def test_an_entry_of_no_known_kind_is_an_error(repository, mode):
    repository.commit_tree(repository.tree([(mode, b"a", repository.blob(b"x"))]))
    with pytest.raises(GitError, match=f"an entry with invalid mode {mode}"):
        open_history(str(repository.root)).tree()


def test_a_tree_with_more_files_than_any_disk_is_refused(repository):
    blob = repository.blob(b"x")
    tree = repository.tree([("100644", b"%d" % number, blob) for number in range(64)])
    for _ in range(6):
        tree = repository.tree(
            [("40000", b"%d" % number, tree) for number in range(64)]
        )
    repository.commit_tree(tree)
    with pytest.raises(GitError, match="2,000,000"):
        open_history(str(repository.root)).tree()


def test_a_tree_that_is_deeper_than_any_path_is_refused(repository):
    tree = repository.tree([("100644", b"a", repository.blob(b"x"))])
    for _ in range(30):
        tree = repository.tree([("40000", b"n" * 200, tree)])
    repository.commit_tree(tree)
    with pytest.raises(GitError, match="too deep"):
        open_history(str(repository.root)).tree()


ROWS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                b"100644",
                b"40000",
                b"120000",
                b"160000",
                b"0",
                b"",
                b"9",
                b"100644 x",
                b"17777777777",
            ]
        ),
        st.binary(max_size=4) | st.sampled_from([b"..", b".git", b"a/b"]),
        st.sampled_from(["blob", "tree", "none", "short"]),
    ),
    max_size=4,
)


@settings(
    max_examples=share_of(40),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ROWS)
def test_law_any_bytes_are_a_tree_or_an_error(repository, rows):
    blob = repository.blob(b"x")
    ids = {
        "blob": blob,
        "tree": repository.tree([("100644", b"f", blob)]),
        "none": "ab" * 20,
        "short": "ab",
    }
    data = b"".join(
        mode + b" " + name + b"\0" + bytes.fromhex(ids[kind])
        for mode, name, kind in rows
    )
    made = repository.git(
        "hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=data
    )
    repository.commit_tree(made)
    history = open_history(str(repository.root))
    try:
        paths = set(history.tree().files)
        revisions = list(history.walk(1).revisions)
    except GitError:
        return
    assert len(revisions) == 1
    for path in paths:
        assert not {"..", ".git", ""} & set(path.split("/"))
