"""Addresses of logging an initiative, of every step of its life, of calendar and clashes."""

from django.urls import path

from campaigns.views import (
    audiences,
    calendar,
    clashes,
    feeds,
    initiatives,
    life,
    people,
    sends,
    talk,
)

urlpatterns = [
    path("new/", initiatives.initiative_new, name="initiative_new"),
    path("check/", initiatives.initiative_check, name="initiative_check"),
    path("sketches/<int:pk>/drop/", initiatives.sketch_drop, name="sketch_drop"),
    path("<int:pk>/edit/", initiatives.initiative_edit, name="initiative_edit"),
    path("<int:pk>/discard/", life.initiative_discard, name="initiative_discard"),
    path("<int:pk>/propose/", life.initiative_propose, name="initiative_propose"),
    path("<int:pk>/take-back/", life.initiative_take_back, name="initiative_take_back"),
    path("<int:pk>/approve/", life.initiative_approve, name="initiative_approve"),
    path("<int:pk>/send-back/", life.initiative_send_back, name="initiative_send_back"),
    path("<int:pk>/lock/", life.initiative_lock, name="initiative_lock"),
    path("<int:pk>/launch/", life.initiative_launch, name="initiative_launch"),
    path("<int:pk>/plan/", life.initiative_amend, name="initiative_amend"),
    path("<int:pk>/pause/", life.initiative_pause, name="initiative_pause"),
    path("<int:pk>/resume/", life.initiative_resume, name="initiative_resume"),
    path("<int:pk>/end/", life.initiative_end, name="initiative_end"),
    path("<int:pk>/waive/", life.initiative_waive, name="initiative_waive"),
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
    path("<int:pk>/sends/", sends.sends, name="initiative_sends"),
    path("<int:pk>/comment/", talk.initiative_comment, name="initiative_comment"),
    path("<int:pk>/follow/", talk.initiative_follow, name="initiative_follow"),
    path("comments/<int:pk>/", talk.comment_change, name="comment_change"),
    path("attachments/<int:pk>/", talk.attachment, name="attachment"),
    path("people/", talk.people, name="people"),
    path("notices/", talk.notices, name="notices"),
]

at_the_top = [
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/<int:pk>/move/", calendar.move, name="calendar_move"),
    path("calendar/feed/", feeds.feed_new, name="calendar_feed_new"),
    path("calendar.ics", feeds.feed, name="calendar_feed"),
    path("reports/clashes/", clashes.clashes, name="clashes"),
    path("reports/clashes/<int:first>/<int:second>/", clashes.people, name="clash_people"),
]
