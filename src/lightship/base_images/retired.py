"""Repositories of images that get no more updates, whatever their tag, and what took their place.

Sources: docker-library/docs, `<image>/deprecated.md` (openjdk, java, centos); conda-forge.org,
"Sunsetting Mambaforge" of 2024-07-29; github.com/jupyter/docker-stacks, README, "Quick Start";
github.com/bitnami/containers, issue 83267; discuss.circleci.com, "Legacy Convenience Image
Deprecation"; github.com/microsoft/vscode-dev-containers, issue 1762;
github.com/GoogleContainerTools/distroless, SUPPORT_POLICY.md and pull requests 949, 1121 and 1408;
github.com/anaconda/docker-images, README and pull request 721 (Miniconda 26.7 is the last, and
26.9.4 came by 2026-11-10), issues 198 (no Python 2 since 2021-07-28) and 298 (conda/miniconda3,
whose repository is archived); github.com/minio/minio, issue 21647 (source only since 2025-10) and
github.com/makeplane/plane, pull request 9829 (gone from Docker Hub, nothing new on quay.io);
github.com/redis-developer/redis-developer.github.io, commit 8bf2608 (redismod, whose repository saw
its last commit on 2022-10-25); hub.docker.com/r/redis/redis-stack; github.com/mhart/alpine-node,
README "Deprecated" (last images of 2021-07-12); centos.org, the end of CentOS Linux 7, from which
all of centos/*-centos7 are made; github.com/docker/hub-feedback, issue 1672, and
github.com/docker-archive/tutum-*, where all of Tutum's are; github.com/astral-sh/uv, pull requests
16520 and 17755, issue 15270 (tags of uv's images that 0.10 no longer moves). Read on 2026-12-03.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from lightship.base_images.lifetimes import parts
from lightship.base_images.reference import Reference
from lightship.record import record
from lightship.regex import regex

# Pattern of the name with its registry; the last day with updates; what to use instead
_TABLE = r"""
    docker\.io/library/openjdk                      2022-07-31 eclipse-temurin
    docker\.io/library/java                         2016-12-31 eclipse-temurin
    docker\.io/library/centos                       2024-06-30 almalinux or rockylinux
    docker\.io/centos/[a-z0-9]+-[0-9]+-centos7      2024-06-30 an image of almalinux or ubi9
    docker\.io/tutum/[a-z0-9.-]+                    2018-10-30 an official image
    docker\.io/mhart/alpine-node                    2021-07-12 the alpine tags of node
    docker\.io/condaforge/mambaforge(?:-pypy3)?     2024-12-31 condaforge/miniforge3
    docker\.io/continuumio/miniconda3               2026-10-31 anaconda/miniconda
    docker\.io/continuumio/(?:ana|mini)conda        2021-07-28 condaforge/miniforge3
    docker\.io/conda/miniconda[23]                  2019-12-31 condaforge/miniforge3
    docker\.io/minio/minio                          2025-09-07 an object store that is published
    docker\.io/minio/mc                             2025-08-13 a client of S3 that is published
    quay\.io/minio/minio                            2025-09-07 an object store that is published
    quay\.io/minio/mc                               2025-08-13 a client of S3 that is published
    docker\.io/redislabs/redismod                   2022-12-31 redis, from 8 on
    docker\.io/redis/redis-stack(?:-server)?        2025-12-31 redis, from 8 on
    docker\.io/jupyter/[a-z-]+-notebook             2023-10-20 the image of quay.io/jupyter
    docker\.io/jupyter/docker-stacks-foundation     2023-10-20 the image of quay.io/jupyter
    docker\.io/bitnamilegacy/[a-z0-9-]+             2025-08-28 another image
    docker\.io/circleci/[a-z-]+                     2021-12-31 the image of cimg
    mcr\.microsoft\.com/vscode/devcontainers/[a-z-]+ 2023-11-30 mcr.microsoft.com/devcontainers
    gcr\.io/distroless/[a-z0-9-]+-debian(?:9|10)    2022-08-14 the one with debian13
    gcr\.io/distroless/[a-z0-9-]+-debian11          2024-06-10 the one with debian13
"""

# With 0.10.0 uv's images went over to trixie, Alpine 3.22 and Python 3.9
_UV_0_9_30 = date(2026, 2, 4)
_OF_UV = frozenset(("ghcr.io/astral-sh/uv", "docker.io/astral/uv"))
_LEFT_BY_UV = regex(
    r"(?:python3\.[0-9]+-)?(?:alpine3\.(?:19|20|21)|bookworm(?:-slim)?)|python3\.8-alpine"
)


@record
class Retirement:
    """The end of a repository or tag: its last day with updates, and what to use in its place.

    `is_of_tag` is whether other tags of the repository go on.
    """

    ends: date
    instead: str
    is_of_tag: bool = False


@cache
def _rows() -> Mapping[str, Sequence[tuple[re.Pattern[str], Retirement]]]:
    """The rows by the registry and the path above the name, which no pattern leaves open."""
    rows: dict[str, list[tuple[re.Pattern[str], Retirement]]] = {}
    for line in _TABLE.strip().splitlines():
        pattern, ends, instead = line.split(None, 2)
        above, _, name = pattern.rpartition("/")
        retirement = Retirement(date.fromisoformat(ends), instead)
        row = regex(name), retirement
        rows.setdefault(above.replace("\\", ""), []).append(row)
    return rows


def retirement_of(image: Reference) -> Retirement | None:
    """When the repository of an image got its last update; None where it still gets some."""
    # What openjdk still gets are early-access builds of versions to come
    if "-ea" in image.tag:
        return None
    above, _, name = f"{image.domain}/{image.path}".rpartition("/")
    for pattern, retirement in _rows().get(above, ()):
        if pattern.fullmatch(name):
            return retirement
    return _of_uv(image)


def _of_uv(image: Reference) -> Retirement | None:
    """The end of a tag that names no version of uv, and that its newer releases leave as it is."""
    if f"{image.domain}/{image.path}" not in _OF_UV or image.digest:
        return None
    if _LEFT_BY_UV.fullmatch(image.tag) is None:
        return None
    # Of Python 3.8 and old Alpines it is told that they have ended
    instead = image.tag.replace("bookworm", "trixie")
    return Retirement(_UV_0_9_30, instead, is_of_tag=True)


def gets_no_updates(image: Reference, day: date) -> bool:
    """Whether an image, or a release that its tag names, has got its last update before a day."""
    retirement = retirement_of(image)
    if retirement is not None and retirement.ends < day:
        return True
    return any(part.release.has_ended(day) for part in parts(image))
