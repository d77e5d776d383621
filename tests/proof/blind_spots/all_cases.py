"""All of them."""

from __future__ import annotations

from proof.blind_spots import bad, bad_answers, bad_runs, good

BAD = (*bad.FROM_AUDIT, *bad_answers.ANSWERS, *bad_runs.RUNS)
GOOD = (*good.FROM_AUDIT, *good.VARYING, *good.CHANGED)
