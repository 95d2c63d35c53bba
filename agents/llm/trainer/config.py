"""The options of training. Importing them needs no heavy library: the command line is made from them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from dialogue_gym.agents.classical.options import FROM_LOGS
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.options import (
    Amount,
    Count,
    CountsAgain,
    Positive,
    Range,
    Seed,
    Share,
    TakenBy,
    Weight,
    check_ranges,
)

ALGORITHMS = ("sft", "ppo", "reinforce")
REWARD = "reward"
"""Not an algorithm for a policy: trains a preference model."""
LATER = ("rloo", "grpo", "reinforce++")
"""Algorithms that are planned; asking for one says so."""
TINY = "tiny"

TEXT = TakenBy(text=ALGORITHMS)
RL = TakenBy(text=("ppo", "reinforce"))
PPO = TakenBy(text=("ppo",))
PAIRS = TakenBy(pairs=(REWARD,))


@dataclass(frozen=True)
class SftOptions:
    """Supervised fine-tuning on logged dialogues."""

    logs: Annotated[Path | None, TEXT | FROM_LOGS] = None
    """Chat JSONL to imitate (.gz too). By default a mediocre rule agent's dialogues are made on the spot. For bc and
    cql episodes of the numeric view: a file that `dialogue-gym data episodes` wrote, or minari:<dataset id>."""
    log_dialogues: Count = 12000
    """Dialogues to make where no logs are given."""
    only_successes: bool = False
    """Whether to imitate successful dialogues alone (filtered behaviour cloning)."""
    sft_epochs: Weight = 1.0
    """Passes over the logs. 0 leaves supervised fine-tuning out, for a model that speaks the task already."""
    sft_batch: Count = 8
    """Dialogues of one optimizer step, over all processes."""
    sft_lr: Positive = 2e-3
    """Peak learning rate, after 5 % warm-up, before cosine decay to a tenth. Take 1e-5 for models from the hub."""
    opening_steps: Amount | None = None
    """Steps on the openings of four times as many dialogues before whole ones; by default 600 for a tiny model made
    from scratch, which has yet to learn what words mean, and none for others."""
    word_dropout: Annotated[float, Range(low=0, high=0.5)] | None = None
    """Share of the words of what the other side says that are left out at each reading, so that no single one is
    relied upon; by default 0.25 for a tiny model made from scratch and 0 for others."""
    thoughts: bool = True
    """Whether logs made on the spot hold what the agent thinks a dialogue is about, for the model to say first."""

    def __post_init__(self) -> None:
        check_ranges(self)


@dataclass(frozen=True)
class RlOptions:
    """Reinforcement learning against the environment."""

    iterations: Annotated[Count | None, CountsAgain()] = None
    """Iterations of rollout and update; by default as many as --minutes allow, or 50."""
    dialogues: Count = 64
    """Dialogues of one iteration, over all processes."""
    epochs: Annotated[Count, PPO] = 2
    """Passes over an iteration's dialogues. Of PPO alone; REINFORCE makes one."""
    minibatches: Annotated[Count, PPO] = 4
    """Optimizer steps in a pass. Of PPO alone; REINFORCE makes one."""
    lr: Positive = 3e-4
    """Learning rate of the policy. Take 1e-6 for models from the hub."""
    value_lr: Annotated[Positive, PPO] = 3e-3
    """Learning rate of the value head, which begins at zero."""
    value_warmup: Annotated[Amount, PPO] = 2
    """First iterations in which only the value head learns: PPO needs a critic that knows something."""
    value_coef: Annotated[Weight, PPO] = 0.1
    """Weight of the value loss; the critic shares the policy's body."""
    clip: Annotated[float, Range(above=0, high=1), PPO] = 0.2
    """Ratios beyond 1 ± this have no gradient."""
    value_clip: Annotated[Positive, PPO] = 0.2
    """Values are not drawn farther than this from their old ones in one iteration."""
    gamma_turn: Share = 1.0
    """Discount from turn to turn; dialogues are short and end by themselves."""
    lambda_turn: Annotated[Share, PPO] = 0.95
    """GAE's λ from turn to turn."""
    lambda_token: Annotated[Share, PPO] = 1.0
    """GAE's λ from token to token inside a turn."""
    entropy_coef: Annotated[Weight, PPO] = 0.0
    """Weight of the entropy bonus; costs as much memory as the logits."""
    kl_coef: Weight = 0.02
    """First weight of the KL penalty against the policy that training began with, per token, in the reward."""
    kl_target: Positive | None = 0.02
    """KL per token that the weight adapts to; None keeps the weight."""
    kl_horizon: Count = 2000
    """Dialogues in which the KL weight can change by about a fifth."""
    early_stop_kl: Annotated[Positive | None, PPO] = 0.03
    """An iteration's update ends where a minibatch's KL against the sampling policy passes this; None never ends."""
    temperature: Annotated[Positive, TEXT] = 1.0
    """Of sampling in training. The lower, the less is tried."""
    eval_temperature: Annotated[Positive | None, TEXT] = None
    """Of sampling in evaluation, and what the saved models tell others to sample at; by default that of training."""

    def __post_init__(self) -> None:
        check_ranges(self)
        if self.kl_target is not None and self.kl_horizon <= self.dialogues / 5:
            raise ConfigurationError(
                "Expected --kl-horizon above a fifth of --dialogues, or one iteration would turn the KL weight "
                f"negative, got {self.kl_horizon} for {self.dialogues}. Raise it, or keep the weight with "
                "--kl-target None."
            )


@dataclass(frozen=True)
class RewardOptions:
    """A preference model, for `train reward`."""

    pairs: Path | None = None
    """JSONL of preference pairs: {"chosen": [messages], "rejected": [messages]}."""
    from_runs: tuple[Path, ...] = ()
    """Runs on the same scenarios: of two episodes of one scenario the one with the higher return is preferred."""
    reward_epochs: Positive = 2.0
    """Passes over the pairs."""
    reward_batch: Count = 16
    """Pairs of one optimizer step, over all processes."""
    reward_lr: Positive = 1e-3
    """Peak learning rate of the preference model. Take 1e-5 for models from the hub."""
    holdout: Annotated[float, Range(above=0, below=1)] = 0.2
    """Share of the groups of pairs that are held out, to see what the model is worth."""

    def __post_init__(self) -> None:
        check_ranges(self)


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
    seed: Seed = 0
    minutes: Positive | None = None
    zero: Annotated[int, Range(low=0, high=3)] = 0
    deepspeed: dict[str, object] = field(default_factory=dict)
    max_turn_tokens: Count = 96
    context: Count = 2048
    micro_tokens: Count = 4096
    checkpoint_every: Count = 5
    eval_episodes: Amount = 200
    wandb: bool = False

    def __post_init__(self) -> None:
        check_ranges(self)
        if self.model == TINY and self.sft.sft_epochs == 0:
            raise ConfigurationError(
                "Expected --sft-epochs above 0 for a tiny model made from scratch, got 0: it cannot speak yet. "
                "Name a trained one with --model."
            )
        self.check_batches(1)

    def check_batches(self, processes: int) -> None:
        """Refuses batches that so many processes cannot share, before the long work that comes first.

        Raises:
            ConfigurationError: Names the options and says what they may be.
        """
        dialogues, minibatches = self.rl.dialogues, self.minibatches
        if self.sft.sft_epochs > 0 and self.sft.sft_batch < processes:
            raise ConfigurationError(
                f"Expected at least one dialogue per process, got --sft-batch {self.sft.sft_batch} for {processes} "
                "processes. Raise it."
            )
        if self.algorithm == "reinforce" and dialogues < 2:
            raise ConfigurationError(
                f"Expected --dialogues of at least 2 for reinforce, whose baseline is the mean return of the other "
                f"dialogues, got {dialogues}. Raise it."
            )
        if self.algorithm != "sft" and dialogues % (processes * minibatches):
            raise ConfigurationError(
                f"Expected --dialogues to be a multiple of processes × minibatches, got {dialogues} for {processes} × "
                f"{minibatches}. Take {-(-dialogues // (processes * minibatches)) * processes * minibatches}."
            )

    @property
    def minibatches(self) -> int:
        """Optimizer steps in a pass: REINFORCE makes one on everything that was sampled."""
        return self.rl.minibatches if self.algorithm == "ppo" else 1

    @property
    def rl_iterations(self) -> int:
        """Iterations to make; a time limit ends them earlier."""
        if self.rl.iterations is not None:
            return self.rl.iterations
        return 50 if self.minutes is None else 1_000_000
