from __future__ import annotations

import shutil

import pygit2
import pytest
from repositories import Repository


@pytest.fixture(autouse=True)
def no_configuration_of_this_user(tmp_path_factory):
    """libgit2 reads the user's own configuration, which a test's outcome must not hang on."""
    if shutil.which("git") is None:
        pytest.skip("there is no git here to make repositories with")
    nowhere = str(tmp_path_factory.mktemp("no-configuration"))
    levels = ("SYSTEM", "XDG", "GLOBAL")
    before = {
        level: pygit2.settings.search_path[pygit2.enums.ConfigLevel[level]]
        for level in levels
    }
    for level in levels:
        pygit2.settings.search_path[pygit2.enums.ConfigLevel[level]] = nowhere
    yield
    for level, path in before.items():
        pygit2.settings.search_path[pygit2.enums.ConfigLevel[level]] = path


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "project")
