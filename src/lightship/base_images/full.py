"""Official images that come full and slim: the tag of the slim one, and what only the full one has.

The full Python and Node images start from buildpack-deps, the slim ones from
debian:<codename>-slim. Sources: docker-library/buildpack-deps (debian/bookworm, its curl and scm),
docker-library/python, nodejs/docker-node; the commands are those of the Debian packages that are
named there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lightship.base_images.reference import Reference
from lightship.regex import regex

# Debian releases that both have slim images for
_CODENAMES = ("jessie", "stretch", "buster", "bullseye", "bookworm", "trixie")
_TAG = regex(
    rf"(?P<version>[0-9]+(?:\.[0-9]+){{0,2}}(?:-?rc[0-9]*)?)(?:-(?P<codename>{'|'.join(_CODENAMES)}))?"
)
_SLIM = {
    "library/python": "{version}-slim-{codename}",
    "library/node": "{version}-{codename}-slim",
}

_COMPILER = "gcc g++ build-essential"
# Command -> the packages of which one brings it; the full image has one of them
_COMMANDS = {
    "git git-lfs": "git",
    "hg": "mercurial",
    "svn svnadmin": "subversion",
    "ssh scp sftp ssh-add ssh-agent ssh-keygen ssh-keyscan": "openssh-client ssh",
    "curl": "curl",
    "wget": "wget",
    "gpg gpg2 gpgconf gpgv": "gnupg gnupg2 gpg gpgv",
    "dirmngr": "dirmngr gnupg",
    "ps top free pgrep pkill vmstat watch uptime sysctl": "procps",
    "gcc cc cpp": _COMPILER,
    "g++ c++": "g++ build-essential",
    "ld as ar nm objcopy objdump ranlib readelf strip": f"binutils {_COMPILER}",
    "make gmake": "make build-essential",
    # They call a compiler, or were made by one
    "bundle cmake gem meson ninja node-gyp uwsgi": _COMPILER,
    "autoconf autoheader autoreconf": "autoconf",
    "aclocal automake": "automake",
    "libtool libtoolize": "libtool",
    "pkg-config": "pkg-config pkgconf",
    "patch": "patch build-essential dpkg-dev",
    "dpkg-architecture dpkg-buildpackage": "dpkg-dev build-essential",
    "bzip2 bunzip2 bzcat": "bzip2",
    "unzip": "unzip",
    "xz unxz xzcat": "xz-utils",
    "file": "file",
    "convert identify mogrify montage composite magick": "imagemagick",
    "pg_config": "libpq-dev",
    "mysql_config mariadb_config": "default-libmysqlclient-dev libmysqlclient-dev libmariadb-dev",
    "xml2-config": "libxml2-dev",
    "xslt-config": "libxslt1-dev libxslt-dev",
    "curl-config": "libcurl4-openssl-dev libcurl4-gnutls-dev",
    "krb5-config": "libkrb5-dev",
}
# What buildpack-deps names of the packages that people ask for; Mercurial brings Python
_BUILDPACK = frozenset(
    """autoconf automake bzip2 ca-certificates curl default-libmysqlclient-dev dpkg-dev
    file g++ gcc git gnupg imagemagick libbz2-dev libc6-dev libcurl4-openssl-dev libdb-dev
    libevent-dev libffi-dev libgdbm-dev libglib2.0-dev libgmp-dev libjpeg-dev libkrb5-dev
    liblzma-dev libmagickcore-dev libmagickwand-dev libmaxminddb-dev libncurses5-dev
    libncursesw5-dev libpng-dev libpq-dev libreadline-dev libsqlite3-dev libssl-dev libtool
    libwebp-dev libxml2-dev libxslt-dev libyaml-dev make mercurial netbase openssh-client openssl
    patch procps python3 subversion unzip wget xz-utils zlib1g-dev""".split()
)
# Headers that those depend on (apt's resolver on Debian 13), and other names of theirs
_WITH_THEM = frozenset(
    """libcairo2-dev libexif-dev libexpat1-dev libfontconfig1-dev libfontconfig-dev
    libfreetype-dev libfreetype6-dev libgdk-pixbuf-2.0-dev libice-dev libicu-dev
    libjpeg62-turbo-dev liblcms2-dev liblqr-1-0-dev libltdl-dev libmariadb-dev libncurses-dev
    libopenexr-dev libopenjp2-7-dev libpixman-1-dev librsvg2-dev libsm-dev libtiff-dev libwmf-dev
    libx11-dev libxcb1-dev libxext-dev libxrender-dev libxslt1-dev libxt-dev
    linux-libc-dev""".split()
)
# What python's own Dockerfile adds for its modules
_OF_PYTHON = frozenset("libbluetooth-dev tk-dev uuid-dev".split())
_GOLANG = frozenset(
    """ca-certificates curl g++ gcc git gnupg libc6-dev make mercurial netbase
    openssh-client pkg-config procps subversion wget""".split()
)
_FROM_BUILDPACK = frozenset("gcc node perl python ruby rust".split())
_NOT_FULL = ("alpine", "slim", "windows", "nanoserver")
_ONLY_NODE = {
    "python3": "python3 python3-minimal",
    "openssl": "openssl ca-certificates",
}
_ONLY_PYTHON = {"idle3": "", "wish": "tk", "tclsh": "tcl"}

# What PyPI and npm have as source only, or need a program of the system for -> the packages that
# must all be there
_LIBRARIES = {
    "psycopg2 psycopg-c": "gcc libpq-dev",
    "psycopg": "libpq5",
    "flask-mysqldb mysqlclient": "gcc default-libmysqlclient-dev",
    "python-ldap": "gcc libldap2-dev",
    "pygraphviz": "gcc libgraphviz-dev",
    "uwsgi": "gcc",
    "pycairo": "gcc libcairo2-dev",
    "cairocffi cairosvg": "libcairo2",
    "django-weasyprint flask-weasyprint weasyprint": "libpango-1.0-0",
    "svglib xhtml2pdf": "gcc libcairo2-dev",
    "lightgbm": "libgomp1",
    "gdal pygdal": "gcc libgdal-dev",
    # rasterio's wheels load libexpat, which slim lacks since 2024 (docker-library/python#984); the
    # others depend on rasterio (their pyproject.toml)
    "fiona rasterio": "libexpat1",
    "rio-tiler rio-cogeo rioxarray rasterstats titiler titiler-core titiler-xarray": "libexpat1",
    "titiler-application titiler-mosaic titiler-extensions": "libexpat1",
    "opencv-contrib-python opencv-python": "libglib2.0-0",
    "pycurl": "gcc libcurl4-openssl-dev",
    "gssapi kerberos pykerberos": "gcc libkrb5-dev",
    "pyicu": "gcc libicu-dev",
    "fastecdsa": "gcc libgmp-dev",
    "bjoern hnswlib insightface llama-cpp-python meinheld pysha3 rpi-gpio": "gcc",
    "evdev pynput": "gcc linux-libc-dev",
    "pygobject": "gcc libgirepository1.0-dev",
    "dbus-python": "gcc libdbus-1-dev",
    "pyaudio": "gcc portaudio19-dev",
    "pycrypto pillow-simd netifaces pysqlite3 fasttext annoy pycosat": "gcc",
    "mod-wsgi": "gcc apache2-dev",
    "cookiecutter copier dvc gitpython pre-commit": "git",
    "ansible ansible-core": "openssh-client",
    "python-magic": "libmagic1",
    "wand": "imagemagick",
    "node-gyp node-sass node-pty libxmljs isolated-vm": "make g++ python3",
    "simple-git nodegit": "git",
}
# Of what _LIBRARIES names: nothing that is loaded later
_COMPILING = frozenset(("gcc", "g++", "make", "python3", "linux-libc-dev"))
_BRINGS = {
    "gfortran": "gcc libgomp1",
    "clang": "gcc",
    "build-essential": "gcc g++ make libc6-dev linux-libc-dev dpkg-dev libgomp1",
    "g++": "gcc libgomp1 linux-libc-dev",
    "gcc": "libgomp1",
    "ffmpeg": "libglib2.0-0 libpango-1.0-0 libexpat1",
    "git": "libexpat1",
    "gdal-bin": "libexpat1",
    "libgdal-dev": "libexpat1",
    "libexpat1-dev": "libexpat1",
    "libfontconfig1": "libexpat1",
    "libglib2.0-0t64": "libglib2.0-0",
    "libpangocairo-1.0-0": "libpango-1.0-0",
    "libpangoft2-1.0-0": "libpango-1.0-0",
    "libcurl4-gnutls-dev": "libcurl4-openssl-dev",
    "ssh": "openssh-client",
    "libpq-dev": "libpq5",
    "postgresql-client": "libpq5",
    "libmariadb-dev": "default-libmysqlclient-dev",
    "libmysqlclient-dev": "default-libmysqlclient-dev",
    "libldap-dev": "libldap2-dev",
    "libcairo2-dev": "libcairo2",
    "libgirepository-2.0-dev": "libgirepository1.0-dev",
    "libmagickwand-dev": "imagemagick",
    "file": "libmagic1",
    "libmagic-dev": "libmagic1",
    "libmagic1t64": "libmagic1",
}


def packages_of_full(image: Reference) -> frozenset[str]:
    """Packages of Debian that an image made from buildpack-deps has already, as far as they
    are known.
    """
    if not image.official or any(word in image.tag for word in _NOT_FULL):
        return frozenset()
    if image.name == "golang":
        return _GOLANG
    if image.name not in _FROM_BUILDPACK:
        return frozenset()
    return _BUILDPACK | _OF_PYTHON if image.name == "python" else _BUILDPACK


def headers_of_full(image: Reference) -> frozenset[str]:
    """The same with all headers that are there under any name, such as `libfreetype6-dev`.

    To install such a name may still take a package without content from the mirrors.
    """
    packages = packages_of_full(image)
    return packages | _WITH_THEM if "libmagickcore-dev" in packages else packages


def slim_tag(image: Reference) -> str | None:
    """The tag of the slim image beside a full one.

    None where there is none, or no version is named.
    """
    pattern = _SLIM.get(image.path) if image.domain == "docker.io" else None
    found = _TAG.fullmatch(image.tag) if pattern is not None else None
    if found is None or pattern is None:
        return None
    if found["codename"] is None:
        return f"{image.tag}-slim"
    return pattern.format(version=found["version"], codename=found["codename"])


def missing_commands(image: Reference, installed: Iterable[str]) -> frozenset[str]:
    """The commands that the slim image lacks and that no `installed` package brings."""
    have = _with_what_they_bring(installed)
    more = _ONLY_NODE if image.path == "library/node" else _ONLY_PYTHON
    return frozenset(
        name
        for names, packages in (*_COMMANDS.items(), *more.items())
        if have.isdisjoint(packages.split())
        for name in names.split()
    )


def missing_libraries(installed: Iterable[str]) -> Mapping[str, str]:
    """Libraries of PyPI and npm that the slim image cannot build or run, and what they need
    for it.
    """
    have = _with_what_they_bring(installed)
    return {
        name: packages.split()[0]
        for names, packages in _LIBRARIES.items()
        if not have.issuperset(packages.split())
        for name in names.split()
    }


def unloadable(installed: Iterable[str]) -> frozenset[str]:
    """Libraries of PyPI that load one of the system when they are imported, which the slim image
    lacks, wherever they were compiled.
    """
    have = _with_what_they_bring(installed)
    names: set[str] = set()
    for users, packages in _LIBRARIES.items():
        loaded = [name for name in packages.split() if name not in _COMPILING]
        if any(not _is_there(name, have) for name in loaded):
            names.update(users.split())
    return frozenset(names)


def _is_there(name: str, have: Iterable[str]) -> bool:
    """Whether a library is installed: `libpq5` is that of `libpq-dev`."""
    stem = name.removesuffix("-dev").removeprefix("default-")
    return any(other.startswith(stem) for other in have)


def _with_what_they_bring(installed: Iterable[str]) -> frozenset[str]:
    names = set(installed)
    for name in tuple(names):
        names.update(_BRINGS.get(name, "").split())
    return frozenset(names)
