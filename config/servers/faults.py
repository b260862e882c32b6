class Fault(Exception):  # noqa: N818 - a word for the person at the terminal, not a bug
    """One sentence for the person at the terminal: what is wrong and what to do about it."""
