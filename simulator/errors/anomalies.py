"""Refusals of anomalies that are chosen for a person."""

from simulator.errors.worlds import WorldError


class AnomalyNotApplicableError(WorldError):
    code, status = "anomaly.not_applicable", 409
    zh = "该参保人不适用此异常场景"
    en = "The person cannot have this anomaly; `problem` says why."
