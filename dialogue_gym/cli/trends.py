"""What `dialogue-gym monitor` has written, as a plot, or as a page with the plot and the alarms."""

import io
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.jsonl import read_rows

FORMATS = (".png", ".svg", ".pdf", ".html")
SUBTITLE = (
    "texts per {} (grey), share of bad ones among the day's labels, of five or more (red), alarms raised (orange)"
)
WEEK = 7
FEWEST = 5
"""Labels from which on a share is drawn."""


def check_plot(path: Path) -> None:
    """Refuses a file that cannot be drawn to, before anything is watched.

    Raises:
        ConfigurationError: Its name has another ending.
    """
    if path.suffix.lower() not in FORMATS:
        raise ConfigurationError(f"Expected --plot to end in {', '.join(FORMATS)}, got {str(path)!r}.")


def draw(folder: Path, path: Path) -> None:
    """Draws the trends of a folder.

    Args:
        folder: Where `trends.jsonl` and `alerts.jsonl` are.
        path: Where to draw to; its ending says how. ".html" is one page with everything in it.
    """
    rows = _rows(folder / "trends.jsonl")
    if not rows:
        print("No plot: nothing has come in yet.", file=sys.stderr)
        return
    figure = _figure(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".html":
        path.write_text(_page(rows, _rows(folder / "alerts.jsonl"), figure), encoding="utf-8")
    else:
        figure.savefig(path)
    print(f"Plot: {path}", file=sys.stderr)


def _rows(path: Path) -> list[dict[str, Any]]:
    """The lines of a file, whose last one may have been cut off when a run was killed.

    Raises:
        CorpusError: Another line is not JSON; names file and line.
    """
    return [row for _, row in read_rows(path, what="what `monitor` writes", torn=True)] if path.exists() else []


def _figure(rows: list[dict[str, Any]]) -> Any:
    """A row of axes for each topic: by half hours, or by days where there are more than a week of them."""
    from matplotlib.figure import Figure

    topics = sorted({row["topic"] for row in rows})
    days = len({_day(row) for row in rows}) > WEEK
    figure = Figure(figsize=(10, 0.6 + 1.6 * len(topics)), layout="constrained")
    axes = figure.subplots(len(topics), 1, sharex=True, squeeze=False)[:, 0]
    for axis, topic in zip(axes, topics, strict=True):
        own = [row for row in rows if row["topic"] == topic]
        points = _by_day(own) if days else own
        times = [datetime.fromisoformat(point["time"]) for point in points]
        axis.vlines(times, 0, [point["texts"] for point in points], lw=0.8, color="0.6")
        axis.set_ylim(bottom=0)
        axis.set_ylabel(topic)
        for before, row in zip([{"alarm": 0}, *own], own, strict=False):
            if row["alarm"] and not before["alarm"]:
                axis.axvline(datetime.fromisoformat(row["time"]), color="tab:orange", lw=1.5)
        labels = [point["negative"] + point["neutral"] + point["positive"] for point in points]
        shown = [
            (at, point["negative"] / count)
            for at, point, count in zip(times, points, labels, strict=True)
            if count >= FEWEST
        ]
        share = axis.twinx()
        share.scatter([at for at, _ in shown], [part for _, part in shown], s=4, color="tab:red")
        share.set_ylim(0.0, 1.0)
    figure.suptitle(SUBTITLE.format("day" if days else "half hour"), fontsize=9)
    return figure


def _day(row: dict[str, Any]) -> str:
    """The day of a row, as the desk has days: from 06:00, and a bulletin's time is that of its end."""
    begun: datetime = datetime.fromisoformat(row["time"]) - timedelta(hours=6, minutes=1)
    return begun.date().isoformat()


def _by_day(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Texts of each day, and the labels that it had in the end."""
    days: dict[str, dict[str, Any]] = {}
    for row in rows:
        texts = days.get(_day(row), {"texts": 0})["texts"]
        days[_day(row)] = {**row, "texts": texts + row["texts"], "time": f"{_day(row)}T12:00:00+00:00"}
    return list(days.values())


def _page(rows: list[dict[str, Any]], alerts: list[dict[str, Any]], figure: Any) -> str:
    """One page, nothing of which is fetched from elsewhere; all that came in with the stream is escaped."""
    from jinja2 import Environment, PackageLoader, select_autoescape
    from markupsafe import Markup

    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    svg = drawn.getvalue()
    loader = PackageLoader("dialogue_gym", "cli")
    template = Environment(loader=loader, autoescape=select_autoescape(default=True)).get_template("trends.html.jinja")
    # matplotlib writes the drawing, and of the stream it has names of topics only: letters, digits and underscores
    return template.render(rows=rows, alerts=alerts, drawing=Markup(svg[svg.index("<svg") :]))
