"""The desks' calendar: day numbers of the fictional year 2031, and their dates.

Day 0 is 1 January 2031. Records hold day numbers, because policies count days; people and tools speak of dates.
"""

from datetime import date, timedelta

YEAR = 2031
MONTHS = tuple("January February March April May June July August September October November December".split())
_FIRST = date(YEAR - 1, 1, 1)
_SHIFT = 365
_DATES = tuple((_FIRST + timedelta(days=i)).isoformat() for i in range(3 * 365))


def iso(day: int) -> str:
    """The date of a day number, such as "2031-03-14"."""
    return _DATES[day + _SHIFT]


def day_of(text: str) -> int:
    """The day number of a date, in whichever year.

    >>> day_of("2031-03-14"), iso(day_of("2031-03-14"))
    (72, '2031-03-14')
    """
    return (date.fromisoformat(text) - _FIRST).days - _SHIFT
