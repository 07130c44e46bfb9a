"""Run a program that dies with its parent: `python -S -E die_with_parent.py PARENT SIGNAL UID:GID|- PROGRAM ARGS...`.

Linux sends the named signal to this process when the thread that started it ends, however it ends; so `kill -9`
of a worker leaves no ffmpeg behind. The flag survives exec, and a launcher avoids `preexec_fn`, which can
deadlock in a process with threads. Elsewhere than on Linux the program is simply run.

With UID:GID the program runs as that user. The switch happens here because the interpreter may lie where that user
cannot reach, and before the flag is set because a change of user clears it.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def main() -> None:
    parent, signal_number, user, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:]
    if user != "-":
        uid, gid = (int(part) for part in user.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
        os.chdir("/")
    if sys.platform == "linux":
        if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0) != 0:
            sys.exit(f"die_with_parent: prctl failed: {os.strerror(ctypes.get_errno())}")
        if os.getppid() != parent:  # the parent died before the flag was set
            sys.exit(f"die_with_parent: the parent process {parent} is gone")
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.exit(f"die_with_parent: {command[0]}: {error.strerror}")


main()
