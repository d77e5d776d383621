from __future__ import annotations

import pytest
from inspections import small, small_and_better

from lightship.inspection.comparison import Comparison
from lightship.inspection.inspection import Inspection


@pytest.fixture
def inspection() -> Inspection:
    return small()


@pytest.fixture
def comparison() -> Comparison:
    return small_and_better()
