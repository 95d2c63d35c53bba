"""Where a Stable-Baselines3 model stands, as tensors, arrays and JSON; read back without running any code.

Taken between rollouts, where the libraries' algorithms hold nothing half done: policy and optimizer, what was observed
last, the replay buffer, counters, and all generators that they draw from.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

MODEL, BUFFER = "model.pt", "buffer.npz"
_COUNTERS = (
    "num_timesteps",
    "_n_updates",
    "_episode_num",
    "_n_calls",
    "exploration_rate",
    "_current_progress_remaining",
)
_ARRAYS = ("observations", "next_observations", "actions", "rewards", "dones", "timeouts")


def save_state(model: Any, folder: Path) -> dict[str, Any]:
    """Writes what is large into a folder, gives the rest as JSON."""
    lstm = getattr(model, "_last_lstm_states", None)
    tensors = {
        "parameters": model.get_parameters(),
        "observations": torch.from_numpy(model._last_obs.copy()),
        "starts": torch.from_numpy(np.array(model._last_episode_starts, np.bool_)),
        "lstm": None if lstm is None else [list(lstm.pi), list(lstm.vf)],
        "torch": torch.get_rng_state(),
    }
    torch.save(tensors, folder / MODEL)
    buffer = getattr(model, "replay_buffer", None)
    if buffer is not None:
        np.savez_compressed(folder / BUFFER, **{name: getattr(buffer, name)[: buffer.size()] for name in _ARRAYS})
    name, words, *rest = np.random.get_state(legacy=True)  # noqa: NPY002  (what the libraries draw from)
    return {
        "counters": {counter: getattr(model, counter) for counter in _COUNTERS if hasattr(model, counter)},
        "buffer": None if buffer is None else {"pos": buffer.pos, "full": buffer.full},
        "numpy": [name, np.asarray(words).tolist(), *rest],
        "actions": model.action_space.np_random.bit_generator.state,
    }


def load_state(model: Any, folder: Path, state: Mapping[str, Any]) -> None:
    """Puts back what `save_state` wrote, into a model made with the same settings."""
    tensors = torch.load(folder / MODEL, weights_only=True)
    model.set_parameters(tensors["parameters"], exact_match=True)
    model._last_obs = tensors["observations"].numpy()
    model._last_episode_starts = tensors["starts"].numpy()
    if tensors["lstm"] is not None:
        from sb3_contrib.common.recurrent.type_aliases import RNNStates

        model._last_lstm_states = RNNStates(*map(tuple, tensors["lstm"]))
    for counter, value in state["counters"].items():
        setattr(model, counter, value)
    if state["buffer"] is not None:
        buffer = model.replay_buffer
        with np.load(folder / BUFFER, allow_pickle=False) as arrays:
            for name in _ARRAYS:
                getattr(buffer, name)[: len(arrays[name])] = arrays[name]
        buffer.pos, buffer.full = state["buffer"]["pos"], state["buffer"]["full"]
    torch.set_rng_state(tensors["torch"])
    np.random.set_state(tuple(state["numpy"]))  # noqa: NPY002  (what the libraries draw from)
    model.action_space.np_random.bit_generator.state = state["actions"]
