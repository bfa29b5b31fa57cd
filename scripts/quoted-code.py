"""Checks that the code in the documentation is that of programs and tests which are compiled and run.

usage: quoted-code.py DOCUMENT... -- SOURCE...

In Markdown, what counts is each block that is marked as Swift; in Swift, the indented blocks of documentation comments. Such a
block has to be found in one piece in one of the sources, at any indentation.
"""
import re
import sys
import textwrap
from pathlib import Path


def blocks(path):
    """The line numbers and texts of the code in a document."""
    code, start, fence = [], 0, None
    for number, line in enumerate(path.read_text().splitlines() + [""], 1):
        if path.suffix == ".swift":
            comment = re.match(r" *///(.*)", line)
            # An empty line belongs to the block as long as code follows.
            inside = comment and (comment[1].startswith("     ") or (code and not comment[1].strip()))
            line = comment[1] if comment else ""
        else:
            opens = fence is None and line.startswith("```")
            closes = fence is not None and line.startswith("```")
            inside = fence == "swift" and not closes
            fence = line[3:].strip() if opens else None if closes else fence
        if inside:
            start = start or number
            code.append(line)
        elif code:
            yield start, normal(code)
            code, start = [], 0


def normal(lines):
    return [line.rstrip() for line in textwrap.dedent("\n".join(lines)).strip("\n").splitlines()]


def is_quoted(block, lines):
    return any(normal(lines[at : at + len(block)]) == block for at in range(len(lines) - len(block) + 1))


names = sys.argv[1:]
documents, sources = names[: names.index("--")], names[names.index("--") + 1 :]
known = [Path(name).read_text().splitlines() for name in sources]
count, status = 0, 0
for name in documents:
    for number, block in blocks(Path(name)):
        while block and not block[-1]:
            block.pop()
        count += 1
        if not any(is_quoted(block, lines) for lines in known):
            print(f"{name}:{number}: this code is in none of the examples")
            status = 1
if count == 0:
    sys.exit("quoted-code.py: there is no code to check")
sys.exit(status)
