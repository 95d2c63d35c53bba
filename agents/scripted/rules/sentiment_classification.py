"""A lexicon reads the headline: good words against bad words, and the topic with the most of its own words.

The numeric view hashes words without naming them, each to three places among the `near_` features. The rules hash their
lexicon the same way and take a word as heard as far as all its places are set. Denials ("fails to win"), comparisons
and words that are not in the lexicon are what they get wrong.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

from dialogue_gym.draws import key

Words = frozenset[str]


def _words(text: str) -> Words:
    return frozenset(text.split())


POSITIVE: Final = _words(
    """
    accelerate acquits acquitted ahead aid along applaud applauded applause attracts award awarded backs bags
    beat beats benefits best better betters bidding bids bigger boom boon boost boosted boosts brilliant brisk
    bullish bumper buoyant buy buyback carries charm cheap cheer cheered cheering cheers cleared clears climbed
    climbs clinches competitive confidence confident convinced convinces coup crushed delighted delivered
    deserves desired dismisses easy endorses exceeds excellent expand expands extra fans faster favourite
    favourites favours first gain gains gift gives glad good grants great green grew grows handsome happy
    healthy help helps higher hikes huge improved improves increases joy joys jumps lands launches leader lift
    lifting lifts light long-sought love loved lovely lucrative lures nice obtains optimism optimistic outdoes
    outgrows outperform outsells outshines patience perfectly persuades pleased praise praised praises prefers
    premium profits promises pushes queueing raised raises rallies rave received recommend recommends
    record-high recover recovers recovery relief relieved respected restores retains returns rewards rides
    rightly rise rises robust save savings seals secures sells sense settles skill skilled sleep smart soar
    soars spare special star stay stellar stimulus strong strongest success super superb surge surges surpasses
    sweet sweetened sweetens thank thrives throws top tops treats trust turnaround turned unexpected up upbeat
    upgrades ups upside upswing wants welcome welcomed welcomes well well-received well-regarded win winners
    wins won wonderful wonders wow
    """
)
NEGATIVE: Final = _words(
    """
    abandons abruptly accidents accused admitted amid annoyed avoid awful axes bad badly ban banned bans batters
    bearish bleeding blocks blow botched breach breaks broke broken burdens cancels circus collapsed collapses
    complaints contracts costly criticism curtails cut cuts damages dead decline deep deepens deeper defects
    delays dent dents departure dip disappointed disappointing disappoints disgrace dismal dismays doubts down
    downgrades downside downturn drag drags drop dropped drops dry drying dump duties eat eats error escalates
    evasion faces failed fails fall falls fault faulty fears fell feud fight fine fined fines fire fires fixing
    fleeing flops forbids forced fraud further gloomy gone gutted halts halved halves hardest harm haunts heavy
    hurt hurting hurts ill-judged illness imposes investigated investigation joke killing lags letdown lets
    longer lose losers loses losing loss losses lost lower lowered lowers mess missed misses much nasty negative
    nightmare nobody omits ordered ouch ousts outbid overnight overpaid overpays paralyses pares passes
    penalises penalties penalty plunge plunges police poor poorer postpones probe pulls punished punishes
    quarrel quits raid raids recalling recalls recession red reduced reduces regret resigns revolt risk row
    rubbish ruined sack sacks sad scandal scrapped scraps search sell selling sentenced shelves shrank shrink
    shrinking shrinks sigh sink sinking sinks skips slashed slashes slide slides slips slow slowdown slump
    slumps smaller soft sours squeeze squeezed stalls steps stops stripped struck struggles stumbles sudden sued
    sues suffered suffers suspends tanking terrible thrown trimmed trims tumbles turmoil ugh ugly underperform
    undershoots undo unhappy unwind walks war warned warning warns weak weaker weakest weigh weighs withdraws
    worried worrying worse worst writes writing
    """
)
TOPICS: Final[Mapping[str, tuple[Words, Words]]] = {
    "earnings": (
        _words(
            """
            earnings estimates expectations guidance income margin margins profit profits results
            revenue sales
            """
        ),
        _words(
            """
            annual earned earns figures forecast forecasts full-year loss losses made model net
            numbers orders outlook quarter report trading
            """
        ),
    ),
    "mergers": (
        _words(
            """
            acquires acquisition bankers bid bidder bidders bidding buyout merger mergers purchase
            suitor takeover takeovers tie-up
            """
        ),
        _words(
            """
            advisers agreed bought business buyer buys completes deal finalises firm hostile offer
            outbid price rival sale talks target unit
            """
        ),
    ),
    "dividends": (
        _words(
            """
            buyback dividend dividends ex-dividend payable payout payouts scrip
            """
        ),
        _words(
            """
            cash cents ex final holders income interim payment payments pays quarterly shareholders
            yield
            """
        ),
    ),
    "management": (
        _words(
            """
            board boardroom boss ceo chairman chairwoman chief contract executive finance founder
            head leader leads led manager managers scandal successor team treasurer
            """
        ),
        _words(
            """
            appoints architect departure elects extends feud hires hiring leaderless member names
            nominates people person post quarrel quits resigns retains retire retires retiring roles
            run stay succeeds term turnaround walks
            """
        ),
    ),
    "regulation": (
        _words(
            """
            authority banned bribery cleared court fine fined fraud hearing judge lawsuit licence
            permit permits police prosecuted regulator sentenced sued taxman trial watchdog
            """
        ),
        _words(
            """
            applies approval asks ban breach case charges decide green inquiry investigation law
            office papers patent penalty probe rules tax testifies testify
            """
        ),
    ),
    "products": (
        _words(
            """
            colour customers deliveries delivers demo exhibit faulty launch manual packaging plant
            product production products reviewers safety ships shops units unsafe
            """
        ),
        _words(
            """
            award blue broke buying comes contract deal demand design fair market model offers order
            presents recalls sells shows test tests trials tried unveils works
            """
        ),
    ),
    "ratings": (
        _words(
            """
            analysts buy coverage covers dear downside dump fairly favourites neutral notch opinion
            outperform picks rating recommendation sell selling starts target underperform upside
            valued
            """
        ),
        _words(
            """
            advises buying confident downgraded downgrades hold list price priced rates recommends
            upgraded upgrades weight
            """
        ),
    ),
    "economy": (
        _words(
            """
            aid currency downturn duties economist economists election energy inflation mood oil
            prices recession recovery slump stimulus survey tariff tariffs upswing wages
            """
        ),
        _words(
            """
            boom cheap consumer credit economy exports growth interest jobs polled profits rebound
            reform slowdown tax trade
            """
        ),
    ),
}
"""For each topic the words that speak for it, and those that speak for it half as much."""
_ENDED: Final = _words(
    "acquits acquitted clears closed dismisses drops dropped ends lifted lifts scraps throws without"
)
_TROUBLE: Final = _words(
    "ban bribery case charges duties fraud inquiry investigation lawsuit penalty probe tariffs verdict"
)
"""Trouble that ends is good news."""
_TONES: Final = ("negative", "neutral", "positive")
_FROM: Final = _words("from")
_NEUTRAL: Final = 0.05
"""Good less bad words below this, where all of the clause's words make a vector of length 1, are no tone."""


def rule_policy(features: Mapping[str, float], mask: Mapping[str, bool]) -> str:
    """Labels by lexicon; asks for background first where no clause can be told to be the entity's."""
    if mask.get("background") and not features["named"] and features["clauses"]:
        return "background"
    size = sum(name.startswith("near_") for name in features)
    sentiments, topics = _asked(tuple(mask))
    parts = ["label"]
    if sentiments:
        parts.append(_sentiment(features, sentiments, size))
    if topics:
        votes = {topic: _vote(features, topic, size) for topic in topics}
        best = max(topics, key=lambda topic: votes[topic])
        parts.append(best if votes[best] or "products" not in topics else "products")
    return ":".join(parts)


@cache
def _asked(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sentiments and the topics that labels have, by the names of acts."""
    values = dict.fromkeys(value for name in names if name.startswith("label:") for value in name.split(":")[1:])
    return tuple(v for v in values if v in _TONES), tuple(v for v in values if v not in _TONES)


def _sentiment(features: Mapping[str, float], sentiments: tuple[str, ...], size: int) -> str:
    tone = _heard(features, POSITIVE, size) - _heard(features, NEGATIVE, size)
    if _heard(features, _ENDED, size) and _heard(features, _TROUBLE, size):
        tone = 1.0
    if abs(tone) <= _NEUTRAL:  # no words that tell: a new figure and an old one, in this order unless "from ... to"
        later_second = _heard(features, _FROM, size) > 0
        tone = (features["falls"] - features["rises"]) * (-1.0 if later_second else 1.0)
    if abs(tone) <= _NEUTRAL and "neutral" in sentiments:
        return "neutral"
    return next((s for s in ("positive" if tone > 0 else "negative",) if s in sentiments), sentiments[0])


def _vote(features: Mapping[str, float], topic: str, size: int) -> float:
    """How much is heard of a topic's words; of a topic without a lexicon, the words of its name."""
    strong, weak = TOPICS.get(topic) or (_words(topic.replace("-", " ")), Words())
    return _heard(features, strong, size) + 0.5 * _heard(features, weak, size)


def _heard(features: Mapping[str, float], words: Words, size: int) -> float:
    return sum([min([features[name] for name in places]) for places in _places(words, size)])


@cache
def _places(words: Words, size: int) -> tuple[tuple[str, ...], ...]:
    bits = [key(word) for word in sorted(words)]
    return tuple(tuple(f"near_{(b >> shift) % size}" for shift in (0, 21, 42)) for b in bits)
