"""Where a package manager surely keeps its cache.

That is what `cache_of` says, unless something unseen may say otherwise.
"""

from __future__ import annotations

from lightship.base_images.environment import is_unset
from lightship.base_images.reference import read_reference
from lightship.build import Build, PackageInvocation
from lightship.facts.caching.cache_mounts import cache_of
from lightship.facts.installs.requirement_files import environment_of
from lightship.facts.installs.tool_installs import UV_IMAGES
from lightship.shell.tree import Wrapper

# Settings that are written to a file, or read from one that is not looked at
_SETTINGS = (
    "cache-dir",
    "cache_dir",
    "store-dir",
    "config set cache",
    "config set global.cache",
    "BUN_INSTALL=",
)
_FILES = (
    "pyproject.toml",
    "uv.toml",
    "poetry.toml",
    "pdm.toml",
    ".npmrc",
    "pip.conf",
    "bunfig.toml",
)
_FILE_MARKS = (
    "cache-dir",
    "cache_dir",
    "\ncache",
)
# They hold such words, and are looked at by themselves
_OPTIONS = (
    "--no-cache-dir",
    "--cache-dir",
    "--store-dir",
)
_HOMES = (
    "HOME",
    "XDG_CACHE_HOME",
    "XDG_DATA_HOME",
    "PNPM_HOME",
)


def cache_place(build: Build, call: PackageInvocation) -> str | None:
    """The directory of the cache; None where it is not known for sure."""
    state = build.evaluation.before(call.instruction)
    if state is None or build.once(_is_set_elsewhere):
        return None
    if not all(map(_only_sets, call.command.wrappers)):
        return None

    env = environment_of(build, call)
    facts = call.does.facts
    is_named = call.does.option(*facts.cache_options) is not None
    is_homed = False
    for name in (*facts.cache_env, *_HOMES):
        if not env.get(name):
            if name in state.args:
                return None  # whoever builds says where
        elif name in _HOMES:
            is_homed = True
        else:
            is_named = True
    if is_named or _leaves_alone(build, call, "" if is_homed else "HOME"):
        return cache_of(build, call)
    return None


def has_known_base(build: Build, call: PackageInvocation) -> bool:
    """Whether it is known which variables the base image sets, so that none names a cache."""
    return _leaves_alone(build, call, "")


def _only_sets(wrapper: Wrapper) -> bool:
    """Whether it is `env NAME=value` without options: the command's environment has that."""
    if wrapper.name != "env":
        return False
    return not any(word.prefix.startswith("-") for word in wrapper.words[1:])


def _is_set_elsewhere(build: Build) -> bool:
    """Whether a setting of a cache is in the Dockerfile, or in a file of the build context."""
    text = build.dockerfile.text
    for option in _OPTIONS:
        text = text.replace(option, "")
    if any(setting in text for setting in _SETTINGS):
        return True
    if build.context is None:
        return False
    for name in _FILES:
        content = build.context.read(name) or ""
        lines = f"\n{content}"
        if any(mark in lines for mark in _FILE_MARKS):
            return True
    return False


def _leaves_alone(build: Build, call: PackageInvocation, name: str) -> bool:
    """Whether the base image is known not to set a variable; without a name, just known.

    Images of Red Hat's Python set HOME, and a team's own image may set UV_CACHE_DIR.
    """
    stage = build.dockerfile.stage_of(call.instruction)
    if stage is None:
        return False
    base = build.evaluation.root(stage).name
    if is_unset(base, name):
        return True
    image = read_reference(base)
    return not isinstance(image, str) and image.name in UV_IMAGES
