#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every command of the project's pages and compares what is printed with what the page shows.

    run_commands.py SINEW SOURCE-TREE [--build FOLDER] [PAGE...]

A page is one session of a shell in a folder of its own, with copies of inputs/ and of what a user has of tools/. A block of commands has a prompt
("$ ") before each; lines after a command are its output, and where there are none the output is not compared. In an output "…" stands for any text
on its line, and alone on a line for any lines; times are not compared. Comments before a block say what is special about it:

    <!-- not run: WHY -->       counted, and told at the end
    <!-- needs: PROGRAM -->     run where this program (or "python: MODULE") is installed
    <!-- exit: 2 -->            its commands may end with this status beside 0; else only "$ echo $?" after a command allows a failure
    <!-- file: NAME -->         no commands: the block is written to this file of the session
    <!-- shows: NAME -->        no commands: every line of the block is a line of this file of the source tree
"""
import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import pages  # noqa: E402

BEGIN, END = "\x1eBEGIN", "\x1fEND"


@dataclasses.dataclass
class Tally:
    """What became of a page: commands that ran, blocks that did not, and what is wrong."""
    ran: int = 0
    marked: list = dataclasses.field(default_factory=list)
    skipped: list = dataclasses.field(default_factory=list)
    complaints: list = dataclasses.field(default_factory=list)


def without_times(lines):
    """Times as one and the same text: "0.12 s", the decimals behind "seconds: ", numbers with three or four decimals in a table with a column "seconds"."""
    result, table = [], False
    for line in lines:
        line = line.rstrip()
        if "seconds" in line.split():
            table = True
        elif not line:
            table = False
        elif table:
            line = re.sub(r"(?<=\s)\d+\.\d{3,4}(?!\d)", "TIME", line)
        head, found, times = line.partition("seconds: ")
        if found:
            line = head + found + re.sub(r"\d+(\.\d+)?", "TIME", times)
        result.append(re.sub(r"\b\d+(\.\d+)? (s|seconds|ms)\b", "TIME", line))
    return result


def agree(shown, printed):
    """Whether what was printed is what the page shows."""
    pattern = ""
    for line in without_times(shown):
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(re.escape(part) for part in line.split("…")) + r"\n"
    return re.fullmatch(pattern, "".join(line + "\n" for line in without_times(printed))) is not None


class Session:
    """A folder in which the commands of one page run."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.root = arguments.root
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sinew-docs-"))
        shutil.copytree(self.root / "inputs", self.folder / "inputs")
        shutil.copytree(self.root / "docs/examples", self.folder / "docs/examples")
        for tools in ("tools", "bin"):
            (self.folder / tools).mkdir()
            (self.folder / tools / "sinew").symlink_to(arguments.sinew)
            (self.folder / tools / "sinew-check").symlink_to(arguments.sinew.with_name("sinew-check"))
        (self.folder / "tools/vnncomp").symlink_to(self.root / "tools/vnncomp")
        minizinc = self.folder / "tools/minizinc"
        minizinc.write_text(f'#!/bin/bash\nexec minizinc -I "{self.root}/share/minizinc/neurons" "$@"\n')
        minizinc.chmod(0o755)
        self.environment = {
            "PATH": f"{self.folder}/bin:/usr/local/bin:/usr/bin:/bin", "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "TERM": "dumb",
            "PYTHONPATH": f"{arguments.build}/python", "PYTHONDONTWRITEBYTECODE": "1", "MZN_SOLVER_PATH": f"{arguments.build}/minizinc",
            # Programs of the sanitizer build need these; nothing else of the caller's environment is seen.
            **{name: value for name, value in os.environ.items() if name.startswith(("ASAN", "UBSAN", "LSAN"))}}

    def close(self):
        shutil.rmtree(self.folder)

    def has(self, needed):
        kind, _, module = needed.partition(":")
        if kind == "python" and module:
            return subprocess.run(["/usr/bin/python3", "-c", f"import {module.strip()}"], env=self.environment, cwd=self.folder,
                                  stderr=subprocess.DEVNULL, check=False).returncode == 0
        return shutil.which(needed, path=self.environment["PATH"]) is not None

    def finish(self, words, text=None):
        """What a program prints. All that it started is ended with it, and after its time."""
        program = subprocess.Popen(words, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL if text is None else subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            return program.communicate(text, timeout=self.arguments.seconds)[0]
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, signal.SIGKILL)
            return program.communicate()[0]

    def run(self, commands):
        """Status and printed lines of each command; fewer where the shell ended before."""
        script = ""
        for text in commands:
            script += f"printf '%s\\n' '{BEGIN}'; (exit ${{__status:-0}})\n{text}\n__status=$?; printf '\\n%s %d\\n' '{END}' $__status\n"
        path = self.folder / ".session"
        path.write_text(script, encoding="utf-8")
        printed = self.finish(["/bin/bash", "--norc", str(path)])
        answers = []
        for part in printed.decode("utf-8", "replace").split(BEGIN + "\n")[1:]:
            output, found, rest = part.rpartition("\n" + END + " ")
            if not found:
                break
            lines = output.split("\n")
            answers.append((int(rest.split()[0]), lines[:-1] if lines[-1] == "" else lines))
        return answers


def prepare(session, blocks, tally):
    """The console commands that are to run, with the statuses that are allowed; files are written as the session comes to them."""
    steps = []
    for block in blocks:
        if "shows" in block.marks:
            there = {line.strip() for line in (session.root / block.marks["shows"]).read_text(encoding="utf-8").splitlines()}
            for line in block.lines:
                if line.strip() and line.strip() not in there:
                    tally.complaints.append(f"{block.place}: not a line of {block.marks['shows']}: {line}")
        elif "file" in block.marks:
            quoted = "\n".join(block.lines)
            name = block.marks["file"]
            steps.append((None, f"mkdir -p \"$(dirname '{name}')\"; cat > '{name}' <<'END-OF-THE-BLOCK'\n{quoted}\nEND-OF-THE-BLOCK", set()))
        elif "not run" in block.marks:
            if not block.marks["not run"]:
                tally.complaints.append(f"{block.place}: 'not run' without a reason")
            tally.marked.append(f"{block.place}: {block.marks['not run']}")
        elif block.lacks_prompts:
            tally.complaints.append(f"{block.place}: commands without prompts ('$ '): nobody would run them")
        elif block.is_console or block.is_python:
            if "needs" in block.marks and not session.has(block.marks["needs"]):
                tally.skipped.append(f"{block.place}: no {block.marks['needs']}")
            elif block.is_console:
                allowed = {int(status) for status in block.marks.get("exit", "").replace(",", " ").split()}
                steps += [(command, command.text, allowed) for command in pages.commands_of(block)]
            elif block.page != pathlib.Path("docs/python.md"):  # that page has a test of its own
                steps.append((block, None, set()))
    return steps


def run_python(session, block, tally):
    """A block of Python's prompts, as doctest reads it."""
    program = ("import doctest, sys; test = doctest.DocTestParser().get_doctest(sys.stdin.read(), {}, sys.argv[1], sys.argv[1], 0); "
               "doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test).failed or print('all right')")
    text = "\n".join(block.lines).replace("…", "...") + "\n"
    printed = session.finish(["/usr/bin/python3", "-c", program, block.place], text.encode()).decode("utf-8", "replace")
    if not printed.endswith("all right\n"):
        tally.complaints.append(f"{block.place}: {printed}")
    tally.ran += text.count(">>> ")


def judge(steps, answers, tally):
    for at, (command, text, allowed) in enumerate(steps):
        if at >= len(answers):
            tally.complaints.append(f"{(command.place if command else '?')}: did not end (a page has some time for all its commands: --seconds): {text}")
            return
        if command is None:
            continue
        tally.ran += 1
        status, printed = answers[at]
        asked_after = at + 1 < len(steps) and (steps[at + 1][1] or "").strip() == "echo $?"
        if status != 0 and status not in allowed and not asked_after:
            tally.complaints.append(f"{command.place}: exit status {status}: {text}\n" + "\n".join(printed))
        elif command.output and not agree(command.output, printed):
            shown = "\n".join("    " + line for line in command.output)
            tally.complaints.append(f"{command.place}: {text}\n  the page shows\n{shown}\n  printed is\n"
                                    + "\n".join("    " + line for line in printed))


def run_page(arguments, page):
    tally = Tally()
    session = Session(arguments)
    try:
        steps = prepare(session, pages.blocks_of(arguments.root, page), tally)
        python = [block for block, text, _ in steps if text is None]
        shell = [step for step in steps if step[1] is not None]
        if shell:
            judge(shell, session.run([text for _, text, _ in shell]), tally)
        for block in python:
            run_python(session, block, tally)
    except SyntaxError as error:
        tally.complaints.append(str(error))
    finally:
        session.close()
    return tally


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sinew", type=pathlib.Path)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("/nonexistent"))
    parser.add_argument("--seconds", type=float, default=100, help="for all commands of a page together (default 100)")
    parser.add_argument("pages", nargs="*", type=pathlib.Path)
    arguments = parser.parse_intermixed_args()
    arguments.sinew, arguments.root = arguments.sinew.resolve(), arguments.root.resolve()
    arguments.build = arguments.build.resolve()
    names = arguments.pages or pages.pages_of(arguments.root)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        tallies = list(pool.map(lambda page: run_page(arguments, page), names))
    marked = [line for tally in tallies for line in tally.marked]
    skipped = [line for tally in tallies for line in tally.skipped]
    complaints = [line for tally in tallies for line in tally.complaints]
    ran = sum(tally.ran for tally in tallies)
    print(f"{ran} commands ran on {len(names)} pages; {len(marked)} blocks are marked 'not run', {len(skipped)} need what is not installed here")
    for title, lines in (("not run", marked), ("skipped", skipped), ("WRONG", complaints)):
        for line in lines:
            print(f"{title}: {line}")
    if ran == 0:
        sys.exit("no command ran: are these the right pages?")
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
