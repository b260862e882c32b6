"""The resources under /api/v1/, each of its own floor, and the schema that tells of them."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ViewSetMixin

from campaigns.api.assignments import Assignments
from campaigns.api.audiences import Audiences
from campaigns.api.clashes import Clashes
from campaigns.api.contact_checks import ContactChecks
from campaigns.api.deliveries import Deliveries
from campaigns.api.initiatives import Initiatives
from campaigns.api.plans import Plans
from campaigns.api.reservations import Reservations
from config import docs
from customers.api.imports import Imports
from customers.api.people import Consents, Customers
from reports.api.check_ins import CheckIns
from reports.api.claims import Claims
from reports.api.decisions import Decisions
from reports.api.evaluations import Evaluations
from reports.api.readings import Readings
from reports.api.results import Results
from strategy.api.departments import Departments
from strategy.api.goals import Goals
from strategy.api.measures import Measures
from strategy.api.schema import Schema
from strategy.api.sheets import Rules, Sheets, Signatures

RESOURCES: dict[str, type[ViewSetMixin]] = {
    "departments": Departments,
    "sheet": Sheets,
    "rules": Rules,
    "signatures": Signatures,
    "goals": Goals,
    "check-ins": CheckIns,
    "measures": Measures,
    "readings": Readings,
    "initiatives": Initiatives,
    "plans": Plans,
    "audiences": Audiences,
    "assignments": Assignments,
    "clashes": Clashes,
    "deliveries": Deliveries,
    "results": Results,
    "decisions": Decisions,
    "customers": Customers,
    "consents": Consents,
    "imports": Imports,
    "contact-checks": ContactChecks,
    "reservations": Reservations,
    "claims": Claims,
    "evaluations": Evaluations,
}
"""By the name in the address; a further resource is a line here, and rows in the tests' table."""

router = SimpleRouter()
router.trailing_slash = "/?"
for name, resource in RESOURCES.items():
    router.register(name, resource, basename=name)

urlpatterns = [
    path("v1/", include((router.urls, "v1"))),
    path("schema/", Schema.as_view(), name="api_schema"),
    path("docs/", docs.api_docs, name="api_docs"),
]
