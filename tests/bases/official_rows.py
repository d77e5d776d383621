"""The history of official images as their registries have it, for images that tests make."""

from __future__ import annotations

from images import file, layer, row

KIT = "buildkit.dockerfile.v0"
DEBIAN = file(
    "etc/os-release",
    b'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
)
ALPINE = file("etc/os-release", b"ID=alpine\nVERSION_ID=3.21.3\n")
PYTHON = (
    "RUN /bin/sh -c set -eux; wget -O python.tar.xz "
    '"https://www.python.org/ftp/python/${PYTHON_VERSION%%[a-z]*}/Python-$PYTHON_VERSION.tar.xz"; '
    "make install # buildkit"
)
NODE = (
    "RUN /bin/sh -c curl -fsSLO --compressed "
    '"https://nodejs.org/dist/v$NODE_VERSION/node-v$NODE_VERSION-linux-$ARCH.tar.xz" # buildkit'
)
COMPILERS = "RUN /bin/sh -c apt-get install -y autoconf automake gcc make # buildkit"


def made(text, *, empty=False, created="2025-02-04T00:00:00Z"):
    comment = "" if text.startswith(("/bin/sh", "# debian.sh")) else KIT
    return row(text, empty=empty, comment=comment, created=created)


def system(shell="bash"):
    """The rows of the distribution itself: one layer."""
    return [
        made("# debian.sh --arch 'amd64' out/ 'bookworm' '@1738540800'"),
        made(f'/bin/sh -c #(nop)  CMD ["{shell}"]', empty=True),
    ]


def python(version="3.12.9", *, full=False, shell="bash"):
    """Those of a python image: three layers, four where it is a full one."""
    rows = system(shell)
    if full:
        rows.append(made(COMPILERS))
    return [
        *rows,
        made("ENV PATH=/usr/local/bin:/usr/bin:/bin", empty=True),
        made("RUN /bin/sh -c apt-get install -y ca-certificates netbase # buildkit"),
        made("ENV GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305", empty=True),
        made(f"ENV PYTHON_VERSION={version}", empty=True),
        made(PYTHON),
        made('CMD ["python3"]', empty=True),
    ]


def node(version="22.14.0"):
    """Those of a slim node image: three layers."""
    return [
        *system(),
        made("RUN /bin/sh -c groupadd --gid 1000 node # buildkit"),
        made(f"ENV NODE_VERSION={version}", empty=True),
        made(NODE),
        made('ENTRYPOINT ["docker-entrypoint.sh"]', empty=True),
        made('CMD ["node"]', empty=True),
    ]


def layers(rows, first=DEBIAN):
    """A layer for each row that made one."""
    count = sum(not each.get("empty_layer") for each in rows)
    others = [layer(file(f"opt/{at}", 1000 * at)) for at in range(1, count)]
    return [layer(first), *others]
