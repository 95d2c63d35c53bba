"""A lexicon reads the headline: good words against bad words, and the topic with the most of its own words.

The numeric view hashes words without naming them, each to two places among the `near_` features. The rules hash their
lexicon the same way and take a word as heard as far as both its places are set. Denials ("fails to win"), comparisons
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
    accelerate acquits acquitted ahead aid applaud applauded attracts award awarded backs bags beats benefits
    better betters bidding bigger boom boon boost boosted boosts brisk bullish bumper buoyant buy buyback
    cheap cheer cheered cheering cheers cleared clears climbs clinches confident convinces delighted dismisses
    endorses ends exceeds expand expands faster favours first gain gains good grants grows happy helps hikes
    improves increases jumps lands launches lift lifting lifts likes long-sought love lucrative lures obtains
    optimistic outdoes outgrows outperform outsells outshines persuades pleased praise praised praises prefers
    premium profits pushes raises rallies rave recommends record-high recover recovers recovery relieved
    respected restores retains returns rewards rides rise rises robust seals secures sells settles soar soars
    spare special star stay stellar stimulus strong success surge surges surpasses surprises sweetened
    sweetens thrives throws tops turnaround up upbeat upgrades ups upside upswing welcome welcomed welcomes
    well-received well-regarded win winners wins
    """
)
NEGATIVE: Final = _words(
    """
    abandons abruptly accidents accused amid axes badly ban bans batters bearish blocks blow botched breach
    breaks burdens cancels collapses contracts costly criticism curtails cut cuts damages decline deepens
    deeper defects delays dent dents departure dip disappoints dismal dismays doubts down downgrades downside
    downturn drag drags drop dropped drops dry duties escalates evasion faces failed fails fall falls fears
    feud fine fined fines fire fires fixing flops forced fraud further gloomy halts haunts heavy hurt hurts
    ill-judged illness imposes investigation lags lawsuit losers loses loss losses lower lowers misses omits
    ordered ousts outbid overpays pares passes penalises penalty plunge plunges police poor poorer postpones
    probe pulls punishes quits raid raids recalls recession red reduces resigns revolt risk row sacks scandal
    scraps search sell selling shelves shrink shrinks sink sinks skips slashes slide slides slips slow
    slowdown slump slumps smaller soft sours squeeze squeezed stalls steps stops stripped struggles stumbles
    sudden sues suffers suspends trims tumbles turmoil underperform undershoots undo unhappy unwind walks war
    warning warns weak weaker weigh weighs withdraws worse writes
    """
)
TOPICS: Final[Mapping[str, tuple[Words, Words]]] = {
    "earnings": (
        _words("earnings estimates expectations guidance income profit profits results revenue sales"),
        _words(
            """
            annual figures forecast forecasts full-year loss losses net numbers orders outlook
            quarter trading
            """
        ),
    ),
    "mergers": (
        _words("acquires acquisition bid bidding buyout merger mergers suitor takeover takeovers tie-up"),
        _words(
            """
            advisers agreed buyer completes deal finalises hostile offer outbid rival talks target
            unit
            """
        ),
    ),
    "dividends": (
        _words("buyback dividend dividends ex-dividend payable payout payouts scrip"),
        _words("cash final holders interim payment payments pays quarterly shareholders yield"),
    ),
    "management": (
        _words("board boardroom ceo chairman chairwoman chief executive finance founder manager successor"),
        _words(
            """
            appoints departure elects extends feud hires member names nominates post quits resigns
            retire retiring roles succeeds
            """
        ),
    ),
    "regulation": (
        _words(
            """
            authority bribery court fine fraud judge lawsuit licence permit police prosecuted
            regulator watchdog
            """
        ),
        _words(
            """
            approval asks ban breach case charges hearing inquiry investigation law office patent
            penalty probe rules tax trial
            """
        ),
    ),
    "products": (
        _words(
            """
            buyers customers exhibit faulty launch plant product production products reviewers
            safety shops unsafe
            """
        ),
        _words(
            """
            award contract demand market model offers order presents recalls sells shows test tests
            trials unveils
            """
        ),
    ),
    "ratings": (
        _words(
            """
            analysts buy coverage downside notch outperform picks rating sell selling underperform
            upside valued
            """
        ),
        _words(
            """
            advises buying confident downgrades hold list price rates recommends target upgrades
            view weight
            """
        ),
    ),
    "economy": (
        _words(
            """
            currency downturn duties economist election inflation rates recession recovery stimulus
            tariff tariffs
            """
        ),
        _words(
            """
            boom consumer credit economy energy exports growth jobs oil rebound reform slowdown
            slump trade wages
            """
        ),
    ),
}
"""For each topic the words that speak for it, and those that speak for it half as much."""
_NEUTRAL: Final = 0.05
"""Good less bad words below this, where all of the clause's words make a vector of length 1, are no tone."""


def rule_policy(features: Mapping[str, float], mask: Mapping[str, bool]) -> str:
    """Labels by lexicon; asks for background first where no clause can be told to be the entity's."""
    if not features["named"] and features["clauses"] and mask["background"]:
        return "background"
    size = sum(name.startswith("near_") for name in features)
    tone = _heard(features, POSITIVE, size) - _heard(features, NEGATIVE, size)
    sentiment = "positive" if tone > _NEUTRAL else "negative" if tone < -_NEUTRAL else "neutral"
    votes = {
        topic: _heard(features, strong, size) + 0.5 * _heard(features, weak, size)
        for topic, (strong, weak) in TOPICS.items()
    }
    topic = max(votes, key=lambda topic: votes[topic]) if any(votes.values()) else "products"
    return f"label:{sentiment}:{topic}"


def _heard(features: Mapping[str, float], words: Words, size: int) -> float:
    return sum(min(features[first], features[second]) for first, second in _places(words, size))


@cache
def _places(words: Words, size: int) -> tuple[tuple[str, str], ...]:
    bits = [key(word) for word in sorted(words)]
    return tuple((f"near_{b % size}", f"near_{(b >> 32) % size}") for b in bits)
