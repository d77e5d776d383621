"""A repository on the disk as a Workspace."""

from __future__ import annotations

import os

import pytest

from lightship.builds.source_files import may_speak
from lightship.files import workspace_folder
from lightship.files.workspace_folder import open_near, open_workspace, repository_of


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "repository"
    for path in (".git/HEAD", "Dockerfile", "compose.yaml", "a/b/Dockerfile", "x.txt"):
        write(root, path)
    return root


def write(root, path, text=""):
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


def test_the_repository_is_found_from_below(repository, tmp_path):
    assert repository_of(str(repository / "a" / "b")) == str(repository)
    assert repository_of(str(tmp_path)) == str(tmp_path)


def test_only_files_that_may_speak_are_listed(repository):
    write(repository, "node_modules/x/compose.yaml")
    write(repository, "build/compose.yaml")
    write(repository, ".gitignore", "build/\n")
    workspace = open_workspace(str(repository), may_speak)
    assert workspace.paths == ("Dockerfile", "a/b/Dockerfile", "compose.yaml")


def test_links_never_lead_outside(repository, tmp_path):
    write(tmp_path, "secret/Dockerfile", "FROM a")
    os.symlink(tmp_path / "secret", repository / "out")
    os.symlink(tmp_path / "secret" / "Dockerfile", repository / "outer.Dockerfile")
    os.symlink("a", repository / "inner")
    workspace = open_workspace(str(repository), may_speak)
    assert workspace.kinds("out") == workspace.kinds("out/Dockerfile") == ""
    assert workspace.read("out/Dockerfile") is None
    assert workspace.read("outer.Dockerfile") is None
    assert workspace.kinds("../secret") == ""
    assert workspace.is_directory("inner")
    assert workspace.is_file("inner/b/Dockerfile")


def test_a_walk_that_is_too_long_ends(repository, monkeypatch):
    monkeypatch.setattr(workspace_folder, "MOST_ENTRIES", 2)
    workspace = open_workspace(str(repository), may_speak)
    assert workspace.paths == ("Dockerfile", "compose.yaml")


def test_a_pipe_is_not_waited_for(repository):
    os.mkfifo(repository / "pipe")
    workspace = open_workspace(str(repository), may_speak)
    assert workspace.kinds("pipe") == ""
    assert workspace.read("pipe") is None


def test_near_a_dockerfile_nothing_is_walked(repository):
    for path in ("a/compose.yaml", "deploy/compose.yaml", "far/away/compose.yaml"):
        write(repository, path)
    workspace = open_near(str(repository), "a/b/Dockerfile", may_speak)
    assert workspace.paths == ("a/compose.yaml", "compose.yaml", "deploy/compose.yaml")
