"""How well the recogniser hears utterances that another author wrote.

    python -m tests.envs.customer_service.understanding_score [--half odd|even] [--file F] [--show]

An utterance is right if its acts are the written ones: names, slots, tools, clauses, facts and values, in any order.
Only a greeting, an apology, a "please wait" or a "pardon?" heard beside them is forgiven.
"""

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.retail.vocabulary import VOCABULARY
from dialogue_gym.envs.customer_service.understanding import Recogniser

DATA = Path(__file__).resolve().parents[2] / "data" / "agent_utterances.jsonl"
FORGIVEN = frozenset({"greet", "apologise", "hold", "clarify"})
MISLEADING = ("negat", "hedg", "list", "menu")
"""Beginnings of the names of traps in which a change or a fact must not be heard."""


def key(name: str, args: dict[str, Any]) -> str:
    """An act as a comparable string; whole numbers equal their decimal form."""
    plain = {k: float(v) if isinstance(v, int) and not isinstance(v, bool) else v for k, v in args.items()}
    return f"{name} {json.dumps(plain, sort_keys=True)}"


def gold_keys(row: dict[str, Any]) -> Counter[str]:
    """The acts of a line of the data set."""
    keys: Counter[str] = Counter()
    for act in row["acts"]:
        name, args = _name_and_args(act)
        if name not in ("unclear", "none", ""):
            keys[key(name, args)] += 1
    return keys


def _name_and_args(act: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(act, list):
        return act[0], dict(act[1]) if len(act) > 1 else {}
    name = act.get("act") or act.get("name") or ""
    args = act.get("args", act.get("arguments"))
    if args is None:
        args = {k: v for k, v in act.items() if k not in ("act", "name")}
    if name == "tell" and set(args) == {"fact", "value"}:
        args = {args["fact"]: args["value"]}
    return name, args


def heard_keys(acts: Iterable[Act]) -> Counter[str]:
    """The acts that were recognised."""
    return Counter(key(act.name, dict(act.args)) for act in acts if act.name not in ("unclear", "silence"))


class Score(NamedTuple):
    """Figures over some lines."""

    lines: int
    right: int
    true: int
    heard: int
    matched: int
    misleading: int
    misled: int
    styles: dict[str, tuple[int, int]]
    wrong: list[tuple[dict[str, Any], Counter[str], Counter[str]]]


def interval(right: int, lines: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    share, square = right / lines, z * z / lines
    middle = (share + square / 2) / (1 + square)
    half = z * math.sqrt(share * (1 - share) / lines + square / (4 * lines)) / (1 + square)
    return middle - half, middle + half


def is_misleading(row: dict[str, Any]) -> bool:
    """Whether a line is negated, hedged or a list."""
    words = f"{row.get('trap') or ''} {row.get('style') or ''}".lower()
    return any(part in words for part in MISLEADING)


def score(rows: Iterable[dict[str, Any]], recogniser: Recogniser) -> Score:
    """Hears every line once."""
    lines = right = true = heard = matched = misleading = misled = 0
    styles: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    wrong = []
    for row in rows:
        gold, found = gold_keys(row), heard_keys(recogniser.understand(row["text"]))
        extra = found - gold
        good = not gold - found and all(each.split(" ")[0] in FORGIVEN for each in extra)
        lines += 1
        right += good
        true, heard, matched = true + gold.total(), heard + found.total(), matched + (gold & found).total()
        tally = styles[str(row.get("style"))]
        tally[0] += good
        tally[1] += 1
        if is_misleading(row):
            misleading += 1
            misled += any(each.split(" ")[0] in ("tell", "propose") for each in extra)
        if not good:
            wrong.append((row, gold, found))
    tallies = {style: (tally[0], tally[1]) for style, tally in sorted(styles.items())}
    return Score(lines, right, true, heard, matched, misleading, misled, tallies, wrong)


def load(half: str = "", path: Path = DATA) -> list[dict[str, Any]]:
    """The lines of a file with odd or even ids, or all."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if not half:
        return rows
    return [row for row in rows if int("".join(filter(str.isdecimal, str(row["id"])))) % 2 == (half == "odd")]


def seconds_per_word(rows: Iterable[dict[str, Any]], recogniser: Recogniser) -> float:
    """Time to hear a word, in the best of ten rounds over the lines of more than 14 words. Nothing is remembered."""
    texts = [row["text"] for row in rows if len(row["text"].split()) > 14]
    rounds = []
    for _ in range(10):
        start = perf_counter()
        for text in texts:
            recogniser.understand(text)
        rounds.append(perf_counter() - start)
    return min(rounds) / sum(len(text.split()) for text in texts)


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("", "odd", "even"), default="")
    parser.add_argument("--show", action="store_true", help="print what was heard wrongly")
    parser.add_argument("--file", type=Path, default=DATA, help="utterances to score")
    options = parser.parse_args()
    recogniser = Recogniser(VOCABULARY)
    result = score(load(options.half, options.file), recogniser)
    low, high = interval(result.right, result.lines)
    print(f"accuracy {result.right}/{result.lines} = {result.right / result.lines:.3f} [{low:.3f}, {high:.3f}]")
    print(f"acts: precision {result.matched / result.heard:.3f}, recall {result.matched / result.true:.3f}")
    print(f"false acceptance {result.misled}/{result.misleading}")
    for style, (good, lines) in result.styles.items():
        print(f"  {style}: {good}/{lines}")
    print(f"{seconds_per_word(load(), recogniser) * 25e6:.0f} microseconds for 25 words never heard before")
    if options.show:
        for row, gold, found in result.wrong:
            print(row["id"], row.get("trap"), row["text"], "\n   -", list(gold - found), "\n   +", list(found - gold))


if __name__ == "__main__":
    main()
