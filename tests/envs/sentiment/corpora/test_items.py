"""One's own files: what they may hold, and what is said about the rest."""

import pytest

from dialogue_gym.envs.sentiment.corpora import Item, read_items
from dialogue_gym.errors import CorpusError


def write(path, *lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_file_of_entities(tmp_path):
    path = write(
        tmp_path / "mine.csv",
        "id,text,entity,sentiment,group",
        '7,"Ravenna  sinks, Nerini shines",Ravenna,negative,g1',
        '8,"Ravenna  sinks, Nerini shines",Nerini,positive,',
    )
    assert read_items(path) == [
        Item("Ravenna sinks, Nerini shines", "Ravenna", "negative", group="g1"),
        Item("Ravenna sinks, Nerini shines", "Nerini", "positive"),
    ]


def test_a_folder_of_json_lines_in_the_order_of_names(tmp_path):
    write(tmp_path / "b.jsonl", '{"text": "zwei", "topic": "Börse"}')
    write(tmp_path / "a.jsonl", '{"text": "一", "topic": 7, "entity": null}')
    assert read_items(tmp_path) == [Item("一", topic="7"), Item("zwei", topic="Börse")]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (['{"text": "a"}'], r"line 1: expected a label in column 'sentiment' or 'topic', got neither"),
        (['{"text": "a", "sentiment": "good"}'], r"line 1: expected sentiment to be one of negative.*got 'good'"),
        (['{"topic": "x"}'], r"line 1: expected a text in column 'text', got None"),
        (['{"text": " ", "topic": "x"}'], r"expected a text in column 'text', got ' '"),
        (['{"text": ["a"], "topic": "x"}'], r"line 1: expected text in column 'text', got \['a'\]"),
        (['{"text": "a", "topic": true}'], r"expected text in column 'topic', got True"),
        (['{"text": "\\ud800", "topic": "x"}'], r"line 1: expected Unicode text"),
        (['{"text": "a", "topic": "x", "split": "dev"}'], r"line 1: expected split to be one of train, val, test"),
        (
            ['{"text": "a", "topic": "x"}', '{"text": "b", "sentiment": "neutral"}'],
            r"line 2: .*in sentiment, topic",
        ),
        (['{"text": "a", "topic": "x", "split": "val"}', '{"text": "b", "topic": "x"}'], r"line 2: .*differ in split"),
        (['{"text": "' + "a" * 10_001 + '", "topic": "x"}'], r"line 1: expected a text of at most 10000 characters"),
        (["", ""], r"mine\.jsonl: expected at least one labelled text, got none"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_what_is_wrong_is_said_with_file_and_line(tmp_path, rows, message):
    with pytest.raises(CorpusError, match=message):
        read_items(write(tmp_path / "mine.jsonl", *rows))
