"""A vocabulary made ready: cues as bits, word forms as a tree, rules as masks."""

from collections.abc import Mapping

from dialogue_gym.envs.customer_service.understanding import english
from dialogue_gym.envs.customer_service.understanding.cues import CueTree
from dialogue_gym.envs.customer_service.understanding.lexer import Lexer
from dialogue_gym.envs.customer_service.understanding.rules import Rule, any_of, compile_rules
from dialogue_gym.envs.customer_service.understanding.vocabulary import Vocabulary

Rules = tuple[tuple[str, tuple[Rule, ...]], ...]
"""Rules by what they stand for, in order of precedence."""

_KINDS = ("money", "date", "quantity", "email", "address", "payment", "brand", "range", "number")
_INHERIT_ALWAYS = ("verb", "future", "be", "have")
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
        self.slots = self._rules(vocabulary.slots)
        self.tools = self._rules(vocabulary.tools)
        self.clauses = self._rules(vocabulary.clauses)
        self.money = self._rules(vocabulary.money)
        self.dates = self._rules(vocabulary.dates)
        self.states = tuple((fact, self._rules(values)) for fact, values in vocabulary.states.items())
        self.flags = tuple(
            (fact, compile_rules(true, self.bits), compile_rules(false, self.bits))
            for fact, (true, false) in vocabulary.flags.items()
        )
        self.options = {item: frozenset(options) for item, options in vocabulary.options.items()}
        self.less = self.bits[vocabulary.less]
        self.same = self.bits[vocabulary.same]
        self.answer_ban = self.bits[vocabulary.answer[1]]
        self.verbs = {name: self.bits[name] for name in vocabulary.verbs}
        self.actions = sum(self.verbs.values())
        self.main_verbs = any_of(vocabulary.main_verbs, self.bits)
        self.passive_verbs = any_of(vocabulary.passive_verbs, self.bits)
        self.done_needs = {tool: any_of(names, self.bits) for tool, names in vocabulary.done_needs.items()}
        self.any_slot = _triggers(self.slots)
        self.any_tool = _triggers(self.tools)
        self.any_clause = _triggers(self.clauses)

    def _rules(self, texts: Mapping[str, str]) -> Rules:
        return tuple((name, compile_rules(text, self.bits)) for name, text in texts.items())

    def _tree(self) -> CueTree:
        vocabulary, bits = self.vocabulary, self.bits
        kinds = dict.fromkeys((*_KINDS, *vocabulary.ids), 0)
        for kind, names in vocabulary.kind_cues.items():
            for name in names.split():
                kinds[kind] = kinds.get(kind, 0) | bits[name]
        tree = CueTree(bits, {kind: kinds[kind] for kind in (*_KINDS, *vocabulary.ids)})
        for name, forms in (english.CUES | dict(vocabulary.cues)).items():
            tree.add((name,), forms)
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


def _allot(vocabulary: Vocabulary) -> dict[str, int]:
    bits = dict(english.BIT)
    for name in (*vocabulary.cues, *vocabulary.verbs, *(f"{verb}_past" for verb in vocabulary.verbs)):
        assert name not in bits, f"two cues are called {name!r}"
        bits[name] = 1 << len(bits)
    return bits


def _triggers(rules: Rules) -> int:
    mask = 0
    for _, alternatives in rules:
        for rule in alternatives:
            mask |= rule.first
    return mask
