"""Packages of Python that load the library of OpenMP, libgomp1, which only gcc brings along."""

from __future__ import annotations

from collections.abc import Iterable

from lightship.build import Build, PackageInvocation
from lightship.facts.installs.requirement_files import requirements_of

LIBRARY = "libgomp1"
# By their wheels, by what they compile with -fopenmp (their setup.py and CMakeLists.txt), and what
# depends on those
_OPENMP = tuple(
    """lightgbm xgboost implicit fasttext gpboost hnswlib llama-cpp-python llama_cpp_python lightfm
    nmslib pycaret autogluon mljar-supervised lightautoml""".split()
)


def uses_openmp(build: Build, calls: Iterable[PackageInvocation]) -> bool:
    """Whether one of these installs takes such a package, as far as the commands and the
    requirements in the build context tell.
    """
    asked: list[str] = []
    for call in calls:
        asked += [package.name for package in call.does.packages]
        for requirements in requirements_of(build, call) or ():
            asked += [item.name for item in requirements.dependencies]
    return any(name.lower().startswith(_OPENMP) for name in asked)
