"""Which services a proof ran with, as it is kept and shown."""

from __future__ import annotations

from lightship.record import record

OWN_IMAGE = "the image itself"  # what a service of the image that is proven runs


@record
class UsedService:
    """A service that was started for every run.

    `image` is its name, empty for the image that is proven; `id` is that of the image. `role` is
    data, job or part; `written` where it is written.
    """

    name: str
    image: str = ""
    id: str = ""
    role: str = ""
    written: str = ""


@record
class UsedServices:
    """All that surrounded the application.

    `file` is the compose file, `app` the service that was proven. `replaced` says what stood in
    for something, `left` what could not be taken, and what to do.
    """

    file: str = ""
    app: str = ""
    services: tuple[UsedService, ...] = ()
    replaced: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
