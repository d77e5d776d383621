"""The sure conditions under which a container may run as somebody else than root."""

from __future__ import annotations

from lightship.base_images.lifetimes import official_name
from lightship.build import Build
from lightship.facts.copies.sources import sources_of
from lightship.facts.start.container_lines import run_texts
from lightship.regex import regex
from lightship.rules.security.root_user.known_start import is_start_known
from lightship.rules.security.root_user.source_writes import source_writes

_SETTINGS = (".ini", ".cfg", ".conf", ".toml", ".yaml", ".yml", ".json", ".env")
_FILES = regex(
    r"FileHandler|sqlite|(?m:^[^\S\n]*[\"']?(?:filename|logfile|pidfile)[\"']?\s*[:=])"
)
_BEAT = regex(r"\bcelery\b[^\n]*\bbeat\b")
_BASES = frozenset("alpine debian python ubuntu".split())


def is_known(build: Build) -> bool:
    """Whether it is known what the program starts, imports, writes and is given."""
    if not _is_known_base(build) or not is_start_known(build):
        return False
    writes = source_writes(build)
    if not writes.is_known:
        return False
    if _settings_name_files(build) or _starts_schedulers(build):
        return False
    # Of most programs less is known
    from lightship.rules.security.root_user.container_mounts import may_be_mounted  # noqa: PLC0415

    return not may_be_mounted(build)


def _starts_schedulers(build: Build) -> bool:
    """Whether a container is started with celery's beat, which keeps its schedule in a file."""
    texts = run_texts(build)
    if texts is None:
        return True
    return any(map(_BEAT.search, texts))


def _settings_name_files(build: Build) -> bool:
    """Whether settings name logs or databases, which the program writes."""
    texts = sources_of(build, _SETTINGS)
    return any(map(_FILES.search, texts))


def _is_known_base(build: Build) -> bool:
    """Whether it starts from an image in which no program is started yet."""
    first = build.lineage[0]
    image = build.root_image(first)
    if image is None:
        return False
    if official_name(image) in _BASES:
        return True
    return image.name.endswith("astral-sh/uv")
