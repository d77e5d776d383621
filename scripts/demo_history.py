"""A git history for the demo: `demo_history.py PROJECT` makes PROJECT a repository with forty commits of a team.

Most edit the program; some add documents or tests, a few change what it depends on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pygit2

COMMITS = 40
START = 1_790_000_000  # seconds since 1970; the commits are a third of a day apart
_AUTHOR = ("The team", "team@example.invalid")


def code(project: Path, number: int) -> str:
    """An edit of the program."""
    with (project / "main.py").open("a") as file:
        file.write(f"\n# {number}: as the customers asked\n")
    return f"Handle case {number}"


def docs(project: Path, number: int) -> str:
    """A page more."""
    (project / "docs" / f"page{number}.md").write_text(
        f"# Page {number}\n", encoding="utf-8"
    )
    return f"Document case {number}"


def tests(project: Path, number: int) -> str:
    """A test more."""
    (project / "tests" / f"test_{number}.py").write_text(
        "def test_it() -> None:\n    assert True\n"
    )
    return f"Test case {number}"


def dependencies(project: Path, number: int) -> str:
    """A package more, and in its place the one before."""
    path = project / "requirements.txt"
    kept = [
        line
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.startswith("structlog")
    ]
    path.write_text(
        "\n".join([*kept, f"structlog==25.{number % 5 + 1}.0"]) + "\n", encoding="utf-8"
    )
    return "Update dependencies"


def kind(number: int) -> Callable[[Path, int], str]:
    """What the commit of that number does: one of eight changes what is depended on, every second the program."""
    if number % 8 == 5:
        return dependencies
    return code if number % 2 else docs if number % 4 else tests


def main(project: Path) -> None:
    """The repository, and all commits."""
    repository = pygit2.init_repository(str(project), initial_head="main")
    commit(repository, "Start", START)
    for number in range(1, COMMITS + 1):
        commit(repository, kind(number)(project, number), START + number * 28_800)


def commit(repository: pygit2.Repository, message: str, time: int) -> None:
    """One commit of all files as they are."""
    index = repository.index
    index.add_all()
    index.write()
    author = pygit2.Signature(*_AUTHOR, time)
    parents = [] if repository.head_is_unborn else [repository.head.target]
    repository.create_commit(
        "HEAD", author, author, message, index.write_tree(), parents
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
