"""Homes of another user, in which pip of root keeps no cache.

pip turns its cache off where root does not own the directory, or the first one above it that is
there (`check_path_owner` in pip/_internal/utils/filesystem.py). Jupyter's images set HOME to
/home/jovyan, which belongs to jovyan, for all users (docker-stacks-foundation/Dockerfile of
github.com/jupyter/docker-stacks, read on 2026-12-03).
"""

from __future__ import annotations

from lightship.build import Build, PackageInvocation
from lightship.facts.users.accounts import ROOT
from lightship.facts.users.current_user import user_of

_JUPYTER = ("jupyter/", "quay.io/jupyter/")
_ELSEWHERE = ("HOME", "PIP_CACHE_DIR", "XDG_CACHE_HOME")


def is_in_others_home(build: Build, call: PackageInvocation) -> bool:
    """Whether root installs on an image whose HOME is that of another user."""
    stage = build.dockerfile.stage_of(call.instruction)
    before = build.evaluation.before(call.instruction)
    if stage is None or before is None:
        return False
    base = build.evaluation.root(stage)
    if not base.name.startswith(_JUPYTER):
        return False
    if user_of(build, call.instruction) not in ROOT:
        return False

    text = call.instruction.line.text
    if "sudo" in text or "--cache-dir" in text:
        return False
    is_elsewhere = any(name in before.env or f"{name}=" in text for name in _ELSEWHERE)
    return not is_elsewhere
