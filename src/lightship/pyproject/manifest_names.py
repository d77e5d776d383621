"""Which files say what to install, by their names: of each tool, and of any."""

from __future__ import annotations

from itertools import chain

# Per tool: the manifest, then what may stand beside it
FILES = {
    "uv": ("pyproject.toml", "uv.lock", "uv.toml", ".python-version"),
    "poetry": ("pyproject.toml", "poetry.lock", "poetry.toml"),
    "pdm": ("pyproject.toml", "pdm.lock", "pdm.toml"),
    "pipenv": ("Pipfile", "Pipfile.lock"),
    "npm": ("package.json", "package-lock.json", "npm-shrinkwrap.json", ".npmrc"),
    "yarn": ("package.json", "yarn.lock", ".yarnrc", ".npmrc"),
    "pnpm": (
        "package.json",
        "pnpm-lock.yaml",
        "pnpm-workspace.yaml",
        ".npmrc",
        ".pnpmfile.cjs",
    ),
    "bun": ("package.json", "bun.lock", "bun.lockb", "bunfig.toml", ".npmrc"),
}
# The same without a context: a pattern is right whether the file is there or not
GUESSED = {
    "uv": ("pyproject.toml", "uv.lock*"),
    "poetry": ("pyproject.toml", "poetry.lock*"),
    "pdm": ("pyproject.toml", "pdm.lock*"),
    "pipenv": ("Pipfile", "Pipfile.lock*"),
    "npm": ("package*.json",),
    "yarn": ("package.json", "yarn.lock*"),
    "pnpm": ("package.json", "pnpm-lock.yaml*"),
    "bun": ("package.json", "bun.lock*"),
}
# What an install reads besides them, so that they are not enough
NEED_MORE = {
    # With a binding.gyp, an install builds the project
    "yarn": (".yarnrc.yml", ".yarn", "binding.gyp"),
    "npm": ("patches", "binding.gyp"),
    "pnpm": ("patches", "binding.gyp", ".pnpmfile.mjs"),
    "bun": ("patches", "binding.gyp"),
}
# What an install makes beside the manifests
ARTEFACTS = {"node": ("node_modules",), "python": (".venv", "venv", "__pypackages__")}
_OTHERS = (
    "setup.py",
    "setup.cfg",
    "Dockerfile",
    ".dockerignore",
    "Gemfile",
    "Gemfile.lock",
    "environment.yml",
)
_MANIFEST_NAMES = frozenset(chain(*FILES.values(), _OTHERS))


def is_manifest(path: str) -> bool:
    """Whether a file says what to install, by its name: never a source."""
    name = path.rpartition("/")[2]
    if name in _MANIFEST_NAMES or name.endswith((".lock", ".in")):
        return True
    if not name.endswith(".txt"):
        return False
    return "require" in path.lower() or "constraint" in name
