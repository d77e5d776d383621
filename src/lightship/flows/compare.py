"""From two images to what differs between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace

from lightship.flows.build_options import BuildOptions
from lightship.flows.image_request import ImageRequest
from lightship.flows.images import Counter, inspect_image
from lightship.flows.limits import judged
from lightship.inspection.comparison import Comparison
from lightship.inspection.gate import Gate, asks_for_secrets
from lightship.outcome import Outcome
from lightship.record import record


@record
class CompareRequest:
    """Two images by their names, and how they are compared.

    `image` says the same of both, except that its Dockerfile is that of `after`.

    With `semantic` times are left out. With `require_same` an image that differs is an outcome.
    """

    before: str
    after: str
    image: ImageRequest
    gate: Gate
    semantic: bool = False
    require_same: bool = False


Counting = Callable[[str], AbstractContextManager[Counter]]
"""What an image's bytes are counted with while it is read, by the image's name."""


@contextmanager
def compare_images(request: CompareRequest, counting: Counting) -> Iterator[Comparison]:
    """What differs; files' contents can be asked for until the end of the `with`."""
    # After the options were found good
    from lightship.inspection.compare_images import compare  # noqa: PLC0415

    ignored = request.gate.ignore_paths
    # No report of a comparison shows secrets: only a limit may ask for those of AFTER
    no_secrets = not asks_for_secrets(request.gate)
    after_request = replace(request.image, no_secrets=no_secrets)
    before_request = replace(request.image, build=BuildOptions(), no_secrets=True)
    with ExitStack() as stack:
        with counting(request.before) as counter:
            before = stack.enter_context(
                inspect_image(
                    request.before, before_request, counter, ignore_paths=ignored
                )
            )
        with counting(request.after) as counter:
            after = stack.enter_context(
                inspect_image(
                    request.after, after_request, counter, ignore_paths=ignored
                )
            )

        content = before.contents.content_bytes
        comparison = compare(
            before, judged(after, request.gate, content), request.semantic
        )
        outcomes = comparison.after.outcomes
        if request.require_same:
            outcomes = (*outcomes, _sameness(comparison))
        yield replace(comparison, outcomes=outcomes)


def _sameness(comparison: Comparison) -> Outcome:
    """Whether the images are the same, as an outcome."""
    is_same = comparison.same
    actual = "same" if is_same else "not the same"
    reason = comparison.first_reason
    reasons = (reason,) if reason else ()
    return Outcome("require-same", "same", actual, is_same, reasons)
