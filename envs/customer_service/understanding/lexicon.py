"""A vocabulary made ready: cues as bits, word forms as a tree, rules as masks."""

from dialogue_gym.envs.customer_service.understanding import english
from dialogue_gym.envs.customer_service.understanding.cues import CueTree
from dialogue_gym.envs.customer_service.understanding.lexer import Lexer
from dialogue_gym.envs.customer_service.understanding.rules import RuleSet, any_of, compile_rules
from dialogue_gym.envs.customer_service.understanding.vocabulary import Table, Vocabulary
from dialogue_gym.envs.customer_service.understanding.wares import Wares

_KINDS = ("money", "date", "quantity", "email", "address", "payment", "brand", "range", "number", "item")
_FACT_KINDS = ("money", "date", "quantity")
"""Kinds whose values are facts; each is a cue, with "#" before its name, as are all numbers of facts: "#code"."""
_FROM_ANY_WORD = ("verb", "future", "be", "have", "could", "modal")
_FROM_FIRST_WORD = ("i", "you", "other", "det", "aux", "wh", "that")


class Lexicon:
    """Everything that the recogniser looks up.

    Args:
        vocabulary: The domain's words and rules.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        verbs = {name.split()[0] for name in vocabulary.verbs}
        self.bits = _allot(vocabulary, verbs)
        bits = self.bits
        self.lexer = Lexer(vocabulary.ids, vocabulary.brands, vocabulary.units)
        self.wares = Wares(vocabulary.wares, vocabulary.entities.get("item", {}).values())
        self.tree = self._tree()
        self.slots = RuleSet(vocabulary.slots, bits)
        self.tools = RuleSet(vocabulary.tools, bits)
        self.clauses = RuleSet(vocabulary.clauses, bits)
        self.amounts = {"money": RuleSet(vocabulary.money, bits), "date": RuleSet(vocabulary.dates, bits)}
        self.states = tuple((fact, RuleSet(rules, bits)) for fact, rules in _grouped(vocabulary.states).items())
        self.flags = tuple(
            (fact, RuleSet({"yes": rules["yes"]}, bits), RuleSet({"no": rules["no"]}, bits))
            for fact, rules in _grouped(vocabulary.flags).items()
        )
        self.many = {"done", *_grouped(vocabulary.states)}
        self.named_states = 0
        for rules in vocabulary.states.values():
            self.named_states |= compile_rules(rules, bits)[0].first
        self.options = {item: frozenset(options) for item, options in vocabulary.options.items()}
        self.sized = any_of(vocabulary.sized, bits)
        self.pronouns = any_of(vocabulary.pronouns, bits)
        self.actions = any_of("|".join(verbs), bits)
        self.main_verbs = any_of(vocabulary.main_verbs, bits)
        self.passive_verbs = any_of(vocabulary.passive_verbs, bits)
        self.done_needs = {tool: any_of(names, bits) for tool, names in vocabulary.done_needs.items()}
        self.less = any_of(vocabulary.less, bits)
        self.bare = any_of(vocabulary.bare, bits)
        self.pick = any_of(vocabulary.pick, bits)
        self.same = any_of(vocabulary.same, bits)
        self.aside = any_of(vocabulary.aside, bits)
        self.settled = any_of(vocabulary.settled, bits)
        self.general = any_of(vocabulary.general, bits)
        self.plain = english.PLAIN_WORDS | {word.strip() for word in vocabulary.plain.split(";")}
        self.domain = 1 << len(english.BIT)
        self.factual = self.actions | self.named_states | any_of("#money|#date|#quantity|#code", bits)
        self.answer_ban = any_of(vocabulary.answer[1], bits)

    def _tree(self) -> CueTree:
        vocabulary, bits = self.vocabulary, self.bits
        tree = CueTree(bits, self._kinds())
        tree.add((), f"{english.PLAIN};{english.SMALL_TALK};{vocabulary.plain}")
        for name, forms in (english.CUES | dict(vocabulary.cues)).items():
            tree.add(_with(name, vocabulary.predicates), forms)
        for name, forms in vocabulary.verbs.items():
            verb, _, form = name.partition(" ")
            tree.add({"": (verb, "verb"), "past": (verb, f"{verb}_past", "verb", "past"), "noun": (verb,)}[form], forms)
        for kind, values in vocabulary.entities.items():
            for value, forms in values.items():
                tree.add(vocabulary.kind_cues.get(kind, "").split(), forms, kind, value)
        for option in sorted({option for options in vocabulary.options.values() for option in options}):
            form = f"#size{option.lower()}" if option.isupper() else option
            cues = () if option in vocabulary.shy_options else vocabulary.kind_cues.get("option", "").split()
            tree.add(cues, form, "option", option)
        tree.inherit(_FROM_FIRST_WORD, _FROM_ANY_WORD, closed=(*english.POLITE, "filler"))
        tree.freeze(english.SMALL_TALK_WORDS)
        return tree

    def _kinds(self) -> dict[str, int]:
        """The cues that a value of each kind is."""
        vocabulary, bits = self.vocabulary, self.bits
        kinds = dict.fromkeys((*_KINDS, *vocabulary.ids), 0)
        for kind in kinds:
            for name in vocabulary.kind_cues.get(kind, "").split():
                kinds[kind] |= bits[name]
        for kind in _FACT_KINDS:
            kinds[kind] |= bits[f"#{kind}"]
        for kind in vocabulary.codes:
            kinds[kind] |= bits["#code"]
        return kinds


def _grouped(table: Table) -> dict[str, dict[str, str]]:
    """A table by the first word of its keys, then by the rest."""
    groups: dict[str, dict[str, str]] = {}
    for key, rules in table.items():
        first, _, rest = key.partition(" ")
        groups.setdefault(first, {})[rest] = rules
    return groups


def _with(name: str, predicates: tuple[str, ...]) -> tuple[str, ...]:
    """The cues that the forms of a cue are."""
    if name == "inform":
        return name, "verb"
    return (name, "predicate") if name in predicates else (name,)


def _allot(vocabulary: Vocabulary, verbs: set[str]) -> dict[str, int]:
    bits = dict(english.BIT)
    for name in (*vocabulary.cues, *sorted(verbs), *(f"{verb}_past" for verb in sorted(verbs))):
        assert name not in bits, f"two cues are called {name!r}"
        bits[name] = 1 << len(bits)
    return bits
