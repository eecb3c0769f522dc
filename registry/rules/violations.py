"""The base of every refusal."""

from collections.abc import Mapping


class RuleViolation(Exception):
    """A rule or service says no.

    ``message`` is Chinese and tells the person what to do next; ``code`` is stable for
    programs; ``basis`` names the rule; ``field`` the form field it belongs to, if any;
    ``fields`` maps form fields to Chinese messages where one refusal concerns several.
    """

    code = "refused"
    basis = ""

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.fields = dict(fields or {})


class NotAllowed(RuleViolation):
    """The person lacks the permission for this step."""

    code = "not_allowed"
    basis = "岗位权限"
