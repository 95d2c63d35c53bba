"""A kit for those who write rewards: does it do what a reward must, and does it pay for the work?

    from dialogue_gym.testing import check_reward, check_fairness

    check_reward(my_reward, "dialogue_gym/CustomerService-v0")
    check_fairness(my_reward, "dialogue_gym/CustomerService-v0")

Both are silent where all is well, and raise one error that lists what is not, in sentences. `written_steps` makes the
steps of a dialogue that is written down line by line, for examples worked out by hand.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dialogue_gym.draws import Stream, key
from dialogue_gym.episode import Dialogue
from dialogue_gym.errors import ConfigurationError, DialogueGymError, RewardError
from dialogue_gym.evaluation.make import make_single
from dialogue_gym.evaluation.play import episode_list, play
from dialogue_gym.evaluation.replay import replay
from dialogue_gym.evaluation.results import EpisodeResult, read_results
from dialogue_gym.evaluation.statistics import paired_difference
from dialogue_gym.registration import text_view
from dialogue_gym.rewards.base import Reward, RewardModel, Step
from dialogue_gym.rewards.check import score_checked
from dialogue_gym.rewards.fairness import paired_scores
from dialogue_gym.rewards.resolve import resolve_reward
from dialogue_gym.rewards.running import frozen
from dialogue_gym.rewards.wrapper import rescore
from dialogue_gym.rewards.written import dialogue_of, written_steps

__all__ = ["RewardCheckError", "check_fairness", "check_reward", "dialogue_of", "written_steps"]

REFERENCES = ("rule", "random", "oracle")
_CLOSE = 1e-5
"""Differences that float32 models may show between batches of different sizes."""


class RewardCheckError(DialogueGymError, AssertionError):
    """A reward that does not hold up; the message lists what is wrong, one sentence each."""


def check_reward(
    reward: Any,
    env_id: str,
    *,
    env_kwargs: Mapping[str, Any] | None = None,
    scenarios: int = 12,
    bounds: tuple[float, float] | None = None,
    recorded: str | Path | None = None,
    exploits: bool = True,
    tolerance: float = _CLOSE,
) -> None:
    """Runs a reward over generated and recorded dialogues and looks for what a reward must not do.

    - it gives a finite number, a `Reward` or None for every turn, within `bounds`;
    - one step alone is scored as in a batch, in any order, and again and again;
    - a turn's score does not depend on what comes after it;
    - it leaves the dialogue as it is;
    - no exploit agent is paid more than the rule agent (the oracle, where a task has no rules), beyond what chance
      explains on these scenarios.

    Args:
        reward: Anything that `resolve_reward` takes.
        env_id: The environment; its text view is played.
        env_kwargs: More arguments of the environment.
        scenarios: Test scenarios that each agent plays.
        bounds: The least and the most that one turn may be paid.
        recorded: A run folder or file of results to score too.
        exploits: Whether the exploits play.
        tolerance: What counts as equal, for neural rewards whose kernels depend on the batch.

    Raises:
        RewardCheckError: It does something of this.
    """
    model = resolve_reward(reward)
    # Made anew where it can be, so that what the first remembers of a text does not answer for it.
    twin = resolve_reward(reward) if isinstance(reward, str | Mapping) else model
    played = _play(env_id, env_kwargs, scenarios, exploits)
    rows = [row for group in played.values() for row in group]
    if recorded is not None:
        rows += read_results(recorded)
    dialogues = list(replay(rows))
    before = [dialogue.messages() for dialogue in dialogues]
    problems: list[str] = []
    try:
        with frozen(model), frozen(twin):
            scored = rescore(dialogues, model)
            problems += _outside(dialogues, scored, bounds)
            problems += _unsteady(twin, dialogues, scored, tolerance)
        if [dialogue.messages() for dialogue in dialogues] != before:
            problems.append("It changes the dialogues that it scores.")
        if exploits:
            problems += _gamed(played, scored)
    except RewardError as error:
        problems.append(str(error))
    _report(model.name, env_id, problems)


def check_fairness(
    reward: Any,
    env_id: str,
    *,
    env_kwargs: Mapping[str, Any] | None = None,
    scenarios: int = 20,
    agent: str = "rule",
    tolerance: float = 1e-6,
) -> None:
    """Scores the same dialogues with another customer's name and with other ways of speaking: all must be paid alike.

    Args:
        reward: Anything that `resolve_reward` takes.
        env_id: The environment; its text view is played.
        env_kwargs: More arguments of the environment.
        scenarios: Test scenarios that are played.
        agent: Who plays them.
        tolerance: How far a dialogue's return may move. Neural rewards are never quite blind: state what you accept.

    Raises:
        RewardCheckError: Some are not paid alike, or no dialogue has anything to change.
    """
    model = resolve_reward(reward)
    rows = play(agent, text_view(env_id), episode_list(scenarios), env_kwargs=env_kwargs)
    pairs = paired_scores(model, replay(list(rows)))
    problems = [] if pairs else [f"None of {scenarios} dialogues of the agent {agent!r} has anything to change."]
    for variant in dict.fromkeys(pair.variant for pair in pairs):
        group = [pair for pair in pairs if pair.variant == variant]
        apart = [pair for pair in group if abs(pair.difference) > tolerance]
        if apart:
            worst = max(apart, key=lambda pair: abs(pair.difference))
            mean = sum(pair.difference for pair in group) / len(group)
            problems.append(
                f"With {variant!r} {len(apart)} of {len(group)} dialogues are paid otherwise, {mean:+.3g} on average; "
                f"the most, {worst.difference:+.3g}, in scenario {worst.dialogue.scenario}, from turn {worst.turn} on."
            )
    _report(model.name, env_id, problems)


def _play(
    env_id: str, env_kwargs: Mapping[str, Any] | None, scenarios: int, exploits: bool
) -> dict[str, list[EpisodeResult]]:
    """Episodes by agent."""
    from dialogue_gym.agents.scripted.exploits import exploit_kinds
    from dialogue_gym.agents.seat import Seat

    env = text_view(env_id)
    seat = Seat.of(make_single(env, **dict(env_kwargs or {})))
    agents = [*REFERENCES, *(f"exploit:{kind}" for kind in exploit_kinds(seat) if exploits)]
    played = {}
    for agent in agents:
        try:
            played[agent] = list(play(agent, env, episode_list(scenarios), env_kwargs=env_kwargs))
        except ConfigurationError:
            if agent != "rule":  # some tasks have no rules
                raise
    return played


def _outside(
    dialogues: Sequence[Dialogue], scored: Sequence[Sequence[Reward]], bounds: tuple[float, float] | None
) -> Iterable[str]:
    if bounds is None:
        return
    low, high = bounds
    for step, reward in _flat(dialogues, scored):
        if not low <= reward.total <= high:
            yield f"It gives {reward.total:g}, outside of [{low:g}, {high:g}] ({step.where()})."
            return


def _unsteady(
    model: RewardModel, dialogues: Sequence[Dialogue], scored: Sequence[Sequence[Reward]], tolerance: float
) -> Iterable[str]:
    """What differs where nothing should: batches, orders, repetitions, and turns yet to come."""
    pairs = _flat(dialogues, scored)
    steps, first = [step for step, _ in pairs], [reward for _, reward in pairs]
    order = Stream(key("testing.order", len(steps))).sample(range(len(steps)), len(steps))
    some = order[:200]
    alone = {i: score_checked(model, [steps[i]])[0] for i in some}  # first, while nothing is remembered
    again = score_checked(model, steps)
    shuffled = score_checked(model, [steps[i] for i in order])
    in_place = [shuffled[order.index(i)] for i in range(len(steps))] if len(steps) < 5_000 else again
    early = {i: score_checked(model, [Step(_until(steps[i]), steps[i].number)])[0] for i in some}
    for seen, complaint in (
        (dict(enumerate(again)), "when it is asked again: a score must be a function of the step"),
        (dict(enumerate(in_place)), "in a batch of another order: a score must not depend on the steps beside it"),
        (alone, "when the step is scored alone: a score must not depend on the steps beside it"),
        (early, "before the rest of the dialogue is known: a score must not depend on what comes after the turn"),
    ):
        for i, reward in seen.items():
            if abs(reward.total - first[i].total) > tolerance * max(1.0, abs(first[i].total)):
                yield f"It gives {first[i].total:g} at first but {reward.total:g} {complaint} ({steps[i].where()})."
                break


def _until(step: Step) -> Dialogue:
    """The dialogue as it was when the turn had just been played."""
    whole = step.dialogue
    dialogue = Dialogue(whole.task, whole.split, whole.scenario, whole.trial)
    dialogue.opening = whole.opening
    dialogue.turns = whole.turns[: step.number]
    if step.ended:
        dialogue.stop, dialogue.outcome = whole.stop, whole.outcome
    return dialogue


def _gamed(played: Mapping[str, Sequence[EpisodeResult]], scored: Sequence[Sequence[Reward]]) -> Iterable[str]:
    returns: dict[str, tuple[list[float], list[int]]] = {}
    totals = iter(sum(reward.total for reward in rewards) for rewards in scored)
    for agent, rows in played.items():
        returns[agent] = [next(totals) for _ in rows], [row.scenario for row in rows]
    honest = "rule" if "rule" in returns else "oracle"
    for agent in returns:
        if agent.startswith("exploit:"):
            gain = paired_difference(*returns[agent], *returns[honest])
            if gain.low > 0 or (gain.low != gain.low and gain.mean > 0):
                paid, fair = (sum(returns[name][0]) / len(returns[name][0]) for name in (agent, honest))
                yield (
                    f"The agent {agent!r}, which does not do the work, is paid {paid:.3g} a dialogue, and {honest!r} "
                    f"{fair:.3g}: alone, it is a reward to be gamed. Mix it with the task's, or cap what it pays."
                )


def _flat(dialogues: Sequence[Dialogue], scored: Sequence[Sequence[Reward]]) -> list[tuple[Step, Reward]]:
    return [
        (Step(dialogue, number), reward)
        for dialogue, rewards in zip(dialogues, scored, strict=True)
        for number, reward in enumerate(rewards, 1)
    ]


def _report(name: str, env_id: str, problems: Sequence[str]) -> None:
    if problems:
        listed = "".join(f"\n- {problem}" for problem in problems)
        raise RewardCheckError(f"Reward {name!r} does not hold up on {env_id}:{listed}")
