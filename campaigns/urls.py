"""Addresses of logging an initiative and of every step of its life."""

from django.urls import path

from campaigns.views import initiatives as views

urlpatterns = [
    path("new/", views.initiative_new, name="initiative_new"),
    path("check/", views.initiative_check, name="initiative_check"),
    path("<int:pk>/edit/", views.initiative_edit, name="initiative_edit"),
    path("<int:pk>/discard/", views.initiative_discard, name="initiative_discard"),
    path("<int:pk>/lock/", views.initiative_lock, name="initiative_lock"),
    path("<int:pk>/launch/", views.initiative_launch, name="initiative_launch"),
    path("<int:pk>/end/", views.initiative_end, name="initiative_end"),
    path("<int:pk>/waive/", views.initiative_waive, name="initiative_waive"),
    path("<int:pk>/comment/", views.initiative_comment, name="initiative_comment"),
]
