"""How a flow says what goes on: the caller prints it, or not."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[str], None]
"""It is given one line."""
