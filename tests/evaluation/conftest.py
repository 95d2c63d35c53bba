"""Has the fake task registered."""

import pytest

from tests.guess_colour import register


@pytest.fixture(scope="session", autouse=True)
def _registered() -> None:
    register()
