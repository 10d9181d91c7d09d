"""The attacks under the condition `as-is`."""

import pytest

from tests.attacks.claims import Claims
from tests.attacks.suite import graded_under


@pytest.fixture(scope="module")
def aftermath():
    with graded_under("as-is") as run:
        yield run


class TestAttacks(Claims):
    """Everything in `claims.py`."""
