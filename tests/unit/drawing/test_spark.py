from reports.drawing.spark import Spark, spark


def test_a_line_fills_the_box_and_the_limit_is_in_it() -> None:
    assert spark([1.0, 2.0, 3.0], 3.0) == Spark("M0.0 38.0 L50.0 20.0 L100.0 2.0", 2.0)


def test_a_week_without_a_value_is_a_gap() -> None:
    assert spark([1.0, None, 3.0], 2.0).path == "M0.0 38.0 M100.0 2.0"


def test_a_flat_line_lies_in_the_middle() -> None:
    assert spark([2.0, 2.0], 2.0) == Spark("M0.0 20.0 L100.0 20.0", 20.0)


def test_one_week_is_one_point() -> None:
    assert spark([2.0], 3.0).path == "M0.0 38.0"
