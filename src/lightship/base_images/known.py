"""Facts about official images, as their own Dockerfiles state them.

Read for this on 2026-11-24: docker-library/python, ruby, postgres and mysql, nodejs/docker-node,
nginxinc/docker-nginx, rust-lang/docker-rust, MariaDB/mariadb-docker, adoptium/containers; none of
them has a WORKDIR. The images of distributions hold a file system and CMD alone. Retired tags
such as python:3.6-onbuild have both: WORKDIR /usr/src/app, and triggers.
"""

from __future__ import annotations

from lightship.base_images.lifetimes import official_name
from lightship.base_images.reference import Reference, read_reference
from lightship.regex import regex

# They set no ENTRYPOINT, and no WORKDIR other than `/`.
BARE = frozenset(
    """almalinux alpine amazonlinux archlinux buildpack-deps busybox debian fedora
    python rockylinux ubuntu""".split()
)


# They set no WORKDIR other than `/` either, though they may have an ENTRYPOINT.
_IN_ROOT = BARE | frozenset(
    "centos eclipse-temurin mariadb mysql nginx node oraclelinux postgres ruby rust".split()
)


def is_bare(image: Reference) -> bool:
    """Whether an image is known to start in `/` and to run a command as it is given."""
    return _is_one_of(image, BARE)


def starts_in_root(name: str) -> bool:
    """Whether the working directory of a base image, by its name, is known to be `/`."""
    if name == "scratch":
        return True
    image = read_reference(name)
    return not isinstance(image, str) and _is_one_of(image, _IN_ROOT)


def _is_one_of(image: Reference, names: frozenset[str]) -> bool:
    if "onbuild" in image.tag or not image.official:
        return False
    return image.path.removeprefix("library/") in names


# Official images, not their Alpine variants, that have bash: they are made from Debian, Ubuntu or
# Red Hat's packages.
_WITH_BASH = frozenset(
    """almalinux amazonlinux archlinux buildpack-deps centos debian eclipse-temurin
    fedora gcc golang httpd mariadb maven mysql nginx node openjdk oraclelinux perl php
    postgres python rockylinux ruby rust ubuntu""".split()
)


def is_alpine(image: Reference) -> bool:
    """Whether the name or tag says Alpine, so that the shell is busybox's."""
    return "alpine" in image.path.rpartition("/")[2] or "alpine" in image.tag


def has_bash(image: Reference) -> bool:
    """Whether an image is known to have /bin/bash."""
    return (
        image.official
        and image.path.removeprefix("library/") in _WITH_BASH
        and not is_alpine(image)
    )


# Official images that are made from Debian's or Ubuntu's, unless their tag names another system
_OF_DEBIAN = frozenset(
    """buildpack-deps debian gcc golang haproxy httpd memcached nginx node perl php
    postgres python redis ruby rust ubuntu""".split()
)
_OTHER_SYSTEMS = (
    "alpine",
    "windows",
    "nanoserver",
    "ubi",
    "oracle",
    "wolfi",
    "distroless",
)


def has_docker_clean(image: Reference) -> bool:
    """Whether an image has /etc/apt/apt.conf.d/docker-clean, which makes apt remove what it
    downloaded.

    The images of Debian and Ubuntu have it (github.com/debuerreotype/debuerreotype,
    scripts/debuerreotype-minimizing-config; docs.docker.com, "Example: cache apt packages"), and
    so has what is made from them.
    """
    if any(system in image.tag for system in _OTHER_SYSTEMS):
        return False
    if image.official:
        return image.path.removeprefix("library/") in _OF_DEBIAN
    if image.name in ("nvidia/cuda", "nvcr.io/nvidia/cuda"):
        return "ubuntu" in image.tag
    return image.name in ("ghcr.io/astral-sh/uv", "astral/uv") and any(
        release in image.tag for release in ("bookworm", "trixie")
    )


# Red Hat's images of Python: ENV PIP_NO_CACHE_DIR=off (github.com/sclorg/s2i-python-container),
# which pip reads as "no cache"
_SCLORG_PYTHON = regex(
    r"(?:ubi[0-9]*|rhel[0-9]*|rhscl|sclorg)/python-[0-9]+(?:-[a-z0-9]+)*"
)


def switches_pip_cache_off(name: str) -> bool:
    """Whether a base image, by its name, is known to have PIP_NO_CACHE_DIR in its environment."""
    if "/python-" not in name:
        return False
    image = read_reference(name)
    return (
        not isinstance(image, str) and _SCLORG_PYTHON.fullmatch(image.path) is not None
    )


# Those of CUDA, PyTorch and Conda, beside which some ten megabytes are nothing
_OF_GIGABYTES = (
    *("nvidia/cuda", "nvcr.io/", "pytorch/", "tensorflow/", "rayproject/", "rocm/"),
    *("intel/", "vllm/", "openmmlab/", "huggingface/", "continuumio/", "condaforge/"),
    *("ghcr.io/huggingface/", "lmsysorg/", "ultralytics/", "modelscope/", "unsloth/"),
    *("stereolabs/", "dustynv/", "runpod/", "jupyter/", "quay.io/jupyter/"),
    *("gcr.io/deeplearning-platform-release/", "gcr.io/kaggle-"),
    *("public.ecr.aws/deep-learning-containers/", "ghcr.io/tenstorrent/"),
)


def is_of_gigabytes(name: str) -> bool:
    """Whether an image is so large by itself, as far as its name tells."""
    return name.removeprefix("docker.io/").startswith(_OF_GIGABYTES)


# Frameworks and applications whose packages of Python are matched to one another: what a project
# asks for is mostly there, in the version that the image was tested with
_PYTHON_STACKS = (
    *("nvcr.io/nvidia/", "pytorch/", "tensorflow/", "rocm/", "rayproject/", "vllm/"),
    *(
        "lmsysorg/",
        "huggingface/",
        "ghcr.io/huggingface/",
        "openmmlab/",
        "ultralytics/",
    ),
    *("intel/intel-extension-", "intel/intel-optimized-", "apache/airflow"),
    *("apache/superset", "jupyter/", "quay.io/jupyter/", "modelscope/", "unsloth/"),
    *("gcr.io/deeplearning-platform-release/", "gcr.io/kaggle-"),
    "public.ecr.aws/deep-learning-containers/",
)
_WITHOUT_PYTHON = regex(
    r"nvcr\.io/nvidia/(?:cuda|cudagl|opengl|k8s|driver|cloud-native)(?![\w-])|rocm/dev-"
    r"|jupyter/(?:base|minimal)-notebook|quay\.io/jupyter/(?:base|minimal)-notebook"
)


# Engines for language models, whoever builds the image: `slimerl/sglang`, `acme/vllm-openai`
_OF_MODELS = regex(r"(?:^|[/-])(?:sglang|vllm|verl|megatron)(?:[-:@]|$)")
# Frameworks, whoever builds the image: `acme/better-pytorch:2.6`, `runpod/pytorch`, `acme:torch2.6`
_OF_FRAMEWORKS = regex(r"(?:^|[/:._-])(?:py)?(?:torch|tensorflow)(?=[\d:@._-]|$)")


def has_python_stack(name: str) -> bool:
    """Whether an image ships the large Python packages that it is used for, as far as its name
    tells.
    """
    bare = name.removeprefix("docker.io/")
    if _OF_MODELS.search(bare) is not None or _OF_FRAMEWORKS.search(bare) is not None:
        return True
    return bare.startswith(_PYTHON_STACKS) and _WITHOUT_PYTHON.match(bare) is None


# What images are called that bring an interpreter or a system to build on, and no program
_TO_BUILD_ON = regex(
    r"(?i)python|py\d|base|conda|mamba|cuda|gpu|ubuntu|debian|alpine|centos|rocky|alma|fedora"
    r"|ubi\d|linux|distroless|runtime|build|image|dev|lambda|node|java|jdk|bash|playwright|uv(?=$|[:@-])"
)


def is_application(name: str) -> bool:
    """Whether an image is a finished application of somebody else, as far as its name tells: its
    program has the packages that it was tested with.
    """
    image = read_reference(name)
    if not isinstance(image, Reference) or official_name(image):
        return False
    return _TO_BUILD_ON.search(f"{image.path}:{image.tag}") is None


# Those of CUDA, PyTorch and ROCm with a tag for what compiles: they have build-essential
_FOR_COMPILING = regex(r"(?:^|[.-])devel(?:[.-]|$)")


def brings_compiler(image: Reference) -> bool:
    """Whether an image has a compiler of C, as its name and tag tell.

    Sources: NVIDIA's container-images/cuda (dist/*/devel/Dockerfile), pytorch's Dockerfile.
    """
    if not is_of_gigabytes(image.name):
        return False
    is_for_it = _FOR_COMPILING.search(image.tag) is not None
    return is_for_it or image.name.startswith(("rocm/dev-", "docker.io/rocm/dev-"))
