"""Unmodified Alipay SDKs walk from a person's consent to the balance, and meet refusals."""

from base64 import b64encode


def prepared(alipay):
    person = alipay.person()
    return {"person": person, "code": alipay.consent(person)}


def test_official_sdk_runs_the_whole_flow(alipay) -> None:
    given = prepared(alipay)
    person = given["person"]
    hospitals = alipay.control.get(f"/local/{person['region']}/api/v1/hospitals").json()
    given["institution"] = hospitals["data"]["items"][0]["code"]
    face = f"/_control/worlds/{alipay.name}/people/{person['id_number']}/face.jpg"
    given["picture"] = b64encode(alipay.control.get(face).content).decode()
    steps = alipay.run("alipay-sdk-python", "official_alipay_flow.py", **given)

    user_id, open_id, *lifetimes = steps["token"]
    assert (user_id[:4], len(user_id), open_id[0]) == ("2088", 16, "0")
    assert lifetimes == [1_296_000, 2_592_000]
    gender = {"male": "m", "female": "f"}[person["sex"]]
    assert steps["info"] == ["10000", user_id, person["name"], gender, "T"]
    assert steps["info in GBK"] == person["name"]
    assert steps["card"][:3] == ["BINDED", "signed", person["region"]]
    assert steps["card"][3].endswith("医疗保障局")
    assert steps["own card"] == ["SUCCESS", person["region"]]
    assert steps["same card"]
    assert steps["consent"] == ["SUCCESS", "1", "AUTH"]
    assert steps["certified"] == ["T", None]
    [message] = alipay.ask("GET", f"/inbox?to={person['phone']}")["items"]
    assert message["text"] == "【医保查询示例】余额：12.00元"
    assert steps["message"]
    assert steps["refreshed"] == [None, True]
    assert steps["old token"] == ["20001", "aop.invalid-auth-token"]
    assert steps["unknown code"] == ["40002", "isv.code-invalid"]
    assert steps["unknown application"] == ["40002", "isv.invalid-app-id"]
    assert steps["foreign signature"]

    balance = alipay.control.get(
        f"/w/{alipay.name}/alipay/yibao/v1/balance",
        headers={"Authorization": f"Bearer {steps['access token']}"},
    )
    assert "amount" in balance.json()["data"]["personal_account"]


def test_python_alipay_sdk_runs_the_flow(alipay) -> None:
    given = prepared(alipay)
    steps = alipay.run("python-alipay-sdk", "community_alipay_flow.py", **given)
    assert steps["token"][1] == 1_296_000
    assert steps["info"] == ["10000", given["person"]["name"]]
    assert steps["card"][0] == "BINDED"
    assert steps["certified"] == "T"
    assert steps["refreshed"]
    assert steps["used code"] == ["40002", "isv.code-invalid"]
    assert steps["ended token"] == ["20001", "aop.invalid-auth-token"]
    assert steps["foreign signature"]
