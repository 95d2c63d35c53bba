"""From text to plain words and typed values, in one pass.

Contractions are spelled out ("I've" to "i have"), words that change nothing are dropped, and everything with a value
becomes one word that begins with "#", such as "#money", with its value beside it.
"""

import re
from collections.abc import Callable, Mapping

Value = str | float | None

KEPT = 4096
"""So many ordinary words and contractions are kept as they are read."""
YEAR = 2031
"""The year that dates without one are in."""

_WORD = r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*"
_PATTERN = (
    r"[^\W\d_]{4,}(?:['\u2019][^\W\d_]+)*"  # most words: too long to begin a number
    r"|[.,;:!?()/\n\"“”…—–]"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?!\w)"  # date
    r"|(?<!\w)[-−]?(?:us)?\$\s?[-−]?[0-9]{1,9}(?:,[0-9]{3}){0,3}(?:\.[0-9]{1,4})?"  # money
    r"|[a-z]{1,3}-?[0-9]{3,9}(?![^\W_])"  # numbers with letters in front
    rf"|{_WORD}"
    r"|(?<![\w.])[-−]?[0-9]{1,9}(?:,[0-9]{3}){0,3}(?:\.[0-9]{2})?\s?\$(?![0-9])"  # the sign behind
    r"|(?<![^\s(])[-−][0-9]{1,9}(?:,[0-9]{3}){0,3}\.[0-9]{2}(?![^\W_])"  # no sign, but less than nothing
    r"|[0-9]{1,12}(?:,[0-9]{3}(?![0-9])){0,3}(?:\.[0-9]{1,4}(?![0-9]))?(?:st|nd|rd|th)?(?![^\W_])"
    r"|[0-9]{1,12}"
    r"|(?<!\S)-+(?!\S)"
)
_EMAIL = r"[^\W_][\w.+-]{0,63}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
_ROWS = re.compile(r"\s*\n\s*(?:(?:[-*•–]|[0-9]{1,2}[.)])\s+|(?=\*{0,2}[A-Z][A-Za-z ]{0,24}\*{0,2}:))")
"""Where a row of a list begins, "- Order: W40213" or "Order: W40213": it goes on with the sentence before."""
_SAME = {"…": ".", ";": ".", "\n": ".", "—": "–", "-": "–", "(": ",", ")": ",", "/": "or"}

_MONTHS: dict[str, int] = {}
for _position, _name in enumerate(
    "january february march april may june july august september october november december".split(), start=1
):
    _MONTHS[_name] = _MONTHS[_name[:3]] = _position
_MONTHS["sept"] = 9
_BEFORE_MONTH = frozenset("in until till since by from of last this next early late mid".split())
"""After these, "May" is a month and no doubt."""
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_TIMES = {
    form: (f"{unit}s", unit)
    for unit in ("minute", "hour", "day", "week", "month", "year", "time")
    for form in (unit, f"{unit}s")
}
_BETWEEN_NUMBER_AND_UNIT = frozenset("business working calendar full whole consecutive more".split())
_SMALL = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split(), start=1
    )
} | {"eighteen": 18, "twenty": 20, "thirty": 30, "forty": 40, "sixty": 60, "ninety": 90}
_DOZENS = {  # only of dollars
    word: number for number, word in enumerate("sixteen seventeen eighteen nineteen".split(), start=16)
} | {"fifty": 50, "seventy": 70, "eighty": 80}
_COUNTS = _SMALL | _DOZENS
_ORDINALS = {"1st": "first", "2nd": "second"}
_PUNCTUATION = frozenset('.,;:!?()/\n"“”…—–-')
_QUOTES = frozenset('"“”')
_DOLLARS = frozenset("dollar dollars usd bucks".split())
_CENTS = re.compile(r"[-−]?[0-9][0-9,]*\.[0-9]{2}")
"""A number with two decimals is an amount, with a sign or without."""
_NO_MONEY = frozenset("am pm o'clock kg g lb lbs oz km m cm mm l ml w v gb mb percent stars points out x".split())
"""Before these it is none: "10.30 am", "2.50 kg", "4.50 out of 5"."""
_NUMBERED = frozenset("order card claim reference account purchase".split())
_STREETS = frozenset(
    "lane street road avenue way close court drive square terrace boulevard place row crescent st rd ave ln".split()
)
_CARD_WORDS = frozenset(
    "card ending ends in with that which number on the digits credit debit last four is x xx xxx xxxx".split()
)
_SIZES = frozenset(("S", "M", "L", "XL", "XS", "XXL"))

_SPELLED: dict[str, tuple[str, ...]] = {
    "cannot": ("can", "not"),
    "cant": ("can", "not"),
    "can't": ("can", "not"),
    "won't": ("will", "not"),
    "wont": ("will", "not"),
    "shan't": ("shall", "not"),
    "ain't": ("is", "not"),
    "let's": ("let", "us"),
    "lets": ("let", "us"),
    "gonna": ("going", "to"),
    "wanna": ("want", "to"),
    "gotta": ("have", "to"),
    "lemme": ("let", "me"),
    "gimme": ("give", "me"),
    "u": ("you",),
    "ur": ("your",),
    "pls": ("please",),
    "plz": ("please",),
    "thx": ("thanks",),
    "addr": ("address",),
    "acct": ("account",),
    "nr": ("number",),
    "num": ("number",),
    "okay": ("ok",),
    "okey": ("ok",),
    "nope": ("no",),
    "nah": ("no",),
    "yup": ("yes",),
    "alright": ("all", "right"),
    "colour": ("color",),
    "colours": ("colors",),
    "gray": ("grey",),
    "ill": ("i", "will"),
    "im": ("i", "am"),
    "ive": ("i", "have"),
    "youre": ("you", "are"),
    "youve": ("you", "have"),
    "youd": ("you", "would"),
    "youll": ("you", "will"),
    "weve": ("we", "have"),
    "thats": ("that", "is"),
    "whats": ("what", "is"),
    "theres": ("there", "is"),
    "heres": ("here", "is"),
    "wheres": ("where", "is"),
}
for _auxiliary in "is are was were do does did has have had would could should must".split():
    _SPELLED[f"{_auxiliary}nt"] = (_auxiliary, "not")
for _idle in (
    "just really actually simply quickly kindly very indeed absolutely certainly definitely also happily gladly "
    "personally officially fully completely immediately quite hereby automatically currently directly today "
    "instantly straightaway duly promptly finally basically honestly additionally furthermore moreover therefore "
    "consequently unfortunately sadly regrettably carefully"
).split():
    _SPELLED[_idle] = ()
_ENDINGS = {"s": "is", "ve": "have", "ll": "will", "re": "are", "d": "would", "m": "am"}
_WITH_S = frozenset("it that what here there who where how he she everything all this which when why one".split())

Handler = Callable[[list[str], int], tuple[str, Value, int] | None]
"""(raw tokens, index) to (word, value, number of tokens taken), or None if the token is an ordinary word."""


class Lexer:
    """Takes text apart for a domain's kinds of number.

    Args:
        ids: How each kind of number is written, by kind: "GC-9999" is two letters and four digits.
        brands: Makers of payment cards.
        units: What quantities count beside time, singular by plural; "%" by itself.
    """

    def __init__(self, ids: Mapping[str, str], brands: tuple[str, ...], units: Mapping[str, str]) -> None:
        pattern = f"{_PATTERN}|%" if "%" in units else _PATTERN
        self._token = re.compile(pattern, re.IGNORECASE)
        self._email_or_token = re.compile(f"{_EMAIL}|{pattern}", re.IGNORECASE)
        numbered = _TIMES | {form: pair for pair in units.items() for form in pair}
        self._units = {form: (singular, plural) for form, (plural, singular) in numbered.items()}
        self._ids: dict[tuple[str, int], tuple[str, str]] = {}
        for kind, example in ids.items():
            prefix = example.rstrip("0123456789")
            self._ids[prefix.rstrip("-"), len(example) - len(prefix)] = (f"#{kind}", prefix)
        special: dict[str, Handler | tuple[str, ...]] = dict(_SPELLED)
        special |= dict.fromkeys(_MONTHS, _month_day) | dict.fromkeys(_DOZENS, _dollar_word)
        special |= dict.fromkeys(_SMALL, self._number_word)
        special |= {
            "no": _numero,
            "w": _with,
            "usd": _currency_first,
            "just": _just,
            "kindly": _kindly,
            "paypal": _paypal,
        }
        special |= dict.fromkeys(("a", "an"), _single) | dict.fromkeys(brands, _card)
        special |= dict.fromkeys(map(str.lower, _SIZES), _size)
        self._special = special
        self._ordinary = {mark: _SAME.get(mark, mark) for mark in _PUNCTUATION - _QUOTES}

    def __call__(self, text: str) -> tuple[list[str], dict[int, Value]]:
        """The words, and the values of "#..." words by their places."""
        if "\n" in text:
            text = _ROWS.sub(", ", text)
        raw = (self._email_or_token if "@" in text else self._token).findall(text)
        words: list[str] = []
        values: dict[int, Value] = {}
        special, ordinary, append = self._special, self._ordinary, words.append
        i, n, closing = 0, len(raw), -1
        while i < n:
            token = raw[i]
            known = ordinary.get(token)
            if known is not None:
                append(known)
                i += 1
                continue
            low = token.lower()
            entry = special.get(low)
            if entry is None:
                if low.isalpha():
                    if len(ordinary) < KEPT:
                        ordinary[token] = low
                    append(low)
                    i += 1
                    continue
                if token in _QUOTES:
                    i += 1
                    if i - 1 != closing:
                        i, closing = _after_quote(raw, i)
                    continue
                if "'" in low or "\u2019" in low:
                    spelled = tuple(_spell_out(low))
                    if len(special) < KEPT:
                        special[low] = spelled
                    words += spelled
                    i += 1
                    continue
                word, value, taken = self._read_number(raw, i, low)
            elif isinstance(entry, tuple):
                words += entry
                i += 1
                continue
            else:
                found = entry(raw, i)
                if found is None:
                    words += _SPELLED.get(low, (low,))
                    i += 1
                    continue
                word, value, taken = found
            if value is not None:
                values[len(words)] = value
            append(word)
            i += taken
        return words, values

    def _read_number(self, raw: list[str], i: int, low: str) -> tuple[str, Value, int]:
        token = raw[i]
        if "@" in low:
            return "#email", low.rstrip(".-_"), 1
        if "$" in low:
            sign = -1.0 if "-" in low or "−" in low else 1.0
            return "#money", sign * float(re.sub(r"[^\d.]", "", low)), 1
        if low[0].isdecimal():
            return self._number(raw, i, low)
        if low[0] in "-−":
            if low[-1].isdecimal():
                return "#money", -float(low[1:].replace(",", "")), 1
            return "–", None, 1
        letters = token.upper().rstrip("0123456789")
        digits = token[len(letters) :]
        found = self._ids.get((letters.rstrip("-"), len(digits)))
        return (found[0], found[1] + digits, 1) if found else (low, None, 1)

    def _number(self, raw: list[str], i: int, low: str) -> tuple[str, Value, int]:
        """A number and what it counts."""
        if len(low) == 10 and low[4] == "-" == low[7]:
            return _date(int(low[5:7]), int(low[8:]), 1) or ("#number", None, 1)
        after = _low(raw, i + 1)
        if after in _DOLLARS and low[-1].isdecimal():
            return _dollars(raw, i + 2, float(low.replace(",", "")), 2)
        day = low.rstrip("stndrh")
        if day.isdecimal() and len(day) <= 2:
            skip = 2 if after == "of" else 1
            month = _MONTHS.get(_low(raw, i + skip))
            if month and (found := _date(month, int(day), skip + 1 + _year_tokens(raw, i + skip + 1))):
                return ("#range", None, found[2]) if _ends_range(raw, i) else found
        if low in _ORDINALS:
            return _ORDINALS[low], None, 1
        if low.isdecimal():
            found = self._quantity(raw, i, str(int(low)))
            if found:
                return found
            if len(low) < 6 and (found := _address(raw, i)):
                return found
            return low, None, 1
        if after not in _TIMES and (found := self._quantity(raw, i, low.replace(",", ""))):
            return found
        if _CENTS.fullmatch(low) and after not in _NO_MONEY and after not in _TIMES and not _is_in_row(raw, i):
            return "#money", float(low.replace(",", "")), 1
        return "#number", None, 1

    def _quantity(self, raw: list[str], i: int, number: str) -> tuple[str, Value, int] | None:
        at = i + 2 if _low(raw, i + 1) in _BETWEEN_NUMBER_AND_UNIT else i + 1
        unit = self._units.get(_low(raw, at))
        if unit is None:
            return None
        if _ends_range(raw, i):
            return "#range", None, at + 1 - i
        return "#quantity", f"{number} {unit[number != '1']}", at + 1 - i

    def _number_word(self, raw: list[str], i: int) -> tuple[str, Value, int] | None:
        dollars = _dollar_word(raw, i)
        if dollars is not None:
            return dollars
        if _low(raw, i + 1) in ("time", "minute"):
            return None
        return self._quantity(raw, i, str(_SMALL[raw[i].lower()]))


def _spell_out(low: str) -> list[str]:
    low = low.replace("\u2019", "'")
    known = _SPELLED.get(low)
    if known is not None:
        return list(known)
    stem, _, ending = low.rpartition("'")
    if ending == "t" and stem.endswith("n"):
        return [stem[:-1], "not"]
    if ending == "s" and stem not in _WITH_S:
        return [stem]
    full = _ENDINGS.get(ending)
    return [stem, full] if full else low.split("'")


def _after_quote(raw: list[str], i: int) -> tuple[int, int]:
    """Skips a quotation of more than three words that is not the whole text.

    Args:
        raw: The tokens.
        i: Index behind the opening mark.

    Returns:
        Where to go on, and the index of the closing mark if it is still ahead.
    """
    for j in range(i, min(len(raw), i + 400)):
        if raw[j] in '"“”':
            return (j + 1, -1) if j - i > 3 and not (i == 1 and j == len(raw) - 1) else (i, j)
    return i, -1


def _low(raw: list[str], i: int) -> str:
    return raw[i].lower() if i < len(raw) else ""


def _date(month: int, day: int, taken: int) -> tuple[str, Value, int] | None:
    if 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]:
        return "#date", f"{YEAR}-{month:02}-{day:02}", taken
    return None


def _year_tokens(raw: list[str], i: int) -> int:
    comma = _low(raw, i) == ","
    year = _low(raw, i + comma)
    return 1 + comma if len(year) == 4 and year.startswith("20") and year.isdecimal() else 0


def _ends_range(raw: list[str], i: int) -> bool:
    """Whether a number is the end of a range such as "3-5" or "3 to 5"."""
    before, further = (_low(raw, i - 1) if i else ""), (_low(raw, i - 2) if i > 1 else "")
    if before in ("to", "or", "and", "–", "—"):
        before = further
    return before in _SMALL or (before.isdecimal() and len(before) < 4)


def _is_in_row(raw: list[str], i: int) -> bool:
    """Whether further numbers are joined to a number by points, as in "22.08.2031"."""
    return _low(raw, i + 1) == "." and _low(raw, i + 2).isdecimal()


def _address(raw: list[str], i: int) -> tuple[str, Value, int] | None:
    """An address, "12 Mill Lane, Easton 40213": number, words that end in a kind of street, town, postcode."""
    at = i + 1
    street: list[str] = []
    while at < len(raw) and len(street) < 5 and raw[at][0].isalpha():
        street.append(raw[at])
        at += 1
        if street[-1].lower() in _STREETS and len(street) > 1:
            break
    else:
        return None
    at += _low(raw, at) in (",", ".", "in")
    town: list[str] = []
    while at < len(raw) and len(town) < 4 and raw[at][0].isalpha():
        town.append(raw[at])
        at += 1
        if at < len(raw) and raw[at] == ",":
            at += 1
            break
    if not town or at >= len(raw) or not (raw[at].isdecimal() and len(raw[at]) == 5):
        return None
    words = " ".join(map(_capital, street))
    return "#address", f"{raw[i]} {words}, {' '.join(map(_capital, town))} {raw[at]}", at + 1 - i


def _capital(word: str) -> str:
    return word.capitalize() if word.islower() else word


def _month_day(raw: list[str], i: int) -> tuple[str, Value, int] | None:
    at = i + 1
    if _low(raw, at) == "." and len(raw[i]) == 3:
        at += 1
    at += _low(raw, at) == "the"
    day = _low(raw, at).rstrip("stndrh")
    if not (day.isdecimal() and len(day) <= 2):
        return ("month", None, 1) if raw[i] == "May" and i and raw[i - 1].lower() in _BEFORE_MONTH else None
    return _date(_MONTHS[raw[i].lower()], int(day), at + 1 + _year_tokens(raw, at + 1) - i)


def _dollars(raw: list[str], at: int, amount: float, taken: int) -> tuple[str, Value, int]:
    """An amount with its cents: "12 dollars 50", "12 dollars and 50 cents"."""
    joined = _low(raw, at) == "and"
    cents = _low(raw, at + joined)
    named = _low(raw, at + joined + 1) in ("cents", "cent")
    if len(cents) == 2 and cents.isdecimal() and (named or not joined) and amount.is_integer():
        return "#money", amount + int(cents) / 100, taken + joined + 1 + named
    return "#money", amount, taken


def _dollar_word(raw: list[str], i: int) -> tuple[str, Value, int] | None:
    """Dollars in words below a hundred: "twelve dollars", "twenty-five dollars"."""
    amount, at = _COUNTS[raw[i].lower()], i + 1
    unit = _SMALL.get(_low(raw, at), 0)
    if amount >= 20 and 0 < unit < 10:
        amount, at = amount + unit, at + 1
    return _dollars(raw, at + 1, float(amount), at + 1 - i) if _low(raw, at) in _DOLLARS else None


def _single(raw: list[str], i: int) -> tuple[str, Value, int] | None:
    """One month in "a month"."""
    unit = _low(raw, i + 1)
    return ("#quantity", f"1 {unit}", 2) if unit in ("month", "week", "year") else None


def _kindly(raw: list[str], i: int) -> tuple[str, Value, int] | None:
    """At the beginning of a sentence it asks, elsewhere it is idle."""
    return ("please", None, 1) if i == 0 or not raw[i - 1][0].isalnum() else None


def _just(raw: list[str], i: int) -> tuple[str, Value, int] | None:
    """The "just" of "just one" and of ", just your name" is an "only"; any other is idle."""
    after = _low(raw, i + 1)
    only = after in ("one", "once", "1") or (after in ("the", "your") and i and raw[i - 1] == ",")
    return ("only", None, 1) if only else None


def _numero(raw: list[str], i: int) -> tuple[str, Value, int] | None:
    """The "no." of "order no.", which ends no sentence."""
    if i == 0 or raw[i - 1].lower() not in _NUMBERED:
        return None
    return "number", None, 1 + (_low(raw, i + 1) == ".")


def _with(raw: list[str], i: int) -> tuple[str, Value, int] | None:
    return ("with", None, 2) if _low(raw, i + 1) == "/" else None


def _currency_first(raw: list[str], i: int) -> tuple[str, Value, int] | None:
    amount = _low(raw, i + 1).replace(",", "")
    return ("#money", float(amount), 2) if amount[:1].isdecimal() and amount[-1].isdecimal() else None


def _card(raw: list[str], i: int) -> tuple[str, Value, int]:
    brand = raw[i].lower()
    for at in range(i + 1, min(i + 8, len(raw))):
        word = raw[at].lower()
        if len(word) == 4 and word.isdecimal():
            closing = at + 1 < len(raw) and raw[at + 1] == ")" and "(" in raw[i:at]
            return "#payment", f"{brand}-{word}", at + 1 + closing - i
        if word not in _CARD_WORDS and word != "(":
            break
    return "#brand", None, 1


def _paypal(raw: list[str], i: int) -> tuple[str, Value, int]:
    return "#payment", "paypal", 1


def _size(raw: list[str], i: int) -> tuple[str, Value, int] | None:
    if raw[i] in _SIZES or (i and raw[i - 1].lower() in ("size", "sizes")):
        return f"#size{raw[i].lower()}", None, 1
    return None
