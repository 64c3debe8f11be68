"""Many values in one condition."""

from collections.abc import Iterable

from django.db.models import BooleanField, F, Field, Func, Q, Value


def among(field: str, values: Iterable[int] | Iterable[str] | Value) -> Q:
    """Return the condition that a column of ids, or of words, has one of these.

    As one array: `__in` makes a parameter of each, and preparing two hundred takes longer than the statement itself.
    `values` may be a blank of core.prepared.
    """
    array = values if isinstance(values, Value) else Value(list(values), output_field=Field())  # no type looks at each
    condition = Func(F(field), array, arg_joiner=" = ANY (", template="%(expressions)s)", output_field=BooleanField())
    return Q(condition)
