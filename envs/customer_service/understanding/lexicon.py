"""A vocabulary made ready: cues as bits, word forms as a tree, rules as masks."""

from dialogue_gym.envs.customer_service.understanding import english
from dialogue_gym.envs.customer_service.understanding.cues import CueTree
from dialogue_gym.envs.customer_service.understanding.lexer import Lexer
from dialogue_gym.envs.customer_service.understanding.rules import RuleSet, any_of, compile_rules
from dialogue_gym.envs.customer_service.understanding.vocabulary import Vocabulary

_KINDS = ("money", "date", "quantity", "email", "address", "payment", "brand", "range", "number")
VALUE_KINDS = ("money", "date", "quantity")
"""Kinds whose values are facts; each is a cue, with "#" before its name, as are all numbers of facts: "#code"."""
_INHERIT_ALWAYS = ("verb", "future", "be", "have", "could")
_INHERIT_FIRST = ("i", "you", "other", "det", "aux", "wh")


class Lexicon:
    """Everything that the recogniser looks up.

    Args:
        vocabulary: The domain's words and rules.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.bits = _allot(vocabulary)
        self.lexer = Lexer(vocabulary.ids, vocabulary.brands)
        self.tree = self._tree()
        self.slots = RuleSet(vocabulary.slots, self.bits)
        self.tools = RuleSet(vocabulary.tools, self.bits)
        self.clauses = RuleSet(vocabulary.clauses, self.bits)
        self.amounts = {"money": RuleSet(vocabulary.money, self.bits), "date": RuleSet(vocabulary.dates, self.bits)}
        self.states = tuple((fact, RuleSet(values, self.bits)) for fact, values in vocabulary.states.items())
        self.flags = tuple(
            (fact, RuleSet({"yes": yes}, self.bits), RuleSet({"no": no}, self.bits))
            for fact, (yes, no) in vocabulary.flags.items()
        )
        self.options = {item: frozenset(options) for item, options in vocabulary.options.items()}
        self.less = any_of(vocabulary.less, self.bits)
        self.same = self.bits[vocabulary.same]
        self.answer_ban = self.bits[vocabulary.answer[1]]
        self.verbs = {name: self.bits[name] for name in vocabulary.verbs}
        self.actions = sum(self.verbs.values())
        self.main_verbs = any_of(vocabulary.main_verbs, self.bits)
        self.named_states = 0
        for values in vocabulary.states.values():
            for rules in values.values():
                self.named_states |= compile_rules(rules, self.bits)[0].first
        self.pick = any_of(vocabulary.pick, self.bits)
        self.bare = any_of(vocabulary.bare, self.bits)
        self.aside = self.bits[vocabulary.aside]
        self.settled = self.bits[vocabulary.settled]
        self.passive_verbs = any_of(vocabulary.passive_verbs, self.bits)
        self.done_needs = {tool: any_of(names, self.bits) for tool, names in vocabulary.done_needs.items()}

    def _tree(self) -> CueTree:
        vocabulary, bits = self.vocabulary, self.bits
        kinds = dict.fromkeys((*_KINDS, *vocabulary.ids), 0)
        for kind, names in vocabulary.kind_cues.items():
            for name in names.split():
                kinds[kind] = kinds.get(kind, 0) | bits[name]
        for kind in VALUE_KINDS:
            kinds[kind] |= bits[f"#{kind}"]
        for kind in vocabulary.codes:
            kinds[kind] |= bits["#code"]
        tree = CueTree(bits, {kind: kinds[kind] for kind in (*_KINDS, *vocabulary.ids)})
        predicates = vocabulary.predicates
        for name, forms in (english.CUES | dict(vocabulary.cues)).items():
            tree.add(_with(name, predicates), forms)
        for name, verb in vocabulary.verbs.items():
            tree.add((name, "verb"), verb.present)
            tree.add((name, f"{name}_past", "verb", "past"), verb.past)
            tree.add((name,), verb.noun)
        for kind, values in vocabulary.entities.items():
            for value, forms in values.items():
                tree.add(vocabulary.kind_cues.get(kind, "").split(), forms, kind, value)
        shy = vocabulary.shy_options
        for option in {option for options in vocabulary.options.values() for option in options}:
            form = f"#size{option}" if option.isupper() else option
            cues = () if option in shy else vocabulary.kind_cues["option"].split()
            tree.add(cues, form, "option", option)
        tree.inherit(_INHERIT_FIRST, _INHERIT_ALWAYS, closed=(*english.POLITENESS, "filler"))
        return tree


def _with(name: str, predicates: tuple[str, ...]) -> tuple[str, ...]:
    """The cues that the forms of a cue are."""
    if name == "inform":
        return name, "verb"
    return (name, "predicate") if name in predicates else (name,)


def _allot(vocabulary: Vocabulary) -> dict[str, int]:
    bits = dict(english.BIT)
    for name in (*vocabulary.cues, *vocabulary.verbs, *(f"{verb}_past" for verb in vocabulary.verbs)):
        assert name not in bits, f"two cues are called {name!r}"
        bits[name] = 1 << len(bits)
    return bits
