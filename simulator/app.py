"""The composition root: settings and a store in, the application out."""

from pathlib import Path

from simulator.control.platform import control_platform
from simulator.pages import add_pages
from simulator.platforms.alipay.platform import alipay_data, alipay_gateway, alipay_pages
from simulator.platforms.local.legacy.platform import legacy_platform
from simulator.platforms.local.platform import local_platform
from simulator.platforms.local.portal.platform import portal_platform
from simulator.platforms.national.platform import national_platform
from simulator.platforms.wechat.platform import wechat_api, wechat_data, wechat_pages
from simulator.services.webhook_targets import WebhookTargets
from simulator.settings import Settings
from simulator.store.journal import Journal
from simulator.store.protocol import Store
from simulator.store.sqlite import open_store
from simulator.web.kernel import SimulatorFlask
from simulator.world import Worlds


def create_app(
    settings: Settings | None = None, *, store: Store | None = None, worker: str = "0"
) -> SimulatorFlask:
    """The Flask application of one process.

    `store` stands in for the one that the settings name; `worker` tells the processes that share a
    journal directory apart. Raises StoreError.
    """
    settings = settings or Settings()
    store = store if store is not None else open_store(settings.store)
    directory = None if settings.journal_dir is None else Path(settings.journal_dir)
    journal = Journal(settings.journal_bytes, directory, worker)
    worlds = Worlds(store, journal, settings.seed)
    targets = WebhookTargets(settings.webhook_hosts)
    app = SimulatorFlask(worlds, max_body_bytes=settings.max_body_bytes)
    app.add_platform(national_platform())
    app.add_platform(local_platform())
    app.add_platform(portal_platform())
    app.add_platform(legacy_platform())
    app.add_platform(alipay_pages())
    app.add_platform(alipay_gateway())
    app.add_platform(wechat_pages())
    for platform in (*alipay_data(targets), *wechat_data(targets), *wechat_api()):
        app.add_platform(platform)
    app.add_platform(control_platform(settings.control_token, targets))
    add_pages(app)
    return app
