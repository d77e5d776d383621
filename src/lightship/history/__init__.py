"""The only folder that reads git: commits, their files, what they changed. Nothing is run, written or fetched."""

from __future__ import annotations

from lightship.history.history import History, open_history
from lightship.history.walk import Walk

__all__ = ["History", "Walk", "open_history"]
