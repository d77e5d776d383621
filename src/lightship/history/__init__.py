"""The only folder that reads git: commits, their files, what they changed.

Nothing is run, written or fetched.
"""

from __future__ import annotations

from lightship.history.commit_walk import CommitWalk
from lightship.history.git_history import GitHistory, open_history

__all__ = ["CommitWalk", "GitHistory", "open_history"]
