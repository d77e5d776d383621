"""`lightship vulns status`: what the database holds."""

from __future__ import annotations

from lightship.advisories.advisory_store import open_store
from lightship.advisories.data_folder import usual_path
from lightship.vulns.copy_status import CopyStatus


def database_status(path: str) -> CopyStatus:
    """The state of the database; a DatabaseError where there is none."""
    place = path or usual_path()
    with open_store(place) as store:
        return CopyStatus(
            place,
            tuple(store.sources()),
            tuple(store.skipped()),
            tuple(store.feeds()),
        )
