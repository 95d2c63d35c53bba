"""Marks shared by every test: `accelerator` tests are skipped, visibly, where there is no GPU."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    marked = [item for item in items if item.get_closest_marker("accelerator")]
    if marked:
        import torch

        if not torch.accelerator.is_available():
            for item in marked:
                item.add_marker(pytest.mark.skip(reason="needs a GPU"))
