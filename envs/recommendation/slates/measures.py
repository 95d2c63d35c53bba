"""What is measured of an episode, for its outcome.

Regret and NDCG need the oracle's slate, which is dear: they are measured in every `EVERY`-th round, from the first on.
"""

from math import log2
from typing import TYPE_CHECKING, Any, Final

from dialogue_gym.envs.recommendation.slates.levels import PLACES
from dialogue_gym.envs.recommendation.users.choice import best_list, glances, list_value
from dialogue_gym.metrics import Metric, coverage, ratio

if TYPE_CHECKING:
    from dialogue_gym.envs.recommendation.slates.episode import SlateRecommendationEpisode

EVERY: Final = 8
ENJOYED: Final = 0.12
"""Enjoyment per round from which an episode counts as a success, if the user was not lost."""
_FACETS: Final = 4


def metrics(items: int) -> tuple[Metric, ...]:
    """Figures of episodes together, over a catalogue of so many items.

    - click_rate, like_rate, save_rate, comment_rate, share_rate, buy_rate: items opened / rounds; of the opened ones
      those that were liked, saved, commented on, shared, bought
    - return_rate: visits after which the user came back / visits that ended
    - catalogue_coverage: share of the catalogue that was shown in any episode
    """
    return (
        ratio("click_rate", "clicks", "rounds"),
        *(ratio(f"{name}_rate", f"{name}s", "clicks") for name in ("like", "save", "comment", "share", "buy")),
        ratio("return_rate", "returns", "ends_of_visits"),
        coverage("catalogue_coverage", "shown", items),
    )


class Measures:
    """Sums over the rounds of an episode."""

    def __init__(self) -> None:
        self.rounds = self.clicks = self.likes = self.saves = self.comments = self.shares = self.buys = 0
        self.enjoyed = 0.0
        self.diversity = 0.0
        self.visits = 0
        self.days_away = 0.0
        self.returns = 0
        self._diversities = 0.0
        self._slates = 0
        self._regret = self._ndcg = 0.0
        self._checked = 0
        self._shown: set[int] = set()
        self._offered: set[int] = set()
        self.clicks_by_place = [0] * PLACES

    def show(self, episode: "SlateRecommendationEpisode", slate: list[int]) -> None:
        """Takes in a slate before the user acts on it."""
        user = episode.user
        self.diversity = intra_list_distance([user.catalogue.tag_numbers[number] for number in slate])
        if slate:
            self._diversities += self.diversity
            self._slates += 1
        self._shown.update(slate)
        self._offered.update(episode.offer)
        if self.rounds % EVERY == 0:
            self._compare(episode, slate)
        self.rounds += 1

    def take(self, place: int, facts: dict[str, float]) -> None:
        """Takes in what was done with the item at a place."""
        self.clicks += 1
        self.clicks_by_place[place] += 1
        self.enjoyed += facts["enjoyed"]
        self.likes += facts["like"] > 0
        self.saves += facts["save"] > 0
        self.comments += facts["comment"] > 0
        self.shares += facts["share"] > 0
        self.buys += facts["buy"] > 0

    def leave(self, days: int | None, lost_after: int) -> None:
        """Takes in the end of a visit."""
        self.visits += 1
        self.days_away += lost_after if days is None else days
        self.returns += days is not None

    def outcome(self, satisfaction: float) -> dict[str, Any]:
        """The measured outcome: numbers, and the items that were shown."""
        rounds, clicks = self.rounds, self.clicks
        visits = self.returns + 1  # one more than there were returns: the last may be cut
        return {
            "success": float(self.enjoyed >= ENJOYED * rounds and self.visits == self.returns),
            "click_through": clicks / rounds,
            "conversion": self.buys / clicks if clicks else 0.0,
            "rounds": float(rounds),
            "clicks": float(clicks),
            "likes": float(self.likes),
            "saves": float(self.saves),
            "comments": float(self.comments),
            "shares": float(self.shares),
            "buys": float(self.buys),
            "returns": float(self.returns),
            "ends_of_visits": float(self.visits),
            "enjoyment": self.enjoyed / rounds,
            "ndcg": self._ndcg / self._checked,
            "regret": self._regret / self._checked,
            "diversity": self._diversities / self._slates if self._slates else 0.0,
            "coverage": len(self._shown) / len(self._offered),
            "satisfaction": satisfaction,
            "visits": float(visits),
            "session_rounds": rounds / visits,
            "return_days": self.days_away / self.visits if self.visits else 0.0,
            "shown": " ".join(map(str, sorted(self._shown))),
        }

    def _compare(self, episode: "SlateRecommendationEpisode", slate: list[int]) -> None:
        """Regret of a slate against the oracle's, and its NDCG against the order of the candidates' worth."""
        user, numbers = episode.user, episode.candidates()
        seen = glances(user.person.examined(PLACES), PLACES)
        weights, values = user.weights(numbers), [user.enjoyment(number) for number in numbers]
        place = {number: i for i, number in enumerate(numbers)}
        shown = [place[number] for number in slate]
        best = best_list(weights, values, user.outside, seen)

        def value(order: list[int]) -> float:
            return list_value([weights[i] for i in order], [values[i] for i in order], user.outside, seen)

        self._regret += value(best) - value(shown)
        gains = [weight * max(worth, 0.0) for weight, worth in zip(weights, values, strict=True)]
        self._ndcg += ndcg([gains[i] for i in shown], gains)
        self._checked += 1


def intra_list_distance(tags: list[tuple[int, ...]]) -> float:
    """Mean over pairs of items of the share of facets in which they differ; 0 for fewer than two items.

    Ziegler et al. 2005, "Improving recommendation lists through topic diversification".
    """
    if len(tags) < 2:
        return 0.0
    counts: dict[int, int] = {}
    for each in tags:
        for tag in each:
            counts[tag] = counts.get(tag, 0) + 1
    pairs = len(tags) * (len(tags) - 1) / 2
    return 1.0 - sum([count * (count - 1) / 2 for count in counts.values()]) / (pairs * _FACETS)


def ndcg(shown: list[float], available: list[float]) -> float:
    """Discounted gain of an order over that of the best order of as many places as there are.

    Järvelin and Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques". 1 where nothing has any gain.
    """
    ideal = _discounted(sorted(available, reverse=True)[:PLACES])
    return _discounted(shown) / ideal if ideal > 0 else 1.0


def _discounted(gains: list[float]) -> float:
    return sum([gain / log2(place + 2) for place, gain in enumerate(gains)])
