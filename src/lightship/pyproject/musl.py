"""Packages that have wheels for glibc and none for musl, the C library of Alpine.

Read on 2026-11-24 from 342 lock files of public projects, of 2026-08 and before (uv.lock,
poetry.lock and pdm.lock list each wheel); confluent-kafka, lightgbm, pandas, psutil, pycurl and
scikit-learn also by asking pip for musllinux wheels alone. A project may publish some at any time.
Where there is a lock, it is right, and these tables are not asked.
"""

from __future__ import annotations

from lightship.pyproject.dependency import Dependency
from lightship.pyproject.locks import Locked, is_for_python

_NEVER = frozenset(
    """bitsandbytes catboost confluent-kafka ctranslate2 gensim ibm-db jpype1 lancedb
    lightgbm llvmlite numba numexpr onnx onnxruntime opencv-contrib-python opencv-python
    opencv-python-headless oracledb paddlepaddle playwright pyclipper pycurl ray
    scikit-learn sentencepiece snowflake-connector-python tensorflow tensorflow-cpu
    torch torchaudio torchvision xgboost""".split()
)
# The last version that is known to have had none, and the last minor of Python that it has wheels
# for glibc for
_OLDER = {
    "aiohttp": ("3.7.4", 9),
    "cryptography": ("3.4.7", 99),
    "h5py": ("3.14.0", 13),
    "numpy": ("1.24.4", 11),
    "pandas": ("2.0.3", 11),
    "psutil": ("7.1.3", 99),
    "pyarrow": ("19.0.1", 13),
    "scikit-image": ("0.25.2", 13),
    "scipy": ("1.6.3", 9),
    "shapely": ("2.0.6", 13),
    "spacy": ("3.7.5", 12),
    "uvloop": ("0.16.0", 10),
}
# They have no sources to build from either
UNBUILDABLE = frozenset(
    """bitsandbytes ctranslate2 lancedb onnxruntime paddlepaddle playwright ray
    tensorflow tensorflow-cpu torch torchaudio torchvision""".split()
)
# They come with an extension that may be missing: where nothing can be compiled, they do without
_OPTIONAL = frozenset(
    """cassandra-driver coverage google-crc32c markupsafe msgpack pymongo pyrsistent
    pyyaml simplejson sqlalchemy tornado watchdog websockets wrapt zope-interface""".split()
)
_OTHER_SYSTEMS = ("sys_platform", "platform_system", "os_name", "platform_machine")


def lacks_wheel(dependency: Dependency, minor: str) -> bool:
    """Whether what a requirement asks for has a wheel for glibc and none for musl, by the tables.

    `minor` is the version of Python, `3.12`, empty where it is not known.
    """
    if dependency.url or "+" in dependency.specifier:
        return False  # PyPI has no local versions, such as 2.9.0+cpu
    if any(name in dependency.marker for name in _OTHER_SYSTEMS):
        return False
    if dependency.name in _NEVER or dependency.name not in _OLDER:
        return dependency.name in _NEVER
    last, newest = _OLDER[dependency.name]
    is_older = dependency.is_pinned and _numbers(
        dependency.specifier.lstrip("=")
    ) <= _numbers(last)
    return is_older and (
        newest == 99 or (minor.startswith("3.") and int(minor[2:]) <= newest)
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(_number, version.split(".")))


def _number(part: str) -> int:
    return int(part) if part.isdecimal() else 0


def is_locked_without(package: Locked, minor: str) -> bool:
    """Whether a lock has wheels of a package for glibc and none for musl, for that version of
    Python where known.
    """
    if package.source != "registry" or not package.wheels or package.name in _OPTIONAL:
        return False

    def has(libc: str) -> bool:
        return any(
            not minor or is_for_python(wheel, minor)
            for wheel in package.wheels_for(libc)
        )

    return has("glibc") and not has("musl")
