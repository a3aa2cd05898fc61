"""What a local platform links to an account by itself: the insurance of the person behind it.

The person is known once verified, and before that by the social-security card given at
registration. Linking opens nothing: balance and history still need a verified real name.
"""

from simulator.domain.people import Person
from simulator.services import accounts
from simulator.services.accounts import Account
from simulator.services.pooling_areas import is_insured_here
from simulator.services.visit import Visit


def linked_person(visit: Visit, account: Account) -> Person | None:
    """The person whose local insurance is linked to an account, or None."""
    person = accounts.person_of(visit, account)
    if person is None and account.card_number is not None:
        person = visit.world.people.by_card_number(account.card_number)
    if person is None or not is_insured_here(visit, person):
        return None
    return person
