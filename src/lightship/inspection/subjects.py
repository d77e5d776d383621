"""`SUBJECTS`: all findings of images by id; reports and `--deny` know no others."""

from __future__ import annotations

import re

from lightship.inspection.inspection import FindingGroup
from lightship.lint.finding import Severity
from lightship.record import record
from lightship.regex import regex

LEAST = 100_000
"""In bytes: whatever saves less is not worth a finding."""


_PLACE = regex(r"\{([^}]*)\}")


def placed(cure: str, line: str, *, is_run: bool) -> str:
    """What to do, with its line: `{the RUN that writes them}` becomes `the RUN on line 3`.

    `line` is empty where none is known; `is_run` tells whether there is a RUN on it.
    """

    def named(match: re.Match[str]) -> str:
        words = match[1]
        is_about_run = words.startswith("the RUN")
        if not line or (is_about_run and not is_run):
            return words
        return f"the RUN on line {line}" if is_about_run else f"{words} (line {line})"

    return _PLACE.sub(named, cure)


@record
class Subject:
    """`title` says what it is and usually starts the message. `rule` is that of `lightship lint`,
    if there is one. `cure` is for what a line of the Dockerfile wrote, in braces what `placed` may
    name a line for; files of the base image have advice of their own. Findings of fewer than
    `least` bytes are not reported.
    """

    id: str
    group: FindingGroup
    severity: Severity
    title: str
    cure: str
    rule: str = ""
    least: int = LEAST

    @property
    def advice(self) -> str:
        """What to do, where no line is known."""
        return placed(self.cure, "", is_run=False)


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
MODELS = "model-caches"
_REVOKE = (
    "Anyone with the image can read it: revoke it, and pass the new one with "
    "RUN --mount=type=secret or at run time."
)
_LEAVE_OUT = (
    "Anyone with the image can read it: add it to .dockerignore, and pass it with "
    "RUN --mount=type=secret or at run time."
)

_ROWS = (
    # Waste: its severity is worked out from its share
    ("files-removed-later", _WASTE, _INFO, "Files removed in a later layer",
     "Remove them in {the RUN that writes them}, or write them in another stage or a cache mount.",
     "removed-in-later-layer"),
    ("files-hidden-later", _WASTE, _INFO, ("Files hidden by a later layer that empties their "
                                          "directory"),
     "Empty the directory in {the RUN that fills it}.", "removed-in-later-layer"),
    ("files-copied-for-metadata", _WASTE, _INFO, "Files copied only to change mode, owner or time",
     ("Set both {where the files are created}: COPY --chown and --chmod, or chown and chmod in "
     "the same RUN."),
     "ownership-changed-after-copy"),
    ("files-overwritten", _WASTE, _INFO, "Files overwritten in a later layer",
     "Write them once: skip the first write, or join the two instructions.", ""),
    ("files-replaced", _WASTE, _INFO, "Files replaced by an entry of another type",
     "Do not write them in the first place.", ""),
    ("files-repeated", _WASTE, _INFO, "Files that one layer contains twice",
     "The builder wrote a path twice into one layer: use another builder, or report the bug.", ""),
    ("package-databases-rewritten", _WASTE, _STYLE, ("The package manager's own files, rewritten "
                                                    "by each install"),
     "Install all packages of a stage in one RUN.", "consecutive-runs", MB),
    ("waste-in-base-image", _WASTE, _INFO, "Waste inside the base image",
     "This Dockerfile cannot remove what is {in the base image}: choose another one.", "", MB),
    ("base-files-removed", _WASTE, _INFO, ("Files of the base image that a later layer removes or "
                                          "overwrites"),
     "They stay {in the base image}, which this Dockerfile cannot shrink: choose a smaller one."),
    # Bytes that the image does not need
    ("apt-lists", _CONTENT, _WARNING, "apt's package lists",
     "End {the RUN} with `rm -rf /var/lib/apt/lists/*`, or mount a cache there.", "apt-lists-kept"),
    ("apt-cache", _CONTENT, _WARNING, "apt's cache",
     "End {the RUN} with `apt-get clean`, or mount a cache at /var/cache/apt.", ""),
    ("apk-cache", _CONTENT, _WARNING, "apk's cache", "Use `apk add --no-cache`.", "apk-cache-kept"),
    ("rpm-cache", _CONTENT, _WARNING, "dnf's or yum's cache",
     "End {the RUN} with `dnf clean all`, or mount a cache at /var/cache.", "rpm-cache-kept"),
    ("pip-cache", _CONTENT, _WARNING, "pip's cache",
     "Use `pip install --no-cache-dir`, or mount a cache at /root/.cache/pip.", "pip-cache-kept"),
    ("uv-cache", _CONTENT, _WARNING, "uv's cache",
     "Use `uv --no-cache`, or mount a cache at /root/.cache/uv.", "pip-cache-kept"),
    ("npm-cache", _CONTENT, _WARNING, "npm's cache",
     ("End {the RUN} with `npm cache clean --force`, or mount a cache at "
     "/root/.npm."), "npm-cache-kept"),
    ("yarn-cache", _CONTENT, _WARNING, "yarn's cache",
     "End {the RUN} with `yarn cache clean`, or mount a cache.", "yarn-cache-kept"),
    ("conda-cache", _CONTENT, _WARNING, "conda's downloaded packages",
     "End {the RUN} with `conda clean -afy`, or mount a cache.", "conda-cache-kept"),
    ("other-caches", _CONTENT, _INFO, "Caches of other tools", ("Remove them in {the RUN that "
                                                               "fills them}, or use a "
                                                               "cache mount."), ""),
    (MODELS, _CONTENT, _INFO, "Models and data sets in the caches of Hugging Face and torch hub",
     ("Mount the cache as a volume, or download at the start. Where the container must start "
     "without a network, keep them and say so with HF_HUB_OFFLINE=1."), "", MB),
    ("tool-caches", _CONTENT, _INFO, "Caches of development tools, such as pytest's or mypy's",
     "Add them to .dockerignore.", "needless-files-copied"),
    ("bytecode", _CONTENT, _STYLE, "Bytecode of the program's own modules",
     ("Add __pycache__ to .dockerignore, unless the build compiles the modules "
     "on purpose."), "needless-files-copied"),
    ("version-control", _CONTENT, _WARNING, "The history of a repository (.git, .hg or .svn)",
     ("Add it to .dockerignore, or remove it in {the RUN that clones}. It contains all that was "
     "ever committed."),
     "needless-files-copied", 1),
    ("unused-venv", _CONTENT, _WARNING, ("A virtual environment that is not on PATH, next to one "
                                        "that is used"),
     "Add it to .dockerignore.", "needless-files-copied", 1),
    ("tests-of-packages", _CONTENT, _INFO, "Tests shipped with Python packages",
     "Nothing runs them here: remove them in {the RUN that installs the packages}.", "", MB),
    ("tests-of-program", _CONTENT, _INFO, "The program's own tests",
     "Add them to .dockerignore, unless the container runs them.", "needless-files-copied", 10_000),
    ("documentation", _CONTENT, _INFO, "Documentation and manual pages",
     ("Remove /usr/share/doc and /usr/share/man in {the RUN that installs packages}, or tell dpkg "
     "to exclude them."),
     "full-base-image", MB),
    ("translations", _CONTENT, _INFO, "Translations of messages",
     ("Remove /usr/share/locale in {the RUN that installs packages}, or tell dpkg to "
     "exclude it."), "full-base-image", MB),
    ("compilers", _CONTENT, _WARNING, "Compilers and build tools",
     "Build in a separate stage, and copy only the result.", "build-tools-in-final-stage"),
    ("development-packages", _CONTENT, _WARNING, "Headers and libraries needed only to build",
     "Build in a separate stage, and copy only the result.", "build-tools-in-final-stage"),
    ("unused-gpu-libraries", _CONTENT, _WARNING,
     "NVIDIA's libraries beside a torch for CPUs, which does not load them",
     ("Install torch for CPUs first, or all packages in one command: the libraries came with a "
     "torch for CUDA that was replaced."), "torch-with-cuda"),
    ("npm-development-packages", _CONTENT, _WARNING, "npm packages that only development needs",
     ("Install with `npm ci --omit=dev`, or build in a separate stage and copy the result and such "
     "a node_modules."), "", MB),
    ("package-manager-shipped", _CONTENT, _INFO, "The tool that installed the dependencies",
     "Create the environment in a separate stage, and copy it.", "package-manager-shipped", MB),
    ("archives-left", _CONTENT, _INFO, "Downloaded archives and packages",
     ("Remove them in {the RUN that unpacks or installs them}, or use a "
     "bind mount."), "archive-copied-to-unpack"),
    ("temporary-files", _CONTENT, _INFO, "Files in /tmp and /var/tmp",
     "Remove them in {the RUN that writes them}, or mount a tmpfs there.", ""),
    ("logs", _CONTENT, _INFO, "Logs", "Remove them in {the RUN that writes them}.", "", MB),
    ("core-dumps", _CONTENT, _WARNING, "Core dumps: the memory of a program that crashed",
     "Remove them, and find out what crashed.", ""),
    ("debug-symbols", _CONTENT, _INFO, "Debug symbols", ("Do not install packages of "
                                                        "debug symbols."), "", MB),
    ("duplicates", _CONTENT, _INFO, "Files that are in the image more than once",
     "Keep one copy, and link to it.", "", MB),
    # Secrets
    ("private-key", _SECRETS, _ERROR, ("Private keys and key stores, in "
                                      "any layer"), _REVOKE, "secret-file-copied"),
    ("secret-in-file", _SECRETS, _ERROR, ("Secrets in files, in "
                                         "any layer"), _REVOKE, "secret-file-copied"),
    (NAMED, _SECRETS, _WARNING, "Files that hold secrets, judging by their names, in any layer",
     _LEAVE_OUT, "secret-file-copied"),
    ("secret-in-config", _SECRETS, _ERROR, "Secrets in variables, labels and the history", _REVOKE,
     "secret-in-arg-or-env"),
    # Security
    ("root-user", _SECURITY, _WARNING, "A container that starts as root", ("Create a user, and "
                                                                          "switch to it with "
                                                                          "USER and its number."),
     "root-user"),
    ("setuid-unpackaged", _SECURITY, _WARNING, "Setuid or setgid programs that no package owns",
     "Remove the bits (`chmod a-s`), unless these programs must run as another user.", ""),
    ("setuid", _SECURITY, _INFO, "Setuid or setgid programs from packages",
     "Containers rarely need them: `chmod a-s`, or run with --security-opt=no-new-privileges.", ""),
    ("file-capabilities", _SECURITY, _INFO, "Programs with file capabilities",
     "Containers rarely need them: run with --security-opt=no-new-privileges.", ""),
    ("world-writable", _SECURITY, _WARNING, "Files and directories that any user can change",
     "Make the user who writes there their owner instead (COPY --chown).", "world-writable"),
    ("end-of-life", _SECURITY, _WARNING, "A distribution that no longer gets security fixes",
     "Choose a base image of a maintained release.", "end-of-life-image"),
)  # fmt: skip

SUBJECTS = {row[0]: Subject(*row) for row in _ROWS}

WORDS = {
    "root": ("root-user",),
    "setuid": ("setuid", "setuid-unpackaged"),
    "eol": ("end-of-life",),
}
"""Shorter names that `--deny` takes, beside groups and ids."""

BASE_ADVICE = "It comes {from the base image}: choose a smaller one."
