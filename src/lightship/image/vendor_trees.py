"""Trees of files that are a vendor's own though no database of packages lists them: standard
libraries, toolchains, and what package managers without such a list unpack.

A tree is known by files that it always has, wherever it lies. It is taken as the vendor's where
those are in the same layer: what somebody adds later is in a later one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from lightship.regex import regex

_MOST_PARTS = 64  # of a path


class _VendorTree(NamedTuple):
    """A tree by its `marks`, relative to its root.

    It has all below `owns`, or all below its root where that is empty, but what is below `others`.
    """

    marks: tuple[bytes, ...]
    owns: tuple[bytes, ...] = ()
    others: tuple[bytes, ...] = ()


_TREES = (
    # Python, CPython's installation scheme: lib/python3.13
    _VendorTree((b"os.py", b"_weakrefset.py"), others=(b"site-packages/", b"dist-packages/")),
    # GOROOT of Go
    _VendorTree(
        (b"src/runtime/proc.go", b"src/cmd/go/main.go"),
        (b"api/", b"doc/", b"lib/", b"misc/", b"pkg/", b"src/", b"test/"),
    ),
    # Ruby: lib/ruby/3.4.0; an installed gem is told by its specification
    _VendorTree((b"rubygems.rb", b"optparse.rb")),
    # Perl: lib/perl5/5.40.0
    _VendorTree((b"strict.pm", b"warnings.pm")),
    # Rust: a toolchain, and a crate that cargo fetched
    _VendorTree((b"lib/rustlib/components",), (b"lib/rustlib/", b"share/")),
    _VendorTree((b"Cargo.toml.orig", b".cargo-ok")),
    # Erlang/OTP
    _VendorTree((b"bin/start_erl.data", b"releases/RELEASES"), (b"lib/", b"releases/")),
    # conda: an environment, and a package in its cache
    _VendorTree(
        (b"conda-meta/history",),
        (b"etc/", b"include/", b"info/", b"lib/", b"libexec/", b"pkgs/", b"share/", b"ssl/"),
    ),
    # PHP: what Composer installed
    _VendorTree((b"composer/installed.json", b"autoload.php"), others=(b"composer/",)),
    # .NET: a package that NuGet fetched
    _VendorTree((b".nupkg.metadata",)),
)  # fmt: skip
# A module that Go fetched: nobody else writes below a name with its version
_GO_MODULE = regex(r"(?:^|/)pkg/mod/(?!cache/)[^@]+@v[^/]+/")
_GEM = regex(r"(.*/|)gems/([^/]+)/")


def is_vendors(path: bytes, layer: Collection[bytes]) -> bool:
    """Whether a file is part of such a tree, of a layer that has those paths."""
    text = path.decode("latin-1")
    if _GO_MODULE.search(text):
        return True
    gem = _GEM.match(text)
    if gem is not None:
        home, name = (part.encode("latin-1") for part in gem.groups())
        if home + b"specifications/" + name + b".gemspec" in layer:
            return True
    return any(
        _has(tree, root, path, layer) for root in _roots(path) for tree in _TREES
    )


def _roots(path: bytes) -> Iterator[bytes]:
    """The directories that a path lies in, with a slash at their end."""
    at = -1
    for _ in range(_MOST_PARTS):
        at = path.find(b"/", at + 1)
        if at < 0:
            return
        yield path[: at + 1]


def _has(tree: _VendorTree, root: bytes, path: bytes, layer: Collection[bytes]) -> bool:
    """Whether the tree at `root`, if there is one, has a file."""
    if any(root + mark not in layer for mark in tree.marks):
        return False
    inside = path[len(root) :]
    if inside.startswith(tree.others):
        return False
    return not tree.owns or inside.startswith(tree.owns)
