"""Which repositories open, which do not, and that none of them runs anything or is written to."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from repositories import Repository, git

from lightship.errors import GitError
from lightship.history import open_history


@pytest.fixture
def project(repository):
    repository.commit({"a": "1", "sub/b": "2"})
    repository.commit({"a": "2"})
    return repository


def opened(path):
    return open_history(str(path))


def refuses(path, pattern):
    with pytest.raises(GitError, match=pattern) as raised:
        opened(path)
    assert "\n" not in str(raised.value)


def test_what_a_ref_may_be(project):
    project.git("tag", "-a", "v1", "-m", "a tag", "HEAD~1")
    first, last = project.git("rev-parse", "HEAD~1"), project.git("rev-parse", "HEAD")
    history = opened(project.root)
    for ref, expected in {
        "HEAD": last,
        "main": last,
        "HEAD~1": first,
        "v1": first,
        "main^": first,
        last[:9]: last,
    }.items():
        assert history.resolve(ref).id == expected, ref


@pytest.mark.parametrize(
    "ref",
    [
        "",
        "none",
        "HEAD~9",
        "HEAD..main",
        "a\0b",
        "\udcff",
        "-x",
        "HEAD:a",
        "0" * 40,
        "main^{tree}",
    ],
)
def test_what_no_ref_is(project, ref):
    with pytest.raises(GitError, match="has no commit"):
        opened(project.root).resolve(ref)


def test_without_git(tmp_path):
    refuses(tmp_path, "is not in a git repository")
    refuses(tmp_path / "none", "not a directory")


def test_a_repository_without_commits(repository):
    repository.write({"a": "1"})
    history = opened(repository.root)
    for question in (
        history.resolve,
        history.tree,
        lambda: history.walk(5),
        lambda: history.read("HEAD", "a"),
    ):
        with pytest.raises(GitError, match="has no commits yet"):
            question()
    assert history.working_tree().read("a") == b"1"


def test_a_bare_repository(project, tmp_path):
    git(tmp_path, "clone", "--quiet", "--bare", str(project.root), "bare.git")
    history = opened(tmp_path / "bare.git")
    assert (history.root, history.prefix) == (None, "")
    assert set(history.tree().files) == {"a", "sub/b"}
    assert len(history.walk(5).commits) == 2
    with pytest.raises(GitError, match="bare repository"):
        history.working_tree()


def test_the_parts_of_a_repository_without_a_working_tree(project, tmp_path):
    parts = tmp_path / "parts"
    for name in ("objects", "refs"):
        shutil.copytree(project.root / ".git" / name, parts / name)
    shutil.copy(project.root / ".git" / "HEAD", parts)
    history = opened(parts)
    assert (history.root, history.prefix, set(history.tree().files)) == (
        None,
        "",
        {"a", "sub/b"},
    )


def test_a_working_tree_that_a_configuration_puts_elsewhere_is_not_read(
    project, tmp_path
):
    project.git("config", "core.worktree", "/etc")
    refuses(project.root, "is not a directory that git tracks")


def test_a_place_whose_name_is_not_utf_8(tmp_path):
    made = Repository(tmp_path / "caf\udce9" / "project")
    made.commit({"sub\udcff/a": "1"})
    history = opened(made.root / "sub\udcff")
    assert (history.root, history.prefix) == (str(made.root), "sub\udcff")
    assert history.working_tree().identity("a") == history.tree().identity("a")


def test_a_further_working_tree(project, tmp_path):
    project.git(
        "worktree", "add", "--quiet", "-b", "side", str(tmp_path / "further"), "HEAD~1"
    )
    history = opened(tmp_path / "further" / "sub")
    assert (history.root, history.prefix) == (str(tmp_path / "further"), "sub")
    assert history.resolve().id == project.git("rev-parse", "side")
    assert history.working_tree().identity("b") == history.tree().identity("b")


def test_the_directory_of_git_itself_is_no_context(project):
    refuses(
        project.root / ".git" / "refs",
        "is not a directory that git tracks",
    )


def test_objects_that_another_repository_lends(project, tmp_path):
    git(tmp_path, "clone", "--quiet", "--shared", str(project.root), "clone")
    assert len(opened(tmp_path / "clone").walk(5).commits) == 2


@pytest.mark.parametrize("form", ["--object-format=sha256", "--ref-format=reftable"])
def test_a_repository_of_a_form_that_libgit2_does_not_read(tmp_path, form):
    made = Repository(tmp_path / "made", form)
    refuses(made.root, "cannot read the git repository of .*: ")


@pytest.mark.parametrize("text", ["", "nonsense", "gitdir: nowhere", "gitdir: ."])
def test_a_git_file_that_leads_nowhere(tmp_path, text):
    (tmp_path / ".git").write_text(text, encoding="utf-8")
    refuses(tmp_path, "git")


@pytest.mark.parametrize(
    "text",
    [
        "[core",
        "[core]\nrepositoryformatversion = 99\n",
        "[extensions]\nfoo = 1\n[core]\nrepositoryformatversion = 1\n",
    ],
)
def test_a_configuration_that_git_would_not_take(project, text):
    (project.root / ".git" / "config").write_text(text, encoding="utf-8")
    refuses(project.root, "cannot read the git repository of")


def test_a_missing_object_is_named(project):
    id_ = project.git("rev-parse", "HEAD:sub")
    os.unlink(project.root / ".git" / "objects" / id_[:2] / id_[2:])
    with pytest.raises(GitError, match=f"object {id_} is missing; `git fsck`"):
        opened(project.root).tree()


@pytest.mark.parametrize("what", ["HEAD:sub", "HEAD:a"])
def test_a_corrupt_object_is_named(project, what):
    id_ = project.git("rev-parse", what)
    path = project.root / ".git" / "objects" / id_[:2] / id_[2:]
    path.chmod(0o644)
    path.write_bytes(b"nothing that zlib reads")
    with pytest.raises(GitError, match=f"object {id_} cannot be read"):
        opened(project.root).tree().read("a")


def test_a_missing_parent_is_named(project):
    id_ = project.git("rev-parse", "HEAD~1")
    os.unlink(project.root / ".git" / "objects" / id_[:2] / id_[2:])
    with pytest.raises(
        GitError, match=f"commit {id_}, the parent of another, cannot be read"
    ):
        opened(project.root).walk(5)


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_a_repository_of_another_user(project):
    for folder, _, files in os.walk(project.root):
        for name in (".", *files):
            os.chown(os.path.join(folder, name), 12345, 12345, follow_symlinks=False)
    history = opened(project.root)
    assert len(history.walk(5).commits) == 2
    assert history.working_tree().identity("a") == history.tree().identity("a")


PIPES = [
    "config",
    "packed-refs",
    "shallow",
    "HEAD",
    "commondir",
    "refs/heads/main",
    "objects/pack/pack-1.idx",
    "info/exclude",
]


@pytest.mark.parametrize("name", PIPES)
def test_a_pipe_in_a_repository_is_not_waited_for(project, name):
    place = project.root / ".git" / name
    place.unlink(missing_ok=True)
    os.mkfifo(place)
    refuses(project.root, "pipe or a device|not in a git repository|cannot read")


@pytest.mark.parametrize(
    "value", ["../pipe", '"../pi"pe', "../p\\\nipe", "more", "{root}/pipe", "../link"]
)
def test_a_pipe_that_a_configuration_includes_is_not_waited_for(project, value):
    os.mkfifo(project.root / "pipe")
    (project.root / "link").symlink_to("pipe")
    (project.root / ".git" / "more").write_text(
        '[includeIf "gitdir:/"]\n\tPATH=../pipe ; a comment\n'
    )
    with (project.root / ".git" / "config").open("a") as config:
        config.write(f"[include] path = {value.format(root=project.root)}\n")
    refuses(project.root, "pipe or a device")


def test_a_pipe_where_lent_objects_are(project, tmp_path):
    (tmp_path / "lent" / "pack").mkdir(parents=True)
    os.mkfifo(tmp_path / "lent" / "pack" / "pack-1.idx")
    (project.root / ".git" / "objects" / "info" / "alternates").write_text(
        f"{tmp_path}/lent\n", encoding="utf-8"
    )
    refuses(project.root, "pipe or a device")


def test_configurations_that_include_one_another_end(project):
    with (project.root / ".git" / "config").open("a") as config:
        config.write("[include]\n\tpath = config\n")
    refuses(project.root, "cannot read the git repository of")


def state(root):
    """All that is on the disk: modes, times, bytes."""
    found = {}
    for folder, _, files in os.walk(root):
        for name in (".", *files):
            path = os.path.join(folder, name)
            status = os.lstat(path)
            content = Path(path).read_bytes() if os.path.isfile(path) else b""
            found[path] = (
                status.st_mode,
                status.st_mtime_ns,
                status.st_ctime_ns,
                content,
            )
    return found


def test_nothing_is_run_and_nothing_is_written(project, tmp_path):
    marker, script = tmp_path / "marker", tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {marker}\ncat\n", encoding="utf-8")
    script.chmod(0o755)
    project.commit({"text.txt": "a\n", "$Id$": "x"})
    for hook in (
        "post-checkout",
        "reference-transaction",
        "post-index-change",
        "fsmonitor-watchman",
        "pre-auto-gc",
    ):
        shutil.copy(script, project.root / ".git" / "hooks" / hook)
    with (project.root / ".git" / "config").open("a") as config:
        config.write(
            f"[core]\n fsmonitor = {script}\n sshCommand = {script}\n pager = {script}\n editor = {script}\n"
            f" gitProxy = {script}\n askPass = {script}\n alternateRefsCommand = {script}\n hooksPath = .git/hooks\n"
            f'[filter "evil"]\n clean = {script}\n smudge = {script}\n process = {script}\n required = true\n'
            f'[diff "evil"]\n textconv = {script}\n command = {script}\n[diff]\n external = {script}\n'
            f'[merge "evil"]\n driver = {script}\n[credential]\n helper = !{script}\n[alias]\n log = !{script}\n'
            f'[remote "origin"]\n url = ext::{script}\n promisor = true\n uploadpack = {script}\n'
        )
    project.write(
        {
            ".gitattributes": "* filter=evil diff=evil merge=evil text=auto ident\n",
            "text.txt": "a\r\n",
        }
    )
    before = state(project.root)
    history = opened(project.root)
    list(history.walk(5).revisions)
    tree = history.working_tree()
    assert [tree.identity(path) for path in tree.files]
    assert [tree.read(path) for path in tree.files]
    assert history.read("HEAD", "a") == b"2"
    assert state(project.root) == before
    assert not marker.exists()
    with suppress(AssertionError):  # the filter speaks no protocol
        project.git("add", "--all")
    assert marker.exists(), "git itself would have run it"
