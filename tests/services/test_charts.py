"""Charts of accounts as each platform shows them."""

import pytest

from simulator.services.balance import balance_of
from simulator.services.charts import balance_chart
from simulator.services.visit import Visit


@pytest.mark.parametrize("platform", ["local", "national", "alipay", "wechat"])
@pytest.mark.parametrize("insutype", ["310", "390"])
def test_chart_ends_with_the_balance_that_is_shown(app, world, platform, insutype) -> None:
    found = app.worlds.find(world.name)
    for each in world.people(insutype=insutype, count=10):
        person = found.people.by_id_number(each["id_number"])
        visit = Visit(found, platform, found.now_ms())
        chart, shown = balance_chart(visit, person, 24), balance_of(visit, person)
        assert len(chart.months) == 24
        assert chart.months[-1].label == "2026-06"
        assert chart.months[-1].closing_fen == shown.position.balance_fen
        assert chart.as_of_ms == shown.as_of_ms
        assert chart.has_account == (insutype == "310")


def test_payment_shows_in_the_chart_when_it_has_arrived(app, world) -> None:
    each = world.person()
    path = f"/people/{each['id_number']}/ledger"
    _ = world.control("POST", path, {"type": "205", "amount": "7.77"}).data

    def spending(platform):
        found = app.worlds.find(world.name)
        person = found.people.by_id_number(each["id_number"])
        visit = Visit(found, platform, found.now_ms())
        return balance_chart(visit, person, 1).months[-1].spending_fen

    assert spending("local") - spending("alipay") == 777
    world.advance(hours=3)
    assert spending("local") == spending("alipay")
