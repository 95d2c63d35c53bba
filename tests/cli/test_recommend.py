"""Ranking a catalogue of one's own: what is liked comes first, with reasons, and bad rows are named."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialogue_gym.cli import main
from dialogue_gym.envs.recommendation.catalogue.own import find, read_catalogue, read_history
from dialogue_gym.errors import CorpusError

POPULARITY = "dialogue_gym.agents.scripted.recommenders:popularity"
ROWS = [
    {"id": "100", "title": "The Silent Harbour", "description": "A detective, a forger, an alibi", "tags": "crime"},
    {"id": "101", "title": "Bread at Dawn", "description": "Chefs and full tables", "tags": "food", "views": 900},
    {"id": "b/7", "title": "Last Alibi", "description": "A ransom and a detective", "tags": "crime", "price": 9},
    {"title": "Meadow Songs", "description": "Rivers, birds and old forests", "tags": ["nature", "music"]},
]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    Path("shop.jsonl").write_text("\n".join(map(json.dumps, ROWS)))
    return


def listed(capsys: Any, *arguments: str) -> list[str]:
    assert main(["recommend", "--catalogue", "shop.jsonl", *arguments]) == 0
    return [line for line in capsys.readouterr().out.splitlines() if line.strip()]


def test_what_is_like_the_liked_comes_first_with_the_reason(capsys: Any) -> None:
    Path("known.csv").write_text("item,rating\nthe silent harbour,5\n101,1\n")
    first, *others = listed(capsys, "--history", "known.csv")
    assert first == "  1. Last Alibi (b/7, 9.00): like The Silent Harbour: alibi, crime, detective"
    assert len(others) == 1, "what is known already is left out"


def test_a_wish_counts_without_a_history(capsys: Any) -> None:
    assert "Meadow Songs" in listed(capsys, "--wish", "something with birds and forests")[0]
    assert "you asked for birds, forests" in listed(capsys, "--wish", "something with birds and forests")[0]


def test_any_agent_that_orders_lists_can_rank(capsys: Any) -> None:
    assert "Bread at Dawn" in listed(capsys, "--agent", POPULARITY, "--top", "1")[0]


def test_a_long_catalogue_is_ranked_in_rounds(capsys: Any) -> None:
    rows = [{"id": f"n{i}", "title": f"Thing {i}", "views": (i * 37) % 1000} for i in range(300)]
    Path("shop.jsonl").write_text("\n".join(map(json.dumps, rows)))
    found = [line.split("(")[1].split(")")[0] for line in listed(capsys, "--agent", POPULARITY, "--top", "6")]
    assert found == [row["id"] for row in sorted(rows, key=lambda row: -int(row["views"]))[:6]]  # type: ignore[call-overload]


def test_a_conversation_goes_on_from_what_is_said(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    said = iter(["something to cook", "I like chefs", "+Bread at Dawn", "-nothing of the kind", ""])
    monkeypatch.setattr("builtins.input", lambda prompt: next(said))
    assert main(["recommend", "--catalogue", "shop.jsonl", "--top", "1", "--chat"]) == 0
    output = capsys.readouterr()
    lists = [line for line in output.out.splitlines() if line.strip()]
    assert "Bread at Dawn" in lists[2]
    assert "Bread at Dawn" not in lists[3], "it is known now"
    assert "expected the id or title of an item" in output.err


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("id,title\n1,Song\n2,\n", "shop.csv, line 3: expected a title"),
        ("id,title\n1,Song\n1,Tune\n", "line 3: expected an id of its own, got '1' as in shop.csv, line 2"),
        ("id,title,colour\n1,Song,red\n", "shop.csv, line 2: expected columns among id, title"),
        ("movieId,title\n1,Song\n", "got 'movieId' too. Rename them or leave them out."),
        ("title,price\nSong,cheap\n", "line 2: expected price to be a number of at least 0, got 'cheap'"),
        ("title,stars\nSong,4\nTune,9\n", "line 3: expected stars to be a number from 1 to 5, got '9'"),
        ("title\n", "expected at least one item"),
    ],
)
def test_bad_rows_of_a_catalogue_are_named(text: str, error: str, capsys: Any) -> None:
    Path("shop.csv").write_text(text)
    assert main(["recommend", "--catalogue", "shop.csv"]) == 2
    assert error in capsys.readouterr().err


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({"title": "Song", "tags": 5}, "line 2: expected tags to be a text or a list of texts, got 5"),
        ({"title": ["Song"]}, "line 2: expected title to be a text, got ['Song']"),
    ],
)
def test_values_of_another_kind_are_named(row: dict[str, Any], error: str, capsys: Any) -> None:
    Path("shop.jsonl").write_text(json.dumps({"title": "Tune"}) + "\n" + json.dumps(row))
    assert main(["recommend", "--catalogue", "shop.jsonl"]) == 2
    assert error in capsys.readouterr().err


def test_ids_that_are_missing_are_made_up_beside_those_that_are_given() -> None:
    Path("shop.csv").write_text("id,title\ni2,One\n,Two\n,Three\n")
    assert [item.id for item in read_catalogue(Path("shop.csv"))] == ["i2", "i1", "i3"]
    Path("shop.csv").write_text("id,title\n,One\ni1,Two\n,Three\n")
    assert [item.id for item in read_catalogue(Path("shop.csv"))] == ["i2", "i1", "i3"]


def test_an_id_stands_for_its_item_even_where_another_differs_in_case_alone() -> None:
    Path("shop.csv").write_text("id,title\naB,One\nAb,Two\n")
    items = read_catalogue(Path("shop.csv"))
    assert find("aB", items).title == "One"
    with pytest.raises(CorpusError, match="stands for aB, Ab"):
        find("ab", items)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("item,rating\n100,7\n", "known.csv, line 2: expected rating to be a number from 0 to 5, got '7'"),
        ("item,rating\n100,\n", "line 2: expected liked (yes or no) or a rating (up to 5), got 'neither'"),
        ("item,liked\nNo Such Song,yes\n", "known.csv, line 2: expected the id or title"),
        ("item,liked\n100,perhaps\n", "line 2: expected liked (yes or no) or a rating (up to 5), got 'perhaps'"),
        ("item\n100\n", "got 'neither'"),
        ("item,liked,when\n100,yes,today\n", "expected columns among item, liked, rating, got 'when' too"),
    ],
)
def test_bad_rows_of_a_history_are_named(text: str, error: str, capsys: Any) -> None:
    Path("known.csv").write_text(text)
    assert main(["recommend", "--catalogue", "shop.jsonl", "--history", "known.csv"]) == 2
    assert error in capsys.readouterr().err


def test_middling_ratings_say_that_an_item_is_known_and_no_more(capsys: Any) -> None:
    items = read_catalogue(Path("shop.jsonl"))
    Path("known.csv").write_text("item,rating\n100,3\n101,4\nb/7,0.5\n")
    seen = [(seen.item.id, seen.liked) for seen in read_history(Path("known.csv"), items)]
    assert seen == [("100", None), ("101", True), ("b/7", False)]
    (only,) = listed(capsys, "--history", "known.csv")
    assert "Meadow Songs" in only


def test_a_title_of_two_items_stands_for_neither(capsys: Any) -> None:
    Path("shop.jsonl").write_text("\n".join(json.dumps({"id": i, "title": "Emma (1996)"}) for i in (1, 2)))
    Path("known.csv").write_text("item,liked\nEmma (1996),yes\n")
    assert main(["recommend", "--catalogue", "shop.jsonl", "--history", "known.csv"]) == 2
    assert "line 2: expected the id or title of one item, got 'Emma (1996)', which stands for 1, 2" in (
        capsys.readouterr().err
    )


def test_the_oracle_cannot_look_into_ones_own_users(capsys: Any) -> None:
    assert main(["recommend", "--catalogue", "shop.jsonl", "--agent", "oracle"]) == 2
    assert "goes by what it reads" in capsys.readouterr().err
