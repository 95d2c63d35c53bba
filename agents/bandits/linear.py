"""A linear model of pay that knows how uncertain it is: ridge regression, one observation after another.

Li et al. 2010, "A contextual-bandit approach to personalized news article recommendation" (LinUCB, Algorithm 1);
Agrawal and Goyal 2013, "Thompson sampling for contextual bandits with linear payoffs", Algorithm 1.

By hand, one feature, ridge 1, pay 3 for x = 1 and then 1 for x = 1: precision 1 + 1 + 1 = 3, mean (3 + 1) / 3 = 4/3,
and the deviation at x = 2 is 2 / √3.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Ridge:
    """The posterior of a linear model's weights, up to the scale of the noise.

    Args:
        width: Number of features.
        ridge: λ: precision of the prior, around 0.

    Attributes:
        covariance: float64 (width, width), the inverse of λI + Σ x xᵀ.
        evidence: float64 (width,), Σ pay · x.
    """

    def __init__(self, width: int, ridge: float) -> None:
        self.covariance: Floats = np.eye(width) / ridge
        self.evidence: Floats = np.zeros(width)

    @property
    def mean(self) -> Floats:
        """(width,) weights."""
        mean: Floats = self.covariance @ self.evidence
        return mean

    def learn(self, x: Floats, pay: float) -> None:
        """Takes in that (width,) features paid so much (Sherman and Morrison 1950: the inverse after one more row)."""
        moved = self.covariance @ x
        self.covariance -= np.outer(moved, moved / (1.0 + x @ moved))
        self.evidence += pay * x

    def deviations(self, xs: Floats) -> Floats:
        """(n,) standard deviations √(xᵀ Σ x) of the estimates at (n, width) features."""
        deviations: Floats = np.sqrt(np.einsum("ij,ij->i", xs @ self.covariance, xs).clip(0.0))
        return deviations

    def optimistic(self, xs: Floats, bonus: float) -> Floats:
        """(n,) LinUCB: estimates and `bonus` standard deviations."""
        bounds: Floats = xs @ self.mean + bonus * self.deviations(xs)
        return bounds

    def drawn(self, xs: Floats, spread: float, normal: Floats) -> Floats:
        """(n,) Thompson sampling: what one model drawn from the posterior says of all of them.

        Args:
            xs: (n, width).
            spread: v: scale of the posterior.
            normal: (width,) standard normal draws.
        """
        drawn: Floats = xs @ (self.mean + spread * np.linalg.cholesky(self.covariance) @ normal)
        return drawn
