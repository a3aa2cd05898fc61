"""Uploads are judged beside other requests, which do not wait for them."""

from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Any

import httpx

PASSWORD = "Lookup-2026"
UPLOADS = 4
FEW = 20
"""More balances than slip between two uploads on a server that does one thing at a time: up to
seven were seen there, and here a hundred while one upload is judged."""


def path_of(world: str, rest: str) -> str:
    return f"/w/{world}/national/api/v1{rest}"


def test_balances_are_answered_while_uploads_are_judged(one_worker: Any, tester: Any) -> None:
    client = one_worker.client()
    # No try is used up: each upload is judged to its end.
    world = tester.world(client, policy={"real_name.tries_per_day": 50})
    person = next(
        each
        for each in tester.people(client, world, 50, insutype="310")
        if each["registered"]["national"]
    )
    token = tester.sign_in(client, world, person).json()["data"]["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    evidence = f"/_control/worlds/{world}/people/{person['id_number']}/id-card"
    files = {side: client.get(f"{evidence}/{side}.jpg").content for side in ("front", "back")}
    balance, card = path_of(world, "/balance"), path_of(world, "/account/real-name/id-card")

    def upload(own: httpx.Client) -> int:
        return int(own.post(card, files=files, headers=headers).status_code)

    # Connections of their own: nothing but the server can make one wait for the others. The first
    # upload reads weights and glyphs, which takes longer than any judging.
    clients = [one_worker.client() for _ in range(UPLOADS)]
    assert upload(clients[0]) == 200
    client.delete(f"/_control/worlds/{world}/journal")
    with ThreadPoolExecutor(UPLOADS) as pool:
        uploads = [pool.submit(upload, each) for each in clients]
        while not all(each.done() for each in uploads):
            assert client.get(balance, headers=headers).status_code == 200
        assert [each.result() for each in uploads] == [200] * UPLOADS

    journal = client.get(f"/_control/worlds/{world}/journal", params={"limit": 1000}).json()
    done = [each["operation"] for each in journal["items"]]
    assert done.count("upload_id_card") == UPLOADS
    first, last = done.index("upload_id_card"), len(done) - done[::-1].index("upload_id_card")
    runs = groupby(done[first:last])
    between = [len(list(run)) for name, run in runs if name == "read_balance"]
    # Wherever one upload ends and the next is not yet judged, several balances were answered.
    assert max(between, default=0) > FEW, between


def test_same_uploads_at_once_never_exceed_the_tries_of_a_day(
    two_workers: Any, tester: Any
) -> None:
    """Judged on two workers at the same time, each counts, and the sixth finds the limit."""
    client = two_workers.client()
    world = tester.world(client, clock={"freeze": "2026-06-15T10:00:00+08:00"})
    person = next(
        each
        for each in tester.people(client, world, 50, insutype="310")
        if each["registered"]["national"]
    )
    token = tester.sign_in(client, world, person).json()["data"]["access_token"]
    evidence = f"/_control/worlds/{world}/people/{person['id_number']}/id-card"
    dark = client.get(f"{evidence}/front.jpg", params={"darkness": 0.2}).content
    card = path_of(world, "/account/real-name/id-card")
    headers = {"Authorization": f"Bearer {token}"}

    def upload(_number: int) -> str:
        files = {"front": dark, "back": dark}
        return str(two_workers.client().post(card, files=files, headers=headers).json()["code"])

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(upload, range(16)))
    assert codes == ["real_name.daily_limit"] * 11 + ["real_name.photo_too_dark"] * 5
