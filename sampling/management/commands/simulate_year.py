from collections.abc import Sequence
from math import isinf
from typing import Any
from unicodedata import east_asian_width

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from registry.web.commands import HouseCommand
from sampling.choices import DrawCategory
from sampling.rules.fairness import ClassLine, Fit, Method
from sampling.rules.protocol import Category
from sampling.rules.simulation import REFUSE_BELOW, BureauSize, SimulationReport, simulate

CLASS_WIDTHS = (16, 4, 6, 10, 10, 10, 10, 0)
FIT_WIDTHS = (16, 20, 10, 10, 0)


class Command(HouseCommand):
    help = "模拟若干年的抽取，检验是否公平、下限是否都达到（不需要数据库）；不符时退出码为 1"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        usual = BureauSize()
        parser.add_argument("--runs", type=int, default=1000, help=_("模拟的年数"))
        parser.add_argument("--seed", type=int, default=0, help=_("换一个数，就是另一组模拟"))
        for name, number, text in (
            ("--key", usual.key, _("重点排污单位数（不含特殊监管对象）")),
            ("--special", usual.special, _("特殊监管对象数，每4家有1家同时是重点")),
            ("--general", usual.general, _("一般排污单位数")),
            ("--officers", usual.officers, _("在岗执法人员数")),
        ):
            parser.add_argument(name, type=int, default=number, help=text)

    def run(self, **options: Any) -> None:
        size = BureauSize(*(options[name] for name in ("key", "special", "general", "officers")))
        report = simulate(size, runs=options["runs"], seed=options["seed"])
        self.say(
            _(
                "模拟%(runs)d年，重点%(key)d家、特殊%(special)d家、一般%(general)d家，"
                "执法人员%(officers)d名"
            )
            % {name: options[name] for name in ("runs", "key", "special", "general", "officers")}
        )
        self._say_classes(report)
        self._say_fits(report)
        self._say_people(report)
        self._judge(report)

    def _say_classes(self, report: SimulationReport) -> None:
        if Method.EXPONENTIAL_CLOCK in report.methods:
            self.say(_("单位较多，部分应中率用指数时钟近似计算"))
        head = [_("类别"), _("层"), _("签数"), _("机会")]
        head += [_("应中率"), _("实中率"), _("卡方"), _("p 值")]
        self.say(_row(head, CLASS_WIDTHS))
        for line in report.lines:
            self.say(_row(_class_cells(line), CLASS_WIDTHS))

    def _say_fits(self, report: SimulationReport) -> None:
        head = _("类别"), _("检验"), _("自由度"), _("卡方"), _("p 值")
        self.say(_row(head, FIT_WIDTHS))
        for name, fits in (
            (_("各层各签数合计"), report.by_class),
            (_("第1季度逐家"), report.by_unit),
        ):
            for category, fit in fits.items():
                cells = [_label(category), name, str(fit.degrees), *_fit_cells(fit)]
                self.say(_row(cells, FIT_WIDTHS))

    def _say_people(self, report: SimulationReport) -> None:
        shares = "、".join(f"{point.least:.0%}～{point.most:.0%}" for point in report.coverage)
        self.say(_("重点排污单位各季度末覆盖率：%(shares)s") % {"shares": shares})
        self.say(
            _(
                "执法人员全年任务：最少%(least)d家，最多%(most)d家，平均%(mean).1f家；"
                "同一年内最多相差%(gap)d家"
            )
            % {
                "least": report.loads.least,
                "most": report.loads.most,
                "mean": report.loads.mean,
                "gap": report.load_gap.most,
            }
        )
        self.say(
            _("同一人一年内两次到同一家：平均每年%(mean).1f例；同两人一年内最多同组%(together)d次")
            % {"mean": report.same_source.mean, "together": report.most_together}
        )

    def _judge(self, report: SimulationReport) -> None:
        if report.missed:
            first = report.missed[0]
            raise CommandError(
                _("有%(count)d处没有达到下限，第一处：第%(run)d次模拟，%(text)s")
                % {"count": len(report.missed), "run": first.run, "text": first.text}
            )
        self.say(_("各次模拟都达到下限，重点排污单位全年全部覆盖"))
        if not report.tested:
            self.say(_("没有可以检验的抽取：单位全部抽中，或模拟的年数太少"))
            return
        p = {"p": _p(report.p), "limit": REFUSE_BELOW}
        if not report.holds:
            raise CommandError(_("抽取与规则不符：p 值（按检验个数校正）%(p)s，低于%(limit)s") % p)
        self.say(_("抽取与规则相符：p 值（按检验个数校正）%(p)s，不低于%(limit)s") % p)


def _class_cells(line: ClassLine) -> list[str]:
    drawn_class = line.drawn_class
    return [
        _label(drawn_class.category),
        str(drawn_class.tier),
        str(drawn_class.weight),
        str(line.chances),
        f"{line.expected / line.chances:.2%}",
        f"{line.drawn / line.chances:.2%}",
        *_fit_cells(line.fit),
    ]


def _fit_cells(fit: Fit) -> tuple[str, str]:
    """A dash where the rule leaves nothing to chance, or the runs are too few for chi-square."""
    if not fit.tested:
        return "—", "—"
    statistic = "∞" if isinf(fit.statistic) else f"{fit.statistic:.2f}" if fit.degrees else "—"
    return statistic, _p(fit.p)


def _p(p: float) -> str:
    return f"{p:.4f}" if p >= 0.0001 or p == 0 else f"{p:.1e}"


def _label(category: Category) -> str:
    return str(DrawCategory(category).label)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(_padded(cell, width) for cell, width in zip(cells, widths, strict=True))


def _padded(text: str, width: int) -> str:
    """Chinese characters take two columns."""
    taken = sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
    return text + " " * (width - taken)
