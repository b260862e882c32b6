from itertools import combinations

import pytest

from campaigns.rulebook.kinds import (
    KINDS,
    SAME_FOR_EVERYONE,
    UnknownUseError,
    classify,
    personal_word,
)


@pytest.mark.parametrize(
    ("use", "key", "name", "counts", "reason"),
    [
        (
            "history",
            "personalisation",
            "Personalisation",
            "yes",
            "It uses this person’s own history, so sheet v4 counts it as personalisation.",
        ),
        (
            "moment",
            "contextualisation",
            "Contextualisation",
            "helps",
            "It uses the moment, not the person. Sheet v4 says call it contextualisation.",
        ),
        (
            "place",
            "localisation",
            "Localisation",
            "no",
            "It uses a place, not the person. Sheet v4 says call it localisation.",
        ),
        (
            "choice",
            "customisation",
            "Customisation",
            "no",
            "The customer sets it, so sheet v4 says call it customisation.",
        ),
        (
            "group",
            "segmentation",
            "Segmentation",
            "no",
            "It uses only a group, so sheet v4 does not count it as personalisation.",
        ),
    ],
)
def test_each_use_has_its_kind(use: str, key: str, name: str, counts: str, reason: str) -> None:
    kind = classify(frozenset({use}), sheet="sheet v4")

    assert (kind.key, kind.name, kind.counts, kind.reason) == (key, name, counts, reason)
    assert bool(kind.would_be_personal) == (key != "personalisation")


def test_what_uses_nothing_is_the_same_for_everyone() -> None:
    assert classify(frozenset()) == SAME_FOR_EVERYONE
    assert (SAME_FOR_EVERYONE.key, SAME_FOR_EVERYONE.counts) == ("", "no")


def test_the_highest_use_decides() -> None:
    ladder = ["history", "moment", "place", "choice", "group"]

    for size in range(1, 6):
        for uses in combinations(ladder, size):
            assert classify(frozenset(uses)).key == KINDS[uses[0]].key


def test_the_reason_says_what_to_take_out_of_the_name() -> None:
    kind = classify(frozenset({"group"}), name="Your personal Christmas lights", sheet="sheet v4")

    assert kind.reason == (
        "It uses only a group, so sheet v4 does not count it as personalisation. "
        "Take “personal” out of the name."
    )


def test_what_is_personal_may_say_so() -> None:
    kind = classify(frozenset({"history", "group"}), name="Your personal lights")

    assert kind.reason == (
        "It uses this person’s own history, so the sheet counts it as personalisation."
    )


def test_an_unknown_use_is_refused() -> None:
    with pytest.raises(UnknownUseError, match="nothing can be classified by mood"):
        classify(frozenset({"mood", "group"}))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Your personal lights", "personal"),
        ("Personalised offers", "personalised"),
        ("personalized", "personalized"),
        ("Personally yours", "personally"),
        ("Lights, Just  for you", "just for you"),
        ("Something new for you", "for you"),
        ("One-to-one advice", "one-to-one"),
        ("1:1 advice", ""),
        ("1 to 1 advice", "1 to 1"),
        ("Personal care range", ""),
        ("An impersonal letter", ""),
        ("Lights for your garden", ""),
        ("Gold tier text messages", ""),
    ],
)
def test_personal_word(text: str, word: str) -> None:
    assert personal_word(text) == word
