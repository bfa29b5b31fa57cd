#!/usr/bin/python3 -S
"""Prints the symbols of an executable that a run touched, in the order in which it first did.

usage: first-touches.py EXECUTABLE <TRACE

TRACE is what `valgrind --tool=lackey --trace-mem=yes` writes about the same executable without its symbols: a line for
each instruction and each access, "I  0576cc0,3" or " L 1ffefff4e0,8", with address and size.
"""
import bisect
import os
import sys


def symbols(executable):
    """Address -> (size, names): linkers fold equal functions into one, which then has several names."""
    found = {}
    for line in os.popen(f"nm --print-size '{executable}'"):
        fields = line.split()
        if len(fields) == 4:
            address, size, _, name = fields
            found.setdefault(int(address, 16), (int(size, 16), []))[1].append(name)
    return found


table = symbols(sys.argv[1])
starts = sorted(table)
end = max(start + size for start, (size, _) in table.items())
seen, printed = set(), set()
for line in sys.stdin:
    if line[:2] not in ("I ", " L", " S", " M"):
        continue  # what valgrind says about itself
    address = int(line[3:].partition(",")[0], 16)
    if address in seen or address >= end:
        continue
    seen.add(address)
    index = bisect.bisect_right(starts, address) - 1
    if index < 0 or address >= starts[index] + table[starts[index]][0]:
        continue
    for name in table[starts[index]][1]:
        # Protocol conformances are many, and scripts/release knows them without being told.
        if name not in printed and not (name.startswith("$s") and name.endswith("Mc")):
            printed.add(name)
            print(name)
