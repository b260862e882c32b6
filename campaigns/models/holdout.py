"""Who is held out: how an initiative's arms were drawn, and whom the whole company leaves alone."""

import pgtrigger
from django.db import models
from django.db.models import Q

from campaigns.models.audiences import AudienceVersion
from campaigns.models.initiatives import Initiative
from customers.models import Record, Work
from strategy.models import Person


class Draw(models.Model):
    """How the arms of an initiative are drawn, and how alike they came out.

    `drawn_at` is when they were last; None until the work is done.
    """

    class Unit(models.TextChoices):
        CUSTOMER = "customer", "Each customer"
        HOUSEHOLD = "household", "Each household, where one is known"

    class Strata(models.TextChoices):
        NONE = "", "None"
        VALUE = "value", "Recency, frequency and spending scores"
        STORE = "store", "The store they last came to"

    initiative = models.OneToOneField(Initiative, on_delete=models.PROTECT, related_name="draw")
    version = models.ForeignKey(AudienceVersion, on_delete=models.PROTECT, related_name="draws")
    unit = models.CharField(max_length=9, choices=Unit, default=Unit.CUSTOMER)
    strata = models.CharField(max_length=5, choices=Strata, blank=True)
    share = models.DecimalField(max_digits=4, decimal_places=3, help_text="Held out; 0.1 is 10%.")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(null=True)
    launched_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="By whom the initiative goes live as soon as its arms are drawn. Empty: nobody.",
    )
    balance = models.JSONField(default=list, help_text="As campaigns.queries.holdout reads it.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__in=["customer", "household"]), name="draw_unit_known"
            ),
            models.CheckConstraint(condition=Q(share__gte=0, share__lt=1), name="draw_share"),
            models.CheckConstraint(
                condition=Q(strata="") | Q(unit="customer"), name="draw_strata_of_customers"
            ),
        ]

    def __str__(self) -> str:
        return str(self.initiative)

    @property
    def has_failed(self) -> bool:
        """Whether its work is over and drew nobody, so that it may be given again."""
        return self.drawn_at is None and self.work.is_over

    @property
    def failure(self) -> str:
        """Why it drew nobody, "" where it did or still may."""
        return (self.work.error or "It was cancelled.") if self.has_failed else ""


DRAWN_BY = {
    Initiative.Unit.CUSTOMER.value: Draw.Unit.CUSTOMER,
    Initiative.Unit.HOUSEHOLD.value: Draw.Unit.HOUSEHOLD,
    Initiative.Unit.NONE.value: Draw.Unit.CUSTOMER,
}
"""How arms are drawn by a plan's unit; stores and regions are put into arms by a file."""


class CompanyHoldout(models.Model):
    """The share of all customers that nobody treats, from a moment on. The newest one holds.

    Another salt holds out other people; the same salt with a larger share keeps those it had.
    """

    share = models.DecimalField(max_digits=4, decimal_places=3)
    salt = models.CharField(max_length=40)
    since = models.DateTimeField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["-set_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lt=1), name="company_holdout_share"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="company_holdout_has_reason"),
        ]
        triggers = [pgtrigger.Protect(name="stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.share} {self.salt}"


class Held(models.Model):
    """Somebody is in the company's holdout: a customer's eldest record.

    The database refuses to put such a record into a treated arm (Assignment).
    """

    record = models.OneToOneField(Record, on_delete=models.CASCADE, related_name="held")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.record_id)


class Joining(models.Model):
    """Somebody is drawn for the company's holdout while a test still treats them: they join later.

    A customer's eldest record. Until then they are contacted as before, so that no test loses them.
    """

    record = models.OneToOneField(Record, on_delete=models.CASCADE, related_name="joining")

    class Meta:
        verbose_name_plural = "waits for the company’s holdout"

    def __str__(self) -> str:
        return str(self.record_id)


class Spared(models.Model):
    """Somebody is in an initiative's audience and in no arm, since the company holds them out.

    Those in an arm are its Assignments: who was in the audience is both together, copied when
    the arms were drawn and never taken back, whatever the customer does later.
    """

    initiative = models.ForeignKey(
        Initiative, on_delete=models.PROTECT, related_name="spared", db_index=False
    )
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["initiative", "record"], name="spared_once")]

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.record_id}"
