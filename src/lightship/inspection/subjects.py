"""`SUBJECTS`: all that can be said of an image, by the id of the finding; reports and `--deny` know no others."""

from __future__ import annotations

from lightship.inspection.inspection import FindingGroup
from lightship.lint.finding import Severity
from lightship.record import record

LEAST = 100_000
"""Bytes: what would save less is not worth a finding."""


@record
class Subject:
    """`title` says what it is, and starts the message unless that has more to say. `rule` is that of `lightship lint`,
    empty where there is none. `advice` is for what a line of the Dockerfile made; what the base image brought has
    advice of its own. Below `least` bytes nothing is said.
    """

    id: str
    group: FindingGroup
    severity: Severity
    title: str
    advice: str
    rule: str = ""
    least: int = LEAST


_WASTE, _CONTENT, _SECRETS, _SECURITY = (
    FindingGroup.WASTE,
    FindingGroup.CONTENT,
    FindingGroup.SECRETS,
    FindingGroup.SECURITY,
)
_STYLE, _INFO, _WARNING, _ERROR = (
    Severity.STYLE,
    Severity.INFO,
    Severity.WARNING,
    Severity.ERROR,
)
MB = 1_000_000
NAMED = "secret-file"
"""Of the warnings it is the first, though it saves nothing."""
_REVOKE = (
    "Take it as known to everyone who has the image: revoke it, and give the new one with RUN --mount=type=secret, or "
    "when the container is started."
)
_LEAVE_OUT = (
    "Name it in .dockerignore, and give it with RUN --mount=type=secret, or when the container is started. What is in "
    "it is known to everyone who has this image."
)

_ROWS = (
    # Waste: its severity is worked out from its share
    ("files-removed-later", _WASTE, _INFO, "Files removed in a later layer",
     "Remove them in the RUN that writes them, or write them in another stage or into a cache mount.",
     "removed-in-later-layer"),
    ("files-hidden-later", _WASTE, _INFO, "Files hidden by a later layer that empties their directory",
     "Empty the directory in the RUN that fills it.", "removed-in-later-layer"),
    ("files-copied-for-metadata", _WASTE, _INFO, "Files copied only to change mode, owner or time",
     "Set them when the files are made: COPY --chown and --chmod, or chown and chmod in the RUN that writes them.",
     "ownership-changed-after-copy"),
    ("files-overwritten", _WASTE, _INFO, "Files overwritten in a later layer",
     "Write them once: leave them out where they are written first, or join the two instructions.", ""),
    ("files-replaced", _WASTE, _INFO, "Files replaced by something of another type",
     "Do not write them first.", ""),
    ("files-repeated", _WASTE, _INFO, "Files that one layer has twice",
     "The builder wrote a path twice into one layer: use another, or report it.", ""),
    ("package-databases-rewritten", _WASTE, _STYLE, "The package manager's own files, written again by each install",
     "Install all packages of a stage in one RUN.", "consecutive-runs", MB),
    ("waste-in-base-image", _WASTE, _INFO, "Waste inside the base image",
     "Nothing that this Dockerfile does can save it: choose another base image.", "", MB),
    # Bytes that the image does not need
    ("apt-lists", _CONTENT, _WARNING, "Lists of apt's packages",
     "End the RUN with `rm -rf /var/lib/apt/lists/*`, or mount a cache there.", "apt-lists-kept"),
    ("apt-cache", _CONTENT, _WARNING, "apt's cache",
     "End the RUN with `apt-get clean`, or mount a cache at /var/cache/apt.", ""),
    ("apk-cache", _CONTENT, _WARNING, "apk's cache", "Use `apk add --no-cache`.", "apk-cache-kept"),
    ("rpm-cache", _CONTENT, _WARNING, "dnf's or yum's cache",
     "End the RUN with `dnf clean all`, or mount a cache at /var/cache.", "rpm-cache-kept"),
    ("pip-cache", _CONTENT, _WARNING, "pip's cache",
     "Use `pip install --no-cache-dir`, or mount a cache at /root/.cache/pip.", "pip-cache-kept"),
    ("uv-cache", _CONTENT, _WARNING, "uv's cache",
     "Use `uv --no-cache`, or mount a cache at /root/.cache/uv.", "pip-cache-kept"),
    ("npm-cache", _CONTENT, _WARNING, "npm's cache",
     "End the RUN with `npm cache clean --force`, or mount a cache at /root/.npm.", "npm-cache-kept"),
    ("yarn-cache", _CONTENT, _WARNING, "yarn's cache",
     "End the RUN with `yarn cache clean`, or mount a cache.", "yarn-cache-kept"),
    ("conda-cache", _CONTENT, _WARNING, "conda's packages, as they were downloaded",
     "End the RUN with `conda clean -afy`, or mount a cache.", "conda-cache-kept"),
    ("other-caches", _CONTENT, _INFO, "Caches of tools", "Remove them in the RUN that fills them, or mount one.", ""),
    ("tool-caches", _CONTENT, _INFO, "Caches of development tools, such as pytest's or mypy's",
     "Name them in .dockerignore.", "needless-files-copied"),
    ("bytecode", _CONTENT, _STYLE, "Bytecode of the program's own modules",
     "Name __pycache__ in .dockerignore, unless the build compiles the modules on purpose.", "needless-files-copied"),
    ("version-control", _CONTENT, _WARNING, "The history of a repository (.git, .hg or .svn)",
     "Name it in .dockerignore, or remove it in the RUN that clones. It has everything that was ever committed.",
     "needless-files-copied", 1),
    ("unused-venv", _CONTENT, _WARNING, "A virtual environment that no PATH leads to, beside one that is used",
     "Name it in .dockerignore.", "needless-files-copied", 1),
    ("tests-of-packages", _CONTENT, _INFO, "Tests that packages of Python brought along",
     "Nothing runs them here. They can be removed in the RUN that installs them.", "", MB),
    ("tests-of-program", _CONTENT, _INFO, "Tests of the program",
     "Name them in .dockerignore, unless the container is to run them.", "needless-files-copied", 10_000),
    ("documentation", _CONTENT, _INFO, "Documentation and manual pages",
     "Remove /usr/share/doc and /usr/share/man in the RUN that installs, or tell dpkg to leave them out.",
     "full-base-image", MB),
    ("translations", _CONTENT, _INFO, "Translations of messages",
     "Remove /usr/share/locale in the RUN that installs, or tell dpkg to leave it out.", "full-base-image", MB),
    ("compilers", _CONTENT, _WARNING, "Compilers and build tools",
     "Build in a stage of its own, and copy what is built.", "build-tools-in-final-stage"),
    ("development-packages", _CONTENT, _WARNING, "Headers and libraries to build with",
     "Build in a stage of its own, and copy what is built.", "build-tools-in-final-stage"),
    ("package-manager-shipped", _CONTENT, _INFO, "The tool that installed the dependencies",
     "Make the environment in a stage of its own, and copy it.", "package-manager-shipped", MB),
    ("archives-left", _CONTENT, _INFO, "Archives and packages, as they were downloaded",
     "Remove them in the RUN that unpacks or installs them, or mount them.", "archive-copied-to-unpack"),
    ("temporary-files", _CONTENT, _INFO, "Files in /tmp and /var/tmp",
     "Remove them in the RUN that writes them, or mount a tmpfs there.", ""),
    ("logs", _CONTENT, _INFO, "Logs", "Remove them in the RUN that writes them.", "", MB),
    ("core-dumps", _CONTENT, _WARNING, "Core dumps: what a program had in memory when it crashed",
     "Remove them, and look for what crashed.", ""),
    ("debug-symbols", _CONTENT, _INFO, "Debug symbols", "Leave out the packages of debug symbols.", "", MB),
    ("duplicates", _CONTENT, _INFO, "Files that are in the image more than once",
     "Keep one copy, and link to it.", "", MB),
    # Secrets
    ("private-key", _SECRETS, _ERROR, "Private keys, and stores of them, in any layer", _REVOKE, "secret-file-copied"),
    ("secret-in-file", _SECRETS, _ERROR, "Secrets in files, in any layer", _REVOKE, "secret-file-copied"),
    (NAMED, _SECRETS, _WARNING, "Files whose names say that they hold secrets, in any layer",
     _LEAVE_OUT, "secret-file-copied"),
    ("secret-in-config", _SECRETS, _ERROR, "Secrets in variables, labels and the history", _REVOKE,
     "secret-in-arg-or-env"),
    # Security
    ("root-user", _SECURITY, _WARNING, "A container that starts as root", "Add a user, and USER with its number.",
     "root-user"),
    ("setuid-unpackaged", _SECURITY, _WARNING, "Programs with setuid or setgid that no package owns",
     "Take the bits away (`chmod a-s`), unless whoever runs them is to become another user.", ""),
    ("setuid", _SECURITY, _INFO, "Programs with setuid or setgid, of packages",
     "A container seldom needs them: `chmod a-s`, or run it with --security-opt=no-new-privileges.", ""),
    ("file-capabilities", _SECURITY, _INFO, "Programs with capabilities",
     "A container seldom needs them: run it with --security-opt=no-new-privileges.", ""),
    ("world-writable", _SECURITY, _WARNING, "Files and directories that every user may change",
     "Give them to the user who writes there instead (COPY --chown).", "world-writable"),
    ("end-of-life", _SECURITY, _WARNING, "A distribution that has no security fixes any more",
     "Choose a base image of a maintained release.", "end-of-life-image"),
)  # fmt: skip

SUBJECTS = {row[0]: Subject(*row) for row in _ROWS}

WORDS = {
    "root": ("root-user",),
    "setuid": ("setuid", "setuid-unpackaged"),
    "eol": ("end-of-life",),
}
"""Shorter names that `--deny` takes, beside groups and ids."""

BASE_ADVICE = "The base image brings it: choose a smaller one."
