"""Counts, nouns and lists in words."""

from collections.abc import Sequence

WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def count_words(count: int, *, zero: str = "no", capital: bool = False) -> str:
    """Return a count in words up to ten, in figures above; `zero` is "no" or "none".

    >>> count_words(2), count_words(0, zero="none", capital=True), count_words(1204)
    ('two', 'None', '1,204')

    Raises:
        ValueError: the count is negative.

    """
    if count < 0:
        raise ValueError(f"a count is never negative: {count}")
    if count == 0:
        text = zero
    elif count <= len(WORDS):
        text = WORDS[count - 1]
    else:
        text = f"{count:,}"
    return text.capitalize() if capital else text


def plural(count: int, one: str, many: str = "") -> str:
    """Return the noun, or any other word, that fits the count; `many` defaults to one + "s".

    >>> plural(1, "goal"), plural(2, "goal"), plural(0, "has", "have")
    ('goal', 'goals', 'have')
    """
    return one if count == 1 else many or f"{one}s"


def counted(count: int, one: str, many: str = "", *, capital: bool = False) -> str:
    """Return count and noun together.

    >>> counted(1, "goal"), counted(0, "source", capital=True), counted(12, "entry", "entries")
    ('one goal', 'No sources', '12 entries')
    """
    return f"{count_words(count, capital=capital)} {plural(count, one, many)}"


def all_of(count: int, one: str, many: str = "", *, capital: bool = False) -> str:
    """Return the whole of a count: the subject of a sentence about every one of them.

    >>> all_of(1, "goal"), all_of(2, "goal"), all_of(5, "goal", capital=True)
    ('the one goal', 'both goals', 'All five goals')

    Raises:
        ValueError: there are none.

    """
    if count < 1:
        raise ValueError(f"nothing can be said of all {count} of them")
    start = {1: "the one", 2: "both"}.get(count, f"all {count_words(count)}")
    text = f"{start} {plural(count, one, many)}"
    return text[0].upper() + text[1:] if capital else text


def join_words(words: Sequence[str], link: str = "and") -> str:
    """Return words as a list in a sentence.

    >>> join_words(["Stores"]), join_words(["Stores", "Marketing", "Service"], "or")
    ('Stores', 'Stores, Marketing or Service')

    Raises:
        ValueError: there is nothing to join; the sentence needs another form then.

    """
    if not words:
        raise ValueError("no words to join")
    *rest, last = words
    return f"{', '.join(rest)} {link} {last}" if rest else last


def inside(words: str) -> str:
    """Return words as they stand inside a sentence; abbreviations keep their capitals.

    >>> inside("Return rate"), inside("NPS")
    ('return rate', 'NPS')
    """
    return words if words[:2].isupper() else words[:1].lower() + words[1:]
