"""Code of branches that move, and whether it is the repository's own."""

from __future__ import annotations

import pytest

from lightship.facts.packages.moving_clones import git_words, moving_clones
from lightship.facts.packages.moving_source import (
    BRANCHES,
    moving_source,
    repository_name,
)
from lightship.facts.packages.own_repository import is_own_repository
from lightship.shell.specs import written
from tests.made import build

URL = "https://example.org/acme/tool.git"


@pytest.mark.parametrize(
    ("requirement", "title", "address"),
    [
        (f"git+{URL}", "the default branch of tool", URL),
        (f"git+{URL}@main", "branch main of tool", URL),
        (f"tool @ git+{URL}@Develop#egg=tool", "branch Develop of tool", URL),
        ("git+ssh://git@example.org/acme/tool@v1.2", None, None),
        (
            "git+ssh://git@example.org/acme/tool",
            "the default branch of tool",
            "ssh://git@example.org/acme/tool",
        ),
        (f"git+{URL}@4f2c1d0", None, None),
        ("tool==1.2", None, None),
        (URL, None, None),
        ("git+$URL", "the default branch of $URL", "$URL"),
    ],
)
def test_requirements_of_a_branch(requirement, title, address):
    found = moving_source(requirement)
    assert (found and found.title) == title
    assert (found and found.url) == address


def test_names_of_repositories_and_branches():
    assert repository_name("https://github.com/pyenv/pyenv.git/") == "pyenv"
    assert repository_name("https://example.org/acme/tool@v1") == "tool"
    assert repository_name(f"https://example.org/{'x' * 31}") == "the repository"
    assert {"main", "master"} < BRANCHES


@pytest.mark.parametrize(
    ("body", "branches"),
    [
        (f"RUN git clone {URL}", [""]),
        (f"RUN git clone --depth 1 -b main {URL} /tool", ["main"]),
        (f"RUN git clone -bmaster '{URL}'", ["master"]),
        (f"RUN git -C /src clone --branch=dev {URL}", ["dev"]),
        (f"RUN git clone -b v1.2 {URL}", []),
        (f"RUN git clone --revision=4f2c {URL}", []),
        (f"RUN git clone {URL} /t && cd /t && git checkout v1", []),
        (f"RUN git clone {URL} /t\nRUN git -C /t reset --hard v1", []),
        (f"RUN git -C /t checkout v1 && git clone {URL}", [""]),
        (f"RUN git clone {URL}\nFROM debian\nRUN git checkout v1", [""]),
        ("RUN git clone", []),
        ("RUN git pull", []),
        ("ARG B=main\nRUN git clone -b $B " + URL, []),
    ],
)
def test_clones_of_a_branch_that_moves(body, branches):
    clones = list(moving_clones(build(f"FROM debian\n{body}")))
    assert [clone.branch for clone in clones] == branches
    assert all(written(clone.url) == URL for clone in clones)


@pytest.mark.parametrize(
    ("line", "subcommand", "branch", "url"),
    [
        (f"git -c a=b --git-dir /x clone -o up {URL}", "clone", "", URL),
        (f"git clone --config a=b --revision 4f {URL}", "clone", "?", URL),
        ("git --version", "", "", None),
        ("git", "", "", None),
        ("git checkout main", "checkout", "", None),
    ],
)
def test_the_words_of_git(line, subcommand, branch, url):
    (call,) = build(f"FROM debian\nRUN {line}").commands("git")
    found, named, word = git_words(call)
    assert (found, named) == (subcommand, branch)
    assert (word and written(word)) == url


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, False),
        ({".git/config": f'[remote "origin"]\n\turl = {URL}\n'}, True),
        ({".git/config": "[remote]\n\turl = git@example.org:acme/Tool.git\n"}, True),
        ({"pyproject.toml": f'Repository = "{URL}"\n'}, True),
        ({"setup.py": "setup(name='tool', url='')\n"}, True),
        ({"pyproject.toml": '[project]\nname = "tools"\n'}, False),
        ({"package.json": '{\n  "name": "tool"\n}\n'}, True),
        ({"README.md": f"# Tool: a tool\n\n{URL}\n"}, True),
        ({"README.md": f"# Other\n\nuses {URL}\n"}, False),
        ({"README.md": "# Tool\n"}, False),
        ({"README.md": "https://codecov.io/gh/acme/tool\n# A\n"}, True),
        ({"requirements.txt": f"git+{URL}\n"}, False),
    ],
)
def test_the_address_of_the_repository_itself(files, expected):
    assert is_own_repository(build("FROM debian", files), URL) is expected


def test_names_of_many_projects_tell_nothing():
    files = {"pyproject.toml": '[project]\nname = "app"\n'}
    other = build("FROM debian", files)
    assert not is_own_repository(other, "https://example.org/acme/app")
    assert not is_own_repository(other, "app")
    assert not is_own_repository(build("FROM debian"), URL)
