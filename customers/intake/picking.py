"""Mappings that nobody wrote: proposed from a file's header, or picked column by column."""

from collections.abc import Mapping as Read
from collections.abc import Sequence

from customers.intake.fields import Formats, Kind
from customers.intake.mapping import Mapping, MappingError, check_fields, checked_formats, listed


def chosen(
    mapping: Mapping,
    kind: Kind,
    columns: Sequence[str],
    *,
    fields: Read[str, str],
    constants: Read[str, str],
    formats: Formats,
) -> Mapping:
    """Return a mapping as somebody changed it column by column; raises MappingError.

    `fields` says for each of their columns which field it fills, "" for none. A column that also
    fills other fields goes on doing so unless another is chosen; columns that fill one field are
    joined. An empty constant is none. Rules for fields that are no longer filled fall away.
    """
    taken: dict[str, list[str]] = {}
    for column in columns:
        now = [field for field, those in mapping.columns.items() if column in those]
        pick = fields.get(column, now[0] if now else "")
        for field in now if pick in now else [pick]:
            if field and kind.field(field) is not None:
                taken.setdefault(field, []).append(column)
    kept = {name: rule for name, rule in mapping.derived.items() if name not in taken}
    given = {name: value for name, value in (mapping.constants | dict(constants)).items() if value}
    given = {name: value for name, value in given.items() if kind.field(name) is not None}
    changed = Mapping(
        kind=kind.name,
        columns={field: tuple(those) for field, those in taken.items()},
        constants={name: value for name, value in given.items() if name not in {*taken, *kept}},
        values={
            name: turned
            for name, turned in mapping.values.items()
            if name in taken or name in (mapping.wide or ())
        },
        formats=checked_formats(formats._asdict()),
        derived={name: text for name, text in kept.items() if kind.field(name) is not None},
        when={name: rules for name, rules in mapping.when.items() if kind.field(name) is not None},
        wide=mapping.wide if kind.name == mapping.kind else None,
    )
    check_fields(changed, kind)
    return changed


def propose(columns: Sequence[str], kinds: Read[str, Kind], *, decimal: str = ".") -> Mapping:
    """Return the mapping of a file whose columns carry our own names; other columns are ignored.

    `decimal` is the mark that its numbers seem to have. Events have `event` and `at`, assignments
    `arm`, rates `on` and `rate`, initiatives `notice` and `starts_on`; all else is records. Raises
    MappingError, with what each kind needs, where no column carries a name of ours.
    """
    if not any(kind.field(column) for kind in kinds.values() for column in columns):
        needs = "; ".join(f"{name} need {', '.join(kind.required)}" for name, kind in kinds.items())
        raise MappingError(
            f"No column carries a name of ours, so this is no table of any kind: {needs}. It has "
            f"{listed(columns)}. Rename them, or hand in a mapping."
        )
    kind = "records"
    if {"event", "at"} <= set(columns):
        kind = "events"
    elif "arm" in columns and "assignments" in kinds:
        kind = "assignments"
    elif {"on", "rate"} <= set(columns) and "rates" in kinds:
        kind = "rates"
    elif {"answer", "purpose"} <= set(columns) and "consents" in kinds:
        kind = "consents"
    elif {"notice", "starts_on"} <= set(columns) and "initiatives" in kinds:
        kind = "initiatives"
    ours = [column for column in columns if kinds[kind].field(column) is not None]
    return Mapping(kind, {name: (name,) for name in ours}, formats=Formats(decimal=decimal))
