package io.ha4j.linux;

import java.util.Map;

/** The kernel's error numbers by name (asm-generic/errno-base.h and errno.h; x86-64 and aarch64 share them). */
final class Errno {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int ESRCH = 3;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EEXIST = 17;
    static final int ENODEV = 19;
    static final int EMFILE = 24;
    static final int EADDRINUSE = 98;
    static final int EADDRNOTAVAIL = 99;
    static final int ENETDOWN = 100;
    static final int ENOBUFS = 105;
    static final int ECONNRESET = 104;
    static final int ECONNREFUSED = 111;
    static final int EINPROGRESS = 115;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(EPERM, "EPERM (Operation not permitted)"),
            Map.entry(ENOENT, "ENOENT (No such file or directory)"),
            Map.entry(ESRCH, "ESRCH (No such process)"),
            Map.entry(EINTR, "EINTR (Interrupted system call)"),
            Map.entry(5, "EIO (Input/output error)"),
            Map.entry(6, "ENXIO (No such device or address)"),
            Map.entry(9, "EBADF (Bad file descriptor)"),
            Map.entry(EAGAIN, "EAGAIN (Resource temporarily unavailable)"),
            Map.entry(12, "ENOMEM (Cannot allocate memory)"),
            Map.entry(13, "EACCES (Permission denied)"),
            Map.entry(14, "EFAULT (Bad address)"),
            Map.entry(16, "EBUSY (Device or resource busy)"),
            Map.entry(EEXIST, "EEXIST (File exists)"),
            Map.entry(ENODEV, "ENODEV (No such device)"),
            Map.entry(22, "EINVAL (Invalid argument)"),
            Map.entry(23, "ENFILE (Too many open files in system)"),
            Map.entry(EMFILE, "EMFILE (Too many open files)"),
            Map.entry(28, "ENOSPC (No space left on device)"),
            Map.entry(34, "ERANGE (Numerical result out of range)"),
            Map.entry(38, "ENOSYS (Function not implemented)"),
            Map.entry(88, "ENOTSOCK (Socket operation on non-socket)"),
            Map.entry(89, "EDESTADDRREQ (Destination address required)"),
            Map.entry(90, "EMSGSIZE (Message too long)"),
            Map.entry(92, "ENOPROTOOPT (Protocol not available)"),
            Map.entry(93, "EPROTONOSUPPORT (Protocol not supported)"),
            Map.entry(95, "EOPNOTSUPP (Operation not supported)"),
            Map.entry(97, "EAFNOSUPPORT (Address family not supported by protocol)"),
            Map.entry(98, "EADDRINUSE (Address already in use)"),
            Map.entry(EADDRNOTAVAIL, "EADDRNOTAVAIL (Cannot assign requested address)"),
            Map.entry(ENETDOWN, "ENETDOWN (Network is down)"),
            Map.entry(101, "ENETUNREACH (Network is unreachable)"),
            Map.entry(ENOBUFS, "ENOBUFS (No buffer space available)"),
            Map.entry(32, "EPIPE (Broken pipe)"),
            Map.entry(103, "ECONNABORTED (Software caused connection abort)"),
            Map.entry(ECONNRESET, "ECONNRESET (Connection reset by peer)"),
            Map.entry(110, "ETIMEDOUT (Connection timed out)"),
            Map.entry(ECONNREFUSED, "ECONNREFUSED (Connection refused)"),
            Map.entry(113, "EHOSTUNREACH (No route to host)"));

    private Errno() {}

    /** {@code ENODEV (No such device)}; a number that is not in the table stays a number. */
    static String describe(int errno) {
        return NAMES.getOrDefault(errno, "errno " + errno);
    }
}
