"""Reports: what came of it. Readings, results, verdicts, the overview."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Names the app to Django, and its work to the ledger."""

    name = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the work that this floor does, and what it knows of a draft."""
        from campaigns.queries.answers import ANSWERERS  # noqa: PLC0415  needs the models
        from customers.actions import work  # noqa: PLC0415  needs the models
        from reports.actions import claims, evaluations, facts, retests, week  # noqa: PLC0415  needs the models
        from reports.actions.asks import answer  # noqa: PLC0415  needs the models
        from reports.actions.refresh import refresh  # noqa: PLC0415  needs the models
        from reports.queries.power import seen  # noqa: PLC0415  needs the models

        work.register("refresh", refresh)
        work.register(facts.REBUILD, facts.rebuild)
        work.register(facts.VACUUM, facts.vacuum)
        work.register("answer", answer)
        work.register(claims.KIND, claims.answer_claim)
        work.register(retests.KIND, retests.retest)
        work.register(evaluations.KIND, evaluations.judge_file, failed=evaluations.give_up)
        work.register(week.KIND, week.tell_heads)
        ANSWERERS.append(seen)
