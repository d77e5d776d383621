"""Whether an image only makes a program or a package, which is carried out of it."""

from __future__ import annotations

from lightship.build import Build
from lightship.facts.start.purpose import start_steps
from lightship.shell.programs import program_of

# They make one file of a project, for others to install or to run
_PACKAGERS = frozenset(
    """briefcase cxfreeze dpkg-buildpackage debuild fpm nuitka nuitka3 pex pyinstaller rpmbuild
    shiv""".split()
)


def is_carried_out(build: Build) -> bool:
    """Whether the final stage makes a program, says nothing of a start, and nobody pulls it."""
    if build.is_published or start_steps(build):
        return False
    for call in build.commands():
        if call.instruction not in build.shipped:
            continue
        if program_of(call.command.all_words).name.lower() in _PACKAGERS:
            return True
    return False
