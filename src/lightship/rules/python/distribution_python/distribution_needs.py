"""What of the distribution's Python a stage needs, for programs that are installed there."""

from __future__ import annotations

from lightship.base_images.full import packages_of_full
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.facts.packages.apt import APT
from lightship.facts.stages.final_image import is_shipped
from lightship.regex import regex
from lightship.rules.python.distribution_python.removal import REPLACED
from lightship.shell.packages import Package

_MANAGERS = (*APT, "apk")
_INTERPRETER = regex(r"python(?:3|3\.[0-9]+)?(?:-minimal)?")
# tkinter is a part of Python; in slim images only its libraries are missing, which come with these
TKINTER = frozenset({"python3-tk", "py3-tkinter", "python3-tkinter"})
# Programs of the distributions that depend on its Python
_NEED_PYTHON = frozenset(
    "ansible ansible-core awscli aws-cli certbot fail2ban glances mercurial meson pipx s3cmd "
    "scons supervisor youtube-dl yt-dlp".split()
)
# Programs that depend on libraries of the distribution's Python, which come with them in any case
# (Debian's Depends)
_BRING_LIBRARIES = {
    "gdal-bin": frozenset({"python3-gdal", "python3-numpy"}),
    "libreoffice-script-provider-python": frozenset({"python3-uno"}),
    "unoconv": frozenset({"python3-uno"}),
}
# They run the distribution's Python inside themselves, with what is installed for it
_EMBED_PYTHON = regex(
    r"uwsgi-python3?|uwsgi-plugin-python3|libapache2-mod-(?:wsgi-py3|python)|apache2-mod-wsgi"
    r"|unit-python3(?:\.[0-9]+)?|postgresql-plpython3(?:-[0-9]+)?|freeradius-python3"
)


def costs_nothing(
    build: Build, stage: Stage, call: PackageInvocation, needless: list[Package]
) -> bool:
    """Whether they only weigh something, and nobody carries it."""
    if not all(REPLACED.fullmatch(package.name) for package in needless):
        return False
    if not is_shipped(build) or stage not in build.lineage:
        return True
    return _is_removed(build, call, needless)


def _is_removed(build: Build, call: PackageInvocation, needless: list[Package]) -> bool:
    """Whether the same RUN removes them, by their names or by that of their group."""
    groups = set(call.does.values("--virtual"))
    names = {package.name for package in needless}
    removed: set[str] = set()
    for removal in build.packages(call.does.manager, action="remove"):
        if removal.instruction is call.instruction:
            removed.update(word.value or "" for word in removal.does.operands)
    return names <= removed or bool(groups & removed)


def needless_of(build: Build, stage: Stage, second: list[Package]) -> list[Package]:
    """Those that the stage can do without."""
    image = build.root_image(stage)
    has_tkinter = image is not None and bool(packages_of_full(image))
    if not has_tkinter:
        second = [package for package in second if package.name not in TKINTER]
    installed = _installed(build, stage)
    brought = {item for name in installed for item in _BRING_LIBRARIES.get(name, ())}
    second = [package for package in second if package.name not in brought]
    if not _needs_python(build, stage):
        return second

    # The interpreter comes with the program, and its libraries may be for the program
    replaced = [item for item in second if REPLACED.fullmatch(item.name)]
    return [item for item in replaced if not _INTERPRETER.fullmatch(item.name)]


def _needs_python(build: Build, stage: Stage) -> bool:
    """Whether a program is installed that the distribution's own Python runs."""
    return not _NEED_PYTHON.isdisjoint(_installed(build, stage))


def embeds_python(build: Build, stage: Stage) -> bool:
    """Whether a program is installed that loads the distribution's Python, as uWSGI's plugin."""
    return any(map(_EMBED_PYTHON.fullmatch, _installed(build, stage)))


def _installed(build: Build, stage: Stage) -> set[str]:
    """The names of all that the distribution's tools install up to the end of a stage."""
    line = build.lineage_of(stage)
    names: set[str] = set()
    for call in build.packages(*_MANAGERS, action="install"):
        if build.dockerfile.stage_of(call.instruction) in line:
            names.update(package.name for package in call.does.packages)
    return names
