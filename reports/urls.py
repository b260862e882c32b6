"""Addresses of the pages of results; config includes them last, at the top."""

from django.urls import path

from reports.views import (
    breaches,
    card,
    claims,
    decisions,
    evaluations,
    initiatives,
    measures,
    overview,
    portfolio,
    pressure,
    strategy,
    week,
)

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("initiatives/", initiatives.initiatives, name="initiatives"),
    path("initiatives/<int:pk>/", initiatives.initiative, name="initiative"),
    path("initiatives/<int:pk>/decide/", decisions.decide, name="initiative_decide"),
    path("strategy/", strategy.strategy, name="strategy"),
    path("strategy/breaches/", breaches.breaches, name="breaches"),
    path("reports/pressure/", pressure.pressure, name="pressure"),
    path("departments/<slug:key>/week/", week.week, name="week"),
    path("customers/<uuid:public_id>/", card.customer, name="customer"),
    path("customers/<uuid:public_id>/reveal/", card.reveal_details, name="customer_reveal"),
    path("customers/<uuid:public_id>/wrong-link/", card.wrong_link, name="customer_wrong_link"),
    path("reports/", measures.reports, name="reports"),
    path("reports/cohorts/", measures.cohorts, name="cohorts"),
    path("reports/measures/<slug:key>/", measures.measure, name="measure"),
    path("reports/measures/<slug:key>/numbers.csv", measures.measure_csv, name="measure_csv"),
    path("reports/portfolio/", portfolio.portfolio, name="portfolio"),
    path("reports/evaluate/", evaluations.evaluate, name="evaluate"),
    path("reports/evaluate/<uuid:public_id>/", evaluations.evaluation, name="evaluation"),
    path("reports/claims/", claims.claims, name="claims"),
    path("reports/claims/new/", claims.claim_new, name="claim_new"),
    path("reports/claims/<int:pk>/", claims.claim, name="claim"),
    path("reports/claims/<int:pk>/file/", claims.claim_file, name="claim_file"),
]
