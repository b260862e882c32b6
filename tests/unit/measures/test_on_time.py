"""On time: deliveries by the promised day, of all deliveries."""

from tests.factories.spec import counted


def test_a_delivery_says_by_its_score_whether_it_was_on_time() -> None:
    found = counted("on_time", """
        who  when        what   category  score
        Ada  2026-11-09  other  delivery  1
        Bo   2026-11-10  other  delivery  0
        Cy   2026-11-10  other  delivery  1
        Di   2026-11-10  other  delivery  -
        Di   2026-11-10  other  parking   1
    """)  # fmt: skip

    assert found == (2, 3, 2 / 3)
