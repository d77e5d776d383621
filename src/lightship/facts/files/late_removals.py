"""What a later layer removes: files of an earlier one, and packages.

The earlier layer keeps them, and the image all of its bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.files.late_packages import late_packages
from lightship.facts.files.leftover import Leftover
from lightship.text import Span

_BRINGING = ("curl", "wget", "clone")


def late_removals(build: Build) -> Sequence[Leftover]:
    """Each with the first instruction that removes it, in the order of the text."""
    return build.once(_late_removals)


def _late_removals(build: Build) -> Sequence[Leftover]:
    leftovers: list[Leftover] = []
    if _may_remove_files(build):
        # In most Dockerfiles no RUN removes what came before
        from lightship.facts.files.late_files import late_files  # noqa: PLC0415

        leftovers += late_files(build)
    leftovers += late_packages(build)
    leftovers.sort(key=_place)
    return leftovers


def _may_remove_files(build: Build) -> bool:
    """Whether a RUN that speaks of rm comes after an instruction that may bring something.

    A look at the text, which costs little.
    """
    whole = build.dockerfile.text
    if "rm" not in whole:
        return False

    brings = False
    for stage in build.lineage:
        for item in stage.instructions:
            inner = item.trigger or item
            if inner.keyword in ("COPY", "ADD"):
                brings = True
            if inner.keyword != "RUN":
                continue

            text = _text(inner)
            removes = "rm" in text
            if brings and removes:
                return True
            if any(name in text for name in _BRINGING):
                brings = True
    return False


def _text(item: Instruction) -> str:
    """The line of an instruction, with its heredocs."""
    texts = [item.line.text]
    texts += [heredoc.content for heredoc in item.heredocs]
    return "\n".join(texts)


def _place(leftover: Leftover) -> Span:
    return leftover.span
