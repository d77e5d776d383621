"""The only folder that reads git: commits, their files, what they changed. Nothing is run, written or fetched."""

from __future__ import annotations

from lightship.history.commit_walk import Walk
from lightship.history.git_history import History, open_history

__all__ = ["History", "Walk", "open_history"]
