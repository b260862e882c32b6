"""Addresses under /strategy/."""

from django.urls import path

from strategy import views

urlpatterns = [
    path("sign/", views.sign, name="sheet_sign"),
    path("draft/", views.draft, name="sheet_draft"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", views.token_revoke, name="token_revoke"),
    path("sheets/<int:version>/", views.sheet, name="sheet"),
    path("sheets/<int:version>/publish/", views.publish, name="sheet_publish"),
]
