"""The environments of slate recommendation. The classes' docstrings are their documentation pages."""

from typing import Any

from dialogue_gym.envs.recommendation.slates.task import load_task
from dialogue_gym.views import ActsEnv, ActsVectorEnv, ActsView, DialogueEnv, SideBySide, TextView


class SlateRecommendationEnv(DialogueEnv):
    """Order items for a user who changes, round after round.

    ## Description

    Each round twelve items of a catalogue are on offer, as text; the agent shows up to four of them, best first. The
    user looks at the list, opens one item or none, and may like, save, comment on, share or buy it. After some rounds
    the user leaves, and is back days later or lost. The taste is hidden: it shows in what the user says on
    coming, in what they open, like and pass by.

    The user chooses by conditional logit with an outside option among the items that they have examined, from the
    top (cascade) or place by place. Clickbait is opened more and enjoyed less. Satisfaction leaks; it decides when the
    user leaves and comes back. What was opened lately bores, and recovers. The taste drifts towards what was enjoyed.
    `docs/environments/slate_recommendation.md` has the formulas, with sources and measured rates.

    The built-in catalogue has 648 items of nine categories for each split, with held-out items, wording and pairs of
    tastes in val and test.

    | difficulty | tags listed | the user says | named, not described | other tastes | boredom | drift |
    |---|---|---|---|---|---|---|
    | easy | 100 % | two themes, a category, a tone, a theme to avoid | 100 % | 0.3 | 0.2 | 0 |
    | medium | 80 % | two themes, each of the others half of the time | 70 % | 0.8 | 0.45 | 0.04 |
    | hard | 50 % | one theme, a fifth of the time a category | 50 % | 1 | 0.6 | 0.08 |

    ## Action Space

    A string: ids of the list in order, such as `i1042, i1007, i1311`, with commas, spaces or brackets between them.
    Fewer than four are fine, and the empty string shows nothing. An item that is named twice, sold out, not
    on the list or beyond the fourth place is left out and costs a little. Anything else, tool calls too, is answered
    with a reminder of the format and shows nothing.

    ## Observation Space

    A string: what the user says, what they opened and did, whether they left and came back, and the next list, one
    item a line: id, title, description, tags, price, views, stars, "new", "sold out".

    ## Rewards

    | part | value |
    |---|---|
    | enjoyment | that of the item that was opened, −1 .. 1; negative where it was not worth its time |
    | return | when the user comes back: satisfaction, if positive, times exp(−days / 7) |
    | faults | −0.02 for each item that had to be left out |

    This is `long_term`, the default. Other rewards by name: `click`, `funnel` (weighted steps from opening to buying),
    `purchase`, `diverse` (`long_term` and a bonus for slates of unlike items) and `clickbait_gameable`, which
    bait wins and the user loses: for studies of reward hacking.

    ## Starting State

    A user with satisfaction 0, their first words and the first list.

    ## Episode End

    Terminated: the user is lost ("hung_up"): away for more than 14 days. Truncated: 40 rounds ("max_turns").

    ## Information

    `reset`: instructions, tools (none). Always: messages. `step`: reward_terms. At the end: stop_reason and
    outcome with success (enjoyment of at least 0.12 a round, and the user not lost), click_through, conversion,
    enjoyment (a round), ndcg and regret (against the oracle, measured every eighth round), diversity, coverage,
    satisfaction, visits, session_rounds, return_days, and counts: rounds, clicks, likes, saves, comments, shares, buys,
    returns, ends_of_visits, and shown (numbers of items). Evaluation adds the rates of all episodes together.

    ## Arguments

    | name | default | meaning |
    |---|---|---|
    | split | "train" | "train" (unlimited), "val" or "test" (500 scenarios each) |
    | difficulty | "medium" | "easy", "medium" or "hard" |
    | population | "engaged" | "engaged", or "browsing": users who look in and go |
    | reward | "task" | a name, a mix, a dotted path, or a callable |
    | corpus | None | None for the built-in catalogue; "movielens", or a folder in its form |
    | max_turns | None | rounds; None for 40 |
    | render_mode | None | "ansi" or "human" |

    ## References

    McFadden 1974, Conditional logit analysis of qualitative choice behavior. Craswell et al. 2008, [An
    experimental comparison of click position-bias models](https://doi.org/10.1145/1341531.1341545). Chapelle and
    Zhang 2009, [A dynamic Bayesian network click model](https://doi.org/10.1145/1526709.1526711). Ie et al. 2019,
    [RecSim](https://arxiv.org/abs/1909.04847): satisfaction that leaks. Warlop, Lazaric and Mary 2018, Fighting
    boredom in recommender systems with linear reinforcement learning.

    ## Version History

    - v0: first version.
    """

    def __init__(
        self,
        *,
        split: str = "train",
        difficulty: str = "medium",
        population: str = "engaged",
        reward: Any = "task",
        corpus: str | None = None,
        max_turns: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        view = TextView(load_task(difficulty, population, corpus=corpus), max_turns)
        super().__init__(view, split=split, reward=reward, render_mode=render_mode)


class SlateRecommendationActsEnv(ActsEnv):
    """Order items by their features.

    ## Description

    The numeric view of `dialogue_gym/SlateRecommendation-v0`: the same episodes, with features made of the items'
    texts and a belief made of what the user said and did.

    ## Action Space

    `MultiDiscrete([13, 13, 13, 13])`: for each place 0 (empty) or the number of a candidate. The mask has 52
    entries, place by place; it forbids what is sold out. It cannot forbid showing a candidate twice: the
    second is left out and costs a little. With `actions="strategies"`, `Discrete(8)`: empty, match, match_few, popular,
    stars, fresh_match, cheap, varied: each fills the slate by its own score. Names are in
    `env.unwrapped.task.act_names`.

    ## Observation Space

    `Box(-1, 1, (480,), float32)` (fewer with MovieLens' genres), names in `env.unwrapped.task.feature_names`:

    | features | values | meaning |
    |---|---|---|
    | c1.film .. c12.minimal | 0, 0.5, 1 | attribute of a candidate: listed; or 0.5, read in its words |
    | c1.price, c1.views | 0 .. 1 | log(1 + price) / 6, log(1 + views) / 12 |
    | c1.stars | −1 .. 1 | (stars − 3) / 2 |
    | c1.bait | 0 .. 1 | how much the title sounds like clickbait |
    | c1.opened, c1.sold_out | 0, 1 | it was opened before; it cannot be shown |
    | c1.match | −1 .. 1 | the candidate's attributes times the belief, by 3 |
    | taste.film .. taste.minimal | −1 .. 1 | belief about liking, by 2 |
    | recent.film .. recent.minimal | 0 .. 1 | how much of it was opened lately |
    | idle, mood, visit, round | −1 .. 1 | idle rounds, reactions lately, visits and rounds so far |

    ## Rewards

    As on the text view.

    ## Starting State

    What the user's first words tell, and the first candidates.

    ## Episode End

    As on the text view.

    ## Information

    Always: action_mask. `step`: reward_terms. At the end: stop_reason and outcome, as on the text view.

    ## Arguments

    Those of the text view, and:

    | name | default | meaning |
    |---|---|---|
    | actions | "places" | "places" (`MultiDiscrete`) or "strategies" (`Discrete`) |
    | nlu_error | None | chance that a word that the user says is lost; None for 0 |

    ## References

    As on the text view.

    ## Version History

    - v0: first version.
    """

    def __init__(
        self,
        *,
        split: str = "train",
        difficulty: str = "medium",
        population: str = "engaged",
        actions: str = "places",
        reward: Any = "task",
        corpus: str | None = None,
        max_turns: int | None = None,
        nlu_error: float | None = None,
        render_mode: str | None = None,
    ) -> None:
        view = ActsView(load_task(difficulty, population, actions, corpus), max_turns, nlu_error)
        super().__init__(view, split=split, reward=reward, render_mode=render_mode)


class SlateRecommendationVectorEnv(SideBySide):
    """Several `SlateRecommendationEnv` side by side; see there for the arguments."""

    single = SlateRecommendationEnv


class SlateRecommendationActsVectorEnv(SideBySide, ActsVectorEnv):
    """Several `SlateRecommendationActsEnv` side by side; see there for the arguments."""

    single = SlateRecommendationActsEnv
