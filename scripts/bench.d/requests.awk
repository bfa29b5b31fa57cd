# Reads what strace wrote about a daemon that has nothing to do, and prints one line for scripts/bench.d/table:
# system calls, of these readings of the clock (which cost no system call where the kernel has a vDSO for it),
# passes (each asks for the service once), netlink requests that only read, all other writing of any kind.

# Lines about signals and ends of processes are no calls; a call that was interrupted is told on two lines.
!/^[0-9]+ +[a-z_0-9]+\(/ { next }
{ calls++ }
/^[0-9]+ +clock_gettime\(/ { clock++ }
/^[0-9]+ +send(to|msg)\(/ {
    if (/nlmsg_type=IPVS.*\}, "\\x04/) { passes++; reads++ }      # IPVS_CMD_GET_SERVICE
    else if (/nlmsg_type=IPVS.*\}, "\\x08/) reads++               # IPVS_CMD_GET_DEST
    else if (/nlmsg_type=RTM_GET/) reads++
    else writes++
}
# A thread that wakes the loop (eventfd(2)) writes nothing.
/^[0-9]+ +write\([0-9]+, "\\1\\0\\0\\0\\0\\0\\0\\0", 8\)/ { next }
/^[0-9]+ +p?write[v0-9]*\(/ || /^[0-9]+ +open(at)?\(.*O_(WRONLY|RDWR|CREAT)/ { writes++ }

END { print calls + 0, clock + 0, passes + 0, reads + 0, writes + 0 }
