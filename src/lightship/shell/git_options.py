"""Options of git that take a value as a word of its own (git(1), git-clone(1))."""

from __future__ import annotations

OF_GIT = frozenset({"-C", "-c", "--git-dir", "--work-tree", "--namespace"})
"""Those before a subcommand."""

OF_CLONE = frozenset(
    """-b --branch --depth -o --origin -u --upload-pack --reference -c --config -j --jobs --filter
    --template --separate-git-dir --shallow-since --shallow-exclude --revision
    --server-option --reference-if-able --bundle-uri""".split()
)
"""Those of `git clone`."""
