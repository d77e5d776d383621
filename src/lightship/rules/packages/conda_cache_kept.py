"""The downloads and the index of conda stay in the image

## What it does
Finds installs by conda, mamba or micromamba whose downloads stay in a layer of the final image.

Build stages are left alone, and so are RUN instructions with a cache mount over the directory
`pkgs` or with a command that empties it. Examples and images for development, tests or CI are left
alone, unless they are pushed to a registry.

## Why is this bad?
conda keeps every archive that it downloads, unpacked beside its environments, and an index of all
packages of each channel. The finished image never reads them. Cleaning up removed 600 MB from an
image of proteneer/timemachine (pull request 852), 1 GB from one of opera-adt/COMPASS (202), and
1.4 GB from one of RMG-Py (2437).

A cache mount over `pkgs` keeps the downloads out of the layer as well, and makes the next build
faster. conda creates hard links to that directory where it can; on another file system, such as a
mount, it copies.

## Fix safety
The fix runs `conda clean --all --yes` at the end of the same RUN. It is safe: conda removes only
archives, the index, and unpacked packages that no environment links to. It is not offered where the
script may end early, continues in the background, or may not reach the install.

## When to ignore
Ignore it where the container creates environments at run time and should reuse the downloads.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.packages.kept_cache_findings import finding
from lightship.facts.packages.package_caches import CONDA, kept_caches
from lightship.facts.stages.final_image import is_shipped
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope


def check(build: Build) -> Iterator[Finding]:
    if not is_shipped(build):
        return
    for call in kept_caches(build, CONDA):
        yield finding(build, CONDA, call, f"{call.command.name}'s downloads and index")


_CONDA = "FROM condaforge/miniforge3:25.9.1-0\n"

RULE = Rule(
    id="conda-cache-kept",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(managers=CONDA.managers),
    practice=Practice.SIZE,
    examples=(
        Example(
            bad=f"{_CONDA}RUN conda install -y numpy=2.3",
            fixed=f"{_CONDA}RUN conda install -y numpy=2.3 && conda clean --all --yes",
        ),
        Example(
            bad=f"{_CONDA}COPY environment.yml /\nRUN mamba env create -f /environment.yml",
            fixed=f"{_CONDA}COPY environment.yml /\nRUN mamba env create -f /environment.yml && "
            "mamba clean --all --yes",
        ),
        Example(
            bad="FROM mambaorg/micromamba:2.3.3\n"
            "RUN micromamba install -y -n base -c conda-forge \\\n"
            "    # the reader\n    gdal=3.11",
            fixed="FROM mambaorg/micromamba:2.3.3\n"
            "RUN micromamba install -y -n base -c conda-forge \\\n"
            "    # the reader\n    gdal=3.11 \\\n    && micromamba clean --all --yes",
        ),
        Example(
            bad=f"{_CONDA}RUN conda clean -a && /opt/conda/bin/conda env update -n base -f a.yml",
            fixed=f"{_CONDA}RUN /opt/conda/bin/conda env update -n base -f a.yml && "
            "/opt/conda/bin/conda clean --all --yes",
        ),
        Example(
            bad=f"{_CONDA}RUN <<EOF\nset -e\nconda create -y -n app python=3.13\nEOF",
            fixed=f"{_CONDA}RUN <<EOF\nset -e\nconda create -y -n app python=3.13\n"
            "conda clean --all --yes\nEOF",
        ),
        # Modes are set last
        Example(
            bad=f"{_CONDA}RUN conda install -y numpy=2.3 && \\\n    fix-permissions $CONDA_DIR",
            fixed=f"{_CONDA}RUN conda install -y numpy=2.3 && \\\n    conda clean --all --yes && "
            "\\\n    fix-permissions $CONDA_DIR",
        ),
        Example(
            bad=f"{_CONDA}RUN conda update -y --all; conda info",
            fixed=f"{_CONDA}RUN conda update -y --all; conda info && conda clean --all --yes",
        ),
        Example(
            bad=f"{_CONDA}RUN bash -lc 'conda install -y numpy=2.3'",
            fixed=f"{_CONDA}RUN bash -lc 'conda install -y numpy=2.3 && conda clean --all --yes'",
        ),
        Example(bad=f'{_CONDA}RUN ["conda", "install", "-y", "numpy=2.3"]'),
        Example(
            bad=f"{_CONDA}RUN if test -f a.yml; then conda env update -f a.yml; fi"
        ),
        Example(
            bad=f"{_CONDA}RUN conda install -y numpy=2.3 || conda install -y numpy"
        ),
        Example(good=f"{_CONDA}RUN conda install -y numpy=2.3 && conda clean -afy"),
        Example(good=f"{_CONDA}RUN mamba install -y numpy=2.3; conda clean -tipy"),
        Example(
            good=f"{_CONDA}RUN conda install -y numpy=2.3 && rm -rf /opt/conda/pkgs/*"
        ),
        Example(
            good=f"{_CONDA}ENV CONDA_DIR=/opt/c\n"
            "RUN conda install -y numpy=2.3 && rm -rf $CONDA_DIR/pkgs"
        ),
        Example(
            good=f"{_CONDA}RUN --mount=type=cache,target=/opt/conda/pkgs conda install -y numpy=2.3"
        ),
        Example(
            good=f"{_CONDA}RUN conda create -y -n app && conda config --add channels conda-forge"
        ),
        Example(good=f"{_CONDA}RUN conda list && conda run -n base python -V"),
        Example(
            good="FROM condaforge/miniforge3:25.9.1-0 AS build\n"
            "RUN conda create -y -p /env python=3.13\n"
            "FROM debian:trixie-slim\nCOPY --from=build /env /env",
        ),
    ),
)
