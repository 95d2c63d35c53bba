"""Logged episodes as Minari datasets, for the offline learners of others, and back.

    write_minari("dialogue_gym/CustomerServiceActs/rule-v0", record_episodes(env, 1000, agent="rule"), env)
    minari.load_dataset("dialogue_gym/CustomerServiceActs/rule-v0")

Needs the extra `minari`. Datasets lie where Minari keeps them: the environment variable MINARI_DATASETS_PATH, or
~/.minari/datasets. Masks are in `infos["action_mask"]`, T + 1 rows of them; what else a log says of an episode is its
metadata.
"""

import json
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import gymnasium as gym
import numpy as np

from dialogue_gym.errors import ConfigurationError, CorpusError
from dialogue_gym.numeric_logs import LoggedEpisode

ENTRY = "dialogue_gym"
"""The metadata that holds a log's details, as JSON."""


def write_minari(
    dataset_id: str, episodes: Iterable[LoggedEpisode], env: str, env_kwargs: Mapping[str, Any] | None = None
) -> int:
    """Makes a dataset of episodes and gives their number.

    Args:
        dataset_id: Its id, "name-v0" or "namespace/.../name-v0".
        episodes: What it holds.
        env: The id of the environment that they were played on, which the dataset recovers.
        env_kwargs: More arguments of it, as JSON knows them.

    Raises:
        ConfigurationError: Minari is not installed, the id is none, or it is taken.
    """
    minari = _minari()
    from minari.data_collector import EpisodeBuffer

    check_new(dataset_id)
    kept = list(episodes)
    spec = gym.make(env, **(env_kwargs or {})).spec
    buffers = [
        EpisodeBuffer(
            id=number,
            seed=None,
            options={"scenario": each.details["scenario"], "trial": each.details["trial"]},
            observations=list(each.observations),
            actions=list(each.actions),
            rewards=each.rewards.tolist(),
            terminations=[False] * (len(each.rewards) - 1) + [not each.truncated],
            truncations=[False] * (len(each.rewards) - 1) + [each.truncated],
            infos={"action_mask": each.action_masks},
        )
        for number, each in enumerate(kept)
    ]
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message=".* is set to None", module="minari"
        )  # authors and links, for sharing
        dataset = minari.create_dataset_from_buffers(
            dataset_id,
            buffers,
            env=spec,
            algorithm_name=str(kept[0].details.get("agent", "")) if kept else "",
            description=f"Episodes of {env}, logged by dialogue_gym.",
        )
    dataset.storage.update_episode_metadata([{ENTRY: json.dumps(each.details)} for each in kept])
    return len(kept)


def check_new(dataset_id: str) -> None:
    """Refuses an id that is none, or is taken.

    Raises:
        ConfigurationError: So it is, or Minari is not installed.
    """
    minari = _minari()
    from minari.dataset.minari_dataset import parse_dataset_id

    try:
        parse_dataset_id(dataset_id)
        taken = dataset_id in minari.list_local_datasets()
    except ValueError as error:
        raise ConfigurationError(
            f"Expected the id of a Minari dataset, such as 'dialogue_gym/customer-service/rule-v0', got "
            f"{dataset_id!r}: {error}."
        ) from None
    if taken:
        raise ConfigurationError(
            f"Expected the id of a new Minari dataset, but {dataset_id!r} exists. Name another, or delete it with "
            "`minari delete`."
        )


def read_minari(dataset_id: str) -> Iterator[LoggedEpisode]:
    """The episodes of a dataset that `write_minari` made, one after another.

    Raises:
        CorpusError: There is no such dataset here, or another program made it.
    """
    minari = _minari()
    try:
        dataset = minari.load_dataset(dataset_id)
    except (OSError, ValueError) as error:
        raise CorpusError(
            f"Expected a Minari dataset on this machine, got {dataset_id!r}: {error}. `minari list local` lists them."
        ) from None
    numbers = list(dataset.episode_indices)
    for episode, metadata in zip(
        dataset.iterate_episodes(numbers), dataset.storage.get_episode_metadata(numbers), strict=True
    ):
        if ENTRY not in metadata:
            raise CorpusError(
                f"{dataset_id}, episode {episode.id}: expected the metadata {ENTRY!r}, which says what the numbers "
                "mean. Was the dataset made by dialogue_gym?"
            )
        yield LoggedEpisode(
            np.asarray(episode.observations, np.float32),
            np.asarray(episode.infos["action_mask"], np.int8),
            np.asarray(episode.actions, np.int64),
            np.asarray(episode.rewards, np.float64),
            bool(episode.truncations[-1]),
            json.loads(metadata[ENTRY]),
        )


def _minari() -> Any:
    try:
        import minari
    except ImportError:
        raise ConfigurationError(
            "Expected Minari to be installed for its datasets, but it is not. Run: pip install 'dialogue_gym[minari]'"
        ) from None
    return minari
