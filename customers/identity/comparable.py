"""Golden rows as the columns that two people are compared by."""

from typing import TYPE_CHECKING

from customers.identity.memory import run
from customers.identity.nicknames import FORMAL

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

FIELDS = (
    "given_name",
    "family_name",
    "full_name",
    "address",
    "city",
    "postcode",
    "country",
    "email",
    "phone",
)
_TITLES = "mr|mrs|ms|miss|mx|dr|prof|sir|dame|lord|lady|rev|master|mister"
_GENERATIONS = "jr|sr|junior|senior|ii|iii|iv"

_NAMES = rf"""
with folded as (
  select id, born_on, address, city, postcode, country, email, phone,
    trim(regexp_replace(lower(coalesce(given_name, '')), '[^a-z ,]+', '', 'g')) as given,
    trim(regexp_replace(lower(coalesce(family_name, '')), '[^a-z ,]+', '', 'g')) as family,
    trim(regexp_replace(regexp_replace(lower(coalesce(full_name, '')),
      '[^a-z ,]+', '', 'g'), '\b({_TITLES}|{_GENERATIONS})\b', '', 'g')) as whole,
    regexp_extract(lower(concat_ws(' ', given_name, family_name, full_name)),
      '\b({_GENERATIONS})\b') as generation
  from rows
), parted as (
  select * exclude (given, family, whole, generation),
    case generation when 'junior' then 'jr' when 'senior' then 'sr' when '' then null
      else generation end as generation,
    case
      when given <> '' then trim(regexp_replace(given, '\b({_TITLES}|{_GENERATIONS})\b', '', 'g'))
      when contains(whole, ',') then trim(regexp_extract(whole, ',(.*)', 1))
      else regexp_extract(whole, '^(.*\S)\s+\S+$', 1)
    end as given,
    case
      when family <> '' then trim(regexp_replace(family, '\b({_GENERATIONS})\b', '', 'g'))
      when given <> '' and not regexp_matches(whole, '[ ,]') then ''
      when contains(whole, ',') then trim(regexp_extract(whole, '^([^,]*)', 1))
      else regexp_extract(whole, '(\S+)$', 1)
    end as family
  from folded
)
"""

_COLUMNS = r"""
select id,
  nullif(replace(regexp_replace(given, '[^a-z ]', '', 'g'), ' ', ''), '') as given,
  nullif(coalesce(formal.name, regexp_extract(given, '^[a-z]*')), '') as given_root,
  nullif(left(given, 1), '') as given_initial,
  nullif(regexp_replace(family, '[^a-z]', '', 'g'), '') as family,
  generation,
  strftime(born_on, '%Y-%m-%d') as born,
  case when day(born_on) <= 12 then strftime(born_on, '%Y-%d-%m') end as born_swapped,
  nullif(regexp_replace(upper(postcode), '[^A-Z0-9]', '', 'g'), '') as postcode,
  nullif(regexp_replace(lower(city), '[^a-z]', '', 'g'), '') as city,
  nullif(trim(regexp_replace(lower(address), '[^a-z0-9]+', ' ', 'g')), '') as street,
  nullif(trim(lower(email)), '') as email,
  nullif(regexp_replace(phone, '[^0-9]', '', 'g'), '') as phone
from parted left join formal on formal.short = regexp_extract(given, '^[a-z]*')
"""

_DERIVED = r"""
select * replace (
    case when mailbox in (given || family, family || given, given_root || family,
        family || given_root, given_initial || family, family || given_initial, given, family)
      then null else nullif(mailbox, '') end as mailbox
  ),
  case when length(postcode) >= 5 then left(postcode, -2) else left(postcode, -1) end as sector,
  nullif(regexp_extract(street, '(\d+)'), '') as number,
  nullif(trim(regexp_replace(street, '\d+', '', 'g')), '') as road
from (
  select *, regexp_replace(split_part(email, '@', 1), '[^a-z0-9]', '', 'g') as mailbox from named
)
"""


def compared(rows: "pa.Table", connection: "duckdb.DuckDBPyConnection") -> None:
    """Create the table `people` from golden rows: one row each, null where nothing is known.

    `rows` has `id` (int64, each once) and any of FIELDS (text) and `born_on` (date); other columns
    are dropped. Names, towns and addresses are folded to a to z (anyascii, one call per distinct
    value), titles are dropped, and a `full_name` is parted only where a row has no other name. A
    mailbox that holds nothing but the names is null: whoever has the name may have it elsewhere,
    and it would count the name twice.
    """
    import pyarrow as pa  # noqa: PLC0415  heavy, and needed in the worker only

    connection.register("rows", _folded(rows))
    connection.register("formal", pa.table({"short": list(FORMAL), "name": list(FORMAL.values())}))
    run(connection, f"create or replace table named as {_NAMES} {_COLUMNS}")
    run(connection, f"create or replace table people as {_DERIVED}")
    run(connection, "drop table named")
    connection.unregister("rows")
    connection.unregister("formal")


def _folded(rows: "pa.Table") -> "pa.Table":
    import pyarrow as pa  # noqa: PLC0415  heavy, and needed in the worker only

    columns = {"id": rows["id"].cast(pa.int64())}
    for field in FIELDS:
        found = field in rows.column_names
        columns[field] = _ascii(rows[field]) if found else pa.nulls(len(rows), pa.string())
    born = "born_on" in rows.column_names
    columns["born_on"] = (
        rows["born_on"].cast(pa.date32()) if born else pa.nulls(len(rows), pa.date32())
    )
    return pa.table(columns)


def _ascii(values: "pa.ChunkedArray") -> "pa.ChunkedArray":
    import pyarrow as pa  # noqa: PLC0415  heavy, and needed in the worker only
    import pyarrow.compute as pc  # noqa: PLC0415  heavy, worker only
    from anyascii import anyascii  # noqa: PLC0415  heavy, worker only

    values = values.cast(pa.string())
    if pc.all(pc.string_is_ascii(values)).as_py() is not False:
        return values
    coded = values.combine_chunks().dictionary_encode()
    plain = [
        text if text is None or text.isascii() else anyascii(text)
        for text in coded.dictionary.to_pylist()
    ]
    return pc.take(pa.array(plain, pa.string()), coded.indices)
