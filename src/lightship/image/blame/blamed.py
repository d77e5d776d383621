"""`Blame`: what made a layer, and how sure that is."""

from __future__ import annotations

from enum import StrEnum

from lightship.record import record


class Confidence(StrEnum):
    """How sure it is that an instruction made a layer."""

    EXACT = "exact"  # provenance says so
    MATCHED = "matched"  # its text is that of the history
    LIKELY = "likely"  # it stands between matched ones, or its text nearly matches
    UNKNOWN = "unknown"


@record
class Blame:
    """What made a layer.

    `path` and the lines (from 1, `last` included) are of the Dockerfile, empty and 0 where none is
    known; `text` is the instruction as it stands there, or else what the history says, as a
    Dockerfile would. Several instructions may have made one layer (`--squash`). `is_base` is for
    layers of the base image, which no line of this Dockerfile made but its FROM; they have a line
    only where provenance says so. `stage` is the stage or image that a COPY took its files from.
    `builder` is buildkit, docker, buildah, kaniko, or empty.
    """

    layer: int
    text: str = ""
    path: str = ""
    first: int = 0
    last: int = 0
    confidence: Confidence = Confidence.UNKNOWN
    is_base: bool = False
    stage: str = ""
    builder: str = ""
