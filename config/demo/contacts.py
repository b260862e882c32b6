"""What the departments send, and what customers do with it: open, click, leave.

Most people on the mailing list are left in peace; once somebody is on the active list they hear
from all departments for months. Leaving ends every contact except service.
"""

from typing import NamedTuple

import numpy as np

from config.demo import seasons, truth
from config.demo.people import DESK, MAIL, TILLS, WEB, Bools, People
from config.demo.seasons import DAY_MINUTES, DAYS, END, WEEK_MINUTES, WEEKS, Floats, Ints
from config.demo.trading import spread
from config.demo.trials import Trial

SENDERS = (WEB, TILLS, MAIL, DESK)
CHANNELS = ("email", "text", "call")
NO_INITIATIVE = -1

LIST_CYCLE = 78
"""Weeks from one turn on the active list to the next."""

LIST_SHARE = (0.045, 0.105)
"""Share of contactable people on the active list, at the beginning and at the end."""

PRESENT = 0.92
"""Chance that a week on the active list brings contacts at all."""


class Routine(NamedTuple):
    """What a department sends anyway to its own customers in such a week.

    `least` contacts, and on top a Poisson number whose mean grows along `more` from the beginning
    to the end of the history.
    """

    sender: str
    channel: str
    least: int
    more: tuple[float, float]


ROUTINES = (
    Routine(MAIL, "email", 1, (0.15, 0.80)),
    Routine(WEB, "email", 0, (0.57, 1.71)),
    Routine(TILLS, "text", 0, (0.19, 0.31)),
    Routine(DESK, "call", 0, (0.12, 0.12)),
)

OPT_OUT = 0.0014
CALM, CROWDED = 0.7, 0.2
"""Chance of an opt-out per letter is OPT_OUT x (CALM + CROWDED x contacts in that week)."""

ROLL_OUT = (0.5, 1.5)
"""An initiative's occasions at its start and at its end, relative to their mean."""

OPENED, CLICKED = 0.26, 0.16
FIRST_HOUR, LAST_HOUR = 7, 20


class Contacts(NamedTuple):
    """Contacts that were delivered, one row each, in order of person and time.

    Attributes:
        who: row in the chunk.
        minute: of the history.
        sender: index into SENDERS.
        channel: index into CHANNELS.
        initiative: index into truth.INITIATIVES, or NO_INITIATIVE.
        irritation: chance of an opt-out relative to a weekly letter; 0 for service.
        left: this one made the customer opt out.

    """

    who: Ints
    minute: Ints
    sender: Ints
    channel: Ints
    initiative: Ints
    irritation: Floats
    left: Bools

    @property
    def service(self) -> Bools:
        """Those that serve a customer who asked, exempt from consent and cap."""
        desk: Bools = self.sender == SENDERS.index(DESK)
        return desk

    def kept(self, which: Bools | Ints) -> "Contacts":
        """Return those that `which` marks, or those rows in its order."""
        return Contacts._make(column[which] for column in self)


class Reactions(NamedTuple):
    """Opens, clicks or opt-outs: the contact's row and the minute of the history."""

    contact: Ints
    minute: Ints


def deliver(rng: np.random.Generator, people: People, trials: list[Trial]) -> Contacts:
    """Draw everything that is sent; nobody is sent anything but service after opting out."""
    planned = [_routine(rng, people)]
    for trial in trials:
        how = trial.initiative.contacting
        if how is not None:
            planned[0] = _replaced(rng, planned[0], trial, how)
            planned.append(_extra(rng, people, trial, how))
    everything = Contacts(*map(np.concatenate, zip(*planned, strict=True)))
    everything = everything.kept(everything.minute < END)
    return _until_they_leave(rng, everything.kept(np.lexsort((everything.minute, everything.who))))


def opens(rng: np.random.Generator, sent: Contacts) -> Reactions:
    """Draw which e-mails are opened, within two days."""
    readable = (sent.channel == CHANNELS.index("email")) & (rng.random(len(sent.who)) < OPENED)
    return _later(rng, np.flatnonzero(readable), sent.minute, 2 * DAY_MINUTES)


def clicks(rng: np.random.Generator, opened: Reactions) -> Reactions:
    """Draw which opened e-mails are clicked, within minutes."""
    which = rng.random(len(opened.contact)) < CLICKED
    minute = opened.minute[which] + rng.integers(1, 10, size=which.sum())
    inside = minute < END
    return Reactions(opened.contact[which][inside], minute[inside])


def opt_outs(rng: np.random.Generator, sent: Contacts) -> Reactions:
    """Return the opt-outs, within the hour of the contact that caused them."""
    return _later(rng, np.flatnonzero(sent.left), sent.minute, 60)


def _routine(rng: np.random.Generator, people: People) -> Contacts:
    """Draw the letters, mails, texts and calls that no initiative stands behind."""
    share = np.interp(seasons.progress(), (0, 1), LIST_SHARE)
    keenness = np.minimum(0.35 + 0.65 * people.activity, 4) * people.contactable
    phase = rng.integers(LIST_CYCLE, size=len(people.number))
    turn = (np.arange(WEEKS) + phase[:, None]) % LIST_CYCLE
    listed = turn < LIST_CYCLE * np.outer(keenness, share)
    listed &= np.arange(WEEKS) >= people.joined[:, None]
    who, week = np.nonzero(listed & (rng.random(listed.shape) < PRESENT))
    own = {WEB: people.web, TILLS: people.tills, MAIL: people.mail, DESK: people.mail}
    parts = []
    for routine in ROUTINES:
        rate = np.interp(seasons.progress(), (0, 1), routine.more)
        times = (routine.least + rng.poisson(rate[week])) * own[routine.sender][who]
        start = np.repeat(week, times) * WEEK_MINUTES
        parts.append(
            _rows(
                np.repeat(who, times),
                start + _sending_time(rng, len(start)),
                sender=routine.sender,
                channel=routine.channel,
                initiative=NO_INITIATIVE,
                irritation=float(routine.sender != DESK),
            )
        )
    return Contacts(*map(np.concatenate, zip(*parts, strict=True)))


def _replaced(
    rng: np.random.Generator, sent: Contacts, trial: Trial, how: truth.Contacting
) -> Contacts:
    """Put the initiative's own letters in the place of some of the routine ones."""
    week = sent.minute // WEEK_MINUTES
    which = (
        trial.treated[sent.who]
        & (week >= trial.weeks.start)
        & (week < trial.weeks.stop)
        & (sent.channel == CHANNELS.index("email"))
        & (sent.initiative == NO_INITIATIVE)
        & (rng.random(len(sent.who)) < how.instead)
    )
    index = truth.INITIATIVES.index(trial.initiative)
    minute = sent.minute
    if how.day is not None:
        fixed = week * WEEK_MINUTES + how.day * DAY_MINUTES + minute % DAY_MINUTES
        minute = np.where(which, fixed, minute)
    return sent._replace(
        minute=minute,
        sender=np.where(which, SENDERS.index(how.sender), sent.sender),
        initiative=np.where(which, index, sent.initiative),
        irritation=np.where(which, how.irritation, sent.irritation),
    )


def _extra(
    rng: np.random.Generator, people: People, trial: Trial, how: truth.Contacting
) -> Contacts:
    """Draw the contacts that come on top: occasions, each with its series of contacts."""
    reached = trial.treated & people.contactable
    weeks = np.arange(WEEKS)[trial.weeks]
    growing = how.moments * np.linspace(*ROLL_OUT, len(weeks))
    who, column = spread(rng.poisson(np.outer(reached, growing)))
    moment = weeks[column] * WEEK_MINUTES + _sending_time(rng, len(who), how.day)
    minute = (moment[:, None] + 60 * np.array(how.hours)).ravel()
    return _rows(
        np.repeat(who, len(how.hours)),
        minute,
        sender=how.sender,
        channel=how.channel,
        initiative=truth.INITIATIVES.index(trial.initiative),
        irritation=how.irritation,
    )


def _until_they_leave(rng: np.random.Generator, sent: Contacts) -> Contacts:
    """Draw opt-outs and drop what would have been sent after them; rows are sorted by person."""
    cell = sent.who * WEEKS + sent.minute // WEEK_MINUTES
    _, place, crowd = np.unique(cell[~sent.service], return_inverse=True, return_counts=True)
    crowding = np.zeros(len(sent.who))
    crowding[~sent.service] = CALM + CROWDED * crowd[place]
    left = rng.random(len(sent.who)) < OPT_OUT * crowding * sent.irritation
    gone_before = np.cumsum(left) - left
    first_row = np.searchsorted(sent.who, sent.who)
    already = gone_before - gone_before[first_row] > 0
    return sent._replace(left=left).kept(sent.service | ~already)


def _later(rng: np.random.Generator, rows: Ints, minute: Ints, within: int) -> Reactions:
    late = minute[rows] + (1 + rng.beta(1, 6, size=len(rows)) * (within - 1)).astype(int)
    return Reactions(rows[late < END], late[late < END])


def _sending_time(rng: np.random.Generator, count: int, day: int | None = None) -> Ints:
    """Draw a minute of the week at which departments send."""
    days = rng.integers(DAYS, size=count) if day is None else np.full(count, day)
    return days * DAY_MINUTES + rng.integers(FIRST_HOUR * 60, LAST_HOUR * 60, size=count)


def _rows(
    who: Ints, minute: Ints, *, sender: str, channel: str, initiative: int, irritation: float
) -> Contacts:
    count = len(who)
    return Contacts(
        who=who,
        minute=minute,
        sender=np.full(count, SENDERS.index(sender)),
        channel=np.full(count, CHANNELS.index(channel)),
        initiative=np.full(count, initiative),
        irritation=np.full(count, irritation),
        left=np.zeros(count, bool),
    )
