#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What docs/site makes of the tree, as far as it needs neither mkdocs nor doxygen: generated_pages_test.py SOURCE-TREE"""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as tree

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "docs/site"))
import cpp_pages  # noqa: E402
import generate  # noqa: E402
import hooks  # noqa: E402
import notebook_page  # noqa: E402
import python_page  # noqa: E402
import schema_pages  # noqa: E402


class Navigation(unittest.TestCase):
    def tree(self, *names):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        root = pathlib.Path(folder.name)
        for name in names:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(f"# Title of {name}\n", encoding="utf-8")
        return root

    def test_every_page_has_a_place(self):
        config = (ROOT / "docs/site/mkdocs.yml").read_text(encoding="utf-8")
        pages = [str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md") if page.parent != ROOT / "docs/site"]
        expanded = generate.expand_nav(config, self.tree(*pages))
        self.assertIn("howto/ci.md", expanded)
        self.assertNotIn("*", expanded.split("nav:")[1])

    def test_patterns(self):
        config = "nav:\n  - A: a.md\n  - B:\n      - b/*\n  - C:\n      - c/*\n"
        expanded = generate.expand_nav(config, self.tree("a.md", "b/x.md", "b/y.md"))
        self.assertEqual(expanded, "nav:\n  - A: a.md\n  - B:\n      - 'Title of b/x.md': b/x.md\n      - 'Title of b/y.md': b/y.md\n")
        with self.assertRaisesRegex(SystemExit, "no place for d.md"):
            generate.expand_nav(config, self.tree("a.md", "d.md"))


class Pages(unittest.TestCase):
    def test_python(self):
        page = python_page.page_of(ROOT / "python/sinew")
        for name in ("## verify", "## Network", "### Network.from_layers", "## InputError"):
            self.assertIn(name + "\n", page)
        self.assertEqual(page.count("```") % 2, 0)
        self.assertIn("- `inputs`: examples, one a row.\n", page)

    def test_parameters(self):
        lines = ["First. size: of it.", "lower, upper: its ends", "(both); size is at least 1.", "", "```pycon", ">>> f(size: 1)", "```"]
        self.assertEqual(python_page.parameters_as_list(lines, {"size", "lower", "upper"}),
                         ["First.", "", "- `size`: of it.", "- `lower`, `upper`: its ends (both); size is at least 1.", ""] + lines[4:])
        self.assertEqual(python_page.parameters_as_list(["size: of it."], {"size"}), ["size: of it."])

    def test_schemas(self):
        for name in ("answer", "progress"):
            page = schema_pages.page_of(ROOT / f"docs/schema/{name}.schema.json")
            anchors = {schema_pages.anchor(heading) for heading in re.findall(r"^## (.*)$", page, re.MULTILINE)}
            for target in re.findall(r"\]\(#([^)]*)\)", page):
                self.assertIn(target, anchors)

    def test_notebook(self):
        page = notebook_page.page_of(ROOT / "docs/tutorial.ipynb", "Title")
        self.assertIn("```python\nimport numpy as np\n", page)
        self.assertEqual(notebook_page.mathematics("x_0 < 0"), "<i>x<sub>0</sub> &lt; 0</i>")

    def test_declarations(self):
        long = "Expression add_real(std::string name, const std::optional<Rational>& lower = std::nullopt, const std::optional<Rational>& upper = std::nullopt)"
        self.assertEqual(cpp_pages.wrapped("void add(int a, int b)"), "void add(int a, int b)")
        self.assertEqual(" ".join(cpp_pages.wrapped(long).split()), long)
        self.assertGreater(cpp_pages.wrapped(long).count("\n"), 0)
        self.assertEqual(cpp_pages.spaced("const std::vector< sinew::Rational > & f"), "const std::vector<Rational>& f")
        self.assertEqual(cpp_pages.spaced("Condition operator&&"), "Condition operator&&")
        self.assertEqual(cpp_pages.spaced("(Model &&)"), "(Model&&)")

    def members(self, *texts):
        return "\n".join(line for line in cpp_pages.member_lines([tree.fromstring(text) for text in texts]) if line)

    def test_members(self):
        field = ('<memberdef kind="variable" prot="public"><type>double</type><name>seconds</name><initializer>= 0</initializer>'
                 '<briefdescription><para>of wall time </para></briefdescription></memberdef>')
        self.assertEqual(self.members(field), "- `double seconds = 0`: of wall time")
        function = ('<memberdef kind="function" prot="public" static="no"><type>Certificate</type><name>certify</name><argsstring>(Norm norm=Norm::one) const</argsstring>'
                    '<briefdescription><para>asks </para></briefdescription><detaileddescription><para>More.</para></detaileddescription></memberdef>')
        self.assertEqual(self.members(function), "```cpp\nCertificate certify(Norm norm = Norm::one) const\n```\nAsks\n\nMore.")
        for unseen in (function.replace("Norm norm=Norm::one", "Certifier &amp;&amp;"), function.replace(" const<", "=delete<"), function.replace("asks", "for the library itself"),
                       function.replace("certify<", "operator=<"), function.replace('"public"', '"private"')):
            self.assertEqual(self.members(unseen), "")


class Manual(unittest.TestCase):
    def test_a_program_without_pages_is_an_error(self):
        """Such as one that is too old: the pages about commands would be missing, and nobody would know."""
        with tempfile.TemporaryDirectory() as folder:
            stage = pathlib.Path(folder)
            (stage / "docs/schema").mkdir(parents=True)
            (stage / "xml").mkdir()
            (stage / "xml/namespacesinew.xml").write_text("<doxygen/>", encoding="utf-8")
            for program in ("/bin/false", "/bin/true"):
                done = subprocess.run([sys.executable, ROOT / "docs/site/generate.py", ROOT, stage, stage / "xml", program], capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 1)
                self.assertIn(f"{program} manual made no pages", done.stderr)


class Lists(unittest.TestCase):
    def read(self, text):
        pairs = hooks.lists_as_github_reads_them(text.split("\n"))
        return "\n".join(line for line, _ in pairs), [line.strip() for line, code in pairs if code and line]

    def test_a_list_after_a_line(self):
        self.assertEqual(self.read("text:\n- a\n  more\nlazy\n- b"), ("text:\n\n- a\n    more\n    lazy\n- b", []))
        self.assertEqual(self.read("text\n2. no list"), ("text\n2. no list", []))
        self.assertEqual(self.read("1. one\n   - sub\n     deep\n2. two"), ("1. one\n    - sub\n        deep\n2. two", []))

    def test_blocks_in_items(self):
        text, code = self.read("1. one\n\n    ```sh\n    - x\n    ```\n\n   more\n2. two")
        self.assertEqual(text, "1. one\n\n    ```sh\n    - x\n    ```\n\n    more\n\n2. two")
        self.assertEqual(code, ["```sh", "- x", "```"])

    def test_code(self):
        text = "text\n\n    - x [a](b)\n\n    more\n\nend"
        self.assertEqual(self.read(text), (text, ["- x [a](b)", "more"]))


if __name__ == "__main__":
    unittest.main()
