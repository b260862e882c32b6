"""Addresses of logging an initiative, of every step of its life, of calendar and clashes."""

from django.urls import path

from campaigns.views import calendar, clashes, feeds, sends
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
    path("<int:pk>/sends/", sends.sends, name="initiative_sends"),
    path("<int:pk>/comment/", views.initiative_comment, name="initiative_comment"),
]

at_the_top = [
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/<int:pk>/move/", calendar.move, name="calendar_move"),
    path("calendar/feed/", feeds.feed_new, name="calendar_feed_new"),
    path("calendar.ics", feeds.feed, name="calendar_feed"),
    path("reports/clashes/", clashes.clashes, name="clashes"),
    path("reports/clashes/<int:first>/<int:second>/", clashes.people, name="clash_people"),
]
