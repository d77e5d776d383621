"""When remote-script-run is silent."""

from __future__ import annotations

import pytest
from judged import said

TEXT = "RUN curl -fsSL https://example.org/install.sh | sh"


@pytest.mark.parametrize("purpose", ["development", "test", "ci"])
def test_what_people_work_in_may_be_installed_by_a_script(purpose):
    assert said("remote-script-run", TEXT)
    assert said("remote-script-run", TEXT, purpose=purpose) == []
