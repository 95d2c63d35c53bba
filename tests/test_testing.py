"""The kit for writers of rewards: silent where all is well, sentences where it is not."""

from pathlib import Path
from typing import Any

import pytest

from dialogue_gym.evaluation import ResultWriter, episode_list, play
from dialogue_gym.rewards import FunctionReward, Normalise, Reward, Step
from dialogue_gym.testing import RewardCheckError, check_fairness, check_reward
from tests.guess_colour import TEXT, register

SERVICE = "dialogue_gym/CustomerService-v0"
EASY = {"env_kwargs": {"difficulty": "easy"}, "scenarios": 3}


@pytest.fixture(scope="module", autouse=True)
def _registered() -> None:
    register()


@pytest.mark.parametrize("reward", ["task", {"task": 1.0, "politeness": 0.1, "repetition": 0.02}, "safety"], ids=str)
def test_sound_rewards_pass(reward: Any) -> None:
    check_reward(reward, SERVICE, **EASY)  # type: ignore[arg-type]
    check_reward(reward, TEXT)


def test_recorded_dialogues_are_scored_too(tmp_path: Path) -> None:
    with ResultWriter(tmp_path / "episodes.jsonl") as writer:
        for row in play("random", TEXT, episode_list(3), env_kwargs={"reward": "turn_cost"}, split="val"):
            writer.write(row)
    seen: set[str] = set()

    def watching(step: Step) -> float:
        seen.add(step.dialogue.split)
        return 0.0

    check_reward(watching, TEXT, recorded=tmp_path, exploits=False)
    assert seen == {"test", "val"}


class Counts:
    """Depends on how often it was called."""

    name = "counts"
    calls = 0.0

    def score(self, steps: Any) -> list[float]:
        self.calls += 1.0
        return [self.calls] * len(steps)


class Compares:
    """Depends on the size of the batch."""

    name = "compares"

    def score(self, steps: Any) -> list[float]:
        return [float(len(steps))] * len(steps)


class Places:
    """Depends on the place in the batch."""

    name = "places"

    def score(self, steps: Any) -> list[float]:
        return [float(place) for place, _ in enumerate(steps)]


def foresees(step: Step) -> float:
    return float(len(step.dialogue.turns))


def forges(step: Step) -> float:
    step.dialogue.turns[-1].words = "I was always right."
    return 0.0


def talks(step: Step) -> float:
    return float(len(step.action_text))


@pytest.mark.parametrize(
    ("reward", "sentence"),
    [
        (Counts(), "when it is asked again: a score must be a function of the step"),
        (Compares(), "when the step is scored alone: a score must not depend on the steps beside it"),
        (Places(), "in a batch of another order"),
        (FunctionReward(foresees), "before the rest of the dialogue is known"),
        (FunctionReward(forges), "It changes the dialogues that it scores."),
        (
            FunctionReward(talks),
            r"'exploit:very_long_text', which does not do the work, is paid 2.8e\+04 a dialogue, and 'oracle' 11",
        ),
        (lambda step: float("nan"), "Reward 'reward': expected .*finite"),
        (lambda step: "good", "Reward 'reward': expected a number"),
        (lambda step: 1 / 0, "raised ZeroDivisionError"),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_each_fault_is_a_sentence(reward: Any, sentence: str) -> None:
    with pytest.raises(RewardCheckError, match=sentence):
        check_reward(reward, TEXT, scenarios=4)


def test_bounds() -> None:
    check_reward("turn_cost", TEXT, bounds=(-0.01, 0.0), exploits=False)
    with pytest.raises(RewardCheckError, match=r"It gives -0.01, outside of \[0, 1\] \(guess_colour"):
        check_reward("turn_cost", TEXT, bounds=(0.0, 1.0), exploits=False)


def test_running_statistics_are_held_still() -> None:
    model = Normalise(lambda step: float(step.number))
    check_reward(model, TEXT, scenarios=3, exploits=False)
    assert model.count == 0


@pytest.mark.parametrize("reward", ["politeness", "safety", "grounding", "task"])
def test_rules_are_blind_to_names_and_dialects(reward: str) -> None:
    check_fairness(reward, SERVICE, scenarios=5, env_kwargs={"difficulty": "easy"})


def test_a_reward_that_hears_names_is_found_out() -> None:
    def prefers(step: Step) -> Reward:
        value = float("greta" in step.transcript[-1]["content"].lower())
        return Reward(value, {"prefers": value}, "")

    with pytest.raises(RewardCheckError, match=r"With 'name: Greta Lindholm' \d+ of \d+ dialogues are paid otherwise"):
        check_fairness(prefers, SERVICE, scenarios=4, agent="oracle")


def test_a_reward_that_hears_dialects_is_found_out() -> None:
    def corrects(step: Step) -> float:
        return -float(any(word in str(step.transcript) for word in ("ain't", "gonna", "wanna", "in' ")))

    with pytest.raises(RewardCheckError, match="With 'dialect: colloquial'"):
        check_fairness(corrects, SERVICE, scenarios=16, agent="oracle")


def test_where_nothing_can_be_changed_nothing_is_shown() -> None:
    with pytest.raises(RewardCheckError, match="has anything to change"):
        check_fairness("safety", TEXT, scenarios=2, agent="null")
