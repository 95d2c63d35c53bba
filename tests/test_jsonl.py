"""JSON lines: what is written comes back, whatever the text; what is no object is named with its line."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogue_gym.errors import CorpusError
from dialogue_gym.jsonl import open_text, read_rows
from dialogue_gym.logs import LoggedDialogue, read_logs, write_logs


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz"])
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back(tmp_path: Path, name: str, texts: list[str]) -> None:
    path = tmp_path / name
    with open_text(path, "wt", compressed=path.suffix == ".gz") as file:
        for text in texts:
            file.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
    assert [row["text"] for _, row in read_rows(path, what="texts")] == texts


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085", "\x0b", "\x1c", "\r"])
def test_a_log_keeps_what_other_programs_take_for_line_ends(tmp_path: Path, separator: str) -> None:
    said = [{"role": "user", "content": f"one{separator}two"}, {"role": "assistant", "content": "yes"}]
    write_logs(tmp_path / "logs.jsonl", [LoggedDialogue(said)])
    assert read_logs(tmp_path / "logs.jsonl")[0].messages == said


def test_lines_are_counted_and_blank_ones_left_out(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"a": 1}\r\n\n  \n{"a": 2}')
    assert list(read_rows(path, what="rows")) == [(f"{path}, line 1", {"a": 1}), (f"{path}, line 4", {"a": 2})]
    assert [row for _, row in read_rows(path, what="rows", torn=True)] == [{"a": 1}], "the last line may be half"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"a": 1}\n{"a"\n', "line 2: expected a JSON object, got Expecting"),
        (b"[1]\n", "line 1: expected a JSON object, got list"),
        (b"[" * 100_000, "line 1: expected a JSON object"),
        (b"\xff\n", "Expected a file of rows at .*, got: .*utf-8"),
        (gzip.compress(b"{}\n"), r"Expected a file of rows at .*UTF-8; compressed ones end in \.gz"),
    ],
)
def test_what_is_no_row_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content)
    with pytest.raises(CorpusError, match=message):
        list(read_rows(path, what="rows"))


@pytest.mark.parametrize("name", ["none.jsonl", "plain.jsonl.gz", "damaged.jsonl.gz"])
def test_an_unreadable_file_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "plain.jsonl.gz").write_text("{}\n")
    whole = gzip.compress(b"".join(b'{"a": %d}\n' % (i * i) for i in range(500)))
    (tmp_path / "damaged.jsonl.gz").write_bytes(whole[:20] + b"\xff" * 10 + whole[30:])
    with pytest.raises(CorpusError, match=f"Expected a file of rows at .*{name}, got: "):
        list(read_rows(tmp_path / name, what="rows"))
