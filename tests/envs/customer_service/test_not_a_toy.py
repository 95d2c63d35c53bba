"""What makes the task more than a toy, measured: each number is printed and stated in the environment's page."""

import statistics
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from dialogue_gym.acts import Act
from dialogue_gym.agents.scripted.exploits import EXPLOITS, exploit_kinds
from dialogue_gym.agents.seat import Seat
from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.customer_service.task import DOMAINS, load_task
from dialogue_gym.evaluation.anchors import Anchors, play_anchors
from dialogue_gym.evaluation.play import play
from dialogue_gym.views.env import ActsEnv

TEXT, ACTS = "dialogue_gym/CustomerService-v0", "dialogue_gym/CustomerServiceActs-v0"
EPISODES = 100
PAIRS = [(i, 0) for i in range(EPISODES)]


@pytest.fixture(scope="module", params=DOMAINS)
def domain(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=["easy", "medium", "hard"])
def anchored(request: pytest.FixtureRequest, domain: str) -> tuple[dict[str, str], Anchors]:
    kwargs = {"domain": domain, "difficulty": request.param}
    return kwargs, play_anchors(TEXT, PAIRS, env_kwargs=kwargs)


def score(agent: str, kwargs: dict[str, str], anchors: Anchors, env: str = TEXT) -> float:
    rows = list(play(agent, env, PAIRS, split="test", env_kwargs=kwargs))
    return anchors.normalise(rows).mean


@pytest.mark.slow
def test_oracle_succeeds_nearly_always(anchored: tuple[dict[str, str], Anchors]) -> None:
    kwargs, anchors = anchored
    rate = statistics.mean(bool(row.outcome["success"]) for row in anchors.oracle)
    print(f"{kwargs}: oracle success {rate:.3f}")
    assert rate >= 0.97


@pytest.mark.slow
@pytest.mark.parametrize("env", [TEXT, ACTS])
def test_rules_do_well_at_easy_and_fall_short_at_hard(anchored: tuple[dict[str, str], Anchors], env: str) -> None:
    kwargs, anchors = anchored
    value = score("rule", kwargs, anchors, env)
    print(f"{kwargs}: rule {value:.1f} on {env}")
    if kwargs["difficulty"] == "easy":
        assert value >= 85
    if kwargs["difficulty"] == "hard":
        assert value <= 85


@pytest.mark.slow
def test_difficulty_orders_the_scores(domain: str) -> None:
    """Returns of the rule agent fall from level to level, on both views."""
    for env in (TEXT, ACTS):
        means = []
        for difficulty in ("easy", "medium", "hard"):
            rows = play("rule", env, PAIRS, split="test", env_kwargs={"domain": domain, "difficulty": difficulty})
            means.append(statistics.mean(row.task_return for row in rows))
        print(f"{env}: {means}")
        assert means[0] > means[1] > means[2]


@pytest.mark.slow
@pytest.mark.parametrize("view", [TEXT, ACTS])
def test_exploits_earn_next_to_nothing(anchored: tuple[dict[str, str], Anchors], view: str) -> None:
    kwargs, anchors = anchored
    kinds = exploit_kinds(Seat.of(gym.make(view, domain=kwargs["domain"])))
    expected = {"do_nothing", "list_every_answer", "always_escalate", "refuse_all", "never_asks"}
    if view == TEXT:
        expected |= {"echo", "prompt_injection", "very_long_text"}
        expected |= {"constant_label", "list_every_label"} if kwargs["domain"] == "banking" else set()
    assert set(kinds) == expected
    scores = {kind: score(f"exploit:{kind}", kwargs, anchors, view) for kind in kinds}
    print(f"{kwargs}: {scores}")
    assert all(value <= EXPLOITS[kind].limit for kind, value in scores.items())


@pytest.mark.slow
def test_best_fixed_sequence_found_by_search_stays_below_30(domain: str) -> None:
    """Hill climbing from the oracle's own sequences, on train scenarios, then scored on test scenarios."""
    env: Any = gym.make(ACTS, domain=domain, nlu_error=0.0).unwrapped
    assert isinstance(env, ActsEnv)
    names = env.task.act_names
    stream = Stream(key("fixed sequence"))

    def mean_return(sequence: list[int], split: str, scenarios: range) -> float:
        env.split = split
        total = 0.0
        for scenario in scenarios:
            env.reset(options={"scenario": scenario})
            for act in sequence:
                _, reward, terminated, truncated, _ = env.step(act)
                total += reward
                if terminated or truncated:
                    break
            else:
                _, reward, *_ = env.step(names.index("close"))
                total += reward
        return total / len(scenarios)

    starts = [_oracle_sequence(env, scenario) for scenario in range(30)]
    train = range(1000, 1040)
    best = max(starts, key=lambda sequence: mean_return(sequence, "train", train))
    value = mean_return(best, "train", train)
    for _ in range(400):
        changed = list(best)
        place, act = stream.below(len(changed) + 1), stream.below(len(names))
        if stream.chance(0.5) or place == len(changed):
            changed.insert(place, act)
        elif stream.chance(0.5):
            changed[place] = act
        elif len(changed) > 1:
            del changed[place]
        new = mean_return(changed, "train", train)
        if new > value:
            best, value = changed, new
    anchors = play_anchors(TEXT, PAIRS, env_kwargs={"domain": domain})
    null = statistics.mean(row.task_return for row in anchors.null)
    oracle = statistics.mean(row.task_return for row in anchors.oracle)
    found = 100 * (mean_return(best, "test", range(EPISODES)) - null) / (oracle - null)
    print(f"best fixed sequence: {found:.1f}, {[names[i] for i in best]}")
    assert found < 30


def _oracle_sequence(env: ActsEnv, scenario: int) -> list[int]:
    env.reset(options={"scenario": scenario})
    sequence: list[int] = []
    while env.episode.stop_reason is None:
        wanted = env.episode.oracle_acts()
        legal = np.flatnonzero(env.view.tracker.mask)
        sequence.append(next((int(i) for i in legal if env.view.tracker.ground(int(i)) == wanted), int(legal[0])))
        env.step(sequence[-1])
    return sequence


def test_oracle_needs_many_turns_at_medium(domain: str) -> None:
    task = load_task(domain, "medium")
    turns = []
    for scenario in range(200):
        episode = task.episode()
        episode.start("test", scenario)
        while episode.stop_reason is None:
            episode.apply(episode.oracle_acts())
        turns.append(episode.turn)
    print(f"median oracle length {statistics.median(turns)}")
    assert statistics.median(turns) >= 6


def test_kinds_differ_in_what_must_be_done(domain: str) -> None:
    task = load_task(domain, "easy")
    sequences: dict[str, set[tuple[str, ...]]] = {}
    for scenario in range(1500):
        episode = task.episode()
        episode.start("train", scenario)
        names = []
        while episode.stop_reason is None:
            (act,) = episode.oracle_acts()
            names.append(f"{act.name} {act.args.get('clause', act.args.get('tool', ''))} {sorted(act.args)}")
            episode.apply([act])
        sequences.setdefault(episode.matters[0].kind, set()).add(tuple(names))
    distinct = set().union(*sequences.values())
    print(f"{len(sequences)} kinds, {len(distinct)} distinct oracle sequences")
    assert len(sequences) == len(task.domain.kinds) >= 12
    assert len(distinct) >= len(sequences)


def test_oracle_strings_replayed_blindly_give_the_same_outcome(domain: str) -> None:
    for difficulty in ("easy", "hard"):
        task = load_task(domain, difficulty)
        for scenario in range(40):
            episode = task.episode()
            episode.start("test", scenario)
            strings = []
            while episode.stop_reason is None:
                acts = episode.oracle_acts()
                strings.append(task.render(acts))
                episode.apply(acts)
            env = gym.make(TEXT, domain=domain, difficulty=difficulty, split="test")
            env.reset(options={"scenario": scenario})
            for string in strings:
                _, _, _, _, info = env.step(string)
            assert episode.dialogue is not None
            assert info["outcome"] == episode.dialogue.outcome


@pytest.mark.parametrize("twin", ["rude", "repeated", "wrong"])
def test_customer_reacts_to_a_bad_twin_of_one_act(domain: str, twin: str) -> None:
    """Swapping one act of the oracle's for a bad twin lowers the mood it leaves behind."""
    task = load_task(domain, "medium")
    refusal = task.domain.refusals[2]
    differences = []
    for scenario in range(60):
        moods = []
        for bad in (False, True):
            episode = task.episode()
            episode.start("test", scenario)
            done = episode.oracle_acts()
            while done[0].call:  # a twin of what is said: nobody minds a second look
                episode.apply(done)
                done = episode.oracle_acts()
            episode.apply(done)
            if bad and episode.stop_reason is None:
                acts = {"rude": [Act("dismiss")], "repeated": done, "wrong": [Act("refuse", {"clause": refusal})]}
                episode.apply(acts[twin])
            moods.append(episode.customer.mood)
        differences.append(moods[0] - moods[1])
    print(f"{twin}: mean fall of mood {statistics.mean(differences):.3f}")
    assert statistics.mean(differences) > 0.02
