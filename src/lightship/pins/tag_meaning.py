"""`TagMeaning`: what a registry says that a tag means today."""

from __future__ import annotations

from lightship.record import record


@record
class TagMeaning:
    """What a tag means: the digest, and the platforms of an index; none of a single manifest."""

    digest: str
    platforms: tuple[str, ...] = ()
