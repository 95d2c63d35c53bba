"""The state machine of a customer-service conversation: customer, tools, policy, and the measured outcome."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from dialogue_gym.acts import MALFORMED, Act
from dialogue_gym.draws import LongStream, key, name_key
from dialogue_gym.envs.customer_service.customer import Customer, Leaving, OpenMatter
from dialogue_gym.envs.customer_service.domain import Domain
from dialogue_gym.envs.customer_service.matters import KNOBS, Knobs, Matter
from dialogue_gym.envs.customer_service.measures import measures
from dialogue_gym.envs.customer_service.oracle import next_acts
from dialogue_gym.envs.customer_service.progress import Progress
from dialogue_gym.envs.customer_service.tools import Desk, Result, ToolError
from dialogue_gym.envs.customer_service.voice import Voice
from dialogue_gym.episode import Episode, Event, StopReason

if TYPE_CHECKING:
    from dialogue_gym.envs.customer_service.task import CustomerServiceTask

_SCENARIO, _CUSTOMER, _WORDS, _CUT = map(name_key, ("cs.scenario", "cs.customer", "cs.words", "cs.cut"))
_encode = json.JSONEncoder(ensure_ascii=False).encode
_BREAKABLE = frozenset({"open", "hint", "inform", "restate", "more", "correct"})
"""What a message may consist of for it to be able to break off; short words, a yes or a goodbye always arrive."""

INSTRUCTIONS = """Service desk: {domain}

You are an agent of {desk}'s service desk. Today is {today}. Serve the customer in line with the \
policy below.

To speak, write to the customer. To use a tool, write <tool_call>{{"name": "...", "arguments": {{...}}}}</tool_call>; \
its result comes back to you, not to the customer. Say goodbye only when nothing is open any more.

{policy}"""


class CustomerServiceEpisode(Episode):
    """One conversation.

    Attributes:
        desk: The records, the date and the verified customer.
        customer: The simulated customer.
        calls: Tool calls that were carried out.
        opened: Ids of the articles that were opened.
        violations: Broken clauses, in order.
    """

    task: "CustomerServiceTask"

    def __init__(self, task: "CustomerServiceTask", max_turns: int | None) -> None:
        super().__init__(task, max_turns)

    @property
    def domain(self) -> Domain:
        """The kind of desk."""
        return self.task.domain

    @property
    def knobs(self) -> Knobs:
        """What the difficulty turns; who writes in the words of a corpus gives details only when asked."""
        knobs = KNOBS[self.task.difficulty]
        return knobs if self.domain.corpus is None else replace(knobs, mentions=0.0)

    @property
    def instructions(self) -> str:
        """Role, date, output format and policy."""
        return INSTRUCTIONS.format(
            domain=self.domain.name,
            desk=self.domain.desk,
            today=self.domain.say_date(self.desk.today),
            policy=self.domain.policy,
        )

    def _begin(self, scenario_key: int) -> tuple[Event, ...]:
        assert self.dialogue is not None
        split = self.dialogue.split
        stream = LongStream(key(scenario_key, _SCENARIO))
        scenario = self.domain.make_scenario(stream, split, self.task.difficulty, self.task.kinds)
        self.desk = Desk(scenario.database, scenario.today)
        self.matters = scenario.matters
        self.calls: list[Act] = []
        self.opened: set[str] = set()
        self.violations: list[str] = []
        self._pristine = scenario.database.copy()
        self._shown: dict[str, set[Any]] = {}
        self._owner = scenario.profile.key
        self.customer = Customer(scenario, self.domain)
        self.progress = Progress()
        texts = {matter.kind: matter.texts for matter in scenario.matters if matter.texts}
        self._voice = Voice(self.domain.wording[split], scenario.persona, self.domain.show, texts)
        return (self._utter(self.customer.open(self.stream(_CUSTOMER), self.knobs.mentions)),)

    def true_facts(self, matter: Matter) -> dict[str, Any]:
        """The values of the facts that a matter's customer must be told: what the right tool calls show."""
        if matter.facts or not matter.tells:
            return matter.facts
        desk = Desk(self._pristine.copy(), self.desk.today, self._owner)
        shown: dict[str, Any] = {}
        for call in (*matter.lookups, *matter.changes):
            result = self.domain.tools[call.name].call(desk, call.args)
            assert "error" not in result, f"the right call {call} fails: {result}"
            shown |= _latest(result, self.domain, desk.today)
        matter.facts = {fact: shown[fact] for fact in matter.tells}
        return matter.facts

    def _react(self, acts: Sequence[Act]) -> tuple[Event, ...]:
        spoken = [self._resolve(act) if act.name == "tell" else act for act in acts if not act.call]
        customer, rules = self.customer, self.domain.rules
        heard: list[Event] = []
        broken: list[str] = []
        closed = False
        for act in spoken:
            broken += rules.broken(self, act)
            closed = closed or act.name == "close"
        if len(spoken) > 1:
            spoken = _without_contradictions(spoken)
        for act in spoken:
            if act.name in ("tell", "refuse"):
                self.progress.spoken(self, act)
        if spoken:
            reply = customer.hear(spoken, self.stream(_CUSTOMER), self.turn, self.knobs.mentions)
            heard.append(self._utter(reply))
        if len(acts) > len(spoken):
            heard += [self._call(act, broken) for act in acts if act.call]
        if not spoken:
            reply = customer.wait()
            if reply:
                heard.append(self._utter(reply))
        if customer.leaving is not None:
            angry = customer.leaving is Leaving.ANGRY
            self.stop(StopReason.HUNG_UP if angry else StopReason.COMPLETED)
        if closed:
            self.stop(StopReason.CLOSED)
        self.violations += broken
        facts = self.facts
        facts["violations"] = float(len(broken))
        facts["progress"] = self.progress.gain(self)
        return tuple(heard)

    def _resolve(self, act: Act) -> Act:
        """Gives a bare value ("money", "date") the name of the fact it answers."""
        ((fact, value),) = act.args.items()
        return Act("tell", {self.customer.meant(fact): value})

    # Speaking and calling

    def _utter(self, acts: list[Act]) -> Event:
        content = tuple(acts)
        words = partial(self._voice.say, content, self._turn_key ^ _WORDS)
        cut_off = self.knobs.cut_off
        if cut_off and content[0].name in _BREAKABLE and all(act.name in _BREAKABLE for act in content):
            stream = self.stream(_CUT)
            if stream.chance(cut_off):
                return Event("user", (Act("cutoff"),), partial(_cut, words, stream.uniform()))
        return Event("user", content, words)

    def _call(self, act: Act, broken: list[str]) -> Event:
        """Makes a tool call and adds the clauses that it breaks, if it can be carried out at all, to `broken`."""
        result = self._result(act, broken)
        if "error" not in result:
            self.calls.append(act)
            self._take_in(result)
            if act.name == self.domain.answering:
                self._choose(act.args[self.domain.answer_argument])
            if "transferred" in result:
                self.stop(StopReason.TRANSFERRED)
        self.progress.called(self, act, result)
        return Event("tool", (act, result), partial(_encode, result))

    def _result(self, act: Act, broken: list[str]) -> Result:
        domain = self.domain
        tool = domain.tools.get(act.name)
        if tool is None:
            malformed = act.name == MALFORMED
            return {"error": act.args["error"] if malformed else f"there is no tool {act.name[:40]!r}"}
        try:
            arguments = tool.checked(act.args)
            broken += domain.rules.broken(self, act)
            return tool.run(self.desk, **arguments)
        except ToolError as error:
            return {"error": str(error)}

    def _take_in(self, result: Mapping[str, Any]) -> None:
        _collect(result, self.domain, self.desk.today, self._shown)
        for article in result.get("articles", ()):
            self.opened.add(article["id"])

    def _choose(self, answer: str) -> None:
        """Notes the answer that was chosen for the matter at hand, or for the one just settled."""
        customer = self.customer
        matter = customer.matter or (customer.past[-1] if customer.past else None)
        if matter is not None:
            if not matter.answer:
                self.progress.answered(self, matter.goal, answer)
            matter.answer = answer

    # What rules and the oracle ask

    def known(self, fact: str, value: Any) -> bool:
        """Whether a tool has shown this value of a fact; for a bare value, of any fact of its type."""
        types = self.domain.fact_types
        if fact in types:
            return value in self._shown.get(fact, ())
        return any(value in shown for name, shown in self._shown.items() if types[name] == fact)

    def agreed(self, call: Act) -> bool:
        """Whether the customer said yes to this change in an earlier turn."""
        return any(
            turn < self.turn and tool == call.name and _within(details, call.args)
            for turn, tool, details in self.customer.consents
        )

    def evident(self, matter: Matter) -> bool:
        """Whether everything that a matter is judged by has been looked up."""
        if matter.refusal == "not_verified":
            return self.progress.failed_verification(self)
        return all(self.looked_up(call, matter) for call in matter.lookups)

    def looked_up(self, wanted: Act, matter: Matter) -> bool:
        """Whether a matter's lookup was made; of a product also without naming the option.

        A search counts when it opened the right articles, in whatever words.
        """
        if wanted.name == self.domain.search:
            return self.opened.issuperset(matter.documents)
        return any(_within(wanted.args, call.args) for call in self.calls if call.name == wanted.name)

    def oracle_acts(self) -> tuple[Act, ...]:
        """The clairvoyant's next acts."""
        return next_acts(self)

    # The outcome

    def _measure(self) -> Mapping[str, Any]:
        customer = self.customer
        matters = customer.past + ([customer.matter] if customer.matter else []) + customer.upcoming
        resolved = all(self._resolved(matter) for matter in matters)
        database = self.desk.database.changes() == self._goal_changes()
        evident = all(self.evident(matter) for matter in self.matters)
        verified = self.desk.customer is not None or not any(matter.identity for matter in self.matters)
        unbroken = not self.violations
        answered = not self.domain.answering or all(matter.answer == matter.goal.kind for matter in matters)
        stayed = self.stop_reason is not StopReason.HUNG_UP
        success = resolved and answered and database and evident and verified and unbroken and stayed
        satisfaction = max(0.0, min(1.0, customer.mood)) if stayed else 0.0
        self.facts["success"] = float(success)
        self.facts["satisfaction"] = satisfaction
        measured = measures(self, matters) if self.domain.answering else {}
        return {
            "success": success,
            "resolved": resolved,
            "database": database,
            "evidence": evident,
            "verified": verified,
            "violations": len(self.violations),
            "violated": ",".join(dict.fromkeys(self.violations)),
            "satisfaction": satisfaction,
            "progress": self.progress.share(self),
            "turns": self.turn,
            "matters": len(self.matters),
            **measured,
        }

    def _resolved(self, matter: OpenMatter) -> bool:
        goal = matter.goal
        if goal.transfer is not None:
            return any(call.args.get("department") == goal.transfer for call in self.calls)
        if goal.refusal is not None:
            return matter.refused
        return matter.dropped or all(matter.told.get(fact) == true for fact, true in self.true_facts(goal).items())

    def _goal_changes(self) -> Mapping[Any, Any]:
        desk = Desk(self._pristine.copy(), self.desk.today, self._owner)
        for matter in self.matters:
            for call in matter.changes:
                self.domain.tools[call.name].call(desk, call.args)
        return desk.database.changes()


def _within(wanted: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Whether arguments agree with those that are wanted; some may be left out."""
    return all(given.get(name, value) == value for name, value in wanted.items())


def _collect(result: Mapping[str, Any], domain: Domain, today: int, shown: dict[str, set[Any]]) -> None:
    """Adds every value of a fact that a tool's result shows, nested ones and aliases included, to `shown`."""
    shows = domain.shows
    for name, value in result.items():
        kind = type(value)
        if kind is dict:
            _collect(value, domain, today, shown)
        elif kind is list:
            for each in value:
                if type(each) is dict:
                    _collect(each, domain, today, shown)
        else:
            if name in shows:
                for fact in shows[name]:
                    shown.setdefault(fact, set()).add(value)
            if name == "text":
                for answer in domain.answers(result, today):
                    shown.setdefault(domain.answer_facts[type(answer)], set()).add(answer)


def _latest(result: Mapping[str, Any], domain: Domain, today: int) -> dict[str, Any]:
    """The facts that a result states as such; of several articles the first that answers."""
    facts = {name: value for name, value in result.items() if name in domain.fact_types}
    for article in result.get("articles", ()):
        for answer in domain.answers(article, today):
            facts.setdefault(domain.answer_facts[type(answer)], answer)
    return facts


def _without_contradictions(spoken: list[Act]) -> list[Act]:
    """What a customer takes from a message: one that gives several values of a fact has not told it."""
    told: dict[str, list[Any]] = {}
    for act in spoken:
        if act.name == "tell":
            ((fact, value),) = act.args.items()
            values = told.setdefault(fact, [])
            if value not in values:
                values.append(value)
    if all(len(values) == 1 for values in told.values()):
        return spoken
    return [Act("unclear") if act.name == "tell" and len(told[next(iter(act.args))]) > 1 else act for act in spoken]


def _cut(words: partial[str], share: float) -> str:
    """The beginning of a message that broke off."""
    text = words()
    return text[: max(3, int(len(text) * (0.15 + 0.35 * share)))].rstrip() + "—"
