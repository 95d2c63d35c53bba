"""The exact Bayes filter over the hidden phases, for an agent that knows the generator and sees what is shown.

For one topic the phases z_0, z_1, ... are a Markov chain and the texts of tick t have the likelihood

    L_t(z) = prod over fresh texts (b_t g_z + (1 - echo) E(m_j)) * exp(-MINUTES * b_t g_z)
             * prod over originals of tick t that were read, themselves or as an echo, of mix_z(sentiment)

apart from factors without z (echoes, and what excitation adds to the exponent). So the forward recursion
alpha_t = (alpha_{t-1} P) L_t is exact (Rabiner 1989, "A tutorial on hidden Markov models", Proc. IEEE 77). A text read
later changes an old L_t, and the recursion runs again from there.

Days have a surge (`regimes.draw_days`), so that the chain's own posterior is conditioned on A: "some topic surges at
some time". With u_k(z) = P(z, topic k has not surged so far), v_t(z) = P(no surge in the ticks after t | z) and
q_k = sum over z of u_k(z) v(z), topics being independent of each other without A,

    P(z of k | A) is proportional to alpha_k(z) - u_k(z) v(z) * prod over the other topics of q.

A topic that has not appeared by tick t will do so, calm, in any of the ticks that are left, each as likely as the
others; its q is the mean of v over them.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from dialogue_gym.acts import Act
from dialogue_gym.envs.sentiment.classification.labels import SENTIMENTS
from dialogue_gym.envs.sentiment.monitor.regimes import CALM
from dialogue_gym.envs.sentiment.monitor.world import (
    FIRST_SURGE,
    LATE_TICKS,
    MINUTES,
    PHASES,
    PROFILE,
    TICKS,
    TOPIC_COUNT,
    World,
)

Floats = npt.NDArray[np.float64]


class TopicFilter:
    """The forward recursion of one topic.

    Args:
        world: The parameters.
        start: The tick in which the topic appears, calm.
    """

    def __init__(self, world: World, start: int) -> None:
        self.world = world
        self.start = start
        self._likelihoods: list[Floats] = []
        self._forward: list[tuple[Floats, Floats]] = []
        self._level = 0.0

    def add(self, minutes: Sequence[int], echoes: Sequence[bool], background: float) -> None:
        """Takes in the texts of the next tick.

        Args:
            minutes: When they came, in order, counted from the tick's first minute.
            echoes: Whether each repeats an earlier text.
            background: Texts a minute that come by themselves while the topic is calm.
        """
        world = self.world
        rates = background * world.gains
        log_likelihood = -MINUTES * rates
        minute, pending = 0, 0.0
        for at, echo in zip(minutes, echoes, strict=True):
            if at > minute:
                self._level = (self._level * world.persistence + pending) * world.persistence ** (at - minute - 1)
                minute, pending = at, 0.0
            if not echo:
                log_likelihood = log_likelihood + np.log(rates + (1.0 - world.echo) * self._level)
            pending += world.kick
        self._level = (self._level * world.persistence + pending) * world.persistence ** (MINUTES - minute - 1)
        self._likelihoods.append(np.exp(log_likelihood - log_likelihood.max()))
        self._run(len(self._likelihoods) - 1)

    def read(self, tick: int, sentiment: int) -> None:
        """Takes in the sentiment of an original text of an earlier tick, by its place in `labels.SENTIMENTS`."""
        place = tick - self.start
        self._likelihoods[place] = self._likelihoods[place] * self.world.mixes[:, sentiment]
        self._run(place)

    @property
    def phases(self) -> Floats:
        """float64 (phases,): P(phase in the last tick | what was seen of this topic)."""
        return self._forward[-1][0]

    @property
    def unsurged(self) -> Floats:
        """float64 (phases,): the same together with "no surge so far"."""
        return self._forward[-1][1]

    def _run(self, place: int) -> None:
        """Runs the recursion from a tick on. Both vectors are scaled alike, so that `phases` adds up to 1."""
        del self._forward[place:]
        for tick, likelihood in enumerate(self._likelihoods[place:], start=self.start + place):
            if self._forward:
                phases, unsurged = (vector @ self.world.into(tick) for vector in self._forward[-1])
            else:
                phases = np.zeros(len(PHASES))
                phases[CALM] = 1.0
                unsurged = phases.copy()
            unsurged[FIRST_SURGE:] = 0.0
            phases, unsurged = phases * likelihood, unsurged * likelihood
            total = phases.sum()
            self._forward.append((phases / total, unsurged / total))


class Posterior:
    """What is known of all topics of a day, from what the desk was told and from texts that were read.

    Args:
        world: The parameters.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.filters: dict[str, TopicFilter] = {}
        self._bases: dict[str, float] = {}
        self._season = ("", 0, 0)
        self._tick = -1
        self._places: dict[str, tuple[str, int]] = {}
        self._originals: dict[str, str] = {}
        self._read: set[str] = set()

    def hear(self, act: Act) -> None:
        """Takes in what the desk hears, see `bulletin.py`; the words of texts count through `read` only."""
        if act.name == "desk":
            self._season = act.args["season"], act.args["first"], act.args["last"]
            for name, usual in act.args["topics"].items():
                self._appear(name, usual)
        elif act.name == "topic":
            self._appear(act.args["name"], act.args["usual"])
        elif act.name == "bulletin":
            self._tick = act.args["tick"]
            for topic, entries in act.args["texts"].items():
                self._take(topic, entries)

    def read(self, name: str, sentiment: str) -> None:
        """Takes in the sentiment of a listed text. Of an original and its echoes only the first one counts."""
        original = self._originals[name]
        if original not in self._read:
            self._read.add(original)
            topic, tick = self._places[original]
            self.filters[topic].read(tick, SENTIMENTS.index(sentiment))

    def phases(self) -> dict[str, Floats]:
        """P(phase in the last bulletin's tick | everything heard), float64 (phases,), for each topic on the desk."""
        tick = self._tick
        quiet = {topic: each.unsurged * quiet_ahead(self.world, tick) for topic, each in self.filters.items()}
        totals = {topic: float(vector.sum()) for topic, vector in quiet.items()}
        absent = absent_quiet(self.world, tick) if len(self.filters) < TOPIC_COUNT else 1.0
        posterior = {}
        for topic, each in self.filters.items():
            others = absent
            for other, total in totals.items():
                if other != topic:
                    others *= total
            conditioned = np.maximum(each.phases - quiet[topic] * others, 0.0)
            posterior[topic] = conditioned / conditioned.sum()
        return posterior

    def surges(self) -> dict[str, tuple[float, float]]:
        """P(surge of severity 1), P(surge of severity 2) in the last bulletin's tick, for each topic on the desk."""
        half = (len(PHASES) - FIRST_SURGE) // 2
        return {
            topic: (
                float(phases[FIRST_SURGE : FIRST_SURGE + half].sum()),
                float(phases[FIRST_SURGE + half :].sum()),
            )
            for topic, phases in self.phases().items()
        }

    def _appear(self, topic: str, usual: float) -> None:
        self.filters[topic] = TopicFilter(self.world, self._tick + 1)
        self._bases[topic] = usual * (1.0 - self.world.branching)

    def _take(self, topic: str, entries: Sequence[Sequence[Any]]) -> None:
        for name, _, original in entries:
            self._originals[name] = original or name
            self._places[name] = topic, self._tick
        named, first, last = self._season
        season = self.world.season if topic == named and first <= self._tick <= last else 1.0
        background = self._bases[topic] / 60.0 * PROFILE[self._tick] * season
        minutes = [minute - self._tick * MINUTES for _, minute, _ in entries]
        self.filters[topic].add(minutes, [bool(original) for _, _, original in entries], background)


@lru_cache(maxsize=512)
def quiet_ahead(world: World, tick: int) -> Floats:
    """float64 (phases,): P(no surge in the ticks after this one | phase in it); 0 for the phases of surges."""
    quiet = np.zeros(len(PHASES))
    quiet[:FIRST_SURGE] = 1.0
    for after in range(TICKS - 1, tick, -1):
        quiet[:FIRST_SURGE] = (world.into(after) @ quiet)[:FIRST_SURGE]
    return quiet


@lru_cache(maxsize=512)
def absent_quiet(world: World, tick: int) -> float:
    """P(no surge all day) for a topic that has not appeared by this tick and will do so in one of the ticks left."""
    first, end = LATE_TICKS
    left = range(max(first, tick + 1), end)
    return float(np.mean([quiet_ahead(world, start)[CALM] for start in left]))
