"""The environments of sentiment monitoring. The classes' docstrings are their documentation pages."""

from typing import Any

from dialogue_gym.envs.sentiment.monitor.task import load_task
from dialogue_gym.views import ActsEnv, ActsVectorEnv, ActsView, DialogueEnv, SideBySide, TextView


class SentimentMonitorEnv(DialogueEnv):
    """Watch a news desk for a day: read, label, and raise the alarm when bad news surges.

    ## Description

    Four topics, one of which appears during the day. Every half hour a bulletin lists the texts that came in: names,
    minutes, and which text one only repeats. Words are seen by asking for them, and come with the next bulletin. Now
    and then bad news about a topic surges; the desk is to raise the alarm early, and to leave everything alone that
    only looks like a surge.

        Bulletin 09:30 to 10:00. Texts left to read: 131.
        mergers: t61 09:32, t63 09:40 repeats t52
        regulation: t60 09:31, t62 09:38, t64 09:41, t65 09:44, t66 09:57
        Alarms open: mergers 1 since 08:30
        > read t66
        > clear mergers
        t66 (regulation, on Kestmore): Court bans Kestmore from trading in Norway
        Bulletin 10:00 to 10:30. Texts left to read: 130.
        ...
        > label t66 negative
        > alert regulation 1

    Texts of each topic and sentiment arrive by a marked Hawkes process, drawn by families, whose intensity hangs on a
    hidden phase, on the time of day and on the texts before: each brings half a text more on average, and four in ten
    of those only repeat an earlier one. Phases change between ticks: calm; tense, out of which most surges come;
    surges of severity 1 and 2, which rise over two ticks or begin at once and last three ticks at least; bursts of
    good news and bursts of mere volume. The calendar announces one busy season, and there are rush hours at 08:30 and
    16:00. Each day has a surge, 2.2 to 2.3 on average.

    | difficulty | surge: times the usual, share bad | rise | bursts | headlines |
    |---|---|---|---|---|
    | easy | 5 and 13, 92 and 98 % | at once | few | plain |
    | medium | 4 and 8, 62 and 84 % | half of them | more | some denied, compared or paired |
    | hard | 3 and 5, 50 and 72 % | 80 % of them | most | most of them |

    Headlines are those of `dialogue_gym/SentimentClassification-v0`; each split has its own words. All parameters are
    in `envs/sentiment/monitor/world.py` and, for agents that may know them, in `env.unwrapped.task.generator`.

    `corpus` gives the stream real words: "sentfin", "twitter_financial", or labelled texts of one's own in CSV or JSON
    lines, as described in `dialogue_gym.envs.sentiment.corpora.items`. When texts come, and how bad they are, is drawn
    as before; each original is an item of the split with the sentiment it needs. Topics are the corpus's own; where it
    has none, companies are dealt to eight watch lists, `list_1` to `list_8`; the tweets, which name none, are on all.
    Real streams without labels, such as StockNet's tweets, are for `dialogue-gym monitor`.

    ## Action Space

    A string, one act a line, as many as one likes: `alert <topic> <1 or 2>`, `clear <topic>`, `read <id>` (several ids
    may follow), `label <id> <sentiment>`. The empty string does nothing. A line that is none of these, and any tool
    call, is answered with a reminder; the other lines stand. What cannot be done (a text that was not heard, a budget
    that is spent) has no effect.

    ## Observation Space

    A string: at first the desk with its usual numbers and its calendar; then the texts that were asked for, a topic
    that appears, and the bulletin.

    ## Rewards

    | part | value |
    |---|---|
    | detection | a surge's first alarm: 1 until two ticks late, 0 from ten on; × 0.85 if its severity is wrong |
    | false_alarms | −1 for an alarm without a surge, running or ended within two ticks |
    | stale_alarms | −0.02 for each tick that an alarm is open without a surge |
    | reading | −0.002 for each text |
    | labels | 0.004 if right; wrong: −0.0008 for negative, −0.004 for neutral, −0.002 for positive |

    Silence is worth exactly 0: a miss costs what finding the surge would have brought. An alarm that is repeated while
    it is open, or in a surge that was found, counts nothing; one that is open when a surge begins does not find it. A
    text and its repetitions are labelled once. A wrong label costs the prior odds of the label named.

    Normalised scores on the first scenarios of the test list (60 for rule and Bayes filter, 20 for the others; silence
    0, clairvoyant 100):

    | agent | easy | medium | hard |
    |---|---|---|---|
    | always alert | −217 | −266 | −251 |
    | volume only | −9 | −94 | −57 |
    | zero reading (Bayes filter on the numbers of texts) | 24 | −4 | 0 |
    | rule (reader of words and CUSUM) | 83 | 33 | −6 |
    | Bayes filter that reads without error | 96 | 70 | 51 |
    | oracle | 100 | 100 | 100 |

    Random play draws each component by itself, so that it raises alarms on half of the topics in every tick (some
    −1,100 to −1,300). See docs/environments/sentiment_monitor.md for the detectors, and for delay against false alarms.

    ## Starting State

    06:00 of the scenario's day, all topics calm, with the first bulletin.

    ## Episode End

    Terminated: the day is over after 48 ticks ("completed"). Truncated: `max_turns` reached before.

    ## Information

    `reset`: instructions, tools (none). Always: messages. `step`: reward_terms. At the end: stop_reason and outcome:
    success (every surge found and no false alarm), and counts that add up over episodes: surges, hits, missed, alarms,
    false_alarms, repeated_alarms, severity_correct, delay, quiet_ticks, reads, delay_0 .. delay_9 and
    label_<right>_<named>. Evaluation makes alert_precision, alert_recall, alert_f1, detection_delay,
    detection_delay_p90, missed_rate, arl_to_false_alarm, severity_accuracy and the scores of labels of them.

    ## Arguments

    | name | default | meaning |
    |---|---|---|
    | split | "train" | "train" (unlimited), "val" or "test" (500 scenarios each) |
    | difficulty | "medium" | "easy", "medium" or "hard" |
    | reward | "task" | a name, a mix, a dotted path, or a callable |
    | corpus | None | words of labelled texts: "sentfin", "twitter_financial", or the path of a file or folder |
    | data_dir | None | folder of published data sets; None for the one that DIALOGUE_GYM_DATA names |
    | max_turns | None | turn limit; None for the 48 ticks of the day |
    | render_mode | None | "ansi" or "human" |

    ## References

    Hawkes 1971, [Spectra of some self-exciting and mutually exciting point
    processes](https://doi.org/10.1093/biomet/58.1.83). Hawkes and Oakes 1974, [A cluster process representation of a
    self-exciting process](https://doi.org/10.2307/3212693). Page 1954, [Continuous inspection
    schemes](https://doi.org/10.1093/biomet/41.1-2.100): CUSUM and the average run length to a false alarm.

    ## Version History

    - v0: first version; task version 1 since days are drawn by families.
    """

    def __init__(
        self,
        *,
        split: str = "train",
        difficulty: str = "medium",
        reward: Any = "task",
        corpus: str | None = None,
        data_dir: str | None = None,
        max_turns: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        view = TextView(load_task(difficulty, corpus, data_dir), max_turns)
        super().__init__(view, split=split, reward=reward, render_mode=render_mode)


class SentimentMonitorActsEnv(ActsEnv):
    """Watch a news desk by numbers of texts and by what a reader of words makes of those it reads.

    ## Description

    The numeric view of `dialogue_gym/SentimentMonitor-v0`: the same days. Which texts are read and how they are
    labelled is filled in: the newest unread originals of this tick and the last, and what naive Bayes over texts of the
    train split, with a list of good and bad words, takes them for. An agent that reads better plays the text view.

    ## Action Space

    `MultiDiscrete([4, 4, 4, 4, 5, 5, 5, 5])`: for each topic, in the order of the desk, a command (nothing, alert 1,
    alert 2, clear), then for each topic how many texts to read, up to four. Names ("1:alert2", "3:read4") are in
    `env.unwrapped.task.act_names`. The mask forbids commands to a topic that has not appeared, clearing where no alarm
    is open, and reading more than is unread or affordable; a forbidden number does nothing and the others stand.

    ## Observation Space

    `Box(-1, 1, (60,), float32)`, names in `env.unwrapped.task.feature_names`. A number n is shown as n / (n + 5).

    | features of each topic | values | meaning |
    |---|---|---|
    | present, season | 0, 1 | it has appeared; the calendar calls it busy now |
    | usual | 0 .. 1 | texts an hour on an ordinary day, / 10 |
    | fresh, echoes | 0 .. 1 | numbers of new texts and of repetitions in this tick |
    | short, long | 0 .. 1 | averages of the new ones over some 2 and 8 ticks |
    | unread | 0 .. 1 | new texts of this tick and the last that were not read |
    | read | 0 .. 1 | texts that were just read, of 4 |
    | negative, positive | 0 .. 1 | shares of those that sound so |
    | gloom | 0 .. 1 | average share of negatives over some 5 texts |
    | alarm, age | 0 .. 1 | severity of the open alarm, / 2, and the ticks it has been open |

    and of the desk tick, sine and cosine of the time of day, and budget.

    ## Rewards

    As on the text view.

    ## Starting State

    As on the text view.

    ## Episode End

    As on the text view.

    ## Information

    Always: action_mask, the masks of the eight numbers one after another. `step`: reward_terms. At the end: stop_reason
    and outcome, as on the text view.

    ## Arguments

    Those of the text view, and:

    | name | default | meaning |
    |---|---|---|
    | nlu_error | None | chance that an entry of a bulletin is overlooked and that a word is lost; None for 0 |

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
        data_dir: str | None = None,
        max_turns: int | None = None,
        nlu_error: float | None = None,
        render_mode: str | None = None,
    ) -> None:
        view = ActsView(load_task(difficulty, corpus, data_dir), max_turns, nlu_error)
        super().__init__(view, split=split, reward=reward, render_mode=render_mode)


class SentimentMonitorVectorEnv(SideBySide):
    """Several `SentimentMonitorEnv` side by side; see there for the arguments."""

    single = SentimentMonitorEnv


class SentimentMonitorActsVectorEnv(SideBySide, ActsVectorEnv):
    """Several `SentimentMonitorActsEnv` side by side; see there for the arguments."""

    single = SentimentMonitorActsEnv
