"""Operations that let an empty database migrate in seconds.

Django puts together the models of all apps anew after each model it creates and for each piece of
Python it runs. Of the eleven seconds a fresh database took, eight and a half were spent on that.
"""

from collections.abc import Iterable
from typing import Any

from django.db import migrations
from django.db.migrations.operations.base import Operation


class CreateTogether(Operation):
    """Models that come into being at once, put together once for all of them."""

    def __init__(self, models: Iterable[migrations.CreateModel]) -> None:
        self.models = list(models)

    def state_forwards(self, app_label: str, state: Any) -> None:
        # What is not put together yet need not be put together anew for each of them.
        state.__dict__.pop("apps", None)
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: Any, before: Any, after: Any
    ) -> None:
        for model in self.models:
            model.database_forwards(app_label, schema_editor, before, after)

    def database_backwards(
        self, app_label: str, schema_editor: Any, before: Any, after: Any
    ) -> None:
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, before, after)

    def describe(self) -> str:
        return f"Create {len(self.models)} models"


def together(operations: Iterable[Operation]) -> list[Operation]:
    """The same operations; of models created one after the other each row becomes one."""
    found: list[Operation] = []
    for operation in operations:
        if not isinstance(operation, migrations.CreateModel):
            found.append(operation)
        elif found and isinstance(found[-1], CreateTogether):
            found[-1].models.append(operation)
        else:
            found.append(CreateTogether([operation]))
    return found


class WithoutModels(migrations.RunPython):
    """Python that speaks to the database alone; its first argument is None."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, before: Any, after: Any
    ) -> None:
        self.code(None, schema_editor)

    def database_backwards(
        self, app_label: str, schema_editor: Any, before: Any, after: Any
    ) -> None:
        if self.reverse_code is None:
            raise NotImplementedError("not reversible")
        self.reverse_code(None, schema_editor)
