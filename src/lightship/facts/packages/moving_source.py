"""Requirements that take what is on a branch, and which branches move."""

from __future__ import annotations

from lightship.record import record

BRANCHES = frozenset(
    "main master develop devel development dev trunk head nightly latest next edge".split()
)
"""Names of branches that everybody has, and that move."""
_LONGEST_NAME = 30  # of a repository, in a message


@record
class MovingSource:
    """A branch of a repository, as a message names it, and the address without the branch.

    `branch` is empty for the default one.
    """

    title: str
    url: str
    branch: str = ""


def moving_source(requirement: str) -> MovingSource | None:
    """Which branch of which repository a requirement takes, if it is one that moves."""
    _, is_git, url = requirement.partition("git+")
    if not is_git:
        return None
    url, _, _ = url.partition("#")
    # A user before the host has an @ too; a variable may be the whole address
    _, scheme, rest = url.partition("://")
    path = url
    if scheme:
        _host, _slash, path = rest.partition("/")
    repository = repository_name(url)
    _, at_sign, branch = path.rpartition("@")
    if not at_sign:
        title = f"the default branch of {repository}"
        return MovingSource(title, url)

    if branch.lower() not in BRANCHES:
        return None
    title = f"branch {branch} of {repository}"
    address = url.removesuffix(f"@{branch}")
    return MovingSource(title, address, branch)


def repository_name(url: str) -> str:
    """The last part of a URL: `pyenv` for `https://github.com/pyenv/pyenv.git`."""
    path, _, _ = url.rstrip("/").partition("@v")
    _, _, last = path.rpartition("/")
    name, _, _ = last.partition("@")
    name = name.removesuffix(".git")
    if 0 < len(name) <= _LONGEST_NAME:
        return name
    return "the repository"
