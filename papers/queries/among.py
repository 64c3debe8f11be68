"""Many values at once, as one array: a placeholder for each would cost more than the search itself."""

from collections.abc import Collection
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Field, Func, TextField, Value


def ids_among(ids: Collection[int]) -> Func:
    """Return the condition that a row's key is one of these."""
    return _among("pk", ids, BigIntegerField())


def words_among(words: Collection[str]) -> Func:
    """Return the condition that a row's word is one of these."""
    return _among("word", words, TextField())


def _among(field: str, values: Collection[Any], kind: "Field[Any, Any]") -> Func:
    array = Value(list(values), output_field=ArrayField(kind))
    return Func(F(field), array, template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=BooleanField())
