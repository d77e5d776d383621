"""Packages of Python that load the library of OpenMP, libgomp1, which only gcc brings along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import basename

from lightship.build import Build, PackageInvocation
from lightship.facts.installs.requirement_files import requirements_of
from lightship.pyproject.requirements import read_files

LIBRARY = "libgomp1"
_MOST_FILES = 20
# By their wheels, by what they compile with -fopenmp (their setup.py and CMakeLists.txt), and what
# depends on those
_OPENMP = tuple(
    """lightgbm xgboost implicit fasttext gpboost hnswlib llama-cpp-python llama_cpp_python lightfm
    nmslib pycaret autogluon mljar-supervised lightautoml""".split()
)


def _of_that_name(build: Build, call: PackageInvocation) -> Iterator[str]:
    """What the files of the context ask for that are called as those which cannot be followed.

    COPY may take them from a path of another context of the same repository.
    """
    context = build.context
    if context is None:
        return
    names = {basename(path) for path in call.does.requirements}
    paths = [path for path in context.paths if basename(path) in names]
    for path in paths[:_MOST_FILES]:
        for item in read_files(context, path).dependencies:
            yield item.name


def uses_openmp(build: Build, calls: Iterable[PackageInvocation]) -> bool:
    """Whether one of these installs takes such a package, as far as the commands and the
    requirements in the build context tell.
    """
    asked: list[str] = []
    for call in calls:
        asked += [package.name for package in call.does.packages]
        files = requirements_of(build, call)
        if files is None:
            asked += _of_that_name(build, call)
            continue
        for file in files:
            asked += [item.name for item in file.dependencies]
    return any(name.lower().startswith(_OPENMP) for name in asked)
