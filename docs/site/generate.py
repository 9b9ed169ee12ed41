#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pages of the site that are made from the program's own tables: generate.py SOURCE-TREE STAGE DOXYGEN-XML SINEW

STAGE/docs is a copy of docs/. Written are schema/*.md, notebook.md, api/python.md, api/cpp.md and api/cpp_*.md, reference/*.md (by `sinew manual`), and STAGE/mkdocs.yml
with the nav's patterns (howto/*) as lists of pages.
"""
import fnmatch
import pathlib
import re
import subprocess
import sys

import cpp_pages
import notebook_page
import python_page
import schema_pages


def title_of(page):
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            return line[2:].strip()
    sys.exit(f"{page}: no title")


def indent(lines, i):
    return len(lines[i]) - len(lines[i].lstrip()) if i < len(lines) else 0


def expand_nav(config, docs):
    """The configuration with a line for each page that a pattern of its nav stands for; pages that the nav names elsewhere are left out."""
    lines = config.split("\n")
    named = set(re.findall(r"^\s*- (?:[^#\n]*: )?([\w/]+\.md)$", config, re.MULTILINE))
    result = []
    for line in lines:
        pattern = re.fullmatch(r"(\s*)- ([\w/]+\*)", line)
        if not pattern:
            result.append(line)
            continue
        pages = sorted(str(page.relative_to(docs)) for page in docs.rglob("*.md"))
        found = [page for page in pages if fnmatch.fnmatchcase(page, pattern[2] + ".md") and page not in named and "/" not in page[len(pattern[2]) - 1:]]
        for title, page in sorted((title_of(docs / page).replace("`", ""), page) for page in found):
            result.append(f"{pattern[1]}- '{title}': {page}")
            named.add(page)
    result = [line for i, line in enumerate(result)  # a section without a page
              if not (re.fullmatch(r"\s*- [\w+ ]+:", line) and indent(result, i + 1) <= indent(result, i))]
    lost = [str(page.relative_to(docs)) for page in docs.rglob("*.md") if str(page.relative_to(docs)) not in named]
    if lost:
        sys.exit(f"docs/site/mkdocs.yml: the nav has no place for {', '.join(sorted(lost))}")
    return "\n".join(result)


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    root, stage, xml, sinew = (pathlib.Path(word) for word in sys.argv[1:])
    docs = stage / "docs"
    for name in ("answer", "progress"):
        page = schema_pages.page_of(root / f"docs/schema/{name}.schema.json")
        (docs / f"schema/{name}.md").write_text(page, encoding="utf-8")
    (docs / "api").mkdir(exist_ok=True)
    (docs / "api/python.md").write_text(python_page.page_of(root / "python/sinew"), encoding="utf-8")
    (docs / "notebook.md").write_text(notebook_page.page_of(root / "docs/tutorial.ipynb", "A notebook in Python"), encoding="utf-8")
    for name, page in cpp_pages.pages_of(root / "include", xml).items():
        (docs / "api" / name).write_text(page, encoding="utf-8")
    if subprocess.run([sinew, "manual", "--to", "markdown", "--out", docs / "reference"], check=False).returncode != 0 or not any((docs / "reference").glob("*.md")):
        sys.exit(f"{sinew} manual made no pages about its commands")
    config = (root / "docs/site/mkdocs.yml").read_text(encoding="utf-8")
    (stage / "mkdocs.yml").write_text(expand_nav(config, docs), encoding="utf-8")


if __name__ == "__main__":
    main()
