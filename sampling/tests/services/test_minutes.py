"""抽取纪要: digests, people and moments; never a drawn name."""

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from sampling.models import Draw, SamplingPlan
from sampling.services import draws, proofs
from sampling.services.minutes import minutes_data, minutes_pdf
from sampling.tests.conftest import ENTROPY, QUARTER, VALUE, moment, person
from sampling.tests.services.test_draws import approved, freeze, hold


def test_minutes_name_digests_witnesses_and_approver_but_no_unit(
    plan: SamplingPlan, planner: User, director: User
) -> None:
    draw = approved(planner, director)

    data = minutes_data(draw)

    text = str(data)
    for known in (
        draw.commitment,
        draw.pool_digest,
        draw.announcement_digest,
        draw.record["outcome_root"],
        "何一单位",
        "何一",
        "金二",
        "director",
    ):
        assert known in text
    assert not [name for name in draws.recompute(draw).result.teams if name in text]


def test_minutes_are_a_pdf_with_our_own_font(
    plan: SamplingPlan, planner: User, director: User
) -> None:
    pdf = minutes_pdf(approved(planner, director))

    assert pdf.startswith(b"%PDF-")
    assert b"NotoSansSC" in pdf


def test_markup_in_a_name_stays_text(plan: SamplingPlan, planner: User, director: User) -> None:
    draw = approved(planner, director)
    draw.witnesses.filter(name="何一").update(name='#panic("x") *粗* $1/0$ "引号"')

    assert minutes_pdf(draw).startswith(b"%PDF-")


def test_there_are_none_before_the_draw(plan: SamplingPlan, planner: User) -> None:
    draw = freeze(planner)

    with pytest.raises(proofs.NotYetComplete):
        minutes_data(draw)


def test_the_page_offers_them_to_staff_once_there_is_a_draw(
    plan: SamplingPlan, planner: User
) -> None:
    client, url = Client(), f"/plans-desk/{QUARTER}/minutes.pdf"
    client.force_login(planner)
    freeze(planner)
    assert client.get(url).status_code == 404
    hold(planner)

    answer = client.get(url)

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    client.force_login(person("nobody"))
    assert client.get(url).status_code == 403


def test_the_draw_waits_until_each_witness_has_typed_the_value_he_read(
    plan: SamplingPlan, planner: User
) -> None:
    planner.set_password("secret-for-the-test")
    planner.save()
    freeze(planner)
    client = Client()
    form = {
        "value": ENTROPY, "password": "secret-for-the-test",
        "represents_1": "纪检监察组", "witness_1": "何一", "value_1": VALUE,
        "represents_2": "企业代表", "witness_2": "金二", "value_2": "03 07 11 19 24 30+09",
    }  # fmt: skip
    with time_machine.travel(moment(29), tick=False):
        client.force_login(planner)

        refused = client.post(f"/plans-desk/{QUARTER}/draw/", form)
        assert refused.status_code == 422
        assert "请各自对照官方公布核对" in refused.content.decode()
        done = client.post(f"/plans-desk/{QUARTER}/draw/", {**form, "value_2": VALUE}, follow=True)

    page = done.content.decode()
    assert "抽取完成" in page
    draw = Draw.objects.get()
    assert draw.record["outcome_root"] in page
    drawn = {i for ids in draws.recompute(draw).result.selected.values() for i in ids}
    assert not [name for name in drawn if name in page]
