"""What was promised and what was asked: the plan's facts and the measures with their sums."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from reports.evidence.sums import Sums


class Direction(StrEnum):
    """Which way is better for the measure."""

    MORE = "more"
    FEWER = "fewer"

    @property
    def sign(self) -> int:
        """+1 where more is better, -1 where fewer is better."""
        return 1 if self is Direction.MORE else -1


class Lock(StrEnum):
    """When the plan was locked, as far as anybody can see."""

    BEFORE = "before the start"
    LATE = "after the start"
    NEVER = "never"
    UNSEEN = "not seen"


class LeftOut(NamedTuple):
    """Amounts of a measure that are in no sum since they have no rate.

    `sentence` names them, "" where there are none; `share` is theirs of all events whose amounts
    the measure adds up, from 0 to 1.
    """

    sentence: str
    share: float


class Beside(NamedTuple):
    """A measure once more, with and without a cap on what one customer counts for.

    Attributes:
        at: the cap, in the measure's unit.
        sums: by arm, with no customer counted for more; where the measure itself is capped they
            are the whole ones.
        is_whole: the measure itself is capped.

    """

    at: float
    sums: Mapping[str, Sums]
    is_whole: bool = False


class Success(NamedTuple):
    """A success measure with its sums by arm.

    Attributes:
        key: the measure's key, such as "conversion_rate".
        name: as it opens a sentence, such as "Conversion".
        unit: as in `strategy.language.units`: "share", "money:GBP", "count", "per customer", ….
        direction: which way is better.
        sums: by arm; an arm that is absent is an empty arm.
        gap: why the sums may not be used, such as values that are missing; "" where they may.
        left_out: for measures of money that are counted from events; None for all others.
        beside: shown beside it, no part of the verdict; None where there is no cap.

    """

    key: str
    name: str
    unit: str
    direction: Direction
    sums: Mapping[str, Sums]
    gap: str = ""
    left_out: LeftOut | None = None
    beside: Beside | None = None


class Guardrail(NamedTuple):
    """A measure of the customers' experience with the harm that was agreed as bearable.

    Attributes:
        key, name, unit, direction, sums, gap, left_out: as for `Success`.
        margin: relative to the holdout, positive: 0.25 bears a quarter worse.
        limit: the agreed limit in the measure's own unit; None where it speaks of other people
            than those assigned, so that a test's mean cannot be held against it.

    """

    key: str
    name: str
    unit: str
    direction: Direction
    sums: Mapping[str, Sums]
    margin: float
    limit: float | None = None
    gap: str = ""
    left_out: LeftOut | None = None


class Plan(NamedTuple):
    """What was planned, and where the test stands.

    Attributes:
        holdout: the holdout's arm, or None where there is none.
        shares: planned share of each arm (any positive weights), or None: equal shares.
        starts_on, ends_on: the planned window `[starts_on, ends_on)`, or None: not known, and
            the data are read as those of the planned end.
        as_of: the day up to which data are in, or None with an unknown window.
        stopped_on: the first day on which it no longer ran, or None while it runs.
        obstacle: why nothing of it can be judged, such as a launch that never came; else "".
        locked_on: the day on which the plan was locked, or None.
        lock_seen: False where no plan could be seen at all, as with a bare file.
        planned_reads: how often the plan reads the result (at least 1).
        reads_made: how often it has been read.
        planned_customers: N, in all arms together; None: those who are in.
        smallest_effect: the smallest relative change worth having, 0.05 for 5%; None: not said.
        success_keys: success measures that the locked plan names; None: not known.
        unit: what was randomised: "customer", "household", "store", "region", ….
        randomised: chance alone decided who was treated.

    """

    holdout: str | None
    shares: Mapping[str, float] | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    as_of: date | None = None
    stopped_on: date | None = None
    obstacle: str = ""
    locked_on: date | None = None
    lock_seen: bool = True
    planned_reads: int = 1
    reads_made: int = 1
    planned_customers: int | None = None
    smallest_effect: float | None = None
    success_keys: tuple[str, ...] | None = None
    unit: str = "customer"
    randomised: bool = True

    @property
    def day(self) -> int | None:
        """Whole days since the start, negative before it; None where the window is unknown."""
        if self.starts_on is None or self.as_of is None:
            return None
        return (self.as_of - self.starts_on).days

    @property
    def days(self) -> int | None:
        """Length of the planned window in days."""
        if self.starts_on is None or self.ends_on is None:
            return None
        return (self.ends_on - self.starts_on).days

    @property
    def started(self) -> bool:
        """True unless the window is known and lies ahead."""
        return self.day is None or self.day > 0

    @property
    def ended(self) -> bool:
        """True from the planned end on, and where the window is unknown."""
        if self.ends_on is None or self.as_of is None:
            return True
        return self.as_of >= self.ends_on

    @property
    def stopped(self) -> bool:
        """True where it was ended before the planned end and all its days are in."""
        if self.ends_on is None or self.as_of is None or self.stopped_on is None:
            return False
        return self.stopped_on < self.ends_on and self.as_of >= self.stopped_on

    @property
    def over(self) -> bool:
        """True where no further day will come in."""
        return self.ended or self.stopped

    @property
    def lock(self) -> Lock:
        """When the plan was locked; on the day of the start still counts as before."""
        if not self.lock_seen:
            return Lock.UNSEEN
        if self.locked_on is None:
            return Lock.NEVER
        late = self.starts_on is not None and self.locked_on > self.starts_on
        return Lock.LATE if late else Lock.BEFORE

    @property
    def extra_reads(self) -> float:
        """Reads made over reads planned, 1 where no more were made than planned.

        Errors are shared out over the reads (Bonferroni): an interval's 5% and the planned
        end's error rates are divided by this.
        """
        return max(1.0, self.reads_made / max(1, self.planned_reads))
