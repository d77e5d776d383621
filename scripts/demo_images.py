"""The images of the demo, before and after the fix, as archives: `demo_images.py BEFORE AFTER OUT THEN`.

THEN is a script that is run in OUT while the engine is there: DOCKER_HOST leads to it, or is empty where there is none.

An engine of its own builds both where one can start. Where none can, archives are written by hand: a base of a few
files, what the COPY instructions of each Dockerfile would copy, and the names of the packages that pip would install;
nothing else that a RUN would make is in them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from engine.engine_process import engine, engine_folder, why_not
from engine.projects import images_of
from engine.stand_ins import StandIns
from images import directory, docker_archive, file, layer, row

from lightship.build import Build
from lightship.context.files import FileKind
from lightship.dockerfile.parse import parse
from lightship.files.folder_context import open_context

RELEASE = b'ID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n'

COMPILERS = ("binutils", "2.44-3")  # a deb that images have which are not slim
PACKAGE = (
    "Package: {}\nStatus: install ok installed\nVersion: {}\nArchitecture: amd64\n\n"
)
SITE = "usr/local/lib/python3/site-packages"


def built(projects: dict[str, Path], out: Path, then: Path) -> str:
    """Build and save both, and go on; why that cannot be, empty where it was done."""
    if reason := why_not():
        return reason
    with engine_folder(large=True) as folder, engine(folder) as started:
        stand_ins = StandIns(folder)
        if reason := stand_ins.why_not():
            return reason
        for name, project in projects.items():
            for image in images_of(project):
                stand_ins.provide(image)
            started.build(project, f"orders:{name}")
            started.docker(
                "save", "--output", str(out / f"{name}.tar"), f"orders:{name}"
            )
        go_on(then, out, f"unix://{started.socket}")
    return ""


def go_on(then: Path, out: Path, host: str) -> None:
    """Run the rest of the demo; what goes wrong in it goes wrong here."""
    subprocess.run(
        (then,), cwd=out, env={**os.environ, "DOCKER_HOST": host}, check=True
    )


def written(project: Path) -> bytes:
    """An archive without an engine."""
    build = Build(
        parse((project / "Dockerfile").read_text(encoding="utf-8")),
        open_context(str(project), "Dockerfile"),
    )
    layers, rows = [base(build)], [row(comment="Imported from -")]
    context = build.context
    assert context is not None
    for stage in build.lineage:
        for instruction in stage.instructions:
            is_copy = instruction.keyword == "COPY" and instruction.flag("from") is None
            text = f"{instruction.keyword} {instruction.operand.text}"
            if is_copy:
                sent = (
                    each.path for each in context.sent if each.kind is FileKind.FILE
                )
                layers.append(
                    layer(
                        *(
                            file(f"app/{path}", (project / path).read_bytes())
                            for path in sent
                        )
                    )
                )
                text += " # buildkit"
            brings = brings_packages(text, is_copy=is_copy)
            if brings:
                layers.append(distributions(project))
            is_empty = not is_copy and not brings
            rows.append(row(text, empty=is_empty, comment="buildkit.dockerfile.v0"))
    return docker_archive(*layers, tag=f"orders:{project.name}", history=rows)


def base(build: Build) -> bytes:
    """The layer of the base image; only one that is slim has no compilers."""
    debs = [("libc6", "2.41-12")]
    if "slim" not in build.dockerfile.text:
        debs.append(COMPILERS)
    status = "".join(PACKAGE.format(*deb) for deb in debs)
    return layer(
        file("etc/os-release", RELEASE),
        file("var/lib/dpkg/status", status.encode()),
        directory("app"),
    )


def brings_packages(text: str, *, is_copy: bool) -> bool:
    """Whether an instruction installs what the project asks for, or copies where that was done."""
    is_install = text.startswith("RUN") and "pip install" in text
    is_installed = text.startswith("COPY") and not is_copy
    return is_install or is_installed


def distributions(project: Path) -> bytes:
    """The layer with the names of what the project asks for."""
    asked = re.findall(
        r"^([\w.-]+)==([\w.]+)$",
        (project / "requirements.txt").read_text(),
        re.MULTILINE,
    )
    return layer(
        *(
            file(f"{SITE}/{name}-{version}.dist-info/RECORD", b"a.py,,\n")
            for name, version in asked
        )
    )


def main() -> None:
    """Read the arguments, make both."""
    before, after, out, then = map(Path, sys.argv[1:])
    projects = {"before": before, "after": after}
    reason = built(projects, out, then)
    if reason:
        print(
            f"No engine can build here ({reason}): the images below have only what the Dockerfiles copy."
        )
        for name, project in projects.items():
            (out / f"{name}.tar").write_bytes(written(project))
        go_on(then, out, "")


if __name__ == "__main__":
    main()
