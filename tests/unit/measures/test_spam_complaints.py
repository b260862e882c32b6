"""Spam complaints: spam reports over marketing contacts delivered."""

from tests.factories.spec import counted


def test_service_messages_are_not_in_it() -> None:
    found = counted("spam_complaints", """
        who  when        what         service
        Ada  2026-11-09  contact      no
        Ada  2026-11-10  contact      no
        Ada  2026-11-10  contact      yes
        Ada  2026-11-10  spam_report  no
    """)  # fmt: skip

    assert found == (1, 2, 0.5)
