"""The options of training. Importing them needs no heavy library: the command line is made from them."""

from dataclasses import dataclass, field
from pathlib import Path

from dialogue_gym.errors import ConfigurationError

ALGORITHMS = ("sft", "ppo", "reinforce")
REWARD = "reward"
"""Not an algorithm for a policy: trains a preference model."""
LATER = ("rloo", "grpo", "reinforce++")
"""Algorithms that are planned; asking for one says so."""
TINY = "tiny"


def _at_least(name: str, value: float, low: float) -> None:
    if value < low:
        raise ConfigurationError(f"Expected {name} of at least {low}, got {value}.")


def _above(name: str, value: float) -> None:
    if not value > 0:
        raise ConfigurationError(f"Expected {name} above 0, got {value}.")


@dataclass(frozen=True)
class SftOptions:
    """Supervised fine-tuning on logged dialogues."""

    logs: Path | None = None
    """Chat JSONL to imitate (.gz too). By default a mediocre rule agent's dialogues are made on the spot. For bc and
    cql episodes of the numeric view: a file that `dialogue-gym data episodes` wrote, or minari:<dataset id>."""
    log_dialogues: int = 12000
    """Dialogues to make where no logs are given."""
    only_successes: bool = False
    """Whether to imitate successful dialogues alone (filtered behaviour cloning)."""
    sft_epochs: float = 1.0
    """Passes over the logs. 0 leaves supervised fine-tuning out, for a model that speaks the task already."""
    sft_batch: int = 8
    """Dialogues of one optimizer step, over all processes."""
    sft_lr: float = 2e-3
    """Peak learning rate, after 5 % warm-up, before cosine decay to a tenth. Take 1e-5 for models from the hub."""
    opening_steps: int | None = None
    """Steps on the openings of four times as many dialogues before whole ones; by default 600 for a tiny model made
    from scratch, which has yet to learn what words mean, and none for others."""
    word_dropout: float | None = None
    """Share of the words of what the other side says that are left out at each reading, so that no single one is
    relied upon; by default 0.25 for a tiny model made from scratch and 0 for others."""
    thoughts: bool = True
    """Whether logs made on the spot hold what the agent thinks a dialogue is about, for the model to say first."""

    def __post_init__(self) -> None:
        _at_least("--log-dialogues", self.log_dialogues, 1)
        _at_least("--sft-epochs", self.sft_epochs, 0)
        _at_least("--sft-batch", self.sft_batch, 1)
        _above("--sft-lr", self.sft_lr)
        _at_least("--opening-steps", self.opening_steps or 0, 0)
        if not 0 <= (self.word_dropout or 0.0) <= 0.5:
            raise ConfigurationError(f"Expected --word-dropout between 0 and 0.5, got {self.word_dropout}.")


@dataclass(frozen=True)
class RlOptions:
    """Reinforcement learning against the environment."""

    iterations: int | None = None
    """Iterations of rollout and update; by default as many as --minutes allow, or 50."""
    dialogues: int = 64
    """Dialogues of one iteration, over all processes."""
    epochs: int = 2
    """Passes of PPO over an iteration's dialogues; REINFORCE makes one."""
    minibatches: int = 4
    """Optimizer steps in a pass of PPO; REINFORCE makes one."""
    lr: float = 3e-4
    """Learning rate of the policy. Take 1e-6 for models from the hub."""
    value_lr: float = 3e-3
    """Learning rate of the value head, which begins at zero."""
    value_warmup: int = 2
    """First iterations in which only the value head learns: PPO needs a critic that knows something."""
    value_coef: float = 0.1
    """Weight of the value loss; the critic shares the policy's body."""
    clip: float = 0.2
    """Ratios beyond 1 ± this have no gradient."""
    value_clip: float = 0.2
    """Values are not drawn farther than this from their old ones in one iteration."""
    gamma_turn: float = 1.0
    """Discount from turn to turn; dialogues are short and end by themselves."""
    lambda_turn: float = 0.95
    """GAE's λ from turn to turn."""
    lambda_token: float = 1.0
    """GAE's λ from token to token inside a turn."""
    entropy_coef: float = 0.0
    """Weight of the entropy bonus; costs as much memory as the logits."""
    kl_coef: float = 0.02
    """First weight of the KL penalty against the policy that training began with, per token, in the reward."""
    kl_target: float | None = 0.02
    """KL per token that the weight adapts to; None keeps the weight."""
    kl_horizon: int = 2000
    """Dialogues in which the KL weight can change by about a fifth."""
    early_stop_kl: float | None = 0.03
    """An iteration's update ends where a minibatch's KL against the sampling policy passes this; None never ends."""
    temperature: float = 1.0
    """Of sampling in training. The lower, the less is tried."""
    eval_temperature: float | None = None
    """Of sampling in evaluation, and what the saved models tell others to sample at; by default that of training."""

    def __post_init__(self) -> None:
        for name in ("dialogues", "epochs", "minibatches"):
            _at_least(f"--{name}", getattr(self, name), 1)
        for name in ("lr", "value_lr", "temperature"):
            _above(f"--{name.replace('_', '-')}", getattr(self, name))
        if self.eval_temperature is not None:
            _above("--eval-temperature", self.eval_temperature)
        if self.minibatches > self.dialogues:
            raise ConfigurationError(
                f"Expected at most as many minibatches as dialogues, got --minibatches {self.minibatches} of "
                f"--dialogues {self.dialogues}. Raise --dialogues or lower --minibatches."
            )


@dataclass(frozen=True)
class RewardOptions:
    """A preference model, for `train reward`."""

    pairs: Path | None = None
    """JSONL of preference pairs: {"chosen": [messages], "rejected": [messages]}."""
    from_runs: tuple[Path, ...] = ()
    """Runs on the same scenarios: of two episodes of one scenario the one with the higher return is preferred."""
    reward_epochs: float = 2.0
    """Passes over the pairs."""
    reward_batch: int = 16
    """Pairs of one optimizer step, over all processes."""
    reward_lr: float = 1e-3
    """Peak learning rate of the preference model. Take 1e-5 for models from the hub."""
    holdout: float = 0.2
    """Share of the groups of pairs that are held out, to see what the model is worth."""

    def __post_init__(self) -> None:
        _at_least("--reward-batch", self.reward_batch, 1)
        _above("--reward-epochs", self.reward_epochs)
        _above("--reward-lr", self.reward_lr)
        if not 0 < self.holdout < 1:
            raise ConfigurationError(f"Expected --holdout between 0 and 1, got {self.holdout}.")


@dataclass(frozen=True)
class TrainOptions:
    """All of a training run.

    Attributes:
        algorithm: One of `ALGORITHMS`.
        env: The environment's id.
        env_kwargs: More arguments of the environment.
        model: "tiny", a folder or a hub id.
        sft: Supervised stage.
        rl: Reinforcement stage.
    """

    algorithm: str
    env: str
    env_kwargs: dict[str, object] = field(default_factory=dict)
    model: str = TINY
    sft: SftOptions = field(default_factory=SftOptions)
    rl: RlOptions = field(default_factory=RlOptions)
    seed: int = 0
    minutes: float | None = None
    zero: int = 0
    deepspeed: dict[str, object] = field(default_factory=dict)
    max_turn_tokens: int = 96
    context: int = 2048
    micro_tokens: int = 4096
    checkpoint_every: int = 5
    eval_episodes: int = 200
    wandb: bool = False

    @property
    def rl_iterations(self) -> int:
        """Iterations to make; a time limit ends them earlier."""
        if self.rl.iterations is not None:
            return self.rl.iterations
        return 50 if self.minutes is None else 1_000_000
