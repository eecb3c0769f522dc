"""How an empty database becomes one of the house, in seconds."""

from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from registry.database.migrating import CreateTogether, WithoutModels, together

APPS = ("registry", "sampling", "inspections", "disclosure")


def model(name: str, **fields: Any) -> migrations.CreateModel:
    return migrations.CreateModel(
        name=name, fields=[("id", models.AutoField(primary_key=True)), *fields.items()]
    )


def statements(collected: list[str], verb: str) -> list[str]:
    return [line for line in collected if line.startswith(verb)]


@pytest.mark.parametrize("app", APPS)
def test_no_table_of_the_house_is_made_one_by_one(app: str) -> None:
    operations = MigrationLoader(None).disk_migrations[(app, "0001_initial")].operations

    assert not [each for each in operations if isinstance(each, migrations.CreateModel)]
    assert isinstance(operations[0], CreateTogether)


def test_only_neighbours_come_together_and_all_stay_in_order() -> None:
    first, second, third = model("First"), model("Second"), model("Third")
    between = migrations.AddField("first", "name", models.TextField())

    found = together([first, second, between, third])

    assert [getattr(each, "models", each) for each in found] == [[first, second], between, [third]]


@pytest.mark.django_db(transaction=True)
def test_tables_come_in_their_order_and_go_in_the_opposite_one() -> None:
    unit = models.ForeignKey("registry.Unit", models.PROTECT)
    operation = CreateTogether([model("Unit"), model("Visit", unit=unit)])
    empty, made = ProjectState(), ProjectState()
    operation.state_forwards("registry", made)

    with connection.schema_editor(collect_sql=True) as there:
        operation.database_forwards("registry", there, empty, made)
    with connection.schema_editor(collect_sql=True) as back:
        operation.database_backwards("registry", back, made, empty)

    created = statements(there.collected_sql, "CREATE TABLE")
    assert ["registry_unit" in created[0], "registry_visit" in created[1]] == [True, True]
    dropped = statements(back.collected_sql, "DROP TABLE")
    assert ["registry_visit" in dropped[0], "registry_unit" in dropped[1]] == [True, True]


def test_what_needs_no_models_has_none_put_together_for_it() -> None:
    said: list[Any] = []
    operation = WithoutModels(
        lambda _apps, editor: said.append(editor), lambda _apps, editor: said.append(f"no {editor}")
    )
    state = ProjectState()

    operation.database_forwards("registry", "there", state, state)
    operation.database_backwards("registry", "back", state, state)

    assert said == ["there", "no back"]
    assert "apps" not in state.__dict__


def test_what_has_no_way_back_says_so() -> None:
    operation = WithoutModels(lambda _apps, _editor: None)

    with pytest.raises(NotImplementedError):
        operation.database_backwards("registry", None, ProjectState(), ProjectState())
