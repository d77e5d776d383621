from __future__ import annotations

import pytest

from lightship.wording.progress_bar import progress_bar


@pytest.mark.parametrize(
    ("done", "total", "words"),
    [
        (0, None, "|||0 B"),
        (10, None, "|||10 B"),
        (0, 4000, f"|{'░' * 24}|  0%|0 B of 4.00 kB"),
        (2000, 4000, f"{'█' * 12}|{'░' * 12}| 50%|2.00 kB of 4.00 kB"),
        (5000, 4000, f"{'█' * 24}||100%|5.00 kB of 4.00 kB"),
    ],
)
def test_a_bar_says_how_much_was_read(done, total, words):
    assert "|".join(progress_bar(done, total)) == words
