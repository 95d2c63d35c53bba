"""`dialogue-gym monitor`: an agent of the news desk watches texts of one's own.

The folder `--out` holds `alerts.jsonl` (alarms raised and cleared, with reasons), `trends.jsonl` (texts and labels of
each topic, by tick) and `state.json`. A command with the same folder goes on where the last one stopped: lines that
were read are skipped (on standard input they are not sent again), today's bulletins are shown to the agent once more
so that it knows what it knew, and no alarm is written twice.
"""

import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from dialogue_gym.cli.trends import check_plot, draw
from dialogue_gym.corpora import data_folder
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.jsonl import cut_torn_line, read_rows
from dialogue_gym.terminal import printable

TICK = 1800
DAY_TICKS = 48
_DAY_OFFSET = 6 * 3600  # days begin at 06:00
_POLL = 0.5


@dataclass(frozen=True)
class Monitor:
    """Watch a stream of texts with an agent of the news desk: alarms as JSON lines, with reasons."""

    input: str = "-"
    """A file of JSON lines {"time": ISO 8601, "topic": ..., "text": ...} in order of time; "-" for standard input;
    "stocknet" for its tweets about ten companies."""
    agent: str = "rule"
    """Who watches: rule, llm:<path>, sb3:<path> or my_pkg.mod:Class; not one that looks behind the scenes."""
    env: str = "dialogue_gym/SentimentMonitor-v0"
    """The environment that the agent is made for: its text view."""
    out: Path = Path("runs/monitor")
    """Folder of alerts, trends and state; an existing one is gone on with."""
    follow: bool = False
    """Wait for more lines at the end of the file, until Ctrl-C."""
    plot: Path | None = None
    """Draw each topic's texts, labels and alarms to this file at the end; .html lists alarms with reasons, too."""
    data_dir: Path | None = None
    """Folder of published data sets, for --input stocknet; without it the one that DIALOGUE_GYM_DATA names."""

    def run(self) -> int:
        """Watches until the stream ends, or Ctrl-C."""
        from dialogue_gym.cli import INTERRUPTED

        if self.agent.partition(":")[0] in ("oracle", "exploit"):
            raise ConfigurationError(f"Expected an agent that goes by what it reads, got {self.agent!r}.")
        if self.plot is not None:
            check_plot(self.plot)
        self.out.mkdir(parents=True, exist_ok=True)
        watch = _Watch(self.agent, self.env, self.out)
        status = 0
        try:
            for line in _heard(self.input, watch.lines, self.follow, self.data_dir):
                watch.take(line)
            watch.close()
        except KeyboardInterrupt:
            status = INTERRUPTED
        finally:
            watch.save()
        print(
            f"{watch.lines} lines, {watch.skipped} skipped, {watch.alerts} alarms in this run: {self.out}",
            file=sys.stderr,
        )
        if self.plot is not None:
            draw(self.out, self.plot)
        return status


class _Watch:
    """The desks of a stream, one for each four topics, and who sits at them."""

    def __init__(self, agent: str, env_id: str, folder: Path) -> None:
        import gymnasium as gym

        from dialogue_gym.agents import make_agent

        self.env = gym.make(env_id, disable_env_checker=True)
        self.task: Any = self.env.unwrapped.task  # type: ignore[attr-defined]
        self.instructions = self.task.instructions
        self.agent = make_agent(agent, env=self.env)
        self.folder = folder
        self.lines = self.skipped = self.alerts = 0
        self.tick: int | None = None
        self.pending: list[tuple[int, str, str]] = []
        self.history: list[list[tuple[int, str, str]]] = []
        self.first = 0
        self.desks: list[Any] = []
        self.home: dict[str, int] = {}
        self.base: list[dict[str, Any]] = []
        for name in ("alerts.jsonl", "trends.jsonl"):  # an alarm that a kill has cut off is written anew
            cut_torn_line(folder / name)
        self.known = _written(folder / "alerts.jsonl")
        self._restore()

    def take(self, line: str) -> None:
        """Takes in one line; one that is no text is reported and skipped."""
        self.lines += 1
        if not line.strip():
            return
        try:
            at, topic, text = _parse(line)
        except ValueError as error:
            self.skipped += 1
            print(f"line {self.lines}: {printable(str(error))}; skipped", file=sys.stderr)
            return
        tick = (at - _DAY_OFFSET) // TICK
        if self.tick is None:
            self.tick = self.first = tick
        closed = False
        while self.tick < tick:
            self._tick()
            closed = True
        self.pending.append((at, topic, text))
        if closed:
            self.save()

    def close(self) -> None:
        """Closes the last tick, at the end of a stream."""
        if self.pending:
            self._tick()

    def save(self) -> None:
        """Writes the state, all at once."""
        state = {
            "lines": self.lines,
            "skipped": self.skipped,
            "tick": self.tick,
            "first": self.first,
            "pending": self.pending,
            "history": self.history,
            "desks": self.base,
        }
        path = self.folder / "state.json"
        part = path.with_suffix(".part")
        part.write_text(json.dumps(state), encoding="utf-8")
        part.replace(path)

    def _restore(self) -> None:
        """Takes up the state, and shows the agent today's bulletins once more."""
        path = self.folder / "state.json"
        if not path.exists():
            return
        try:
            state = json.loads(path.read_text(encoding="utf-8"))
            self.lines, self.skipped = state["lines"], state["skipped"]
            pending, history = state["pending"], state["history"]
            tick, self.first, self.base = state["tick"], state["first"], state["desks"]
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigurationError(
                f"Expected {str(path)!r} to be the state that this command writes, got {error!r}. "
                "Name another folder with --out, or remove the file to begin anew."
            ) from None
        for base in self.base:
            self._desk(base)
        self.tick = self.first
        for texts in history:
            self.pending = [(at, topic, text) for at, topic, text in texts]
            self._tick(again=True)
        self.tick, self.pending = tick, [(at, topic, text) for at, topic, text in pending]

    def _desk(self, base: dict[str, Any] | None = None) -> int:
        from dialogue_gym.envs.sentiment.monitor.live import LiveDesk

        desk = LiveDesk()
        if base is not None:
            desk.topics, desk.alarms = [*base["topics"]], dict(base["alarms"])
            desk.counts, desk.hours = dict(base["counts"]), dict(base["hours"])
        self.desks.append(desk)
        self.home.update(dict.fromkeys(desk.topics, len(self.desks) - 1))
        return len(self.desks) - 1

    def _tick(self, again: bool = False) -> None:
        """Ends a tick: every desk hears its bulletin, and its agent acts."""
        import numpy as np

        assert self.tick is not None
        texts = self.pending
        opens = self.tick % DAY_TICKS == 0 or self.tick == self.first
        if opens and not again:
            self.first = self.tick
            self.history = []
            self.base = [_kept(desk) for desk in self.desks]
        by_desk, opened = self._distribute(texts), []
        infos: list[dict[str, Any]] = []
        for row, desk in enumerate(self.desks):
            begins = opens or not desk.topics
            opened.append(begins)
            events = desk.publish(self.tick % DAY_TICKS, by_desk.get(row, {}), begins)
            info: dict[str, Any] = {"messages": [event.message() for event in events]}
            infos.append({"instructions": self.instructions, "tools": [], **info} if begins else info)
        if self.desks:
            if any(opened):
                self.agent.reset(np.array(opened))
            observations = ["\n".join(message["content"] for message in info["messages"]) for info in infos]
            actions = self.agent.act(observations, infos)
            for desk, action in zip(self.desks, actions, strict=True):
                for alert in desk.play(self.task.parse(action), self.tick):
                    self._write(alert)
            if not again:
                self._trends()
        self.history.append(texts)
        self.tick, self.pending = self.tick + 1, []

    def _distribute(self, texts: list[tuple[int, str, str]]) -> dict[int, dict[str, list[tuple[int, str]]]]:
        by_desk: dict[int, dict[str, list[tuple[int, str]]]] = {}
        for at, topic, text in sorted(texts, key=lambda each: each[0]):
            if topic not in self.home:
                places = [row for row in range(len(self.desks)) if list(self.home.values()).count(row) < 4]
                self.home[topic] = places[0] if places else self._desk()
            minute = max(0, (at - _DAY_OFFSET) % (DAY_TICKS * TICK) // 60)
            by_desk.setdefault(self.home[topic], {}).setdefault(topic, []).append((minute, text))
        return by_desk

    def _write(self, alert: Any) -> None:
        assert self.tick is not None
        when = datetime.fromtimestamp((self.tick + 1) * TICK + _DAY_OFFSET, UTC).isoformat()
        if (when, alert.topic, alert.kind) in self.known:
            return
        self.known.add((when, alert.topic, alert.kind))
        self.alerts += alert.kind == "alert"
        entry = {"time": when, **alert._asdict()}
        line = json.dumps(entry, ensure_ascii=False)
        with (self.folder / "alerts.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        print(printable(line), flush=True)

    def _trends(self) -> None:
        assert self.tick is not None
        when = datetime.fromtimestamp((self.tick + 1) * TICK + _DAY_OFFSET, UTC).isoformat()
        with (self.folder / "trends.jsonl").open("a", encoding="utf-8") as file:
            for desk in self.desks:
                for topic in desk.topics:
                    trend = desk.trend(topic)
                    if trend["texts"]:
                        alarm = desk.alarms.get(topic, [0])[0]
                        file.write(json.dumps({"time": when, "topic": topic, **trend, "alarm": alarm}) + "\n")


def _kept(desk: Any) -> dict[str, Any]:
    """What a desk keeps from one day to the next."""
    return {
        "topics": [*desk.topics],
        "alarms": dict(desk.alarms),
        "counts": dict(desk.counts),
        "hours": dict(desk.hours),
    }


def _parse(line: str) -> tuple[int, str, str]:
    """Time in seconds, topic and text of a line.

    Raises:
        ValueError: It is something else; says what was expected.
    """
    try:
        entry = json.loads(line)
    except ValueError:
        raise ValueError(f"expected a JSON object, got {line.strip()[:60]!r}") from None
    if not isinstance(entry, dict) or not all(isinstance(entry.get(name), str) for name in ("time", "topic", "text")):
        raise ValueError('expected {"time": ..., "topic": ..., "text": ...}, all strings')
    try:
        at = datetime.fromisoformat(entry["time"])
    except ValueError:
        raise ValueError(f"expected a time such as 2031-05-04T09:30:00Z, got {entry['time'][:60]!r}") from None
    topic = re.sub(r"[^a-z0-9]+", "_", entry["topic"].lower()).strip("_")
    if not topic:
        raise ValueError(f"expected a topic with a letter or digit, got {entry['topic'][:60]!r}")
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()), topic, " ".join(entry["text"].split())


def _heard(name: str, known: int, follow: bool, data_dir: Path | None) -> Iterator[str]:
    """The lines of an input that are not known yet; standard input does not send those again."""
    from dialogue_gym.envs.sentiment.corpora import STREAMS, read_stream

    if name == "-":
        yield from _lines(sys.stdin, 0, follow=False)
    elif Path(name).is_file():
        with Path(name).open(encoding="utf-8", errors="replace") as file:
            yield from _lines(file, known, follow)
    elif name in STREAMS:
        yield from islice(read_stream(name, data_folder(data_dir)), known, None)
    else:
        raise ConfigurationError(
            f"Expected --input to be a file of JSON lines, '-' or one of {', '.join(STREAMS)}, got {name!r}, "
            "which is none."
        )


def _lines(file: TextIO, skip: int, follow: bool) -> Iterator[str]:
    """Whole lines after the first `skip`; while following, waits for more."""
    part, number = "", 0
    while True:
        read = file.readline()
        if not read:
            if follow:
                time.sleep(_POLL)
                continue
            if part:
                yield part
            return
        part += read
        if not part.endswith("\n"):
            continue
        number += 1
        if number > skip:
            yield part
        part = ""


def _written(path: Path) -> set[tuple[str, str, str]]:
    """Time, topic and kind of the alarms that a folder already has."""
    rows = read_rows(path, what="alarms") if path.exists() else ()
    return {(row["time"], row["topic"], row["kind"]) for _, row in rows}
