"""Refusals of customer service."""

from simulator.errors.tree import SimulatorError


class SupportError(SimulatorError):
    """About customer service."""


class UnknownTicketError(SupportError):
    code, status = "ticket.unknown", 404
    zh = "工单不存在"
    en = "No support ticket has this id."
