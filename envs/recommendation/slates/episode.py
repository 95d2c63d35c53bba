"""The state machine: candidates are offered, the agent orders some, the user opens one or none, leaves, comes back.

An episode is a user's visits over some days. A turn is a round. All that is drawn is keyed: the offers by the scenario
and the turn, the user by the scenario, what the user does by the trial and the turn too.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dialogue_gym.acts import Act
from dialogue_gym.draws import LongStream, Stream, fold, key, name_key
from dialogue_gym.envs.recommendation.slates.levels import CANDIDATES, PLACES
from dialogue_gym.envs.recommendation.slates.measures import Measures
from dialogue_gym.envs.recommendation.slates.speech import (
    Wish,
    back_event,
    help_event,
    left_event,
    offer_event,
    opened_event,
    said_event,
    write_comment,
    write_opening,
)
from dialogue_gym.envs.recommendation.users.choice import best_list, glances
from dialogue_gym.envs.recommendation.users.population import Person
from dialogue_gym.envs.recommendation.users.user import User
from dialogue_gym.envs.recommendation.users.visits import days_away, leave_chance
from dialogue_gym.episode import Episode, Event, StopReason

if TYPE_CHECKING:
    from dialogue_gym.envs.recommendation.slates.task import SlateRecommendationTask

_OFFER = name_key("recommendation.slates.offer")
_OPENING = name_key("recommendation.slates.opening")
_CLICK = name_key("recommendation.slates.click")
_REACT = name_key("recommendation.slates.react")
_COMMENT = name_key("recommendation.slates.comment")
_LEAVE = name_key("recommendation.slates.leave")


class SlateRecommendationEpisode(Episode):
    """One user over some visits.

    Attributes:
        user: The user (hidden state).
        offer: Numbers of the candidates in the catalogue, in the order of the list.
        day: Days since the first visit.
        idle: Rounds in a row in which nothing was opened.
        measures: What has been measured so far.
    """

    task: "SlateRecommendationTask"
    user: User

    def __init__(self, task: "SlateRecommendationTask", max_turns: int | None = None) -> None:
        super().__init__(task, max_turns)
        self.offer: tuple[int, ...] = ()
        self.day = 0
        self.idle = 0
        self.measures = Measures()

    @property
    def instructions(self) -> str:
        """What the agent is asked to do, and in which format."""
        return self.task.instructions

    def candidates(self) -> tuple[int, ...]:
        """Numbers of the candidates that can be shown: all but what is sold out."""
        items = self.user.catalogue.items
        return tuple(number for number in self.offer if self.day < items[number].sold_out)

    def click_probabilities(self, slate: Sequence[str]) -> list[float]:
        """The exact probability that each item of an ordered slate is opened now (hidden state).

        Args:
            slate: Ids, first place first; at most `PLACES`.
        """
        numbers = self.user.catalogue.number
        return self.user.click_probabilities([numbers[item_id] for item_id in slate])

    def slate_value(self, slate: Sequence[str]) -> float:
        """The exact expected enjoyment of an ordered slate now: what the default reward pays for a round."""
        numbers = [self.user.catalogue.number[item_id] for item_id in slate]
        values = [self.user.enjoyment(number) for number in numbers]
        return sum(chance * value for chance, value in zip(self.click_probabilities(slate), values, strict=True))

    def oracle_acts(self) -> tuple[Act, ...]:
        """The greedy slate for the exact expected enjoyment."""
        numbers = self.candidates()
        weights, values = self.user.weights(numbers), [self.user.enjoyment(number) for number in numbers]
        best = best_list(weights, values, self.user.outside, self._glances())
        items = self.user.catalogue.items
        return (Act("slate", {"items": tuple(items[numbers[i]].id for i in best)}),)

    def _begin(self, scenario_key: int) -> tuple[Event, ...]:
        assert self.dialogue is not None
        split = self.dialogue.split
        person = self.task.corpus.person(scenario_key, split)
        words = Stream(fold(key(scenario_key), _OPENING))
        wish = self._wish(person, words)
        person = person._replace(taste=self._without_quirks(person.taste, wish))
        self.user = User(self.task.parameters, person, self.task.catalogue(split))
        self.day = self.idle = 0
        self.measures = Measures()
        return (said_event(write_opening(split, wish, self.task.by_name, words)), self._next_offer())

    def _wish(self, person: Person, stream: Stream) -> Wish:
        """What the user tells about themselves."""
        level = self.task.level

        def favourite(facet: str) -> str | None:
            return next(iter(self.task.corpus.favourites(person, facet)), None)

        themes = self.task.corpus.favourites(person, "theme")
        kind, tone, avoids = (stream.chance(chance) for chance in (level.kind, level.tone, level.avoids))
        return Wish(
            tuple(themes[: level.themes]),
            favourite("category") if kind else None,
            favourite("tone") if kind and tone else None,
            themes[-1] if avoids else None,
        )

    def _without_quirks(self, taste: Sequence[float], wish: Wish) -> tuple[float, ...]:
        """A taste of which only so much is left as the level says where nothing was said about an attribute."""
        said = {*wish.themes, wish.category, wish.tone, wish.avoided}
        vocabulary, kept = self.task.vocabulary, self.task.level.quirks
        attributes = zip(vocabulary, taste, strict=False)
        scaled = [liking if tag in said else kept * liking for tag, liking in attributes]
        return (*scaled, *taste[len(vocabulary) :])

    def _next_offer(self) -> Event:
        """Draws the candidates of the next round among what has arrived."""
        items, arrives, day = self.user.catalogue.items, self.user.catalogue.arrives, self.day
        drawn: list[int] = []
        draws = LongStream(self.world_stream(_OFFER).state)
        while len(drawn) < CANDIDATES:
            number = draws.below(len(items))
            if arrives[number] <= day and number not in drawn:
                drawn.append(number)
        self.offer = tuple(drawn)
        return offer_event([items[number] for number in drawn], self.task.listed, day)

    def _react(self, acts: Sequence[Act]) -> tuple[Event, ...]:
        asked = next((read_slate(act) for act in acts if read_slate(act) is not None), None)
        slate = self._shown(asked or ())
        heard: list[Event] = []
        if asked is None and acts and acts[0] != Act("hold"):
            ids = [self.user.catalogue.items[number].id for number in self.offer[:PLACES]]
            heard.append(help_event(ids[:2]))
        heard += self._round(slate)
        heard += self._visit()
        return tuple(heard)

    def _shown(self, asked: Sequence[str]) -> list[int]:
        """The part of a slate that can be shown; the rest is counted."""
        number, open_to = self.user.catalogue.number, self.candidates()
        shown: list[int] = []
        duplicates = refused = 0
        for item_id in asked:
            candidate = number.get(item_id, -1)
            if candidate in shown:
                duplicates += 1
            elif candidate not in open_to or len(shown) == PLACES:
                refused += 1
            else:
                shown.append(candidate)
        self.facts["duplicates"], self.facts["refused"] = float(duplicates), float(refused)
        return shown

    def _round(self, slate: list[int]) -> list[Event]:
        """The user looks at a slate and opens one item, or none."""
        user, facts = self.user, self.facts
        assert self.dialogue is not None
        self.measures.show(self, slate)
        facts["diversity"] = self.measures.diversity
        picked = user.choose(slate, self.stream(_CLICK)) if slate else None
        if picked is None:
            user.pass_by()
            self.idle += 1
            facts["idle"] = 1.0
            return [opened_event(None, ())]
        item = user.catalogue.items[picked]
        enjoyed, did = user.consume(picked, self.stream(_REACT))
        self.idle = 0
        facts["click"], facts["enjoyed"], facts["clickbait"] = 1.0, enjoyed, item.clickbait
        for name, done in zip(did._fields, did, strict=True):
            facts[name] = float(done)
        self.measures.take(slate.index(picked), facts)
        heard = [opened_event(item.id, [name for name, done in zip(did._fields, did, strict=True) if done])]
        if did.comment:
            heard.append(said_event(write_comment(self.dialogue.split, enjoyed, self.stream(_COMMENT))))
        return heard

    def _visit(self) -> list[Event]:
        """Whether the visit goes on, and if not when the next one begins; then the next offer."""
        user, p = self.user, self.task.parameters
        self.facts["satisfaction"] = user.satisfaction
        draws = self.stream(_LEAVE)
        leaves = draws.chance(leave_chance(p, user.satisfaction, self.idle, user.person.patience))
        heard: list[Event] = []
        if leaves:
            days = days_away(p, user.satisfaction, draws.uniform())
            self.measures.leave(days, p.lost_after)
            if days is None:
                self.facts["lost"] = 1.0
                self.stop(StopReason.HUNG_UP)
                return [left_event()]
            self.facts["returned"], self.facts["days_away"] = 1.0, float(days)
            self.day += days
            self.idle = 0
            user.rest(days)
            heard.append(back_event(days))
        heard.append(self._next_offer())
        return heard

    def _glances(self) -> Any:
        return glances(self.user.person.examined(PLACES), PLACES)

    def _measure(self) -> Mapping[str, Any]:
        return self.measures.outcome(self.user.satisfaction)


def read_slate(act: Act) -> tuple[str, ...] | None:
    """The ids of a slate act; None if it is another act."""
    if act.name != "slate" or act.call:
        return None
    items = act.args.get("items")
    if not isinstance(items, (tuple, list)) or not all(isinstance(each, str) for each in items):
        return None
    return tuple(items)
