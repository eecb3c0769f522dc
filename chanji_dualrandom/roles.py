"""Who may what: the groups of setup_roles, in one table."""

from collections.abc import Iterable

from disclosure import permissions as disclosure
from inspections import permissions as inspections
from registry import permissions as registry
from registry.choices import BureauRole
from sampling import permissions as sampling

REGISTER_MODELS = (
    "registry.pollutionsource",
    "registry.specialflag",
    "registry.inspector",
    "registry.credential",
    "registry.leave",
    "registry.conflictofinterest",
    "registry.capexemption",
)
CHECKLIST_MODELS = (
    "registry.legalbasis",
    "registry.partnerdepartment",
    "registry.inspectionitemlist",
    "registry.inspectionitem",
    "registry.itembasis",
    "registry.mustcheckset",
    "registry.mustcheck",
    "registry.mustcheckbasis",
    "inspections.industrypoint",
    "inspections.findingphrase",
)
CALENDAR_MODELS = ("registry.holidaynotice", "registry.calendarday")
READ_ONLY_MODELS = (
    "registry.sourcestatuschange",
    "registry.sourcetypechange",
    "registry.evidencefile",
    "registry.sourcemerge",
    "registry.checkledgerentry",
    "registry.importedfile",
    "registry.deadline",
    "registry.riskassessment",
    "registry.riskweights",
    "registry.riskfact",
    "registry.positivelistchange",
)


def _model_permissions(models: Iterable[str], verbs: Iterable[str]) -> set[str]:
    return {
        f"{app}.{verb}_{name}"
        for app, name in (model.split(".") for model in models)
        for verb in verbs
    }


ALL_REGISTERS = (*REGISTER_MODELS, *CHECKLIST_MODELS, *CALENDAR_MODELS, *READ_ONLY_MODELS)
LOOK = _model_permissions(ALL_REGISTERS, ["view"])
KEEP = _model_permissions(
    (*REGISTER_MODELS, *CHECKLIST_MODELS, *CALENDAR_MODELS), ["add", "change"]
)

PERMISSIONS: dict[BureauRole, set[str]] = {
    BureauRole.DIRECTOR: LOOK
    | {
        "registry.view_auditevent",
        registry.APPROVE_SPECIAL_FLAG,
        registry.CONFIRM_RISK,
        registry.VIEW_TRAIL,
        registry.VIEW_OVERSIGHT,
        registry.MANAGE_SETTINGS,
        sampling.VIEW_PLAN,
        sampling.EDIT_PLAN,
        sampling.FREEZE_PLAN,
        sampling.FREEZE_OUTSIDE_WINDOW,
        sampling.APPROVE_PLAN,
        sampling.WITHDRAW_FREEZE,
        sampling.VOID_DRAW,
        sampling.DISPATCH_WAVE,
        sampling.REVEAL_PLAN,
        sampling.VIEW_SEALED_SELECTION,
        sampling.APPROVE_CHANGE,
        inspections.REVIEW_RECORD,
        inspections.VIEW_ALL_ASSIGNMENTS,
        inspections.CLOSE_PROBLEM,
        inspections.HANDLE_CLUES,
        inspections.PROPOSE_CHECK_REQUEST,
        inspections.APPROVE_CHECK_REQUEST,
        inspections.VIEW_RATINGS,
        disclosure.PUBLISH_RESULT,
        disclosure.WITHHOLD_RESULT,
        disclosure.WITHDRAW_RESULT,
    },
    BureauRole.PLANNER: LOOK
    | KEEP
    | {
        registry.MANAGE_REGISTERS,
        registry.IMPORT_REGISTERS,
        registry.MANAGE_RISK,
        registry.MANAGE_POSITIVE_LIST,
        registry.MANAGE_CALENDAR,
        registry.VIEW_OVERSIGHT,
        sampling.VIEW_PLAN,
        sampling.EDIT_PLAN,
        sampling.FREEZE_PLAN,
        sampling.DRAW_PLAN,
        sampling.DISPATCH_WAVE,
        sampling.IMPORT_EXTERNAL_DRAW,
        inspections.HANDLE_CLUES,
        inspections.VIEW_REPORTER,
        inspections.PROPOSE_CHECK_REQUEST,
    },
    BureauRole.OFFICER: {
        inspections.SUBMIT_RECORD,
        inspections.PROPOSE_CHECK_REQUEST,
        sampling.PROPOSE_CHANGE,
    },
    BureauRole.PUBLISHER: LOOK
    | {
        registry.VIEW_OVERSIGHT,
        disclosure.PUBLISH_RESULT,
        disclosure.PROPOSE_WITHHOLDING,
        disclosure.MANAGE_GUIDE,
    },
    # Looks at everything that decides who is inspected and at the trail, and changes nothing.
    BureauRole.AUDITOR: LOOK
    | {
        "registry.view_auditevent",
        registry.VIEW_TRAIL,
        registry.VIEW_OVERSIGHT,
        sampling.VIEW_PLAN,
        sampling.VIEW_SEALED_SELECTION,
    },
    # Keeps accounts, settings and the calendar; sees the trail, but takes no part in any draw,
    # inspection or publication.
    BureauRole.SYSTEM: LOOK
    | {
        "registry.view_auditevent",
        "auth.view_user",
        "auth.add_user",
        "auth.change_user",
        "auth.view_group",
        registry.MANAGE_SETTINGS,
        registry.MANAGE_CALENDAR,
        registry.VIEW_TRAIL,
        registry.VIEW_OVERSIGHT,
        *_model_permissions(CALENDAR_MODELS, ["add", "change"]),
    },
}
