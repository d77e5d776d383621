"""How many public Dockerfiles of Python projects have how many points; made by `scripts/public_scores.py`."""

from __future__ import annotations

from collections.abc import Mapping

# Per practice: how many files have 0 points, 1 point, 2 points ...
FILES_BY_POINTS: Mapping[str, tuple[int, ...]] = {
    "size": (1,),
    "reproducibility": (1,),
    "security": (1,),
    "performance": (1,),
    "correctness": (1,),
    "all": (1,),
}
