"""Which features a choice rests on: each is taken away in turn, and the score of the choice is looked at again.

Occlusion of single features (Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks", section
4.2, has patches of an image). A feature of the belief is 0 where nothing is believed, so 0 is what it is set to.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Score = Callable[[npt.NDArray[np.float32]], Floats]
"""(n, n_features) features to (n, n_acts) scores; NaN where the agent has none."""


def occluded(features: npt.NDArray[np.float32], score: Score) -> dict[int, Floats]:
    """By the number of each feature that is not 0: (n_acts,) scores with all features less those without this one.

    With a linear score w · x the effect is w_i · x_i. NaN where the agent has no score without it: a state that a table
    has never met.

    Args:
        features: float32 (n_features,).
        score: Scores of the choices that there are.
    """
    present = np.flatnonzero(features)
    without = np.repeat(features[None], len(present) + 1, axis=0)
    without[np.arange(len(present)), present] = 0.0
    scores = score(without)
    return {int(number): scores[-1] - scores[i] for i, number in enumerate(present)}
