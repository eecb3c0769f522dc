from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from registry.models import PartnerDepartment
from registry.rules.violations import RuleViolation
from registry.web.commands import HouseCommand, add_user, user_named
from sampling.choices import PlanKind
from sampling.services.plans import JointTerms, draft_plan


class DepartmentUnknown(RuleViolation):
    code = "department_unknown"


class Command(HouseCommand):
    help = "编制季度抽查计划，或季度计划之外的抽查（按月分批、补充、建设项目、联合、回头看）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("quarter", help="2027Q1")
        kinds = [value for value in PlanKind.values if value != PlanKind.EXTERNAL]
        parser.add_argument("--kind", choices=kinds, default=PlanKind.QUARTERLY, help=_("计划类型"))
        parser.add_argument("--month", type=int, default=0, help=_("按月分批：季度第几个月，1至3"))
        parser.add_argument("--share", type=int, help=_("建设项目、联合、回头看的抽查比例（%%）"))
        parser.add_argument("--department", default="", help=_("部门联合抽查：联合部门名称"))
        add_user(parser)

    def run(self, **options: Any) -> None:
        plan = draft_plan(
            quarter=options["quarter"],
            actor=user_named(options["user"]),
            kind=options["kind"],
            month=options["month"],
            share=options["share"],
            joint=_terms(options["kind"], options["department"]),
        )
        self.say(_("%(plan)s（%(number)s）已建立。") % {"plan": plan, "number": plan.number})


def _terms(kind: str, name: str) -> JointTerms | None:
    if kind != PlanKind.JOINT:
        return None
    department = PartnerDepartment.objects.filter(name=name, active=True).first()
    if department is None:
        known = "、".join(PartnerDepartment.objects.values_list("name", flat=True)) or _("无")
        raise DepartmentUnknown(
            _("没有名为“%(name)s”的联合部门；已有：%(known)s。") % {"name": name, "known": known}
        )
    return JointTerms(department)
