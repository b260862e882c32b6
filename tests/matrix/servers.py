"""Health, accounts, and the admin's doors; its other addresses are one group (see the test)."""

from typing import Any

from tests.matrix.everything import Everything

TABLE = """
method address                              out  exec head othr memb anal asso priv admi inac

GET    healthz                              200  200  200  200  200  200  200  200  200  200
POST   healthz                              405  405  405  405  405  405  405  405  405  405
GET    readyz                               503  503  503  503  503  503  503  503  503  503
POST   readyz                               405  405  405  405  405  405  405  405  405  405

GET    account_login                        200  on   on   on   on   on   on   on   on   200
POST   account_login                        200  on   on   on   on   on   on   on   on   200
GET    account_logout                       in   200  200  200  200  200  200  200  200  in
POST   account_logout                       in   in   in   in   in   in   in   in   in   in
GET    account_inactive                     200  200  200  200  200  200  200  200  200  200
POST   account_inactive                     405  405  405  405  405  405  405  405  405  405
GET    account_signup                       200  on   on   on   on   on   on   on   on   200
POST   account_signup                       200  on   on   on   on   on   on   on   on   200
GET    account_reauthenticate               in   200  200  200  200  200  200  200  200  in
POST   account_reauthenticate               in   200  200  200  200  200  200  200  200  in
GET    account_change_password              in   200  200  200  200  200  200  200  200  in
POST   account_change_password              in   200  200  200  200  200  200  200  200  in
GET    account_reset_password               200  200  200  200  200  200  200  200  200  200
POST   account_reset_password               200  200  200  200  200  200  200  200  200  200
GET    account_reset_password_done          200  200  200  200  200  200  200  200  200  200
POST   account_reset_password_done          405  405  405  405  405  405  405  405  405  405
GET    account_reset_password_from_key      200  200  200  200  200  200  200  200  200  200
POST   account_reset_password_from_key      200  200  200  200  200  200  200  200  200  200
GET    account_reset_password_from_key_done 200  200  200  200  200  200  200  200  200  200
POST   account_reset_password_from_key_done 405  405  405  405  405  405  405  405  405  405

GET    admin:login                          in   403  403  403  403  403  403  403  on   in
POST   admin:login                          in   403  403  403  403  403  403  403  200  in
GET    admin:logout                         in   on   on   on   on   on   on   on   405  in
POST   admin:logout                         in   on   on   on   on   on   on   on   200  in
"""


def places(_made: Everything) -> dict[str, list[Any]]:
    return {
        "account_reset_password_from_key": ["1", "a-b"],
    }


def sent(_made: Everything) -> dict[str, dict[str, Any]]:
    return {
        "account_login": {"login": "nobody@example.org", "password": "wrong"},
    }
