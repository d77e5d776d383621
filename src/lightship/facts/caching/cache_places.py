"""Where a package manager surely keeps its cache: what `cache_of` says, unless something unseen may say otherwise."""

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
_HOMES = ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "PNPM_HOME")


def cache_place(build: Build, call: PackageInvocation) -> str | None:
    """The directory of the cache; None where it is not known for sure."""
    facts, env = call.does.facts, environment_of(build, call)
    state = build.evaluation.before(call.instruction)
    if (
        state is None
        or not all(map(_only_sets, call.command.wrappers))
        or build.once(_is_set_elsewhere)
    ):
        return None
    names = (*facts.cache_env, *_HOMES)
    if any(name in state.args and not env.get(name) for name in names):
        return None  # whoever builds says where
    named = any(env.get(name) for name in names) or call.does.option(
        *facts.cache_options
    )
    return cache_of(build, call) if named or _leaves_home_alone(build, call) else None


def _only_sets(wrapper: Wrapper) -> bool:
    """Whether it is `env NAME=value`, which the environment of the command has in it; no option of `env`."""
    return wrapper.name == "env" and not any(
        word.prefix.startswith("-") for word in wrapper.words[1:]
    )


def _is_set_elsewhere(build: Build) -> bool:
    text = build.dockerfile.text
    for option in ("--no-cache-dir", "--cache-dir", "--store-dir"):
        text = text.replace(option, "")
    files = (
        build.context.read(name) or "" for name in _FILES if build.context is not None
    )
    return any(setting in text for setting in _SETTINGS) or any(
        "cache-dir" in each or "cache_dir" in each or "\ncache" in f"\n{each}"
        for each in files
    )


def _leaves_home_alone(build: Build, call: PackageInvocation) -> bool:
    """Whether the base image is known not to set HOME and the like: images of Red Hat's Python do."""
    stage = build.dockerfile.stage_of(call.instruction)
    base = build.evaluation.root(stage).name if stage is not None else ""
    image = read_reference(base)
    return bool(is_unset(base, "HOME")) or (
        not isinstance(image, str) and image.name in UV_IMAGES
    )
