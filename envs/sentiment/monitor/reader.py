"""A reader of texts by words: naive Bayes over texts of the train split, and lists of good words and bad ones.

A word counts by itself and in its topic: "no" is bad news about dividends. The lists speak where a word is not known
from the split; a denial turns them round. It is what the numeric view labels
with. It looks at the clause that names the entity, and knows nothing of comparisons or of companies that go by their
trade; its error on each split and difficulty is in the environment's page.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from math import log
from typing import Final

from dialogue_gym.envs.sentiment.classification.labels import SENTIMENT_PRIORS, SENTIMENTS

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_CLAUSE = re.compile(r"(?:;|\.|, (?:while|whereas|but)| (?:while|whereas|but)) ")
_SMOOTHING: Final = 0.1
"""Added to each mark's count per sentiment."""
_LISTS_COUNT: Final = 3
"""Times that the lists' verdict counts."""
_TOPICAL: Final = 0.5
"""How much a word counts in its topic, beside 1 by itself."""
_VERDICTS: Final = {sign: tuple(f"#{sign}.{copy}" for copy in range(_LISTS_COUNT)) for sign in (-1, 0, 1)}
_ENDINGS: Final = ("ing", "er", "ed", "es", "s", "e")

_GOOD: Final = """
    accelerate acclaim acquit admire ahead aid amaze ample applaud approval approve attract award backs bags bargain
    beat benefit best better big bigger bless boom boon boost bounty bright brisk bullish bumper buoyant buy buyback
    celebrate cheap cheaply cheer clear clever climb clinch confident convince delight deserve dismiss double dream
    earn ease elated endorse enlarge enrich enthusiastic exceed exceeding excellent expand extra fabulous fantastic
    fast faster favour favourite first flourish gain generous gift good grant great green grew grow handsome happy
    heal healthy hearty help hero high hike hit honest honour huge impressive improve increase incredible jump keen
    land larger lavish lead lift love lucrative lure magnificent massive more obtain optimism optimistic outdo
    outgrow outpace outperform outsell outshine outstanding overflow perfect persuade please pleasure popular praise
    prefer premium progress promise promising prosper proud push raise rally rave rebound rebuild recommend
    record-high recover recovery reinstate relief relieve rescue respected restore resume retain return reward ride
    rise robust rocket sail salute satisfy save seal secure settle shine skyrocket smile smooth soar solid spare
    special speed splendid spur stable star stay stellar stimulus strength strengthen strong success superb surge
    surpass surprise sweeten swell terrific thrill thrive throw top treat triple triumph turnaround twice up upbeat
    upgrade uplift ups upside upswing upturn victory warm welcome well well-received well-regarded win winner won
    wonderful worthy
    """
_BAD: Final = """
    abandon abrupt abruptly abuse accident accuse admitted ailing alarm allegation allege amid anger angry awful axe
    bad badly ban bankrupt bankruptcy batter bearish bitter blame bleak bleed block blow botch breach break bribery
    broke brutal burden burn cancel catastrophe cease chaos charge cloud collapse complain complaint concern
    contamination convict corruption costly crash crisis criticise criticism crumble crush curb curtail cut damage
    danger dangerous deceive decline deep deepen default defect defer deficit delay demand-slump dent departure
    deprive deteriorate dilute diminish dip disappoint disaster discontinue dismal dismay dismissal distrust doubt
    down downbeat downgrade downside downturn drag dreadful drop dropped drought dry duty dwindle eliminate embezzle
    erode escalate evade evasion exodus expel explode faces failed fall fault faulty fear feeble fell feud fight
    fine fire fixing flaw flee flop force forego forfeit forgo fraud fraudulent further gloom gloomy glut gone grim
    guilty hack halt halve hammer harm harsh haunt heavy horrible hostile hurt idle ill ill-judged illness impose
    infringe injure inquiry insolvent investigate investigation jail junk lack lag lapse lash lawsuit layoff leak
    less lessen lie longer lose loser loss lost low melt mess miserable miserly misfire mislead mismanage miss
    mistrust mutiny negative nobody nosedive omit ordered oust ousted outage outbid overpaid overpay oversupply
    painful pare penalise penalty pinch plague plummet plunge police pollute poor postpone probe problem prosecute
    prosecutor protest pull punish quit raid rebuke recall recession red reduce reject resign revoke revolt rift
    risk rotten row sabotage sack sanction sank scam scandal scare scrap scrutiny search sell selloff setback shame
    shelve short shortage shrank shrink shrinkage shut shutdown sink skip slash slide slip slow slowdown sluggish
    slump small soft sour spiral squander squeeze stagnate stall starve step stingy stop strangle strike strip
    stripped struggle stumble sudden suddenly sue sued suffer suspend suspicion tariff tarnish terminate terrible
    threat threaten toll tough toxic trim trouble tumble turmoil turnover-slump uncertain undercut underperform
    undershoot undo unhappy unpopular unrest unsafe unusable unwind upset useless vanish violate walks wane war warn
    warning waste weak weaken weakness weigh withdraw wither withhold woe worry worse worst wreck writedown writes
    wrong
    """
_TURNS: Final = frozenset(
    """
    not no never none neither nor without cannot unable fail fails escape escapes avoid avoids deny denies denied
    refused dispels fends unscathed hardly dashes vain
    """.split()
)

_ENDS: Final = frozenset(
    """
    acquits acquitted clears cleared closes closed cut cuts dismisses dismissed drops dropped ends ended lifts lifted
    scraps scrapped settled throws without withdraws
    """.split()
)
_TROUBLES: Final = frozenset(
    """
    accusation accusations ban case charges complaint duties duty fraud inquiry investigation lawsuit penalty penalties
    probe sanctions suit suspicion tariff tariffs tax taxes trial
    """.split()
)
"""Trouble that ends is good news."""


def _stem(word: str) -> str:
    """A word without the endings that change its number, tense or degree; three letters are left at least."""
    if word.endswith("ies") and len(word) > 4:
        return _stem(word[:-3] + "y")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return _stem(word[: -len(ending)])
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word


GOOD: Final = frozenset(map(_stem, _GOOD.split()))
BAD: Final = frozenset(map(_stem, _BAD.split()))


Weights = dict[str, tuple[float, ...]]


class Reader:
    """What words most likely mean, by themselves and in a topic, learned from texts and their sentiments.

    Args:
        examples: Texts without the name of whom they are about, each with its topic ("" for none) and its sentiment.
    """

    def __init__(self, examples: Iterable[tuple[str, str, str]]) -> None:
        counts: dict[str, dict[str, list[float]]] = {}
        totals = [0] * len(SENTIMENTS)
        for text, topic, sentiment in examples:
            place = SENTIMENTS.index(sentiment)
            totals[place] += 1
            for mark in _marks(text):
                for within in {"", topic}:
                    row = counts.setdefault(within, {}).setdefault(mark, [_SMOOTHING] * len(SENTIMENTS))
                    row[place] += 1.0
        self._weights: dict[str, Weights] = {
            within: {
                mark: tuple(log(n / total) for n, total in zip(row, totals, strict=True)) for mark, row in of.items()
            }
            for within, of in counts.items()
        }
        self._prior = tuple(log(SENTIMENT_PRIORS[sentiment]) for sentiment in SENTIMENTS)

    def tone(self, text: str, entity: str, topic: str = "") -> str:
        """The sentiment that the words about an entity most likely have.

        Args:
            text: The text.
            entity: Whom the question is about; "" for the text as a whole.
            topic: What it is about, if that is known.
        """
        clauses = [text]
        if entity and entity in text:
            clauses = [clause.replace(entity, " ") for clause in _CLAUSE.split(text) if entity in clause]
        negative, neutral, positive = self._prior
        marks = _marks(" ".join(clauses))
        for within in ("", topic) if topic else ("",):
            known = self._weights.get(within, {})
            for mark in marks:
                if mark in known:
                    weights = known[mark]
                    negative += weights[0]
                    neutral += weights[1]
                    positive += weights[2]
        scores = (negative, neutral, positive)
        return SENTIMENTS[scores.index(max(scores))]


def _marks(text: str) -> dict[str, None]:
    """The words of a text, and what the lists make of them, which counts more often than a word does."""
    words = _WORD.findall(text.lower())
    balance = sum(map(_leaning, words))
    if not _ENDS.isdisjoint(words) and not _TROUBLES.isdisjoint(words):
        balance = 1
    elif not _TURNS.isdisjoint(words):
        balance = -balance
    verdict = (balance > 0) - (balance < 0)
    return dict.fromkeys((*words, *_VERDICTS[verdict]))


@lru_cache(maxsize=1 << 14)
def _leaning(word: str) -> int:
    """1 for a good word, -1 for a bad one."""
    stem = _stem(word)
    return (stem in GOOD) - (stem in BAD)
