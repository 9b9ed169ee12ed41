#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every link of a built site that stays in it leads to a file and, with an anchor, to an element; nothing is loaded from elsewhere: check_site.py FOLDER"""
import html.parser
import pathlib
import sys
import urllib.parse


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loads = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        words = dict(attrs)
        self.ids |= {words[key] for key in ("id", "name") if words.get(key)}
        if tag == "a" and words.get("href"):
            self.links.append(words["href"])
        elif tag == "link" and words.get("rel") != "canonical" and words.get("href"):
            self.loads.append(words["href"])
        elif words.get("src"):
            self.loads.append(words["src"])


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}
    wrong = []
    for path, page in pages.items():
        if path.name == "404.html":  # its links are those of the site's root
            continue
        for target in page.links + page.loads:
            parts = urllib.parse.urlsplit(target)
            if parts.scheme or parts.netloc:
                if target in page.loads and parts.scheme != "data":
                    wrong.append(f"{path.relative_to(folder)}: loads {target}")
                continue
            there = (path.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else path
            there = there / "index.html" if there.is_dir() else there
            if not there.exists():
                wrong.append(f"{path.relative_to(folder)}: {target} is not there")
            elif parts.fragment and there in pages and urllib.parse.unquote(parts.fragment) not in pages[there].ids:
                wrong.append(f"{path.relative_to(folder)}: {target}: no such anchor")
    print("\n".join(wrong) if wrong else f"{len(pages)} pages, every link leads somewhere")
    sys.exit(1 if wrong or not pages else 0)


if __name__ == "__main__":
    main()
