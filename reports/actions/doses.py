"""What one more contact did to opt-outs, from the arms of a test that has a holdout."""

from reports.actions.tested import HOLDOUT, TREATED, Tested
from reports.evidence.dose import dose
from reports.evidence.judge import NOBODY
from reports.evidence.sums import NotComputableError
from reports.models import Dose, Result

HELD_BACK = "The arms are not as planned, so their difference is held back until that is explained."


def keep_dose(result: Result, facts: Tested) -> None:
    """Keep what a test says of one more contact, in the place of what it said before.

    Without a holdout there is nothing to keep: who gets many contacts differs in all else from
    who gets few.
    """
    Dose.objects.filter(result=result).delete()
    if facts.dosed is None:
        return
    reason = facts.obstacle or facts.gap(facts.dosed)
    sums = {} if reason else facts.trial.sums[facts.dosed.key]
    treated, holdout = sums.get(TREATED, NOBODY), sums.get(HOLDOUT, NOBODY)
    if result.verdict == Result.Verdict.HOLD:
        reason = HELD_BACK
    kept = Dose(result=result, treated_count=treated.n, holdout_count=holdout.n, reason=reason)
    if not reason:
        try:
            found = dose(treated, holdout)
        except NotComputableError as error:
            kept.reason = str(error)
        else:
            kept.effect, kept.effect_low, kept.effect_high = found.effect, found.low, found.high
        if treated.n and holdout.n:
            kept.treated_contacts = treated.weighted(0, 1).mean
            kept.holdout_contacts = holdout.weighted(0, 1).mean
    kept.save()
