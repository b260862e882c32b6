"""Addresses under /strategy/."""

from django.urls import path

from strategy import views

urlpatterns = [
    path("sign/", views.sign, name="sheet_sign"),
    path("sheets/<int:version>/", views.sheet, name="sheet"),
]
