"""`TagMeaning`: what a registry says that a tag means today."""

from __future__ import annotations

from lightship.evaluation.platforms import read_platform
from lightship.record import record


@record
class TagMeaning:
    """What a tag means: the digest, and the platforms of an index; none of a single manifest."""

    digest: str
    platforms: tuple[str, ...] = ()

    def lacks(self, platform: str) -> bool:
        """Whether an index has nothing for the system and processor of a platform."""
        wanted = _machine(platform)
        known = {_machine(each) for each in self.platforms}
        return bool(wanted and known) and wanted not in known


def _machine(platform: str) -> tuple[str, ...]:
    """The system and the processor, whatever its variant; empty for what is not a platform."""
    read = read_platform(platform)
    return () if isinstance(read, str) else read[:2]
