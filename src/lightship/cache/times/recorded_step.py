"""`RecordedStep`: what a builder wrote of one step of a build that was."""

from __future__ import annotations

from lightship.record import record


@record
class RecordedStep:
    """A step by the name that BuildKit gave it, such as `[build 2/5] RUN make`.

    Steps of BuildKit's own are among them: loading the context, importing a cache, exporting.
    `digests` are those of its definitions, or its number in a plain log. `seconds` is how long it
    ran: None where it was a hit, failed, or was not completed. `pulled` is how long the layers of a
    hit were pulled and unpacked, where something needed them. `error` says why it failed. `span` is
    from when to when something was done for it, in seconds since 1970; None where that is not said.
    """

    name: str
    digests: tuple[str, ...] = ()
    cached: bool = False
    seconds: float | None = None
    pulled: float | None = None
    error: str = ""
    span: tuple[float, float] | None = None

    @property
    def ran(self) -> bool:
        """Whether it was carried out, to its end or until it failed."""
        return self.seconds is not None or bool(self.error)


Recorded = tuple[
    RecordedStep, ...
]  # the steps of one build, in the order of its record
