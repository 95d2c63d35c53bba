"""Change detectors by hand, and the agents at the news desk."""

from math import log

import gymnasium as gym
import numpy as np
import pytest

from dialogue_gym.agents import make_agent
from dialogue_gym.agents.scripted.exploits import EXPLOITS
from dialogue_gym.agents.scripted.monitor.bayes import bayes
from dialogue_gym.agents.scripted.monitor.detectors import ORDINARY, SURGING, Adwin, Cusum, Ewma, PageHinkley, ToneCusum
from dialogue_gym.agents.scripted.monitor.watch import adwin, cusum, ewma, page_hinkley, rhythm
from dialogue_gym.draws import Stream, key
from dialogue_gym.evaluation import episode_list, evaluate, play

TEXT, ACTS = "dialogue_gym/SentimentMonitor-v0", "dialogue_gym/SentimentMonitorActs-v0"


def levels(detector, texts):
    found = []
    for bad in texts:
        detector.update(bad)
        found.append(detector.level)
    return found


def test_cusum_by_hand():
    up, down = log(SURGING / ORDINARY), log((1 - SURGING) / (1 - ORDINARY))
    assert (round(up, 3), round(down, 3)) == (1.322, -0.47)
    assert levels(Cusum(), [0, 1, 1, 0, 0, 0, 1]) == pytest.approx(
        [0.0, up, 2 * up, 2 * up + down, 2 * up + 2 * down, 2 * up + 3 * down, 3 * up + 3 * down]
    )


def test_the_cusum_of_three_tones_by_hand():
    """log(.50 / .16) = 1.139 for a bad text, log(.44 / .52) = -0.167 for a neutral, log(.06 / .32) = -1.674."""
    detector, found = ToneCusum(), []
    for bad, good in ((0, 0), (1, 0), (1, 0), (0, 0), (0, 1), (0, 1)):
        detector.update(bad, good)
        found.append(round(detector.level, 3))
    assert found == [0.0, 1.139, 2.279, 2.112, 0.438, 0.0]


def test_ewma_by_hand():
    """z: 0.12, then 0.12 + 0.3 * 0.88 = 0.384, then 0.384 - 0.3 * 0.384 = 0.2688; one deviation is 0.1365."""
    deviation = (0.12 * 0.88 * 0.3 / 1.7) ** 0.5
    assert deviation == pytest.approx(0.1365, abs=1e-4)
    assert levels(Ewma(), [1, 0]) == pytest.approx([0.264 / deviation, 0.1488 / deviation])


def test_page_hinkley_by_hand():
    """Means: (0.6 + 1) / 6, (0.6 + 2) / 7, (0.6 + 2) / 8; each step adds bad - mean - 0.05."""
    first, second = 1 - 1.6 / 6 - 0.05, 1 - 2.6 / 7 - 0.05
    third = -2.6 / 8 - 0.05
    assert levels(PageHinkley(), [1, 1, 0]) == pytest.approx([first, first + second, first + second + third])
    assert levels(PageHinkley(), [0, 0, 0, 0]) == pytest.approx([0.0] * 4)


@pytest.mark.parametrize(
    ("make", "threshold"),
    [(Cusum, 3.5), (Ewma, 2.5), (PageHinkley, 2.0), (lambda: Adwin(0.05), 0.5)],
    ids=["cusum", "ewma", "page_hinkley", "adwin"],
)
def test_each_detector_finds_a_change_and_stays_calm_without_one(make, threshold):
    calm = [0.0] * 40
    calm[7] = calm[19] = calm[31] = 1.0
    assert max(levels(make(), calm)) <= threshold
    surge = [1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0] * 4
    after = levels(make(), calm + surge)[len(calm) :]
    assert max(after) > threshold


def test_the_days_rhythm_is_about_the_generators_own():
    from dialogue_gym.envs.sentiment.monitor.world import PROFILE

    for tick, factor in enumerate(PROFILE):
        angle = 2 * np.pi * tick / len(PROFILE)
        assert rhythm({"sine": np.sin(angle), "cosine": np.cos(angle)}) == pytest.approx(factor, rel=0.35)


@pytest.mark.parametrize("make", [cusum, ewma, page_hinkley, adwin, bayes])
def test_every_reference_plays_both_views(make):
    for env_id in (TEXT, ACTS):
        (row,) = play(make, env_id, [(3, 0)], env_kwargs={"difficulty": "easy"}, name="reference")
        assert row.turns == 48


def test_the_rule_agent_plays_alike_on_both_views():
    text, acts = (
        list(play("rule", env_id, episode_list(3), env_kwargs={"difficulty": "easy"})) for env_id in (TEXT, ACTS)
    )
    assert [row.episode_return for row in text] == pytest.approx([row.episode_return for row in acts])


def test_the_bayes_agent_looks_at_nothing_that_was_not_shown():
    """Altering the sentiment of everything that it has not read, and the hidden phases, changes none of its acts."""
    env = gym.make(TEXT, disable_env_checker=True)
    _, info = env.reset(options={"scenario": 5})
    agent = bayes(env)
    agent.reset(np.ones(1, dtype=bool))
    for _ in range(6):
        observation, _, _, _, info = env.step(agent.act([""], [info])[0])
    episode = env.unwrapped.episode
    before = agent.act([observation], [info])[0]
    filters = agent._filters[0]
    heard = episode._heard
    episode.texts = [t if t.number in heard else t._replace(sentiment=(t.sentiment + 1) % 3) for t in episode.texts]
    episode.topics = tuple(topic._replace(phases=(0,) * 48, surges=()) for topic in episode.topics)
    assert agent._filters[0] is filters
    again = make_again(env, agent)
    assert again == before


def make_again(env, agent):
    """What a new filter, told the whole transcript, does now."""
    dialogue = env.unwrapped.view.dialogue
    agent.begin(0)
    posterior = agent._filters[0]
    events = [*dialogue.opening, *(event for turn in dialogue.turns[:-1] for event in turn.heard)]
    for event in events:
        for act in event.content:
            posterior.hear(act)
            if act.name == "text":
                posterior.read(act.args["id"], env.unwrapped.episode.heard_sentiment(act.args["id"]))
    return agent.act([""], [{"messages": []}])[0]


@pytest.mark.parametrize("difficulty", ["easy", "medium", "hard"])
def test_exploits_earn_next_to_nothing(difficulty):
    oracle = sum(
        row.task_return for row in play("oracle", TEXT, episode_list(20), env_kwargs={"difficulty": difficulty})
    )
    for kind in ("always_alert", "never_alert", "volume_only", "zero_reading"):
        limit = EXPLOITS[kind].limit
        rows = play(f"exploit:{kind}", TEXT, episode_list(20), env_kwargs={"difficulty": difficulty})
        score = 100.0 * sum(row.task_return for row in rows) / oracle
        print(f"{difficulty}, {kind}: {score:.0f} of 100, at most {limit:.0f} asked for")
        assert score <= limit


@pytest.mark.slow
def test_the_best_fixed_sequence_found_by_search_stays_below_30():
    """Hill climbing on train days from silence, from reading all along and from alarms at the likeliest times."""
    env = gym.make(ACTS, difficulty="easy").unwrapped
    stream, ticks, train = Stream(key("fixed desk")), 48, range(2000, 2016)

    def mean_return(sequence, split, scenarios):
        env.split, total = split, 0.0
        for scenario in scenarios:
            env.reset(options={"scenario": scenario})
            total += sum(env.step(action)[1] for action in sequence)
        return total / len(scenarios)

    silent = np.zeros((ticks, 8), np.int64)
    reading = silent.copy()
    reading[:, 4:] = 1
    alarming = reading.copy()
    for slot in range(4):
        alarming[12 + 8 * slot, slot], alarming[18 + 8 * slot, slot] = 2, 3
    value, best = max(
        ((mean_return(each, "train", train), each) for each in (silent, reading, alarming)), key=lambda v: v[0]
    )
    for _ in range(60):
        changed = best.copy()
        if stream.chance(0.5):  # an alarm, and when it is cleared
            slot, at = stream.below(4), stream.below(ticks - 6)
            changed[at : at + 6, slot] = [1 + stream.below(2), 0, 0, 0, 0, 3]
        else:
            slot, at = 4 + stream.below(4), stream.below(ticks)
            changed[at : at + 8, slot] = stream.below(5)
        new = mean_return(changed, "train", train)
        if new > value:
            value, best = new, changed
    oracle = np.mean(
        [row.task_return for row in play("oracle", TEXT, episode_list(60), env_kwargs={"difficulty": "easy"})]
    )
    found = 100 * mean_return(best, "test", range(60)) / oracle
    print(f"best fixed sequence: {found:.1f} of 100, {(best[:, :4] > 0).sum()} commands, {best[:, 4:].sum()} reads")
    assert found < 30


@pytest.mark.slow
def test_the_references_are_ordered_and_difficulties_are():
    scores = {}
    for difficulty in ("easy", "medium", "hard"):
        kwargs = {"difficulty": difficulty}
        rule = evaluate("rule", TEXT, scenarios=40, env_kwargs=kwargs)
        assert rule.anchors is not None
        reference = rule.anchors.normalise(list(play(bayes, TEXT, episode_list(40), env_kwargs=kwargs, name="bayes")))
        scores[difficulty] = rule.measures["normalised"].mean, reference.mean
        print(f"{difficulty}: rule {scores[difficulty][0]:.0f}, Bayes filter {reference.mean:.0f}, oracle 100")
        assert scores[difficulty][0] < scores[difficulty][1] < 100.0
    assert scores["easy"][0] > scores["medium"][0] > scores["hard"][0]
    assert scores["easy"][1] > scores["medium"][1] > scores["hard"][1]
    assert scores["hard"][0] < 50.0


def test_the_names_of_agents_lead_to_them():
    env = gym.make(ACTS, disable_env_checker=True)
    for name in ("rule", "oracle", "random", "null", "dialogue_gym.agents.scripted.monitor.watch:ewma"):
        agent = make_agent(name, env=env)
        agent.reset(np.ones(1, dtype=bool))
        observation, info = env.reset(seed=1)
        assert env.action_space.contains(agent.act([observation], [info])[0]), name
