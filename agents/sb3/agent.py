"""A trained Stable-Baselines3 policy as an agent. What is saved holds weights and JSON, no code.

Stable-Baselines3's own zip files hold pickled objects, so they are neither written nor read here: `agent.json` says
what the policy is made of, `policy.safetensors` has its weights.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save_file

from dialogue_gym.agent import Agent, Flags
from dialogue_gym.agents.saved import check_task, read_description, write_description
from dialogue_gym.agents.sb3.algorithms import find_algorithm
from dialogue_gym.agents.scripted.bridge import PlaysActs
from dialogue_gym.agents.seat import Seat
from dialogue_gym.task import Task

WEIGHTS = "policy.safetensors"


class SB3Agent:
    """Plays the numeric view with a policy, taking its best act each time.

    Args:
        policy: Of Stable-Baselines3 or sb3-contrib.
        algorithm: Its name in `ALGORITHMS`.
        task: What it was trained on.
        policy_kwargs: What the policy was made with.
    """

    def __init__(self, policy: Any, algorithm: str, task: Task, policy_kwargs: Mapping[str, Any]) -> None:
        self.policy, self.algorithm, self.task = policy, algorithm, task
        self.policy_kwargs = dict(policy_kwargs)
        self._masks = find_algorithm(algorithm, task.action_space).masks
        self._state: Any = None
        self._begins = np.ones(0, np.bool_)

    @classmethod
    def untrained(cls, algorithm: str, task: Task, policy_kwargs: Mapping[str, Any]) -> "SB3Agent":
        """An agent with random weights, to load others into."""
        found = find_algorithm(algorithm, task.action_space)
        policy = found.policy_class(task.observation_space, task.action_space, lambda _: 0.0, **policy_kwargs)
        return cls(policy, algorithm, task, policy_kwargs)

    def act(self, observations: list[Any], infos: list[dict[str, Any]]) -> list[Any]:
        """One action per row."""
        rows = len(infos)
        if len(self._begins) != rows:
            self._begins, self._state = np.ones(rows, np.bool_), None
        masks = {}
        if self._masks:
            legal = [info["action_mask"] if info else np.ones_like(self.mask_of_all) for info in infos]
            masks["action_masks"] = np.stack(legal).astype(np.bool_)
        with torch.no_grad():
            actions, self._state = self.policy.predict(
                np.stack(observations), state=self._state, episode_start=self._begins, deterministic=True, **masks
            )
        self._begins = np.zeros(rows, np.bool_)
        return list(actions) if actions.ndim > 1 else [int(action) for action in actions]

    @property
    def score_kind(self) -> str:
        """What `act_scores` gives."""
        return "action value" if self.algorithm in ("dqn", "qrdqn") else "probability"

    def act_scores(self, features: npt.NDArray[np.float32], legal: Flags) -> npt.NDArray[np.float64]:
        """(n, n_acts) action values or probabilities; the recurrent policy remembers what row 0 has heard so far."""
        seen = torch.from_numpy(features)
        with torch.no_grad():
            if self.algorithm == "dqn":
                scores = self.policy.q_net(seen)
            elif self.algorithm == "qrdqn":
                scores = self.policy.quantile_net(seen).mean(1)
            else:
                found = self._distribution(seen, legal)
                parts = found if isinstance(found, list) else [found]
                scores = torch.cat([part.probs for part in parts], 1)
        given: npt.NDArray[np.float64] = scores.numpy().astype(np.float64)
        return given

    def _distribution(self, seen: torch.Tensor, legal: Flags) -> Any:
        """The categorical distribution over acts, a list of them where an action has several numbers."""
        if self.algorithm == "recurrent_ppo":
            lstm = self.policy.lstm_actor
            begins = torch.full((len(seen),), bool(self._begins[0]) if len(self._begins) else True).float()
            shape = (lstm.num_layers, 1, lstm.hidden_size)
            state = self._state if self._state is not None else (np.zeros(shape, np.float32),) * 2
            states = tuple(torch.from_numpy(part[:, :1]).repeat(1, len(seen), 1) for part in state)
            return self.policy.get_distribution(seen, states, begins)[0].distribution
        if self._masks:
            found = self.policy.get_distribution(seen, action_masks=legal)
            return found.distributions if len(self.task.act_components) > 1 else found.distribution
        return self.policy.get_distribution(seen).distribution

    @property
    def mask_of_all(self) -> Flags:
        """The mask of a row that nobody plays."""
        return np.ones(len(self.task.act_names), np.bool_)

    def reset(self, mask: Flags) -> None:
        """Tells which rows begin a new episode."""
        if len(self._begins) == len(mask):
            self._begins = self._begins | mask

    def save(self, path: str | Path) -> None:
        """Writes the policy into a folder."""
        write_description(path, self.task, algorithm=self.algorithm, policy_kwargs=self.policy_kwargs)
        weights = {name: value.contiguous().clone() for name, value in self.policy.state_dict().items()}
        save_file(weights, Path(path) / WEIGHTS)

    def load(self, path: str | Path) -> None:
        """Reads a policy of the same algorithm and task."""
        read = read_description(path, "algorithm", "policy_kwargs")
        check_task(path, read, self.task)
        self.policy.load_state_dict(load_file(Path(path) / WEIGHTS))


def make_sb3_agent(path: str, *, env: Any, seed: int = 0) -> Agent:
    """The agent behind "sb3:<path>": a run's folder, or one that `SB3Agent.save` wrote; plays both views."""
    from dialogue_gym.agents.saved import agent_folder

    seat, folder = Seat.of(env), agent_folder(path)
    read = read_description(folder, "algorithm", "policy_kwargs")
    agent = SB3Agent.untrained(read["algorithm"], seat.task, json.loads(json.dumps(read["policy_kwargs"])))
    agent.load(folder)
    return PlaysActs(agent, seat.task) if seat.text else agent
