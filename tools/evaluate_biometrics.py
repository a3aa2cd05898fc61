"""Measure how well fingerprint and iris samples separate people; the tables of docs/biometrics.md.

    python tools/evaluate_biometrics.py [--pairs 3000] [--seed 2026]

The same seed gives the same scores. Only the times depend on the machine.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, median, pstdev
from time import perf_counter

from simulator.domain.biometrics import (
    DEFAULT_NOISE,
    KINDS,
    POSITIONS,
    BiometricPolicy,
    Iris,
    Kind,
    Sample,
    SampleError,
    read_sample,
    similarity,
    template,
)
from simulator.domain.biometrics.irises import BITS
from simulator.domain.digests import derive_key

NOISES = (0.0, 0.1, DEFAULT_NOISE, 0.3, 0.4, 0.5, 0.6, 0.8)
POLICY = BiometricPolicy()
TIMED = 200


@dataclass(frozen=True)
class Measured:
    """Scores of pairs, and how many samples were too noisy to be compared at all."""

    scores: Sequence[float]
    noisy: int

    def share_below(self, threshold: float) -> float:
        return sum(score < threshold for score in self.scores) / max(1, len(self.scores))


def pairs(
    key: bytes, kind: Kind, count: int, noise: float, *, genuine: bool
) -> Iterator[tuple[Sample, Sample] | None]:
    """An enrolled sample at ordinary noise and a fresh one; None where the fresh one is refused.

    Of the impostors half are the same person's other finger or eye.
    """
    positions = len(POSITIONS[kind])
    for n in range(count):
        # Far enough apart that the persons of one measurement never meet.
        person, position = n * 7919, n % positions
        other, shown = person, position
        if not genuine:
            other = person + 1 if n % 2 else person
            shown = (position + 1) % positions
        enrolled = template(key, kind, person, position, noise=DEFAULT_NOISE, seed=0)
        fresh = template(key, kind, other, shown, noise=noise, seed=n + 1)
        try:
            yield read_sample(enrolled, kind, POLICY), read_sample(fresh, kind, POLICY)
        except SampleError:
            yield None


def measured(key: bytes, kind: Kind, count: int, noise: float, *, genuine: bool) -> Measured:
    """The scores of a number of pairs."""
    found = list(pairs(key, kind, count, noise, genuine=genuine))
    scores = [similarity(*pair) for pair in found if pair is not None]
    return Measured(scores, found.count(None))


def times_ms(key: bytes, kind: Kind) -> list[float]:
    """Milliseconds of single comparisons at ordinary noise, half of them genuine."""
    spent = []
    for genuine in (True, False):
        for pair in pairs(key, kind, TIMED, DEFAULT_NOISE, genuine=genuine):
            if pair is not None:
                begun = perf_counter()
                similarity(*pair)
                spent.append((perf_counter() - begun) * 1000)
    return sorted(spent)


def degrees_of_freedom(key: bytes, count: int) -> tuple[float, float, float]:
    """Mean and deviation of the distance of different eyes without noise or shifts, and the number
    of fair coins whose share of heads would deviate as much."""
    distances = []
    for n in range(count):
        codes = [read_sample(template(key, "iris", n, eye), "iris", POLICY) for eye in (0, 1)]
        first, second = (code for code in codes if isinstance(code, Iris))
        distances.append((first.code ^ second.code).bit_count() / BITS)
    mean, deviation = fmean(distances), pstdev(distances)
    return mean, deviation, mean * (1 - mean) / deviation**2


def lines(seed: int, count: int) -> Iterator[str]:
    """The report, in Markdown."""
    for kind in KINDS:
        key, threshold = derive_key(seed, f"biometrics.{kind}"), POLICY.threshold(kind)
        impostors = measured(key, kind, count, DEFAULT_NOISE, genuine=False)
        ranked = sorted(impostors.scores)
        yield f"### {kind}, threshold {threshold:.2f}"
        yield ""
        yield (
            f"Impostors, {len(ranked)} pairs at noise {DEFAULT_NOISE}: mean {fmean(ranked):.3f}, "
            f"standard deviation {pstdev(ranked):.3f}, highest {ranked[-1]:.3f}; falsely accepted "
            f"{sum(score >= threshold for score in ranked)}."
        )
        yield ""
        yield (
            "| noise | mean | deviation | lowest | falsely rejected | too noisy | accepted "
            "| highest impostor |"
        )
        yield "|---|---|---|---|---|---|---|---|"
        for noise in NOISES:
            # The largest number at ordinary noise, on which the claim rests.
            some = count if noise == DEFAULT_NOISE else min(count, 500)
            genuine = measured(key, kind, some, noise, genuine=True)
            if not genuine.scores:
                yield f"| {noise} | – | – | – | – | 100.0 % | 0.0 % | – |"
                continue
            strangers = impostors
            if noise != DEFAULT_NOISE:
                strangers = measured(key, kind, some, noise, genuine=False)
            highest = max(strangers.scores, default=0.0)
            compared = len(genuine.scores)
            rejected = genuine.share_below(threshold)
            yield (
                f"| {noise} | {fmean(genuine.scores):.3f} | {pstdev(genuine.scores):.3f} "
                f"| {min(genuine.scores):.3f} | {rejected:.1%} | {genuine.noisy / some:.1%} "
                f"| {compared / some * (1 - rejected):.1%} | {highest:.3f} |".replace("%", " %")
            )
        if kind == "iris":
            mean, deviation, freedom = degrees_of_freedom(key, count)
            yield ""
            yield (
                f"Different eyes without noise or shifts: Hamming distance {mean:.3f}, standard "
                f"deviation {deviation:.4f}, {freedom:.0f} degrees of freedom."
            )
        spent = times_ms(key, kind)
        yield ""
        yield f"One comparison: median {median(spent):.2f} ms, longest {spent[-1]:.2f} ms."
        yield ""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=3000, help="pairs at ordinary noise")
    parser.add_argument("--seed", type=int, default=2026)
    chosen = parser.parse_args()
    for line in lines(chosen.seed, chosen.pairs):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
