"""What is mounted into containers, or asked for them, as far as the repository tells."""

from __future__ import annotations

from lightship.build import Build
from lightship.evaluation.paths import below
from lightship.facts.copies.deliveries import deliveries
from lightship.facts.start.container_lines import run_texts
from lightship.facts.values.own_bases import own_bases
from lightship.pyproject.manifest_text import text_of
from lightship.regex import regex
from lightship.rules.security.root_user.program_writes import written_beside

# Directories that development keeps out of the mounted sources
_REBUILT = frozenset({"node_modules", ".venv", "venv", "__pycache__"})
# Tools that write migrations among the sources
_GENERATORS = regex(r"(?im)^[ \t\r\"']*(?:aerich|alembic|flask-migrate|django)\b")
_MANIFESTS = ("requirements.txt", "pyproject.toml", "Pipfile", "setup.py", "setup.cfg")
_TMP = ("/tmp", "/var/tmp", "/dev")  # noqa: S108 - everybody may write there
# Volumes in manuals, manifests, task definitions and files of platforms
_MOUNTS = regex(
    r"(?:\s-v|--volume)[ =]+[\"']?[^\s:\"']+:/(?!tmp\b)|--mount[ =]+[\"']?type="
    r"|(?i:\bmountPaths?|\bmount_path|containerPath|\[\[?mounts\]?\])\W"
)
# What is known of a user, or given to one
_PRIVILEGES = regex(
    r"(?m)\bprivileged[\"']?\s*[:=]\s*[\"']?true|^[^\S\n]*(?:cap_add|devices):"
    r"|--(?:privileged|cap-add|device)\b|\brunAsUser[\"']?\s*:\s*0\b"
    r"|^[^\S\n]*user:\s*[\"']?(?:root|0)\b|\s(?:--user|-u)[ =]+[\"']?(?:root|0)\b"
)
# A service that is not built: its image may be this one
_SERVICE = regex(r"(?m)^(?P<margin>[ \t]+)image:[ \t]*[\"']?(?P<name>[^\s\"'#]+)")
_VOLUMES = regex(r"(?m)^[ \t]+volumes:")


def may_be_mounted(build: Build) -> bool:
    """Whether a volume or a device may be given to its containers, or others build upon it.

    A volume may hold what root has written before. A directory of the project's sources is mounted
    to be read.
    """
    for volume in build.volumes:
        if _is_open_to_all(volume.target):
            continue
        if written_beside(build):
            return True

        _, _, name = volume.target.rpartition("/")
        is_file = "." in name.lstrip(".") and not name.endswith(".sock")
        if is_file or name in _REBUILT:
            continue
        if not volume.from_host or not _is_of_sources(build, volume.target):
            return True
        if _writes_sources(build):
            return True

    texts = run_texts(build)
    if texts is None:
        return True
    return any(_speaks_of_mounts(build, text) for text in texts)


def _writes_sources(build: Build) -> bool:
    """Whether a tool of the project writes new sources, as people run it in the container."""
    context = build.context
    if context is None:
        return False
    texts = [text_of(context, path) for path in _MANIFESTS]
    return any(map(_GENERATORS.search, texts))


def _is_open_to_all(path: str) -> bool:
    return any(below(path, place) is not None for place in _TMP)


def _is_of_sources(build: Build, path: str) -> bool:
    """Whether COPY brings files of the project to a directory, or one below it."""
    context = build.context
    if context is None:
        return False
    for _, delivery in deliveries(build):
        if delivery is None:
            continue
        if below(delivery.root, path) is not None:
            return True
        if below(path, delivery.root) is None:
            continue
        origin = delivery.origin(context, path)
        if origin is not None:
            return True
    return False


def _speaks_of_mounts(build: Build, text: str) -> bool:
    if _MOUNTS.search(text) or _PRIVILEGES.search(text):
        return True
    if _mounts_image(text):
        return True
    return any(own_bases(build, text))


def _mounts_image(text: str) -> bool:
    """Whether a service of an image that is not one of Docker's own has volumes."""
    if "volumes:" not in text:
        return False
    services = list(_SERVICE.finditer(text))
    ends = [service.start() for service in services[1:]]
    ends.append(len(text))
    # There may be none: a service that is built has no image
    for service, end in zip(services, ends, strict=False):
        name = service["name"]
        is_foreign = "/" in name or "$" in name
        if is_foreign and _VOLUMES.search(text, service.start(), end):
            return True
    return False
