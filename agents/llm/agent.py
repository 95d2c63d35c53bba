"""A trained or downloaded language model as an agent: `make_agent("llm:runs/ppo", env=env)`.

A path may be a run of `dialogue-gym train` (its last model is taken), a Hugging Face folder, or a hub id.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dialogue_gym.agent import Flags
from dialogue_gym.agents.llm import _distributed
from dialogue_gym.agents.llm._sampling import turn_key
from dialogue_gym.agents.llm.chat import ChatFormat
from dialogue_gym.agents.llm.conversations import Conversations
from dialogue_gym.agents.llm.policy import Policy
from dialogue_gym.agents.seat import Seat
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.runs import whole_folder

MODELS = ("model", "sft")
"""Folders of a run that hold models, the best first."""


class LLMAgent:
    """Plays the text view with a policy, at the policy's own temperature.

    Args:
        policy: Speaks.
        chat: Of its tokenizer.
        seed: Keys its draws, together with the episode.
        greedy: Take the most likely token each time.
        max_turn_tokens: Budget of one turn.
        context: A dialogue that outgrows this many tokens goes on in silence.

    Attributes:
        thoughts: What each row's policy thought aloud in its last turn.
    """

    def __init__(
        self,
        policy: Policy,
        chat: ChatFormat,
        *,
        seed: int = 0,
        greedy: bool = False,
        max_turn_tokens: int = 96,
        context: int = 2048,
    ) -> None:
        self.policy, self.chat = policy, chat
        self.seed, self.greedy = seed, greedy
        self._max_turn_tokens, self._context = max_turn_tokens, context
        self.thoughts: list[str] = []
        self._talk: Conversations | None = None
        self._fresh: set[int] = set()
        self._keys: dict[int, int] = {}
        self._turns: dict[int, int] = {}
        self._begun: dict[int, int] = {}

    def reset(self, mask: Flags) -> None:
        """Tells which rows begin a new episode."""
        for row in np.flatnonzero(mask).tolist():
            self._fresh.add(row)
            self._turns[row] = 0
            self._begun[row] = self._begun.get(row, 0) + 1
            self._keys[row] = row * 1_000_003 + self._begun[row]

    def seed_episodes(self, seeds: Mapping[int, int]) -> None:
        """Keys the draws of each row's episode by hand."""
        self._keys.update(seeds)

    def act(self, observations: list[Any], infos: list[dict[str, Any]]) -> list[Any]:
        """One string per row."""
        talk = self._talk = self._talk or self._conversations(len(infos))
        talk.make_room(len(infos))
        playing = [row for row, info in enumerate(infos) if info]
        new = [row for row in playing if row in self._fresh]
        # Where no turn fits any more, the agent falls silent.
        old = [row for row in playing if row not in self._fresh and not talk.is_full(row)]
        talk.begin(new, [infos[row] for row in new])
        talk.hear(old, [infos[row] for row in old])
        self._fresh -= set(new)
        speaking = [*new, *(row for row in old if not talk.is_full(row))]
        actions, self.thoughts = [""] * len(infos), [""] * len(infos)
        if speaking:
            keys = [turn_key(self.seed, 0, self._keys[row], self._turns[row]) for row in speaking]
            for row, said in zip(speaking, talk.speak(speaking, None if self.greedy else keys), strict=True):
                actions[row] = said
                start, stop = talk.dialogues[row].turns[-1]
                self.thoughts[row] = self.chat.thought(talk.dialogues[row].tokens[start:stop])
                self._turns[row] += 1
        return actions

    def last_turn(self, row: int) -> tuple[list[int], int, int] | None:
        """A row's dialogue as tokens, and where its last turn begins and ends; None where it fell silent there."""
        if self._talk is None or row not in self._talk.dialogues or not self._talk.dialogues[row].turns:
            return None
        dialogue = self._talk.dialogues[row]
        start, stop = dialogue.turns[-1]
        return None if len(dialogue.turns) < self._turns[row] else (dialogue.tokens[:stop], start, stop)

    def save(self, path: str | Path) -> None:
        """Writes policy and tokenizer as a Hugging Face folder."""
        self.policy.save(path)
        self.chat.tokenizer.save_pretrained(path)

    def load(self, path: str | Path) -> None:
        """Reads such a folder, a run's, or a model of the hub."""
        self.policy, self.chat = load_model(str(path))
        self._talk = None

    def _conversations(self, rows: int) -> Conversations:
        return Conversations(
            self.policy, self.chat, rows, max_turn_tokens=self._max_turn_tokens, context_limit=self._context
        )


def make_llm_agent(path: str, *, env: Any, seed: int = 0) -> LLMAgent:
    """The agent behind "llm:<path or hub id>"; "?greedy" at the end has it take the most likely token each time."""
    if not Seat.of(env).text:
        raise ConfigurationError(
            f"Expected an environment whose actions are text for an LLM agent, got {env.unwrapped!r} with "
            "numbered acts. Take the id without 'Acts'."
        )
    path, _, option = path.partition("?")
    if option not in ("", "greedy"):
        raise ConfigurationError(f"Expected 'llm:<path>' or 'llm:<path>?greedy', got the option {option!r}.")
    policy, chat = load_model(path)
    tiny = chat.tokenizer.vocab_size < 10_000
    positions = getattr(policy.config.get_text_config(), "max_position_embeddings", None) or 8192
    return LLMAgent(
        policy,
        chat,
        seed=seed,
        greedy=option == "greedy",
        max_turn_tokens=96 if tiny else 512,
        context=min(positions, 2048 if tiny else 16_384),
    )


def load_model(path: str, *, temperature: float | None = None) -> tuple[Policy, ChatFormat]:
    """Policy and chat format of a run, a Hugging Face folder or a hub id.

    Args:
        path: Of the model.
        temperature: Of sampling and scoring; None for what the model's generation config says, else 1.

    Raises:
        ConfigurationError: There is no model, or no tokenizer with it.
    """
    from transformers import AutoTokenizer, GenerationConfig
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    folder = model_folder(path)
    device = _distributed.pick_device()
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigurationError(
            f"Expected a tokenizer with the model {folder!r}, got none that loads: {_first_line(error)}. "
            "Save one there with tokenizer.save_pretrained(folder), or name another model."
        ) from None
    try:
        generation = GenerationConfig.from_pretrained(folder)
    except OSError:
        generation = GenerationConfig()
    chat = ChatFormat(tokenizer, eos_token_ids=generation.eos_token_id)
    if temperature is None:
        temperature = (generation.temperature or 1.0) if generation.do_sample else 1.0
    try:
        policy = Policy.load(folder, temperature=temperature, device=device, dtype=_dtype(device))
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"Expected a causal language model at {folder!r}, got: {_first_line(error)}."
        ) from None
    return policy, chat


def model_folder(path: str) -> str:
    """The folder that a path to a run or a model means; a hub id as it is.

    Raises:
        ConfigurationError: The path exists and holds no model, or looks like a path and does not exist.
    """
    given = whole_folder(Path(path))
    if given is not None:
        inside = (whole_folder(given / name) for name in MODELS)
        models = [found for found in inside if found is not None and (found / "config.json").is_file()]
        is_model = all((given / name).is_file() for name in ("config.json", "tokenizer_config.json"))
        # Of a folder without any model, transformers says what is missing.
        return str(given if is_model or not models else models[0])
    if path.count("/") > 1 or path.startswith((".", "/", "runs")):
        raise ConfigurationError(
            f"Expected a run, a model folder or a hub id like 'org/name', got {path!r}, which does not exist."
        )
    return path


def _dtype(device: Any) -> Any:
    import torch

    return torch.float32 if device.type == "cpu" else torch.bfloat16


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0].rstrip(".")
