"""The environments of sentiment classification. The classes' docstrings are their documentation pages."""

from typing import Any

from dialogue_gym.envs.sentiment.classification.task import load_task
from dialogue_gym.views import ActsEnv, ActsVectorEnv, ActsView, DialogueEnv, DialogueVectorEnv, TextView


class SentimentClassificationEnv(DialogueEnv):
    """Label a financial headline: its topic, and good or bad news for whom.

    ## Description

    One financial headline and one entity: what is the headline about, and is it good or bad news for the
    entity's shareholders? Some headlines deny what their words suggest ("fails to win approval"), compare two
    companies, or join good news for one with bad news for another; some call companies by their trade, so
    that it takes the background to know which one is meant.

        Headline: Record orders lift second-quarter profit at the brewer by 7%; the budget carrier cuts its dividend
        Entity: Kestmore
        > background
        Background: Kestmore, a budget carrier from Norway, employs some 4,100 people.
        > negative, dividends

    Headlines are generated from wording files, `envs/sentiment/classification/data/`; each split has its own
    forms, companies, people, places and products. Difficulties are mixtures of the kinds of headlines:

    | difficulty | plain | negated | compared | paired | with a hedge | companies by trade |
    |---|---|---|---|---|---|---|
    | easy | 100 % | | | | | |
    | medium | 50 % | 20 % | 10 % | 20 % | 30 % | 15 % |
    | hard | 10 % | 30 % | 20 % | 40 % | 50 % | 40 % |

    A comparison has no neutral side: where the label is neutral a paired headline takes its place.

    ## Action Space

    A string. `<sentiment>, <topic>` labels the headline and ends the episode, in either order; case and
    punctuation do not matter. Sentiments: negative, neutral, positive. Topics: earnings, mergers, dividends,
    management, regulation, products, ratings, economy. `background` asks for a sentence about the entity,
    once. `hold` or nothing shows the headline again. Everything else, also several sentiments or topics and
    any tool call, is answered with a reminder of the format and costs a turn.

    ## Observation Space

    A string: the headline and the entity, the background, or the reminder.

    ## Rewards

    | part | value |
    |---|---|
    | sentiment | 0.8 if right; wrong: −0.16 for negative, −0.8 for neutral, −0.4 for positive |
    | topic | 0.2 if right, −0.2/7 if wrong |
    | turns | −0.005 for each turn that gives no label |
    | background | −0.015 when it is given |

    A wrong label costs its prior odds p / (1 − p), so that any label named without reading is worth 0 on
    average. The priors are 1/6 negative, 1/2 neutral, 1/3 positive and 1/8 for each topic; they hold exactly
    on the val and test lists. The best return is 1, doing nothing gives −0.015.

    Normalised scores on the test list (doing nothing 0, always right 100); the rules are a lexicon of good, bad
    and topical words that knows neither denials nor comparisons:

    | difficulty | constant label | random | rules | oracle |
    |---|---|---|---|---|
    | easy | 1 | 1 | 88 | 100 |
    | medium | 1 | 1 | 61 | 100 |
    | hard | 1 | −1 | 37 | 100 |

    ## Starting State

    The scenario's headline and entity.

    ## Episode End

    Terminated: a label was given ("completed"). Truncated: three turns without one ("max_turns").

    ## Information

    `reset`: instructions, tools (none). Always: messages. `step`: reward_terms. At the end: stop_reason and
    outcome with success (both right), sentiment_correct, topic_correct, label, predicted ("" if none was
    given), violations (always 0).

    ## Arguments

    | name | default | meaning |
    |---|---|---|
    | split | "train" | "train" (unlimited), "val" or "test" (528 scenarios each) |
    | difficulty | "medium" | "easy", "medium" or "hard" |
    | reward | "task" | a name, a mix, a dotted path, or a callable |
    | corpus | None | reserved for real texts; None only |
    | max_turns | None | turn limit; None for 3 |
    | render_mode | None | "ansi" or "human" |

    ## References

    Malo et al. 2014, [Good debt or bad debt](https://doi.org/10.1002/asi.23062): sentiment from an investor's
    point of view, and its priors. Sinha et al. 2022, [SEntFiN 1.0](https://doi.org/10.1002/asi.24634):
    headlines whose entities have different sentiments. Cohen 1960, [A coefficient of agreement for nominal
    scales]( https://doi.org/10.1177/001316446002000104): correction for chance.

    ## Version History

    - v0: first version.
    """

    def __init__(
        self,
        *,
        split: str = "train",
        difficulty: str = "medium",
        reward: Any = "task",
        corpus: None = None,
        max_turns: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        view = TextView(load_task(difficulty, corpus), max_turns)
        super().__init__(view, split=split, reward=reward, render_mode=render_mode)


class SentimentClassificationActsEnv(ActsEnv):
    """Label a financial headline by its hashed words.

    ## Description

    The numeric view of `dialogue_gym/SentimentClassification-v0`: the same headlines, as hashed words and
    numbered acts. The words are hashed without being understood; what they mean is the agent's to learn.

    ## Action Space

    `Discrete(26)`: the 24 labels, sentiment by sentiment (`label:negative:earnings`, ...), `background` and
    `hold`. Names are in `env.unwrapped.task.act_names`. The mask forbids a second `background`.

    ## Observation Space

    `Box(-1, 1, (1285,), float32)`, names in `env.unwrapped.task.feature_names`:

    | features | values | meaning |
    |---|---|---|
    | near_0 .. near_1023 | 0 .. 1 | hashed TF-IDF of the entity's clause; of all where none is found |
    | far_0 .. far_255 | 0 .. 1 | hashed TF-IDF of the other clauses |
    | named | 0, 1 | a mention of the entity was found |
    | opens | 0, 1 | it is in the first third of its clause |
    | clauses | 0, 0.5, 1 | one, two, more clauses |
    | informed | 0, 1 | the background was heard |
    | turn | 0 .. 1 | turns so far, of three |

    ## Rewards

    As on the text view.

    ## Starting State

    The words of the scenario's headline.

    ## Episode End

    As on the text view.

    ## Information

    Always: action_mask. `step`: reward_terms. At the end: stop_reason and outcome, as on the text view.

    ## Arguments

    Those of the text view, and:

    | name | default | meaning |
    |---|---|---|
    | nlu_error | None | chance that a word is lost, anew each time it is shown; None for 0 |

    ## References

    Weinberger et al. 2009, [Feature hashing for large scale multitask
    learning](https://arxiv.org/abs/0902.2206).

    ## Version History

    - v0: first version.
    """

    def __init__(
        self,
        *,
        split: str = "train",
        difficulty: str = "medium",
        reward: Any = "task",
        corpus: None = None,
        max_turns: int | None = None,
        nlu_error: float | None = None,
        render_mode: str | None = None,
    ) -> None:
        view = ActsView(load_task(difficulty, corpus), max_turns, nlu_error)
        super().__init__(view, split=split, reward=reward, render_mode=render_mode)


class SentimentClassificationVectorEnv(DialogueVectorEnv):
    """Several `SentimentClassificationEnv` side by side; see there for the arguments."""

    def __init__(
        self,
        num_envs: int = 1,
        *,
        split: str = "train",
        difficulty: str = "medium",
        reward: Any = "task",
        corpus: None = None,
        max_turns: int | None = None,
        render_mode: str | None = None,
        autoreset_mode: str = "next_step",
    ) -> None:
        task = load_task(difficulty, corpus)
        super().__init__(
            lambda: TextView(task, max_turns),
            num_envs,
            split=split,
            reward=reward,
            autoreset_mode=autoreset_mode,
            render_mode=render_mode,
        )


class SentimentClassificationActsVectorEnv(ActsVectorEnv):
    """Several `SentimentClassificationActsEnv` side by side; see there for the arguments."""

    def __init__(
        self,
        num_envs: int = 1,
        *,
        split: str = "train",
        difficulty: str = "medium",
        reward: Any = "task",
        corpus: None = None,
        max_turns: int | None = None,
        nlu_error: float | None = None,
        render_mode: str | None = None,
        autoreset_mode: str = "next_step",
    ) -> None:
        task = load_task(difficulty, corpus)
        super().__init__(
            lambda: ActsView(task, max_turns, nlu_error),
            num_envs,
            split=split,
            reward=reward,
            autoreset_mode=autoreset_mode,
            render_mode=render_mode,
        )
