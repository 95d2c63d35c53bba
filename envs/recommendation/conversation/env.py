"""The environments of conversational recommendation. The classes' docstrings are their documentation pages."""

from typing import Any

from dialogue_gym.envs.recommendation.conversation.task import load_task
from dialogue_gym.views import ActsEnv, ActsVectorEnv, ActsView, DialogueEnv, SideBySide, TextView


class RecommendationEnv(DialogueEnv):
    """Find out what somebody is looking for, recommend it, and explain it.

    ## Description

    A customer looks for two or three things, one after the other: each of a category, in a mood, perhaps below a
    price. Beside that they have a lasting taste. Of some of it they speak by themselves, which differs from one to
    the next; the rest the agent asks for. It looks things up in a catalogue of 648 items, and recommends up to three
    by id or title. The customer finds fault ("too expensive", "less serious", "I've had that") or picks one and asks
    two things about it: its theme, mood, style, price or rating. When both are answered, with just that and truly,
    what pleases is taken, perhaps reviewed and passed on, and the next wish comes up. There is no single right title:
    an item is as good as it will be enjoyed.

    The customer chooses by conditional logit with an outside option among the items they look at, by what is seen
    of them: attributes, stars, price, and titles that promise too much. Once an item is explained only what it is worth
    counts. Questions, lists, answers to what was not asked, and turns that lead nowhere take patience; when it is gone,
    the customer leaves. `docs/environments/recommendation.md` has the formulas.

    | difficulty | things | tells kind, others | themes named | no answer | changes mind | price limit | knows |
    |---|---|---|---|---|---|---|---|
    | easy | 2 | 100 %, 12 % | 100 % | never | never | 30 % | nothing |
    | medium | 3 | 80 %, 20 % | 70 % | 10 % | 30 % | 50 % | 5 % |
    | hard | 3 | 40 %, 20 % | 50 % | 25 % | 60 % | 70 % | 10 % |

    ## Action Space

    A string: words, tool calls (`<tool_call>{"name": ..., "arguments": {...}}</tool_call>`), or both. Sentences that
    name items recommend them; explain them where they say so ("more about", "because") or what is so ("i1042 costs
    €12", "it is about crime", where "it" is the item that was asked about); compare several ("compare"). A quoted
    description tells what is in it. Questions about kind, theme, mood, style, price, dislikes, or in general are
    answered. "Goodbye" ends. The empty string is silence. Items are named by id, or by title: whatever the case, and
    inside quotation marks with small slips.

    ## Observation Space

    A string: what the customer says, and results of tools as JSON.

    ## Rewards

    The default, "task", has four parts: enjoyment (of what is taken, 0.3 to 1), effort (−0.01 for each question, list
    and explanation), faults (−0.03 for each question that was answered before, answer to what was not asked or that
    is not so, item that is not there, and item beyond the third of a list), unmet (−0.1 for each wish that is not met
    in the end).

    ## Starting State

    The catalogue's name and size, and the customer's first words.

    ## Episode End

    Terminated: every wish is met ("completed"), the agent says goodbye ("closed"), or the customer's patience is gone
    ("hung_up"). Truncated: 40 turns ("max_turns").

    ## Information

    `reset`: instructions, tools (search_catalogue, show_item). Always: messages. `step`: reward_terms. At the end:
    stop_reason and outcome with success (every wish met), met, enjoyment, regret (a wish, against the best item),
    ndcg (lists against the best lists), conversion (things bought a wish), questions, repeated, evaded, lists,
    diversity (mean distance within lists), coverage, satisfaction, and counts: curious, taken, bought, shown.
    Evaluation adds click_rate, take_rate, buy_rate and catalogue_coverage of all conversations together.

    ## Arguments

    | name | default | meaning |
    |---|---|---|
    | split | "train" | "train" (unlimited), "val" or "test" (500 scenarios each) |
    | difficulty | "medium" | "easy", "medium" or "hard" |
    | reward | "task" | a name, a mix, a dotted path, or a callable |
    | corpus | None | None, or real films: "movielens", or "redial" with its seekers' tastes and words |
    | max_turns | None | turns; None for 40 |
    | render_mode | None | "ansi" or "human" |

    ## References

    McFadden 1974, Conditional logit analysis of qualitative choice behavior. Christakopoulou et al. 2016, [Towards
    conversational recommender systems](https://doi.org/10.1145/2939672.2939746). McGinty and Reilly 2011, On the
    evolution of critiquing recommenders. Li et al. 2018, [Towards deep conversational
    recommendations](https://arxiv.org/abs/1812.07617). Harper and Konstan 2015, [The MovieLens
    datasets](https://doi.org/10.1145/2827872). Järvelin and Kekäläinen 2002, [Cumulated gain-based
    evaluation](https://doi.org/10.1145/582415.582418).

    ## Version History

    - v0: first version.
    """

    def __init__(
        self,
        *,
        split: str = "train",
        difficulty: str = "medium",
        reward: Any = "task",
        corpus: str | None = None,
        max_turns: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        super().__init__(
            TextView(load_task(difficulty, corpus), max_turns), split=split, reward=reward, render_mode=render_mode
        )


class RecommendationActsEnv(ActsEnv):
    """Find out what somebody is looking for by numbered acts.

    ## Description

    The numeric view of `dialogue_gym/Recommendation-v0`: the same episodes, with a belief made of what the customer
    said, and lists made by strategies that rank the catalogue by that belief.

    ## Action Space

    `Discrete(22)`: hold, ask:category, ask:theme, ask:tone, ask:style, ask:budget, ask:avoid, ask:open,
    recommend:match, recommend:match3, recommend:varied, recommend:cheap, recommend:stars, recommend:popular, explain,
    compare, answer:theme, answer:tone, answer:style, answer:price, answer:stars, end. Lists keep to what was told of
    category and price and leave out what was shown for this wish. `explain` points out the first of the last list,
    `compare` its first two; `answer` tells what is listed, or read in words, about the item that the customer has
    asked about. What no item has can't be asked for or answered: with films, ask:tone, ask:budget, answer:tone and
    answer:price are masked out. Names are in `env.unwrapped.task.act_names`.

    ## Observation Space

    `Box(-1, 1, (69,), float32)` (67 with films), names in `env.unwrapped.task.feature_names`:

    | features | values | meaning |
    |---|---|---|
    | taste.film .. taste.minimal | −1 .. 1 | belief about liking, by 2 |
    | has.category .. has.avoid | 0, 1 | it was told |
    | asked.category .. asked.open | 0 .. 1 | how often it was asked during this wish, by 3 |
    | budget | 0 .. 1 | log(1 + limit) / 6 |
    | heard.look .. heard.leave | 0, 1 | acts of the last reply |
    | wonders.theme .. wonders.stars | 0, 1 | what the customer asks about an item |
    | explained | 0 .. 1 | explanations since the last list, by 3 |
    | lists, met, turn | 0 .. 1 | lists for this wish by 10, things taken by 5, turns by 40 |

    ## Rewards

    As on the text view.

    ## Starting State

    What the customer's first words tell.

    ## Episode End

    As on the text view.

    ## Information

    Always: action_mask. `step`: reward_terms. At the end: stop_reason and outcome, as on the text view.

    ## Arguments

    Those of the text view, and:

    | name | default | meaning |
    |---|---|---|
    | nlu_error | None | chance that an act of the customer is lost; None for the measured error of the text listener |

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
        reward: Any = "task",
        corpus: str | None = None,
        max_turns: int | None = None,
        nlu_error: float | None = None,
        render_mode: str | None = None,
    ) -> None:
        view = ActsView(load_task(difficulty, corpus), max_turns, nlu_error)
        super().__init__(view, split=split, reward=reward, render_mode=render_mode)


class RecommendationVectorEnv(SideBySide):
    """Several `RecommendationEnv` side by side; see there for the arguments."""

    single = RecommendationEnv


class RecommendationActsVectorEnv(SideBySide, ActsVectorEnv):
    """Several `RecommendationActsEnv` side by side; see there for the arguments."""

    single = RecommendationActsEnv
