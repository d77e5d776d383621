"""What a document of SPDX is called and when it was made: by its content, not by the run.

SPDX needs a time: where none is known it is the start of 1970.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from lightship import __version__
from lightship.report.sbom.as_json import write_bill as write_json
from lightship.report.sbom.sbom_formats import BillView
from lightship.sbom.bill import Bill

_NAMESPACE = "https://spdx.org/spdxdocs/lightship-"
_START = datetime(1970, 1, 1, tzinfo=UTC)


def created(view: BillView) -> datetime:
    """The time of a document, in whole seconds."""
    return _given(view).replace(microsecond=0)


def namespace(bill: Bill, view: BillView) -> str:
    """An address that no other content has; nothing is there."""
    content = "".join(write_json(bill, view))
    seed = f"lightship {__version__} {_given(view)}\n{content}"
    return _NAMESPACE + sha256(seed.encode("utf-8", "replace")).hexdigest()


def _given(view: BillView) -> datetime:
    return view.time or _START
