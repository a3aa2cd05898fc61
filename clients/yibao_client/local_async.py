"""A local platform for asyncio: the same calls as `LocalClient`, awaited."""

from collections.abc import AsyncIterator

from yibao_client.insurer_async import AsyncInsurerClient
from yibao_client.local_values import (
    CataloguePage,
    DecodedCredential,
    Drug,
    ECredential,
    Hospital,
    ImageKind,
    LocalAccount,
    LocalSession,
    NewLocalAccount,
)
from yibao_client.operations import local
from yibao_client.operations.paging import drug_pages, hospital_pages


class AsyncLocalClient(AsyncInsurerClient[LocalSession, LocalAccount]):
    """One person's view of the local platform that `base_url` names by its pooling area.

    What `AsyncInsurerClient` says holds here. Sessions tell which insurance was linked, and the
    area's catalogues and e-credentials come in addition; only `e_credential` wants a session.
    """

    platform = "local"
    _session_type = LocalSession
    _account_type = LocalAccount

    async def register(
        self, phone: str, sms_code: str, password: str, card_number: str | None = None
    ) -> NewLocalAccount:
        """With a social-security card number, its holder's insurance is linked at once."""
        return await self.run(local.register(phone, sms_code, password, card_number))

    # --- catalogues

    async def hospitals(
        self,
        *,
        name: str | None = None,
        level: str | None = None,
        designated: bool | None = None,
        pharmacies: bool = False,
        page: int = 1,
        page_size: int = 20,
    ) -> CataloguePage[Hospital]:
        """One page, best level first; `name` holds parts of the name, `level` is `3`, `三级` or
        `三级甲等`."""
        return await self.run(
            local.hospitals(
                name=name,
                level=level,
                designated=designated,
                pharmacies=pharmacies,
                page=page,
                page_size=page_size,
            )
        )

    def all_hospitals(
        self,
        *,
        name: str | None = None,
        level: str | None = None,
        designated: bool | None = None,
        pharmacies: bool = False,
        page_size: int = 100,
    ) -> AsyncIterator[Hospital]:
        """Every hospital that fits, fetched page by page as it is asked for."""
        return self._walk(
            hospital_pages(
                name=name,
                level=level,
                designated=designated,
                pharmacies=pharmacies,
                page_size=page_size,
            )
        )

    async def hospital(self, code: str) -> Hospital:
        """A hospital or pharmacy. Raises NotListedError."""
        return await self.run(local.hospital(code))

    async def drugs(
        self,
        *,
        name: str | None = None,
        code: str | None = None,
        drug_class: str | None = None,
        reimbursement_class: str | None = None,
        page: int = 1,
        page_size: int = 20,
    ) -> CataloguePage[Drug]:
        """One page, in order of code; `name` holds parts of it, `code` what it begins with."""
        return await self.run(
            local.drugs(
                name=name,
                code=code,
                drug_class=drug_class,
                reimbursement_class=reimbursement_class,
                page=page,
                page_size=page_size,
            )
        )

    def all_drugs(
        self,
        *,
        name: str | None = None,
        code: str | None = None,
        drug_class: str | None = None,
        reimbursement_class: str | None = None,
        page_size: int = 100,
    ) -> AsyncIterator[Drug]:
        """Every drug that fits, fetched page by page as it is asked for."""
        return self._walk(
            drug_pages(
                name=name,
                code=code,
                drug_class=drug_class,
                reimbursement_class=reimbursement_class,
                page_size=page_size,
            )
        )

    async def drug(self, code: str) -> Drug:
        """Raises NotListedError."""
        return await self.run(local.drug(code))

    # --- the e-credential

    async def e_credential(self) -> ECredential:
        """A new token to show, and where its pictures are."""
        return await self.run(local.e_credential())

    async def e_credential_image(
        self, kind: ImageKind, credential: ECredential | None = None
    ) -> bytes:
        """A picture of an e-credential, or of a new one: `svg` and `png` hold the QR code, `pdf` a
        page to print. Looking uses nothing up. Raises ECredentialError."""
        shown = credential or await self.e_credential()
        return await self.run(local.e_credential_image(shown.token, kind))

    async def decode_e_credential(self, token: str) -> DecodedCredential:
        """Whom a token stands for, as an institution asks. Raises ECredentialError."""
        return await self.run(local.decode_e_credential(token))
