"""How often the recogniser of customers' text is wrong, on each split's wording.

    python benchmarks/listening_error.py
    python benchmarks/listening_error.py --messages 6000 --difficulty hard

Customers talk to an agent that does the right thing or, for every third action, anything that is legal. Each of their
dialogue acts is then looked for in what `listen` makes of their text; it counts as recognised if its name and all its
values are there. An act that a split's wording has no words of its own for ("again" for some slots) counts as the act
whose words were used, and a person who is not named in the text need not be recognised.

Beside the acts, the accuracy of telling a matter's kind from one form of the wording alone: on expansions of the train
forms that were left out, on train forms of which every expansion was left out, and on val and test wording.

"alone" is the message by itself; "in answer" hands the agent's own message over as well. The error of "alone" on val
is the domain's `nlu_error`.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.customer_service.listening import Listener
from dialogue_gym.envs.customer_service.listening.classifier import Classifier
from dialogue_gym.envs.customer_service.listening.reading import training_texts
from dialogue_gym.envs.customer_service.task import CustomerServiceTask, load_task
from dialogue_gym.episode import Message
from dialogue_gym.task import SPLITS
from dialogue_gym.wording import Wording

RIGHT = 0.67
"""Share of the agent's actions that are the oracle's."""
Heard = tuple[Message, Message, tuple[Act, ...]]
"""The agent's message, the customer's answer, and the acts in it."""


def conversations(task: CustomerServiceTask, split: str, count: int) -> Iterator[Heard]:
    """Customers' messages from played episodes."""
    episode, belief = task.episode(), task.tracker()
    index = 0
    while True:
        stream = Stream(key("listening_error", split, index))
        heard = episode.start(split, index)
        belief.reset(heard)
        said = {"role": "assistant", "content": ""}
        while True:
            for event in heard:
                if event.role == "user":
                    yield said, event.message(), event.content
                    count -= 1
                    if not count:
                        return
            if episode.stop_reason is not None:
                break
            acts = episode.oracle_acts()
            if not stream.chance(RIGHT):
                legal = [i for i, allowed in enumerate(belief.mask) if allowed]
                acts = belief.ground(stream.choice(legal))
            said = {"role": "assistant", "content": task.render(acts)}
            heard = episode.apply(acts).heard
            belief.observe(acts, heard)
        index += 1


def in_words(act: Act, text: str, wording: Wording) -> Act:
    """The act as far as the text carries it."""
    name, args = act
    ...
