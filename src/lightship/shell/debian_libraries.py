"""What a program needs at run time of a library that it was compiled with: packages of Debian.

Checked 2026-11-24 in the package lists of Debian 13 and 12 (main, amd64): every package here is in
its release, or another one provides it, and a -dev package depends on everything after it,
`unixodbc` alone excepted: it has the tools beside libodbc. Left out are the parts of a library that
few programs link, such as its C++ or Fortran interface, and packages that need more than libraries
at run time: FUSE, MPI, GObject introspection.
"""

from __future__ import annotations

from functools import cache

from lightship.regex import regex

# -dev package: those of trixie | those of bookworm, where it is not the same without t64
_ROWS = """
    default-libmysqlclient-dev: libmariadb3
    freetds-dev: libct4 libsybdb5
    libacl1-dev: libacl1
    libaio-dev: libaio1t64
    libarchive-dev: libarchive13t64
    libasound2-dev: libasound2t64
    libattr1-dev: libattr1
    libaugeas-dev: libaugeas0
    libavcodec-dev: libavcodec61 | libavcodec59
    libavformat-dev: libavformat61 | libavformat59
    libbluetooth-dev: libbluetooth3
    libbz2-dev: libbz2-1.0
    libc-ares-dev: libcares2 | libc-ares2
    libcairo2-dev: libcairo2
    libcap-dev: libcap2
    libcups2-dev: libcups2t64
    libcurl4-gnutls-dev: libcurl3t64-gnutls
    libcurl4-openssl-dev: libcurl4t64
    libdb5.3-dev: libdb5.3t64
    libdbus-1-dev: libdbus-1-3
    libenchant-2-dev: libenchant-2-2
    libev-dev: libev4t64
    libevent-dev: libevent-2.1-7t64 libevent-core-2.1-7t64 libevent-openssl-2.1-7t64
    libexpat1-dev: libexpat1
    libffi-dev: libffi8
    libfftw3-dev: libfftw3-double3 libfftw3-long3 libfftw3-quad3 libfftw3-single3
    libfluidsynth-dev: libfluidsynth3
    libfontconfig-dev: libfontconfig1
    libfontconfig1-dev: libfontconfig1
    libfreetype-dev: libfreetype6
    libfreetype6-dev: libfreetype6
    libfribidi-dev: libfribidi0
    libgdal-dev: libgdal36 | libgdal32
    libgdbm-dev: libgdbm6t64
    libgeos-dev: libgeos-c1t64 | libgeos-c1v5
    libgif-dev: libgif7
    libgit2-dev: libgit2-1.9 | libgit2-1.5
    libgl1-mesa-dev: libgl1
    libglib2.0-dev: libglib2.0-0t64
    libgmp-dev: libgmp10 libgmpxx4ldbl
    libgpgme-dev: libgpgme11t64
    libgsl-dev: libgsl28 libgslcblas0 | libgsl27 libgslcblas0
    libharfbuzz-dev: libharfbuzz0b libharfbuzz-subset0
    libhdf5-dev: libhdf5-310 libhdf5-hl-310 | libhdf5-103-1 libhdf5-hl-100
    libhiredis-dev: libhiredis1.1.0 | libhiredis0.14
    libicu-dev: libicu76 | libicu72
    libidn-dev: libidn12
    libidn2-dev: libidn2-0
    libimagequant-dev: libimagequant0
    libjpeg-dev: libjpeg62-turbo
    libjpeg62-turbo-dev: libjpeg62-turbo
    libkrb5-dev: libkrb5-3 libgssapi-krb5-2
    liblapack-dev: liblapack3
    liblcms2-dev: liblcms2-2
    libldap-dev: libldap2 | libldap-2.5-0
    libldap2-dev: libldap2 | libldap-2.5-0
    libleptonica-dev: libleptonica6 | liblept5
    libleveldb-dev: libleveldb1d
    liblmdb-dev: liblmdb0
    libltdl-dev: libltdl7
    liblz4-dev: liblz4-1
    liblzma-dev: liblzma5
    libmagic-dev: libmagic1t64
    libmagickwand-dev: libmagickwand-7.q16-10 | libmagickwand-6.q16-6
    libmariadb-dev: libmariadb3
    libmariadb-dev-compat: libmariadb3
    libmecab-dev: libmecab2
    libmemcached-dev: libmemcached11t64 libmemcachedutil2t64
    libmpc-dev: libmpc3
    libmpfr-dev: libmpfr6
    libncurses-dev: libncurses6 libncursesw6
    libncurses5-dev: libncurses6 libncursesw6
    libncursesw5-dev: libncurses6 libncursesw6
    libnetcdf-dev: libnetcdf22 | libnetcdf19
    libnetfilter-queue-dev: libnetfilter-queue1
    libnghttp2-dev: libnghttp2-14
    libnuma-dev: libnuma1
    libolm-dev: libolm3
    libopenblas-dev: libopenblas0
    libopenjp2-7-dev: libopenjp2-7
    libopus-dev: libopus0
    libpango1.0-dev: libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0
    libpcap-dev: libpcap0.8t64
    libpcap0.8-dev: libpcap0.8t64
    libpcre2-dev: libpcre2-8-0
    libpng-dev: libpng16-16t64
    libpoppler-cpp-dev: libpoppler-cpp2 | libpoppler-cpp0v5
    libpoppler-glib-dev: libpoppler-glib8t64
    libportmidi-dev: libportmidi0
    libpq-dev: libpq5
    libproj-dev: libproj25
    libprotobuf-dev: libprotobuf32t64 libprotobuf-lite32t64
    librdkafka-dev: librdkafka1 librdkafka++1
    libre2-dev: libre2-11 | libre2-9
    libreadline-dev: libreadline8t64
    librsvg2-dev: librsvg2-2
    libsasl2-dev: libsasl2-2
    libsdl2-dev: libsdl2-2.0-0
    libseccomp-dev: libseccomp2
    libsecp256k1-dev: libsecp256k1-2 | libsecp256k1-1
    libsm-dev: libsm6
    libsnappy-dev: libsnappy1v5
    libsndfile1-dev: libsndfile1
    libsnmp-dev: libsnmp40t64
    libsodium-dev: libsodium23
    libspatialindex-dev: libspatialindex8 libspatialindex-c8 | libspatialindex6 libspatialindex-c6
    libsqlite3-dev: libsqlite3-0
    libsrtp2-dev: libsrtp2-1
    libssh-dev: libssh-4
    libssh2-1-dev: libssh2-1t64
    libssl-dev: libssl3t64
    libsystemd-dev: libsystemd0
    libtesseract-dev: libtesseract5
    libtiff-dev: libtiff6
    libtiff5-dev: libtiff6
    libusb-1.0-0-dev: libusb-1.0-0
    libuv1-dev: libuv1t64
    libvips-dev: libvips42t64
    libvpx-dev: libvpx9 | libvpx7
    libwebp-dev: libwebp7 libwebpmux3 libwebpdemux2
    libx11-dev: libx11-6
    libxcb1-dev: libxcb1
    libxext-dev: libxext6
    libxml2-dev: libxml2
    libxmlsec1-dev: libxmlsec1t64 libxmlsec1t64-openssl
    libxrender-dev: libxrender1
    libxslt-dev: libxslt1.1
    libxslt1-dev: libxslt1.1
    libxxhash-dev: libxxhash0
    libyaml-dev: libyaml-0-2
    libzbar-dev: libzbar0t64
    libzmq3-dev: libzmq5
    libzstd-dev: libzstd1
    portaudio19-dev: libportaudio2
    unixodbc-dev: unixodbc
    uuid-dev: libuuid1
    zlib1g-dev: zlib1g
"""
_VERSION = regex(r"(?:-?[0-9][0-9.-]*)(?:t64|v5)?$")
# The older name that a package provides, where that is not its name without t64.
# libaio1t64 provides none.
_PROVIDED = {"libaio1t64": "libaio1t64", "libgeos-c1t64": "libgeos-c1v5"}
_RELEASES = ("trixie", "bookworm")


@cache
def _table(release: str) -> dict[str, tuple[str, ...]]:
    """By -dev package: `libpq-dev: newer | older`, or without `|` where all releases agree."""
    table = {}
    for row in _ROWS.strip().splitlines():
        package, _, both = row.strip().partition(": ")
        newer, differs, older = both.partition(" | ")
        libraries = newer
        if release != "trixie":
            # Only the 64-bit time of trixie has another name
            libraries = older if differs else newer.replace("t64", "")
        table[package] = tuple(libraries.split())
    return table


def libraries_of(release: str, package: str) -> tuple[str, ...] | None:
    """The packages that replace a -dev package at run time; None where that is not known."""
    return _table(release).get(package) if release in _RELEASES else None


def libraries_with_stem(release: str, name: str) -> frozenset[str]:
    """The libraries of a release that are `name` but for its version, which changes with the ABI.

    `libicu72` for libicu67. Also under the names that they had before 64-bit time (t64), where the
    new packages provide these. Nothing where the library is not known.
    """
    stem = _stem(name)
    libraries: set[str] = set()
    for names in _table(release).values():
        for library in names:
            if _stem(library) == stem:
                before = library.removesuffix("t64")
                libraries.update((library, _PROVIDED.get(library, before)))
    return frozenset(libraries)


def _stem(name: str) -> str:
    """`libicu` of libicu72, `libldap` of libldap-2.5-0, `libssl` of libssl3t64."""
    return _VERSION.sub("", name)
