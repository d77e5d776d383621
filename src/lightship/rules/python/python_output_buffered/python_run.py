"""The files of Python that a start runs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lightship.record import record


@record
class RunFiles:
    """The files of Python that a program runs, as far as imports tell.

    `starts` are those that it is started with, and `called` the names in them that the command line
    has (`app` in `shop.main:app`). `main` is the one whose `__name__` is `__main__`, empty where
    none is. `copied` are all that the image has.
    """

    paths: Sequence[str]
    starts: Sequence[str]
    main: str
    called: Collection[str] = ()
    copied: Sequence[str] = ()
    is_django: bool = False
