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
    accelerate acquits acquitted admire admired ahead aid along amazing applaud applauded applause approved attracts
    award awarded backs bags bargain beat beats benefits best better betters bidding bids bigger blessing boom boon
    boost boosted boosts brilliant brisk bullish bumper buoyant bursting buy buyback carries celebrates charm cheap
    cheaply cheer cheered cheering cheers cleared clears clever climbed climbs clinches competitive confidence
    confident convinced convinces coup crushed delight delighted delights delivered deserves desired dismisses
    doubled doubles dream easy endorses exceeded exceeding exceeds excellent expand expands extra fabulous fans
    fantastic faster favourite favourites favours first flourishes gain gains generous gift gives glad good grants
    great green grew grows handsome happy healthy help helps hero higher hikes hit honest huge impressive improved
    improves increases incredible joy joys jubilation jumps lands launches leader leads licensed lift lifting lifts
    light long-sought love loved lovely loves lucrative lures magnificent massive nice obtains optimism optimistic
    outdoes outgrows outperform outsells outshines outstanding overflowing patience perfect perfectly persuades
    pleased pleasure praise praised praises prefers premium profits promises proud pushes queueing raised raises
    rallied rallies rave rebuilt received recommend recommends record-high recover recovered recovers recovery
    relief relieved rescue rescues respected restores resumed resumes retains returns rewarded rewards rides rightly
    rise rises rising robust save savings seals secures sells sense settles skill skilled sleep smart smiling soar
    soars spare special splendid star stay stellar stimulus strong stronger strongest success successful super
    superb surge surges surpasses sweet sweetened sweetens terrific thank thrilled thrilling thrives throws top
    topped tops treat treats tripled triples triumph trust turnaround turned twice unexpected up upbeat upgraded
    upgrades upheld ups upside upswing victory wants warm welcome welcomed welcomes well well-received well-regarded
    win winner winners winning wins won wonderful wonders worthy wow
    """
)
NEGATIVE: Final = _words(
    """
    abandons abruptly accidents accused accuses admits admitted alarm alarming amid anger angry annoyed avoid awful
    axes bad badly ban banned bans batters bearish bitter bleed bleeding bleeds blocks blow botched breach breaks
    broke broken brutal burdens burns cancelled cancels catastrophe chaos circus collapse collapsed collapses
    complain complained complains complaints contracts convicted costly crash crisis criticism crushes curtails cut
    cuts damages dangerous dead deceived decline deep deepens deeper defects delays dent dents departure dip
    disappointed disappointing disappoints disaster disgrace dismal dismays distrust doubts down downgrade
    downgraded downgrades downside downturn drag drags dreadful drop dropped drops dry drying dump duties eat eats
    error escalates evasion exploded faces failed failing fails fall falls fault faulty fears fell feud fight fine
    fined fines fire fires fixing fleeing flops forbids forced fraud further gloomy gone grim gutted halts halved
    halves hammers hardest harm harsh haunts heavy horrible hurt hurting hurts ill-judged illness imposes
    investigated investigation joke junk killing lags lawsuit letdown lets lied lies longer lose losers loses losing
    loss losses lost lower lowered lowers melted mess miserable misled missed misses mistrust much mutiny nasty
    negative nightmare nobody omits ordered ouch ousts outbid overnight overpaid overpays painful paralyses pares
    passes penalises penalties penalty plummets plunge plunges police poor poorer postponed postpones probe
    prosecutors pulls punished punishes quarrel quits raid raids recalled recalling recalls recession red reduced
    reduces regret rejected resigns revoked revokes revolt risk row rubbish ruined sack sacks sad sank scandal scary
    scrapped scraps search searched sell selling sentenced shame shelves shrank shrink shrinking shrinks sigh sink
    sinking sinks skips slashed slashes slide slides slips slow slowdown slump slumps smaller soft sours squandered
    squeeze squeezed stalls steps stops strangle stripped struck struggles stumbles sudden sued sues suffered
    suffers suspects suspend suspended suspends suspicion tanking terrible thrown toxic trimmed trims trouble
    tumbles turmoil ugh ugly underperform undershoots undo undone unhappy unsafe unusable unwind useless walks war
    warned warning warns wasted wastes weak weakened weaker weakest weigh weighs withdrawn withdraws withdrew
    worried worrying worse worst writes writing wrong
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
    """
    acquits acquitted clears closed dismissed dismisses drops dropped ends failed lifted lifts scrapped scraps throws
    without
    """
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
    return tuple(tuple(f"near_{(b >> shift) % size}" for shift in (0, 32)) for b in bits)
