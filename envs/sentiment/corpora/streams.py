"""Published streams of texts with their times, of which nobody has labelled anything.

StockNet (Xu and Cohen 2018, "Stock movement prediction from tweets and historical prices", ACL, github.com/yumoxu/
stocknet-dataset, MIT): tweets about companies, in columns "ticker", "created_at" and "text". `STREAMS` says which file
of the data folder is meant.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from dialogue_gym.corpora import DATA_VARIABLE, read_rows
from dialogue_gym.errors import CorpusError

STREAMS: Final[Mapping[str, str]] = {"stocknet": "finance/stocknet/tweets.csv.gz"}
_COLUMNS: Final = ("created_at", "ticker", "text")


def read_stream(name: str, folder: Path | None) -> Iterator[str]:
    """The texts of a stream in the order of their times, as JSON lines of time, topic and text.

    Args:
        name: One of `STREAMS`.
        folder: The data folder.

    Raises:
        CorpusError: It is not in the folder, or not as expected.
    """
    path = None if folder is None else folder / STREAMS[name]
    if path is None or not path.exists():
        raise CorpusError(
            f"Expected the stream {name!r} at {folder or f'${DATA_VARIABLE}'}/{STREAMS[name]}. "
            f"Name its folder with --data-dir or {DATA_VARIABLE}."
        )
    rows = []
    for where, row in read_rows(path):
        if not all(isinstance(row.get(column), str) for column in _COLUMNS):
            raise CorpusError(f"{where}: expected columns {', '.join(_COLUMNS)}, got {', '.join(row)}.")
        rows.append(tuple(row[column] for column in _COLUMNS))
    rows.sort(key=lambda row: row[0])  # ISO 8601 in UTC: the order of letters is that of times
    for at, topic, text in rows:
        yield json.dumps({"time": at, "topic": topic, "text": text}, ensure_ascii=False) + "\n"
