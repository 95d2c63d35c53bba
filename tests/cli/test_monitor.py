"""`dialogue-gym monitor`: nothing is lost, nothing is repeated, nothing malformed stops it."""

import csv
import gzip
import io
import json
import sys

import pytest

from dialogue_gym.cli import INTERRUPTED, main
from dialogue_gym.cli.monitor import _parse, _Watch
from dialogue_gym.cli.trends import _by_day, _rows
from dialogue_gym.errors import CorpusError

BAD = "{} cuts its dividend after heavy losses, shares plunge {}%"
GOOD = "{} to report quarterly results on Monday, note {}"


def stream(hours=20, surge=(12, 14)):
    """Half-hourly texts about two topics, and many bad ones about the first between two hours."""
    lines = []
    for minute in range(0, hours * 60, 10):
        hour = minute / 60
        surging = surge[0] <= hour < surge[1]
        for topic, texts in (("Acme Corp", 4 if surging else minute % 30 == 0), ("other", minute % 30 == 0)):
            for number in range(int(texts)):
                words = (BAD if surging and topic != "other" else GOOD).format(topic, minute + number)
                at = f"2031-05-04T{6 + int(hour) if hour < 18 else int(hour) - 18:02d}:{minute % 60:02d}:00Z"
                at = at if hour < 18 else at.replace("05-04", "05-05")
                lines.append(json.dumps({"time": at, "topic": topic, "text": words}))
    return lines


def run(tmp_path, lines, out="out"):
    path = tmp_path / "stream.jsonl"
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    assert main(["monitor", "--input", str(path), "--out", str(tmp_path / out)]) == 0
    return [json.loads(line) for line in (tmp_path / out / "alerts.jsonl").read_text().splitlines()]


def test_a_surge_is_reported_with_its_reason_and_cleared(tmp_path, capsys):
    alerts = run(tmp_path, stream())
    assert [(alert["kind"], alert["topic"]) for alert in alerts] == [("alert", "acme_corp"), ("clear", "acme_corp")]
    assert "2031-05-04T18:00" < alerts[0]["time"] < "2031-05-04T20:31"
    assert alerts[0]["reason"]["labels"]["negative"] >= 3
    assert "cuts its dividend" in alerts[0]["reason"]["examples"][0]
    assert json.loads(capsys.readouterr().out.splitlines()[0]) == alerts[0]


def test_malformed_lines_are_reported_with_their_number_and_skipped(tmp_path, capsys):
    lines = stream()
    lines[3:3] = ["not json", '{"time": "yesterday", "topic": "a", "text": "b"}', '{"topic": 1}', "[]"]
    alerts = run(tmp_path, lines)
    errors = capsys.readouterr().err
    for number in (4, 5, 6, 7):
        assert f"line {number}: expected" in errors
    assert alerts == run(tmp_path, stream(), "clean")


@pytest.mark.parametrize("cut", [1, 40, 75, 90, 110, 150])
def test_a_restart_loses_nothing_and_repeats_no_alert(tmp_path, cut):
    lines = stream()
    whole = run(tmp_path, lines, "whole")
    folder = tmp_path / "parts"
    folder.mkdir()
    first, last = lines[:cut], lines[cut:]
    for part in (first, last):
        watch = _Watch("rule", "dialogue_gym/SentimentMonitor-v0", folder)
        for line in part:
            watch.take(line)
        watch.save()
        if part is not last:  # a kill in the middle of a line
            for name in ("alerts.jsonl", "trends.jsonl"):
                with (folder / name).open("a", encoding="utf-8") as file:
                    file.write('{"time": "2031-')
    watch.close()
    parts = [json.loads(line) for line in (folder / "alerts.jsonl").read_text().splitlines()]
    assert parts == whole
    assert (folder / "trends.jsonl").read_text() == (tmp_path / "whole/trends.jsonl").read_text()


def test_a_kill_before_the_state_is_written_repeats_no_alert(tmp_path):
    lines, folder = stream(), tmp_path / "killed"
    folder.mkdir()
    watch = _Watch("rule", "dialogue_gym/SentimentMonitor-v0", folder)
    watch.save()
    state = (folder / "state.json").read_text()
    for line in lines:
        watch.take(line)
    first = (folder / "alerts.jsonl").read_text()
    (folder / "state.json").write_text(state)
    watch = _Watch("rule", "dialogue_gym/SentimentMonitor-v0", folder)
    for line in lines:
        watch.take(line)
    assert (folder / "alerts.jsonl").read_text() == first


def test_standard_input_is_heard_to_its_end_and_gone_on_with(tmp_path, monkeypatch):
    lines = stream()
    whole = run(tmp_path, lines, "whole")
    # The end of a stream ends its half hour, so it is cut between two.
    cut = next(number for number, line in enumerate(lines) if "T19:00" in line)
    for part in (lines[:cut], lines[cut:]):
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(line + "\n" for line in part)))
        assert main(["monitor", "--out", str(tmp_path / "heard")]) == 0
        assert not sys.stdin.closed
    heard = [json.loads(line) for line in (tmp_path / "heard/alerts.jsonl").read_text().splitlines()]
    assert heard == whole
    assert json.loads((tmp_path / "heard/state.json").read_text())["lines"] == len(lines)


def test_a_followed_file_is_read_as_it_grows_until_ctrl_c_and_gone_on_with(tmp_path, monkeypatch, capsys):
    lines, path, out = stream(), tmp_path / "growing.jsonl", tmp_path / "followed"
    whole = run(tmp_path, lines, "whole")
    text = "".join(line + "\n" for line in lines)
    path.write_text(text[:100], encoding="utf-8")  # ends inside a line, as a writer's buffer may
    grown = iter([text[100:5000], text[5000:12000], text[12000:12010]])

    def wait(seconds):
        assert seconds > 0
        more = next(grown, None)
        if more is None:
            raise KeyboardInterrupt
        with path.open("a", encoding="utf-8") as file:
            file.write(more)

    monkeypatch.setattr("dialogue_gym.cli.monitor.time.sleep", wait)
    assert main(["monitor", "--input", str(path), "--follow", "--out", str(out)]) == INTERRUPTED
    taken = json.loads((out / "state.json").read_text())["lines"]
    assert taken == text[:12010].count("\n") < len(lines)
    assert f"{taken} lines, 0 skipped" in capsys.readouterr().err
    path.write_text(text, encoding="utf-8")
    assert main(["monitor", "--input", str(path), "--out", str(out)]) == 0
    assert [json.loads(line) for line in (out / "alerts.jsonl").read_text().splitlines()] == whole
    assert (out / "trends.jsonl").read_text() == (tmp_path / "whole/trends.jsonl").read_text()


def test_agents_that_look_behind_the_scenes_and_wrong_files_are_refused(tmp_path, capsys):
    assert main(["monitor", "--agent", "oracle", "--out", str(tmp_path)]) == 2
    assert "goes by what it reads" in capsys.readouterr().err
    assert main(["monitor", "--input", "nowhere.jsonl", "--out", str(tmp_path)]) == 2
    assert "nowhere.jsonl" in capsys.readouterr().err
    (tmp_path / "state.json").write_text("{")
    assert main(["monitor", "--input", "nowhere.jsonl", "--out", str(tmp_path)]) == 2
    assert "state.json" in capsys.readouterr().err


def test_times_and_topics_are_read_as_people_write_them():
    assert _parse('{"time": "1970-01-01T01:00:00+01:00", "topic": "$BRK.B ", "text": " a  b "}') == (0, "brk_b", "a b")
    assert _parse('{"time": "1970-01-01 00:01", "topic": "x", "text": ""}') == (60, "x", "")
    for line in ("", "3", '{"time": "1970-01-01", "topic": "?!", "text": ""}'):
        with pytest.raises(ValueError, match="expected"):
            _parse(line)


def test_the_page_has_plot_and_alarms_and_nothing_of_the_stream_runs_in_it(tmp_path):
    lines = [line.replace("cuts its dividend", "<script>alert(1)</script> cuts its dividend") for line in stream()]
    path = tmp_path / "stream.jsonl"
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    page = tmp_path / "pages" / "trends.html"
    assert main(["monitor", "--input", str(path), "--out", str(tmp_path / "out"), "--plot", str(page)]) == 0
    html = page.read_text(encoding="utf-8")
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert html.count("<svg") == 1
    assert 'http-equiv="Content-Security-Policy" content="default-src \'none\'' in html
    assert "alarm, severity" in html
    assert "cleared" in html
    assert "acme_corp" in html


@pytest.mark.parametrize(("name", "begins"), [("t.png", b"\x89PNG"), ("t.svg", b"<?xml"), ("t.pdf", b"%PDF")])
def test_plots_come_in_the_format_that_is_named(tmp_path, name, begins):
    path = tmp_path / "stream.jsonl"
    path.write_text("".join(line + "\n" for line in stream(hours=4)), encoding="utf-8")
    assert main(["monitor", "--input", str(path), "--out", str(tmp_path / "out"), "--plot", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_a_plot_of_another_format_is_refused_before_anything_is_watched(tmp_path, capsys):
    assert main(["monitor", "--out", str(tmp_path / "out"), "--plot", "trends.gif"]) == 2
    assert ".png, .svg, .pdf, .html" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_long_streams_are_drawn_by_days():
    """A day is from 06:00; its labels are those of its last half hour, its texts add up."""
    row = {"topic": "a", "neutral": 1, "positive": 0, "alarm": 0}
    rows = [
        {**row, "time": "2031-05-04T06:30:00+00:00", "texts": 2, "negative": 1},
        {**row, "time": "2031-05-05T06:00:00+00:00", "texts": 3, "negative": 4},
        {**row, "time": "2031-05-05T06:30:00+00:00", "texts": 5, "negative": 0},
    ]
    first, second = _by_day(rows)
    assert (first["texts"], first["negative"], first["time"][:10]) == (5, 4, "2031-05-04")
    assert (second["texts"], second["negative"], second["time"][:10]) == (5, 0, "2031-05-05")


def test_a_published_stream_is_watched_by_name_and_gone_on_with(tmp_path, capsys):
    table = tmp_path / "data" / "finance" / "stocknet" / "tweets.csv.gz"
    table.parent.mkdir(parents=True)
    entries = [json.loads(line) for line in stream()]
    with gzip.open(table, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("ticker", "created_at", "text"))
        for entry in sorted(entries, key=lambda entry: entry["topic"]):  # by company, as in the published file
            writer.writerow((entry["topic"], entry["time"], entry["text"]))
    whole = run(tmp_path, stream(), "whole")
    command = ["monitor", "--input", "stocknet", "--data-dir", str(tmp_path / "data"), "--out", str(tmp_path / "out")]
    for _ in range(2):
        assert main(command) == 0
    alerts = [json.loads(line) for line in (tmp_path / "out/alerts.jsonl").read_text().splitlines()]
    assert [(a["kind"], a["topic"], a["time"]) for a in alerts] == [(a["kind"], a["topic"], a["time"]) for a in whole]
    assert f"{len(entries)} lines, 0 skipped, 0 alarms in this run" in capsys.readouterr().err
    assert main([*command[:-3], str(tmp_path), "--out", str(tmp_path / "none")]) == 2
    assert "finance/stocknet/tweets.csv.gz" in capsys.readouterr().err


def test_a_trend_cut_off_by_a_kill_is_passed_over_and_a_broken_one_named(tmp_path):
    row = '{"time": "2031-05-01T10:00:00", "topic": "energy"}'
    trends = tmp_path / "trends.jsonl"
    trends.write_text(f'{row}\n{row}\n{{"time": "20')
    assert len(_rows(trends)) == 2
    trends.write_text(f"{row}\noops\n{row}\n")
    with pytest.raises(CorpusError, match=r"trends\.jsonl, line 2: expected a JSON object"):
        _rows(trends)
