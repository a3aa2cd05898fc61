"""The chart page: opened by a link or by the access token, and what stands on it."""

import re
from base64 import b64decode

import pytest

IDENTITY = {"alipay": "auth_base", "wechat": "snsapi_base"}


def link_of(access):
    answer = access.ask("POST", "/charts/links")
    assert answer.status == 201
    return answer.data


def shown(world, url):
    """Status, code of a refusal, and the page."""
    answer = world.client.get(url)
    text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/html"
    code = re.search('<meta name="yibao-code" content="([^"]*)">', text)
    return answer.status_code, code and code[1], text


def cells(text):
    """The table's figures by month."""
    rows = re.findall(r'<time datetime="([^"]+)">.*?</th>(.*?)</tr>', text)
    return {month: re.findall("<td>(.*?)</td>", row) for month, row in rows}


def test_page_shows_the_figures_of_the_chart_call(world, access) -> None:
    status, code, text = shown(world, link_of(access)["url"])
    assert (status, code) == (200, None)
    months = access.data("/charts/balance")["items"]
    names = ("closing_balance", "income", "spending", "fund_paid")
    assert cells(text) == {each["month"]: [each[name] for name in names] for each in months}
    assert f"<strong>{months[-1]['closing_balance']}</strong>" in text
    assert access.data("/balance")["as_of"][:16].replace("T", " ") in text
    picture = re.search('<img src="data:image/svg[+]xml;base64,([^"]+)"[^>]* alt="[^"]+"', text)
    drawn = access.ask("GET", "/charts/balance.svg").response.data
    assert b64decode(picture[1]) == drawn


def test_page_needs_nothing_else_and_holds_no_access_token(world, access) -> None:
    url = link_of(access)["url"]
    answer = world.client.get(url)
    text = answer.get_data(as_text=True)
    assert access.token not in text
    assert access.token not in url
    assert not re.findall(r'(?:src|action)="(?!data:)', text)
    assert {each[0] for each in re.findall(r'href="([^"]+)"', text)} == {"?"}
    assert "script" not in text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "img-src data:" in policy


def test_name_is_masked_and_the_numbers_of_a_person_are_not_shown(world, person, access) -> None:
    _, _, text = shown(world, link_of(access)["url"])
    for secret in ("name", "id_number", "phone", "card_number"):
        assert person[secret] not in text


def test_spans_are_offered_and_lead_to_the_same_page(world, access) -> None:
    url = link_of(access)["url"]
    _, _, text = shown(world, url)
    spans = re.findall(r'<li><a href="([^"]+)"( aria-current="page")?>近(\d+)个月', text)
    assert [(months, bool(current)) for _, current, months in spans] == [
        ("6", False),
        ("12", True),
        ("24", False),
        ("36", False),
    ]
    path = url.partition("?")[0]
    assert len(cells(shown(world, path + spans[0][0].replace("&amp;", "&"))[2])) == 6


def test_somebody_without_an_account_is_told_so(world, let_in) -> None:
    access = let_in(world.people(insutype="390", count=1)[0])
    _, _, text = shown(world, link_of(access)["url"])
    assert "您没有个人账户" in text
    assert "月末余额" not in text
    assert all(len(row) == 1 for row in cells(text).values())


def test_suspended_account_is_marked(world, person, access) -> None:
    path = f"/people/{person['id_number']}/anomalies"
    assert world.control("PUT", path, {"suspended": True}).status == 200
    assert "暂停" in shown(world, link_of(access)["url"])[2]


def test_link_opens_the_page_again_and_again_until_it_expires(world, access) -> None:
    link = link_of(access)
    assert (link["expires_in"], link["expires_at"]) == (300, "2026-06-15T10:05:00+08:00")
    world.advance(seconds=299)
    for _ in range(2):
        assert shown(world, link["url"])[0] == 200
    world.advance(seconds=1)
    assert shown(world, link["url"])[:2] == (401, "authorisation.link_expired")


def test_lifetime_of_links_is_policy(world, access) -> None:
    world.set_policy({"authorisation": {"chart_link_lifetime_s": 1}})
    assert link_of(access)["expires_in"] == 1


def test_link_ends_with_the_authorisation(world, access) -> None:
    url = link_of(access)["url"]
    assert access.ask("DELETE", "/authorisation").status == 204
    assert shown(world, url)[:2] == (401, "authorisation.revoked")


def test_link_ends_when_the_access_token_does(world, access) -> None:
    world.set_policy({"authorisation": {"chart_link_lifetime_s": 20 * 86_400}})
    url = link_of(access)["url"]
    world.advance(days=16)
    assert shown(world, url)[:2] == (401, "authorisation.token_expired")


@pytest.mark.parametrize("change", ["first", "end", "last", "short", "long", "none", "text"])
def test_link_that_was_not_made_opens_nothing(world, access, change) -> None:
    path, _, token = link_of(access)["url"].partition("page_token=")
    flip = {"0": "1"}
    made_up = {
        "first": flip.get(token[0], "0") + token[1:],
        "end": token[:51] + flip.get(token[51], "0") + token[52:],
        "last": token[:-1] + flip.get(token[-1], "0"),
        "short": token[:-1],
        "long": token + "0",
        "none": "x",
        "text": "é" * 84,
    }[change]
    assert shown(world, f"{path}page_token={made_up}")[:2] == (401, "authorisation.link_unknown")


def test_link_opens_one_platform_of_one_world(world, make_world, access) -> None:
    url = link_of(access)["url"]
    other = {"alipay": "wechat", "wechat": "alipay"}[access.platform]
    elsewhere = make_world().name
    for moved in (
        url.replace(access.platform, other),
        url.replace(f"/w/{world.name}/", f"/w/{elsewhere}/"),
    ):
        assert moved != url
        assert shown(world, moved)[:2] == (401, "authorisation.link_unknown")


def test_program_opens_the_page_with_the_access_token(world, access) -> None:
    answer = access.ask("GET", "/charts")
    assert (answer.status, answer.response.mimetype) == (200, "text/html")
    path = f"/w/{world.name}/{access.platform}/yibao/v1/charts"
    status, code, text = shown(world, path)
    assert (status, code) == (401, "authorisation.token_missing")
    assert "缺少访问令牌" in text
    assert access.token not in access.ask("GET", "/charts").response.get_data(as_text=True)


def test_page_asks_for_a_scope_that_opens_insurance(let_in, person) -> None:
    access = let_in(person, IDENTITY[let_in(person).platform])
    assert access.ask("GET", "/charts").status == 403
    assert access.ask("POST", "/charts/links").code == "authorisation.scope_not_granted"


def test_paths_near_the_page_answer_as_what_they_are_near_to(world, platform) -> None:
    base = f"/w/{world.name}/{platform}/yibao/v1"
    assert shown(world, f"{base}/chartsx")[:2] == (404, "route.unknown")
    for path in ("/charts/balancex", "/chart", "/balanse"):
        answer = world.client.get(base + path)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "route.unknown")
