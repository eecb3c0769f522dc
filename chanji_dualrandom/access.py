"""The access table: every URL name and who may open it.

``public`` everybody, ``login`` any signed-in account, ``staff`` accounts with admin access, or
the permission it takes. The system check compares this table with the URL configuration; the
crawl test walks it as every role.
"""

from disclosure import permissions as disclosure
from inspections import permissions as inspections
from registry import permissions as registry
from sampling import permissions as sampling

PUBLIC, LOGIN, STAFF = "public", "login", "staff"

ACCESS: dict[str, str] = {
    "healthz": PUBLIC,
    "login": PUBLIC,
    "logout": LOGIN,
    "password_change": LOGIN,
    "desk": LOGIN,
    "inbox": LOGIN,
    "public:home": PUBLIC,
    "public:items": PUBLIC,
    "public:plans": PUBLIC,
    "public:plan": PUBLIC,
    "public:announcement": PUBLIC,
    "public:proof": PUBLIC,
    "public:announcement_of": PUBLIC,
    "public:proof_of": PUBLIC,
    "public:fairness": PUBLIC,
    "public:results": PUBLIC,
    "public:results_csv": PUBLIC,
    "public:results_json": PUBLIC,
    "public:result": PUBLIC,
    "public:enterprise": PUBLIC,
    "public:verify": PUBLIC,
    "public:verifier": PUBLIC,
    "public:protocol": PUBLIC,
    "public:feed": PUBLIC,
    "registry:import": registry.IMPORT_REGISTERS,
    "registry:template": registry.IMPORT_REGISTERS,
    "registry:export": registry.IMPORT_REGISTERS,
    "registry:oversight": registry.VIEW_OVERSIGHT,
    "registry:settings": registry.MANAGE_SETTINGS,
    "sampling:plans": sampling.EDIT_PLAN,
    "sampling:draft": sampling.EDIT_PLAN,
    "sampling:beside": sampling.EDIT_PLAN,
    "sampling:import_external": sampling.IMPORT_EXTERNAL_DRAW,
    "sampling:adopt": sampling.APPROVE_PLAN,
    "sampling:plan": sampling.EDIT_PLAN,
    "sampling:freeze": sampling.FREEZE_PLAN,
    "sampling:withdraw": sampling.WITHDRAW_FREEZE,
    "sampling:draw": sampling.DRAW_PLAN,
    "sampling:minutes": sampling.EDIT_PLAN,
    "sampling:fairness_year": sampling.EDIT_PLAN,
    "sampling:approve": sampling.APPROVE_PLAN,
    "sampling:void": sampling.VOID_DRAW,
    "sampling:decide_void": sampling.VOID_DRAW,
    "sampling:reveal": sampling.REVEAL_PLAN,
    "sampling:sealed": sampling.VIEW_SEALED_SELECTION,
    "inspections:dispatch": sampling.DISPATCH_WAVE,
    "inspections:today": LOGIN,
    "inspections:assignment": LOGIN,
    "inspections:accept": inspections.SUBMIT_RECORD,
    "inspections:start": inspections.SUBMIT_RECORD,
    "inspections:record": inspections.SUBMIT_RECORD,
    "inspections:evidence": inspections.SUBMIT_RECORD,
    "inspections:evidence_file": LOGIN,
    "inspections:sign": inspections.SUBMIT_RECORD,
    "inspections:submit": inspections.SUBMIT_RECORD,
    "inspections:propose_change": sampling.PROPOSE_CHANGE,
    "inspections:decide_change": sampling.APPROVE_CHANGE,
    "inspections:reviews": inspections.REVIEW_RECORD,
    "inspections:review": inspections.REVIEW_RECORD,
    "inspections:problems": LOGIN,
    "inspections:problem": LOGIN,
    "disclosure:desk": disclosure.PUBLISH_RESULT,
    "disclosure:preview": disclosure.PUBLISH_RESULT,
    "disclosure:report": disclosure.PUBLISH_RESULT,
    "disclosure:publish": disclosure.PUBLISH_RESULT,
    "disclosure:propose_withholding": disclosure.PROPOSE_WITHHOLDING,
    "disclosure:decide_withholding": disclosure.WITHHOLD_RESULT,
    "disclosure:withdraw": disclosure.WITHDRAW_RESULT,
}
