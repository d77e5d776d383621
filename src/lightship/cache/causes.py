"""`Cause`: what a step is rebuilt for."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """What a step's rebuild comes from; also what a hit is told apart by."""

    SAME = "same"  # nothing that the key depends on has changed: a hit
    KNOWN = "known"  # something changed, to what was built before: a hit
    FILES = "files"  # files of the build context
    STAGE = "stage"  # what is copied or mounted from another stage
    PARENT = "parent"  # the step before it in its stage, or the stage it starts from
    INSTRUCTION = "instruction"  # the instruction itself was edited, or is new
    VARIABLE = "variable"  # ENV or ARG
    SETTING = "setting"  # working directory, user, shell, platform, network ...
    IMAGE = "image"  # the base image
    FAILS = "fails"  # the build fails at this step, or did before it
