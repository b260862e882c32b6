"""When a home and hardware shop is busy: the year, the week and the trend."""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from config.demo.names import CATEGORIES

type Floats = npt.NDArray[np.float64]
type Ints = npt.NDArray[np.int64]

WEEKS = 104
"""Weeks of history; week w is [until - (104 - w) weeks, one week later)."""

DAYS = 7
DAY_MINUTES = 1440
WEEK_MINUTES = DAYS * DAY_MINUTES
END = WEEKS * WEEK_MINUTES
"""The first minute after the history, counted from midnight of its first day."""

YEAR_DAYS = 365.25
CHRISTMAS, SPRING, JANUARY = 344, 125, 15
"""Days of the year on which a season is at its height."""

WEEKDAY = (0.85, 0.80, 0.85, 0.95, 1.15, 1.40, 1.00)
"""Trade from Monday to Sunday, relative to the average day."""

BASKET = dict.fromkeys(CATEGORIES, 1.0) | {"christmas": 0.02, "batteries": 1.3, "lighting": 1.3}


def first_day(until: date) -> date:
    """Return the first day of the history that ends before `until`."""
    return until - timedelta(weeks=WEEKS)


def trade(until: date) -> Floats:
    """Return the order rate of each week relative to a plain week: seasons and a rising trend."""
    day = _day_of_year(until)
    season = 1 + 0.55 * _bump(day, CHRISTMAS, 14) + 0.30 * _bump(day, SPRING, 25)
    return (season - 0.20 * _bump(day, JANUARY, 12)) * (0.92 + 0.16 * progress())


def progress() -> Floats:
    """Return how far into the history each week lies, 0 to 1."""
    return np.linspace(0, 1, WEEKS)


def day_shares(until: date) -> Floats:
    """Return the share of a week's trade on each of its seven days, in the order of the week."""
    start = first_day(until).weekday()
    weights: Floats = np.roll(np.array(WEEKDAY), -start)
    return weights / weights.sum()


def category_shares(until: date) -> Floats:
    """Return weeks x categories: the share of orders in each category."""
    day = _day_of_year(until)
    shares: Floats = np.tile(np.array([BASKET[name] for name in CATEGORIES]), (WEEKS, 1))
    for name, peak, width, height in (
        ("garden", SPRING, 30, 4.0),
        ("christmas", CHRISTMAS, 16, 4.0),
        ("heating", JANUARY, 40, 1.5),
    ):
        shares[:, CATEGORIES.index(name)] += height * _bump(day, peak, width)
    return shares / shares.sum(axis=1, keepdims=True)


def _day_of_year(until: date) -> Floats:
    start = first_day(until).timetuple().tm_yday
    middles = np.array(start + 3 + DAYS * np.arange(WEEKS), dtype=np.float64)
    return middles % YEAR_DAYS


def _bump(day: Floats, peak: int, width: int) -> Floats:
    """Return a bell of height 1 around `peak`, the year being a circle; `width` in days."""
    distance = np.abs((day - peak + YEAR_DAYS / 2) % YEAR_DAYS - YEAR_DAYS / 2)
    bell: Floats = np.exp(-0.5 * (distance / width) ** 2)
    return bell
