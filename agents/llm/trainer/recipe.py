"""What imitation needs to know beside its options: what a tiny model from scratch is given and others are not."""

from dataclasses import dataclass

from dialogue_gym.agents.llm.trainer.config import TINY, TrainOptions

OPENING_SHARE = 0.25
"""Share of the time of imitation that the openings may take."""
OPENING_BATCH = 4
"""How many times as many openings as dialogues a step sees."""


@dataclass(frozen=True)
class Recipe:
    """How logs are read.

    Attributes:
        renames: Whether names are exchanged for made-up ones.
        opening_steps: Steps on openings alone, before whole dialogues.
        word_dropout: Share of the other side's words that are left out.
        embedding_rate: Learning rate of the embeddings in units of the others': each word's is moved only where it
            occurs.
    """

    renames: bool
    opening_steps: int
    word_dropout: float
    embedding_rate: float


FROM_SCRATCH = Recipe(renames=True, opening_steps=600, word_dropout=0.25, embedding_rate=8.0)
"""A tiny model has yet to learn what words mean."""
PRETRAINED = Recipe(renames=False, opening_steps=0, word_dropout=0.0, embedding_rate=1.0)


def recipe_of(options: TrainOptions) -> Recipe:
    """The recipe for a run's model, with what its options say instead."""
    usual, sft = FROM_SCRATCH if options.model == TINY else PRETRAINED, options.sft
    return Recipe(
        usual.renames,
        usual.opening_steps if sft.opening_steps is None else sft.opening_steps,
        usual.word_dropout if sft.word_dropout is None else sft.word_dropout,
        usual.embedding_rate,
    )
