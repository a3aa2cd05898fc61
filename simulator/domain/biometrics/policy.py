"""What a platform asks of biometric samples. Which figures stand behind it: docs/biometrics.md."""

from dataclasses import dataclass

from simulator.domain.biometrics.samples import KINDS, Kind


@dataclass(frozen=True, slots=True)
class BiometricPolicy:
    """Kinds, thresholds and tries of a platform. *Assumed*, but for the iris threshold."""

    kinds: tuple[str, ...] = KINDS
    """The kinds that the platform offers."""
    fingerprint_threshold: float = 0.2
    """Score, 0…1, from which two prints count as one finger's."""
    iris_threshold: float = 0.68
    """1 minus the Hamming distance: 0.32, a usual criterion (documented, Daugman 2004)."""
    fingerprint_min_quality: float = 0.45
    """Mean quality of the minutiae, 0…1, below which a sample is too noisy."""
    fingerprint_min_minutiae: int = 12
    iris_min_quality: float = 0.5
    """Share of usable bits below which a sample is too noisy."""
    max_tries_per_hour: int = 5
    """Samples that did not match within any one hour, at least 1."""

    def __post_init__(self) -> None:
        unknown = set(self.kinds) - set(KINDS)
        if unknown:
            raise ValueError(f"unknown biometric kinds {sorted(unknown)}; expected some of {KINDS}")
        if self.max_tries_per_hour < 1:
            raise ValueError(
                f"biometric max_tries_per_hour is {self.max_tries_per_hour}; expected at least 1"
            )
        for name in (
            "fingerprint_threshold",
            "iris_threshold",
            "fingerprint_min_quality",
            "iris_min_quality",
        ):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"biometric {name} is {getattr(self, name)}; expected 0…1")

    def threshold(self, kind: Kind) -> float:
        """The score from which two samples of a kind match."""
        return self.fingerprint_threshold if kind == "fingerprint" else self.iris_threshold
