#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What looks after the documentation notices what is wrong: small source trees with one mistake each, and a program that stands for sinew."""
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = """#!/bin/bash
case $1 in
ok) echo sat; echo "  x0  1/2"; echo "took 0.31 s" ;;
table) echo "row verdict seconds"; echo "  0 sat 0.123"; echo "seconds: mean 0.2" ;;
bad) echo "no such file" >&2; exit 2 ;;
slow) sleep 100 ;;
esac
"""


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("inputs/a.txt", "first line\nsecond line\n")
        self.write("docs/examples/README.md", "x\n")
        self.write("program", PROGRAM)
        (self.root / "program").chmod(0o755)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def commands(self, page):
        self.write("README.md", page)
        done = subprocess.run([sys.executable, HERE / "run_commands.py", self.root / "program", self.root], text=True, capture_output=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def console(self, text, before=""):
        return self.commands(f"# A page\n\n{before}\n```console\n{text}\n```\n")

    def links(self, **files):
        for name, text in files.items():
            self.write(name.replace("__", "/") + ".md", text)
        done = subprocess.run([sys.executable, HERE / "check_links.py", self.root], text=True, capture_output=True, check=False)
        return done.returncode, done.stdout + done.stderr


class Commands(Tree):
    def test_what_is_right(self):
        for text in ("$ sinew ok", "$ tools/sinew ok\nsat\n  x0  1/2\ntook 12.00 s", "$ sinew ok\nsat\n…", "$ sinew ok\ns…t\n  x0  …\n…",
                     "$ sinew table\nrow verdict seconds\n  0 sat 9.000\nseconds: mean 7", "$ sinew bad\nno such file\n$ echo $?\n2",
                     "$ cat \\\n    inputs/a.txt\nfirst line\nsecond line", "$ x=5\n$ echo $x\n5"):
            status, said = self.console(text)
            self.assertEqual(status, 0, said)
            self.assertNotIn("0 commands ran", said)

    def test_what_is_wrong(self):
        for text, words in (("$ sinew ok\nunsat", "the page shows"), ("$ sinew ok\nsat", "printed is"), ("$ sinew ok\nsat\n  x0  1/3\n…", "printed is"),
                            ("$ sinew bad", "exit status 2"), ("$ sinew bad\nno such file", "exit status 2"), ("$ no_such_program", "exit status 127"),
                            ("$ sinew bad\n$ echo $?\n3", "printed is"), ("$ sinew ok | (", "did not end"), ("sat\n$ sinew ok", "output before the first command"),
                            ("$ exit 0\n$ sinew ok", "did not end"), ("$ sinew table\nrow verdict seconds\n  0 unsat 0.1\n…", "printed is")):
            status, said = self.console(text)
            self.assertNotEqual(status, 0, text)
            self.assertIn(words, said)

    def test_what_does_not_end(self):
        started = time.monotonic()
        for text in ("$ sinew ok\n$ sinew slow\n$ sinew ok", "$ sinew slow & sinew ok", "$ cat"):
            self.write("README.md", f"```console\n{text}\n```\n")
            done = subprocess.run([sys.executable, HERE / "run_commands.py", self.root / "program", self.root, "--seconds", "1"],
                                  text=True, capture_output=True, check=False)
            self.assertEqual(done.returncode, 1 if "\n" in text else 0, done.stdout)
        self.assertLess(time.monotonic() - started, 60)

    def test_bytes_that_are_no_text(self):
        self.assertEqual(self.console("$ printf '\\377\\n'\n…")[0], 0)

    def test_indented_blocks_run(self):
        self.assertEqual(self.commands("Text:\n\n    $ sinew ok\n    sat\n    …\n")[0], 0)
        self.assertEqual(self.commands("Text:\n\n    $ sinew ok\n    unsat\n")[0], 1)

    def test_marks(self):
        right = "```console\n$ sinew ok\n```\n\n"
        status, said = self.commands(right + "<!-- not run: needs a moon -->\n```console\n$ sinew bad\n```\n")
        self.assertEqual(status, 0, said)
        self.assertIn("1 blocks are marked", said)
        self.assertIn("needs a moon", said)
        self.assertEqual(self.commands(right + "<!-- not run: -->\n```console\n$ sinew bad\n```\n")[0], 1)
        status, said = self.commands(right + "<!-- needs: no_such_program -->\n```console\n$ no_such_program\n```\n")
        self.assertEqual(status, 0, said)
        self.assertIn("skipped: README.md:7: no no_such_program", said)
        self.assertEqual(self.console("$ sinew bad", "<!-- exit: 2 -->")[0], 0)
        self.assertEqual(self.console("$ sinew bad", "<!-- exit: 3 -->")[0], 1)
        self.assertIn("no block after it", self.commands(right + "<!-- exit: 2 -->\n\nText.\n")[1])

    def test_files(self):
        page = "<!-- file: dir/new.txt -->\n```text\n$HOME 'quoted'\n```\n\n```console\n$ cat dir/new.txt\n$HOME 'quoted'\n```\n"
        self.assertEqual(self.commands(page)[0], 0)
        shown = "```console\n$ sinew ok\n```\n\n<!-- shows: inputs/a.txt -->\n\n    second line\n"
        self.assertEqual(self.commands(shown)[0], 0)
        self.assertIn("not a line of inputs/a.txt", self.commands(shown + "    third line\n")[1])

    def test_commands_that_nobody_would_run(self):
        for block in ("    sinew ok\n", "```sh\nls\n```\n", "```\ntools/sinew ok\n```\n"):
            self.assertIn("without prompts", self.commands("```console\n$ sinew ok\n```\n\n" + block)[1])
        self.assertIn("no command ran", self.commands("Text.\n")[1])

    def test_python(self):
        self.assertEqual(self.commands("```pycon\n>>> 1 + 1\n2\n```\n")[0], 0)
        self.assertIn("Expected", self.commands("```pycon\n>>> 1 + 1\n3\n```\n")[1])


class Links(Tree):
    def test_what_is_right(self):
        status, said = self.links(README="[a](docs/b.md#a-heading-with-code-c) [c](#top) ![p](inputs/a.txt) `[x](y.md)` [e](https://example.org)\n\n# Top\n",
                                  docs__b="# A heading: with `code`, C++\n\n[back](../README.md)\n\n    [x](y.md)\n")
        self.assertEqual(status, 0, said)

    def test_what_is_wrong(self):
        for link, words in (("gone.md", "is not there"), ("docs/b.md#gone", "no heading"), ("#gone", "no heading"), ("http://example.org", "neither https"),
                            ("/etc/hosts", "absolute"), ("../..", "outside")):
            status, said = self.links(README=f"text [a]({link})\n", docs__b="# B\n")
            self.assertEqual(status, 1, said)
            self.assertIn(words, said)


class Site(Tree):
    def check(self, text):
        self.write("site/index.html", f'<h1 id="top">T</h1><a href="sub/page.html#here">p</a>{text}')
        self.write("site/sub/page.html", '<p id="here"></p><img src="../a.png">')
        self.write("site/a.png", "")
        script = HERE.parent.parent / "docs/site/check_site.py"
        done = subprocess.run([sys.executable, script, self.root / "site"], text=True, capture_output=True, check=False)
        return done.returncode, done.stdout

    def test_what_is_right(self):
        self.assertEqual(self.check('<a href="#top">t</a><a href="https://example.org/x">e</a><img src="data:image/png;base64,AA">'), (0, "2 pages, every link leads somewhere\n"))

    def test_what_is_wrong(self):
        for text, words in (('<a href="gone.html">', "is not there"), ('<a href="sub/page.html#gone">', "no such anchor"), ('<img src="gone.png">', "is not there"),
                            ('<script src="https://example.org/a.js"></script>', "loads https"), ('<link rel="stylesheet" href="//example.org/a.css">', "loads //")):
            status, said = self.check(text)
            self.assertEqual(status, 1, text)
            self.assertIn(words, said)


if __name__ == "__main__":
    unittest.main()
