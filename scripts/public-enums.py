#!/usr/bin/env python3
"""Names the public enums of the library products that do not say whether they grow.

usage: scripts/public-enums.py

An enum with cases is `@nonexhaustive` if a release may add a case, and `@frozen` if nature or a protocol closes it. The
libraries are those of Package.swift, and LVSCareModel, which LVSCare re-exports.
"""
import re
import sys
from pathlib import Path

CHOICES = ("@nonexhaustive", "@frozen")


def undecided(path):
    """Lines and names of the public enums with cases of a file that have neither attribute."""
    lines = path.read_text().splitlines()
    for index, line in enumerate(lines):
        enum = re.match(r"( *)(?:@\w+ )*public (?:indirect )?enum (\w+)", line)
        if not enum:
            continue
        end = next(number for number in range(index + 1, len(lines)) if lines[number].startswith(enum[1] + "}"))
        has_cases = any(re.match(enum[1] + "    (?:indirect )?case ", inner) for inner in lines[index + 1 : end])
        attributes = [line] + [before for before in lines[max(0, index - 2) : index] if before.strip().startswith("@")]
        if has_cases and not any(choice in attribute for choice in CHOICES for attribute in attributes):
            yield index + 1, enum[2]


products = re.findall(r'\.library\(name: "(\w+)"', Path("Package.swift").read_text())
files = [path for name in [*products, "LVSCareModel"] for path in sorted(Path("Sources", name).rglob("*.swift"))]
complaints = [
    f"{path}:{line}: public enum {name} is neither {' nor '.join(CHOICES)}"
    for path in files
    for line, name in undecided(path)
]
print("\n".join(complaints), end="\n" if complaints else "")
sys.exit(1 if complaints or not files else 0)
