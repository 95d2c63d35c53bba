"""How our simulated customers compare with people: the STAR dialogues beside ours.

    DIALOGUE_GYM_DATA=... python benchmarks/star_comparison.py
    python benchmarks/star_comparison.py --episodes 500 --difficulty hard

STAR (Mosig et al. 2020, https://arxiv.org/abs/2010.11853): people in the customer's role typed to people who chose
replies. Ours are dialogues of the rule agent with the simulated customers, on the text view. Measured of the customers'
side alone:

- turns: messages of the customer per dialogue; words: per message
- incomplete: dialogues whose task was not completed (ours: that did not end `completed` or `transferred`)
- disconnected: dialogues that the customer left early (ours: hung up)
- type/token: different words among the first 10,000 words, dialogues in order
"""

import argparse
import re
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dialogue_gym.corpora import data_folder, read_rows
from dialogue_gym.evaluation.play import play

STAR = "customer_service/star/dialogues.jsonl.gz"
TOKENS = 10_000
_WORD = re.compile(r"[\w']+")


class Talk(NamedTuple):
    """A dialogue's customer side."""

    messages: list[str]
    incomplete: bool
    disconnected: bool


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--episodes", type=int, default=300, help="of ours, per desk")
    parser.add_argument("--difficulty", default="medium", help="easy, medium or hard")
    arguments = parser.parse_args()
    print(
        f"{'':22} {'dialogues':>9} {'turns':>6} {'words':>6} {'incomplete':>10} {'disconnected':>12} {'type/token':>10}"
    )
    folder = data_folder()
    if folder is not None and (folder / STAR).exists():
        everything = list(star(folder / STAR))
        show("STAR, all", [talk for _, talk in everything])
        show("STAR, one bank task", [talk for tasks, talk in everything if len(tasks) == 1 and tasks[0][:4] == "bank"])
    for domain in ("retail", "banking"):
        show(f"{domain}, {arguments.difficulty}", list(ours(domain, arguments.difficulty, arguments.episodes)))


def star(path: Path) -> Iterator[tuple[list[str], Talk]]:
    """The tasks and the user's side of each dialogue."""
    for _, row in read_rows(path):
        said = [e["Text"] for e in row["Events"] if e.get("Agent") == "User" and e.get("Action") == "utter"]
        level = row["CompletionLevel"]
        yield row["Tasks"], Talk(said, level != "Complete", "Disconnect" in level)


def ours(domain: str, difficulty: str, episodes: int) -> Iterator[Talk]:
    """Dialogues of the rule agent."""
    kwargs = {"domain": domain, "difficulty": difficulty}
    pairs = [(scenario, 0) for scenario in range(episodes)]
    for row in play("rule", "dialogue_gym/CustomerService-v0", pairs, split="test", env_kwargs=kwargs):
        said = [message["content"] for message in row.transcript if message["role"] == "user"]
        ended = str(row.stop_reason)
        yield Talk(said, ended not in ("completed", "transferred"), ended == "hung_up")


def show(name: str, talks: list[Talk]) -> None:
    """Prints a row."""
    talks = [talk for talk in talks if talk.messages]
    lengths = [len(_WORD.findall(message)) for talk in talks for message in talk.messages]
    words = [w for talk in talks for message in talk.messages for w in _WORD.findall(message.lower())][:TOKENS]
    print(
        f"{name:22} {len(talks):9} {statistics.mean(len(talk.messages) for talk in talks):6.1f} "
        f"{statistics.mean(lengths):6.1f} {statistics.mean(talk.incomplete for talk in talks):10.3f} "
        f"{statistics.mean(talk.disconnected for talk in talks):12.3f} {len(set(words)) / len(words):10.3f}"
    )


if __name__ == "__main__":
    main()
