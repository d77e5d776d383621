"""Which Python a stage has: that of its image, or of the distribution."""

from __future__ import annotations

from lightship.base_images.pythons import Python, distribution_python, image_python
from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.regex import regex

# What shows that a stage may have another Python than that of its image or its distribution
_OTHERS = regex(
    r"\b(?:pyenv|\w*conda\w*|\w*mamba|deadsnakes|managed-python|python-build|asdf|mise|rye|pixi|nix|uv python)\b"
    r"|ftp/python|UV_PYTHON_(?:INSTALL_DIR|PREFERENCE)|python-preference"
)


_OTHER_WORDS = (
    *(
        "pyenv",
        "conda",
        "mamba",
        "deadsnakes",
        "managed-python",
        "python-build",
        "asdf",
        "mise",
        "rye",
        "pixi",
        "nix",
    ),
    *("uv python", "ftp/python", "UV_PYTHON_", "python-preference"),
)
_PACKAGES = frozenset(
    ("python3", "python3-venv", "python3-pip", "python3-dev", "py3-pip")
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
    others: list[
        bool
    ] = []  # by stage: whether it, or one that it starts from, may have another one
    bringing: list[
        bool
    ] = []  # by stage: whether the same installs that of the distribution
    packages, some = (
        _python_packages(build),
        any(word in build.dockerfile.text for word in _OTHER_WORDS),
    )
    for stage, base in zip(
        build.dockerfile.stages, build.evaluation.graph.bases, strict=True
    ):
        others.append(
            (base is not None and others[base.index])
            or (some and _has_another(build, stage))
        )
        bringing.append(
            (base is not None and bringing[base.index]) or stage.index in packages
        )
    stages = zip(build.dockerfile.stages, others, bringing, strict=True)
    return tuple(
        None if other else _python(build, stage, brings)
        for stage, other, brings in stages
    )


def _python(build: Build, stage: Stage, brings: bool) -> Python | None:
    image = read_reference(build.evaluation.root(stage).name)
    if isinstance(image, str):
        return None
    return image_python(image) or (distribution_python(image) if brings else None)


def _has_another(build: Build, stage: Stage) -> bool:
    text = "\n".join(
        item.span.of(build.dockerfile.text)
        for item in stage.instructions
        if item.keyword in ("RUN", "ENV", "ARG")
    )
    return _OTHERS.search(text) is not None


def _python_packages(build: Build) -> set[int]:
    """The stages that install the distribution's package python3, and no other version of it."""
    found = build.packages("apt-get", "apt", "apk", action="install")
    bringing = (
        each
        for each in found
        if any(package.name in _PACKAGES for package in each.does.packages)
    )
    stages = (build.dockerfile.stage_of(each.instruction) for each in bringing)
    return {stage.index for stage in stages if stage is not None}
