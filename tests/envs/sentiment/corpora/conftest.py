"""Data folders with a few made-up rows in the layout of the published sets."""

import csv
import gzip
import json

import pytest


def write_table(path, header, rows):
    path.parent.mkdir(parents=True)
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


@pytest.fixture
def data_dir(tmp_path):
    finance = tmp_path / "finance"
    tones = ("positive", "negative", "neutral")
    titles = [
        (i, f"Alpha{i} and Beta{i} move {i}", json.dumps({f"Alpha{i}": tones[i % 3], f"Beta{i}": tones[(i + 1) % 3]}))
        for i in range(60)
    ]
    write_table(finance / "sentfin" / "sentfin_train.csv.gz", ("id", "title", "decisions"), titles)
    tweets = [(f"$T{i} up &amp; away u{i} v{i} w{i}", i % 3) for i in range(60)]
    write_table(finance / "twitter_financial_news_sentiment" / "sent_train.csv.gz", ("text", "label"), tweets)
    topics = [(f"about z{i} y{i} x{i}", i % 20) for i in range(400)]
    write_table(finance / "twitter_financial_news_topic" / "topic_train.csv.gz", ("text", "label"), topics)
    return tmp_path
