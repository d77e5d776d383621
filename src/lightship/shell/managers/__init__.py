"""The package managers that are known, one small table each."""

from __future__ import annotations

from lightship.shell.managers.languages import LANGUAGES
from lightship.shell.managers.manager import Manager
from lightship.shell.managers.python import PYTHON
from lightship.shell.managers.system import SYSTEM

MANAGERS: dict[str, Manager] = {
    manager.name: manager for manager in (*SYSTEM, *PYTHON, *LANGUAGES)
}
COMMANDS: dict[str, Manager] = {
    name: each for each in MANAGERS.values() for name in (each.name, *each.also)
}
