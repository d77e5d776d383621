"""Which variables an image sets: what `ENV` says in its own Dockerfile.

Read for this on 2026-11-24: docker-library/python and golang, nodejs/docker-node,
rust-lang/docker-rust. The table decides only how loudly a variable is reported.
"""

from __future__ import annotations

import re

from lightship.base_images.reference import read_reference

_PLAIN = (
    "almalinux alpine amazonlinux buildpack-deps busybox centos debian oraclelinux "
    "rockylinux ubuntu"
)
# The names of the variables besides PATH, of all releases
_VARIABLES = dict.fromkeys(_PLAIN.split(), "") | {
    "archlinux": "LANG",
    "fedora": "DISTTAG|FBR|FGC|container",
    "golang": "GOLANG_VERSION|GOTOOLCHAIN|GOPATH",
    "node": "NODE_VERSION|YARN_VERSION|NPM_CONFIG_LOGLEVEL",
    "python": "PYTHON_[A-Z0-9_]+|LANG|GPG_KEY",
    "rust": "RUST_VERSION|RUSTUP_HOME|CARGO_HOME",
}


def is_unset(base: str, name: str) -> bool | None:
    """Whether the base image of that name leaves the variable unset.

    None where that is not known.
    """
    if base == "scratch":
        return True
    image = read_reference(base)
    pattern = (
        None
        if isinstance(image, str) or not image.official
        else _VARIABLES.get(image.name)
    )
    return (
        None
        if pattern is None
        else name != "PATH" and re.fullmatch(pattern, name) is None
    )
