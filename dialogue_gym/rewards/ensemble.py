"""Several rewards for one thing: their mean or their minimum, and how far they disagree.

    Ensemble(["judge_a", "judge_b", "judge_c"], how="mean")
    Minimum([helpful, harmless])

An agent that is trained on one learned reward finds what that reward gets wrong. The mean of several is wrong in fewer
places, the minimum is paid only where all agree (Coste et al. 2023, "Reward Model Ensembles Help Mitigate
Overoptimization", arXiv:2310.02743, mean and worst-case optimisation). Where they disagree is where to look.
"""

from collections.abc import Callable, Iterable, Sequence
from statistics import fmean, pstdev

from dialogue_gym.errors import ConfigurationError
from dialogue_gym.rewards._parts import check_distinct, explained, raw_parts
from dialogue_gym.rewards.base import Reward, Step
from dialogue_gym.rewards.check import RAW, score_applicable
from dialogue_gym.rewards.combine import AnyReward, child_model
from dialogue_gym.rewards.functions import check_name
from dialogue_gym.rewards.sharing import Shared

_JOIN: dict[str, Callable[[Sequence[float]], float]] = {"mean": fmean, "minimum": min}
DISAGREEMENT = f"{RAW}disagreement"
"""The members' standard deviation, as a part that is reported."""


class Ensemble(Shared):
    """The mean or minimum of several rewards, among those that apply; reports one part.

    >>> from dialogue_gym.rewards import FunctionReward
    >>> one, other = FunctionReward(lambda step: 1.0, "one"), FunctionReward(lambda step: 0.0, "other")
    >>> Ensemble([one, other]).score([None])[0].parts
    {'ensemble': 0.5, 'raw/disagreement': 0.5, 'raw/one': 1.0, 'raw/other': 0.0}

    Args:
        children: The rewards, each with a name of its own.
        how: "mean" or "minimum".
        name: Names the one part.
    """

    def __init__(self, children: Sequence[AnyReward], *, how: str = "mean", name: str = "ensemble") -> None:
        if how not in _JOIN:
            raise ConfigurationError(f"Expected an ensemble's `how` to be one of {', '.join(_JOIN)}, got {how!r}.")
        self.children = [child_model(child) for child in children]
        if not self.children:
            raise ConfigurationError(f"Expected at least one reward to take the {how} of, got none.")
        check_distinct(self.children)
        self.how = how
        self.name = check_name(name)

    def score(self, steps: Sequence[Step]) -> list[Reward | None]:
        """One batch call per child."""
        columns = [score_applicable(model, steps) for model in self.children]
        return [self._join(row) for row in zip(*columns, strict=True)]

    def _join(self, row: Iterable[Reward | None]) -> Reward | None:
        pairs = zip(self.children, row, strict=True)
        given = [(model, reward) for model, reward in pairs if reward is not None]
        if not given:
            return None
        totals = [reward.total for _, reward in given]
        total = float(_JOIN[self.how](totals))
        parts = {self.name: total, **self._reported(totals)}
        said: list[str] = []
        for model, reward in given:
            parts |= raw_parts(model.name, model, reward)
            said += explained(model.name, reward)
        return Reward(total, parts, "; ".join(said))

    def _reported(self, totals: Sequence[float]) -> dict[str, float]:
        return {DISAGREEMENT: pstdev(totals)}


class Minimum(Ensemble):
    """The smallest of several rewards, among those that apply: of different things, where no disagreement is told.

    By hand: of 0.5, −0.2 and one that does not apply it gives −0.2.

    Args:
        children: The rewards, each with a name of its own.
        name: Names the one part.
    """

    def __init__(self, children: Sequence[AnyReward], *, name: str = "minimum") -> None:
        super().__init__(children, how="minimum", name=name)

    def _reported(self, totals: Sequence[float]) -> dict[str, float]:
        return {}
