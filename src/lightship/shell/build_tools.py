"""Packages that only a build needs: compilers, headers, and the tools around them."""

from __future__ import annotations

# What compiles, in the names of Debian, Alpine and Red Hat
_COMPILERS = frozenset(
    """build-essential build-base alpine-sdk gcc g++ gcc-c++ cpp clang gfortran gcc-gfortran cargo
    rustc rust rustup golang golang-go rpm-build cmake ninja-build meson autoconf
    automake libtool gcc-multilib g++-multilib cython cython3 development-tools musl-dev
    libc-dev linux-headers linux-libc-dev redhat-rpm-config nasm yasm swig bison
    r-base-dev""".split()
)
# They come with compilers, and are of little weight alone: a makefile may be what the image runs,
# or dpkg-scanpackages, which makes the index of a repository
_COMPANIONS = frozenset(
    """binutils dpkg-dev file flex gmake m4 make patch pkg-config pkgconf pkgconfig python3-pip
    python3-venv python3-wheel""".split()
)
_COMPANIONS |= frozenset(
    "python3-setuptools python3-virtualenv python-pip python-setuptools python-wheel".split()
)
_GROUPS = frozenset(
    {"development tools", "development-tools", "c development tools and libraries"}
)
# Packages of Debian that bring the headers of C, by themselves or by what they depend on
BRING_HEADERS = frozenset(
    {
        "build-essential",
        "g++",
        "libc6-dev",
        "libc-dev",
        "python3-dev",
        "libpython3-dev",
        "rustc",
        "cargo",
        "zlib1g-dev",
    }
)
_VERSIONED = (
    "gcc-",
    "g++-",
    "clang-",
    "golang-",
    "llvm-",
    "gcc-toolset-",
    "devtoolset-",
    "cargo-",
    "rustc-",
)
_RPM_MANAGERS = frozenset({"dnf", "microdnf", "yum", "tdnf", "zypper"})
# A JDK may be what runs the application; r-base-dev brings compilers
_NOT_HEADERS = (
    "dpkg-dev",
    "r-base-dev",
    "openjdk-devel",
    "openjdk-headless-devel",
    "java-devel",
)


def is_build_tool(manager: str, name: str) -> bool:
    """Whether a package is a compiler, headers or similar, which only a build needs."""
    if name.lower() in _GROUPS or name in _COMPILERS:
        return True
    if is_headers(manager, name):
        return True
    for start in _VERSIONED:
        version = name.removeprefix(start)
        if version != name and version[:1].isdigit():
            return True
    return False


def is_companion(name: str) -> bool:
    """Whether a package serves a build, but is not a reason by itself to keep the build apart."""
    return name in _COMPANIONS


def is_headers(manager: str, name: str) -> bool:
    """Whether a package holds the headers of a library."""
    suffixes = ("-devel",) if manager in _RPM_MANAGERS else ("-dev", "-headers")
    return name.endswith(suffixes) and not name.endswith(_NOT_HEADERS)
