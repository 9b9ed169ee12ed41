# SPDX-License-Identifier: Apache-2.0
"""The project's Markdown pages, and the code blocks in them."""
import dataclasses
import pathlib
import re

FENCE = re.compile(r"^(\s*)(```+|~~~+)\s*([\w+-]*)")
COMMENT = re.compile(r"^\s*<!--\s*(not run|needs|exit|file|shows)\s*:?\s*(.*?)\s*-->\s*$")
PROMPT = "$ "
# What a line of shell begins with: a block of such lines must have prompts, or nobody would run it.
SHELL = re.compile(r"^(sinew|sinew-check|tools/[\w-]+|bench/\w+|build/\S+|sudo|cmake|ninja|ctest|minizinc|apt-get|apt|dpkg|python3?|pip3?|perf|export|cat|printf|"
                   r"sbatch|srun|parallel|docker|podman|man|mkdocs|git|npm)\s")


@dataclasses.dataclass
class Block:
    """A code block: the place of its first line, what the comments before it say, its lines without indentation."""
    page: pathlib.Path
    line: int
    language: str
    marks: dict
    lines: list

    @property
    def place(self):
        return f"{self.page}:{self.line}"

    @property
    def is_console(self):
        return self.language == "console" or self.language == "" and any(line.startswith(PROMPT) for line in self.lines)

    @property
    def is_python(self):
        return any(line.startswith(">>> ") for line in self.lines)

    @property
    def lacks_prompts(self):
        """Shell that no prompt tells from output."""
        if self.is_console or self.is_python:
            return False
        if self.language in ("sh", "bash", "shell"):
            return True
        return self.language == "" and any(SHELL.match(line) for line in self.lines)


def pages_of(root):
    """README.md and the other pages of the top level, and all below docs/, relative to root."""
    top = sorted(page for page in root.glob("*.md"))
    return [page.relative_to(root) for page in top + sorted((root / "docs").rglob("*.md"))]


def _ends_paragraph(line):
    return line == "" or line.lstrip().startswith(("#", "<!--"))


def blocks_of(root, page):
    """Fenced and indented code blocks of a page, in order."""
    lines = (root / page).read_text(encoding="utf-8").splitlines()
    blocks, marks = [], {}
    in_list = False
    i = 0
    while i < len(lines):
        line = lines[i]
        fence = FENCE.match(line)
        comment = COMMENT.match(line)
        if fence:
            indent, mark = len(fence[1]), fence[2]
            first, body = i, []
            i += 1
            while i < len(lines) and not lines[i].strip().startswith(mark):
                body.append(lines[i][min(indent, len(lines[i]) - len(lines[i].lstrip())):])
                i += 1
            if i == len(lines):
                raise SyntaxError(f"{page}:{first + 1}: a fence that does not end")
            blocks.append(Block(page, first + 2, fence[3], marks, body))
            marks = {}
        elif comment:
            marks[comment[1]] = comment[2]
        elif line.startswith("    ") and line.strip() and not in_list and (i == 0 or _ends_paragraph(lines[i - 1])):
            first, body = i, []
            while i < len(lines) and (lines[i].startswith("    ") or not lines[i].strip()):
                body.append(lines[i][4:])
                i += 1
            while body and not body[-1].strip():
                body.pop()
                i -= 1
            blocks.append(Block(page, first + 1, "", marks, body))
            marks = {}
            continue
        elif line.strip():
            if marks:
                raise SyntaxError(f"{page}:{i}: a comment about a block ({', '.join(marks)}) with no block after it")
            if not line.startswith(" "):
                in_list = bool(re.match(r"^([-*+]|\d+[.)])\s", line))
        i += 1
    return blocks


@dataclasses.dataclass
class Command:
    """A command as it is typed (several lines where one ends in a backslash), and what is printed; None: not shown."""
    place: str
    text: str
    output: list


def commands_of(block):
    commands = []
    going_on = False
    for offset, line in enumerate(block.lines):
        if going_on:
            commands[-1].text += "\n" + (line[2:] if line.startswith("> ") else line)
        elif line.startswith(PROMPT):
            commands.append(Command(f"{block.page}:{block.line + offset}", line[len(PROMPT):], []))
        elif commands:
            commands[-1].output.append(line)
        elif line.strip():
            raise SyntaxError(f"{block.page}:{block.line + offset}: output before the first command")
        going_on = bool(commands) and not commands[-1].output and commands[-1].text.endswith("\\")
    for command in commands:
        while command.output and not command.output[-1].strip():
            command.output.pop()
    return commands
