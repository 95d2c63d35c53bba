"""The state machine: a user with some wishes; the agent asks, searches, recommends, explains.

By hand, at medium: a user wants a book, then a film, then a lamp. The agent asks for themes (the user tells two) and
recommends three books. The user asks which mood the second has, then what it costs; the agent tells them; the user
takes it, which pays what it will be enjoyed, say 0.8, and says what is next. Each question, list and answer costs 0.01.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from dialogue_gym.acts import Act
from dialogue_gym.draws import LongStream, Stream, fold, key, name_key
from dialogue_gym.envs.recommendation.conversation import speech
from dialogue_gym.envs.recommendation.conversation.facts import ABOUT as SAYABLE
from dialogue_gym.envs.recommendation.conversation.facts import Fact, in_order, told, values_of
from dialogue_gym.envs.recommendation.conversation.levels import LIST
from dialogue_gym.envs.recommendation.conversation.measures import Measures
from dialogue_gym.envs.recommendation.conversation.shopper import ABOUT, Shopper, mood_of
from dialogue_gym.envs.recommendation.conversation.wishes import draw_wishes, without_quirks
from dialogue_gym.episode import Episode, Event, StopReason

if TYPE_CHECKING:
    from dialogue_gym.envs.recommendation.conversation.task import RecommendationTask

_WISHES = name_key("recommendation.conversation.wishes")
_WORDS = name_key("recommendation.conversation.words")
_ANSWER = name_key("recommendation.conversation.answer")
_CHOICE = name_key("recommendation.conversation.choice")
_REACT = name_key("recommendation.conversation.react")
_LOOK = name_key("recommendation.conversation.look")
_WONDER = name_key("recommendation.conversation.wonder")

QUESTION: Final = 0.3
"""Patience that a question takes."""
AGAIN: Final = 1.0
"""Patience that a question takes whose answer was given before, unasked or not."""
REJECTED: Final = 2.0
"""Patience that a list takes of which nothing pleases."""
DECLINED: Final = 2.0
"""Patience that an item takes that pleases no more once it is explained."""
EVADED: Final = 2.0
"""Patience that it takes when a question about an item is answered by something else, or by what is not so."""
TOO_MUCH: Final = 0.2
"""Patience that each fact takes that was not asked for."""
IDLE: Final = 1.0
"""Patience that a turn takes in which the user is told or asked nothing that they understand."""
LOOKUP: Final = 0.1
"""Patience that a tool call takes."""


class RecommendationEpisode(Episode):
    """One conversation.

    Attributes:
        shopper: The user (hidden state).
        measures: What has been measured so far.
    """

    task: "RecommendationTask"
    shopper: Shopper
    measures: Measures

    @property
    def instructions(self) -> str:
        """What the agent is asked to do, and in which format."""
        return self.task.instructions

    def oracle_acts(self) -> tuple[Act, ...]:
        """Answers about what would be taken, tells of the best that was shown if it would be, else shows the best."""
        shopper, items = self.shopper, self.shopper.catalogue.items
        if shopper.curious is not None and shopper.would_take(shopper.curious):
            item, about = items[shopper.curious], shopper.wonders[0]
            fact = (about, values_of(item, shopper.schema)[about][0])
            return (Act("explain", {"items": (item.id,), "facts": (fact,)}),)
        shown = max(shopper.shown, key=shopper.worth, default=None)
        if shown is not None and shopper.would_take(shown):
            return (Act("explain", {"items": (items[shown].id,)}),)
        return (Act("recommend", {"items": tuple(items[number].id for number in shopper.best()[:LIST])}),)

    def _begin(self, scenario_key: int) -> tuple[Event, ...]:
        assert self.dialogue is not None
        split, task = self.dialogue.split, self.task
        corpus, catalogue = task.corpus, task.catalogue(split)
        person = without_quirks(corpus.person(scenario_key, split), corpus.schema, task.level.quirks)
        stream = LongStream(fold(key(scenario_key), _WISHES))
        had = corpus.had(scenario_key, split, task.level.had, stream)
        wishes = draw_wishes(person, had, task.level, task.parameters, corpus, catalogue, stream)
        self.shopper = Shopper(person, wishes, had, task.level, task.parameters, corpus, catalogue)
        self.measures = Measures()
        opening = self.shopper.look("look", Stream(fold(key(scenario_key), _LOOK)))
        return (speech.catalogue_event(catalogue.name, len(catalogue)), self._say(opening))

    def _react(self, acts: Sequence[Act]) -> tuple[Event, ...]:
        said: list[Act] = []
        shown: list[Event] = []
        looked_up = addressed = False
        for act in acts:
            if self.stop_reason is not None:
                break
            if act.call:
                looked_up = True
                self.shopper.patience -= LOOKUP
                shown.append(self.task.tools_of(self._split).call(act))
                continue
            react = self._reactions.get(act.name)
            if react is not None:
                addressed = True
                said += react(self, act)
            elif act.name == "unclear":
                said.append(Act("lost"))
        if not addressed and not looked_up:
            self.shopper.patience -= IDLE
        if self.stop_reason is None and self.shopper.patience <= 0:
            said.append(Act("leave"))
            self.stop(StopReason.HUNG_UP)
        if self.stop_reason is not None or self.turn >= self.max_turns:
            self.facts["unmet"] = float(len(self.shopper.wishes) - self.shopper.met)
        return (self._say(said), *shown) if said else tuple(shown)

    @property
    def _split(self) -> str:
        assert self.dialogue is not None
        return self.dialogue.split

    def _say(self, acts: Sequence[Act]) -> Event:
        return self.task.voice(self._split).event(acts, self.stream(_WORDS).state)

    def _count(self, name: str, by: float = 1.0) -> None:
        """Adds to a fact of this turn."""
        self.facts[name] = self.facts.get(name, 0.0) + by

    def _ask(self, act: Act) -> list[Act]:
        """A question."""
        shopper, about = self.shopper, act.args.get("about")
        if about == "open":
            about = shopper.next_question()
        if about not in ABOUT:
            return [Act("lost")]
        again = about in shopper.told
        shopper.patience -= AGAIN if again else QUESTION
        self._count("questions")
        self._count("repeated", float(again))
        self.measures.ask(again)
        return [Act("again")] * again + [shopper.answer(str(about), self.stream(fold(_ANSWER, ABOUT.index(about))))]

    def _recommend(self, act: Act) -> list[Act]:
        """A list of items, best first."""
        shopper, said = self.shopper, list[Act]()
        named = self._named(act)
        numbers = [number for number in named if isinstance(number, int)]
        for title in (each for each in named if isinstance(each, str)):
            said.append(Act("unknown", {"title": title}))
        self._count("unknown", float(len(said)))
        given, numbers = len(numbers), list(dict.fromkeys(numbers))[:LIST]
        self._count("surplus", float(given - len(numbers)))
        self._count("lists")
        if not numbers:
            shopper.patience -= IDLE
            return said or [Act("lost")]
        self.measures.show(shopper, numbers)
        shopper.shown.update(numbers)
        picked = shopper.choose(numbers, self.stream(_CHOICE))
        shopper.lose_interest()
        if picked is not None:
            shopper.patience -= QUESTION
            self.measures.curious += 1
            return [*said, shopper.wonder(picked, self.stream(_WONDER))]
        shopper.patience -= REJECTED
        self._count("rejected")
        said.append(shopper.fault_of(numbers[0]))
        changed = shopper.change_mind()
        return said if changed is None else [*said, changed]

    def _explain(self, act: Act) -> list[Act]:
        """Tells more about an item, or compares several. Of those that were not shown, it is a recommendation."""
        shopper, named = self.shopper, self._named(act)
        if not named and shopper.curious is not None:
            named = [shopper.curious]
        numbers = [number for number in named if isinstance(number, int) and number in shopper.shown]
        if len(numbers) < len(named) or not numbers:
            return self._recommend(act)
        self._count("explained", float(len(numbers)))
        shopper.patience -= QUESTION * len(numbers)
        best = max(numbers, key=shopper.worth)
        facts = _facts(act) if len(numbers) == 1 else ()
        item = shopper.catalogue.items[best]
        true, about = told(facts, item, shopper.schema)
        if not true:
            return self._evaded(best, "untrue", Act("misled", {"item": item.id}))
        if best == shopper.curious and shopper.wonders:
            return self._told(best, about)
        shopper.patience -= TOO_MUCH * len(about)
        if not shopper.would_take(best):
            return self._declined(best)
        return [shopper.wonder(best, self.stream(_WONDER))]

    def _told(self, number: int, about: Sequence[str]) -> list[Act]:
        """What the user is told about the item of which they asked something."""
        shopper, asked = self.shopper, self.shopper.wonders[0]
        if asked not in about:
            return self._evaded(number, "evaded", Act("evaded", {"about": asked}))
        shopper.patience -= TOO_MUCH * (len(about) - 1)
        shopper.wonders.pop(0)
        if not shopper.would_take(number):
            return self._declined(number)
        if shopper.wonders:
            return [Act("wonder", {"about": shopper.wonders[0]})]
        return self._taken(number)

    def _evaded(self, number: int, fault: str, said: Act) -> list[Act]:
        """A question was not answered, or not truly: they want to hear no more of the item."""
        self.shopper.patience -= EVADED
        self._count(fault)
        self.measures.evaded += 1
        self.shopper.drop(number)
        return [said]

    def _declined(self, number: int) -> list[Act]:
        """An item does not please, now that they know more of it."""
        shopper = self.shopper
        shopper.patience -= DECLINED
        self._count("declined")
        shopper.lose_interest()
        said = [Act("declined", {"item": shopper.catalogue.items[number].id}), shopper.fault_of(number)]
        changed = shopper.change_mind()
        return said if changed is None else [*said, changed]

    def _taken(self, number: int) -> list[Act]:
        """They take an item, may review and share it, and say what is next."""
        shopper = self.shopper
        item = shopper.catalogue.items[number]
        most = shopper.worth(shopper.best()[0])
        enjoyed, did = shopper.take(number, self.stream(_REACT))
        self.measures.take(enjoyed, most, did)
        self.facts["met"], self.facts["enjoyed"] = 1.0, enjoyed
        for name in did:
            self.facts[name] = 1.0
        said = [Act("taken", {"item": item.id, "did": did})]
        if "comment" in did:
            said.append(Act("review", {"mood": mood_of(enjoyed)}))
        if "share" in did:
            said.append(Act("share"))
        if shopper.content:
            self.stop(StopReason.COMPLETED)
            return [*said, Act("done")]
        return [*said, *shopper.look("next", self.stream(_LOOK))]

    def _end(self, act: Act) -> list[Act]:
        """The agent says goodbye."""
        self.stop(StopReason.CLOSED)
        return [Act("leave")]

    _reactions: Mapping[str, Callable[["RecommendationEpisode", Act], list[Act]]] = {
        "ask": _ask,
        "recommend": _recommend,
        "explain": _explain,
        "end": _end,
    }

    def _named(self, act: Act) -> list[int | str]:
        """The items that an act names: numbers of those that there are, titles of others."""
        items, number = act.args.get("items"), self.shopper.catalogue.number
        if not isinstance(items, (tuple, list)):
            return []
        return [number.get(each, each) for each in items[: 4 * LIST] if isinstance(each, str)]

    def _measure(self) -> Mapping[str, Any]:
        return self.measures.outcome(self.shopper)


def _facts(act: Act) -> tuple[Fact, ...]:
    """The facts of an act, in order; what is none is left out."""
    facts = act.args.get("facts", ())
    pairs = [tuple(fact) for fact in facts if isinstance(fact, (tuple, list)) and len(fact) == 2]
    return in_order([(about, value) for about, value in pairs if about in SAYABLE])
