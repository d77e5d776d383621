"""Outputs of a build that are files: `--output type=local,dest=out`."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.builds.definition import CalledWith

_FILES = ("local", "tar")


def are_files(outputs: Sequence[str]) -> bool:
    """Whether there are outputs, and each is a directory or an archive of files, not an image.

    A path alone is a directory, and `-` an archive (docker/buildx, util/buildflags/export.go).
    """
    return bool(outputs) and all(map(_is_files, outputs))


def called_for_files(called: CalledWith | None) -> bool:
    """Whether a command, or bake, is asked for files alone."""
    if called is None:
        return False
    outputs = [option for option in called.options if option.name == "output"]
    if not all(option.is_known for option in outputs):
        return False
    return are_files([option.value for option in outputs])


def _is_files(output: str) -> bool:
    if "$" in output or not output:
        return False
    fields = [field.strip().strip("\"'") for field in output.split(",")]
    if len(fields) == 1 and "=" not in fields[0]:
        return True
    return any(field == f"type={kind}" for field in fields for kind in _FILES)
