"""The environments of sentiment classification. The classes' docstrings are their documentation pages."""

from typing import Any

from dialogue_gym.envs.sentiment.classification.task import load_task
from dialogue_gym.views import ActsEnv, ActsVectorEnv, ActsView, DialogueEnv, SideBySide, TextView


class SentimentClassificationEnv(DialogueEnv):
    """Label financial texts: what each is about, and good or bad news for whom.

    ## Description

    A financial text and an entity: what is the text about, and is it good or bad news for the entity's
    shareholders? Generated texts are headlines, posts and reviews:

        Review: I came to this company late. The coffee at the meeting was cold, no question. The gist is
        that the shipbuilder axes its dividend, whereas Galdera declares its first dividend in a decade.
        Entity: Cresthill
        > background
        Background: Cresthill runs its business as a shipbuilder from Peru.
        > negative, dividends

    Some deny what their words suggest ("fails to win approval"), compare two companies, join good news for one
    with bad news for another, give figures only, praise what is bad news (posts, with a marker), or grant a
    smaller point first (reviews). Some call companies by trade or ticker. They are composed from wording files,
    `envs/sentiment/classification/{data,posts,reviews}`; each split has its own forms, companies, people, places
    and products. Difficulties are mixtures:

    | | easy | medium | hard |
    |---|---|---|---|
    | headlines, posts, reviews | 70, 15, 15 % | 50, 25, 25 % | 40, 30, 30 % |
    | plain, negated, compared, paired | 100, 0, 0, 0 % | 50, 20, 10, 20 % | 10, 30, 20, 40 % |
    | figures, on the topics that have some | | 10 % | 20 % |
    | posts with bad news that are sarcastic | | 30 % | 50 % |
    | reviews with a verdict that grant a point first | | 25 % | 50 % |
    | headlines with a hedge | | 30 % | 50 % |
    | companies by trade or ticker | | 15 % | 40 % |

    A comparison has no neutral side: where the label is neutral a paired text takes its place.

    `corpus` plays labelled texts of others in their place:

    | corpus | asks for | entity | val and test, each |
    |---|---|---|---|
    | "sentfin" | sentiment | yes, with different labels in one headline | 1715 |
    | "twitter_financial" | sentiment | no | 1430 |
    | "twitter_financial_topics" | topic of 20 | no | 2548 |
    | a file or folder | its columns sentiment, topic or both | if there is the column | at least 500 of 2000 |

    The first three are read from the folder that `data_dir` or DIALOGUE_GYM_DATA names; where neither is given,
    the tweets come from the Hugging Face hub if `datasets` is installed. Near-duplicates stay in one split. The
    columns of one's own files are described in `dialogue_gym.envs.sentiment.corpora.items`.

    ## Action Space

    A string. `<sentiment>, <topic>` (or the one that is asked for) labels the text, in either order; case and
    punctuation do not matter. Sentiments: negative, neutral, positive. Topics of generated texts: earnings,
    mergers, dividends, management, regulation, products, ratings, economy. `background` asks for a sentence about
    the entity, once for each generated text. `hold` or nothing shows the text again. Everything else, also several
    labels of one kind and any tool call, is answered with a reminder of the format and costs a turn.

    ## Observation Space

    A string: a text and the entity if there is one, the background, or the reminder.

    ## Rewards

    | part | value |
    |---|---|
    | sentiment | 0.8 if right; wrong: −0.8 p / (1 − p) |
    | topic | 0.2 if right; wrong: −0.2 p / (1 − p) |
    | turns | −0.005 for each turn that gives no label |
    | background | −0.015 when it is given |

    Each over the number of texts. Here p is how often the label that was named is right: 1/6 negative, 1/2
    neutral, 1/3 positive and 1/8 for each topic of generated texts; in a corpus, its share of the split. So any
    label that is named without reading is worth 0 on average, and in val and test exactly so. Where only one
    of the two is asked for it counts 1 in place of 0.8 or 0.2. The best return is 1.

    Normalised scores on the test list (doing nothing 0, always right 100); random play is within 6 of 0:

    | difficulty | constant label | rules | tfidf | oracle |
    |---|---|---|---|---|
    | easy | 1.5 | 88.2 | 69.2 | 100 |
    | medium | 1.5 | 62.7 | 62.4 | 100 |
    | hard | 1.5 | 48.6 | 57.8 | 100 |

    The rules are a lexicon of good, bad and topical words that knows neither denials nor comparisons; tfidf is a
    linear support vector machine over TF-IDF of 6000 train texts.

    ## Starting State

    The scenario's first text and entity.

    ## Episode End

    Terminated: all texts have a label ("completed"). Truncated: three turns for each text are over ("max_turns").

    ## Information

    `reset`: instructions, tools (none). Always: messages. `step`: reward_terms. At the end: stop_reason and
    outcome with success (all right), sentiment_correct and topic_correct (shares), label and predicted (one line
    for each text, empty where no label was given), violations (always 0). Evaluation also gives, for sentiment and
    topic each, accuracy, macro_f1, weighted_f1, mcc and missing.

    ## Arguments

    | name | default | meaning |
    |---|---|---|
    | split | "train" | "train" (unlimited), "val" or "test" (528 scenarios each; of a corpus as above) |
    | difficulty | "medium" | "easy", "medium" or "hard"; with a corpus "medium" only |
    | reward | "task" | a name, a mix, a dotted path, or a callable |
    | corpus | None | real texts: a name as above, or the path of a file or folder |
    | data_dir | None | folder of published data sets; None for the one that DIALOGUE_GYM_DATA names |
    | texts_per_episode | 1 | how many texts are labelled one after another |
    | max_turns | None | turn limit; None for 3 for each text |
    | render_mode | None | "ansi" or "human" |

    ## References

    Malo et al. 2014, [Good debt or bad debt](https://doi.org/10.1002/asi.23062): sentiment from an investor's
    point of view, and its priors. Sinha et al. 2022, [SEntFiN 1.0](https://doi.org/10.1002/asi.24634):
    headlines whose entities have different sentiments. Cohen 1960, [A coefficient of agreement for nominal
    scales](https://doi.org/10.1177/001316446002000104): correction for chance.

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
        data_dir: str | None = None,
        texts_per_episode: int = 1,
        max_turns: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        view = TextView(load_task(difficulty, corpus, data_dir, texts_per_episode), max_turns)
        super().__init__(view, split=split, reward=reward, render_mode=render_mode)


class SentimentClassificationActsEnv(ActsEnv):
    """Label financial texts by their hashed words.

    ## Description

    The numeric view of `dialogue_gym/SentimentClassification-v0`: the same texts, as hashed words and
    numbered acts. The words are hashed without being understood; what they mean is the agent's to learn.

    ## Action Space

    `Discrete(26)`: the 24 labels, sentiment by sentiment (`label:negative:earnings`, ...), `background` and
    `hold`. A corpus has its own labels (`label:negative`, `label:fed-central-banks`, ...) and no `background`.
    Names are in `env.unwrapped.task.act_names`. The mask forbids a second `background` to one text.

    ## Observation Space

    `Box(-1, 1, (4359,), float32)`, names in `env.unwrapped.task.feature_names`:

    | features | values | meaning |
    |---|---|---|
    | near_0 .. near_4095 | 0 .. 1 | hashed TF-IDF of the entity's clauses; of all where none is found |
    | far_0 .. far_255 | 0 .. 1 | hashed TF-IDF of the other clauses |
    | named | 0, 1 | a mention of the entity was found |
    | opens | 0, 1 | it is in the first third of its clause |
    | clauses | 0, 0.5, 1 | one, two, more clauses |
    | falls | 0, 1 | the first number of the entity's clauses is larger than the second |
    | rises | 0, 1 | it is smaller |
    | informed | 0, 1 | the background was heard |
    | turn | 0 .. 1 | share of the turns used |

    ## Rewards

    As on the text view.

    ## Starting State

    The words of the scenario's first text.

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
        corpus: str | None = None,
        data_dir: str | None = None,
        texts_per_episode: int = 1,
        max_turns: int | None = None,
        nlu_error: float | None = None,
        render_mode: str | None = None,
    ) -> None:
        view = ActsView(load_task(difficulty, corpus, data_dir, texts_per_episode), max_turns, nlu_error)
        super().__init__(view, split=split, reward=reward, render_mode=render_mode)


class SentimentClassificationVectorEnv(SideBySide):
    """Several `SentimentClassificationEnv` side by side; see there for the arguments."""

    single = SentimentClassificationEnv


class SentimentClassificationActsVectorEnv(SideBySide, ActsVectorEnv):
    """Several `SentimentClassificationActsEnv` side by side; see there for the arguments."""

    single = SentimentClassificationActsEnv
