"""Which Python a stage has: that of its image, or of the distribution."""

from __future__ import annotations

from lightship.base_images.pythons import Python, distribution_python, image_python
from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.facts.homes import line_of
from lightship.regex import regex

# What shows that a stage may have another Python than that of its image or its distribution
_OTHERS = regex(
    r"\b(?:pyenv|\w*conda\w*|\w*mamba|deadsnakes|managed-python|python-build|asdf|mise|rye|pixi|nix|uv python)\b"
    r"|ftp/python|UV_PYTHON_(?:INSTALL_DIR|PREFERENCE)|python-preference"
)


def stage_python(build: Build, stage: Stage) -> Python | None:
    """The Python that `python3` means in a stage; None where it may be another than that of its image."""
    return build.once(_pythons)[stage.index]


def asked_python(build: Build, stage: Stage, asked: str) -> Python | None:
    """The interpreter of that name, version or path in a stage; what `python3` means where nothing is asked for."""
    python = stage_python(build, stage)
    if python is None or asked in ("", "python", "python3"):
        return python
    path, _, name = asked.rpartition("/")
    minor = name.removeprefix("cpython-").removeprefix("python")
    fits = minor in ("", "3", python.minor) or minor.startswith(f"{python.minor}.")
    return python if fits and path in ("", f"{python.prefix}/bin") else None


def _pythons(build: Build) -> tuple[Python | None, ...]:
    return tuple(_python(build, stage) for stage in build.dockerfile.stages)


def _python(build: Build, stage: Stage) -> Python | None:
    image = read_reference(build.evaluation.root(stage).name)
    if isinstance(image, str):
        return None
    line = line_of(build, stage)
    own = image_python(image)
    python = own or distribution_python(image)
    if python is None or any(_has_another(build, each) for each in line):
        return None
    return python if own is not None or any(_installs_python(build, each) for each in line) else None


def _has_another(build: Build, stage: Stage) -> bool:
    text = "\n".join(
        item.span.of(build.dockerfile.text) for item in stage.instructions if item.keyword in ("RUN", "ENV", "ARG")
    )
    return _OTHERS.search(text) is not None


def _installs_python(build: Build, stage: Stage) -> bool:
    """Whether the distribution's package python3 is installed, and no other version of it."""
    names = {
        package.name
        for found in build.packages("apt-get", "apt", "apk", action="install")
        if found.instruction in stage.instructions
        for package in found.does.packages
    }
    return not {"python3", "python3-venv", "python3-pip", "python3-dev", "py3-pip"}.isdisjoint(names)
