"""Whether somebody listens at an address already.

gRPC itself takes a Unix socket away from whoever listens there, and of several addresses of one
name it is content with those that are free.
"""

from __future__ import annotations

import errno
import os
import socket

_UNIX = "unix:"


def refuse_taken(address: str) -> None:
    """Check that nobody listens at `HOST:PORT` or `unix:PATH`.

    Raises:
        OSError: somebody does, or the name is none of this machine; says which.
    """
    if address.startswith(_UNIX):
        _refuse_taken_socket(address[len(_UNIX) :])
        return
    host, _, port = address.rpartition(":")
    if port == "0":
        return
    host = host.strip("[]")
    try:
        found = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        told = (address, host, error.args[1])
        raise OSError("cannot listen on %s: there is no host %s (%s)" % told) from None
    for family, kind, protocol, _, place in found:
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                trial.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                trial.bind(place)
            except OSError as error:
                if error.errno == errno.EADDRNOTAVAIL and len(found) > 1:
                    continue  # a machine without IPv6 still has a name for it
                raise OSError("cannot listen on %s: %s" % (address, _reason(error))) from None


def _refuse_taken_socket(path: str) -> None:
    if not os.path.isdir(os.path.dirname(path)):
        raise OSError("cannot listen on %s: there is no folder %s" % (path, os.path.dirname(path)))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        try:
            trial.connect(path)
        except OSError:
            return  # nothing there, or what is left of one that died
    raise OSError("cannot listen on %s: another program does" % path)


def _reason(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "another program does"
    if error.errno == errno.EADDRNOTAVAIL:
        return "it is no address of this machine"
    return error.strerror or str(error)
