"""What an absent extra is: the one line to type, in place of a traceback.

Plain `pip install lightship` lints and fixes. What looks into images, reads git or draws in the
terminal needs more, and is imported only there.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec

# The modules that each extra of pyproject.toml brings; tests/cli/test_extras.py holds the two
# together.
EXTRAS = {
    "ci": ("google",),
    "image": (
        "backports",
        "docker",
        "hyperscan",
        "isal",
        "requests",
        "urllib3",
        "xxhash",
    ),
    "git": ("pygit2",),
    "sbom": (
        "cvss",
        "cyclonedx",
        "license_expression",
        "packageurl",
        "spdx_python_model",
        "spdx_tools",
    ),
    "tui": ("rich", "textual"),
}
_EXTRA_OF = {module: extra for extra, modules in EXTRAS.items() for module in modules}


def advice(error: ModuleNotFoundError) -> str | None:
    """What to say of a module that cannot be imported; None where no extra brings it."""
    module = (error.name or "").partition(".")[0]
    extra = _EXTRA_OF.get(module)
    if extra is None:
        return None

    command = _install_command(extra, sys.prefix.replace("\\", "/"))
    return f"this needs the extra `{extra}`, which is not installed: {command}"


def require(module: str) -> None:
    """Raise the ModuleNotFoundError of an import, without the time that the import takes."""
    if find_spec(module) is None:
        raise ModuleNotFoundError(f"No module named {module!r}", name=module)


def _install_command(extra: str, prefix: str) -> str:
    """The line to type, for the tool that made the environment at `prefix`."""
    requirement = f"'lightship[{extra}]'"
    if "/uv/tools/" in prefix:
        return f"uv tool install {requirement}"
    if "/pipx/venvs/" in prefix:
        return f"pipx install --force {requirement}"
    return f"pip install {requirement}"
