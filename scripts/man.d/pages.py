#!/usr/bin/env python3
"""Writes the manual pages of a program: one for the program and one for each of its commands.

usage: pages.py PROGRAM SUPPLEMENTS FOLDER

What there is to say comes from the program itself (`--experimental-dump-help`, and `--help` for the synopsis).
SUPPLEMENTS/PAGE.man adds sections, in the macros of man(7), to those that are made here.
"""

import json
import os
import re
import subprocess
import sys
import time

SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "FILES", "SIGNALS",
            "NOTES", "EXAMPLES", "SEE ALSO"]
# Sentences of a help text that begin so say which variables stand in for flags.
ABOUT_VARIABLES = "Each flag that is not given"


# ---- text in the language of man(7) ------------------------------------------------------------------------------

def escaped(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...")
    return "".join(c if ord(c) < 128 else f"\\[u{ord(c):04X}]" for c in text)


def line(text):
    """A line that begins with no control character."""
    return "\\&" + text if text[:1] in (".", "'") else text


def prose(text):
    """Text with its flags and variables set off; its hyphens may break lines."""
    def word(match):
        return f"\\fB{escaped(match[0])}\\fR"

    parts = re.split(r"((?<![\w-])--?[A-Za-z][\w-]*|\b[A-Z]{2,}_[A-Z_]*[A-Z](?:=\w+)?)", text)
    return line("".join(word([part]) if i % 2 else escaped(part).replace("\\-", "-") for i, part in enumerate(parts)))


def reference(page):
    """The name of a page, on one line."""
    return "\\%" + escaped(page)


def code(lines):
    return [".PP", ".RS 4", ".EX", *(line(escaped(text)) for text in lines), ".EE", ".RE"]


def synopsis(text):
    """Bold what is typed, italic what stands for something, nothing else."""
    out = []
    for token in re.split(r"(<[^>]+>|[\[\]| ]|\.\.\.)", text.replace("[<options>]", "[<option>] ...")):
        if token.startswith("<"):
            out.append(f"\\fI{escaped(token[1:-1])}\\fR")
        elif token in ("", "[", "]", "|", " ", "..."):
            out.append(token)
        else:
            out.append(f"\\fB{escaped(token)}\\fR")
    return "".join(out)


# ---- parts of a page ---------------------------------------------------------------------------------------------

def described(discussion, sections):
    """Sorts the paragraphs of a help text into sections."""
    for block in re.split(r"\n\n+", discussion.strip()) if discussion else []:
        lines = block.split("\n")
        indented = [text[2:] for text in lines if text.startswith("  ")]
        heading = " ".join(text for text in lines if not text.startswith("  "))
        if heading == "Exit status:":
            for number, meaning in (text.split(None, 1) for text in indented):
                sections["EXIT STATUS"] += [".TP", f".B {number}", line(prose(meaning[0].upper() + meaning[1:] + "."))]
        elif indented:
            sections["EXAMPLES"] += [".PP", prose(heading), *code(indented)]
        else:
            description, variables, rest = heading.partition(ABOUT_VARIABLES)
            for section, text in (("DESCRIPTION", description), ("ENVIRONMENT", variables + rest)):
                if text:
                    sections[section] += [".PP", prose(text.strip())]


def spelled(name):
    return ("-" if name["kind"] in ("short", "longWithSingleDash") else "--") + name["name"]


def option(argument, names):
    """An entry for an argument by all its names, and what it means."""
    value = ""
    if argument["kind"] == "option":
        value = " " + "\\fI" + escaped(argument["valueName"]) + "\\fR"
    if argument["kind"] == "positional":
        head = "\\fI" + escaped(argument["valueName"]) + "\\fR"
    else:
        head = ", ".join(f"\\fB{escaped(name)}\\fR{value}" for name in names)
    text = argument.get("abstract", "")
    body = [prose(text)]
    # Text of its own line in --help's column; here the default is a sentence.
    match = re.fullmatch(r"(.*?)\s*\(default: (.*)\)", text, re.S)
    if match:
        body = [prose(f"{match[1]} Default: {match[2]}.")]
    if "allValues" in argument:
        body.append(prose("One of " + ", ".join(argument["allValues"]) + "."))
    return [".TP", line(head), *body]


def options(arguments):
    """All arguments under the titles of their groups; a flag and its negation are one entry."""
    lines, title = [], None
    shown = [a for a in arguments if a.get("shouldDisplay", True)]
    common = [a for a in shown if a["valueName"] in ("help", "version") and a["kind"] == "flag"]
    grouped = any("sectionTitle" in a for a in shown)
    entries = []
    for argument in [a for a in shown if a not in common] + common:
        names = [spelled(name) for name in argument.get("names", [])]
        if entries and names and names[0].startswith("--no-"):
            positive, known = entries[-1]
            if "--" + names[0][5:] in known and positive.get("abstract") == argument.get("abstract"):
                known += names
                continue
        entries.append((argument, names))
    for argument, names in entries:
        section = argument.get("sectionTitle", "Other")
        if grouped and section != title:
            title = section
            lines.append(f".SS {escaped(title)}")
        lines += option(argument, names)
    return lines


def supplement(path, sections):
    """Adds the sections of a file to those there are."""
    if not os.path.exists(path):
        return
    section = None
    with open(path, encoding="utf-8") as file:
        for text in file.read().splitlines():
            if text.startswith(".SH "):
                section = text[4:].strip('"')
                if section not in SECTIONS:
                    sys.exit(f"{path}: no section {section}; there are {', '.join(SECTIONS)}")
            elif text and not text.startswith('.\\"'):
                sections[section].append(text)


# ---- pages -------------------------------------------------------------------------------------------------------

class Program:
    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path)
        self.tree = json.loads(self.ask("--experimental-dump-help"))["command"]
        if self.tree["commandName"] != self.name:
            sys.exit(f"{path} calls itself {self.tree['commandName']}")
        version = json.loads(self.ask("version"))
        self.version, self.date = version["gitVersion"], version["buildDate"][:10]
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", self.date):
            epoch = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
            self.date = time.strftime("%Y-%m-%d", time.gmtime(epoch))

    def ask(self, *arguments):
        # Whatever terminal this is, the lines are as long as those of a page.
        environment = {"PATH": "/nowhere", "COLUMNS": "80"}
        return subprocess.run([self.path, *arguments], check=True, capture_output=True, text=True,
                              env=environment).stdout

    def pages(self, command=None, path=(), siblings=()):
        """The pages of a command and all below it, as (name, text)."""
        command = command or self.tree
        names = (self.name, *path)
        below = [c for c in command.get("subcommands", [])
                 if c.get("shouldDisplay", True) and c["commandName"] != "help"]
        yield "-".join(names), self.page(command, names, below, siblings)
        for child in below:
            others = ["-".join(names)] + ["-".join((*names, c["commandName"])) for c in below if c is not child]
            yield from self.pages(child, (*path, child["commandName"]), others)

    def page(self, command, names, below, siblings):
        title = "-".join(names)
        sections = {name: [] for name in SECTIONS}
        abstract = command["abstract"].rstrip(".")
        sections["NAME"] = [f"{escaped(title)} \\- {escaped(abstract[0].lower() + abstract[1:])}"]
        usage = re.search(r"USAGE: (.*?)\n\n", self.ask(*names[1:], "--help"), re.S)[1]
        sections["SYNOPSIS"] = [synopsis(" ".join(usage.split()))]
        described(command.get("discussion"), sections)
        for child in below:
            page = reference("-".join((*names, child["commandName"])))
            sections["COMMANDS"] += [".TP", f".BR {page} (8)", prose(child["abstract"])]
        sections["OPTIONS"] = options(command.get("arguments", []))
        supplement(os.path.join(supplements, title + ".man"), sections)
        if not sections["DESCRIPTION"]:
            sections["DESCRIPTION"] = [prose(command["abstract"])]
        # Pages of the same program come first, others are in the supplement.
        near = ["-".join((*names, child["commandName"])) for child in below] + list(siblings)
        pages = [f".BR {reference(name)} (8)" for name in near]
        others = sections["SEE ALSO"]
        sections["SEE ALSO"] = [text + " ," for text in pages] + others
        sections["SEE ALSO"][-1] = sections["SEE ALSO"][-1].removesuffix(" ,")
        text = [f'.\\" Made by scripts/man from what {self.name} says of itself.',
                f'.TH {escaped(title.upper())} 8 {self.date} "{self.name} {self.version}" "LVScare"', ".ad l"]
        for name in SECTIONS:
            lines = sections[name]
            # A section begins with a paragraph anyway.
            if lines and lines[0] == ".PP":
                lines = lines[1:]
            if lines:
                text += [f".SH {name}", *lines]
        return "\n".join(text) + "\n"


program, supplements, folder = sys.argv[1:]
for page, text in Program(program).pages():
    with open(os.path.join(folder, page + ".8"), "w", encoding="ascii") as file:
        file.write(text)
