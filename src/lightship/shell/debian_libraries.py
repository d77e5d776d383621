"""What a program needs at run time of a library whose headers it was compiled with: packages of Debian, by release.

Sources: the dependencies of each -dev package, `apt-cache depends` on Debian 12 and 13.
"""

from __future__ import annotations

_BOTH = {
    "default-libmysqlclient-dev": "libmariadb3",
    "libbz2-dev": "libbz2-1.0",
    "libcairo2-dev": "libcairo2",
    "libcurl4-gnutls-dev": "libcurl3t64-gnutls",
    "libcurl4-openssl-dev": "libcurl4t64",
    "libffi-dev": "libffi8",
    "libfreetype-dev": "libfreetype6",
    "libfreetype6-dev": "libfreetype6",
    "libhiredis-dev": "libhiredis1.1.0",
    "libjpeg-dev": "libjpeg62-turbo",
    "libjpeg62-turbo-dev": "libjpeg62-turbo",
    "liblcms2-dev": "liblcms2-2",
    "liblzma-dev": "liblzma5",
    "libmagic-dev": "libmagic1t64",
    "libmariadb-dev": "libmariadb3",
    "libmariadb-dev-compat": "libmariadb3",
    "libopenjp2-7-dev": "libopenjp2-7",
    "libpq-dev": "libpq5",
    "libsasl2-dev": "libsasl2-2",
    "libssl-dev": "libssl3t64",
    "libtiff-dev": "libtiff6",
    "libtiff5-dev": "libtiff6",
    "libwebp-dev": "libwebp7 libwebpmux3 libwebpdemux2",
    "libxml2-dev": "libxml2",
    "libxslt-dev": "libxslt1.1",
    "libxslt1-dev": "libxslt1.1",
    "libyaml-dev": "libyaml-0-2",
    "unixodbc-dev": "unixodbc",
    "zlib1g-dev": "zlib1g",
}
_RELEASES = {
    "trixie": _BOTH | {"libldap-dev": "libldap2", "libldap2-dev": "libldap2"},
    "bookworm": {name: packages.replace("t64", "") for name, packages in _BOTH.items()}
    | {
        "libcurl4-gnutls-dev": "libcurl3-gnutls",
        "libhiredis-dev": "libhiredis0.14",
        "libldap-dev": "libldap-2.5-0",
        "libldap2-dev": "libldap-2.5-0",
    },
}


def libraries_of(release: str, package: str) -> tuple[str, ...] | None:
    """The packages that replace a -dev package at run time; None where that is not known."""
    found = _RELEASES.get(release, {}).get(package)
    return None if found is None else tuple(found.split())
