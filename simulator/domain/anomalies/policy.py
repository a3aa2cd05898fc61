"""How many people have an anomaly, where nobody has decided about the person."""

from dataclasses import dataclass

from simulator.domain.anomalies import catalogue


@dataclass(frozen=True, slots=True)
class AnomalyPolicy:
    """Shares of the people in per mille; the two at the end are of answers, on or off."""

    pre_transfer_per_mille: int
    reversed_payment_per_mille: int
    year_end_gap_per_mille: int
    suspended_per_mille: int
    moved_per_mille: int
    mutual_aid_per_mille: int
    care_elsewhere_per_mille: int
    balance_as_number: bool
    zero_for_no_account: bool

    def shares(self) -> tuple[tuple[str, int], ...]:
        """Each anomaly that befalls a share of the people, with that share."""
        return (
            (catalogue.PRE_TRANSFER, self.pre_transfer_per_mille),
            (catalogue.REVERSED_PAYMENT, self.reversed_payment_per_mille),
            (catalogue.YEAR_END_GAP, self.year_end_gap_per_mille),
            (catalogue.SUSPENDED, self.suspended_per_mille),
            (catalogue.MOVED, self.moved_per_mille),
            (catalogue.MUTUAL_AID, self.mutual_aid_per_mille),
            (catalogue.CARE_ELSEWHERE, self.care_elsewhere_per_mille),
        )

    @property
    def befalls_nobody(self) -> bool:
        """Whether nobody's ledger is irregular by policy."""
        return not (
            self.pre_transfer_per_mille
            or self.reversed_payment_per_mille
            or self.year_end_gap_per_mille
            or self.suspended_per_mille
            or self.moved_per_mille
            or self.mutual_aid_per_mille
            or self.care_elsewhere_per_mille
        )
