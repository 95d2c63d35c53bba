"""Asking, listening and ranking are what scores: agents that leave one of them out are far behind."""

import statistics

import gymnasium as gym
import pytest

from dialogue_gym.agents.scripted.exploits import EXPLOITS, exploit_kinds
from dialogue_gym.agents.scripted.rules.recommendation import rule_policy
from dialogue_gym.agents.seat import Seat
from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.recommendation.conversation.task import load_task
from dialogue_gym.evaluation import episode_list, play, play_anchors, summarise

TEXT, ACTS = "dialogue_gym/Recommendation-v0", "dialogue_gym/RecommendationActs-v0"
EPISODES = episode_list(100)


@pytest.fixture(scope="module")
def score():
    """Normalised score of an agent."""
    anchors = {}

    def normalised(agent, env, difficulty):
        kwargs = {"difficulty": difficulty}
        if difficulty not in anchors:
            anchors[difficulty] = play_anchors(TEXT, EPISODES, env_kwargs=kwargs)
        rows = list(play(agent, env, EPISODES, env_kwargs=kwargs, name="agent"))
        return summarise(rows).with_anchors(anchors[difficulty]).measures["normalised"].mean

    return normalised


@pytest.mark.slow
@pytest.mark.parametrize("env", [TEXT, ACTS])
def test_rules_do_well_at_easy_and_fall_short_at_hard(env, score):
    easy, medium, hard = (score("rule", env, difficulty) for difficulty in ("easy", "medium", "hard"))
    print(f"rule: {easy:.1f}, {medium:.1f}, {hard:.1f}")
    assert easy >= 85
    assert easy > medium > hard
    assert hard < 50


@pytest.mark.slow
@pytest.mark.parametrize("difficulty", ["easy", "medium", "hard"])
@pytest.mark.parametrize("view", [TEXT, ACTS])
def test_exploits_earn_next_to_nothing(difficulty, view, score):
    kinds = exploit_kinds(Seat.of(gym.make(view, difficulty=difficulty)))
    assert {"do_nothing", "never_asks", "popular_only"} <= set(kinds)
    for kind in kinds:
        value = score(f"exploit:{kind}", view, difficulty)
        print(f"{kind} {difficulty}: {value:.1f}")
        assert value <= EXPLOITS[kind].limit


def test_the_oracle_needs_six_turns_at_medium():
    task = load_task("medium")
    turns = []
    for scenario in range(100):
        episode = task.episode()
        episode.start("test", scenario)
        while episode.stop_reason is None:
            episode.apply(episode.oracle_acts())
        turns.append(episode.turn)
    assert statistics.median(turns) >= 6


class Blind:
    """Plays a sequence of numbered acts, whatever it hears, until it ends; then says goodbye."""

    def __init__(self, difficulty):
        self.env = gym.make(ACTS, difficulty=difficulty, nlu_error=0.0).unwrapped
        self.names = self.env.task.act_names

    def mean_return(self, sequence, split, scenarios):
        self.env.split, total = split, 0.0
        for scenario in scenarios:
            self.env.reset(options={"scenario": scenario})
            for name in (*sequence, "end"):
                _, reward, terminated, truncated, _ = self.env.step(self.names.index(name))
                total += reward
                if terminated or truncated:
                    break
        return total / len(scenarios)

    def played(self, scenario, choose):
        """The names of the acts by which an agent goes through a train scenario."""
        self.env.split = "train"
        self.env.reset(options={"scenario": scenario})
        names = []
        while self.env.episode.stop_reason is None:
            names.append(choose())
            self.env.step(self.names.index(names[-1]))
        return names

    def oracle(self):
        """What the oracle would do, as far as numbered acts can."""
        return self.names[self.env.view.tracker.toward(self.env.episode.oracle_acts())]

    def rules(self):
        tracker = self.env.view.tracker
        features = dict(zip(self.env.task.feature_names, tracker.features.tolist(), strict=True))
        return rule_policy(features, dict(zip(self.names, tracker.mask.tolist(), strict=True)))

    def best(self, stream, tries):
        """Hill climbing on train scenarios from the best of the sequences of oracle and rules."""
        starts = [self.played(scenario, choose) for scenario in range(40) for choose in (self.oracle, self.rules)]
        few, many = range(1000, 1030), range(1000, 1060)
        best = max(starts, key=lambda sequence: self.mean_return(sequence, "train", few))
        value = self.mean_return(best, "train", many)
        for _ in range(tries):
            changed = list(best)
            place, name = stream.below(len(changed) + 1), stream.choice(self.names)
            if stream.chance(0.5) or place == len(changed):
                changed.insert(place, name)
            elif stream.chance(0.5):
                changed[place] = name
            elif len(changed) > 1:
                del changed[place]
            new = self.mean_return(changed, "train", many)
            if new > value:
                best, value = changed, new
        return best


@pytest.mark.slow
@pytest.mark.parametrize("difficulty", ["easy", "medium", "hard"])
def test_the_best_fixed_sequence_stays_below_30(difficulty):
    blind = Blind(difficulty)
    best = blind.best(Stream(key("fixed sequence", difficulty)), 600)
    anchors = play_anchors(TEXT, EPISODES, env_kwargs={"difficulty": difficulty})
    null, oracle = (statistics.mean(row.task_return for row in rows) for rows in (anchors.null, anchors.oracle))
    found = 100 * (blind.mean_return(best, "test", range(100)) - null) / (oracle - null)
    print(f"best fixed sequence {difficulty}: {found:.1f}, {best}")
    assert found < 30
