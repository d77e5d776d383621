"""Whether a build pushes or loads its image, also where an output alone says so."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.builds.ci.ci_build import CiSwitch

_PUSHES = ("type=registry", "push=true")
_LOADS = ("type=docker",)


def pushed(switch: CiSwitch, outputs: Sequence[str]) -> CiSwitch:
    """Whether it pushes; `switch` is the option for that."""
    return _by_outputs(switch, outputs, _PUSHES)


def loaded(switch: CiSwitch, outputs: Sequence[str]) -> CiSwitch:
    """Whether it loads the image into the engine; `switch` is the option for that."""
    return _by_outputs(switch, outputs, _LOADS)


def _by_outputs(
    switch: CiSwitch, outputs: Sequence[str], marks: tuple[str, ...]
) -> CiSwitch:
    if switch.value is True or not outputs:
        return switch

    text = " ".join(outputs)
    is_said = any(mark in text for mark in marks)
    if is_said and "push=false" not in text:
        return CiSwitch(True, text, switch.written)

    # An expression may stand for any output
    is_open = any(item.startswith("${{") for item in outputs)
    if is_open and switch.value is False:
        return CiSwitch(None, text, switch.written)
    return switch
