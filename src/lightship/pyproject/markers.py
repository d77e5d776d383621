"""Whether a marker of PEP 508 can hold in an image: Linux, with CPython.

Source: packaging.python.org/specifications/dependency-specifiers, environment markers.
"""

from __future__ import annotations

from itertools import product

# A marker without any of them holds in some image
_OF_SYSTEM = (
    "implementation_name",
    "os_name",
    "platform_python_implementation",
    "platform_system",
    "sys_platform",
)
_ENVIRONMENT = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "sys_platform": "linux",
}
_PYTHONS = tuple(f"3.{minor}" for minor in range(7, 16))
_MACHINES = ("x86_64", "aarch64")
_LONGEST = 2000


def may_hold(marker: str) -> bool:
    """Whether it holds for any version of CPython on Linux; so does one that cannot be read."""
    if "extra" in marker or len(marker) > _LONGEST:
        return True
    if not any(name in marker for name in _OF_SYSTEM):
        return True

    from packaging.markers import InvalidMarker, Marker  # noqa: PLC0415 - slow to import

    try:
        read = Marker(marker)
    except InvalidMarker:
        return True
    for python, machine in product(_PYTHONS, _MACHINES):
        environment = {
            **_ENVIRONMENT,
            "python_version": python,
            "python_full_version": f"{python}.9",
            "platform_machine": machine,
        }
        if read.evaluate(environment):
            return True
    return False
