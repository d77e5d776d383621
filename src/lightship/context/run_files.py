"""Files of a repository that say how containers are run: manuals, manifests, scripts."""

from __future__ import annotations

from lightship.regex import regex

_ENDINGS = (
    ".adoc",
    ".bash",
    ".env",
    ".hcl",
    ".jinja",
    ".j2",
    ".json",
    ".markdown",
    ".md",
    ".mdx",
    ".mk",
    ".nomad",
    ".ps1",
    ".rst",
    ".service",
    ".sh",
    ".tf",
    ".toml",
    ".tpl",
    ".txt",
    ".yaml",
    ".yml",
)
_NAMES = regex(
    r"(?:GNUm|M|m)akefile|[Jj]ustfile|Tiltfile|README|[Dd]ockerfile.*|Containerfile.*|.*\.(?:[Dd]ocker|[Cc]ontainer)file"
    r"|run|do|dev|test|ci|manage|Snakefile(?:[-._]\w+)?|.*\.(?:smk|nf)"
)
_LOCKS = regex(r".*[.-]lock(?:\..*)?|package-lock\.json|pnpm-lock\.yaml")


def says_how_it_runs(name: str) -> bool:
    """Whether a file of that name, without its directory, may say how a container is run."""
    if _LOCKS.fullmatch(name):
        return False
    return name.endswith(_ENDINGS) or _NAMES.fullmatch(name) is not None
