"""The command: `lightship`, and `python -m lightship`."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import threading


def main() -> None:
    """Run the command line, with a garbage collector that hardly ever runs.

    Trees and findings hold no cycles, so the collector only walks them: 40 % of the time on 30,000
    instructions. It is told before the command line is imported, which is another 2 % for one file.
    """
    gc.set_threshold(200_000, 20, 50)

    try:
        from lightship.cli import main as run  # noqa: PLC0415 - as said above

        run()
    except KeyboardInterrupt:  # before or after the command itself, which tells it
        sys.exit(130)
    except SystemExit as end:
        _end_at_once(end.code)
        raise


def _end_at_once(code: object) -> None:
    """End the process without taking modules and objects down first: 5 of 116 ms for one file.

    It goes on as usual where somebody waits for the end of it, or an output takes no more.
    """
    if code is not None and not isinstance(code, int):
        return
    # Nothing public tells whether something is to be done at exit
    has_callbacks = atexit._ncallbacks() > 0  # noqa: SLF001
    if has_callbacks or threading.active_count() > 1:
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        return
    os._exit(code or 0)


if __name__ == "__main__":
    main()
