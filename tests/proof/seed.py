"""`Seed`: a change of a small project whose verdict, and the reason for it, are known beforehand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lightship.cache.plan.plan import Side
from lightship.flows.build_options import BuildOptions
from lightship.flows.cache.sides import folder_side
from lightship.proof.proof import VerdictKind

PROJECT = Path(__file__).parent / "seeds" / "project"
PATHS = ("/health", "/", "/greeting", "/note", "/report", "/count")
PORT = 8000
FAT = "python:3.13-fat"  # as python:3.13-slim, and with what the program does not need
KEY = f"-----BEGIN PRIVATE KEY-----\n{'MC4CAQAwBQYDK2VwBCIEIJ1hPqnVAAxT' * 6}\n-----END PRIVATE KEY-----\n"
Edit = tuple[str, str]
Files = Mapping[str, str | bytes | None]


@dataclass(frozen=True)
class Seed:
    """Two versions of the project: edits (old, new) of its Dockerfile, and other files, where None removes one.

    `keys` are the figures and facts that the verdict names, the first of them first. `scenarios` are the rebuilds that
    are measured, none for what shows at a run; with `cold` builds with nothing in the cache are measured as well.
    """

    name: str
    why: str
    kind: VerdictKind
    keys: tuple[str, ...]
    before: tuple[Edit, ...] = ()
    after: tuple[Edit, ...] = ()
    files: tuple[Files, Files] = ({}, {})
    scenarios: tuple[str, ...] = ()
    cold: bool = False

    @property
    def taken_back(self) -> tuple[VerdictKind, ...]:
        """What the change back may be called: where an answer is another, that is broken in both directions."""
        if self.kind is VerdictKind.BETTER:
            return (VerdictKind.BROKEN, VerdictKind.WORSE)
        return (
            (VerdictKind.BROKEN, VerdictKind.BETTER)
            if self.keys == ("answer",)
            else (VerdictKind.BETTER,)
        )

    def write(self, folder: Path) -> tuple[Side, Side]:
        """Both versions, as directories below `folder`."""
        pairs = zip(
            ("before", "after"), (self.before, self.after), self.files, strict=True
        )
        return tuple(
            _written(folder / name, edits, files) for name, edits, files in pairs
        )


def _written(folder: Path, edits: Sequence[Edit], files: Files) -> Side:
    given: dict[str, str | bytes | None] = {
        "vendor/greeting-1.0-py3-none-any.whl": wheel("greeting")
    }
    given |= {
        str(path.relative_to(PROJECT)): path.read_bytes()
        for path in PROJECT.rglob("*")
        if path.is_file()
    }
    given["Dockerfile"] = edited(
        (PROJECT / "Dockerfile").read_text(encoding="utf-8"), edits
    )
    for name, content in {**given, **files}.items():
        if content is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(
                content if isinstance(content, bytes) else content.encode()
            )
            path.chmod(0o755 if name.startswith("tools/") else 0o644)
    return folder_side(str(folder), BuildOptions(no_config=True))


def edited(text: str, edits: Sequence[Edit]) -> str:
    for old, new in edits:
        assert text.count(old) == 1, f"{text.count(old)} times {old!r} in\n{text}"
        text = text.replace(old, new)
    return text


def wheel(name: str) -> bytes:
    """A library as pip installs it."""
    about = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": "def hello():\n    return 'hello'\n",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{about}/RECORD"] = "".join(
        f"{path},,\n" for path in (*files, f"{about}/RECORD")
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for path, text in files.items():
            made.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text)
    return buffer.getvalue()
