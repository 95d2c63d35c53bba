"""A domain of customer service: data, tools and rules that plug into one engine.

A new domain is a folder with these, and needs no change to the engine.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.library import Asked, Library
from dialogue_gym.envs.customer_service.matters import ScenarioMaker
from dialogue_gym.envs.customer_service.policy import Rulebook
from dialogue_gym.envs.customer_service.tools import Tool
from dialogue_gym.metrics import Metric
from dialogue_gym.wording import Wording

if TYPE_CHECKING:
    from dialogue_gym.envs.customer_service.corpora.articles import OwnArticle
    from dialogue_gym.envs.customer_service.tracker import Belief


@dataclass(frozen=True)
class Domain:
    """Everything that makes a service desk a particular one.

    Attributes:
        name: Such as "retail".
        desk: Whose service desk it is, as the instructions say: "a web shop".
        version: Raised when scenarios, wording or dynamics change.
        tools: The desk's tools, by name.
        identify: Name of the tool that verifies a customer.
        credentials: The slots that customers are verified by, with an email address and without.
        search: Name of the tool that opens articles.
        library: The articles.
        rules: The policy's rules.
        policy: The policy's text.
        kinds: Kinds of matter.
        slots: What an agent can ask for, beside identity and the matter itself.
        fact_types: Type of value ("money", "date", "bool", "id", "text", "quantity", "tool") by fact.
        aliases: Keys of tool results that also show a fact, by key.
        refusals: Clauses that an agent can refuse with.
        transfers: Departments to hand over to.
        make_scenario: Draws an episode's hidden beginning.
        wording: The customers' wording, by split.
        show: How a slot's value reads in a customer's sentence.
        say_date: A day number as a date.
        signs: Names of the numeric features that `read` derives from tool results, all in [-1, 1].
        read: Reads a tool's result into a belief: slots, facts and signs.
        prepare: Fills what follows from what was said, before acts are offered.
        stale: Features that a revised slot makes worthless, by slot.
        fills: Where a tool's arguments come from: (argument, key of the belief's slots) by tool.
        seek: The act that gets a slot which the belief lacks.
        optional: (tool, argument) pairs that may stay empty.
        values: (slot, value) pairs whose values matter, each a feature.
        understand: The speech acts in an agent's text.
        render: The canonical text of an agent's acts.
        answers: The values that answer questions in an article, as a tool's result shows it, on a day; none in one
            that has expired.
        answer_facts: The fact that an article's answer states, by the type of its value.
        nlu_error: Measured error rate of the recogniser of customers' text, on val wording.
        content: All content that scenarios are made from, for the hash.
        misremembered: Slots with long numbers, of which customers swap digits.
        stand_ins: What a customer says who does not know a slot, by slot.
        references: Slots that tell which record is meant, so that another value makes what was seen worthless.
        stated: Slots that the customer must have said before a change is made, by tool.
        unspoken: Arguments of tools that mean nothing to a customer.
        hints: What customers may hint at before they say what the matter is.
        answering: Name of the tool that chooses the answer to a matter, one for each kind; empty where there is none.
        metrics: Figures of episodes together, beside the means of the outcome's numbers.
        with_articles: The same desk with articles of one's own; None where the rules depend on the built-in ones.
        corpus: Name or path of the corpus whose messages the customers write, and its data folder; None for none.
    """

    name: str
    desk: str
    version: int
    tools: Mapping[str, Tool]
    identify: str
    search: str
    library: Library
    rules: Rulebook
    policy: str
    kinds: tuple[str, ...]
    slots: tuple[str, ...]
    fact_types: dict[str, str]
    aliases: Mapping[str, tuple[str, ...]]
    refusals: tuple[str, ...]
    transfers: tuple[str, ...]
    make_scenario: ScenarioMaker
    wording: Mapping[str, Wording]
    show: Callable[[str, str], str]
    say_date: Callable[[int], str]
    signs: tuple[str, ...]
    read: "Callable[[Belief, Act, Mapping[str, Any]], None]"
    prepare: "Callable[[Belief], None]"
    stale: Mapping[str, tuple[str, ...]]
    fills: Mapping[str, tuple[tuple[str, str], ...]]
    seek: "Callable[[Belief, str], str]"
    optional: frozenset[tuple[str, str]]
    values: tuple[tuple[str, str], ...]
    understand: Callable[[str], tuple[Act, ...]]
    render: Callable[[Sequence[Act]], str]
    answers: Callable[[Mapping[str, Any], int], Sequence[Any]]
    answer_facts: Mapping[type, str]
    nlu_error: float
    content: Callable[[], bytes]
    misremembered: frozenset[str] = frozenset()
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    references: frozenset[str] = frozenset()
    stated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unspoken: frozenset[str] = frozenset()
    hints: tuple[str, ...] = ()
    credentials: tuple[frozenset[str], frozenset[str]] = (frozenset({"email"}), frozenset({"name", "zip"}))
    answering: str = ""
    metrics: tuple[Metric, ...] = ()
    with_articles: "Callable[[Sequence[OwnArticle], Asked], Domain] | None" = None
    corpus: tuple[str, str | None] | None = None

    @cached_property
    def answer_argument(self) -> str:
        """The argument of the tool that chooses an answer."""
        return next(iter(self.tools[self.answering].parameters))

    @cached_property
    def shows(self) -> Mapping[str, tuple[str, ...]]:
        """The facts that the values under a key of tool results show, by key."""
        names = {name: (name,) for name in self.fact_types}
        return {name: names.get(name, ()) + self.aliases.get(name, ()) for name in (*names, *self.aliases)}

    def __deepcopy__(self, memo: dict[int, Any]) -> "Domain":
        return self  # a description: shared, never changed

    def __reduce__(self) -> tuple[Any, ...]:
        return find_domain, (self.name, self.corpus)


def find_domain(name: str, corpus: tuple[str, str | None] | None = None) -> Domain:
    """The domain of a name, perhaps with a corpus in a data folder; one object per process."""
    if corpus is not None:
        with_corpus = import_module("dialogue_gym.envs.customer_service.corpora").with_corpus
        found: Domain = with_corpus(name, *corpus)
        return found
    domain: Domain = import_module(f"dialogue_gym.envs.customer_service.{name}.domain").DOMAIN
    return domain
