"""Dialogues between a policy and a vector of text environments, token by token, recorded for learning.

    sampler = DialogueSampler(policy, chat, max_turn_tokens=96, context_limit=2048)
    trajectories = sampler.play(env, scenarios, trials, seed=0, iteration=3)

`play` below is the whole story: all dialogues speak at once, the environments answer, and what they say is
read on top of what has been read already. `Conversations` is the part of it that an evaluation agent can
drive itself.

Left out: refilling rows whose dialogue has ended (play the next scenarios in the next call), and a budget for
thinking.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from dialogue_gym.agents.llm._readers import choose_mode
from dialogue_gym.agents.llm._sampling import turn_key
from dialogue_gym.agents.llm.chat import ChatFormat
from dialogue_gym.agents.llm.conversations import Conversations, TokenDialogue
from dialogue_gym.agents.llm.policy import Policy
from dialogue_gym.agents.llm.trajectory import End, Trajectory
from dialogue_gym.errors import ConfigurationError

Info = Mapping[str, Any]


class TextEnv(Protocol):
    """What a rollout needs of n text environments; rows never restart by themselves.

    Infos are one mapping per row. At reset they hold "instructions", "tools" and "messages", after each step
    "messages" (new chat messages of roles "user" and "tool"), after the last one also "outcome" and
    "stop_reason".
    """

    num_envs: int

    def reset(self, scenarios: Sequence[int], trials: Sequence[int]) -> tuple[Sequence[str], Sequence[Info]]:
        """Begins one scenario per row."""

    def step(
        self, actions: Sequence[str | None]
    ) -> tuple[Sequence[str], Sequence[float], Sequence[bool], Sequence[bool], Sequence[Info]]:
        """Plays one turn per row, and none where the action is None. Returns what vector environments do."""


class DialogueSampler:
    """Plays dialogues and records them.

    Args:
        policy: Speaks, at its own temperature.
        chat: Turns messages into tokens and back.
        max_turn_tokens: Budget of one turn, its end included. A turn that reaches it is cut and sent as it
            is.
        context_limit: A dialogue in which another turn could grow beyond this many tokens is cut, and
            bootstrapped.

    Attributes:
        mode: How dialogues are read; proven right for the model when the sampler is made.
    """

    def __init__(
        self, policy: Policy, chat: ChatFormat, *, max_turn_tokens: int = 128, context_limit: int = 2048
    ) -> None:
        self.policy = policy
        self.chat = chat
        self.max_turn_tokens = max_turn_tokens
        self.context_limit = context_limit
        self.mode = choose_mode(policy)

    def play(
        self,
        env: TextEnv,
        scenarios: Sequence[int],
        trials: Sequence[int],
        *,
        seed: int = 0,
        iteration: int = 0,
        dialogues: Sequence[int] | None = None,
        greedy: bool = False,
    ) -> list[Trajectory]:
        """One dialogue per row of the environment, played to its end.

        Args:
            env: n rows.
            scenarios: n scenario indices.
            trials: n trials. Rows with equal scenario and trial form a group; they share the reading of the
                prompt.
            seed: Of the run.
            iteration: Of the training loop; with `seed`, `dialogues` and the turn it keys every draw.
            dialogues: n numbers, unique within the iteration over all processes; None counts from 0.
            greedy: Take the most likely token each time. Log-probabilities stay those of sampling.

        Returns:
            n trajectories, in the order of the rows.
        """
        numbers: Sequence[int] = range(env.num_envs) if dialogues is None else dialogues
        for name, given in {"scenarios": scenarios, "trials": trials, "dialogues": numbers}.items():
            if len(given) != env.num_envs:
                raise ConfigurationError(f"Expected one of {name} per row, {env.num_envs}, got {len(given)}.")
        talk = Conversations(
            self.policy,
            self.chat,
            env.num_envs,
            mode=self.mode,
            max_turn_tokens=self.max_turn_tokens,
            context_limit=self.context_limit,
        )
        _, infos = env.reset(scenarios, trials)
        live = list(range(env.num_envs))
        talk.begin(live, infos)
        records = [_Record(info) for info in infos]
        turn = 0
        while len(live):
            keys = None if greedy else [turn_key(seed, iteration, numbers[row], turn) for row in live]
            actions: list[str | None] = [None] * env.num_envs
            for row, said in zip(live, talk.speak(live, keys), strict=True):
                actions[row] = said
            _, rewards, terminated, truncated, infos = env.step(actions)
            for row in live:
                records[row].add(actions[row], rewards[row], terminated[row], truncated[row], infos[row])
            live = [row for row in live if records[row].end is None]
            talk.hear(live, [infos[row] for row in live])
            full = [row for row in live if talk.is_full(row)]
            for row, value in zip(full, talk.bootstrap_values(full), strict=True):
                records[row].cut(value)
            live = [row for row in live if row not in full]
            turn += 1
        return [
            record.trajectory(talk.dialogues[row], scenarios[row], trials[row], numbers[row])
            for row, record in enumerate(records)
        ]


class _Record:
    """What the environment made of one dialogue."""

    def __init__(self, info: Info) -> None:
        self.end: End | None = None
        self._bootstrap_value = 0.0
        self._rewards: list[float] = []
        self._reward_terms: list[dict[str, float]] = []
        self._messages = [dict(message) for message in info["messages"]]
        self._last: Info = info

    def add(self, action: str | None, reward: float, terminated: bool, truncated: bool, info: Info) -> None:
        """One turn, paid and answered."""
        if not math.isfinite(reward):
            raise ConfigurationError(f"Expected a finite reward, got {reward} for {action!r}.")
        self._rewards.append(float(reward))
        self._reward_terms.append({name: float(term) for name, term in info.get("reward_terms", {}).items()})
        self._messages += [{"role": "assistant", "content": action or ""}, *map(dict, info["messages"])]
        self._last = info
        if terminated or truncated:
            self.end = End.TERMINATED if terminated else End.TRUNCATED

    def cut(self, value: float) -> None:
        """Stopped by the trainer, in a state of this value."""
        self.end, self._bootstrap_value = End.CUT, value

    def trajectory(self, dialogue: TokenDialogue, scenario: int, trial: int, number: int) -> Trajectory:
        """The record and the tokens as one."""
        assert self.end is not None, "all dialogues were played to their end"
        return Trajectory(
            tokens=np.array(dialogue.tokens, np.int64),
            turns=np.array(dialogue.turns, np.int64),
            logprobs=np.concatenate(dialogue.logprobs),
            values=np.concatenate(dialogue.values),
            rewards=np.array(self._rewards, np.float32),
            end=self.end,
            finished=np.array(dialogue.finished),
            bootstrap_value=self._bootstrap_value,
            scenario=int(scenario),
            trial=int(trial),
            dialogue=int(number),
            info={
                "messages": self._messages,
                "reward_terms": self._reward_terms,
                "outcome": dict(self._last.get("outcome") or {}),
                "stop_reason": self._last.get("stop_reason"),
            },
        )
