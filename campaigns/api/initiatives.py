"""Initiatives: logged, changed as drafts, and taken through their steps."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.actions.initiatives import (
    Fields,
    RefusedError,
    change_initiative,
    discard_draft,
    held,
    log_initiative,
)
from campaigns.actions.plans import amend_plan, end, launch, lock_plan, pause, resume
from campaigns.actions.proposals import NotAskedError, approve, propose, send_back, take_back
from campaigns.actions.talk import comment
from campaigns.actions.waivers import waive_rule
from campaigns.api.drafts import MOST_CUSTOMERS, WITHIN, GuardrailField, InitiativeSerializer
from campaigns.models import Approval, Initiative
from strategy.api.fields import KeyField, TextField
from strategy.api.filters import by
from strategy.api.resources import Resource
from strategy.models import Goal, Guardrail, Person, Rule


class ReasonSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = TextField(max_length=300)


class ApprovalSerializer(serializers.Serializer[Any]):
    """Which approval: the data team's, or that of a goal's owner."""

    part = serializers.ChoiceField(choices=Approval.Part.choices)
    goal = KeyField(
        slug_field="key",
        queryset=Goal.objects.all(),
        default=None,
        help_text="The key of the goal; only for its owner.",
    )


class SentBackSerializer(ApprovalSerializer, ReasonSerializer):
    """Which approval is refused, and why."""


class WaiverSerializer(ReasonSerializer):
    """Which rule it may break, until when and why, and who answers for it."""

    rule = serializers.PrimaryKeyRelatedField(queryset=Rule.objects.all())
    owner = KeyField(
        slug_field="email",
        queryset=Person.objects.filter(is_active=True),
        default=None,
        help_text="The e-mail address of who answers for it; without one, who asks.",
    )
    ends_on = serializers.DateField(help_text="The first day without leave.")


class AmendmentSerializer(ReasonSerializer):
    """What of a locked plan changes, and why; all of it is said anew."""

    ends_on = serializers.DateField(validators=WITHIN, help_text="The first day after its window.")
    smallest_effect = serializers.FloatField(min_value=0.001, max_value=10)
    planned_customers = serializers.IntegerField(
        allow_null=True, min_value=1, max_value=MOST_CUSTOMERS
    )
    planned_reads = serializers.IntegerField(min_value=1, max_value=52)
    guardrails = GuardrailField(queryset=Guardrail.objects.select_related("measure"), many=True)


class CommentSerializer(serializers.Serializer[Any]):
    """What somebody says."""

    text = TextField(max_length=2000)


class Initiatives(ListModelMixin, RetrieveModelMixin, Resource[Initiative]):
    """What departments do to customers. Refused steps are a conflict, with the reason."""

    queryset = Initiative.objects.select_related("department", "owner").prefetch_related(
        "goals", "guardrails__measure", "further_measures"
    )
    serializer_class = InitiativeSerializer
    lookup_value_regex = "[0-9]{1,9}"
    filterset_class = by(
        department=CharFilter("department__key"),
        status=ChoiceFilter(choices=Initiative.Status.choices),
        kind=ChoiceFilter(choices=[each for each in Initiative.Kind.choices if each[0]]),
        key=CharFilter(),
    )
    refused = (RefusedError,)

    @extend_schema(responses={201: InitiativeSerializer})
    def create(self, _request: Request) -> Response:
        """Log a draft."""
        made = log_initiative(by=self.person, at=timezone.now(), **self._said(None))
        return Response(self.get_serializer(made).data, status=201)

    def update(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  named by the address
        """Change a draft; whatever must be said is said anew."""
        return self._change(is_partial=False)

    def partial_update(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Change some answers of a draft; the others stay."""
        return self._change(is_partial=True)

    @extend_schema(responses={204: None})
    def destroy(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Throw a draft away; what it said stays in the log."""
        discard_draft(initiative=self.get_object(), by=self.person, at=timezone.now())
        return Response(status=204)

    @extend_schema(request=None, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def lock(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Lock the plan, which is a promise from then on."""
        return self._taken(lock_plan)

    @extend_schema(request=None, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def launch(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Say that it now reaches customers."""
        return self._taken(launch)

    @extend_schema(request=None, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def propose(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Put a draft to those whose approval the sheet asks for."""
        return self._taken(propose)

    @extend_schema(request=None, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Make a proposal a draft again."""
        return self._taken(take_back)

    @extend_schema(request=ApprovalSerializer, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Give one approval; the last makes it agreed."""
        asked = self._approval(self.valid(ApprovalSerializer))
        approve(approval=asked, by=self.person, at=timezone.now())
        return self._afresh()

    @extend_schema(request=SentBackSerializer, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Send a proposal back with a reason, as one whose approval is asked."""
        said = self.valid(SentBackSerializer)
        asked = self._approval(said)
        send_back(approval=asked, reason=said["reason"], by=self.person, at=timezone.now())
        return self._afresh()

    @extend_schema(request=AmendmentSerializer, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def amend(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Lock a further version of its plan, with a reason."""
        said = self.valid(AmendmentSerializer)
        said["smallest_effect"] = round(Decimal(str(said["smallest_effect"])), 3)
        return self._taken(amend_plan, **said)

    @extend_schema(request=ReasonSerializer, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def pause(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Say that it reaches nobody for now."""
        return self._taken(pause, **self.valid(ReasonSerializer))

    @extend_schema(request=None, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Say that it reaches customers again."""
        return self._taken(resume)

    @extend_schema(request=WaiverSerializer, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def waive(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Let it break a rule until a day, with a reason."""
        return self._taken(waive_rule, **self.valid(WaiverSerializer))

    @extend_schema(request=CommentSerializer, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def comment(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """Add a comment to its history."""
        return self._taken(comment, **self.valid(CommentSerializer))

    @extend_schema(request=ReasonSerializer, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"])
    def end(self, _request: Request, pk: str) -> Response:  # noqa: ARG002  likewise
        """End it, or call it off before its launch."""
        return self._taken(end, **self.valid(ReasonSerializer))

    def _said(self, draft: Initiative | None, *, is_partial: bool = False) -> Fields:
        serializer = InitiativeSerializer(draft, data=self.request.data, partial=is_partial)
        serializer.is_valid(raise_exception=True)
        return serializer.to_fields()

    @transaction.atomic
    def _change(self, *, is_partial: bool) -> Response:
        """Change a draft, held meanwhile, so that of two changes at once neither is lost."""
        draft = held(self.get_object())
        said = self._said(draft, is_partial=is_partial)
        change_initiative(initiative=draft, by=self.person, at=timezone.now(), **said)
        return self._afresh()

    def _taken(self, step: Callable[..., object], **said: Any) -> Response:
        """Take one step of its life; return the initiative as it is then."""
        step(initiative=self.get_object(), by=self.person, at=timezone.now(), **said)
        return self._afresh()

    def _approval(self, said: dict[str, Any]) -> Approval:
        found = self.get_object().approvals.filter(part=said["part"], goal=said["goal"]).first()
        if found is None:
            raise NotAskedError("This approval is not asked.")
        return found

    def _afresh(self) -> Response:
        return Response(self.get_serializer(self.get_object()).data)
