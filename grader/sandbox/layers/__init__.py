"""The walls around untrusted code: one file per wall, each usable where the platform has it.

This package is loaded by the fork server, which knows nothing of the grader: it imports the
standard library only. Each wall says by an exception of kind `Missing` that it is not to be had
here; `confine.py` puts them up in the only order in which all of them work.

    kernel.py          system calls that Python has no function for
    trees.py           which folders programs need, and what in them stays hidden
    namespaces.py      an own root, own processes, own network: where the kernel allows it
    privileges.py      another user, no capabilities, no new privileges
    resources.py       memory, processor time, processes, files
    landlock.py        which files may be read and written, for kernels without a root of our own
    syscall_filter.py  system calls that no homework needs: the network, tracing, mounting
    processes.py       ends everything that a program has started
    libraries.py       keeps packages within reach of a user who may not enter their folder
    confine.py         all of them in order, and which ones are on
"""
