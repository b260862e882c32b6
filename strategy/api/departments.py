"""Departments."""

from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from strategy.api.resources import Resource
from strategy.models import Department


class DepartmentSerializer(serializers.ModelSerializer[Department]):
    """A part of the company."""

    class Meta:
        model = Department
        fields = ["key", "name"]


class Departments(ListModelMixin, RetrieveModelMixin, Resource[Department]):
    """The parts of the company that sign the sheet and log initiatives."""

    queryset = Department.objects.all()
    serializer_class = DepartmentSerializer
    lookup_field = "key"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
