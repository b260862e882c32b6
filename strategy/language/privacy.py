"""Personal data as pages show them: masked until somebody has a reason."""

DOT = "•"
SHOWN_OF_A_CARD = 4


def masked_name(name: str) -> str:
    """Return the first letter of each word, and dots; always seven, so that no length is told.

    >>> masked_name("Maria Holt-Byron")
    'M••••••• H•••••••'
    """
    return " ".join(f"{word[0]}{DOT * 7}" for word in name.split())


def masked_email(address: str) -> str:
    """Return the first letter of an address.

    >>> masked_email("maria@example.org")
    'm•••@•••'
    """
    return f"{address.strip()[:1]}{DOT * 3}@{DOT * 3}"


def masked_phone(number: str) -> str:
    """Return the last two digits of a number.

    >>> masked_phone("+44 20 7946 0018")
    '••••• 18'
    """
    return f"{DOT * 5} {_ending(number, 2)}"


def masked_card(number: str) -> str:
    """Return the last four characters of a number that is long enough to hide the others.

    >>> masked_card("LC-0020 4417"), masked_card("4417")
    ('•••• 4417', '••••')
    """
    shown = _ending(number, SHOWN_OF_A_CARD)
    return f"{DOT * 4} {shown}" if len(number) >= 2 * SHOWN_OF_A_CARD else DOT * 4


def masked(kind: str, value: str) -> str:
    """Return an identifier of a kind as a page may show it to anybody."""
    mask = {"email": masked_email, "phone": masked_phone}.get(kind, masked_card)
    return mask(value)


def _ending(text: str, count: int) -> str:
    return "".join(letter for letter in text if letter.isalnum())[-count:]
