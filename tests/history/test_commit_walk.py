"""The last commits of a branch, and what each changed."""

from __future__ import annotations

import pytest
from amounts import share_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from locales import IN_UTF_8
from repositories import Repository, git

from lightship.cache.selection.context_tree import ContextChange
from lightship.context.files import File, FileKind
from lightship.errors import GitError
from lightship.history import open_history


def replayed(walk):
    """The files of each commit by applying the changes to the start; path to (File, identity)."""
    files = {
        path: (file, walk.start.identity(path))
        for path, file in walk.start.files.items()
    }
    for revision in walk.revisions:
        for change in revision.changes:
            if change.file is None:
                del files[change.path]
            else:
                files[change.path] = (change.file, change.identity)
        yield revision.commit, dict(files)


def holds(history, walk):
    """The law: changes applied to the start give each commit's tree."""
    commits = []
    for commit, files in replayed(walk):
        tree = history.tree(commit.id)
        assert files == {
            path: (file, tree.identity(path)) for path, file in tree.files.items()
        }
        commits.append(commit)
    assert tuple(commits) == walk.commits


def paths(walk):
    return [[change.path for change in revision.changes] for revision in walk.revisions]


def test_the_last_commits_come_oldest_first_on_top_of_the_one_before(repository):
    ids = [
        repository.commit({"a": str(number)}, f"commit {number}\n\nbody")
        for number in range(5)
    ]
    history = open_history(str(repository.root))
    walk = history.walk(3)
    assert walk.start_commit.id == ids[1]
    assert walk.start.read("a") == b"1"
    assert [revision.commit.id for revision in walk.revisions] == ids[2:]
    assert [commit.subject for commit in walk.commits] == [
        "commit 2",
        "commit 3",
        "commit 4",
    ]
    assert walk.commits[0].time + 60 == walk.commits[1].time
    assert (walk.commits[0].parents, walk.notes) == (1, ())
    assert paths(walk) == paths(walk) == [["a"], ["a"], ["a"]]
    holds(history, walk)


def test_where_history_begins_the_start_is_empty(repository):
    first = repository.commit({"a": "1", "b/c": "2"})
    repository.commit({"a": "2"})
    walk = open_history(str(repository.root)).walk(10)
    assert (dict(walk.start.files), walk.start_commit) == ({}, None)
    assert walk.commits[0].id == first
    assert paths(walk) == [["a", "b/c"], ["a"]]
    assert walk.notes == (
        "history has only 2 of the 10 commits asked for: the first is built from scratch",
    )


def test_exactly_as_many_commits_as_asked_for_begin_with_nothing(repository):
    repository.commit({"a": "1"})
    walk = open_history(str(repository.root)).walk(1)
    assert (walk.start_commit, paths(walk), walk.notes) == (None, [["a"]], ())


def test_a_file_becomes_a_directory_and_back(repository):
    repository.commit({"a": "1", "b/x": "1", "b/y": "1"})
    repository.commit(
        {"a": None, "a/inner": "2", "b/x": None, "b/y": None, "b": "now a file"}
    )
    repository.commit({"a/inner": None, "a": "1", "b": None})
    history = open_history(str(repository.root))
    walk = history.walk(2)
    assert paths(walk) == [["a", "a/inner", "b", "b/x", "b/y"], ["a", "a/inner", "b"]]
    holds(history, walk)


def test_modes_links_and_renames_are_changes(repository):
    repository.commit({"a": "1", "b": "2", "c": "target", "same": "s"})
    (repository.root / "a").chmod(0o755)
    repository.commit({"b": None, "moved": "2", "c": "-> target"})
    walk = open_history(str(repository.root)).walk(1)
    assert [
        (change.path, change.file) for change in next(iter(walk.revisions)).changes
    ] == [
        ("a", File("a", 1, 0o755)),
        ("b", None),
        ("c", File("c", 6, 0o777, FileKind.SYMLINK)),
        ("moved", File("moved", 1, 0o644)),
    ]


def test_changes_elsewhere_are_none_of_a_context_in_a_subdirectory(repository):
    repository.commit({"app/a": "1", "b": "1"})
    repository.commit({"b": "2"})
    repository.commit({"app/a": None, "app": "a file"})
    repository.commit({"app": None, "app/a": "3"})
    history = open_history(str(repository.root / "app"))
    assert paths(history.walk(3)) == [[], ["a"], ["a"]]
    assert paths(history.walk(9)) == [["a"], [], ["a"], ["a"]]
    holds(history, history.walk(9))


def test_a_merge_is_one_step_of_all_that_it_brings(repository):
    repository.commit({"a": "1"})
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit({"b": "1"})
    repository.commit({"c": "1"})
    repository.git("checkout", "--quiet", "main")
    repository.commit({"a": "2"})
    repository.git("merge", "--quiet", "--no-ff", "-m", "merge", "side")
    walk = open_history(str(repository.root)).walk(2)
    assert paths(walk) == [["a"], ["b", "c"]]
    assert [commit.parents for commit in walk.commits] == [1, 2]
    assert walk.notes == (
        "1 of 2 commits are merges, each counted as one build of all its changes",
    )


def test_a_history_of_merges_alone(repository):
    repository.commit({"a": "0"})
    for number in range(10):
        repository.git("checkout", "--quiet", "-b", f"side{number}")
        repository.commit({f"f{number}": "1"})
        repository.git("checkout", "--quiet", "main")
        repository.git("merge", "--quiet", "--no-ff", "-m", "merge", f"side{number}")
    history = open_history(str(repository.root))
    walk = history.walk(10)
    assert paths(walk) == [[f"f{number}"] for number in range(10)]
    holds(history, walk)


def test_a_shallow_clone_is_walked_from_where_it_ends(repository, tmp_path):
    ids = [repository.commit({"a": str(number), "b": "same"}) for number in range(6)]
    git(tmp_path, "clone", "--quiet", "--depth=4", f"file://{repository.root}", "clone")
    history = open_history(str(tmp_path / "clone"))
    walk = history.walk(10)
    assert walk.start_commit.id == ids[2]
    assert paths(walk) == [["a"], ["a"], ["a"]]
    assert " ".join(walk.notes) == (
        f"this shallow clone has only 3 of the 10 commits asked for ({ids[2][:12]} fills the cache): "
        "run `git fetch --unshallow`"
    )
    assert history.walk(2).notes == ()
    holds(history, walk)


def test_a_shallow_clone_of_one_commit(repository, tmp_path):
    repository.commit({"a": "1"})
    last = repository.commit({"a": "2"})
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repository.root}", "clone")
    walk = open_history(str(tmp_path / "clone")).walk(5)
    assert ([commit.id for commit in walk.commits], walk.start_commit, paths(walk)) == (
        [last],
        None,
        [["a"]],
    )
    assert (
        f"1 of the 5 commits asked for ({last[:12]} is built from scratch)"
        in walk.notes[0]
    )


def test_a_partial_clone_says_what_it_has_not(repository, tmp_path):
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.commit({"a": "1"})
    repository.commit({"a": "22"})
    git(
        tmp_path,
        "clone",
        "--quiet",
        "--no-checkout",
        "--filter=blob:none",
        f"file://{repository.root}",
        "clone",
    )
    history = open_history(str(tmp_path / "clone"))
    walk = history.walk(1)
    assert paths(walk) == [["a"]]
    assert walk.start.files["a"].size == 0
    assert walk.notes == (
        "this clone is partial: size and content of 2 files are unknown",
    )
    with pytest.raises(
        GitError,
        match=r"is missing; this clone is partial: `git fetch --refetch --no-filter`",
    ):
        walk.start.read("a")
    git(tmp_path / "clone", "fetch", "--quiet", "--refetch", "--no-filter")
    assert open_history(str(tmp_path / "clone")).tree("HEAD~1").read("a") == b"1"


def test_submodules_are_named_and_their_commits_are_no_changes(repository, tmp_path):
    inner = Repository(tmp_path / "inner")
    inner.commit({"x": "1"})
    repository.commit({"a": "1"})
    repository.git("submodule", "--quiet", "add", str(inner.root), "inner")
    repository.commit()
    inner.commit({"x": "2"})
    repository.git("submodule", "--quiet", "update", "--remote")
    repository.commit()
    repository.git("rm", "--quiet", "-f", "inner")
    repository.commit({"inner/file": "1"})
    history = open_history(str(repository.root))
    walk = history.walk(3)
    assert paths(walk) == [
        [".gitmodules", "inner"],
        [],
        [".gitmodules", "inner", "inner/file"],
    ]
    assert (
        ContextChange("inner", File("inner", 0, 0o755, FileKind.DIRECTORY))
        in next(iter(walk.revisions)).changes
    )
    assert "submodules (inner) count as empty directories" in " ".join(
        history.walk(1).notes
    )
    holds(history, walk)


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n"


def test_pointers_of_lfs_are_counted(repository):
    attributes = "*.bin filter=lfs diff=lfs merge=lfs -text\n"
    pointer = POINTER.format("a" * 64)
    repository.commit({"x.bin": pointer, "y.txt": "z" * 130})
    history = open_history(str(repository.root))
    assert not any("LFS" in note for note in history.walk(1).notes), (
        "nothing says that it is more than text"
    )
    blobs = [("100644", name, repository.blob(text.encode())) for name, text in
             [(b".gitattributes", attributes), (b"x.bin", pointer), (b"y.txt", "z" * 130)]]  # fmt: skip
    repository.commit_tree(repository.tree(blobs))
    assert "1 file is kept in Git LFS" in " ".join(
        open_history(str(repository.root)).walk(1).notes
    )


def test_attributes_above_the_context_speak_of_lfs_too(repository):
    pointer = POINTER.format("b" * 64)
    inner = repository.tree([("100644", b"x.bin", repository.blob(pointer.encode()))])
    attributes = repository.blob(b"*.bin filter=lfs\n")
    repository.commit_tree(
        repository.tree(
            [("100644", b".gitattributes", attributes), ("40000", b"app", inner)]
        )
    )
    (repository.root / "app").mkdir()
    assert "1 file is kept in Git LFS" in " ".join(
        open_history(str(repository.root / "app")).walk(1).notes
    )


def test_what_strangers_wrote_is_made_plain(repository):
    tree = repository.tree([])
    head = f"tree {tree}\nauthor B\x1b[2Jad\xe9 <> 99999999999999 +0000\ncommitter x <> 99999999999999 +0000\n\n"
    data = head.encode("latin-1") + b"\n \x1b]0;title\x07 caf\xe9\nmore"
    made = repository.git(
        "hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=data
    )
    commit = open_history(str(repository.root)).resolve(made)
    assert commit.subject == "?]0;title? caf\ufffd"
    assert commit.time == 253_402_300_799


@IN_UTF_8
@pytest.mark.parametrize("name", ["dev", "feature/x", "naïve"])
def test_a_branch_by_its_name(repository, name):
    repository.commit({"a": "1"})
    repository.git("checkout", "--quiet", "-b", name)
    last = repository.commit({"a": "2"})
    repository.git("checkout", "--quiet", "--detach", "main")
    repository.git("tag", name, "main")
    history = open_history(str(repository.root))
    assert history.walk(1, name).commits[0].id == last, "a branch comes before a tag"
    assert history.walk(1).commits[0].id == repository.git("rev-parse", "main"), (
        "HEAD is detached"
    )


def test_a_branch_of_the_remote_is_found_by_its_short_name(repository, tmp_path):
    repository.commit({"a": "1"})
    repository.git("branch", "dev")
    last = repository.git("rev-parse", "dev")
    git(tmp_path, "clone", "--quiet", f"file://{repository.root}", "clone")
    history = open_history(str(tmp_path / "clone"))
    assert [
        history.walk(1, name).commits[0].id
        for name in ("dev", "origin/dev", "origin/main", "HEAD")
    ] == [last] * 4


def test_a_branch_that_there_is_not(repository):
    repository.commit({"a": "1"})
    with pytest.raises(GitError, match="has no branch 'nothing'; it has main"):
        open_history(str(repository.root)).walk(1, "nothing")


PATHS = st.lists(st.sampled_from(["a", "b", "d", "é"]), min_size=1, max_size=3).map(
    "/".join
)
STEPS = st.lists(
    st.dictionaries(PATHS, st.sampled_from([None, "1", "2", "-> x", "#!"]), max_size=5),
    min_size=1,
    max_size=6,
)


@IN_UTF_8
@settings(
    max_examples=share_of(10),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(STEPS)
def test_law_changes_applied_to_the_start_give_each_commit(tmp_path_factory, steps):
    made = Repository(tmp_path_factory.mktemp("law"))
    for step in steps:
        made.commit(step)
    history = open_history(str(made.root))
    for commit in history.walk(99).commits:
        rows = made.git("ls-tree", "-r", "-z", commit.id).split("\0")[:-1]
        expected = {row.partition("\t")[2]: row.split()[2] for row in rows}
        tree = history.tree(commit.id)
        assert {path: tree.identity(path) for path in tree.files} == expected
    holds(history, history.walk(99))
    holds(history, history.walk(max(len(steps) - 1, 1)))
