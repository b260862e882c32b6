"""Addresses of logging an initiative and of every step of its life."""

from django.urls import path

from campaigns.views import initiatives, life, talk

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
    path("<int:pk>/comment/", talk.initiative_comment, name="initiative_comment"),
    path("<int:pk>/follow/", talk.initiative_follow, name="initiative_follow"),
    path("comments/<int:pk>/", talk.comment_change, name="comment_change"),
    path("attachments/<int:pk>/", talk.attachment, name="attachment"),
    path("people/", talk.people, name="people"),
    path("notices/", talk.notices, name="notices"),
]
