"""Whether an install may take packages from another place than the usual index."""

from __future__ import annotations

from lightship.build import Build, PackageInvocation
from lightship.facts.installs.installer_settings import settings
from lightship.facts.installs.requirement_files import environment_of

# Beside the index, or in its place
_OPTIONS = ("--extra-index-url", "--find-links", "--index", "--no-index")
_VARIABLES = (
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_NO_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS",
    "UV_INDEX",
)
_INSTEAD = ("--index-url", "--default-index")
_INSTEAD_VARIABLES = ("PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX")
# Files of settings that a COPY, a mount or a RUN brings
_SETTINGS = ("pip.conf", "pip.ini", "uv.toml", "PIP_CONFIG_FILE")


def may_use_other_index(
    build: Build, call: PackageInvocation, *, counts_mirrors: bool = True
) -> bool:
    """Whether options, variables or settings name another index, or a directory of wheels.

    One in the place of PyPI counts too, unless `counts_mirrors` is false: mostly it is a mirror.
    """
    options = [*_OPTIONS]
    variables = [*_VARIABLES]
    if counts_mirrors:
        options += _INSTEAD
        variables += _INSTEAD_VARIABLES
    if call.does.option(*options):
        return True
    environment = environment_of(build, call)
    if any(map(environment.get, variables)):
        return True
    if any(name in build.dockerfile.text for name in _SETTINGS):
        return True
    return any(True for _ in settings(build, *variables))
