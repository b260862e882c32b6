"""Addresses of the pages of results; config includes them last, at the top."""

from django.urls import path

from reports.views import breaches, card, decisions, initiatives, overview, strategy, week

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("initiatives/", initiatives.initiatives, name="initiatives"),
    path("initiatives/<int:pk>/", initiatives.initiative, name="initiative"),
    path("initiatives/<int:pk>/decide/", decisions.decide, name="initiative_decide"),
    path("strategy/", strategy.strategy, name="strategy"),
    path("strategy/breaches/", breaches.breaches, name="breaches"),
    path("departments/<slug:key>/week/", week.week, name="week"),
    path("customers/<uuid:public_id>/", card.customer, name="customer"),
    path("customers/<uuid:public_id>/reveal/", card.reveal_details, name="customer_reveal"),
    path("customers/<uuid:public_id>/wrong-link/", card.wrong_link, name="customer_wrong_link"),
]
