"""The national platform for blocking callers.

::

    with NationalClient("http://127.0.0.1:8080/national") as client:
        client.sign_in(phone=phone, password=password)
        print(client.balance().personal_account)
"""

from yibao_client.insurer import InsurerClient
from yibao_client.operations import national
from yibao_client.results import Account, Session


class NationalClient(InsurerClient[Session, Account]):
    """One person's view of the national platform; what `InsurerClient` says holds here."""

    platform = "national"
    _session_type = Session
    _account_type = Account

    def register(self, phone: str, sms_code: str, password: str) -> Account:
        return self.run(national.register(phone, sms_code, password))
