"""The Bayes filter as an agent: it knows the generator and reads without error, but sees only what is shown.

The filter is exact (`task.generator.posterior`); what it does with it is a threshold. It is the reference for what an
agent could at best know, not an oracle: it finds out about a surge by what arrives and what it has read.
"""

from collections.abc import Mapping
from typing import Any, Final

from dialogue_gym.acts import Act
from dialogue_gym.agents.scripted.base import ScriptedAgent
from dialogue_gym.agents.seat import Seat
from dialogue_gym.views.view import ActsView

AT_ONCE: Final = 5
"""Texts of one topic that it reads in a tick where it is in doubt."""
DOUBT, SURE = 0.12, 0.97
"""Chances of a surge between which it is in doubt."""
RESERVE: Final = 100
"""Texts that it keeps for doubts, at the beginning of the day; the reserve shrinks evenly."""
TICKS: Final = 48
OVER: Final = 0.3
"""Chance of a surge below which it clears an alarm."""


class BayesAgent(ScriptedAgent):
    """Alarms where the chance of a surge is above a threshold; reads where it is in doubt.

    Args:
        seat: Where it sits.
        threshold: The chance of a surge that an alarm takes.
        reads: Whether it reads at all; without, it goes by the numbers of texts alone.
    """

    def __init__(self, seat: Seat, threshold: float = 0.75, reads: bool = True) -> None:
        super().__init__(seat.idle_action)
        self.task = seat.task
        self.views = seat.views
        self.threshold = threshold
        self.reads = reads
        self._filters: dict[int, Any] = {}
        self._raised: dict[int, dict[str, int]] = {}

    def begin(self, row: int) -> None:
        """A new filter for a new day."""
        self._filters[row] = self.task.generator.posterior()  # type: ignore[attr-defined]

    def choose(self, row: int, observation: Any, info: dict[str, Any]) -> Any:
        """What the threshold says."""
        view = self.views[row]
        dialogue = view.dialogue
        heard = dialogue.turns[-1].heard if dialogue.turns else dialogue.opening
        acts = [act for event in heard for act in event.content]
        posterior = self._filters[row]
        wanted: list[Act] = []
        for act in acts:
            posterior.hear(act)
            if act.name == "text":
                sentiment = view.episode.heard_sentiment(act.args["id"])  # type: ignore[attr-defined]
                posterior.read(act.args["id"], sentiment)
                wanted.append(Act("label", {"id": act.args["id"], "sentiment": sentiment}))
        bulletin = acts[-1].args
        surges: Mapping[str, tuple[float, float]] = posterior.surges()
        for topic, chances in surges.items():
            chance = sum(chances)
            if topic in bulletin["alarms"]:
                if chance < OVER:
                    wanted.append(Act("clear", {"topic": topic}))
            elif chance > self.threshold:
                wanted.append(Act("alert", {"topic": topic, "severity": 1 + (chances[1] > chances[0])}))
        if self.reads:
            wanted += self._read(bulletin, surges)
        return view.tracker.toward(wanted) if isinstance(view, ActsView) else self.task.render(wanted)

    def _read(self, bulletin: Mapping[str, Any], surges: Mapping[str, tuple[float, float]]) -> list[Act]:
        """Texts to read: where it is in doubt first, then the newest as far as an even pace allows."""
        fresh = {
            topic: [name for name, _, original in entries if not original]
            for topic, entries in bulletin["texts"].items()
        }
        chances = {topic: sum(surges[topic]) for topic in fresh}
        names: list[str] = []
        order = sorted(fresh, key=lambda topic: -chances[topic])
        for topic in order:
            if DOUBT < chances[topic] < SURE:
                names += fresh[topic][-AT_ONCE:]
        left = max(1, TICKS - bulletin["tick"])
        spare = int(bulletin["budget"] - RESERVE * left / TICKS)
        for topic in order:
            for name in fresh[topic][::-1]:
                if len(names) < min(spare, 3) and name not in names:
                    names.append(name)
        return [Act("read", {"id": name}) for name in names[: bulletin["budget"]]]


def bayes(env: Any, seed: int = 0, threshold: float = 0.75) -> BayesAgent:
    """The reference."""
    return BayesAgent(Seat.of(env), threshold)


def without_reading(seat: Seat, threshold: float = 0.6) -> BayesAgent:
    """The most that can be made of the numbers of texts alone."""
    return BayesAgent(seat, threshold, reads=False)
