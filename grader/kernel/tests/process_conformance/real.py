"""Real processes that make one call a line, for the test `process_conformance`.

Its arguments are the path of a socket, and what the names of semaphores begin with. For each line `program` of its standard input it forks the
first process of a program, and for `end PID...` it ends these and waits for all that is left.
Each process of a program connects to the socket, says its number, and then answers each line with
the signals that it has handled before, and with what the call gave.
"""

import ctypes
import mmap
import os
import signal
import socket
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36
FLAGS = {"nocldstop": 1, "nocldwait": 2, "restart": 0x10000000, "resethand": 0x80000000}

handled = set()
# Descriptors, by their numbers in the simulated kernel.
descriptors = {}
# Semaphores that are open, in the order in which they were opened.
semaphores = []
# What all processes of a program share: a mutex that is robust, and one that is not.
shared = mmap.mmap(-1, mmap.PAGESIZE)
MUTEXES = [ctypes.c_char.from_buffer(shared, place) for place in (0, 128)]
SEMAPHORE_NAMES = ("a", "b")

LIBC.sem_open.restype = ctypes.c_void_p


class Sigaction(ctypes.Structure):
    """`struct sigaction` of glibc."""

    _fields_ = [
        ("handler", ctypes.c_void_p),
        ("mask", ctypes.c_ulong * 16),
        ("flags", ctypes.c_uint),
        ("restorer", ctypes.c_void_p),
    ]


def checked(result):
    """The result of a function of C, which says -1 for an error."""
    if result == -1:
        raise OSError(ctypes.get_errno(), "")
    return result


def sigset(numbers):
    """A `sigset_t`."""
    words = (ctypes.c_ulong * 16)()
    for number in numbers:
        words[0] |= 1 << (int(number) - 1)
    return words


def sigaction(number, disposition, *flags):
    number = int(number)
    if disposition == "handle":
        signal.signal(number, lambda number, _: handled.add(number))
    else:
        signal.signal(number, signal.SIG_IGN if disposition == "ignore" else signal.SIG_DFL)
    # The handler is Python's; the flags are ours.
    action = Sigaction()
    checked(LIBC.sigaction(number, None, ctypes.byref(action)))
    action.flags &= ~sum(FLAGS.values())
    action.flags |= sum(FLAGS[flag] for flag in flags)
    checked(LIBC.sigaction(number, ctypes.byref(action), None))


def wait(pid, options):
    # Python's own functions make an interrupted call again; these do not.
    status = ctypes.c_int()
    pid = checked(LIBC.waitpid(int(pid), ctypes.byref(status), int(options)))
    return f"{pid} {status.value if pid else 0}"


def pipe(reads, writes):
    descriptors[reads], descriptors[writes] = os.pipe()


def read(fd):
    one = ctypes.create_string_buffer(1)
    return checked(LIBC.read(descriptors[fd], one, 1))


def write(fd):
    return checked(LIBC.write(descriptors[fd], b"x", 1))


def close(fd):
    os.close(descriptors.pop(fd))


def sem_open(name, flags, value):
    name = (sys.argv[2] + name).encode()
    semaphore = LIBC.sem_open(name, int(flags), 0o600, ctypes.c_uint(int(value)))
    if semaphore is None:
        raise OSError(ctypes.get_errno(), "")
    semaphores.append(ctypes.c_void_p(semaphore))


def sem_getvalue(place):
    value = ctypes.c_int()
    checked(LIBC.sem_getvalue(semaphores[int(place)], ctypes.byref(value)))
    return value.value


def init_mutexes():
    for robust, mutex in zip((1, 0), MUTEXES):
        attributes = ctypes.create_string_buffer(64)
        LIBC.pthread_mutexattr_init(attributes)
        LIBC.pthread_mutexattr_setpshared(attributes, 1)
        LIBC.pthread_mutexattr_setrobust(attributes, robust)
        ctypes.memset(ctypes.byref(mutex), 0, 128)
        LIBC.pthread_mutex_init(ctypes.byref(mutex), attributes)


def of_mutex(name):
    """A function of mutexes, which gives its error as a result."""
    function = getattr(LIBC, "pthread_mutex_" + name)

    def call(place):
        errno = function(ctypes.byref(MUTEXES[int(place)]))
        if errno:
            raise OSError(errno, "")

    return call


def set_mask(*numbers):
    signal.pthread_sigmask(signal.SIG_SETMASK, [int(number) for number in numbers])


def pending():
    return " ".join(str(int(number)) for number in sorted(signal.sigpending()))


CALLS = {
    "exit": lambda status: os._exit(int(status)),
    "kill": lambda pid, number: checked(LIBC.kill(int(pid), int(number))),
    "sigaction": sigaction,
    "set_mask": set_mask,
    "pending": pending,
    "sigwait": lambda *numbers: checked(LIBC.sigwaitinfo(sigset(numbers), None)),
    "wait": wait,
    "setpgid": lambda pid, group: os.setpgid(int(pid), int(group)),
    "getpgid": lambda pid: os.getpgid(int(pid)),
    "setsid": os.setsid,
    "getsid": lambda pid: os.getsid(int(pid)),
    "subreaper": lambda on: checked(LIBC.prctl(PR_SET_CHILD_SUBREAPER, int(on))),
    "pipe": pipe,
    "read": read,
    "write": write,
    "close": close,
    "sem_open": sem_open,
    "sem_getvalue": sem_getvalue,
    "sem_post": lambda place: checked(LIBC.sem_post(semaphores[int(place)])),
    "sem_wait": lambda place: checked(LIBC.sem_wait(semaphores[int(place)])),
    "sem_trywait": lambda place: checked(LIBC.sem_trywait(semaphores[int(place)])),
    "sem_close": lambda place: checked(LIBC.sem_close(semaphores.pop(int(place)))),
    "sem_unlink": lambda name: checked(LIBC.sem_unlink((sys.argv[2] + name).encode())),
    "lock": of_mutex("lock"),
    "trylock": of_mutex("trylock"),
    "unlock": of_mutex("unlock"),
    "consistent": of_mutex("consistent"),
}
# What says 0, or its own number, and means nothing by it.
SILENT = ("kill", "setsid", "subreaper", "sem_post", "sem_wait", "sem_trywait", "sem_close", "sem_unlink")


def serve(path):
    """A process of a program. It ends when its connection does."""
    handled.clear()
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    connection.sendall(f"{os.getpid()}\n".encode())
    while True:
        try:
            line = connection.recv(4096).decode()
        except ConnectionResetError:
            line = ""
        if not line:
            os._exit(0)
        before = " ".join(str(number) for number in sorted(handled))
        handled.clear()
        name, *arguments = line.split()
        if name == "fork":
            pid = os.fork()
            if pid == 0:
                connection.close()
                return serve(path)
            result = pid
        else:
            try:
                result = CALLS[name](*arguments)
            except OSError as error:
                result = f"error {error.errno}"
        if result is None or name in SILENT and isinstance(result, int):
            result = ""
        try:
            connection.sendall(f"{before}|{result}\n".encode())
        except BrokenPipeError:
            os._exit(0)


def first(path):
    """The first process of a program."""
    os.setsid()
    init_mutexes()
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1)
    # Python changes some of them, and so does a shell for what it runs in the background.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for number in range(1, 32):
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_DFL)
    serve(path)


def main():
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1)
    # No core file is written, which its parent would be told of.
    LIBC.prctl(PR_SET_DUMPABLE, 0)
    for line in sys.stdin:
        name, *pids = line.split()
        if name == "program":
            if os.fork() == 0:
                first(sys.argv[1])
        else:
            for pid in pids:
                try:
                    os.kill(int(pid), signal.SIGKILL)
                except ProcessLookupError:
                    pass
            try:
                while True:
                    os.wait()
            except ChildProcessError:
                for name in SEMAPHORE_NAMES:
                    LIBC.sem_unlink((sys.argv[2] + name).encode())
                print("ended", flush=True)


main()
