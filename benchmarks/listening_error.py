"""How often the recogniser of customers' text errs, on each split's wording.

    python benchmarks/listening_error.py
    python benchmarks/listening_error.py --messages 6000 --difficulty hard

Two tables of lost or mistaken dialogue acts:

- "played": customers talk to an agent that does the right thing or, for every third action, anything that is possible.
  Its row for val, "alone", is the domain's `nlu_error`: the default noise of the numeric view.
- "every section": each section of the wording equally often, whether customers often say it or not.

An act is recognised if one of its name, with all its values, is in what `listen` makes of the text. That a matter is
said again and not opened, and which kind of matter a customer insists on, makes no difference to an agent and counts
in the "strict" column only. An act that a split has no words of its own for ("again" of some slots) counts as the act
whose words were used, and a person whom the text does not name need not be recognised. "in answer" hands the agent's
own message over as well. "extra" is the number of acts made up, per act.

The third table is the accuracy of telling the kind of matter from one form: learnt from all but one expansion of each
train form and asked for the expansion left out; learnt from four fifths of the train forms and asked for the rest; and
learnt from all train forms and asked for val and test forms.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle, islice
from typing import NamedTuple

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.customer_service.domain import Domain
from dialogue_gym.envs.customer_service.listening.listener import Listener, gazetteer_of
from dialogue_gym.envs.customer_service.listening.reading import Reader, training_texts
from dialogue_gym.envs.customer_service.matters import Scenario
from dialogue_gym.envs.customer_service.task import CustomerServiceTask, load_task
from dialogue_gym.envs.customer_service.voice import Voice
from dialogue_gym.task import SPLITS
from dialogue_gym.wording import Form, Wording

RIGHT = 0.67
"""Share of the agent's actions that are the oracle's."""
FOLDS = 5
SILENT = ("greeting", "more", "chat", "please", "topic")
"""Sections that are no messages of their own."""


class Heard(NamedTuple):
    """A customer's message: what the agent said before, the text, and the acts in it."""

    said: str
    text: str
    acts: Sequence[Act]


class Errors(NamedTuple):
    """Shares of acts.

    Attributes:
        lost: Lost or mistaken.
        strict: The same, by the strict count.
        extra: Made up, per act.
        ms: Milliseconds per message.
        by_name: (lost, all) by name of the act.
    """

    lost: float
    strict: float
    extra: float
    ms: float
    by_name: Mapping[str, tuple[int, int]]


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--domain", default="retail", help="whose customers")
    parser.add_argument("--difficulty", default="medium", help="easy, medium or hard customers")
    parser.add_argument("--messages", type=int, default=3000, help="messages per split and table")
    arguments = parser.parse_args()
    task = load_task(arguments.domain, arguments.difficulty)
    listener = Listener(task.domain)
    listener.listen([{"role": "user", "content": "Hello."}])
    for name, messages in (("played", played), ("every section", sectioned)):
        print(f"\n{name:14} {'split':6} {'':10} {'lost':>7} {'strict':>7} {'extra':>7} {'ms':>6}")
        for split in SPLITS:
            heard = list(islice(messages(task, split), arguments.messages))
            for mode in ("alone", "in answer")[: 2 if messages is played else 1]:
                errors = measure(listener, heard, answering=mode == "in answer")
                print(
                    f"{'':14} {split:6} {mode:10} {errors.lost:7.3f} {errors.strict:7.3f} {errors.extra:7.3f} "
                    f"{errors.ms:6.2f}"
                )
                if mode == "alone":
                    names = sorted(errors.by_name.items(), key=lambda item: -item[1][0] / item[1][1])
                    print("   ", ", ".join(f"{act} {lost}/{total}" for act, (lost, total) in names if lost))
    print("\nkind of matter from one form")
    for asked, accuracy in kind_accuracy(task.domain).items():
        print(f"    {asked:28} {accuracy:6.3f}")


def played(task: CustomerServiceTask, split: str) -> Iterator[Heard]:
    """Customers' messages from episodes, without end."""
    episode, belief = task.episode(), task.tracker()
    index = 0
    while True:
        stream = Stream(key("listening_error", split, index))
        turn = episode.start(split, index)
        belief.reset(turn)
        said = ""
        while True:
            for event in turn:
                if event.role == "user":
                    yield Heard(said, event.text, in_words(event.content, event.text, task.domain.wording[split]))
            if episode.stop_reason is not None:
                break
            acts = episode.oracle_acts()
            if not stream.chance(RIGHT):
                acts = belief.ground(stream.choice([i for i, legal in enumerate(belief.mask) if legal]))
            said = task.render(acts)
            turn = episode.apply(acts).heard
            belief.observe(acts, turn)
        index += 1


def sectioned(task: CustomerServiceTask, split: str) -> Iterator[Heard]:
    """A message for each section of the wording in turn, without end."""
    domain, wording = task.domain, task.domain.wording[split]
    sections = [section for section in wording.sections if section.partition(".")[0] not in SILENT]
    for number, section in enumerate(cycle(sections)):
        stream = Stream(key("listening_error.section", split, number))
        act = None
        while act is None:
            scenario = domain.make_scenario(stream, split, task.difficulty, domain.kinds)
            act = act_of(section, scenario, stream)
        text = Voice(wording, scenario.persona, domain.show).say((act,), stream.bits())
        yield Heard("", text, in_words((act,), text, wording))


def act_of(section: str, scenario: Scenario, stream: Stream) -> Act | None:
    """An act that is worded by a section, with values from a scenario; None if it has none that fit."""
    name, _, about = section.partition(".")
    if name in ("open", "restate", "insist"):
        matter = next((matter for matter in scenario.matters if matter.kind == about), None)
        if matter is None:
            return Act(name, {"kind": about}) if about == "identity" else None
        always = ("question", "person")
        told = [slot for slot in matter.slots if slot in always or (name == "open" and stream.chance(0.45))]
        return Act(
            name,
            {"kind": about, **{slot: matter.slots[slot] for slot in told}} if name != "insist" else {"kind": about},
        )
    if not about:
        return Act(name)
    if name in ("unknown", "ask_fact", "hint"):
        return Act(name, {{"unknown": "slot", "ask_fact": "fact", "hint": "topic"}[name]: about})
    profile = scenario.profile
    if about == "nothing":
        return Act(name, {"nothing": ""})
    if about in ("name", "zip", "name_zip"):
        return Act(name, {"name": profile.name, "zip": profile.zip}) if profile.zip else None
    if about == "email":
        return Act(name, {"email": profile.email}) if profile.email else None
    for matter in scenario.matters:
        for slot, value in matter.slots.items():
            if about in (slot, f"{slot}_{value.replace(' ', '_')}"):
                return Act(name, {slot: value})
    return None


def in_words(acts: Sequence[Act], text: str, wording: Wording) -> list[Act]:
    """The acts as far as their words carry them."""
    carried = []
    for act in acts:
        name, values = act.name, {s: v for s, v in act.args.items() if s != "person" or v in text}
        if name in ("correct", "again", "change") and "nothing" not in values:
            about = ["name_zip" if slot in ("name", "zip") and "name" in values else slot for slot in values]
            about += [f"{slot}_{value.replace(' ', '_')}" for slot, value in values.items()]
            if not any(f"{name}.{each}" in wording.sections for each in about):
                name = "inform"
        carried.append(Act(name, values))
    return carried


def loosely(act: Act) -> Act:
    """The act without what makes no difference to an agent."""
    if act.name == "insist":
        return Act("insist")
    return Act("open", act.args) if act.name == "restate" else act


def measure(listener: Listener, heard: Sequence[Heard], *, answering: bool) -> Errors:
    """How often the listener errs."""
    lost: Counter[str] = Counter()
    total: Counter[str] = Counter()
    strict = extra = 0
    seconds = 0.0
    for said, text, acts in heard:
        messages = [{"role": "assistant", "content": said}] * answering + [{"role": "user", "content": text}]
        start = time.perf_counter()
        (event,) = listener.listen(messages)
        seconds += time.perf_counter() - start
        left = [loosely(act) for act in event.content]
        for act in acts:
            total[act.name] += 1
            strict += act not in event.content
            if loosely(act) in left:
                left.remove(loosely(act))
            else:
                lost[act.name] += 1
        extra += sum(act.name != "noise" for act in left)
    count = total.total()
    by_name = {name: (lost[name], total[name]) for name in total}
    return Errors(lost.total() / count, strict / count, extra / count, 1000 * seconds / len(heard), by_name)


def kind_accuracy(domain: Domain) -> dict[str, float]:
    """Share of forms whose kind of matter is told, by what was learnt from and asked for."""
    train = domain.wording["train"]
    several = _where(train, lambda number, form: form.count > 1)
    accuracy = {
        "train, expansion left out": _accuracy(_expansions(train, last=False), _expansions(several, last=True), domain)
    }
    folds = []
    for fold in range(FOLDS):
        learnt = _where(train, lambda number, form, fold=fold: number % FOLDS != fold)
        asked = _where(train, lambda number, form, fold=fold: number % FOLDS == fold)
        folds.append(_accuracy(learnt, asked, domain))
    accuracy["train, form left out"] = sum(folds) / FOLDS
    reader = Reader(train, gazetteer_of(domain))
    for split in ("val", "test"):
        accuracy[split] = _told(reader, domain.wording[split], domain)
    return accuracy


def _where(wording: Wording, keep: Callable[[int, Form], bool]) -> Wording:
    """The forms for which `keep(number within the section, form)`."""
    chosen = {
        section: tuple(form for number, form in enumerate(forms) if keep(number, form))
        for section, forms in wording.sections.items()
    }
    return Wording({section: forms for section, forms in chosen.items() if forms}, wording.source)


def _expansions(wording: Wording, *, last: bool) -> Wording:
    """Every form's last expansion, or all others; those of a form that has only one are kept."""
    sections = {}
    for section, forms in wording.sections.items():
        texts = [list(form.expansions()) for form in forms]
        chosen = [text for each in texts for text in (each[-1:] if last else each[:-1] or each)]
        sections[section] = tuple(Form(text) for text in chosen)
    return Wording(sections, wording.source)


def _accuracy(learnt: Wording, asked: Wording, domain: Domain) -> float:
    return _told(Reader(learnt, gazetteer_of(domain)), asked, domain)


def _told(reader: Reader, asked: Wording, domain: Domain) -> float:
    """The weighted share of forms of which the reader tells the kind; a form's expansions share its weight."""
    matters = {s: forms for s, forms in asked.sections.items() if s.startswith(("open.", "restate."))}
    right = total = 0.0
    for text, section, weight in training_texts(Wording(matters, asked.source), gazetteer_of(domain)):
        right += weight * (reader.kind(text) == section.partition(".")[2])
        total += weight
    return right / total


if __name__ == "__main__":
    main()
