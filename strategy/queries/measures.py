"""Reads of measures."""

from strategy.models import Measure


def is_used(measure: Measure) -> bool:
    """Whether anything on any floor refers to this version. At most one query per table."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: measure}).exists()  # noqa: SLF001  the only manager that sees every row
        for relation in Measure._meta.related_objects  # noqa: SLF001  public in spite of its name
    )
