"""Every table with a path to a person, or to a group, has a rule for being taken out and for going."""

from django.apps import apps
from django.db.models import Model

from accounts.models import User
from readinggroup.own_data.rules import RULES, End
from readinggroup.whole_group.actions import rows_of_groups
from readinggroup.whole_group.tables import GOES, TABLES, columns_of, moving_tables


def references_to(targets: set[type[Model]]) -> dict[str, type[Model]]:
    """Map the path of each foreign key to one of the tables to the table that has it."""
    models = apps.get_models(include_auto_created=True)
    return {
        f"{model._meta.label}.{column.name}": model
        for model in models
        for column in model._meta.concrete_fields
        if column.related_model in targets
    }


def test_every_path_to_a_person_has_a_rule_and_no_other() -> None:
    direct = references_to({User})
    own = {model for path, model in direct.items() if path in RULES and RULES[path].own}
    onward = references_to(own)

    assert sorted({*direct, *onward} - set(RULES)) == [], "say in readinggroup/own_data/rules.py what becomes of these"
    assert sorted(set(RULES) - {*direct, *onward}) == []


def test_rule_is_whole() -> None:
    """What is not one's own names the columns that are taken out, or says why there are none."""
    wrong = [path for path, rule in RULES.items() if not rule.own and not rule.columns and not rule.why]
    longer = [path for path, rule in RULES.items() if rule.person and rule.end is not End.FOLLOW]

    assert (wrong, longer) == ([], [])


def test_columns_of_rules_exist() -> None:
    for path, rule in RULES.items():
        model = apps.get_model(path.rpartition(".")[0])
        columns = {column.name for column in model._meta.concrete_fields}
        assert {*rule.columns, *rule.secret} <= columns, path


def test_every_table_of_a_group_goes_along_or_says_why_not() -> None:
    tenants = set(rows_of_groups())
    below = {
        model
        for model in apps.get_models()
        if any(column.related_model in tenants for column in model._meta.concrete_fields)
    }

    assert sorted(model._meta.label for model in tenants | below) == sorted(TABLES)
    assert {label for label, fate in TABLES.items() if fate == GOES} == {model._meta.label for model in moving_tables()}
    html = [
        f"{model._meta.label}.{one.name}"
        for model in moving_tables()
        for one in columns_of(model)
        if "html" in one.name
    ]
    assert html == [], "HTML of another server is not believed: add it to MADE_AGAIN"
