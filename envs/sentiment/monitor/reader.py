"""A reader of headlines by words: naive Bayes over the train split's forms, and lists of good words and bad ones.

The lists speak where a word is not known from the forms; a denial turns them round. It is what the numeric view labels
with. It looks at the clause that names the entity, and knows nothing of comparisons or of companies that go by their
trade; its error on each split and difficulty is in the environment's page.
"""

import re
from functools import cache, lru_cache
from math import log
from typing import Final

from dialogue_gym.envs.sentiment.classification.labels import SENTIMENT_PRIORS, SENTIMENTS, TOPICS
from dialogue_gym.envs.sentiment.classification.texts import wording

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_CLAUSE = re.compile(r"(?:;|\.|, (?:while|whereas|but)| (?:while|whereas|but)) ")
_SLOT = re.compile(r"\{\w+\}")
_SMOOTHING: Final = 0.2
"""Added to each mark's count per sentiment."""
_LISTS_COUNT: Final = 2
"""Times that the lists' verdict counts."""
_ENDINGS: Final = ("ing", "er", "ed", "es", "s", "e")

_GOOD: Final = """
    accelerate acclaim acquit ahead applaud approval approve attract award beat benefit better big boom boon boost
    bright brisk bullish bumper buoyant buy cheap cheer clear climb clinch confident convince delight dismiss double
    earn ease endorse enthusiastic exceed expand fast favour first flourish gain good grant green happy heal healthy
    help high hike honour improve increase jump keen land lift lucrative lure more obtain optimism optimistic outdo
    outgrow outpace outperform outsell outshine persuade please popular praise premium progress promising prosper
    raise rally rave rebound recommend recover recovery relief relieve restore retain return reward rise robust
    rocket sail salute save seal secure settle shine skyrocket smooth soar solid spare speed spur star stellar
    strength strengthen strong success surge surpass surprise sweeten swell thrive throw top triumph triple
    turnaround twice up ups upbeat upgrade upside upswing upturn welcome well well-regarded well-received win winner
    won aid backs bags buyback extra favourite gift grew grow love prefer push record-high respected ride special
    stay stimulus best great handsome huge excellent
    """
_BAD: Final = """
    abandon abrupt accident accuse allegation allege amid axe bad badly ban batter bearish blame bleak block blow
    botch breach break bribery burden cancel charge cloud collapse complain concern costly crash crisis criticise
    criticism crumble cut damage danger decline deep deepen defect delay dent departure deteriorate dip disappoint
    disaster dismal dismay doubt down downbeat downgrade downside downturn drag drop drought dry duty escalate
    evasion explode failed fall fault faulty fear feud fine fire flaw flop force forfeit fraud gloom gloomy halt
    harm haunt heavy hostile hurt ill ill-judged illness impose injure inquiry investigate investigation jail lack
    lag lash lawsuit layoff leak less lose loser loss low mislead miss misfire nosedive omit oust outbid overpay
    pare penalise penalty plague plunge police poor postpone probe problem prosecute protest pull punish quit raid
    recall recession red reduce resign revolt rift risk row sabotage sack scandal scrap scrutiny selloff sell
    setback shelve short shortage shrink shut sink skip slash slide slip slow slowdown sluggish slump small soft
    sour spiral squeeze stall step stop strike strip struggle stumble sudden suddenly sue suffer suspend suspicion
    tariff threat threaten tough trim trouble tumble turmoil uncertain underperform undershoot undo unhappy
    unpopular unsafe unwind upset violate wane war warn warning weak weaken weakness weigh wither withdraw worry
    worse worst wreck abruptly admitted broke curtail dropped faces fell fixing further gone halve longer lost
    negative ordered overpaid search shrank stripped sued walks writes fight nobody terrible mess
    """
_TURNS: Final = frozenset(
    """
    not no never none neither nor without cannot unable fail fails escape escapes avoid avoids deny denies denied
    refused dispels fends unscathed hardly dashes vain
    """.split()
)


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


@lru_cache(maxsize=1 << 14)
def tone(text: str, entity: str) -> str:
    """The sentiment that the words about an entity most likely have.

    >>> tone("Kestmore slashes its dividend", "Kestmore"), tone("Kestmore fails to win approval", "Kestmore")
    ('negative', 'negative')
    """
    clauses = [clause for clause in _CLAUSE.split(text) if entity and entity in clause] or [text]
    marks = _marks(" ".join(clause.replace(entity, " ") if entity else clause for clause in clauses))
    weights = _weights()
    scores = [log(SENTIMENT_PRIORS[sentiment]) for sentiment in SENTIMENTS]
    for mark in sorted(marks):
        for place, weight in enumerate(weights.get(mark, ())):
            scores[place] += weight
    return SENTIMENTS[scores.index(max(scores))]


def _marks(text: str) -> set[str]:
    """The words of a text, and what the lists make of them, which counts more often than a word does."""
    words = [word.lower() for word in _WORD.findall(text)]
    stems = [_stem(word) for word in words]
    balance = sum(stem in GOOD for stem in stems) - sum(stem in BAD for stem in stems)
    if any(word in _TURNS for word in words):
        balance = -balance
    verdict = "good" if balance > 0 else "bad" if balance < 0 else "even"
    return {*words, *(f"#{verdict}{copy}" for copy in range(_LISTS_COUNT))}


@cache
def _weights() -> dict[str, tuple[float, ...]]:
    """For each mark log P(mark | sentiment), from the marks of the train forms, each form counted once."""
    counts: dict[str, list[float]] = {}
    totals = [0] * len(SENTIMENTS)
    forms = wording("train")
    for place, sentiment in enumerate(SENTIMENTS):
        for topic in TOPICS:
            for section in (f"{topic}.{sentiment}", f"{topic}.{sentiment}.negated"):
                for form in forms.forms(section):
                    totals[place] += 1
                    for mark in _marks(_SLOT.sub(" ", form.text)):
                        counts.setdefault(mark, [_SMOOTHING] * len(SENTIMENTS))[place] += 1.0
    return {mark: tuple(log(n / total) for n, total in zip(row, totals, strict=True)) for mark, row in counts.items()}
