"""`atoll api …`: serves a location. All of the command line where there is no host (`entry`)."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import os
import sys
from typing import Any, List, Optional

from atoll_supervisor.address import refuse_taken
from atoll_supervisor.console import Console
from atoll_supervisor.server import KEEP_OUTPUT_DAYS, Server, StateInUse
from atoll_supervisor.shutdown import Signals, come_to_rest, shutdown_grace_s
from atoll_supervisor.target import default_name
from atoll_wire.carrier import HEALTH, SERVING, load_grpc
from atoll_wire.keys import location_folder
from atoll_wire.messages import Target

OK, USAGE, UNREACHABLE = 0, 2, 5
_NO_GRPC = "this needs grpcio; install it: pip install 'atoll[grpc]'"
_LONGEST_SOCKET = 107


def without_host(arguments: List[str]) -> int:
    """The command line of an environment that has no host; returns the exit code."""
    if arguments[:1] == ["api"]:
        return api(arguments[1:])
    asked = "`atoll %s`" % arguments[0] if arguments else "All but `atoll api`"
    told = "%s needs the host; install it: pip install atoll-server\n" % asked
    sys.stderr.write("This environment has `atoll api grpc` and `api grpc-health-check`.\n" + told)
    return USAGE


def api(arguments: List[str]) -> int:
    """`atoll api grpc` and `atoll api grpc-health-check`; returns the exit code."""
    try:
        options = _parser().parse_args(arguments)
        code: int = options.run(options)
    except SystemExit as ended:  # argparse has said why
        return ended.code if isinstance(ended.code, int) else USAGE
    except _Refused as refused:
        sys.stderr.write("Error: %s\n" % refused)
        return USAGE
    return code


class _Refused(Exception):
    """What was asked for cannot be; says why and what to do."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("atoll api", description="Serve a code location.")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command")
    commands.required = True
    _add_grpc(commands)
    _add_health_check(commands)
    return parser


def _add_grpc(commands: Any) -> None:
    about = "Serve one code location by gRPC, for hosts that name it in workspace.yaml."
    grpc = commands.add_parser("grpc", help=about, description=about, add_help=False)
    grpc.set_defaults(run=_serve)
    grpc.add_argument("--help", action="help", help="Show this message and exit.")
    _add_code(grpc)
    where = grpc.add_argument_group("where to listen")
    where.add_argument("-h", "--host", default="localhost", help="Address (localhost).")
    where.add_argument("-p", "--port", type=int, help="Port; 0: any free one.")
    where.add_argument("-s", "--socket", help="Path of a Unix socket, instead of a port.")
    where.add_argument(
        "--insecure", action="store_true", help="Listen beyond this machine without a login."
    )
    grpc.add_argument(
        "--state-dir",
        help="Folder for journals and output; must stay the same when the server is started "
        "again (ATOLL_HOME/servers/LOCATION).",
    )
    grpc.add_argument(
        "--keep-output-days",
        type=_days,
        default=KEEP_OUTPUT_DAYS,
        metavar="N",
        help="Days for which what runs have printed is kept after them; 0: for ever (%(default)g).",
    )


def _add_code(grpc: Any) -> None:
    """What is served, and how it is run."""
    code = grpc.add_argument_group("what to serve").add_mutually_exclusive_group(required=True)
    code.add_argument("-m", "--module-name", help="A module that holds Definitions.")
    code.add_argument("-f", "--python-file", help="A file that holds Definitions.")
    code.add_argument("--package-name", help="A package that holds them.")
    code.add_argument("--autoload-defs-module-name", help="A package all of whose modules do.")
    grpc.add_argument("-a", "--attribute", help="Name of the Definitions.")
    grpc.add_argument("-d", "--working-directory", help="Where the code runs (here).")
    grpc.add_argument("--location-name", help="Name for people; hosts give it their own.")
    grpc.add_argument(
        "--worker",
        choices=["auto", "fork", "spawn", "pool"],
        default="auto",
        help="How workers are made (auto: forks where a trial shows that to be safe).",
    )
    grpc.add_argument(
        "--compat",
        choices=["on", "off"],
        default="on",
        help="Whether Atoll serves `import dagster`; off: the installed one (%(default)s).",
    )
    grpc.add_argument(
        "--load-timeout",
        type=float,
        default=Target.load_timeout_s,
        metavar="S",
        help="Seconds after which a load counts as failed (%(default)g).",
    )


def _days(text: str) -> float:
    days = float(text)
    if not 0 <= days < 1e6:
        raise argparse.ArgumentTypeError("is a number of days, 0 or more")
    return days


def _add_health_check(commands: Any) -> None:
    about = "Ask a server whether it is there: exit code 0, or 5 if it is not."
    health = commands.add_parser("grpc-health-check", help=about, description=about, add_help=False)
    health.set_defaults(run=_check_health)
    health.add_argument("--help", action="help", help="Show this message and exit.")
    health.add_argument("-h", "--host", default="localhost", help="Host of the server (localhost).")
    health.add_argument("-p", "--port", type=int, help="Its port.")
    health.add_argument("-s", "--socket", help="Or its Unix socket.")
    health.add_argument("--use-ssl", action="store_true", help="Speak TLS.")
    health.add_argument(
        "--timeout", type=float, default=5.0, metavar="S", help="Seconds to wait (%(default)g)."
    )


def _address(options: argparse.Namespace) -> str:
    if (options.port is None) == (options.socket is None):
        raise _Refused("name where it listens: either --port PORT or --socket PATH")
    if options.socket is not None:
        path = os.path.abspath(os.path.expanduser(options.socket))
        if len(os.fsencode(path)) > _LONGEST_SOCKET:
            raise _Refused(
                "the path of a socket has at most %d bytes: %s" % (_LONGEST_SOCKET, path)
            )
        return "unix:%s" % path
    if not 0 <= options.port <= 65535:
        raise _Refused("a port is a number up to 65535, not %d" % options.port)
    host = "[%s]" % options.host if ":" in options.host else options.host
    return "%s:%d" % (host, options.port)


def _target(options: argparse.Namespace) -> Target:
    given = (
        ("module", options.module_name),
        ("file", options.python_file),
        ("package", options.package_name),
        ("autoload", options.autoload_defs_module_name),
    )
    kind, name = next((kind, name) for kind, name in given if name)
    if kind == "file":
        name = os.path.abspath(os.path.expanduser(name))
        if os.path.isdir(name):
            raise _Refused("%s is a folder; name a .py file, or --package-name" % name)
        if not os.path.isfile(name):
            raise _Refused("there is no file %s" % name)
    folder = os.path.abspath(os.path.expanduser(options.working_directory or os.getcwd()))
    if not os.path.isdir(folder):
        raise _Refused("-d %s: there is no such folder" % options.working_directory)
    return Target(
        kind,
        name,
        options.attribute,
        folder,
        worker=options.worker,
        load_timeout_s=options.load_timeout,
        compat=options.compat == "on",
    )


def _serve(options: argparse.Namespace) -> int:
    address, target = _address(options), _target(options)
    if options.socket is None and not options.insecure and not _is_loopback(options.host):
        raise _Refused(
            "%s can be reached from other machines, and whoever reaches it may run your code; "
            "leave --host out, or say --insecure if that is what you want" % options.host
        )
    try:
        from atoll_supervisor.grpc_carrier import GrpcCarrier
    except ImportError as error:
        if error.name != "grpc":
            raise
        raise _Refused(_NO_GRPC) from None
    try:
        grace_s = shutdown_grace_s(os.environ)
    except ValueError as error:
        raise _Refused(str(error)) from None
    name = options.location_name or default_name(target)
    state_dir = options.state_dir or _default_state_dir(name)

    async def serve() -> int:
        console = Console(name)
        try:
            refuse_taken(address)
            server = Server(name, state_dir, target, console, options.keep_output_days)
            carrier = GrpcCarrier(server, address)
        except StateInUse as error:
            raise _Refused("%s; give one of them another --state-dir" % error) from None
        except OSError as error:
            raise _Refused(str(error)) from None
        signals = Signals()
        await carrier.start()
        if options.socket is not None:
            os.chmod(address[len("unix:") :], 0o600)
        shown = address if options.socket else "%s:%d" % (options.host, carrier.port)
        console.say("serving location %s at %s, state in %s" % (name, shown, state_dir))
        server.start()
        await signals.asked.wait()
        await carrier.stop()
        await come_to_rest(server, console, signals.hurry, grace_s)
        await server.close()
        return OK

    return asyncio.run(serve())


def _default_state_dir(name: str) -> str:
    home = os.path.abspath(os.path.expanduser(os.environ.get("ATOLL_HOME") or ".atoll"))
    os.makedirs(home, mode=0o700, exist_ok=True)
    ignore = os.path.join(home, ".gitignore")
    if not os.path.exists(ignore):
        with open(ignore, "w") as file:
            file.write("*\n")
    return os.path.join(home, "servers", location_folder(name))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_health(options: argparse.Namespace) -> int:
    address = _address(options)
    try:
        grpc = load_grpc()
    except ImportError:
        raise _Refused(_NO_GRPC) from None
    problem: Optional[str] = None
    channel = (
        grpc.secure_channel(address, grpc.ssl_channel_credentials())
        if options.use_ssl
        else grpc.insecure_channel(address)
    )
    with channel:
        try:
            answer = channel.unary_unary(HEALTH)(b"", timeout=options.timeout)
            if answer != SERVING:
                problem = "it does not serve"
        except grpc.RpcError as error:
            problem = "%s" % error.details()
    if problem is None:
        sys.stdout.write("%s serves\n" % address)
        return OK
    sys.stderr.write("%s is not healthy: %s\n" % (address, problem))
    return UNREACHABLE
