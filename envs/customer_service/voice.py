"""How a customer words their dialogue acts: the split's forms, in the persona's style."""

from collections.abc import Callable, Mapping, Sequence

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream
from dialogue_gym.envs.customer_service.matters import Persona
from dialogue_gym.wording import Wording

_WITH_KIND = frozenset({"open", "restate", "insist"})
_PLAIN = frozenset(
    {
        "affirm", "negate", "confused", "lost_thread", "nudge", "complain", "thank", "accept_refusal", "shocked",
        "finish", "hangup", "more", "wait", "withhold",
    }
)  # fmt: skip
_PUNCTUATION = ".,!?:;'\"()-"
_SHORT_WORD = 5
"""Words shorter than this are spared typing errors."""


class Voice:
    """Words for one customer.

    Args:
        wording: The forms of the customer's split.
        persona: Their style.
        show: How a slot's value reads in a sentence.
        texts: Messages in which alone a kind of matter is brought up and said again, by kind.
    """

    def __init__(
        self,
        wording: Wording,
        persona: Persona,
        show: Callable[[str, str], str],
        texts: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._wording = wording
        self._texts = texts or {}
        self._persona = persona
        self._show = show

    def say(self, acts: Sequence[Act], key: int) -> str:
        """The message that carries the acts. The same key gives the same words."""
        stream = Stream(key)
        sentences: list[str] = []
        protected: set[str] = set()
        for act in acts:
            self._add(act, sentences, protected, stream)
        return self._style(sentences, protected, acts, stream)

    def _add(self, act: Act, sentences: list[str], protected: set[str], stream: Stream) -> None:
        shown = {slot: self._show(slot, value) for slot, value in act.args.items() if value and slot != "kind"}
        protected.update(_bare(word) for value in shown.values() for word in value.split())
        wording = self._wording
        if act.name in _PLAIN:
            sentences.append(wording.say(act.name, {}, stream)[0])
        elif act.name in _WITH_KIND:
            kind = act.args["kind"]
            said: frozenset[str] = frozenset()
            if kind in self._texts and act.name != "insist":
                sentences.append(stream.choice(self._texts[kind]))
            else:
                text, said = wording.say(f"{act.name}.{kind}", shown, stream)
                sentences.append(text)
            unsaid = [slot for slot in act.args if slot not in said and slot not in ("kind", "person")]
            sentences += [self._value("inform", slot, act.args[slot], shown, stream) for slot in unsaid]
        elif act.name == "hint":
            sentences.append(wording.say(f"hint.{act.args['topic']}", {}, stream)[0])
        elif act.name == "unknown":
            sentences.append(wording.say(f"unknown.{act.args['slot']}", {}, stream)[0])
        elif act.name == "ask_fact":
            sentences.append(wording.say(f"ask_fact.{act.args['fact']}", {}, stream)[0])
        elif "name" in act.args:
            sentences.append(wording.say(_section(wording, act.name, "name_zip"), shown, stream)[0])
        else:
            for slot, value in act.args.items():
                sentences.append(self._value(act.name, slot, value, shown, stream))

    def _value(self, how: str, slot: str, value: str, shown: dict[str, str], stream: Stream) -> str:
        if slot == "question":
            return self._wording.say(f"topic.{value}", {}, stream)[0]
        exact = f"{slot}_{value.replace(' ', '_')}"
        name = exact if f"inform.{exact}" in self._wording.sections else slot
        return self._wording.say(_section(self._wording, how, name), {slot: shown.get(slot, "")}, stream)[0]

    def _style(self, sentences: list[str], protected: set[str], acts: Sequence[Act], stream: Stream) -> str:
        persona, wording = self._persona, self._wording
        if any(f"{act.name}.{act.args['kind']}" in wording.verbatim for act in acts if "kind" in act.args):
            return " ".join(sentences)
        opens = acts[0].name in ("open", "hint")
        if opens and stream.chance(persona.polite):
            sentences.insert(0, wording.say("greeting", {}, stream)[0])
        if stream.chance(persona.chatty):
            sentences.append(wording.say("chat", {}, stream)[0])
        if opens and stream.chance(persona.polite * 0.5):
            sentences.append(wording.say("please", {}, stream)[0])
        text = " ".join(sentences)
        if persona.typos:
            often, chance = persona.typos, stream.chance
            words = [
                _typo(word, stream) if chance(often) and _bare(word) not in protected else word
                for word in text.split(" ")
            ]
            text = " ".join(words)
        if persona.casual:
            first = text.split(" ", 1)[0]
            text = text if _bare(first) in protected else text[0].lower() + text[1:]
            text = text.removesuffix(".")
        return text


def _section(wording: Wording, how: str, name: str) -> str:
    """The section of a way of giving a value; plain informing where a split has no words of its own for it."""
    section = f"{how}.{name}"
    return section if section in wording.sections else f"inform.{name}"


def _bare(word: str) -> str:
    """A word without the punctuation around it."""
    return word.strip(_PUNCTUATION)


def _typo(word: str, stream: Stream) -> str:
    """A word with two letters swapped, one lost or one doubled; words with anything but letters stay as they are."""
    core = word.rstrip(_PUNCTUATION)
    if len(core) < _SHORT_WORD or not core.isalpha():
        return word
    i = 1 + stream.below(len(core) - 2)
    how = stream.below(3)
    if how == 0:
        core = core[:i] + core[i + 1] + core[i] + core[i + 2 :]
    elif how == 1:
        core = core[:i] + core[i + 1 :]
    else:
        core = core[:i] + core[i] + core[i:]
    return core + word[len(word.rstrip(_PUNCTUATION)) :]
