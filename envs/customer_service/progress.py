"""Graded partial credit: the share of a conversation's necessary pieces that are done.

Each piece counts once and only if it was done rightly, so that repeating, guessing or listing earns nothing.
"""

from typing import TYPE_CHECKING, Any

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.matters import Matter

if TYPE_CHECKING:
    from dialogue_gym.envs.customer_service.episode import CustomerServiceEpisode

LOOKUP, VERIFIED, ANSWERED, CHANGED, TOLD, REFUSED = 1.0, 1.0, 1.0, 3.0, 2.0, 4.0
"""Weights of the pieces: what serves the customer counts more than what prepares it."""

ATTEMPTS = 2
"""Failed attempts after which a customer counts as not verifiable."""


class Progress:
    """Counts the pieces of one episode.

    Attributes:
        attempts: Arguments of every failed attempt to verify the customer by what they had given.
    """

    def __init__(self) -> None:
        self._done: set[tuple[int, str]] = set()
        self._counted = 0.0
        self._looked_at: tuple[object, ...] = ()
        self._pieces: list[dict[str, float]] = []
        self._all = self._to_verify = 0.0
        self._second_thoughts = -1
        self.attempts: list[dict[str, Any]] = []

    def called(self, episode: "CustomerServiceEpisode", act: Act, result: dict[str, Any]) -> None:
        """Takes in a tool call."""
        if "error" in result:
            if act.name == episode.domain.identify and act.args and self._given(episode, act):
                self.attempts.append(dict(act.args))
            return
        name = act.name
        for number, matter in enumerate(episode.matters):
            for lookup in matter.lookups:
                if lookup.name == name:
                    piece = (number, f"lookup {name}")
                    if piece not in self._done and episode.looked_up(lookup, matter):
                        self._done.add(piece)
            for change in matter.changes:
                if change.name == name and change.args == act.args and episode.agreed(act):
                    self._done.add((number, f"change {name}"))

    def answered(self, episode: "CustomerServiceEpisode", goal: Matter, answer: str) -> None:
        """Takes in the first answer chosen for a matter: trying them all earns nothing."""
        if answer == goal.kind:
            self._done.add(([each is goal for each in episode.matters].index(True), "answer"))

    @staticmethod
    def _given(episode: "CustomerServiceEpisode", act: Act) -> bool:
        """Whether a call uses nothing but what the customer has said."""
        return all(episode.customer.has_said(slot, value) for slot, value in act.args.items())

    def spoken(self, episode: "CustomerServiceEpisode", act: Act) -> None:
        """Takes in a telling or a refusal, before the customer reacts to it."""
        matter = episode.customer.matter
        if matter is None:
            return
        goal = matter.goal
        number = [each is goal for each in episode.matters].index(True)
        if act.name == "tell":
            ((fact, value),) = act.args.items()
            if fact in goal.tells and episode.known(fact, value) and value == episode.true_facts(goal)[fact]:
                self._done.add((number, f"tell {fact}"))
        elif goal.refusal == act.args["clause"] and episode.evident(goal):
            self._done.add((number, "refuse"))

    def failed_verification(self, episode: "CustomerServiceEpisode") -> bool:
        """Whether the customer could not be verified, not even when asked once more."""
        return min(len(self.attempts), episode.customer.identified) >= ATTEMPTS

    def share(self, episode: "CustomerServiceEpisode") -> float:
        """The weighted share of all pieces that are done, in [0, 1]."""
        if self._second_thoughts != episode.customer.second_thoughts:
            self._second_thoughts = episode.customer.second_thoughts
            self._pieces = [_pieces(goal) for goal in episode.matters]
            if episode.domain.answering:
                self._pieces = [{"answer": ANSWERED, **pieces} for pieces in self._pieces]
            self._to_verify = VERIFIED * sum(goal.identity for goal in episode.matters)
            self._all = self._to_verify + sum(sum(pieces.values()) for pieces in self._pieces)
        done = self._to_verify if episode.desk.customer is not None else 0.0
        for number, piece in self._done:
            done += self._pieces[number].get(piece, 0.0)
        return done / self._all if self._all else 1.0

    def gain(self, episode: "CustomerServiceEpisode") -> float:
        """What was added to the best share so far, since the last call."""
        now = (len(self._done), episode.desk.customer, episode.customer.second_thoughts)
        if now == self._looked_at:
            return 0.0
        self._looked_at = now
        share = self.share(episode)
        gain = max(0.0, share - self._counted)
        self._counted += gain
        return gain


def _pieces(goal: Matter) -> dict[str, float]:
    """What a matter takes, verifying the customer apart. Weights are whole numbers, which add up alike in any order."""
    pieces = {f"lookup {call.name}": LOOKUP for call in goal.lookups}
    pieces |= {f"change {call.name}": CHANGED for call in goal.changes}
    pieces |= {f"tell {fact}": TOLD for fact in goal.tells}
    if goal.refusal is not None:
        pieces["refuse"] = REFUSED
    return pieces
