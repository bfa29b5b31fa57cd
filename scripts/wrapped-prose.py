#!/usr/bin/env python3
"""Names the lines of prose in Markdown files that are longer than 120 characters; code, tables and links are none.

usage: scripts/wrapped-prose.py FILE...
"""
import sys

LIMIT = 120


def long_lines(path):
    """Numbers of the lines that could be wrapped and are not."""
    fenced = False
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if line.startswith("```"):
                fenced = not fenced
            is_prose = not fenced and not line.startswith("    ") and not line.lstrip().startswith("|")
            if is_prose and len(line) > LIMIT and " " in line.strip()[: LIMIT - 1]:
                yield number


complaints = [f"{path}:{number}: longer than {LIMIT} characters" for path in sys.argv[1:] for number in long_lines(path)]
print("\n".join(complaints), end="\n" if complaints else "")
sys.exit(1 if complaints else 0)
