"""The private Redis of an instance: cache, throttles and the queue of the workers."""

from __future__ import annotations

import socket

from dev.instance import Instance, write_private
from dev.processes import Child, Family, wait_until_ready


def start_redis(family: Family, instance: Instance) -> Child:
    """Starts Redis and waits until it answers with our password."""
    data = instance.folder / "redis"
    data.mkdir(exist_ok=True)
    settings = instance.folder / "redis.conf"
    lines = [
        "bind 127.0.0.1",
        f"port {instance.ports['redis']}",
        f"requirepass {instance.secrets['redis']}",
        f'dir "{data}"',
        "daemonize no",
        'save ""',
        f"appendonly {'no' if instance.is_throwaway else 'yes'}",
        "maxmemory-policy noeviction",
    ]
    write_private(settings, "\n".join(lines) + "\n")
    child = family.start(
        "Redis", ["redis-server", str(settings)], log=instance.folder / "redis.log"
    )
    wait_until_ready(lambda: _answers(instance), child)
    return child


def _answers(instance: Instance) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", instance.ports["redis"]), 1) as link:
            link.sendall(f"AUTH {instance.secrets['redis']}\r\nPING\r\n".encode())
            answer = b""
            while part := link.recv(64):
                answer += part
                if b"+PONG" in answer:
                    return True
    except OSError:
        pass
    return False
