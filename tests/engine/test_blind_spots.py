"""Changes that a proof could overlook, really built and run: `benchmarks/blind_spots.py` judges all of them.

One of each kind is judged here: what is found and asked, what of an answer is compared, how a container goes on and ends.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from engine.blind_spot_proof import proof_of, words_of
from engine.stand_ins import StandIns
from proof.blind_spots.all_cases import BAD, GOOD
from proof.blind_spots.case import BASE, Case

pytestmark = pytest.mark.engine
# Those that are judged each time
BRIEF = frozenset(
    """no-content-type dies-after-its-start a-stated-route-that-fails a-route-of-the-code-that-fails
    a-second-port-that-is-closed time-counter-and-identifiers no-page-on-either-side""".split()
)


def marked(case: Case) -> object:
    marks = [] if case.name in BRIEF else [pytest.mark.builds]
    return pytest.param(case, id=case.name, marks=marks)


@pytest.fixture
def base(stand_ins: StandIns, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_ins.provide(BASE)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{stand_ins.engine.socket}")


@pytest.mark.usefixtures("base")
@pytest.mark.parametrize(
    "case", [marked(case) for case in (*BAD, *GOOD) if not case.timed]
)
def test_a_change_that_could_be_overlooked_is_called_what_it_is(
    case: Case, tmp_path: Path
) -> None:
    proof = proof_of(case, tmp_path, patience=60)
    said = words_of(proof)
    assert str(proof.verdict.kind) in case.kinds, said
    assert all(words in said for words in case.says), said
