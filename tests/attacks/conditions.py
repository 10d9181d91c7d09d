"""Places to grade in, as far as one machine can imitate them: a container, an ordinary user.

    python -m tests.attacks.conditions container COMMAND…

starts a command as root with the capabilities and the system calls that Docker's default profile
leaves; ``user`` as a user without any. Both need root.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from grader.sandbox.layers import namespaces, syscall_filter

CAPABILITIES = (
    "chown,dac_override,fowner,fsetid,kill,setgid,setuid,setpcap,net_bind_service,net_raw,"
    "sys_chroot,mknod,audit_write,setfcap"
).split(",")
"""What Docker leaves to root in a container."""

FORBIDDEN = (
    "unshare setns mount umount2 pivot_root fsopen fsconfig fsmount fspick move_mount open_tree "
    "mount_setattr open_by_handle_at bpf perf_event_open keyctl add_key request_key userfaultfd "
    "io_uring_setup io_uring_enter io_uring_register init_module finit_module delete_module "
    "kexec_load reboot swapon swapoff settimeofday clock_settime acct quotactl lookup_dcookie"
).split()

ORDINARY = 41_234
"""An id that nobody has."""


def enter_container() -> None:
    """Become what root is inside a container of Docker's."""
    rules = [*syscall_filter._refused(FORBIDDEN, errno.EPERM),
             *syscall_filter._refused(["clone3"], errno.ENOSYS)]  # fmt: skip
    new = [syscall_filter._argument(0), syscall_filter._step(0x45, 0x7E020000, 0, 1)]
    rules += syscall_filter._when("clone", new)
    start, end = syscall_filter.program()[:6], syscall_filter.program()[-1:]
    syscall_filter.install([*start, *rules, *end])
    kept = ",".join(f"+{name}" for name in CAPABILITIES)
    os.execvp(
        "setpriv", ["setpriv", f"--bounding-set=-all,{kept}", "--inh-caps=-all", *sys.argv[2:]]
    )


def become_ordinary() -> None:
    """Become a user who has nothing, on a machine whose Python everybody may run."""
    namespaces.call("unshare", namespaces.NEW_MOUNTS)
    namespaces.mount("none", "/", "", namespaces.RECURSIVE | namespaces.PRIVATE)
    _open_up(Path(sys.base_prefix))
    options = [f"--reuid={ORDINARY}", f"--regid={ORDINARY}", "--clear-groups", "--inh-caps=-all"]
    os.environ["HOME"] = "/tmp"
    os.execvp("setpriv", ["setpriv", *options, *sys.argv[2:]])


def _open_up(prefix: Path) -> None:
    """Put an interpreter that lies in root's closed home where everybody may enter."""
    closed = [folder for folder in prefix.parents if not folder.stat().st_mode & 0o001]
    if not closed:
        return
    place = os.open(prefix, os.O_PATH)
    namespaces.mount("tmpfs", str(closed[-1]), "tmpfs", 0, "mode=755")
    prefix.mkdir(parents=True)
    namespaces.mount(f"/proc/self/fd/{place}", str(prefix), "", namespaces.BIND)


CONDITIONS = {"container": enter_container, "user": become_ordinary}


def command(condition: str, *words: str) -> list[str]:
    """The command line that runs `words` under a condition; ``as-is`` is none."""
    if condition == "as-is":
        return list(words)
    return [sys.executable, "-m", "tests.attacks.conditions", condition, *words]


if __name__ == "__main__":
    CONDITIONS[sys.argv[1]]()
