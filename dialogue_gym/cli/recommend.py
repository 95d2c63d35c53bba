"""`dialogue-gym recommend`: an agent ranks a catalogue of one's own, for a history of one's own."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialogue_gym.errors import ConfigurationError, CorpusError
from dialogue_gym.terminal import printable

AGENT = "dialogue_gym.agents.scripted.recommenders:content"
HELP = "Say what you want, +ID or +TITLE for what you like, -ID or -TITLE for what you don't, an empty line to end."


@dataclass(frozen=True)
class Recommend:
    """Rank a catalogue of your own for a user, with reasons; with --chat, in conversation."""

    catalogue: Path
    """CSV or JSON lines with a title and, as you have them, id, description, tags, price, views and stars."""
    history: Path | None = None
    """CSV or JSON lines with an item (id or title) and liked (yes, no) or rating (up to 5: 4 is liked, 2 is not)."""
    wish: str = ""
    """What the user says they are looking for."""
    agent: str = AGENT
    """Who ranks: an agent of the text view of slates, by the names that --agent takes elsewhere; not the oracle."""
    top: int = 10
    """Items to list."""
    chat: bool = False
    """Go on in conversation: say what you want, +ID or +TITLE for what you like, -ID or -TITLE for what you don't, an
    empty line to end."""

    def run(self) -> int:
        """Prints the list."""
        if self.top < 1:
            raise ConfigurationError(f"Expected --top of at least 1, got {self.top}.")
        if self.agent.partition(":")[0] in ("oracle", "exploit"):
            raise ConfigurationError(f"Expected an agent that goes by what it reads, got {self.agent!r}.")
        from dialogue_gym.envs.recommendation.catalogue.own import read_catalogue, read_history

        items = read_catalogue(self.catalogue)
        history = read_history(self.history, items) if self.history is not None else []
        desk = _Desk(self.agent, items, self.wish, history)
        desk.show(self.top)
        if self.chat:
            print(HELP, file=sys.stderr)
            for line in iter(lambda: _asked("> "), ""):
                desk.hear(line)
                desk.show(self.top)
        return 0


class _Desk:
    """One user before one catalogue."""

    def __init__(self, agent: str, items: Sequence[Any], wish: str, history: list[Any]) -> None:
        from dialogue_gym.agents import make_agent
        from dialogue_gym.envs.recommendation.slates.live import ROWS
        from dialogue_gym.evaluation.make import make_vector

        vector = make_vector("dialogue_gym/SlateRecommendation-v0", ROWS)
        self.task, self.agent = vector.task, make_agent(agent, env=vector)
        self.items, self.wish, self.history = items, wish, history

    def show(self, top: int) -> None:
        """Prints the best items."""
        from dialogue_gym.envs.recommendation.catalogue.own import reason
        from dialogue_gym.envs.recommendation.slates.live import Ranking

        ranking = Ranking(self.agent, self.task, self.wish, self.history)
        best = ranking.best(self.items, top)
        for place, item in enumerate(best, 1):
            price = f", {item.price:.2f}" if item.price else ""
            print(printable(f"{place:3d}. {item.title} ({item.id}{price}): {reason(item, self.wish, self.history)}"))
        if not best:
            print("Nothing that the agent would show.")

    def hear(self, line: str) -> None:
        """Takes in a line of the conversation."""
        from dialogue_gym.envs.recommendation.catalogue.own import Seen, find

        sign, name = line[0], line[1:].strip()
        if sign not in "+-":
            self.wish = f"{self.wish} {line}".strip()
            return
        try:
            self.history = [*self.history, Seen(find(name, self.items), sign == "+")]
        except CorpusError as error:
            print(printable(str(error)), file=sys.stderr)


def _asked(prompt: str) -> str:
    try:
        return input(prompt).strip()
    except EOFError:
        return ""
