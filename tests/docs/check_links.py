#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every link of every Markdown page of the source tree that leads into the tree leads to a file that is there, and its anchor to a heading.

    check_links.py SOURCE-TREE

Anchors are GitHub's; the site makes the same ones (docs/site/mkdocs.yml). Links to other places are only looked at: https, or mailto.
"""
import pathlib
import re
import sys
import urllib.parse

LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE = re.compile(r"^\s{0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s+\".*\")?\s*$")
HTML = re.compile(r"<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)=\"([^\"]+)\"")
LEFT_OUT = {"build", ".git", "node_modules", "__pycache__"}


def prose_of(path):
    """Lines without code: fenced and indented blocks are empty, and so are spans in backquotes."""
    lines, fence, before = [], None, ""
    for line in path.read_text(encoding="utf-8").splitlines():
        mark = re.match(r"\s*(```+|~~~+)", line)
        if fence or mark:
            if not fence:
                fence = mark[1]
            elif line.strip().startswith(fence):
                fence = None
            lines.append("")
        elif line.startswith("    ") and before.strip() == "":
            lines.append("")
            continue
        else:
            lines.append(re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line))
        before = line
    return lines


def slug(heading):
    """The anchor that GitHub gives a heading."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    text = re.sub(r"<[^>]+>", "", text).replace("`", "").replace("*", "").strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors_of(path):
    anchors, counts, fence = set(), {}, None
    for line in path.read_text(encoding="utf-8").splitlines():
        mark = re.match(r"\s*(```+|~~~+)", line)
        if fence or mark:
            fence = None if fence and line.strip().startswith(fence) else fence or mark[1]
            continue
        heading = re.match(r"(#{1,6})\s+(.*?)\s*#*\s*$", line)
        if heading:
            name = slug(heading[2])
            count = counts.get(name, 0)
            counts[name] = count + 1
            anchors.add(name if count == 0 else f"{name}-{count}")
        anchors.update(re.findall(r"<a\s+(?:id|name)=\"([^\"]+)\"", line))
    return anchors


def complaints_of(root, page):
    complaints = []
    for number, line in enumerate(prose_of(root / page), 1):
        targets = LINK.findall(line) + HTML.findall(line)
        reference = REFERENCE.match(line)
        for target in targets + ([reference[1]] if reference else []):
            place = f"{page}:{number}"
            parts = urllib.parse.urlsplit(target)
            if parts.scheme:
                if parts.scheme not in ("https", "mailto"):
                    complaints.append(f"{place}: {target}: neither https nor mailto")
                continue
            if parts.path.startswith("/"):
                complaints.append(f"{place}: {target}: an absolute path")
                continue
            there = (root / page.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else (root / page)
            if not there.exists():
                complaints.append(f"{place}: links to {target}, which is not there")
            elif root not in there.parents and there != root:
                complaints.append(f"{place}: links to {target}, which is outside of the tree")
            elif parts.fragment and there.suffix == ".md" and parts.fragment not in anchors_of(there):
                complaints.append(f"{place}: links to {target}: no heading has this anchor")
    return complaints


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    root = pathlib.Path(sys.argv[1]).resolve()
    found = [page.relative_to(root) for page in sorted(root.rglob("*.md"))]
    found = [page for page in found if not LEFT_OUT & set(page.parts)]
    complaints = [line for page in found for line in complaints_of(root, page)]
    print("\n".join(complaints + [f"{len(found)} pages, {len(complaints)} wrong links"]))
    sys.exit(1 if complaints or not found else 0)


if __name__ == "__main__":
    main()
