"""Requirements that take what is on a branch, and which branches move."""

from __future__ import annotations

from lightship.record import record

BRANCHES = frozenset(
    "main master develop devel development dev trunk head nightly latest next edge".split()
)
"""Names of branches that everybody has, and that move."""


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
    path = rest.partition("/")[2] if scheme else url
    _, at_sign, branch = path.rpartition("@")
    if at_sign and branch.lower() not in BRANCHES:
        return None
    where = f"branch {branch}" if at_sign else "the default branch"
    address = url.removesuffix(f"@{branch}") if at_sign else url
    title = f"{where} of {repository_name(url)}"
    return MovingSource(title, address, branch if at_sign else "")


def repository_name(url: str) -> str:
    """The last part of a URL: `pyenv` for `https://github.com/pyenv/pyenv.git`."""
    path, _, _ = url.rstrip("/").partition("@v")
    name = path.rpartition("/")[2].partition("@")[0]
    name = name.removesuffix(".git")
    return name if 0 < len(name) <= 30 else "the repository"
