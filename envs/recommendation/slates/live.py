"""Slates outside the simulator: an agent of the text view ranks a catalogue of one's own for a user of one's own.

Agents order lists of at most twelve. A longer catalogue is ranked in rounds, as a tournament: of each twelve those go
on that the agent would show, until one list is left. Every list is shown to a fresh row of the agent that has heard the
user's words and history, so lists of one round are played side by side.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from dialogue_gym.agent import Agent
from dialogue_gym.envs.recommendation.catalogue.items import Item
from dialogue_gym.envs.recommendation.catalogue.own import Seen
from dialogue_gym.envs.recommendation.slates.levels import CANDIDATES, PLACES
from dialogue_gym.envs.recommendation.slates.speech import offer_event, opened_event, said_event
from dialogue_gym.episode import Event, Message
from dialogue_gym.task import Task

ROWS: Final = 64
"""Lists that are played side by side."""


class Ranking:
    """Ranks items by an agent.

    Args:
        agent: Plays the text view of `SlateRecommendation`, with `ROWS` rows.
        task: What it was made for: reads its answers.
        words: What the user says; may be empty.
        history: What the user knows, in order.
    """

    def __init__(self, agent: Agent, task: Task, words: str, history: Sequence[Seen]) -> None:
        self.agent, self.task, self.words, self.history = agent, task, words, tuple(history)
        self._coded: dict[str, Item] = {}

    def best(self, items: Sequence[Item], count: int) -> list[Item]:
        """The best items, best first; what is in the history is left out, and what the agent would not show."""
        known = {seen.item.id for seen in self.history}
        left, found = [item for item in items if item.id not in known], list[Item]()
        while left and len(found) < count:
            finalists = left
            while len(finalists) > CANDIDATES:
                lists = [finalists[start : start + CANDIDATES] for start in range(0, len(finalists), CANDIDATES)]
                shown = [item for slate in self._orders(lists) for item in slate]
                if len(shown) == len(finalists):
                    break
                finalists = shown
            (order,) = self._orders([finalists[:CANDIDATES]]) if finalists else ([],)
            if not order:
                break
            found += order
            left = [item for item in left if item not in order]
        return found[:count]

    def _orders(self, lists: Sequence[Sequence[Item]]) -> list[list[Item]]:
        """What the agent would show of each list, best first."""
        orders: list[list[Item]] = []
        for start in range(0, len(lists), ROWS):
            orders += self._side_by_side(lists[start : start + ROWS])
        return orders

    def _side_by_side(self, lists: Sequence[Sequence[Item]]) -> list[list[Item]]:
        rows = len(lists)
        idle = [None] * (ROWS - rows)
        self.agent.reset(np.arange(ROWS) < rows)
        heard: list[Event] = [said_event(self.words)] if self.words else []
        for seen in self.history:
            if seen.liked is None:
                continue  # of no use to an agent, who hears of likes and of what was passed by
            item = self._code(seen.item)
            heard.append(self._offer([item]))
            self._act([heard] * rows, idle)
            heard = [opened_event(item.id, ("like",)) if seen.liked else opened_event(None, ())]
        coded = [{item.id: item for item in map(self._code, each)} for each in lists]
        answers = self._act([[*heard, self._offer([*each.values()])] for each in coded], idle)
        orders = []
        for answer, by_code in zip(answers, coded, strict=True):
            asked = [each for act in self.task.parse(answer) for each in act.args.get("items", ())]
            orders.append([self._coded[each] for each in dict.fromkeys(asked) if each in by_code][:PLACES])
        return orders

    def _code(self, item: Item) -> Item:
        """The item under an id of the form that agents answer with; ids of one's own may have any."""
        code = next((code for code, known in self._coded.items() if known is item), f"i{len(self._coded) + 1}")
        self._coded[code] = item
        return item._replace(id=code)

    def _act(self, heard: Sequence[Sequence[Event]], idle: Sequence[None]) -> list[str]:
        infos = [{"messages": [event.message() for event in events]} for events in heard]
        texts = ["\n".join(_contents(info["messages"])) for info in infos]
        return self.agent.act([*texts, *("" for _ in idle)], [*infos, *({} for _ in idle)])[: len(heard)]

    def _offer(self, items: Sequence[Item]) -> Event:
        return offer_event(items, lambda item: item.tags, 0)


def _contents(messages: Sequence[Message]) -> list[str]:
    return [message["content"] for message in messages]
