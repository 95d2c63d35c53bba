import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from dialogue_gym.agents.llm import losses
from dialogue_gym.agents.llm.batch import Batch, collate
from dialogue_gym.agents.llm.losses import Counts, Loss, Normaliser
from dialogue_gym.agents.llm.policy import Policy
from dialogue_gym.agents.llm.trajectory import Trajectory
from dialogue_gym.errors import ConfigurationError


def log(*probabilities: float) -> Tensor:
    return torch.tensor(probabilities).log()


def test_ppo_clips_each_side_by_its_own_bound() -> None:
    # ρ = 1.5, 0.5, 1.5, 0.5 with A = +, +, -, -
    new, old = log(0.6, 0.2, 0.6, 0.2).requires_grad_(), log(0.4, 0.4, 0.4, 0.4)
    advantages = torch.tensor([1.0, 1.0, -2.0, -2.0])
    loss = losses.ppo_clip_loss(new, old, advantages, clip_low=0.2, clip_high=0.28)
    # min(ρA, clipped A): 1.28, 0.5, -3, -1.6
    assert loss.total.item() == pytest.approx(-(1.28 + 0.5 - 3.0 - 1.6))
    assert loss.normaliser is Normaliser.ACTION_TOKENS
    assert loss.metrics["clip_fraction"].item() == 2
    assert loss.metrics["ratio"].item() == pytest.approx(4.0)
    # k3 of KL(old ‖ new): ρ - 1 - log ρ
    assert loss.metrics["approx_kl"].item() == pytest.approx(2 * (0.5 - math.log(1.5)) + 2 * (-0.5 - math.log(0.5)))
    loss.total.backward()
    assert new.grad is not None
    # -A ρ where unclipped, nothing where clipped
    torch.testing.assert_close(new.grad, torch.tensor([0.0, -0.5, 3.0, 0.0]))


def test_on_policy_ppo_and_reinforce_have_the_same_gradient() -> None:
    advantages = torch.tensor([1.0, -0.5])
    gradients = []
    for loss in (losses.ppo_clip_loss, None):
        logprobs = log(0.3, 0.6).requires_grad_()
        found = (
            losses.reinforce_loss(logprobs, advantages)
            if loss is None
            else loss(logprobs, logprobs.detach(), advantages)
        )
        found.total.backward()
        gradients.append(logprobs.grad)
    torch.testing.assert_close(gradients[0], gradients[1])
    torch.testing.assert_close(gradients[0], -advantages)


def test_reinforce() -> None:
    loss = losses.reinforce_loss(torch.tensor([-1.0, -2.0]), torch.tensor([3.0, -1.0]))
    assert loss.total.item() == pytest.approx(1.0)
    assert loss.normaliser is Normaliser.DIALOGUES


def test_the_value_loss_takes_the_worse_of_clipped_and_plain() -> None:
    values, old, returns = torch.tensor([1.0, 0.1]), torch.tensor([0.0, 0.0]), torch.tensor([2.0, 0.0])
    # First: plain 1, clipped to 0.2 -> 1.8² = 3.24. Second: within bounds, 0.01.
    loss = losses.value_loss(values, old, returns, clip=0.2)
    assert loss.total.item() == pytest.approx(0.5 * (3.24 + 0.01))
    assert loss.metrics["value_clip_fraction"].item() == 1
    assert losses.value_loss(values, old, returns, clip=None).total.item() == pytest.approx(0.5 * (1.0 + 0.01))


def test_kl_estimators_by_hand_and_in_the_mean() -> None:
    one, reference = log(0.5), log(0.25)
    assert losses.kl_k1(one, reference).item() == pytest.approx(math.log(2))
    assert losses.kl_k2(one, reference).item() == pytest.approx(0.5 * math.log(2) ** 2)
    assert losses.kl_k3(one, reference).item() == pytest.approx(0.5 - 1 + math.log(2))
    # The expectation over π of k1 and k3 is KL(π ‖ π_ref) exactly.
    pi, ref = torch.tensor([0.2, 0.3, 0.5]), torch.tensor([0.4, 0.4, 0.2])
    kl = (pi * (pi / ref).log()).sum()
    for estimator in (losses.kl_k1, losses.kl_k3):
        torch.testing.assert_close((pi * estimator(pi.log(), ref.log())).sum(), kl)


@pytest.mark.parametrize(("estimator", "matches"), [("k2", True), ("k3", False)])
def test_only_k2_has_the_gradient_of_the_kl_as_a_loss(estimator: str, matches: bool) -> None:
    logits = torch.tensor([0.3, -0.2, 0.9], requires_grad=True)
    reference = torch.tensor([0.4, 0.4, 0.2]).log()

    def expected_gradient(loss: Callable[[Tensor], Tensor]) -> Tensor:
        """Of the mean loss of a token sampled from π, the samples being given."""
        logprobs = logits.log_softmax(-1)
        (gradient,) = torch.autograd.grad((logprobs.detach().exp() * loss(logprobs)).sum(), logits)
        return gradient

    found = expected_gradient(lambda logprobs: losses.KL_ESTIMATORS[estimator](logprobs, reference))
    logprobs = logits.log_softmax(-1)
    (exact,) = torch.autograd.grad((logprobs.exp() * (logprobs - reference)).sum(), logits)
    assert torch.allclose(found, exact, atol=1e-6) is matches


def test_kl_loss() -> None:
    loss = losses.kl_loss(log(0.5, 0.5), log(0.25, 0.5))
    assert loss.total.item() == pytest.approx(0.5 * math.log(2) ** 2)
    assert loss.metrics["kl"].item() == pytest.approx(0.5 - 1 + math.log(2))
    with pytest.raises(ConfigurationError, match="put it into the rewards"):
        losses.kl_loss(log(0.5), log(0.5), estimator="k1")


def test_entropy_sft_and_preferences() -> None:
    assert losses.entropy_loss(torch.tensor([1.0, 2.0])).total.item() == -3.0
    assert losses.sft_loss(torch.tensor([-1.0, -2.5])).total.item() == 3.5
    loss = losses.preference_loss(torch.tensor([1.0, 0.0]), torch.tensor([0.0, 2.0]))
    assert loss.total.item() == pytest.approx(math.log(1 + math.exp(-1)) + math.log(1 + math.exp(2)))
    assert loss.metrics["accuracy"].item() == 1
    assert loss.normaliser is Normaliser.PAIRS


def test_touch_connects_and_weighs_nothing() -> None:
    left_out = torch.ones(3, requires_grad=True)
    zero = losses.touch(left_out * 2)
    zero.backward()
    assert zero.item() == 0.0
    assert left_out.grad is not None
    assert not left_out.grad.any()
    assert math.isnan(losses.touch(torch.tensor([math.nan])).item())


def test_scaling_divides_by_the_declared_count_and_undoes_averages() -> None:
    counts = Counts(action_tokens=10, dialogues=2)
    total = torch.tensor(6.0)
    assert losses.scale(Loss(total, Normaliser.ACTION_TOKENS, {}), counts).item() == pytest.approx(0.6)
    assert losses.scale(Loss(total, Normaliser.DIALOGUES, {}), counts, ranks=4).item() == pytest.approx(12.0)
    assert losses.scale(Loss(total, 100.0, {}), counts, micro_batches=5).item() == pytest.approx(0.3)
    with pytest.raises(ConfigurationError, match="positive count"):
        losses.scale(Loss(total, Normaliser.PAIRS, {}), counts)


def test_the_kl_coefficient_follows_its_target() -> None:
    more = {"target": 6.0, "horizon": 10_000.0, "samples": 256}
    # Twice the target: the error is clipped to 0.2. A tenth above: 0.1.
    assert losses.adaptive_kl_coefficient(0.2, 12.0, **more) == pytest.approx(0.2 * (1 + 0.2 * 0.0256))
    assert losses.adaptive_kl_coefficient(0.2, 6.6, **more) == pytest.approx(0.2 * (1 + 0.1 * 0.0256))
    assert losses.adaptive_kl_coefficient(0.2, 0.0, **more) == pytest.approx(0.2 * (1 - 0.2 * 0.0256))


@pytest.fixture
def batch() -> Batch:
    """Six dialogues of different length and number of turns."""
    generator = torch.Generator().manual_seed(0)
    trajectories = []
    for i in range(6):
        tokens = torch.randint(0, 250, (12 + 5 * i,), generator=generator).tolist()
        turns = [(4 + 7 * k, 7 + 7 * k) for k in range((len(tokens) - 4) // 7)]
        trajectories.append(Trajectory.from_log(tokens, turns, scenario=i))
    made = collate(trajectories)
    old = made.spread(torch.randn(made.num_actions, generator=generator) * 0.1 - 5.8)
    advantages = made.spread(torch.randn(made.num_actions, generator=generator))
    return Batch(**{**vars(made), "logprobs": old, "advantages": advantages, "returns": advantages + 0.3})


SPLITS = {
    "one batch": [[[0, 1, 2, 3, 4, 5]]],
    "in other order, in micro-batches": [[[5, 0], [3], [1, 2, 4]]],
    "over two ranks": [[[0, 5], [1]], [[2, 3], [4]]],
    "over three ranks": [[[0, 1]], [[5]], [[4, 3, 2]]],
}


@pytest.mark.parametrize("split", SPLITS.values(), ids=SPLITS)
def test_gradients_are_the_same_under_any_split(
    split: list[list[list[int]]], batch: Batch, make_policy: Callable[..., Policy]
) -> None:
    """Ranks are played by averaging their gradients, accumulation by dividing each loss, as engines do."""
    policy = make_policy()
    counts = Counts(action_tokens=batch.num_actions, dialogues=len(batch))

    def gradient(split: list[list[list[int]]]) -> Tensor:
        policy.zero_grad()
        for micro_batches in split:
            for rows in micro_batches:
                part = batch.select(rows)
                assert part.advantages is not None
                assert part.returns is not None
                scores = policy.score(part, entropy_gradient=True)
                parts = [
                    losses.ppo_clip_loss(scores.logprobs, part.flat(part.logprobs), part.flat(part.advantages)),
                    losses.value_loss(scores.values, part.flat(part.values), part.flat(part.returns)),
                    losses.reinforce_loss(scores.logprobs, part.flat(part.advantages)),
                    losses.entropy_loss(scores.entropy),
                ]
                for loss in parts:
                    scaled = losses.scale(loss, counts, ranks=len(split), micro_batches=len(micro_batches))
                    (scaled / len(micro_batches) / len(split)).backward(retain_graph=True)
        return torch.cat([p.grad.ravel() for p in policy.parameters() if p.grad is not None])

    torch.testing.assert_close(gradient(split), gradient(SPLITS["one batch"]), rtol=1e-4, atol=1e-6)
