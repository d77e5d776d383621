from __future__ import annotations

from hypothesis import HealthCheck, settings

from lightship.base_images import lifetimes
from lightship.lint.examples import EXAMPLES_JUDGED_ON

# The tests of any year say the same of the base images in them, those of the commands too.
lifetimes.TODAY = EXAMPLES_JUDGED_ON

settings.register_profile("usual", deadline=None, max_examples=100)
settings.register_profile(
    "long",
    deadline=None,
    max_examples=20_000,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("usual")
