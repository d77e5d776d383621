"""Which commands official images come without, and which packages bring them.

What the images hold: Debian's are made of the essential and required packages and apt
(github.com/debuerreotype/debuerreotype, variant minbase). The closure of those packages was worked
out in the package lists of Debian 13: none of the commands below is in it, adduser neither, which
Debian 12 still has. Ubuntu's images are made likewise (ubuntu-base). Slim images are Debian's with
what their own Dockerfiles add (docker-library/python, nodejs/docker-node, rust-lang/docker-rust,
astral-sh/uv; see fetchers.py); what they install for their build and remove again may leave
something, so that adduser, xz, bzip2, file and patch are not judged there. Alpine's hold
busybox, apk and nothing else. The full python and node images start from buildpack-deps, whose
packages were followed in the same lists, without recommendations.

Which packages bring a command: all whose dependencies or recommendations lead to it in Debian 13,
worked out in the same lists on 2026-12-01, among the names in distribution_packages.py and
debian_libraries.py. A name that is in neither is not known and may bring anything.
"""

from __future__ import annotations

from functools import cache

from lightship.base_images.distributions import distribution_of, is_since
from lightship.base_images.known import is_alpine
from lightship.base_images.lifetimes import Release, official_name
from lightship.base_images.reference import Reference

_EVERYWHERE = frozenset(
    """git gcc g++ make jq sudo zip rsync cmake node npm npx java javac mvn uv uvx poetry pipenv
    pdm cargo rustc go python python3 pip pip3 yum dnf""".split()
)
# What Debian's images lack and Alpine's have in busybox
_DEBIAN = _EVERYWHERE | frozenset(
    """curl wget unzip xz bzip2 gpg ssh file patch lsb_release add-apt-repository envsubst
    locale-gen apk""".split()
)
_UBUNTU = _DEBIAN - frozenset("bzip2 file gpg patch".split())
_ALPINE = _EVERYWHERE | frozenset(
    """curl bash gpg ssh apt-get apt useradd usermod groupadd""".split()
)
# What the full python and node images lack too: they are made of buildpack-deps
_FULL = frozenset(
    """jq sudo zip rsync cmake node npm npx java javac mvn uv uvx poetry pipenv pdm cargo rustc go
    yum dnf lsb_release add-apt-repository envsubst locale-gen apk""".split()
)
_FULL_IMAGES = frozenset({"python", "node"})
_ACCOUNTS = frozenset({"adduser", "addgroup"})
_NOT_IN_SLIM = frozenset("xz bzip2 file patch".split())
_PYTHON = frozenset("python python3 pip pip3".split())
_NODE = frozenset("node npm npx".split())
_OF_IMAGE = {
    "python": _PYTHON,
    "node": _NODE,
    "golang": frozenset({"go"}),
    "rust": frozenset("cargo rustc gcc".split()),
}
_UV = frozenset({"ghcr.io/astral-sh/uv", "astral/uv"})
# What pip, uv and conda may bring
PIP_BRINGS = frozenset("uv uvx poetry pipenv pdm cmake node npm npx zip java".split())
# Of these it is not known which packages bring them: too many do
_ANY_BRINGS = frozenset("python python3 adduser addgroup".split())

_BRINGERS = """
    curl: alien curl debhelper devscripts djvulibre-bin gettext libgtk2.0-dev libvips-dev
    wget: ansible debootstrap devscripts wget
    git: devscripts git git-core git-lfs yarnpkg
    gcc: alien build-essential cargo clang cmake cython3 debhelper devscripts dpkg-dev flex
    gcc: g++ g++-multilib gcc gcc-multilib gfortran gobject-introspection golang golang-go
    gcc: httpie libboost-all-dev libcups2-dev libgdal-dev libgirepository1.0-dev
    gcc: libgtk2.0-dev libltdl-dev libmagick++-dev libmagickcore-dev libmagickwand-dev
    gcc: libopenmpi-dev libre2-dev libtag1-dev libtool libtool-bin libvips-dev libzbar-dev
    gcc: meson musl-tools python3-matplotlib python3-pandas python3-pip python3-scipy
    gcc: python3-virtualenv r-base r-base-core r-base-dev rustc virtualenv weasyprint
    g++: alien build-essential debhelper devscripts dpkg-dev g++ g++-multilib
    g++: gobject-introspection golang golang-go httpie libcups2-dev libgirepository1.0-dev
    g++: libgtk2.0-dev libre2-dev libtag1-dev meson python3-matplotlib python3-pandas
    g++: python3-pip python3-scipy python3-virtualenv r-base r-base-core r-base-dev
    g++: virtualenv weasyprint
    make: alien build-essential cmake debhelper devscripts dpkg-dev gobject-introspection
    make: httpie libcups2-dev libgirepository1.0-dev libgtk2.0-dev libre2-dev libtag1-dev make
    make: meson python3-pandas python3-pip python3-sphinx python3-virtualenv r-base
    make: r-base-core r-base-dev virtualenv
    unzip: devscripts libreoffice r-base r-base-core r-base-dev ruby ruby-dev ruby-full
    unzip: rubygems texlive-fonts-extra texlive-full texlive-latex-extra texlive-xetex unzip
    unzip: vim-nox zip
    zip: r-base r-base-core r-base-dev ruby ruby-dev ruby-full rubygems texlive-fonts-extra
    zip: texlive-full texlive-latex-extra texlive-xetex unzip vim-nox zip
    xz: alien build-essential debhelper devscripts dpkg-dev fish gobject-introspection
    xz: httpie libcups2-dev libgirepository1.0-dev libgtk2.0-dev libtag1-dev lynx mailcap
    xz: meson parallel postgis python3-pandas python3-pip python3-virtualenv r-base
    xz: r-base-core r-base-dev sysstat unattended-upgrades virtualenv xz-utils
    bzip2: alien build-essential bzip2 debhelper devscripts dpkg-dev fish
    bzip2: gobject-introspection httpie libcups2-dev libgirepository1.0-dev libgtk2.0-dev
    bzip2: libtag1-dev lynx mailcap meson python3-pandas python3-pip python3-virtualenv r-base
    bzip2: r-base-core r-base-dev virtualenv
    gpg: devscripts dirmngr djvulibre-bin gdal-bin gnupg gnupg-agent gnupg2 gpg gpg-agent
    gpg: inkscape libgdal-dev libgdal36 libgpgme-dev libgpgme11t64 libopencv-dev
    gpg: libpoppler-cpp-dev libpoppler-cpp2 libpoppler-dev libpoppler-glib-dev
    gpg: libpoppler-glib8t64 libreoffice libreoffice-calc libreoffice-common libreoffice-core
    gpg: libreoffice-writer libvips-dev libvips42t64 poppler-utils postgis python3-gdal
    gpg: python3-opencv python3-uno samba skopeo texlive-full xpdf software-properties-common
    jq: jq yq
    sudo: sudo
    ssh: ansible devscripts git git-core git-lfs lftp libboost-all-dev libopenmpi-dev
    ssh: mercurial openmpi-bin openssh-client openssh-server ssh sshfs sshpass yarnpkg
    file: alien debhelper devscripts file fish libboost-all-dev libgdal-dev libgtk2.0-dev
    file: libltdl-dev libmagick++-dev libmagickcore-dev libmagickwand-dev libopenmpi-dev
    file: libtool libtool-bin libvips-dev libzbar-dev lynx mailcap
    patch: alien build-essential debhelper devscripts dpkg-dev git git-core git-lfs
    patch: gobject-introspection httpie libcups2-dev libgirepository1.0-dev libgtk2.0-dev
    patch: libtag1-dev meson patch python3-pandas python3-pip python3-virtualenv r-base
    patch: r-base-core r-base-dev virtualenv yarnpkg
    rsync: default-mysql-server mariadb-server rsync
    cmake: cmake libre2-dev
    envsubst: alien debhelper devscripts gettext gettext-base libgtk2.0-dev libvips-dev
    lsb_release: ansible awscli devscripts lsb-release python3-apt unattended-upgrades
    lsb_release: software-properties-common
    add-apt-repository: software-properties-common python3-software-properties
    cargo: cargo rustc rustup
    rustc: cargo rustc rustup
    go: golang golang-go
    pip: httpie python3-pandas python3-pip python3-virtualenv virtualenv python-is-python3
    pip3: httpie python3-pandas python3-pip python3-virtualenv virtualenv
    locale-gen: locales locales-all postgis
    node: nodejs npm yarnpkg
    npm: npm nodejs
    npx: npm nodejs
    mvn: maven
"""
# Alpine: what these bring beside their own command. Sources: main/build-base, gcc, git, curl, bash
# and their -dev packages in the repository of Alpine's packages
_APK = """
    bash: bash
    build-base: gcc g++ make patch file
    ca-certificates:
    curl: curl
    g++: gcc g++
    gcc: gcc
    git: git
    jq: jq
    libc-dev:
    libffi-dev:
    linux-headers:
    make: make
    musl-dev:
    openssl-dev:
    su-exec:
    tini:
    tzdata:
    wget:
    zlib-dev:
"""


def missing_commands(image: Reference) -> frozenset[str]:
    """The commands, of those that are known here, that an image surely comes without."""
    if "onbuild" in image.tag or "windows" in image.tag or image.digest:
        return frozenset()
    name = official_name(image)
    is_uv = image.name in _UV and "python" in image.tag
    own = _OF_IMAGE.get(name or "", frozenset())
    if is_uv:
        own = _PYTHON | {"uv", "uvx"}
    if name == "alpine" or (is_alpine(image) and (is_uv or name in _OF_IMAGE)):
        return _ALPINE - own if name != "rust" else frozenset()

    is_plain = name in ("debian", "ubuntu")
    is_slim = "slim" in image.tag.split("-") and (is_uv or name in _OF_IMAGE)
    if is_alpine(image):
        return frozenset()
    if not is_plain and not is_slim:
        is_full = name in _FULL_IMAGES and distribution_of(image) is not None
        return _FULL - own if is_full else frozenset()
    missing = _UBUNTU if name == "ubuntu" else _DEBIAN
    release = distribution_of(image)
    if is_slim and not is_plain:
        missing -= _NOT_IN_SLIM
    elif release is not None and is_since(release, "Debian", "13"):
        missing |= _ACCOUNTS
    if release is None or _is_old(release):
        missing &= frozenset("curl wget git gcc g++ make unzip".split())
    return missing - own


def _is_old(release: Release) -> bool:
    """Whether a release is older than those whose packages were looked at.

    Ubuntu's image of 14.04 has sudo.
    """
    oldest = {"Debian": "11", "Ubuntu": "18.04"}.get(release.product)
    return oldest is not None and not is_since(release, release.product, oldest)


@cache
def bringers() -> dict[str, frozenset[str]]:
    """By command of Debian's images: the packages that bring it."""
    names: dict[str, set[str]] = {}
    for row in _BRINGERS.strip().splitlines():
        command, _, packages = row.strip().partition(": ")
        names.setdefault(command, set()).update(packages.split())
    return {command: frozenset(packages) for command, packages in names.items()}


@cache
def apk_brings() -> dict[str, frozenset[str]]:
    """By package of Alpine: the commands, of those that are known here, that it brings."""
    rows = [row.strip().partition(":") for row in _APK.strip().splitlines()]
    return {package: frozenset(commands.split()) for package, _, commands in rows}


def may_any_package_bring(command: str) -> bool:
    """Whether so many packages of Debian bring a command that any may."""
    return command in _ANY_BRINGS or command not in bringers()
