"""The sheet and tokens."""

from typing import Any

from tests.matrix.everything import Everything

TABLE = """
method address       out  exec head othr memb anal asso priv admi inac

GET    sheet         in   200  200  200  200  200  200  200  200  in
POST   sheet         in   405  405  405  405  405  405  405  405  in
GET    sheet_sign    in   on   on   on   on   on   on   on   on   in
POST   sheet_sign    in   403  on   403  403  403  403  403  403  in
GET    sheet_draft   in   on   on   on   on   on   on   on   on   in
POST   sheet_draft   in   on   403  403  403  403  403  403  on   in
GET    sheet_publish in   on   on   on   on   on   on   on   on   in
POST   sheet_publish in   on   403  403  403  403  403  403  on   in

GET    tokens        in   200  200  200  200  200  200  200  200  in
POST   tokens        in   422  422  422  422  422  422  422  422  in
GET    token_revoke  in   on   on   on   on   on   on   on   on   in
POST   token_revoke  in   404  404  404  404  404  404  404  404  in
"""


def places(made: Everything) -> dict[str, list[Any]]:
    return {
        "sheet": [made.agreed_sheet.version],
        "sheet_publish": [made.draft_sheet.version],
        "token_revoke": [made.token.pk],
    }


def sent(made: Everything) -> dict[str, dict[str, Any]]:
    return {
        "sheet_sign": {
            "version": made.agreed_sheet.version,
            "department": "marketing",
            "content_hash": made.agreed_sheet.content_hash,
        },
    }
