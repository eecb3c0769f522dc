"""公示: once, in time, and only what the whitelist allows."""

import csv
import io
import json
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from disclosure.models import PublicationLink, PublicPlan, PublicProgress, PublicResult
from disclosure.rules.deadlines import publishes_by_itself
from disclosure.rules.public_columns import harmless_cell
from disclosure.services import publishing, withholding
from disclosure.services.sweep import catch_up, publication_sweep
from inspections.services.review import approve_record
from registry.clocks.selectors import work_calendar
from registry.clocks.services.calendar import calendar_changed
from registry.models import Deadline, HolidayNotice, Inspector, PollutionSource
from registry.permissions import SameIdentity
from registry.rules.violations import NotAllowed
from sampling.models import Draw
from tests.scene import Scene


@pytest.fixture
def link(scene: Scene) -> PublicationLink:
    """One approved record whose 20-day clock runs."""
    version = scene.submitted(problem={"note": "缺标识", "handling": "corrected_on_spot"})
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    catch_up(now=scene.now)
    return PublicationLink.objects.get()


def publish(scene: Scene, link: PublicationLink) -> PublicResult:
    return publishing.publish_result(
        link_id=link.pk, actor=scene.users["publisher1"], now=scene.now
    )


def test_the_clock_is_twenty_working_days_from_approval(
    scene: Scene, link: PublicationLink
) -> None:
    deadline = Deadline.objects.get(kind="publish_result")

    assert link.due_on == work_calendar().add(timezone.localdate(scene.now), 20)
    assert (deadline.due_on, deadline.working_days) == (link.due_on, 20)


def test_what_waits_for_publication_follows_the_calendar(
    scene: Scene, link: PublicationLink
) -> None:
    notice = HolidayNotice.objects.create(layer="prefecture", year=link.due_on.year, title="放假")
    notice.days.create(day=link.due_on, kind="off")
    calendar_changed(notice=notice, actor=scene.users["admin1"], today=link.completed_on)

    publication_sweep(now=scene.now)

    before, expected = link.due_on, work_calendar().add(link.completed_on, 20)
    link.refresh_from_db()
    assert link.due_on == expected > before
    assert Deadline.objects.get(kind="publish_result").due_on == expected


def test_nothing_is_public_before_it_is_published(scene: Scene, link: PublicationLink) -> None:
    name = link.assignment.source.name

    for url in ("/", "/results/", "/results/?q=昌吉示范", "/results.csv", "/results.json"):
        response = Client().get(url)
        body = b"".join(response) if response.streaming else response.content
        assert name not in body.decode()


def test_published_once_whoever_presses(scene: Scene, link: PublicationLink) -> None:
    result = publish(scene, link)

    with pytest.raises(publishing.AlreadyDecided):
        publish(scene, link)
    publication_sweep(now=scene.now + timedelta(days=60))

    assert PublicResult.objects.get() == result
    assert not Deadline.objects.filter(kind="publish_result", state="open").exists()


def test_only_a_publisher_publishes(scene: Scene, link: PublicationLink) -> None:
    with pytest.raises(NotAllowed):
        publishing.publish_result(link_id=link.pk, actor=scene.users["planner1"], now=scene.now)


def test_the_system_publishes_before_it_would_be_late(scene: Scene, link: PublicationLink) -> None:
    calendar = work_calendar()
    early = calendar.subtract(link.due_on, 3)
    days = (early - timezone.localdate(scene.now)).days

    assert publication_sweep(now=scene.now + timedelta(days=days)) == 0
    days = (calendar.subtract(link.due_on, 2) - timezone.localdate(scene.now)).days
    assert publication_sweep(now=scene.now + timedelta(days=days)) == 1

    assert PublicResult.objects.get().published_on <= link.due_on


def test_a_confidential_unit_is_never_published_by_the_clock(
    scene: Scene, link: PublicationLink
) -> None:
    PollutionSource.objects.filter(pk=link.assignment.source_id).update(confidential=True)

    assert publication_sweep(now=scene.now + timedelta(days=60)) == 0

    link.refresh_from_db()
    assert link.state == "waiting"


@pytest.mark.parametrize(
    ("today", "expected"),
    [(date(2026, 6, 9), False), (date(2026, 6, 10), True), (date(2026, 6, 30), True)],
    ids=["three days left", "two days left", "overdue after downtime"],
)
def test_when_the_system_publishes_by_itself(today: date, expected: bool, db: None) -> None:
    found = publishes_by_itself(
        today=today, due_on=date(2026, 6, 12), days_left=2, calendar=work_calendar()
    )

    assert found is expected


def test_withholding_takes_two_people_and_is_counted_publicly(
    scene: Scene, link: PublicationLink
) -> None:
    publisher, director = scene.users["publisher1"], scene.users["director1"]
    row = withholding.propose_withholding(
        link_id=link.pk, actor=publisher, ground="confidential", reason="涉密项目"
    )
    with pytest.raises(publishing.WithholdingPending):
        publish(scene, link)
    assert publication_sweep(now=scene.now + timedelta(days=60)) == 0
    row.proposed_by = director
    row.save()
    with pytest.raises(SameIdentity):
        withholding.decide_withholding(
            withholding_id=row.pk, actor=director, approve=True, now=scene.now
        )

    withholding.decide_withholding(
        withholding_id=row.pk, actor=scene.users["director2"], approve=True, now=scene.now
    )
    catch_up(now=scene.now)

    progress = PublicProgress.objects.get(plan_number=scene.quarter)
    assert (progress.withheld, progress.withheld_by_ground) == (1, {"confidential": 1})
    assert PublicResult.objects.count() == 0


def test_a_withdrawn_result_stays_at_its_address_with_the_note(
    scene: Scene, link: PublicationLink
) -> None:
    result = publish(scene, link)
    director = scene.users["director1"]
    with pytest.raises(publishing.NoteMissing):
        publishing.withdraw_result(link_id=link.pk, actor=director, note="", now=scene.now)

    publishing.withdraw_result(
        link_id=link.pk, actor=director, note="处罚决定已撤销", now=scene.now
    )

    page = Client().get(f"/results/{result.public_id}/").content.decode()
    assert "处罚决定已撤销" in page
    assert "发现问题已责令改正" not in page


def test_public_output_holds_no_private_field(scene: Scene, link: PublicationLink) -> None:
    publish(scene, link)
    catch_up(now=scene.now)
    result = PublicResult.objects.get()
    private = [
        *PollutionSource.objects.values_list("phone", flat=True),
        *PollutionSource.objects.values_list("legal_representative", flat=True),
        *Inspector.objects.values_list("credentials__number", flat=True),
        *Inspector.objects.values_list("name", flat=True),
    ]
    urls = ["/", "/items/", "/plans/", f"/plans/{scene.quarter}/", "/results/", "/verify/",
            f"/results/{result.public_id}/", f"/enterprises/{result.enterprise_key}/",
            f"/plans/{scene.quarter}/announcement.json", "/results.csv", "/results.json"]  # fmt: skip

    for url in urls:
        response = Client().get(url)
        assert response.status_code == 200, url
        body = b"".join(response) if response.streaming else response.content
        text = body.decode()
        assert not [word for word in private if word and word in text], url


def test_the_announcement_says_what_was_committed(scene: Scene) -> None:
    catch_up(now=scene.now)
    draw = Draw.objects.get()

    plan = PublicPlan.objects.get()
    data = Client().get(f"/plans/{scene.quarter}/announcement.json").json()

    assert plan.state == "approved"
    assert (data["commitment"], data["pool_digest"]) == (draw.commitment, draw.pool_digest)
    assert Client().get(f"/plans/{scene.quarter}/proof.json").status_code == 404


def test_csv_and_json_hold_the_same_rows(scene: Scene, link: PublicationLink) -> None:
    publish(scene, link)

    text = b"".join(Client().get("/results.csv")).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    data = json.loads(b"".join(Client().get("/results.json")))

    assert rows[0][0] == "序号"
    assert rows[1][1] == data["results"][0]["enterprise_name"] == link.assignment.source.name
    assert len(rows) == 2


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@x", "\tx"])
def test_a_formula_goes_out_as_text(text: str) -> None:
    assert harmless_cell(text) == f"'{text}"


def test_public_pages_stand_on_published_copies_alone(
    scene: Scene, link: PublicationLink, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    publish(scene, link)
    catch_up(now=scene.now)

    with django_assert_max_num_queries(12) as captured:
        Client().get("/results/")
        Client().get(f"/plans/{scene.quarter}/")

    tables = {
        word.strip('"')
        for query in captured.captured_queries
        for word in query["sql"].split()
        if word.startswith(('"sampling_', '"inspections_'))
    }
    assert tables == set()


def test_pages_of_results_follow_one_another_without_gap(
    scene: Scene, link: PublicationLink
) -> None:
    first = publish(scene, link)
    copies = [
        PublicResult(
            **{
                f.name: getattr(first, f.name)
                for f in PublicResult._meta.concrete_fields
                if f.name not in ("id", "public_id", "assignment_number", "published_on")
            },
            assignment_number=f"COPY-{n}",
            published_on=first.published_on + timedelta(days=n // 7),
        )
        for n in range(45)
    ]
    PublicResult.objects.bulk_create(copies)
    seen: list[str] = []
    url = "/results/"

    while url:
        response = Client().get(url)
        seen += [row["url"] for row in response.context["rows"]]
        page = response.context["page"]
        url = f"/results/?after={page.after}" if page.after else ""

    assert len(seen) == len(set(seen)) == 46
