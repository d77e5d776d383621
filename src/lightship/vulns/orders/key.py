"""What a version is compared by."""

from __future__ import annotations

from typing import Any

# Nested tuples whose members at one place are of one kind: Python compares them as they are
Key = tuple[Any, ...]
