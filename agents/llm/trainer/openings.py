"""Openings: what is said first decides most of what follows, and is a tenth as long as a dialogue.

So the cheapest way to learn to understand it is to read openings alone, before whole dialogues (a curriculum: Bengio
et al. 2009, https://doi.org/10.1145/1553374.1553380), and with words left out, so that no single one is relied upon
(word dropout: Iyyer et al. 2015, https://aclanthology.org/P15-1162).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dialogue_gym.agents.llm.tiny import USER, word_tokens
from dialogue_gym.agents.llm.trajectory import Trajectory
from dialogue_gym.draws import Stream, key


def openings(dialogues: Sequence[Trajectory]) -> list[Trajectory]:
    """The dialogues up to the end of the agent's first turn that is worth imitating."""
    return [Trajectory.from_log(t.tokens[: t.turns[0, 1]].tolist(), t.turns[:1].tolist()) for t in dialogues]


class WordDropout:
    """Leaves out words of what the other side says, others at each reading.

    What has to be copied stays whole where a tokenizer spells names and numbers, as a tiny model's does: only tokens
    that are words of two letters or more are ever left out, and none of what tools return or the agent says.

    Args:
        tokenizer: A Hugging Face tokenizer.
        share: Of words left out, on average; each reading has a share of its own, between 0 and twice that.
        seed: Keys what is left out.
        marker: The control token that opens what the other side says. Templates without one of its own for each role
            have words left out only before the first turn that is imitated.
    """

    def __init__(self, tokenizer: Any, share: float, *, seed: int = 0, marker: str = USER) -> None:
        self._is_word = word_tokens(tokenizer)
        self._is_control = np.isin(np.arange(len(tokenizer)), tokenizer.all_special_ids)
        self._marker = tokenizer.get_vocab().get(marker)
        self.share, self.seed = share, seed

    def __call__(self, dialogue: Trajectory, step: int, number: int) -> Trajectory:
        """What is left of a logged dialogue when it is read as the `number`-th of a step."""
        if not self.share:
            return dialogue
        stream = Stream(key("llm.word_dropout", self.seed, step, number))
        share = 2.0 * self.share * stream.uniform()
        kept = np.ones(len(dialogue.tokens), bool)
        for place in np.flatnonzero(self._said(dialogue) & self._is_word[dialogue.tokens]):
            kept[place] = not stream.chance(share)
        gone = np.concatenate([[0], np.cumsum(~kept)])
        return Trajectory.from_log(dialogue.tokens[kept].tolist(), (dialogue.turns - gone[dialogue.turns]).tolist())

    def _said(self, dialogue: Trajectory) -> npt.NDArray[np.bool_]:
        """Which tokens the other side says."""
        places = np.arange(len(dialogue.tokens))
        if self._marker is None:
            return np.asarray(places < dialogue.turns[0, 0], bool)
        last_control = np.maximum.accumulate(np.where(self._is_control[dialogue.tokens], places, 0))
        return np.asarray(dialogue.tokens[last_control] == self._marker, bool)
