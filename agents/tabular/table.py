"""Action values in a table, and how they learn: Watkins's Q-learning, with traces and a double variant.

By hand, one table, α = 0.5, γ = 0.9, λ = 0: Q(s, a) = 0, reward 1, and 2 the best value of what follows:
Q(s, a) ← 0 + 0.5 · (1 + 0.9 · 2 − 0) = 1.4.

Sources: Watkins and Dayan 1992, "Q-learning", Machine Learning 8 (the rule); Watkins 1989, ch. 7 (traces that end at an
exploring act); van Hasselt 2010, "Double Q-learning", NIPS (two tables, each judged by the other's best act).
"""

from collections.abc import Hashable

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


class QTable:
    """Values of states and acts; those never met are 0.

    Args:
        acts: Number of acts.
        double: Keep two tables and judge each by the other's best act, which takes away the maximum's bias.
    """

    def __init__(self, acts: int, *, double: bool = False) -> None:
        self.acts = acts
        self.tables: list[dict[Hashable, Values]] = [{} for _ in range(1 + double)]

    def values(self, state: Hashable) -> Values:
        """(acts,), the mean of the tables."""
        found = [table[state] for table in self.tables if state in table]
        return np.sum(found, axis=0) / len(self.tables) if found else np.zeros(self.acts, np.float32)

    def best(self, state: Hashable, legal: Mask) -> int:
        """The legal act of the highest value, the first of equals; of all acts where none is legal."""
        values = self.values(state)
        return int(np.where(legal, values, -np.inf).argmax() if legal.any() else values.argmax())

    def row(self, state: Hashable, number: int = 0) -> Values:
        """The values of a state in one table, to be changed."""
        return self.tables[number].setdefault(state, np.zeros(self.acts, np.float32))


class Learner:
    """One row's episode: Q(λ) as it is played.

    Args:
        table: Learns.
        alpha: Learning rate.
        gamma: Discount of a turn.
        trace: λ: how far back an error is felt; 0 is one-step Q-learning.

    Attributes:
        eligible: The episode's traces: strength of each (state, act).
    """

    def __init__(self, table: QTable, *, alpha: float, gamma: float, trace: float) -> None:
        self.table, self.alpha, self.gamma, self.trace = table, alpha, gamma, trace
        self.eligible: dict[tuple[Hashable, int], float] = {}

    def begin(self) -> None:
        """Forgets the last episode."""
        self.eligible.clear()

    def learn(
        self,
        state: Hashable,
        act: int,
        reward: float,
        following: Hashable | None,
        legal: Mask,
        *,
        greedy: bool,
        number: int = 0,
    ) -> float:
        """One step; gives the temporal-difference error.

        Args:
            state: Where it was taken.
            act: What was done.
            reward: What it was paid.
            following: The state after it; None where the episode ended.
            legal: (acts,) the legal acts there.
            greedy: Whether `act` was the best of its state: otherwise earlier acts are not to be judged by it.
            number: Which table learns; the other one judges, where there are two.
        """
        table = self.table
        target = reward
        if following is not None:
            judge = table.tables[number - 1] if len(table.tables) > 1 else table.tables[0]
            chosen = (
                np.where(legal, table.row(following, number), -np.inf) if legal.any() else table.row(following, number)
            )
            judged = judge.get(following)
            target += self.gamma * float(0.0 if judged is None else judged[int(chosen.argmax())])
        error = target - float(table.row(state, number)[act])
        if not greedy:
            self.eligible.clear()
        self.eligible[state, act] = 1.0
        for key in list(self.eligible):
            strength = self.eligible[key]
            table.row(key[0], number)[key[1]] += self.alpha * strength * error
            strength *= self.gamma * self.trace
            if strength < 0.01:
                del self.eligible[key]
            else:
                self.eligible[key] = strength
        return error
