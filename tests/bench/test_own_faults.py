"""A registry that both versions ask tells nothing of either."""

from __future__ import annotations

import pytest

from lightship.bench.own_faults import asks_same_registry
from lightship.proof.measured import MeasuredBuild, StepTime

ASKED = "[internal] load metadata for {}/library/python:3.13"
BUILT = MeasuredBuild("cold", 2.0, (StepTime(ASKED.format("docker.io"), 0.5),))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (f"{ASKED.format('docker.io')}-slim: no such host", True),
        (f"{ASKED.format('docker.example')}: no such host", False),
        ("[2/3] RUN pip install flask: exit code 1", False),
    ],
)
def test_the_registry_of_the_failed_step_is_looked_for(error, expected):
    failed = MeasuredBuild("cold", 0.1, error=error, unreached="no such host")
    assert asks_same_registry(failed, [BUILT]) is expected
