"""The records know what was changed, and nothing that was there is written into."""

import copy

import pytest

from dialogue_gym.envs.customer_service.database import Database


@pytest.fixture
def lamp():
    return {"status": "pending", "total": 40.0}


@pytest.fixture
def database(lamp):
    return Database({"orders": {"W1": lamp, "W2": {"status": "shipped"}}, "claims": {}})


def test_an_untouched_database_has_no_changes(database):
    assert database.changes() == {}


def test_a_written_field_is_a_change(database):
    database.set("orders", "W1", "status", "cancelled")
    assert database.changes() == {("orders", "W1", "status"): "cancelled"}
    assert database.get("orders", "W1") == {"status": "cancelled", "total": 40.0}


def test_a_field_that_was_not_there_before_is_a_change(database):
    database.set("orders", "W1", "reason", "found cheaper")
    assert database.changes() == {("orders", "W1", "reason"): "found cheaper"}


def test_what_is_written_back_is_no_change(database):
    database.set("orders", "W1", "status", "cancelled")
    database.set("orders", "W1", "status", "pending")
    assert database.changes() == {}


def test_the_last_of_several_values_counts(database):
    for status in ("cancelled", "shipped", "returned"):
        database.set("orders", "W1", "status", status)
    assert database.changes() == {("orders", "W1", "status"): "returned"}


def test_a_new_row_changes_each_of_its_fields(database):
    database.insert("claims", "C-1", {"order": "W1", "kind": "warranty"})
    assert database.changes() == {("claims", "C-1", "order"): "W1", ("claims", "C-1", "kind"): "warranty"}


def test_inserting_over_a_row_changes_what_differs(database):
    database.insert("orders", "W2", {"status": "shipped", "total": 9.0})
    assert database.changes() == {("orders", "W2", "total"): 9.0}


def test_rows_that_came_from_elsewhere_are_never_written_into(database, lamp):
    database.set("orders", "W1", "status", "cancelled")
    assert lamp == {"status": "pending", "total": 40.0}


def test_a_row_that_is_not_there_is_none(database):
    assert database.get("orders", "W9") is None


@pytest.mark.parametrize("copied", [Database.copy, copy.deepcopy], ids=["copy", "deepcopy"])
def test_a_copy_goes_its_own_way_with_the_history_so_far(database, copied):
    database.set("orders", "W1", "status", "cancelled")
    twin = copied(database)
    twin.set("orders", "W2", "status", "lost")
    database.insert("claims", "C-1", {"order": "W1"})
    assert twin.changes() == {("orders", "W1", "status"): "cancelled", ("orders", "W2", "status"): "lost"}
    assert database.changes() == {("orders", "W1", "status"): "cancelled", ("claims", "C-1", "order"): "W1"}
