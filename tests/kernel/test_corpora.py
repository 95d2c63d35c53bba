"""Rows of data files, each with its file and line; whatever is wrong is said with its place."""

import gzip

import pytest

from dialogue_gym.corpora import data_folder, read_rows, table_files
from dialogue_gym.errors import ConfigurationError, CorpusError


def test_rows_of_csv_know_their_lines(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('\ufefftext,label\n"two\nlines",1\n\n"a ""quote"", and a comma",2\n', encoding="utf-8")
    assert list(read_rows(path)) == [
        (f"{path}, line 3", {"text": "two\nlines", "label": "1"}),
        (f"{path}, line 5", {"text": 'a "quote", and a comma', "label": "2"}),
    ]


def test_rows_of_json_lines_and_of_compressed_files(tmp_path):
    plain, packed = tmp_path / "a.jsonl", tmp_path / "b.csv.gz"
    plain.write_text('{"text": "ß"}\n\n{"text": "中"}\n', encoding="utf-8")
    packed.write_bytes(gzip.compress(b"text\nx\n", mtime=0))
    assert [row for _, row in read_rows(plain)] == [{"text": "ß"}, {"text": "中"}]
    assert [where for where, _ in read_rows(plain)] == [f"{plain}, line 1", f"{plain}, line 3"]
    assert list(read_rows(packed)) == [(f"{packed}, line 2", {"text": "x"})]
    (tmp_path / "notes.txt").write_text("no table")
    assert table_files(tmp_path) == [plain, packed]
    assert table_files(plain) == [plain]


def test_rows_of_a_json_list_know_their_lines(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('\ufeff\n[\n{"a": "x\\ny",\n "b": [1]},\n\n  {"a": "}, ]"},{}\n]\n', encoding="utf-8")
    assert list(read_rows(path)) == [
        (f"{path}, line 3", {"a": "x\ny", "b": [1]}),
        (f"{path}, line 6", {"a": "}, ]"}),
        (f"{path}, line 6", {}),
    ]
    path.write_text("[]", encoding="utf-8")
    assert not list(read_rows(path))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"a,b\n1,2\n3\n", r"a\.csv, line 3: expected 2 cells \(a, b\), got 1\."),
        ("a.csv", b"a,a\n1,2\n", r"line 1: expected a header of different names, got a, a"),
        ("a.csv", b'a\n"open\n', r"a\.csv, line 2: expected CSV"),
        ("a.csv", b"a\n\xff\n", r"a\.csv, line 2: expected UTF-8, got .* Save it as UTF-8"),
        ("a.csv.gz", gzip.compress(b"a\nb\n\xff\n", mtime=0), r"a\.csv\.gz, line 3: expected UTF-8"),
        ("a.json", b'{"a": 1}', r"a\.json, line 1: expected a JSON list of objects, got '{"),
        ("a.json", b"\n", r"line 2: expected a JSON list of objects, got ''"),
        ("a.json", b'[{"a": 1},\n\n {"a": }]', r"line 3: expected a JSON object"),
        ("a.json", b'[{"a": 1}\n{"a": 2}]', r"line 2: expected ',' or '\]' after an object, got '{"),
        ("a.json", b'[{"a": 1},\n2]', r"line 2: expected a JSON object, got int"),
        ("a.json", b'[{"a": 1}', r"line 1: expected ',' or '\]' after an object, got ''"),
        ("a.json", b'[{"a": ' + b"[" * 100_000, r"line 1: expected a JSON object"),
        ("a.jsonl", b'{"a": 1}\n{"a":\n', r"a\.jsonl, line 2: expected a JSON object"),
        ("a.jsonl", b"[1]\n", r"line 1: expected a JSON object, got list"),
        ("a.jsonl", b"[" * 100_000 + b"\n", r"line 1: expected a JSON object"),
        ("a.csv.gz", b"not compressed", "expected a readable table"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_what_is_wrong_is_said_with_its_place(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CorpusError, match=message):
        list(read_rows(tmp_path / name))


def test_a_missing_file_and_a_folder_without_tables_are_refused(tmp_path):
    with pytest.raises(CorpusError, match="expected a readable table"):
        list(read_rows(tmp_path / "none.csv"))
    for path in (tmp_path, tmp_path / "a.txt"):
        with pytest.raises(CorpusError, match=r"whose name ends in \.csv, \.csv\.gz"):
            table_files(path)


def test_the_data_folder_is_the_arguments_or_the_variables(tmp_path, monkeypatch):
    monkeypatch.delenv("DIALOGUE_GYM_DATA", raising=False)
    assert data_folder() is None
    assert data_folder(tmp_path) == tmp_path
    monkeypatch.setenv("DIALOGUE_GYM_DATA", str(tmp_path / "elsewhere"))
    assert data_folder(str(tmp_path)) == tmp_path
    with pytest.raises(ConfigurationError, match="Expected DIALOGUE_GYM_DATA to be a folder"):
        data_folder()
    with pytest.raises(ConfigurationError, match="Expected data_dir to be a folder"):
        data_folder(tmp_path / "nowhere")
