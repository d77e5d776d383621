"""The package managers that are known, one small table each."""

from __future__ import annotations

from lightship.shell.managers.languages import LANGUAGES
from lightship.shell.managers.manager import Manager
from lightship.shell.managers.python import PYTHON
from lightship.shell.managers.system import SYSTEM

MANAGERS: dict[str, Manager] = {}
"""By name."""
COMMANDS: dict[str, Manager] = {}
"""By all commands that have the same command line."""

for _manager in (*SYSTEM, *PYTHON, *LANGUAGES):
    MANAGERS[_manager.name] = _manager
    for _command in (_manager.name, *_manager.also):
        COMMANDS[_command] = _manager
