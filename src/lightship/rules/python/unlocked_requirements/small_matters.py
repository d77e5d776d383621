"""What is not worth a lock of its own: tools, lists, and a name or two beside the rest."""

from __future__ import annotations

from collections.abc import Collection

from lightship.build import Build, PackageInvocation
from lightship.facts.installs.project_commands import project_installs
from lightship.pyproject.dependency import normalised
from lightship.rules.python.unlocked_requirements.settled_versions import (
    is_loose,
    settled_names,
)
from lightship.shell.packages import PackageCommand
from lightship.shell.specs import Package

# What installs or builds packages is not what the project depends on
TOOLS = frozenset(
    """pip setuptools wheel uv poetry poetry-core poetry-plugin-export pdm pipenv hatch
    hatchling flit flit-core build virtualenv pip-tools pipx tox nox twine meson
    meson-python ninja cmake scikit-build scikit-build-core cython maturin
    setuptools-rust setuptools-scm pybind11 packaging distribute auditwheel versioneer
    wheel-stub cargo-zigbuild change-wheel-version debugpy pipdeptree hatch-vcs swig
    virtualenvwrapper dumb-init ipython ipdb pytest pytest-cov nose coverage flake8 black
    isort pylint mypy ruff pre-commit""".split()
)
# Lists that an old release serves worse than a new one
LISTS = frozenset(("certifi", "tzdata", "disposable-email-domains", "publicsuffix2"))
LONELY = ("pip", "uv", "poetry", "pdm", "pipenv", "conda", "micromamba")
# What an image stands on is never a small matter
_WEIGHTY = frozenset(
    "torch torchvision torchaudio tensorflow jax numpy pandas django flask fastapi".split()
)
# So many that are settled make one that is not a small matter
SETTLED_FOR_ONE = 5
_SETTLED_BY_A_LOCK = 10
# Beside so many that the same command settles one name was left open on purpose
_SETTLED_BESIDE = 2


def is_small_matter(
    build: Build, call: PackageInvocation, loose: list[Package]
) -> bool:
    """Whether the other installs of the image bring or settle many more than these few names."""
    names = {normalised(package.name) for package in loose}
    if not names.isdisjoint(_WEIGHTY):
        return False
    if len(names) == 1 and (_brings_more(build, call) or _settles_most(call)):
        return True
    settled = len(build.once(settled_names))
    if project_installs(build):
        settled += _SETTLED_BY_A_LOCK
    return settled >= SETTLED_FOR_ONE * len(names)


def _settles_most(call: PackageInvocation) -> bool:
    """Whether the command gives most of its other packages a version or an upper bound."""
    others = [item for item in call.does.packages if normalised(item.name) not in TOOLS]
    settled = [item for item in others if not is_loose(item, ())]
    return len(settled) >= _SETTLED_BESIDE


def is_small_list(build: Build, names: Collection[str]) -> bool:
    """Whether all installs together settle many more than the few names that files leave open."""
    if not _WEIGHTY.isdisjoint(names):
        return False
    return len(build.once(settled_names)) >= SETTLED_FOR_ONE * len(names)


def _brings_more(build: Build, call: PackageInvocation) -> bool:
    """Whether something else is installed: by another command, or a project by this one."""
    if any(package.kind == "directory" for package in call.does.packages):
        return True
    for other in build.packages(*LONELY):
        is_other = other.command is not call.command and other.does.installs
        if is_other and not is_of_tools(other.does):
            return True
    # `make install` of the project
    makes = build.commands("make")
    return any(call.command.has("install", "deps", "requirements") for call in makes)


def is_of_tools(does: PackageCommand) -> bool:
    """Whether it installs nothing but pip and its like."""
    names = [normalised(package.name) for package in does.packages]
    return bool(names) and TOOLS.issuperset(names)
