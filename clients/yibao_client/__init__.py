"""The reference client of the simulated platforms, and of the simulator's control API."""

from yibao_client.applications import AlipayApplication, WeChatApplication
from yibao_client.comparison import Comparison, Credentials, compare
from yibao_client.control import ControlClient
from yibao_client.errors import (
    LockedError,
    ProtocolError,
    RefusedError,
    TransportError,
    YibaoError,
)
from yibao_client.history import Transaction
from yibao_client.local import LocalClient
from yibao_client.local_async import AsyncLocalClient
from yibao_client.local_values import ECredential, LocalSession
from yibao_client.national import NationalClient
from yibao_client.national_async import AsyncNationalClient
from yibao_client.query_flow import QueryFlow, QueryFlowError
from yibao_client.results import Balance, SecondFactor, Session
from yibao_client.retry import NEVER, RetryPolicy
from yibao_client.third_party import AlipayClient, WeChatClient
from yibao_client.third_party_async import AsyncAlipayClient, AsyncWeChatClient
from yibao_client.third_party_values import BalanceChart, Grant
from yibao_client.world import World

__all__ = [
    "NEVER",
    "AlipayApplication",
    "AlipayClient",
    "AsyncAlipayClient",
    "AsyncLocalClient",
    "AsyncNationalClient",
    "AsyncWeChatClient",
    "Balance",
    "BalanceChart",
    "Comparison",
    "ControlClient",
    "Credentials",
    "ECredential",
    "Grant",
    "LocalClient",
    "LocalSession",
    "LockedError",
    "NationalClient",
    "ProtocolError",
    "QueryFlow",
    "QueryFlowError",
    "RefusedError",
    "RetryPolicy",
    "SecondFactor",
    "Session",
    "Transaction",
    "TransportError",
    "WeChatApplication",
    "WeChatClient",
    "World",
    "YibaoError",
    "compare",
]
