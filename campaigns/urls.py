"""Addresses of logging an initiative and of every step of its life."""

from django.urls import path

from campaigns.views import audiences, people
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
    path("<int:pk>/people/", people.initiative_people, name="initiative_people"),
    path("<int:pk>/people/audience/", people.initiative_audience, name="initiative_audience"),
    path("<int:pk>/people/draw/", people.initiative_draw, name="initiative_draw"),
    path("<int:pk>/people/deliver/", people.initiative_deliver, name="initiative_deliver"),
    path("deliveries/<int:pk>.csv", people.delivery_csv, name="delivery_csv"),
    path("audiences/", audiences.audiences, name="audiences"),
    path("audiences/new/", audiences.audience_new, name="audience_new"),
    path("audiences/look/", audiences.audience_look, name="audience_look"),
    path("audiences/holdout/", audiences.company_holdout_set, name="company_holdout_set"),
    path("audiences/<int:pk>/", audiences.audience, name="audience"),
    path("audiences/<int:pk>/edit/", audiences.audience_edit, name="audience_edit"),
]
