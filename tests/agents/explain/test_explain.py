"""Explanations of agents on numeric views: occlusion by hand, scores that agree with what is done, an escaped page."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialogue_gym.agents.explain.episode import explain_episode
from dialogue_gym.agents.explain.numeric import Acts, ScoresActs, numbers_of
from dialogue_gym.agents.explain.occlusion import occluded
from dialogue_gym.agents.explain.page import make_page
from dialogue_gym.agents.offline.agent import OfflineAgent
from dialogue_gym.agents.sb3.agent import SB3Agent
from dialogue_gym.agents.sb3.algorithms import ALGORITHMS
from dialogue_gym.cli import main
from dialogue_gym.errors import ConfigurationError
from dialogue_gym.evaluation.make import make_single
from tests.guess_colour import ACTS, GuessColour
from tests.pick_slates import PickSlates
from tests.pick_slates import register as register_slates


def test_of_a_linear_score_an_effect_is_weight_times_value() -> None:
    weights = np.array([3.0, -1.0, 5.0, 2.0])
    effects = occluded(np.array([0.5, 1.0, 0.0, -1.0], np.float32), lambda rows: rows @ weights)
    assert effects == pytest.approx({0: 1.5, 1: -1.0, 3: -2.0}), "features that are 0 have nothing to take away"


def small(algorithm: str) -> dict[str, Any]:
    more = {"lstm_hidden_size": 8} if algorithm == "recurrent_ppo" else {}
    return {"net_arch": [16], **more}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_act_that_is_taken_has_the_highest_score_of_what_the_policy_can_take(algorithm: str) -> None:
    env = make_single("dialogue_gym/RecommendationActs-v0", max_turns=4)
    task = env.view.task
    agent = SB3Agent.untrained(algorithm, task, small(algorithm))
    assert isinstance(agent, ScoresActs)
    seen = 0
    for scenario in range(4):
        episode = explain_episode(env, agent, Acts(task, agent, 6), scenario)
        for turn in episode["turns"]:
            scores = {act["name"]: act["score"] for act in turn["acts"]}
            assert scores[turn["act"]] == max(scores.values())
            assert [act["name"] for act in turn["acts"] if act["chosen"]] == [turn["act"]]
            if turn["score_kind"] == "probability":
                assert sum(scores.values()) <= 1.0 + 1e-5
            seen += len(turn["features"])
    assert seen > 0


def test_the_recurrent_policy_is_rated_with_what_it_remembers() -> None:
    """What it does depends on its memory: rating it must neither forget nor change that."""
    agent = SB3Agent.untrained("recurrent_ppo", GuessColour(), small("recurrent_ppo"))
    watched = SB3Agent.untrained("recurrent_ppo", GuessColour(), small("recurrent_ppo"))
    watched.policy.load_state_dict(agent.policy.state_dict())
    features, legal = np.zeros((1, 4), np.float32), np.ones((1, 6), np.bool_)
    ratings = []
    for each in (agent, watched):
        each.reset(np.ones(1, np.bool_))
    for _ in range(4):
        ratings.append(watched.act_scores(features, legal)[0])
        info = [{"action_mask": legal[0]}]
        assert watched.act([features[0]], info) == agent.act([features[0]], info)
        assert not any(np.array_equal(ratings[-1], earlier) for earlier in ratings[:-1])


def test_several_numbers_are_rated_together() -> None:
    register_slates()
    task = PickSlates()
    assert numbers_of([0] * len(task.act_components), task)[1] == len(task.act_components[0])
    legal = np.ones((2, len(task.act_names)), np.bool_)
    features = np.ones((2, len(task.feature_names)), np.float32)
    agents = [SB3Agent.untrained(name, task, {"net_arch": [8]}) for name in ("ppo", "maskable_ppo")]
    for agent in [*agents, OfflineAgent(task, (8,))]:
        scores = agent.act_scores(features, legal)
        assert scores.sum(axis=1) == pytest.approx([len(task.act_components)] * 2, rel=1e-5)


def test_other_agents_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="Expected an agent that scores acts, such as sb3:"):
        Acts(GuessColour(), object(), 3)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "q"
    sizes = ["--steps", "3000", "--num-envs", "4", "--eval-every", "3000", "--eval-episodes", "0"]
    assert main(["train", "qlearning", "--env", ACTS, "--out", str(folder), *sizes]) == 0
    return folder


def test_a_run_is_explained_as_json_and_html(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "why"
    assert main(["explain", str(run), "--episodes", "2", "--top", "4", "--out", str(out)]) == 0
    document = json.loads((out / "explanation.json").read_text(encoding="utf-8"))
    assert document["method"] == "occlusion"
    assert [episode["scenario"] for episode in document["episodes"]] == [0, 1]
    turn = document["episodes"][0]["turns"][0]
    assert turn["heard"][0]["content"] == "What is my colour?"
    assert turn["said"].startswith("Is it ")
    assert turn["acts"][0]["chosen"]
    assert len(turn["acts"]) == 4
    page = (out / "explanation.html").read_text(encoding="utf-8")
    assert page.count('class="said"') == sum(len(episode["turns"]) for episode in document["episodes"])
    assert not re.search(r"https?://|<script|src=", page), "the page needs nothing else"
    assert main(["explain", str(run)]) == 0
    assert (run / "explanation" / "explanation.html").is_file()


def test_text_is_escaped(run: Path, tmp_path: Path) -> None:
    assert main(["explain", str(run), "--out", str(tmp_path / "why")]) == 0
    document = json.loads((tmp_path / "why" / "explanation.json").read_text(encoding="utf-8"))
    evil = '<script>alert("x")</script>&'
    turn = document["episodes"][0]["turns"][0]
    turn["heard"][0]["content"] = turn["said"] = turn["acts"][0]["name"] = document["agent"] = evil
    turn["features"] = [{"name": evil, "value": 1.0, "effect": 0.5}]
    document["env_kwargs"] = {"reward": "</p><img onerror=1>"}
    spoken = {name: value for name, value in turn.items() if name != "acts"} | WORDS
    document["episodes"].append({**document["episodes"][0], "turns": [spoken]})
    page = make_page(document)
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;") >= 7


WORDS = {
    "thought": "<script>",
    "logprob": -1.0,
    "words": [{"word": "<script>", "effect": -0.5}, {"word": "fine", "effect": 0.0}],
}


def test_mistakes_are_explained(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for argv, message in (
        (["explain", str(tmp_path)], "Expected the folder of a training run"),
        (["explain", str(run), "--episodes", "0"], "Expected --episodes and --top of at least 1"),
        (["explain", str(run), "--env-kwargs", "x"], "Expected --env-kwargs to be a JSON object"),
        (["explain", str(run), "--env-kwargs", '{"colour": "red"}'], "Expected arguments that"),
    ):
        assert main(argv) == 2
        assert message in capsys.readouterr().err
