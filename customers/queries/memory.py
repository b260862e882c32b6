"""Reads of what all customers together teach: what goes with what."""

from collections.abc import Iterable

from customers.memory.recall import Pair
from customers.models import Companion, Neighbour


def companions_of(products: Iterable[str]) -> list[Pair]:
    """Return what is bought with these products. One query, none without products."""
    wanted = list(products)
    if not wanted:
        return []
    return [
        Pair(one.product, one.goes_with, one.people_count, one.share, one.lift)
        for one in Companion.objects.filter(product__in=wanted)
    ]


def neighbours_of(categories: Iterable[str]) -> list[Pair]:
    """Return what people who buy in these categories buy too. One query, none without any."""
    wanted = list(categories)
    if not wanted:
        return []
    return [
        Pair(one.category, one.goes_with, one.people_count, one.share, one.lift)
        for one in Neighbour.objects.filter(category__in=wanted)
    ]
