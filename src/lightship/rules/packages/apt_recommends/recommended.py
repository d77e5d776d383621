"""What must be asked for by name once apt leaves out what packages only recommend.

Read in the package lists of Debian 12 and 13: gcc recommends libc6-dev, without which it compiles
nothing; cmake recommends a compiler and make; xvfb recommends xauth, without which xvfb-run stops;
git, curl's library and wget recommend ca-certificates, without which https fails; git recommends
openssh-client too, without which it reaches no repository over ssh. python3-pip
recommends build-essential and python3-dev, with which pip builds what has no wheel; gpg, on which
software-properties-common depends, recommends gpg-agent, without which add-apt-repository of
Ubuntu 22.04 cannot import a key. zip recommends unzip; git patch; npm git; autoconf automake;
qemu-system-x86 qemu-utils: that counts where a RUN or a script of the context calls them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lightship.base_images.full import missing_libraries
from lightship.base_images.lifetimes import official_name
from lightship.build import Build, PackageInvocation
from lightship.facts.copies.sources import sources_of
from lightship.facts.installs.requirement_files import requirements_of
from lightship.facts.packages.apt import APT
from lightship.facts.start.purpose import runs_program
from lightship.record import record
from lightship.regex import regex
from lightship.shell.build_tools import BRING_HEADERS
from lightship.shell.packages import Package

_CERTIFICATES = "ca-certificates"
_SCRIPTS = (".sh", ".bash")
_PIP_CALL = regex(r"\bpip3? +install\b")


@record
class Need:
    """What `packages` cannot do their work without, and the packages that already depend on it.

    `commands` are what needs it, where that is not the package's whole work; `words` are what the
    Dockerfile says where it is needed.
    """

    packages: frozenset[str]
    needed: str
    brought_by: frozenset[str]
    commands: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


"""What brings the headers of C, those of the kernel among them."""
_COMPILERS = frozenset({"build-essential", "gcc", "g++"})
# Commands and addresses that need the client of ssh
_OF_SSH = (
    "ssh-keyscan",
    "ssh-keygen",
    "ssh-add",
    "scp ",
    "git@",
    "ssh://",
    ".ssh/",
    "type=ssh",
)
_NEEDS = (
    Need(
        packages=frozenset({"cmake"}),
        needed="gcc",
        brought_by=frozenset({"gcc", "clang", "build-essential", "g++"}),
    ),
    Need(
        packages=frozenset({"cmake"}),
        needed="make",
        brought_by=frozenset({"make", "ninja-build", "build-essential"}),
    ),
    Need(
        packages=frozenset({"gcc", "gfortran", "cmake"}),
        needed="libc6-dev",
        brought_by=BRING_HEADERS,
    ),
    Need(
        packages=frozenset({"xvfb"}),
        needed="xauth",
        brought_by=frozenset(),
    ),
    Need(
        packages=frozenset({"software-properties-common"}),
        needed="gpg-agent",
        brought_by=frozenset({"gnupg", "gnupg2"}),
        commands=("add-apt-repository", "apt-add-repository"),
    ),
    Need(
        packages=frozenset({"git"}),
        needed="openssh-client",
        brought_by=frozenset({"ssh", "ssh-client", "openssh-server"}),
        words=_OF_SSH,
    ),
    Need(
        packages=frozenset({"zip"}),
        needed="unzip",
        brought_by=frozenset(),
        commands=("unzip",),
    ),
    Need(
        packages=frozenset({"git"}),
        needed="patch",
        brought_by=frozenset({"build-essential", "dpkg-dev", "quilt"}),
        commands=("patch",),
    ),
    Need(
        packages=frozenset({"npm"}),
        needed="git",
        brought_by=frozenset({"git-core", "git-lfs"}),
        commands=("git",),
    ),
    Need(
        packages=frozenset({"autoconf"}),
        needed="automake",
        brought_by=frozenset(),
        commands=("automake", "aclocal", "autoreconf"),
    ),
    Need(
        packages=frozenset({"qemu-system-x86"}),
        needed="qemu-utils",
        brought_by=frozenset(),
        commands=("qemu-img", "qemu-nbd"),
    ),
    Need(
        packages=frozenset({"git", "curl", "wget"}),
        needed=_CERTIFICATES,
        brought_by=frozenset(),
    ),
)
# Their work rests on packages that they only recommend: a sandbox and fonts, the tools that build
# packages, a certificate that the default site names, the compiler of what they install
_RESTS_ON_RECOMMENDED = regex(
    r"chromium(?:-browser|-driver)?|google-chrome-.*|firefox(?:-esr)?|microsoft-edge-.*"
    r"|devscripts|equivs|git-buildpackage|debhelper|dh-.*|pbuilder|sbuild|apache2|luarocks"
    r"|r-base(?:-core)?|texlive.*|libreoffice.*|afl|cpanminus|ruby-full|snapd|flatpak|wine.*"
    # logrotate of tor, the client of docker.io in trixie, what updates suricata's rules
    r"|tor|docker\.io|suricata|libinsighttoolkit.*|cloudflare-warp"
)
# What has no certificates of its own
_WITHOUT_CERTIFICATES = frozenset({"debian", "ubuntu"})
# A copy of them in a registry of one's own is known by its name
_WITH_CERTIFICATES = frozenset("buildpack-deps golang node openjdk python ruby".split())
# Of the images that others publish there nothing is known to lack them
_PUBLIC_REGISTRIES = frozenset(
    "docker.io gcr.io ghcr.io mcr.microsoft.com nvcr.io public.ecr.aws quay.io"
    " registry.access.redhat.com".split()
)


def needs(build: Build, call: PackageInvocation) -> Iterator[tuple[Package, str]]:
    """What to name after which package of an install, since only a recommendation brings it."""
    names, recommending = build.once(_installed)
    for need in _NEEDS:
        package = _wanting(call, need)
        if package is None:
            continue
        if need.commands and not _is_called(build, need.commands):
            continue
        if need.words and not any(word in build.dockerfile.text for word in need.words):
            continue
        if need.needed in names:
            continue
        if not names.isdisjoint(need.brought_by):
            continue
        if _is_brought_before(call, need, recommending):
            continue
        if need.needed != _CERTIFICATES or _lacks_certificates(build):
            yield package, need.needed


def _is_called(build: Build, commands: tuple[str, ...]) -> bool:
    """Whether a RUN or a shell script of the context calls one of the commands."""
    if build.has_command(*commands):
        return True
    names = "|".join(map(re.escape, commands))
    call = regex(rf"(?m)(?:^|[;&|(])[ \t]*(?:sudo +|exec +|then +|do +)?(?:{names})\s")
    return any(map(call.search, sources_of(build, _SCRIPTS)))


def rests_on_recommended(call: PackageInvocation) -> bool:
    """Whether a package does little without what it recommends, or is not known at all."""
    for package in call.does.packages:
        if package.kind != "registry":
            return True
        if _RESTS_ON_RECOMMENDED.fullmatch(package.name):
            return True
    return False


def may_build_for_pip(build: Build, call: PackageInvocation) -> bool:
    """Whether a later install of Python packages may need the compiler that python3-pip recommends.

    It does not where a compiler and Python's headers are named, or where all that is installed is
    known, and nothing of it known to have no wheel.
    """
    if not any(package.name == "python3-pip" for package in _named(call)):
        return False
    names, _ = build.once(_installed)
    has_compiler = not names.isdisjoint(_COMPILERS)
    if has_compiler and any(_is_headers(name) for name in names):
        return False

    if not runs_program(build):
        return True  # others start from it, and may install
    if any(map(_PIP_CALL.search, sources_of(build, _SCRIPTS))):
        return True

    start = call.command.span.start
    for later in build.packages("pip", "pipenv", "poetry", "uv"):
        if later.instruction not in build.shipped:
            continue
        if later.command.span.start <= start:
            continue
        if not later.does.installs:
            continue
        if _may_compile(build, later):
            return True
    return False


def _may_compile(build: Build, call: PackageInvocation) -> bool:
    """Whether an install may take a package that has no wheel."""
    does = call.does
    if does.option("--only-binary"):
        return False
    requirements = requirements_of(build, call) if does.manager == "pip" else None
    if requirements is None or does.action != "install":
        return True

    names = {package.name.lower() for package in does.packages}
    if any(package.kind != "registry" for package in does.packages):
        return True
    for file in requirements:
        if file.missing or any(item.url for item in file.dependencies):
            return True
        names.update(item.name for item in file.dependencies)
    needs_compiler = missing_libraries(())
    return any(needs_compiler.get(name) == "gcc" for name in names)


def _is_headers(name: str) -> bool:
    if not name.endswith("-dev"):
        return False
    return name.startswith(("python3", "libpython3"))


def _wanting(call: PackageInvocation, need: Need) -> Package | None:
    """The first package of an install that needs it."""
    for package in _named(call):
        if _plain(package.name) in need.packages:
            return package
    return None


def _is_brought_before(
    call: PackageInvocation, need: Need, recommending: Mapping[str, int]
) -> bool:
    """Whether an earlier install took the recommendations of such a package."""
    start = call.command.span.start
    firsts = (recommending.get(name, start) for name in need.packages)
    return min(firsts) < start


def _installed(build: Build) -> tuple[set[str], dict[str, int]]:
    """What apt installs in the final image, and where each name is first installed to recommend.

    An install does that which takes recommendations, or is about to name them.
    """
    names: set[str] = set()
    recommending: dict[str, int] = {}
    for call in build.packages(*APT, action="install"):
        if call.instruction not in build.shipped:
            continue
        takes_all = not call.does.option("--no-install-recommends")
        start = call.command.span.start
        for package in _named(call):
            name = _plain(package.name)
            names.add(name)
            if takes_all:
                recommending.setdefault(name, start)
    return names, recommending


def _named(call: PackageInvocation) -> list[Package]:
    return [package for package in call.does.packages if package.kind == "registry"]


def _plain(name: str) -> str:
    """`gcc` of `gcc-14`."""
    start, _, version = name.partition("-")
    if start == "gcc" and version.isdigit():
        return start
    return name


def _lacks_certificates(build: Build) -> bool:
    image = build.root_image(build.lineage[0])
    if image is None:
        return True
    name = official_name(image)
    if name is None:
        _, _, last = image.path.rpartition("/")
        is_mirrored = last in _WITH_CERTIFICATES
        return not is_mirrored and image.domain not in _PUBLIC_REGISTRIES
    return name in _WITHOUT_CERTIFICATES
