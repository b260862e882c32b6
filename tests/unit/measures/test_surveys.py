"""What customers answer: NPS, CSAT and CES 2.0, and how many of those asked do."""

from tests.factories.spec import counted

ANSWERS = """
    who  when        what           category  score
    Ada  2026-11-09  survey_answer  nps       10
    Bo   2026-11-09  survey_answer  nps       9
    Cy   2026-11-09  survey_answer  nps       8
    Di   2026-11-09  survey_answer  nps       6
    Ed   2026-11-09  survey_answer  nps       7.5
    Fi   2026-11-09  survey_answer  nps       11
    Ada  2026-11-09  survey_answer  csat      4
    Bo   2026-11-09  survey_answer  csat      3
    Cy   2026-11-09  survey_answer  csat      10
    Ada  2026-11-09  survey_answer  ces       5
    Bo   2026-11-09  survey_answer  ces       4
    Cy   2026-11-09  survey_answer  ces       7
"""


def test_nps_is_promoters_less_detractors_of_whole_answers_from_0_to_10() -> None:
    assert counted("nps", ANSWERS) == (2 - 1, 4, 25.0)


def test_csat_is_the_share_of_4_and_5() -> None:
    assert counted("csat", ANSWERS) == (1, 2, 0.5)


def test_ces_is_the_share_of_5_to_7() -> None:
    assert counted("ces", ANSWERS) == (2, 3, 2 / 3)


def test_the_response_rate_is_answers_over_those_asked() -> None:
    found = counted("nps_response_rate", """
        who  when        what           category  service
        Ada  2026-11-09  contact        nps       yes
        Bo   2026-11-09  contact        nps       no
        Cy   2026-11-09  contact        sale      no
        Ada  2026-11-10  survey_answer  nps       no
    """)  # fmt: skip

    assert found == (1, 2, 0.5)


def test_where_nobody_was_asked_there_is_no_rate() -> None:
    assert counted("nps_response_rate", ANSWERS).value is None
