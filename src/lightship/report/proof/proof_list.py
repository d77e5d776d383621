"""The proofs that are kept, one a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.proof.proof import Proof
from lightship.report.proof import claims
from lightship.report.proof.clean import clean
from lightship.wording.dates import day_and_time
from lightship.wording.printable import escaped

_ID, _NAME, _SUMMARY = 40, 40, 120  # characters


def rows(proofs: Sequence[Proof]) -> Iterator[str]:
    """`2025-11-26 12:00  lightship-0123456789ab  better  HEAD -> the files on the disk: …`."""
    for proof in map(clean, proofs):
        created = day_and_time(proof.created)
        identity = escaped(proof.id, _ID)
        before = escaped(proof.before.source, _NAME)
        after = escaped(proof.after.source, _NAME)
        summary = escaped(claims.summary(proof), _SUMMARY)
        head = f"{created}  {identity}  {proof.verdict.kind!s:<13}"
        yield f"{head}  {before} -> {after}: {summary}\n"
