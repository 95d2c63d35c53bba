"""The environments of customer service. The classes' docstrings are their documentation pages."""

from collections.abc import Sequence
from typing import Any

from dialogue_gym.envs.customer_service.task import load_task
from dialogue_gym.views import ActsEnv, ActsVectorEnv, ActsView, DialogueEnv, SideBySide, TextView


class CustomerServiceEnv(DialogueEnv):
    """One agent, one customer, a desk with tools and a policy: conversations in which the right thing must be *done*.

    ## Description

    A customer comes with one to three matters. At a web shop (`domain="retail"`): a parcel that is late, an order to
    cancel, an item to exchange, a wish that the policy forbids. At a bank (`domain="banking"`): one of the 77 intents
    of Banking77, for which the agent first chooses an answer template, and then looks up a record, reads an article, or
    changes something; some customers only hint at what they want and have to be asked.

    The agent talks to the customer, looks things up and changes records with tools, and keeps to a written policy whose
    every clause is checked by a rule. The customer is simulated by agenda (Schatzmann et al. 2007): it has a persona
    and a mood, forgets and misremembers, changes its mind, digresses, pushes back against refusals, tries to get at
    other people's accounts, and hangs up when it has had enough.

    Scenarios are a function of task version, split and index, the same on every machine; `test` has wording, people,
    products and merchants that occur in no other split.

    ## Action Space

    `Utterance`: a message to the customer, tool calls, or both. A call is written `<tool_call>{"name": ...,
    "arguments": {...}}</tool_call>`. The message is heard first, then the calls run in order. What the customer makes
    of a message is decided by recognition of its dialogue acts; an unintelligible one costs a turn and patience. A
    malformed call is answered with an error. Nothing that is a string raises.

    ## Observation Space

    `Utterance`: what the customer said and what tools returned (`<tool_response>...</tool_response>`) since the last
    action.

    ## Rewards

    | part | when | value |
    |---|---|---|
    | success | at the end | 1 if everything was right |
    | progress | each turn | 0.5 × the gain in the share of necessary pieces that are done, each counted once |
    | violations | each turn | −0.3 for each clause broken |
    | turns | each turn | −0.01 |
    | satisfaction | at the end | 0.2 × satisfaction, in [0, 1]; 0 after a hang-up |

    ## Starting State

    The customer's first message, drawn by `scenario` (who, what, which records) and `trial` (chances on the way).

    ## Episode End

    Terminated when the customer has nothing left (`completed`), when the agent says goodbye (`closed`) or hands over
    (`transferred`), or when the customer hangs up (`hung_up`). Truncated after `max_turns` actions (`max_turns`).

    ## Information

    | key | when | what |
    |---|---|---|
    | instructions | reset | role, date, output format, policy |
    | tools | reset | JSON-schema list of the tools |
    | messages | always | the new chat messages |
    | reward_terms | step | the reward's parts |
    | stop_reason | end | why it ended |
    | outcome | end | success and its parts, below |

    `outcome` holds success, resolved, database, evidence, verified (bool), violations (count), violated (the
    clauses), satisfaction and progress (in [0, 1]), turns and matters (counts). Success means: every matter resolved
    (facts told with the right values, or refused for the right reason, or handed over), the records equal to the goal
    state on every field, lookups and articles that were needed opened, identity verified where an account was
    touched, no clause broken, and the customer still there. At a desk that chooses answer templates, all have to be the
    right ones, and `outcome` also holds answered (bool), answers (a line "right TAB chosen" for each matter),
    documents_needed, documents_found, searches, questions and needless_questions (counts).

    ## Arguments

    | name | default | meaning |
    |---|---|---|
    | domain | "retail" | the desk: retail or banking |
    | split | "train" | train (unlimited), val or test (500 scenarios each) |
    | difficulty | "medium" | easy, medium or hard: more matters, forgetfulness, insistence and noise |
    | kinds | None | only these kinds of matter come up (`task.domain.kinds` names them); None for all |
    | reward | "task" | a registered name, a weighted mix, a dotted path, a callable or a RewardModel |
    | corpus | None | what real customers wrote, below; None for the built-in wording |
    | data_dir | None | folder of published data sets; None for the one that DIALOGUE_GYM_DATA names |
    | max_turns | None | 30 easy, 40 medium, 60 hard |
    | render_mode | None | "ansi" or "human" |

    `corpus` is "banking77" (the bank's 77 intents), "clinc150_oos" and "star" (out of scope, any desk), several joined
    by "+", or a folder of one's own messages (`dialogue_gym.envs.customer_service.corpora.messages`). Its messages are
    sent as they were written, and details are given only when asked for; the splits share no near-duplicates. For the
    bank a folder may also have articles (`dialogue_gym.envs.customer_service.corpora.articles`), which `search_kb`
    finds, and its messages may name those they are answered by: examples/own_articles.py.

    ## References

    - J. Schatzmann, B. Thomson, K. Weilhammer, H. Ye, S. Young (2007). Agenda-based user simulation for bootstrapping
      a POMDP dialogue system. NAACL-HLT. https://aclanthology.org/N07-2038/
    - S. Yao, N. Shinn, P. Razavi, K. Narasimhan (2024). tau-bench. https://arxiv.org/abs/2406.12045, for measuring
      outcomes by database state.
    - S. Robertson, H. Zaragoza (2009). The probabilistic relevance framework: BM25 and beyond, for the article search.
    - I. Casanueva, T. Temčinas, D. Gerz, M. Henderson, I. Vulić (2020). Efficient intent detection with dual sentence
      encoders. NLP4ConvAI. https://aclanthology.org/2020.nlp4convai-1.5/, for the 77 intents.

    Measured anchors, exploit agents and sample dialogues: docs/environments/customer_service.md.

    ## Version History

    - v0: domains retail and banking.
    """

    def __init__(
        self,
        *,
        domain: str = "retail",
        split: str = "train",
        difficulty: str = "medium",
        kinds: Sequence[str] | None = None,
        reward: Any = "task",
        corpus: str | None = None,
        data_dir: str | None = None,
        max_turns: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        view = TextView(load_task(domain, difficulty, corpus, kinds, data_dir), max_turns)
        super().__init__(view, split=split, reward=reward, render_mode=render_mode)


class CustomerServiceActsEnv(ActsEnv):
    """The same conversations as `CustomerServiceEnv`, played by number over features of what was said and shown.

    ## Description

    See `CustomerServiceEnv`. Equal acts give equal transcripts, rewards and outcomes on both views.

    ## Action Space

    `Discrete(n)`: dialogue acts and tool calls whose arguments are filled from the belief. `task.act_names` of the
    unwrapped environment names them: `ask:<slot>`, `tell:<fact>`, `propose:<tool>`, `refuse:<clause>`, `call:<tool>`,
    and plain ones such as `offer_more`, `apologise`, `clarify`, `close`. An act that the mask forbids is a silent
    turn.

    ## Observation Space

    `Box(-1, 1, (m,), float32)`: the features of a belief tracker, named by `task.feature_names`: the kind of matter,
    what was given, shown, told, proposed and agreed, what the last reply held, signs read off tool results
    (positive where the policy allows). The tracker hears the customer through `nlu_error`; it never sees hidden state.

    ## Rewards

    As `CustomerServiceEnv`.

    ## Starting State

    As `CustomerServiceEnv`.

    ## Episode End

    As `CustomerServiceEnv`.

    ## Information

    | key | when | what |
    |---|---|---|
    | action_mask | always | int8 (n,), 1 where the act can be carried out; a function of the transcript alone |
    | reward_terms | step | the reward's parts |
    | stop_reason, outcome | end | as `CustomerServiceEnv` |

    ## Arguments

    As `CustomerServiceEnv`, and

    | name | default | meaning |
    |---|---|---|
    | nlu_error | None | probability that a heard act is lost or mistaken; None: the text recogniser's rate |

    ## References

    As `CustomerServiceEnv`.

    ## Version History

    - v0: domains retail and banking.
    """

    def __init__(
        self,
        *,
        domain: str = "retail",
        split: str = "train",
        difficulty: str = "medium",
        kinds: Sequence[str] | None = None,
        reward: Any = "task",
        corpus: str | None = None,
        data_dir: str | None = None,
        max_turns: int | None = None,
        nlu_error: float | None = None,
        render_mode: str | None = None,
    ) -> None:
        view = ActsView(load_task(domain, difficulty, corpus, kinds, data_dir), max_turns, nlu_error)
        super().__init__(view, split=split, reward=reward, render_mode=render_mode)


class CustomerServiceVectorEnv(SideBySide):
    """Several `CustomerServiceEnv` side by side; see there for the arguments."""

    single = CustomerServiceEnv


class CustomerServiceActsVectorEnv(SideBySide, ActsVectorEnv):
    """Several `CustomerServiceActsEnv` side by side; see there for the arguments."""

    single = CustomerServiceActsEnv
