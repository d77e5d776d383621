"""When sh-relinked reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import said


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("RUN ln -sf /bin/bash /bin/sh\nRUN ./make", 1),
        ("RUN ./make\nRUN ln -sf /bin/bash /bin/sh", 0),
        ("# Default to bash, not dash!\nRUN ln -sf /bin/bash /bin/sh\nRUN ./make", 0),
        ("RUN a \\\n    # bash, not dash\n    && ln -sf bash /bin/sh\nRUN ./make", 0),
    ],
)
def test_a_shell_is_relinked_for_a_reason(text, count):
    assert len(said("sh-relinked", text)) == count
