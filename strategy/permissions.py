"""Who may do what: the one place where it is decided.

Each act has a pair. `check_can_x` raises `NotAllowed` with the reason; `can_x` asks the same
function and answers with a bool, for templates. Only the person's roles are asked here: what
the state of a thing allows (a plan that is locked, a sheet that is published) its action says.

A person's memberships are read once, by one query, however many acts are asked about.
"""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects

from strategy.models import Department, Goal, Person, Role

READERS_OF_IMPORTS = {Role.EXECUTIVE, Role.HEAD, Role.ANALYST, Role.ADMIN}
LOADERS = {Role.ANALYST, Role.ADMIN}
LEADERS = {Role.EXECUTIVE, Role.ADMIN}
SPEAKERS = {Role.EXECUTIVE, Role.HEAD, Role.MEMBER, Role.ANALYST, Role.ADMIN}
LOGGERS = {Role.HEAD, Role.MEMBER}
HEADS = {Role.HEAD}
SERVERS = {Role.HEAD, Role.MEMBER, Role.ASSOCIATE, Role.PRIVACY, Role.ADMIN}
GUARDIANS = {Role.PRIVACY, Role.ADMIN}
SENDERS = {Role.HEAD, Role.MEMBER, Role.ANALYST, Role.ADMIN}


class NotAllowed(PermissionDenied):
    """The person may not do this; the message is the reason, for the page."""


def _check(person: Person, roles: set[Role], reason: str) -> None:
    """Raise unless the person has one of the roles, wherever."""
    if not any(role in roles for role, _ in _held(person)):
        raise NotAllowed(reason)


def _check_in(person: Person, department: Department, roles: set[Role], reason: str) -> None:
    """Raise unless the person has one of the roles in the department or the whole company."""
    places = {department.pk, None}
    if not any(role in roles and place in places for role, place in _held(person)):
        raise NotAllowed(reason)


def _check_is(person: Person, other: Person, reason: str) -> None:
    """Raise unless it is they, in a role that speaks for somebody: a token may leave those out."""
    if person.pk != other.pk:
        raise NotAllowed(reason)
    _check(person, SPEAKERS, reason)


def _held(person: Person) -> list[tuple[str, int | None]]:
    """Return the roles with their departments (None: whole company); who left holds none."""
    if not person.is_active:
        return []
    prefetch_related_objects([person], "memberships")
    held: list[tuple[str, int | None]] = [
        (membership.role, membership.department_id) for membership in person.memberships.all()
    ]
    return [*held, (Role.ADMIN, None)] if person.is_superuser else held


def _pair[**Asked](check: Callable[Asked, None]) -> Callable[Asked, bool]:
    """Return the question that `check` answers by raising, as a bool."""

    def can(*args: Asked.args, **kwargs: Asked.kwargs) -> bool:
        try:
            check(*args, **kwargs)
        except NotAllowed:
            return False
        return True

    return can


def check_can_administer(person: Person) -> None:
    """Departments, people, measures, goals and limits, in the admin."""
    _check(person, {Role.ADMIN}, "Only admins may change how Hymnsheet is set up.")


def check_can_publish_sheet(person: Person) -> None:
    """Draft and publish a version of the sheet."""
    _check(person, LEADERS, "Only executives and admins may publish a sheet.")


def check_can_sign(person: Person, department: Department) -> None:
    """Sign the sheet for a department."""
    _check_in(person, department, HEADS, f"Only the head of {department} may sign for it.")


def check_can_log_initiative(person: Person, department: Department) -> None:
    """Log a new initiative of a department."""
    reason = f"Only people of {department} may log its initiatives."
    _check_in(person, department, LOGGERS, reason)


def check_can_change_initiative(person: Person, department: Department) -> None:
    """Change a draft of a department."""
    reason = f"Only people of {department} may change its initiatives."
    _check_in(person, department, LOGGERS, reason)


def check_can_propose(person: Person, department: Department) -> None:
    """Put a department's draft to those who must approve it."""
    _check_in(person, department, LOGGERS, f"Only people of {department} may propose its drafts.")


def check_can_approve_for(person: Person, owner: Person) -> None:
    """Approve a proposal as the owner of one of its goals."""
    _check_is(person, owner, f"Only {owner}, who owns the goal, may approve for it.")


def check_can_approve_data(person: Person) -> None:
    """Approve a proposal for the data team."""
    _check(person, {Role.ANALYST}, "Only analysts may approve for the data team.")


def check_can_lock_plan(person: Person, department: Department) -> None:
    """Lock the plan of a department's initiative."""
    _check_in(person, department, HEADS, f"Only the head of {department} may lock its plans.")


def check_can_launch(person: Person, department: Department) -> None:
    """Launch a department's initiative."""
    reason = f"Only the head of {department} may launch its initiatives."
    _check_in(person, department, HEADS, reason)


def check_can_end(person: Person, department: Department) -> None:
    """End a department's initiative."""
    _check_in(person, department, HEADS, f"Only the head of {department} may end its initiatives.")


def check_can_decide(person: Person, department: Department) -> None:
    """Decide what becomes of a department's initiative after its verdict."""
    reason = f"Only the head of {department}, executives and admins may decide on its initiatives."
    leads = any(role in LEADERS for role, _ in _held(person))
    if not leads:
        _check_in(person, department, HEADS, reason)


def check_can_waive(person: Person, department: Department) -> None:
    """Let a department's initiative break a rule, with a reason and an end day."""
    reason = f"Only the head of {department} may waive a rule for its initiatives."
    _check_in(person, department, HEADS, reason)


def check_can_comment(person: Person) -> None:
    """Comment on any department's initiative."""
    _check(person, SPEAKERS, "Associates read initiatives; they do not comment on them.")


def check_can_change_comment(person: Person, author: Person) -> None:
    """Word a comment anew: who wrote it."""
    _check_is(person, author, f"Only {author}, who wrote it, may change this comment.")


def check_can_open_attachments(person: Person) -> None:
    """Open files beside comments."""
    _check(person, set(Role), "Only people with a role here may open attachments.")


def check_can_see_imports(person: Person) -> None:
    """See sources, imports and their errors."""
    reason = "Only analysts, department heads, executives and admins may see imports."
    _check(person, READERS_OF_IMPORTS, reason)


def check_can_import(person: Person) -> None:
    """Import a file."""
    _check(person, LOADERS, "Only analysts and admins may import files.")


def check_can_change_sources(person: Person) -> None:
    """Add and change sources, and make and retire their write keys."""
    _check(person, LOADERS, "Only analysts and admins may change sources and their write keys.")


def check_can_see_customers(person: Person) -> None:
    """Find customers and open their cards, with names and contact details masked."""
    _check(person, set(Role), "Only people with a role here may see customers’ cards.")


def check_can_reveal(person: Person) -> None:
    """See a customer's contact details in clear, with a reason that is logged."""
    _check(person, SERVERS, "Only people who serve customers may reveal their contact details.")


def check_can_note_consent(person: Person) -> None:
    """Note what a customer told us of being contacted."""
    _check(person, SERVERS, "Only people who serve customers may note what they allow.")


def check_can_see_consents(person: Person) -> None:
    """See how many customers allow what, and take the register away."""
    reason = "Only analysts, data-protection officers and admins may see the consent register."
    _check(person, GUARDIANS | {Role.ANALYST}, reason)


def check_can_read_looks(person: Person) -> None:
    """Read who looked at which customer, and why."""
    _check(person, GUARDIANS, "Only data-protection officers and admins may read this log.")


def check_can_take_copy(person: Person) -> None:
    """Take a copy of all that is held of a customer, to give to them."""
    reason = "Only data-protection officers and admins may take a copy of all that is held."
    _check(person, GUARDIANS, reason)


def check_can_erase(person: Person) -> None:
    """Have a customer forgotten for good."""
    _check(person, GUARDIANS, "Only data-protection officers and admins may erase a customer.")


def check_can_rule(person: Person) -> None:
    """Say of two records whether they are one person, and take it back."""
    reason = "Only analysts, data-protection officers and admins may rule on who is one person."
    _check(person, GUARDIANS | {Role.ANALYST}, reason)


def check_can_report_wrong_link(person: Person) -> None:
    """Say that a record on a customer's card is somebody else's."""
    _check(person, SERVERS | {Role.ANALYST}, "Executives read cards; they do not change them.")


def check_can_check_in(person: Person, goal: Goal) -> None:
    """Say where a goal stands: its owner, its department, and who leads or counts."""
    reason = "Only a goal’s owner, people of its department, analysts, executives and admins may."
    speak_for_it = SPEAKERS if person.pk == goal.owner_id else LEADERS | {Role.ANALYST}
    if any(role in speak_for_it for role, _ in _held(person)):
        return
    if goal.department is None:
        raise NotAllowed(reason)
    _check_in(person, goal.department, LOGGERS, reason)


def check_can_check_contacts(person: Person) -> None:
    """Ask whether customers may be contacted, and reserve a contact."""
    reason = "Only people of departments, analysts and admins may ask whom they may contact."
    _check(person, SENDERS, reason)


def check_can_give_back(person: Person, holder: Person) -> None:
    """Give a reserved contact back: who reserved it."""
    _check_is(person, holder, f"Only {holder}, who reserved this contact, may give it back.")


def check_can_make_token(person: Person) -> None:
    """Make a token for a program that acts for oneself."""
    _check(person, set(Role), "Only people with a role here may make tokens.")


def check_can_make_audience(person: Person, department: Department) -> None:
    """Make and change an audience of a department, and choose one for its initiatives."""
    reason = f"Only people of {department} and analysts may make its audiences."
    if not any(role in {Role.ANALYST, Role.ADMIN} for role, _ in _held(person)):
        _check_in(person, department, LOGGERS, reason)


def check_can_draw_arms(person: Person, department: Department) -> None:
    """Have the arms of a department's initiative drawn."""
    reason = f"Only the head of {department} and analysts may draw its arms."
    if not any(role in {Role.ANALYST, Role.ADMIN} for role, _ in _held(person)):
        _check_in(person, department, HEADS, reason)


def check_can_take_people(person: Person, department: Department) -> None:
    """Take the people of a department's initiative away, for the tool that sends."""
    reason = f"Only the head of {department} and analysts may take its people away."
    if not any(role in {Role.ANALYST, Role.ADMIN} for role, _ in _held(person)):
        _check_in(person, department, HEADS, reason)


def check_can_hold_out(person: Person) -> None:
    """Set the share of customers whom the whole company leaves alone."""
    _check(person, LEADERS, "Only executives and admins may set the company’s holdout.")


def check_can_record_claim(person: Person) -> None:
    """Record an uplift that somebody states, to have it held against the data."""
    _check(person, set(Role), "Only people with a role here may record claims.")


def check_can_evaluate(person: Person) -> None:
    """Have the test in a file judged."""
    reason = "Only people of departments, analysts, executives and admins may have files judged."
    _check(person, SPEAKERS, reason)


can_administer = _pair(check_can_administer)
can_publish_sheet = _pair(check_can_publish_sheet)
can_sign = _pair(check_can_sign)
can_log_initiative = _pair(check_can_log_initiative)
can_change_initiative = _pair(check_can_change_initiative)
can_propose = _pair(check_can_propose)
can_approve_for = _pair(check_can_approve_for)
can_approve_data = _pair(check_can_approve_data)
can_lock_plan = _pair(check_can_lock_plan)
can_launch = _pair(check_can_launch)
can_end = _pair(check_can_end)
can_decide = _pair(check_can_decide)
can_waive = _pair(check_can_waive)
can_comment = _pair(check_can_comment)
can_change_comment = _pair(check_can_change_comment)
can_open_attachments = _pair(check_can_open_attachments)
can_see_imports = _pair(check_can_see_imports)
can_import = _pair(check_can_import)
can_change_sources = _pair(check_can_change_sources)
can_see_customers = _pair(check_can_see_customers)
can_reveal = _pair(check_can_reveal)
can_note_consent = _pair(check_can_note_consent)
can_see_consents = _pair(check_can_see_consents)
can_read_looks = _pair(check_can_read_looks)
can_take_copy = _pair(check_can_take_copy)
can_erase = _pair(check_can_erase)
can_report_wrong_link = _pair(check_can_report_wrong_link)
can_rule = _pair(check_can_rule)
can_check_in = _pair(check_can_check_in)
can_check_contacts = _pair(check_can_check_contacts)
can_give_back = _pair(check_can_give_back)
can_make_token = _pair(check_can_make_token)
can_make_audience = _pair(check_can_make_audience)
can_draw_arms = _pair(check_can_draw_arms)
can_take_people = _pair(check_can_take_people)
can_hold_out = _pair(check_can_hold_out)
can_record_claim = _pair(check_can_record_claim)
can_evaluate = _pair(check_can_evaluate)
