"""`yibao-sim demo`: the whole query flow with the reference client, told step by step.

A server is started on a free port and asked over real HTTP. Each step says what is done, what came
back, and whether that is what should have come; the demo ends with status 1 if anything was not.
"""

from datetime import datetime

from rich.console import Console

from pytest_yibao.server import ServerProcess
from simulator.demo.access import AccessStory
from simulator.demo.platforms import PlatformsStory
from simulator.demo.teller import StepFailedError, Teller
from simulator.demo.third_party import ThirdPartyStory
from simulator.domain.china_time import CHINA
from yibao_client import ControlClient, World, YibaoError

__all__ = ["run_demo"]

_START = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)


def run_demo(console: Console) -> int:
    """Tell all of it; answers the exit status."""
    teller = Teller(console)
    server = ServerProcess()
    try:
        url = server.start()
        teller.say(f"[bold]yibao-simulator[/] is running on {url} (for this demo alone)")
        with ControlClient(url) as control:
            world = control.create_world("demo", clock={"freeze": _START.isoformat()})
            teller.say(f"World [bold]{world.name}[/]: its own people, clock, policy and inbox.")
            teller.say(f"Its clock stands at {_START:%Y-%m-%d %H:%M}; only we move it.\n")
            _tell(teller, world)
    except (YibaoError, StepFailedError) as error:
        teller.fail(str(error))
    finally:
        server.stop()
    if teller.failed:
        teller.say("\n[red]The demo did not come out as it should.[/]")
        return 1
    teller.say("\n[green]Everything came out as it should.[/] Yours next: yibao-sim serve")
    return 0


def _tell(teller: Teller, world: World) -> None:
    nobody_yet = world.people.several(20, insutype="310", registered=False)
    person = next(each for each in nobody_yet if not any(each.registered.values()))
    teller.say(
        f"One of 1,326,000,000 synthetic people: [bold]{person.name}[/], born "
        f"{person.birth_date}, ID {person.id_number}, phone {person.phone}, insured in "
        f"{person.raw['region_name']}. No account yet.\n"
    )
    with world.national.client() as national, world.local(person).client() as local:
        teller.chapter("The national platform 国家医保服务平台")
        AccessStory(teller, world, person, national).tell()
        teller.chapter(f"The local platform 地方医保服务平台: {person.raw['region_name']}")
        PlatformsStory(teller, world, person, national, local).tell()
    with world.wechat.client() as wechat:
        teller.chapter("A third party 第三方平台: an application on WeChat 微信")
        ThirdPartyStory(teller, world, person, wechat).tell()
