"""The tables that measures are computed from: the same columns and types in every engine."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # a web page loads this module, and Ibis takes a second
    import ibis


class Facts(NamedTuple):
    """Ibis tables over one version of the facts.

    Attributes:
        events: what happened. `week` (date, a Monday) and `day` (date) in the company's zone;
            `at` (timestamp, the same in all engines); `record_id` (int64, null for nobody);
            `source_id` (int64); `kind`, `channel`, `initiative` (its key), `arm`, `order_id`,
            `product`, `category`, `store` (strings); `amount` (float64 in the company's
            currency, by the day's rate; null where there is none or no rate); `unpriced_in`
            (string: the currency whose rate is missing, "" otherwise); `quantity` (int64);
            `score` (float64); `transactional` (bool).
        people: `record_id` and the `customer_id` that it is linked to (int64).
        assignments: `initiative_id`, `record_id` (int64), `arm` (string), `at` (timestamp),
            `unit` (string), `covariates` and `outcomes` (JSON objects as strings).
        sources: `source_id` and its `department_id` (int64).
        initiatives: `initiative_id` (int64), `key` (string), `department_id` (int64), `mode`
            ("passive" or "active").
        households: `customer_id` (int64) and their `household` (string), of those who have one.
        interests: `record_id` (int64) and a `category` (string) that it declared an interest in.

    """

    events: "ibis.Table"
    people: "ibis.Table"
    assignments: "ibis.Table"
    sources: "ibis.Table"
    initiatives: "ibis.Table"
    households: "ibis.Table"
    interests: "ibis.Table"
