"""Who is answered what, at every address, for reading (GET) and for sending (POST)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django import Settings

from campaigns.actions import talk
from campaigns.actions.attachments import Given
from campaigns.api.drafts import InitiativeSerializer
from campaigns.models import Delivery, Initiative
from customers.actions.looks import ASKED_FOR_DATA
from customers.actions.unsubscribing import Link, token_of
from customers.actions.write_keys import make_write_key
from customers.models import Erasure, WriteKey
from strategy.actions.api_tokens import make_token
from strategy.models import ApiToken, Department, Person, Role
from tests.factories.audiences import version
from tests.factories.campaigns import DepartmentFactory, InitiativeFactory, plan, sheet
from tests.factories.customers import (
    CustomerFactory,
    ImportFactory,
    ProposalFactory,
    RecordFactory,
    WorkFactory,
)
from tests.factories.reports import claim, result
from tests.factories.strategy import SheetFactory, person

pytestmark = pytest.mark.django_db

ROLES = [
    "out",
    "executive",
    "head",
    "other_head",
    "member",
    "analyst",
    "associate",
    "privacy",
    "admin",
    "inactive",
]
"""Nobody signed in; the roles, head and member of Marketing, whose things they are; who left."""

TABLE = """
method address                             out exec head other memb anal asso priv admi inac

GET    healthz                             200 200  200  200   200  200  200  200  200  200
POST   healthz                             405 405  405  405   405  405  405  405  405  405
GET    readyz                              503 503  503  503   503  503  503  503  503  503
POST   readyz                              405 405  405  405   405  405  405  405  405  405

GET    webhook                             404  404  404  404  404  404  404  404  404  404
POST   webhook                             404  404  404  404  404  404  404  404  404  404
GET    feedback                            405  405  405  405  405  405  405  405  405  405
POST   feedback                            401  401  401  401  401  401  401  401  401  401
GET    unsubscribe                         200  200  200  200  200  200  200  200  200  200
POST   unsubscribe                         200  200  200  200  200  200  200  200  200  200
GET    live_events                         405 405  405  405   405  405  405  405  405  405
POST   live_events                         400 400  400  400   400  400  400  400  400  400
GET    live_events_metrics                 405 405  405  405   405  405  405  405  405  405
POST   live_events_metrics                 200 200  200  200   200  200  200  200  200  200

GET    account_login                       200 on   on   on    on   on   on   on   on   200
POST   account_login                       200 on   on   on    on   on   on   on   on   200
GET    account_logout                      in  200  200  200   200  200  200  200  200  in
POST   account_logout                      in  in   in   in    in   in   in   in   in   in
GET    account_inactive                    200 200  200  200   200  200  200  200  200  200
POST   account_inactive                    405 405  405  405   405  405  405  405  405  405
GET    account_signup                      200 on   on   on    on   on   on   on   on   200
POST   account_signup                      200 on   on   on    on   on   on   on   on   200
GET    account_reauthenticate              in  200  200  200   200  200  200  200  200  in
POST   account_reauthenticate              in  200  200  200   200  200  200  200  200  in
GET    account_change_password             in  200  200  200   200  200  200  200  200  in
POST   account_change_password             in  200  200  200   200  200  200  200  200  in
GET    account_reset_password              200 200  200  200   200  200  200  200  200  200
POST   account_reset_password              200 200  200  200   200  200  200  200  200  200
GET    account_reset_password_done         200 200  200  200   200  200  200  200  200  200
POST   account_reset_password_done         405 405  405  405   405  405  405  405  405  405
GET    account_reset_password_from_key     200 200  200  200   200  200  200  200  200  200
POST   account_reset_password_from_key     200 200  200  200   200  200  200  200  200  200
GET    account_reset_password_from_key_done 200 200  200  200   200  200  200  200  200  200
POST   account_reset_password_from_key_done 405 405  405  405   405  405  405  405  405  405

GET    overview                            in  200  200  200   200  200  200  200  200  in
POST   overview                            in  405  405  405   405  405  405  405  405  in
GET    strategy                            in  200  200  200   200  200  200  200  200  in
POST   strategy                            in  405  405  405   405  405  405  405  405  in
GET    breaches                            in  200  200  200   200  200  200  200  200  in
POST   breaches                            in  405  405  405   405  405  405  405  405  in
GET    sheet                               in  200  200  200   200  200  200  200  200  in
POST   sheet                               in  405  405  405   405  405  405  405  405  in
GET    sheet_sign                          in  on   on   on    on   on   on   on   on   in
POST   sheet_sign                          in  403  on   403   403  403  403  403  403  in
GET    sheet_draft                         in  on   on   on    on   on   on   on   on   in
POST   sheet_draft                         in  on   403  403   403  403  403  403  on   in
GET    sheet_publish                       in  on   on   on    on   on   on   on   on   in
POST   sheet_publish                       in  on   403  403   403  403  403  403  on   in

GET    initiatives                         in  200  200  200   200  200  200  200  200  in
POST   initiatives                         in  405  405  405   405  405  405  405  405  in
GET    initiative                          in  200  200  200   200  200  200  200  200  in
POST   initiative                          in  405  405  405   405  405  405  405  405  in
GET    initiative_new                      in  403  200  200   200  403  403  403  403  in
POST   initiative_new                      in  403  422  422   422  403  403  403  403  in
GET    initiative_check                    in  405  405  405   405  405  405  405  405  in
POST   initiative_check                    in  200  200  200   200  200  200  200  200  in
GET    initiative_edit                     in  403  200  403   200  403  403  403  403  in
POST   initiative_edit                     in  403  422  403   422  403  403  403  403  in
GET    initiative_discard                  in  on   on   on    on   on   on   on   on   in
POST   initiative_discard                  in  403  on   403   on   403  403  403  403  in
GET    initiative_propose                  in  on   on   on    on   on   on   on   on   in
POST   initiative_propose                  in  403  on   403   on   403  403  403  403  in
GET    initiative_take_back                in  on   on   on    on   on   on   on   on   in
POST   initiative_take_back                in  403  on   403   on   403  403  403  403  in
GET    initiative_approve                  in  on   on   on    on   on   on   on   on   in
POST   initiative_approve                  in  403  403  403   403  on   403  403  403  in
GET    initiative_send_back                in  on   on   on    on   on   on   on   on   in
POST   initiative_send_back                in  403  403  403   403  on   403  403  403  in
GET    initiative_amend                    in  403  200  403   403  403  403  403  403  in
POST   initiative_amend                    in  403  422  403   403  403  403  403  403  in
GET    initiative_pause                    in  on   on   on    on   on   on   on   on   in
POST   initiative_pause                    in  403  on   403   403  403  403  403  403  in
GET    initiative_resume                   in  on   on   on    on   on   on   on   on   in
POST   initiative_resume                   in  403  on   403   403  403  403  403  403  in
GET    sketch_drop                         in  405  405  405   405  405  405  405  405  in
POST   sketch_drop                         in  on   on   on    on   on   on   on   on   in
GET    initiative_lock                     in  on   on   on    on   on   on   on   on   in
POST   initiative_lock                     in  403  on   403   403  403  403  403  403  in
GET    initiative_launch                   in  on   on   on    on   on   on   on   on   in
POST   initiative_launch                   in  403  on   403   403  403  403  403  403  in
GET    initiative_end                      in  on   on   on    on   on   on   on   on   in
POST   initiative_end                      in  403  on   403   403  403  403  403  403  in
GET    initiative_decide                   in  on   on   on    on   on   on   on   on   in
POST   initiative_decide                   in  on   on   403   403  403  403  403  on   in
GET    initiative_waive                    in  200  200  200   200  200  200  200  200  in
POST   initiative_waive                    in  403  on   403   403  403  403  403  403  in
GET    initiative_comment                  in  on   on   on    on   on   on   on   on   in
POST   initiative_comment                  in  on   on   on    on   on   403  403  on   in
GET    initiative_follow                   in   on   on   on   on   on   on   on   on   in
POST   initiative_follow                   in   on   on   on   on   on   on   on   on   in
GET    comment_change                      in   405  405  405  405  405  405  405  405  in
POST   comment_change                      in   403  on   403  403  403  403  403  403  in
GET    attachment                          in   200  200  200  200  200  200  200  200  in
POST   attachment                          in   405  405  405  405  405  405  405  405  in
GET    people                              in   200  200  200  200  200  403  403  200  in
POST   people                              in   405  405  405  405  405  405  405  405  in
GET    notices                             in   200  200  200  200  200  200  200  200  in
POST   notices                             in   on   on   on   on   on   on   on   on   in
GET    week                                in   200  200  200  200  200  200  200  200  in
POST   week                                in   405  405  405  405  405  405  405  405  in

GET    reports                             in  200  200  200   200  200  200  200  200  in
POST   reports                             in  405  405  405   405  405  405  405  405  in
GET    cohorts                             in  200  200  200   200  200  200  200  200  in
POST   cohorts                             in  405  405  405   405  405  405  405  405  in
GET    measure                             in  200  200  200   200  200  200  200  200  in
POST   measure                             in  405  405  405   405  405  405  405  405  in
GET    measure_csv                         in  200  200  200   200  200  200  200  200  in
POST   measure_csv                         in  405  405  405   405  405  405  405  405  in

GET    audiences                           in  200  200  200   200  200  200  200  200  in
POST   audiences                           in  405  405  405   405  405  405  405  405  in
GET    audience                            in  200  200  200   200  200  200  200  200  in
POST   audience                            in  405  405  405   405  405  405  405  405  in
GET    audience_new                        in  403  200  200   200  200  403  403  200  in
POST   audience_new                        in  403  422  422   422  422  403  403  422  in
GET    audience_edit                       in  403  200  403   200  200  403  403  200  in
POST   audience_edit                       in  403  422  403   422  422  403  403  422  in
GET    audience_look                       in  405  405  405   405  405  405  405  405  in
POST   audience_look                       in  200  200  200   200  200  200  200  200  in
GET    company_holdout_set                 in  405  405  405   405  405  405  405  405  in
POST   company_holdout_set                 in  422  403  403   403  403  403  403  422  in
GET    initiative_people                   in  200  200  200   200  200  200  200  200  in
POST   initiative_people                   in  405  405  405   405  405  405  405  405  in
GET    initiative_audience                 in  405  405  405   405  405  405  405  405  in
POST   initiative_audience                 in  403  on   403   on   on   403  403  on   in
GET    initiative_draw                     in  405  405  405   405  405  405  405  405  in
POST   initiative_draw                     in  403  on   403   403  on   403  403  on   in
GET    initiative_deliver                  in  405  405  405   405  405  405  405  405  in
POST   initiative_deliver                  in  403  on   403   403  on   403  403  on   in
GET    delivery_csv                        in  403  200  403   403  200  403  403  200  in
POST   delivery_csv                        in  405  405  405   405  405  405  405  405  in

GET    calendar                            in  200  200  200   200  200  200  200  200  in
POST   calendar                            in  405  405  405   405  405  405  405  405  in
GET    calendar_move                       in  403  200  403   200  403  403  403  403  in
POST   calendar_move                       in  403  on   403   on   403  403  403  403  in
GET    calendar_feed                       404 404  404  404   404  404  404  404  404  404
POST   calendar_feed                       405 405  405  405   405  405  405  405  405  405
GET    calendar_feed_new                   in  405  405  405   405  405  405  405  405  in
POST   calendar_feed_new                   in  200  200  200   200  200  200  200  200  in
GET    clashes                             in  200  200  200   200  200  200  200  200  in
POST   clashes                             in  405  405  405   405  405  405  405  405  in
GET    clash_people                        in  200  200  200   200  200  200  200  200  in
POST   clash_people                        in  405  405  405   405  405  405  405  405  in
GET    pressure                            in  200  200  200   200  200  200  200  200  in
POST   pressure                            in  405  405  405   405  405  405  405  405  in

GET    initiative_sends                    in  200  200  200   200  200  200  200  200  in
POST   initiative_sends                    in  403  on   403   on   403  403  403  403  in

GET    portfolio                           in  200  200  200   200  200  200  200  200  in
POST   portfolio                           in  405  405  405   405  405  405  405  405  in
GET    evaluate                            in  200  200  200   200  200  403  403  200  in
POST   evaluate                            in  422  422  422   422  422  403  403  422  in
GET    evaluation                          in  404  404  404   404  404  403  403  404  in
POST   evaluation                          in  404  404  404   404  404  403  403  404  in
GET    claims                              in  200  200  200   200  200  200  200  200  in
POST   claims                              in  405  405  405   405  405  405  405  405  in
GET    claim                               in  200  200  200   200  200  200  200  200  in
POST   claim                               in  405  405  405   405  405  405  405  405  in
GET    claim_new                           in  200  200  200   200  200  200  200  200  in
POST   claim_new                           in  422  422  422   422  422  422  422  422  in
GET    claim_file                          in  200  200  200   200  200  200  200  200  in
POST   claim_file                          in  405  405  405   405  405  405  405  405  in

GET    customers                           in   200  200  200  200  200  200  200  200  in
POST   customers                           in   200  200  200  200  200  200  200  200  in
GET    customer                            in   200  200  200  200  200  200  200  200  in
POST   customer                            in   405  405  405  405  405  405  405  405  in
GET    customer_wrong_link                 in   405  405  405  405  405  405  405  405  in
POST   customer_wrong_link                 in   403  on   on   on   on   on   on   on   in

GET    sources                             in   200  200  200  403  200  403  403  200  in
POST   sources                             in   405  405  405  405  405  405  405  405  in
GET    source                              in   200  200  200  403  200  403  403  200  in
POST   source                              in   405  405  405  405  405  405  405  405  in
GET    source_new                          in   403  403  403  403  200  403  403  200  in
POST   source_new                          in   403  403  403  403  422  403  403  422  in
GET    source_edit                         in   403  403  403  403  200  403  403  200  in
POST   source_edit                         in   403  403  403  403  422  403  403  422  in
GET    source_key_new                      in   405  405  405  405  405  405  405  405  in
POST   source_key_new                      in   403  403  403  403  200  403  403  200  in
GET    source_key_retire                   in   405  405  405  405  405  405  405  405  in
POST   source_key_retire                   in   403  403  403  403  on   403  403  on   in
GET    imports                             in  200  200  200   403  200  403  403  200  in
POST   imports                             in  403  403  403   403  422  403  403  422  in
GET    import                              in  200  200  200   403  200  403  403  200  in
POST   import                              in  405  405  405   405  405  405  405  405  in
GET    import_start                        in  405  405  405   405  405  405  405  405  in
POST   import_start                        in  403  403  403   403  on   403  403  on   in
GET    import_cancel                       in  405  405  405   405  405  405  405  405  in
POST   import_cancel                       in  403  403  403   403  on   403  403  on   in
GET    import_errors                       in  403  403  403   403  200  403  403  200  in
POST   import_errors                       in  405  405  405   405  405  405  405  405  in

GET    links                               in  403  403  403   403  200  403  200  200  in
POST   links                               in  405  405  405   405  405  405  405  405  in
GET    link                                in  403  403  403   403  200  403  200  200  in
POST   link                                in  405  405  405   405  405  405  405  405  in
GET    link_answer                         in  405  405  405   405  405  405  405  405  in
POST   link_answer                         in  403  403  403   403  on   403  on   on   in
GET    link_reveal                         in  405  405  405   405  405  405  405  405  in
POST   link_reveal                         in  403  403  403   403  403  403  on   on   in
GET    links_undo                          in  405  405  405   405  405  405  405  405  in
POST   links_undo                          in  403  403  403   403  on   403  on   on   in
GET    links_made                          in  403  403  403   403  200  403  200  200  in
POST   links_made                          in  405  405  405   405  405  405  405  405  in
GET    links_made_undo                     in  405  405  405   405  405  405  405  405  in
POST   links_made_undo                     in  403  403  403   403  on   403  on   on   in

GET    looks                               in  403  403  403   403  403  403  200  200  in
POST   looks                               in  405  405  405   405  405  405  405  405  in
GET    looks_csv                           in  403  403  403   403  403  403  200  200  in
POST   looks_csv                           in  405  405  405   405  405  405  405  405  in
GET    consents                            in  403  403  403   403  200  403  200  200  in
POST   consents                            in  405  405  405   405  405  405  405  405  in
GET    consents_csv                        in  403  403  403   403  200  403  200  200  in
POST   consents_csv                        in  405  405  405   405  405  405  405  405  in
GET    erasures                            in  403  403  403   403  403  403  200  200  in
POST   erasures                            in  405  405  405   405  405  405  405  405  in
GET    erasure                             in  403  403  403   403  403  403  200  200  in
POST   erasure                             in  405  405  405   405  405  405  405  405  in
GET    erasure_json                        in  403  403  403   403  403  403  200  200  in
POST   erasure_json                        in  405  405  405   405  405  405  405  405  in
GET    customer_privacy                    in  403  200  200   200  403  200  200  200  in
POST   customer_privacy                    in  405  405  405   405  405  405  405  405  in
GET    customer_reveal                     in  405  405  405   405  405  405  405  405  in
POST   customer_reveal                     in  403  on   on    on   403  on   on   on   in
GET    customer_consent                    in  405  405  405   405  405  405  405  405  in
POST   customer_consent                    in  403  on   on    on   403  on   on   on   in
GET    customer_copy                       in  405  405  405   405  405  405  405  405  in
POST   customer_copy                       in  403  403  403   403  403  403  200  200  in
GET    customer_erase                      in  405  405  405   405  405  405  405  405  in
POST   customer_erase                      in  403  403  403   403  403  403  on   on   in

GET    v1:departments-list                 401  200  200  200  200  200  200  200  200  401
POST   v1:departments-list                 401  405  405  405  405  405  405  405  405  401
GET    v1:departments-detail               401  200  200  200  200  200  200  200  200  401
POST   v1:departments-detail               401  405  405  405  405  405  405  405  405  401
GET    v1:goals-list                       401  200  200  200  200  200  200  200  200  401
POST   v1:goals-list                       401  405  405  405  405  405  405  405  405  401
GET    v1:goals-detail                     401  200  200  200  200  200  200  200  200  401
POST   v1:goals-detail                     401  405  405  405  405  405  405  405  405  401
GET    v1:measures-list                    401  200  200  200  200  200  200  200  200  401
POST   v1:measures-list                    401  405  405  405  405  405  405  405  405  401
GET    v1:measures-detail                  401  200  200  200  200  200  200  200  200  401
POST   v1:measures-detail                  401  405  405  405  405  405  405  405  405  401
GET    v1:initiatives-list                 401  200  200  200  200  200  200  200  200  401
POST   v1:initiatives-list                 401  403  201  403  201  403  403  403  403  401
GET    v1:initiatives-detail               401  200  200  200  200  200  200  200  200  401
POST   v1:initiatives-detail               401  405  405  405  405  405  405  405  405  401
GET    v1:plans-list                       401  200  200  200  200  200  200  200  200  401
POST   v1:plans-list                       401  405  405  405  405  405  405  405  405  401
GET    v1:plans-detail                     401  200  200  200  200  200  200  200  200  401
POST   v1:plans-detail                     401  405  405  405  405  405  405  405  405  401
GET    v1:results-list                     401  200  200  200  200  200  200  200  200  401
POST   v1:results-list                     401  405  405  405  405  405  405  405  405  401
GET    v1:results-detail                   401  200  200  200  200  200  200  200  200  401
POST   v1:results-detail                   401  405  405  405  405  405  405  405  405  401
GET    v1:rules-list                       401  200  200  200  200  200  200  200  200  401
POST   v1:rules-list                       401  405  405  405  405  405  405  405  405  401
GET    v1:readings-list                    401  200  200  200  200  200  200  200  200  401
POST   v1:readings-list                    401  405  405  405  405  405  405  405  405  401
GET    v1:sheet-list                       401  200  200  200  200  200  200  200  200  401
POST   v1:sheet-list                       401  405  405  405  405  405  405  405  405  401
GET    v1:sheet-detail                     401  200  200  200  200  200  200  200  200  401
POST   v1:sheet-detail                     401  405  405  405  405  405  405  405  405  401
GET    v1:signatures-list                  401  200  200  200  200  200  200  200  200  401
POST   v1:signatures-list                  401  403  201  403  403  403  403  403  403  401
GET    v1:check-ins-list                   401  200  200  200  200  200  200  200  200  401
POST   v1:check-ins-list                   401  201  403  403  403  201  403  403  201  401
GET    v1:initiatives-lock                 401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-lock                 401  403  200  403  403  403  403  403  403  401
GET    v1:initiatives-launch               401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-launch               401  403  200  403  403  403  403  403  403  401
GET    v1:initiatives-propose              401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-propose              401  403  409  403  409  403  403  403  403  401
GET    v1:initiatives-take-back            401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-take-back            401  403  200  403  200  403  403  403  403  401
GET    v1:initiatives-approve              401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-approve              401  403  403  403  403  200  403  403  403  401
GET    v1:initiatives-send-back            401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-send-back            401  403  403  403  403  200  403  403  403  401
GET    v1:initiatives-amend                401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-amend                401  403  200  403  403  403  403  403  403  401
GET    v1:initiatives-pause                401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-pause                401  403  200  403  403  403  403  403  403  401
GET    v1:initiatives-resume               401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-resume               401  403  200  403  403  403  403  403  403  401
GET    v1:initiatives-waive                401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-waive                401  403  200  403  403  403  403  403  403  401
GET    v1:initiatives-comment              401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-comment              401  200  200  200  200  200  403  403  200  401
GET    v1:audiences-list                   401  200  200  200  200  200  200  200  200  401
POST   v1:audiences-list                   401  403  201  403  201  201  403  403  201  401
GET    v1:audiences-detail                 401  200  200  200  200  200  200  200  200  401
POST   v1:audiences-detail                 401  405  405  405  405  405  405  405  405  401
GET    v1:decisions-list                   401  200  200  200  200  200  200  200  200  401
POST   v1:decisions-list                   401  201  201  403  403  403  403  403  201  401
GET    v1:reservations-detail              401  405  405  405  405  405  405  405  405  401
POST   v1:reservations-detail              401  405  405  405  405  405  405  405  405  401
GET    v1:deliveries-list                  401  200  200  200  200  200  200  200  200  401
POST   v1:deliveries-list                  401  403  409  403  403  409  403  403  409  401
GET    v1:clashes-list                     401  200  200  200  200  200  200  200  200  401
POST   v1:clashes-list                     401  405  405  405  405  405  405  405  405  401
GET    v1:claims-list                      401  200  200  200  200  200  200  200  200  401
POST   v1:claims-list                      401  422  422  422  422  422  422  422  422  401
GET    v1:claims-detail                    401  200  200  200  200  200  200  200  200  401
POST   v1:claims-detail                    401  405  405  405  405  405  405  405  405  401
GET    v1:evaluations-list                 401  405  405  405  405  405  405  405  405  401
POST   v1:evaluations-list                 401  415  415  415  415  415  403  403  415  401
GET    v1:evaluations-detail               401  404  404  404  404  404  403  403  404  401
POST   v1:evaluations-detail               401  405  405  405  405  405  405  405  405  401
GET    v1:deliveries-detail                401  403  200  403  403  200  403  403  200  401
POST   v1:deliveries-detail                401  405  405  405  405  405  405  405  405  401
GET    v1:initiatives-end                  401  405  405  405  405  405  405  405  405  401
POST   v1:initiatives-end                  401  403  200  403  403  403  403  403  403  401
GET    v1:assignments-list                 401  200  200  200  200  200  200  200  200  401
POST   v1:assignments-list                 401  403  403  403  403  422  403  403  422  401
GET    v1:customers-detail                 401  200  200  200  200  200  200  200  200  401
POST   v1:customers-detail                 401  405  405  405  405  405  405  405  405  401
GET    v1:consents-list                    401  422  422  422  422  422  422  422  422  401
POST   v1:consents-list                    401  403  201  201  201  403  201  201  201  401
GET    v1:imports-list                     401  200  200  200  403  200  403  403  200  401
POST   v1:imports-list                     401  403  403  403  403  422  403  403  422  401
GET    v1:imports-detail                   401  200  200  200  403  200  403  403  200  401
POST   v1:imports-detail                   401  405  405  405  405  405  405  405  405  401
GET    v1:contact-checks-list              401  405  405  405  405  405  405  405  405  401
POST   v1:contact-checks-list              401  403  200  200  200  200  403  403  200  401
GET    api_schema                          401  200  200  200  200  200  200  200  200  401
POST   api_schema                          401  405  405  405  405  405  405  405  405  401
GET    api_docs                            in   200  200  200  200  200  200  200  200  in
POST   api_docs                            in   405  405  405  405  405  405  405  405  in

GET    tokens                              in   200  200  200  200  200  200  200  200  in
POST   tokens                              in   422  422  422  422  422  422  422  422  in
GET    token_revoke                        in   on   on   on   on   on   on   on   on   in
POST   token_revoke                        in   404  404  404  404  404  404  404  404  in

GET    admin:login                         in  403  403  403   403  403  403  403  on   in
POST   admin:login                         in  403  403  403   403  403  403  403  200  in
GET    admin:logout                        in  on   on   on    on   on   on   on   405  in
POST   admin:logout                        in  on   on   on    on   on   on   on   200  in
"""
"""`in`: sent to sign-in; `on`: sent on to another page, done or with a reason; else the status.

The admin's other addresses are one group, below: everybody but admins is sent to its sign-in.
"""


class Row(NamedTuple):
    method: str
    address: str
    answers: list[str]


class World(NamedTuple):
    """What addresses lead to and what is sent there, by the address's name."""

    places: dict[str, list[Any]]
    sent: dict[str, dict[str, Any]]
    clients: dict[str, Client]


def rows() -> list[Row]:
    lines = [line.split() for line in TABLE.splitlines() if line][1:]
    return [Row(method, address, answers) for method, address, *answers in lines]


def addresses(
    found: list[URLPattern | URLResolver], route: str = "", space: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield every address's route and its name, such as ("admin/login/", "admin:login")."""
    for each in found:
        if isinstance(each, URLResolver):
            inner = f"{each.namespace}:" if each.namespace else ""
            yield from addresses(each.url_patterns, route + str(each.pattern), space + inner)
        else:
            yield route + str(each.pattern), space + (each.name or "")


def open_addresses(*, of_admin: bool) -> dict[str, str]:
    """Return routes with their names: those that have rows, or the group of the admin's."""
    every = addresses(get_resolver().url_patterns)
    doors = {"admin:login", "admin:logout"}
    return {
        route: name
        for route, name in every
        if (name.startswith("admin:") and name not in doors) is of_admin
    }


def signed_in(role: str) -> Client:
    client = Client()
    if role == "out":
        return client
    marketing, stores = (DepartmentFactory.create(key=key) for key in ("marketing", "stores"))
    made = {
        "head": lambda: person(Role.HEAD, marketing),
        "other_head": lambda: person(Role.HEAD, stores),
        "member": lambda: person(Role.MEMBER, marketing),
        "admin": lambda: person(Role.ADMIN, is_staff=True),
        "inactive": lambda: person(Role.ADMIN, is_staff=True),
    }.get(role, lambda: person(Role(role)))()
    client.force_login(made)
    if role == "inactive":
        made.is_active = False
        made.save()
    return client


@pytest.fixture
def clients() -> dict[str, Client]:
    return {role: signed_in(role) for role in ROLES}


@pytest.fixture
def world(clients: dict[str, Client], tmp_path: Any, settings: Settings) -> World:
    """Build one of everything, in the state in which its step may be taken."""
    marketing = DepartmentFactory.create()
    agreed = sheet(version=4)
    draft_sheet = SheetFactory.create(version=5)
    rule = agreed.rules.get(check_key="holdout_or_reason")
    draft, proposed, agreed_on, live, paused = (
        InitiativeFactory.create(department=marketing, status=status)
        for status in ("draft", "proposed", "agreed", "live", "paused")
    )
    promised = plan(live)
    draft.holdout_share = 0  # breaks the rule that is waived
    draft.save()
    result(live, "harm")
    settings.ATTACHMENT_FOLDER = tmp_path
    note = Given("note.txt", 4, BytesIO(b"Seen"))
    said = talk.comment(
        initiative=draft,
        text="Seen.",
        by=Person.objects.get(pk=clients["head"].session["_auth_user_id"]),
        at=timezone.now(),
        files=[note],
    )
    elder = RecordFactory.create()
    younger = RecordFactory.create(customer=elder.customer)
    errors = tmp_path / "errors.csv"
    errors.write_text("row,column,value,expected\n")
    file_import = ImportFactory.create(
        errors_path=str(errors), accepted_count=9, changed_count=9, rejected_count=1
    )
    source = file_import.source
    make_write_key(source=source, by=None, at=timezone.now())
    write_key = WriteKey.objects.get()
    customer = CustomerFactory.create(public_id=uuid4()).public_id
    erased = Erasure.objects.create(
        customer=uuid4(), asked_at=timezone.now(), work=WorkFactory.create(done=True)
    )
    proposal = ProposalFactory.create()
    of_draft = ("edit", "discard", "propose", "waive", "comment", "follow")
    of_proposal = ("take_back", "approve", "send_back")
    approval = proposed.approvals.create(part="data_team")
    agreed_by = agreed.published_by
    assert agreed_by
    make_token(person=agreed_by, name="Theirs", roles=[Role.EXECUTIVE], by=None, at=timezone.now())
    goal = draft.goals.get()
    audience = version(department=marketing).audience
    delivery = Delivery.objects.create(
        initiative=live, made_at=timezone.now(), made_by=live.owner, row_count=0
    )
    stated = claim(file=True)
    return World(
        places={
            "account_reset_password_from_key": ["1", "a-b"],
            "live_events": ["track"],
            "live_events_metrics": ["m"],
            "webhook": ["shop", "mailgun"],
            "feedback": ["shop"],
            "unsubscribe": [token_of(Link(RecordFactory.create().pk, "email"))],
            "sheet": [4],
            "sheet_publish": [draft_sheet.version],
            "initiative": [draft.pk],
            "measure": ["conversion_rate"],
            "measure_csv": ["conversion_rate"],
            **{f"initiative_{step}": [draft.pk] for step in of_draft},
            "initiative_lock": [agreed_on.pk],
            "initiative_launch": [agreed_on.pk],
            **{f"initiative_{step}": [proposed.pk] for step in of_proposal},
            **{f"initiative_{step}": [live.pk] for step in ("amend", "pause", "end")},
            "initiative_resume": [paused.pk],
            "sketch_drop": [404],
            **{f"initiative_{step}": [draft.pk] for step in ("people", "audience", "draw")},
            "initiative_deliver": [draft.pk],
            **{page: [audience.pk] for page in ("audience", "audience_edit")},
            "delivery_csv": [delivery.pk],
            "calendar_move": [draft.pk],
            "initiative_sends": [draft.pk],
            "clash_people": [draft.pk, live.pk],
            "comment_change": [said.pk],
            "attachment": [said.attachments.get().pk],
            "week": ["marketing"],
            "initiative_decide": [live.pk],
            **{name: [source.key] for name in ("source", "source_edit", "source_key_new")},
            "source_key_retire": [source.key, write_key.pk],
            **{name: [elder.customer.public_id] for name in ("customer", "customer_wrong_link")},
            "evaluation": [uuid4()],
            **{page: [stated.pk] for page in ("claim", "claim_file")},
            "import": [file_import.pk],
            "import_start": [file_import.pk],
            "import_cancel": [file_import.pk],
            "import_errors": [file_import.pk],
            "token_revoke": [ApiToken.objects.get().pk],
            "v1:departments-detail": [marketing.key],
            "v1:goals-detail": [goal.key],
            "v1:measures-detail": [goal.measure_id],
            "v1:initiatives-detail": [draft.pk],
            "v1:initiatives-lock": [agreed_on.pk],
            "v1:initiatives-launch": [agreed_on.pk],
            "v1:initiatives-end": [live.pk],
            **{f"v1:initiatives-{step}": [draft.pk] for step in ("propose", "waive", "comment")},
            **{
                f"v1:initiatives-{step}": [proposed.pk]
                for step in ("take-back", "approve", "send-back")
            },
            **{f"v1:initiatives-{step}": [live.pk] for step in ("amend", "pause")},
            "v1:initiatives-resume": [paused.pk],
            "v1:deliveries-detail": [delivery.pk],
            "v1:audiences-detail": [audience.pk],
            "v1:reservations-detail": [404],
            "v1:claims-detail": [stated.pk],
            "v1:evaluations-detail": [uuid4()],
            "v1:plans-detail": [promised.pk],
            "v1:results-detail": [live.pk],
            "v1:sheet-detail": [4],
            "v1:customers-detail": [elder.customer.public_id],
            "v1:imports-detail": [file_import.pk],
            **{page: [proposal.pk] for page in ("link", "link_answer", "link_reveal")},
            **{page: [erased.customer] for page in ("erasure", "erasure_json")},
            **{
                f"customer_{page}": [customer]
                for page in ("privacy", "reveal", "consent", "copy", "erase")
            },
        },
        sent={
            "account_login": {"login": "nobody@example.org", "password": "wrong"},
            "customer_reveal": {"reason": "Customer is on the line"},
            "customer_wrong_link": {"record": younger.pk, "reason": "Two people"},
            "sheet_sign": {
                "version": 4,
                "department": "marketing",
                "content_hash": agreed.content_hash,
            },
            "initiative_new": {"name": "Lights"},
            "initiative_edit": {"name": "Lights"},
            "initiative_approve": {"approval": approval.pk},
            "initiative_send_back": {"approval": approval.pk, "reason": "Too few customers."},
            "initiative_amend": {"reason": "Fewer came."},
            "initiative_pause": {"reason": "No stock."},
            "initiative_sends": {"name": "Third mail", "day": 4},
            "calendar_move": {"starts_on": "2026-12-01"},
            "initiative_end": {"reason": "The window is over."},
            "initiative_decide": {"choice": "stop", "reason": "It harms."},
            "initiative_waive": {
                "rule": rule.pk,
                "reason": "Too few customers.",
                "last_on": (timezone.localdate() + timedelta(days=9)).isoformat(),
            },
            "initiative_comment": {"text": "Seen."},
            "initiative_draw": {"unit": "customer"},
            "comment_change": {"text": "Read."},
            **{f"customer_{act}": {"reason": ASKED_FOR_DATA} for act in ("reveal", "copy")},
            "link_answer": {"answer": "apart"},
            "link_reveal": {"reason": ASKED_FOR_DATA},
            "customer_consent": {
                "channel": "email",
                "purpose": "news",
                "answer": "no",
                "evidence": "Rang.",
            },
            "customer_erase": {"confirmation": str(customer)},
            "v1:signatures-list": {
                "sheet": 4,
                "department": "marketing",
                "content_hash": agreed.content_hash,
            },
            "v1:check-ins-list": {"goal": goal.key, "note": "On its way."},
            "v1:initiatives-list": said_of_initiative(draft),
            "v1:initiatives-end": {"reason": "The window is over."},
            "v1:initiatives-amend": {
                "ends_on": str(live.ends_on + timedelta(days=7)),
                "smallest_effect": 0.05,
                "planned_customers": 900,
                "planned_reads": 1,
                "guardrails": [],
                "reason": "Snow.",
            },
            "v1:initiatives-pause": {"reason": "The vans are full."},
            "v1:initiatives-approve": {"part": "data_team"},
            "v1:initiatives-send-back": {"part": "data_team", "reason": "No holdout."},
            "v1:initiatives-comment": {"text": "Good."},
            "v1:initiatives-waive": {
                "rule": rule.pk,
                "reason": "Nobody can be held out.",
                "ends_on": str(timezone.localdate() + timedelta(days=9)),
            },
            "v1:audiences-list": {
                "name": "Everybody",
                "department": "marketing",
                "definition": {"match": "all", "groups": []},
            },
            "v1:decisions-list": {"initiative": live.key, "choice": "stop", "reason": "Harm."},
            "v1:deliveries-list": {"initiative": draft.key},
            "v1:consents-list": {
                "customer": str(customer),
                "channel": "email",
                "purpose": "news",
                "is_allowed": False,
                "evidence": "Rang.",
            },
            "v1:contact-checks-list": {
                "channel": "email",
                "purpose": "marketing",
                "customers": [str(customer)],
            },
        },
        clients=clients,
    )


def said_of_initiative(draft: Initiative) -> dict[str, Any]:
    """Return what a program sends to log the like of a draft."""
    told = InitiativeSerializer(draft).data
    return {**told, "name": "Lights", "uses": sorted(told["uses"]), "holdout_share": 0.1}


def answer(response: HttpResponseBase) -> str:
    if response.status_code != 302:
        return str(response.status_code)
    return "in" if re.match("/(accounts|admin)/login/", response.headers["Location"]) else "on"


def ask(client: Client, method: str, address: str, sent: dict[str, Any] | None = None) -> str:
    """Ask as the client and take back what the answer changed, cookies included."""
    jar = SimpleCookie(client.cookies)
    is_api = address.startswith("/api/")
    with transaction.atomic():
        if sent is None:
            response = client.generic(method, address)
        elif is_api:
            response = client.post(address, sent, content_type="application/json")
        else:
            response = client.post(address, sent)
        if response.streaming:
            b"".join(response)
        transaction.set_rollback(True)
    client.cookies = jar
    return answer(response)


def test_every_address_has_its_rows() -> None:
    named = set(open_addresses(of_admin=False).values())

    assert sorted((row.method, row.address) for row in rows()) == sorted(
        (method, name) for name in named for method in ("GET", "POST")
    )


def test_everybody_is_answered_as_the_table_says(world: World, subtests: pytest.Subtests) -> None:
    for method, name, answers in rows():
        address = reverse(name, args=world.places.get(name, []))
        sent = world.sent.get(name, {}) if method == "POST" else None
        with subtests.test(f"{method} {name}"):
            told = {role: ask(world.clients[role], method, address, sent) for role in ROLES}
            assert told == dict(zip(ROLES, answers, strict=True))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_admin_is_for_admins_only(method: str, clients: dict[str, Client]) -> None:
    kind = str(ContentType.objects.get_for_model(Department).pk)
    routes = [
        route.replace("<path:content_type_id>", kind) for route in open_addresses(of_admin=True)
    ]
    pages = ["/" + re.sub(r"<.*?>|\^.*", "1", route) for route in routes]
    sent: dict[str, Any] | None = {} if method == "POST" else None

    for role, client in clients.items():
        answers = {address: ask(client, method, address, sent) for address in pages}
        if role == "admin":
            assert "in" not in answers.values()
            assert not any(each.startswith("5") for each in answers.values())
        else:
            assert set(answers.values()) == {"in"}, role
