"""What one instruction removes, and the layer of an earlier one keeps."""

from __future__ import annotations

from lightship.dockerfile.tree import Instruction
from lightship.record import record
from lightship.text import Span


@record(eq=False)
class Leftover:
    """What `run` removes, and the layer of `maker` keeps. `kind` is copy, url, file or packages.

    `names` are paths, or names of packages; `span` is the first of them in `run`. `much` is whether
    it is worth a word.
    """

    kind: str
    maker: Instruction
    run: Instruction
    names: tuple[str, ...]
    span: Span
    much: bool = True
