"""How sure it is that two people are one, in words."""

from strategy.language.numbers import number, percent

SURE = 0.995
"""From here on a rounded percentage would say that it is certain."""


def how_sure(probability: float) -> str:
    """Return a probability, in [0, 1], that is never rounded to certainty.

    >>> how_sure(0.983), how_sure(0.9996), how_sure(0.001)
    ('98% sure', 'More than 99% sure', 'Less than 1% sure')
    """
    if probability >= SURE:
        return "More than 99% sure"
    if probability < 1 - SURE:
        return "Less than 1% sure"
    return f"{percent(probability, 0)} sure"


def what_sure_means(probability: float) -> str:
    """Return what a probability of a pair says of many such pairs.

    >>> what_sure_means(0.983)
    'Of 100 pairs as alike as this one, about 98 are one person.'
    >>> what_sure_means(0.9996)
    'Of 1,000 pairs as alike as this one, more than 995 are one person.'
    >>> what_sure_means(0.001)
    'Of 1,000 pairs as alike as this one, fewer than five are one person.'
    """
    if probability >= SURE:
        many, are = 1_000, "more than 995"
    elif probability < 1 - SURE:
        many, are = 1_000, "fewer than five"
    else:
        many, are = 100, f"about {round(probability * 100)}"
    return f"Of {number(many)} pairs as alike as this one, {are} are one person."
