"""The national platform for asyncio: the same calls as `NationalClient`, awaited."""

from yibao_client.insurer_async import AsyncInsurerClient
from yibao_client.operations import national
from yibao_client.results import Account, Session


class AsyncNationalClient(AsyncInsurerClient[Session, Account]):
    """One person's view of the national platform; what `AsyncInsurerClient` says holds here."""

    platform = "national"
    _session_type = Session
    _account_type = Account

    async def register(self, phone: str, sms_code: str, password: str) -> Account:
        return await self.run(national.register(phone, sms_code, password))
